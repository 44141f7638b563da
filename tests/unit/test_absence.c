/* test_absence.c - notes that somebody is away, and answers that are none. */
#include "gateway/absence.h"

#include <glib.h>

static void test_texts(void)
{
	static const struct {
		const char *text;
		bool is_note;
	} rows[] = {
		{ "Ik ben afwezig tot en met 4 december. Voor dringende vragen: front@desk.example.",
		  true },
		{ "Beste,\n\nMomenteel ben ik met verlof. Ik ben terug op maandag 30 november.",
		  true },
		{ "Bedankt voor uw bericht. Ik ben deze week niet op kantoor.", true },
		{ "Bonjour,\nJe suis en congé jusqu'au 4 décembre inclus.", true },
		{ "Merci pour votre message. Je serai absente du bureau cette semaine.", true },
		{ "En mon absence, contactez le service. Je suis actuellement indisponible.",
		  true },
		{ "Ich bin bis zum 4. Dezember nicht im Büro. In dringenden Fällen: Frau Klein.",
		  true },
		{ "Vom 1. bis 4. bin ich im Urlaub; Ihre Nachricht wird nicht weitergeleitet.",
		  true },
		{ "Thank you for your message. I am out of the office until Monday.", true },
		{ "I'm on annual leave. For urgent matters call 02 123 45 67.", true },
		/* answers of people */
		{ "", false },
		{ "Uw verlof is goedgekeurd tot en met 4 december.", false },
		{ "U bent met verlof tot en met 4 december; daarna krijgt u weer uw loon.", false },
		{ "Uw aanvraag is in orde. Ik ben het ermee eens.", false },
		{ "Ik ben vandaag afwezig geweest, excuses.", false },
		{ "Votre congé est accordé jusqu'au 4 décembre. Je suis à votre disposition.",
		  false },
		{ "Vous étiez absente jusqu'au 4; je suis d'accord pour régulariser.", false },
		{ "Ihr Urlaub ist bis zum 4. Dezember bewilligt.", false },
		{ "Your leave is granted until Monday. I am glad to help.", false },
		{ "#note\nIk ben afwezig tot en met 4 december. Dringend: Dirk.", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].text);
		g_assert_cmpint(is_absence_note(rows[i].text), ==, rows[i].is_note);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/absence/texts", test_texts);
	return g_test_run();
}
