/* test_compose.c - every kind of mail in every language, and nothing that a person wrote in the
 * header. */
#include <gmime/gmime.h>
#include <string.h>

#include "common/key.h"
#include "notifier/compose.h"
#include "notifier/compose_words.h"

#define NOW ((gint64)1795428000)

static MailDesk desk;
static Settings *settings;

static const char *const kinds[] = {
	"acknowledgement",
	"completed",
	"incomplete",
	"decided",
	"answered",
	"question",
	"closed",
	"refused",
	"redirected",
	"reopened",
	"withdrawn",
	"new-case",
	"wrote",
	"withdrawn-team",
	"withdrawn-approver",
	"bounced",
	"held",
	"quarantined",
	"approval",
	"unclear",
	"confirm-manager",
	"manager-refused",
	"stranger",
	"too-large",
	"menu",
	"template",
	"which-case",
	"bulk-digest",
	"bulk-filed",
	"command-error",
	"command-help",
	"command-done",
	"merged",
	"followed",
	"crossed",
	"reconcile",
	"reminder",
	"approval-reminder",
	"late",
	"digest",
	"digest-mine",
	"overview",
	"link",
};
static const char *const without_case[] = { "quarantined", "reconcile",  "digest",    "digest-mine",
					    "overview",    "stranger",   "too-large", "menu",
					    "template",    "which-case", "link",      NULL };

static void set_party(Party *party, gint64 person, const char *number, const char *name,
		      const char *address)
{
	*party = (Party){ person, g_strdup(number), g_strdup(name), g_strdup(address) };
}

static Case *new_case(const char *form, CaseState state)
{
	Case *c = g_new0(Case, 1);

	c->id = 12;
	c->number = g_strdup("PC-2026-000012");
	c->state = state;
	c->form = g_strdup(form);
	c->subject = g_strdup("Ouderschapsverlof");
	c->team = g_strdup("absence");
	c->comment = g_strdup("Met dank & groeten <b>\nAn");
	set_party(&c->requester, 1, "1001", "An Peeters", "an@minfin.example");
	set_party(&c->employee, 1, "1001", "An Peeters", "an@minfin.example");
	set_party(&c->assignee, 0, "", "", "");
	set_party(&c->approver, 2, "2001", "Mia Chef", "mia@minfin.example");
	c->opened = c->changed = NOW;
	return c;
}

static MailFile *new_file(void)
{
	MailFile *file = g_new0(MailFile, 1);

	file->document = g_new0(CaseDocument, 1);
	file->document->kind = g_strdup("geboorteattest");
	file->document->name = g_strdup("akte é.pdf");
	file->document->type = g_strdup("application/pdf");
	file->document->sha256 = g_strdup("");
	file->document->size = 123456;
	return file;
}

static bool has_case(const char *kind)
{
	return !g_strv_contains(without_case, kind);
}

/* A notice with all that it may be about. */
static Notice notice_of(const char *kind, Language language)
{
	return (Notice){
		.id = 34,
		.case_id = has_case(kind) ? 12 : 0,
		.kind = (char *)kind,
		.to = (char *)"an@minfin.example",
		.holder = (char *)"p:1001",
		.language = language,
		.data = (char *)"{\"form\": \"absence-parental\", \"recipient\": \"an@minfin.example\", \"code\": "
				"\"unknown-command\", \"line\": \"#nope\", \"why\": \"550 no\", \"size\": 70000000, "
				"\"receipt\": 7}",
	};
}

static MailFacts *facts_of(const Notice *notice)
{
	MailFacts *facts = mail_facts_new(notice);

	if (has_case(notice->kind)) {
		facts->about = new_case("absence-parental", CASE_OPEN);
		g_ptr_array_add(facts->answers, answer_new("child", "Lotte <3", "Lotte <3"));
		g_ptr_array_add(facts->answers, answer_new("start", "2027-02-01", "1/2/2027"));
		g_ptr_array_add(facts->files, new_file());
	}
	g_free(facts->text);
	facts->text = g_strdup("Omdat het kan.\n\n<script>alert(1)</script> {{number}} {name}");
	if (strcmp(notice->kind, "which-case") == 0)
		g_ptr_array_add(facts->cases, new_case("absence-maternity", CASE_INCOMPLETE));
	return facts;
}

static bool take_piece(const void *bytes, gsize length, void *text, GError **error)
{
	g_string_append_len(text, bytes, (gssize)length);
	return true;
}

static char *bytes_of(const Composed *composed)
{
	GString *text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	composed_give(composed, desk.store, take_piece, text, &error);
	g_assert_no_error(error);
	return g_string_free(text, FALSE);
}

static GMimeMessage *parse(const char *bytes)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, strlen(bytes));
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

static char *html_of(GMimeMessage *message)
{
	GMimeMultipart *both = GMIME_MULTIPART(g_mime_message_get_mime_part(message));

	return g_mime_text_part_get_text(GMIME_TEXT_PART(g_mime_multipart_get_part(both, 1)));
}

/* Lines end in CRLF, are short enough, and are 7-bit. */
static void check_wire(const char *bytes)
{
	gsize line = 0;

	for (const char *at = bytes; *at != '\0'; at++) {
		g_assert_cmpint((guchar)*at, <, 0x80);
		g_assert_true((*at == '\n') == (at > bytes && at[-1] == '\r'));
		line = *at == '\n' ? 0 : line + 1;
		g_assert_cmpuint(line, <=, 998);
	}
}

static guint count(const char *text, const char *what)
{
	guint found = 0;

	for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
		found++;
	return found;
}

/* No place, no tag, no key of the catalogue is left. */
static void check_words(const char *kind, const char *text)
{
	static const char *const left[] = { "{{",     "}}",          "{number}", "{form}", "{team}",
					    "{desk}", "{requester}", "(null)",   NULL };
	g_autofree char *own = g_strdup(text);
	char *said;

	while ((said = strstr(own, "{{number}} {name}")) !=
	       NULL) /* what the person wrote stays as it is */
		memset(said, ' ', strlen("{{number}} {name}"));
	for (const char *key = strstr(own, "mail."); key != NULL; key = strstr(key + 1, "mail."))
		if (g_ascii_islower(key[5]))
			g_error("%s: a key of the catalogue is left in:\n%s", kind, text);
	for (guint i = 0; left[i] != NULL; i++)
		if (strstr(own, left[i]) != NULL)
			g_error("%s: %s is left in:\n%s", kind, left[i], text);
}

static void check_html(const char *html)
{
	g_assert_null(strstr(html, "<script>"));
	g_assert_null(strstr(html, "<img"));
	g_assert_nonnull(strstr(html, "<html lang=\""));
	g_assert_cmpuint(count(html, "<table>"), ==, count(html, "</table>"));
	g_assert_cmpuint(count(html, "<ul>"), ==, count(html, "</ul>"));
	g_assert_cmpuint(count(html, "<p"), ==, count(html, "</p>"));
	g_assert_cmpuint(count(html, "<div"), ==, count(html, "</div>"));
	g_assert_null(strstr(html, "url("));
	g_assert_null(strstr(html, "<link"));
}

/* For eyes: SHOW_MAILS=FOLDER. */
static void show(const char *kind, Language language, const char *bytes, const char *text,
		 const char *html)
{
	const struct {
		const char *suffix, *content;
	} files[] = { { "eml", bytes }, { "txt", text }, { "html", html } };

	for (gsize i = 0; g_getenv("SHOW_MAILS") != NULL && i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_strdup_printf("%s/%s-%s.%s", g_getenv("SHOW_MAILS"), kind,
							language_code(language), files[i].suffix);

		g_assert_true(g_file_set_contents(path, files[i].content, -1, NULL));
	}
}

static void check_one(const char *kind, Language language)
{
	Notice notice = notice_of(kind, language);
	g_autoptr(MailFacts) facts = facts_of(&notice);
	g_autoptr(GError) error = NULL;
	g_autoptr(Composed) composed = compose_mail(&desk, facts, NOW, &error);

	g_assert_no_error(error);
	g_autofree char *bytes = bytes_of(composed);
	GMimeMessage *message = parse(bytes);
	g_autofree char *html = html_of(message);

	show(kind, language, bytes, composed->text, html);
	check_wire(bytes);
	check_words(kind, composed->text);
	check_words(kind, html);
	check_html(html);
	g_assert_cmpstr(g_mime_message_get_subject(message), ==, composed->subject);
	g_assert_nonnull(strstr(bytes, "\r\nContent-Language: "));
	g_assert_cmpuint(count(bytes, "; charset=utf-8\r\n"), ==, 2);
	g_assert_cmpstr(g_mime_object_get_header(GMIME_OBJECT(message), "Auto-Submitted"), ==,
			"auto-generated");
	g_assert_cmpstr(g_mime_object_get_header(GMIME_OBJECT(message), "X-Auto-Response-Suppress"),
			==, "All");
	g_assert_null(g_mime_object_get_header(GMIME_OBJECT(message), "Precedence"));
	g_assert_cmpuint(count(bytes, "MIME-Version: 1.0"), ==, 1);
	g_assert_cmpuint(count(bytes, "\r\nMessage-Id: ") + count(bytes, "\r\nMessage-ID: "), ==,
			 1);
	g_assert_true((composed->token_hash != NULL) ==
		      (strstr(composed->text, "https://portal.example/") != NULL));
	g_object_unref(message);
}

static void test_every_kind(void)
{
	for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++)
		for (int l = 0; l < LANGUAGES; l++)
			check_one(kinds[k], (Language)l);
}

static char *compose_text(const MailFacts *facts, Composed **ret_composed)
{
	g_autoptr(GError) error = NULL;

	*ret_composed = compose_mail(&desk, facts, NOW, &error);
	g_assert_no_error(error);
	return g_strdup((*ret_composed)->text);
}

/* One row a promise: a kind in a state says this, and does not say that. */
static const struct {
	const char *what, *kind;
	CaseState state;
	const char *says, *says_not;
} promises[] = {
	{ "the number is told", "acknowledgement", CASE_OPEN, "PC-2026-000012", NULL },
	{ "an answer is told as it was read", "acknowledgement", CASE_OPEN, "1 februari 2027",
	  "1/2/2027" },
	{ "a document with its size", "acknowledgement", CASE_OPEN, "akte é.pdf (123 kB)", NULL },
	{ "what happens next", "acknowledgement", CASE_OPEN, "ligt bij Afwezigheden", "ontbreekt" },
	{ "incomplete says how", "acknowledgement", CASE_INCOMPLETE,
	  "Beantwoord deze mail met alleen wat nog ontbreekt", NULL },
	{ "approval is said", "acknowledgement", CASE_AWAITING_APPROVAL, "Mia Chef",
	  "ligt bij Afwezigheden" },
	{ "the link", "acknowledgement", CASE_OPEN, "https://portal.example/r/", NULL },
	{ "the reply address", "acknowledgement", CASE_OPEN, "desk+c12.", NULL },
	{ "an answer stays out", "answered", CASE_ANSWERED, "https://portal.example/r/",
	  "Omdat het kan." },
	{ "a question stays out", "question", CASE_WAITING, "https://portal.example/r/",
	  "Omdat het kan." },
	{ "closed tells why", "closed", CASE_CLOSED, "Omdat het kan.", NULL },
	{ "refused tells why", "refused", CASE_REFUSED, "Omdat het kan.", NULL },
	{ "no is told as no", "decided", CASE_REFUSED, "gaat niet akkoord", "Goed nieuws" },
	{ "yes is told as yes", "decided", CASE_OPEN, "Goed nieuws", "niet akkoord" },
	{ "the team gets the person", "new-case", CASE_OPEN, "Personeelsnummer: 1001", NULL },
	{ "the team learns how to answer", "new-case", CASE_OPEN, "#close", NULL },
	{ "a doubtful sender is said", "new-case", CASE_OPEN, "kon niet worden vastgesteld", NULL },
	{ "what was written goes to the team", "wrote", CASE_OPEN, "Omdat het kan.", NULL },
	{ "the approver's own link", "approval", CASE_AWAITING_APPROVAL,
	  "https://portal.example/a/", "/r/" },
	{ "the approver learns the words", "approval", CASE_AWAITING_APPROVAL,
	  "“akkoord” of “niet akkoord”", NULL },
	{ "a wrong command is quoted", "command-error", CASE_OPEN, "#nope", "unknown-command" },
	{ "nothing was done", "command-error", CASE_OPEN, "Er is niets veranderd", NULL },
	{ "a bounce tells whom", "bounced", CASE_OPEN, "an@minfin.example", NULL },
	{ "a held mail tells its number", "held", CASE_OPEN,
	  "persocontact held add 7 --case PC-2026-000012", "/r/" },
	{ "a stranger learns nothing", "stranger", CASE_OPEN, "kennen wij niet", "Omdat" },
	{ "the menu has addresses", "menu", CASE_OPEN, "desk+pay-question@desk.example",
	  "desk+hr-entry@" },
	{ "a template can be filled in", "template", CASE_OPEN, "(absence-parental)", "Dag" },
	{ "a choice has the case's address", "which-case", CASE_OPEN, "desk+c12.", NULL },
};

static void test_promises(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(promises); i++) {
		Notice notice = notice_of(promises[i].kind, LANGUAGE_NL);
		g_autoptr(MailFacts) facts = facts_of(&notice);
		g_autoptr(Composed) composed = NULL;

		if (facts->about != NULL)
			facts->about->state = promises[i].state;
		if (promises[i].state == CASE_INCOMPLETE)
			g_ptr_array_add(facts->problems, problem_new("end", "missing", ""));
		g_autofree char *text = compose_text(facts, &composed);

		g_test_message("%s", promises[i].what);
		if (strstr(text, promises[i].says) == NULL)
			g_error("%s: %s is missing in:\n%s", promises[i].what, promises[i].says,
				text);
		if (promises[i].says_not != NULL && strstr(text, promises[i].says_not) != NULL)
			g_error("%s: %s stands in:\n%s", promises[i].what, promises[i].says_not,
				text);
	}
}

static void test_answer_in_mail(void)
{
	Notice notice = notice_of("answered", LANGUAGE_NL);
	g_autoptr(MailFacts) facts = facts_of(&notice);
	g_autoptr(Composed) composed = NULL;

	settings->answer_in_mail = true;
	g_autofree char *text = compose_text(facts, &composed);
	settings->answer_in_mail = false;
	g_assert_nonnull(strstr(text, "    Omdat het kan."));
	g_assert_null(strstr(text, "persoonlijk"));
}

static void test_redirect(void)
{
	Notice notice = notice_of("redirected", LANGUAGE_FR);
	g_autoptr(MailFacts) facts = facts_of(&notice);
	g_autoptr(Composed) composed = NULL;

	g_free(facts->about->form);
	facts->about->form = g_strdup("elsewhere-annual-leave");
	g_free(facts->text);
	facts->text = g_strdup("");
	g_autofree char *text = compose_text(facts, &composed);
	g_assert_nonnull(strstr(text, "https://selfservice.example"));
	check_words("redirected", text);
}

/* Keys of the right case, holder and purpose. */
static void test_keys(void)
{
	Notice notice = notice_of("acknowledgement", LANGUAGE_NL);
	g_autoptr(MailFacts) facts = facts_of(&notice);
	g_autofree char *reply = compose_reply_to(&desk, facts);
	g_autofree char *envelope = compose_envelope(&desk, &notice);
	g_autofree char *detail = key_detail(desk.secret, KEY_CASE, 12, "p:1001");
	g_autofree char *bounce = key_detail(desk.secret, KEY_BOUNCE, 34, "p:1001");
	g_autofree char *wanted = g_strdup_printf("desk+%s@desk.example", detail);
	g_autofree char *back = g_strdup_printf("desk+%s@desk.example", bounce);
	g_autofree char *id = compose_message_id(&desk, &notice);
	g_autofree char *again = compose_message_id(&desk, &notice);
	g_autoptr(Composed) composed = NULL;
	g_autofree G_GNUC_UNUSED char *text = compose_text(facts, &composed);
	g_autofree char *number = NULL;
	g_autofree char *hash = NULL;

	g_assert_cmpstr(reply, ==, wanted);
	g_assert_cmpstr(envelope, ==, back);
	g_assert_cmpstr(id, ==, again);
	g_assert_true(g_str_has_prefix(id, "pc.12.34.") && g_str_has_suffix(id, "@desk.example"));
	g_assert_true(key_parse_subject(composed->subject, &number, &hash));
	g_assert_cmpstr(number, ==, "PC-2026-000012");
	g_assert_true(key_verify(desk.secret, KEY_CASE, 12, "p:1001", hash));
}

static void test_without_sub_address(void)
{
	Notice notice = notice_of("acknowledgement", LANGUAGE_NL);
	g_autoptr(MailFacts) facts = facts_of(&notice);
	char *separator = settings->sub_address;

	settings->sub_address = (char *)"";
	g_autofree char *reply = compose_reply_to(&desk, facts);
	g_autofree char *envelope = compose_envelope(&desk, &notice);

	settings->sub_address = separator;
	g_assert_cmpstr(reply, ==, "desk@desk.example");
	g_assert_cmpstr(envelope, ==, "desk@desk.example");
}

static const char evil[] = "Evil\r\nBcc: victim@example.org\r\n\r\nbody";

static void make_evil(MailFacts *facts)
{
	g_free(facts->about->requester.name);
	facts->about->requester.name = g_strdup(evil);
	g_free(facts->about->employee.name);
	facts->about->employee.name = g_strdup(evil);
	g_free(facts->about->form);
	facts->about->form =
		g_strdup(evil); /* no form of this name: it would stand in the subject */
}

static void test_injection(void)
{
	for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
		Notice notice = notice_of(kinds[k], LANGUAGE_NL);
		g_autoptr(MailFacts) facts = facts_of(&notice);
		g_autoptr(Composed) composed = NULL;

		if (facts->about == NULL)
			continue;
		make_evil(facts);
		g_autofree G_GNUC_UNUSED char *text = compose_text(facts, &composed);
		g_autofree char *bytes = bytes_of(composed);
		char *end = strstr(bytes, "\r\n\r\n");

		check_wire(bytes);
		*end = '\0';
		g_assert_null(strstr(bytes, "\nBcc:"));
		g_assert_null(strstr(bytes, "\nbody"));
		g_assert_null(strpbrk(composed->subject, "\r\n"));
	}
}

static void test_thread(void)
{
	static const struct {
		const char *what, *header, *ids;
	} rows[] = {
		{ "none", "Subject: x\r\n\r\n", "" },
		{ "two, folded", "A: b\r\nReferences: <a@x>\r\n <b@x>\r\nTo: c\r\n\r\n",
		  "<a@x> <b@x>" },
		{ "any case, LF, last field", "references:<a@x>", "<a@x>" },
		{ "not of the body", "A: b\n\nReferences: <a@x>\n", "" },
		{ "broken ones are left out", "References: <a@x> <b x> <> <no-at> <c@x", "<a@x>" },
		{ "not another field", "X-References: <a@x>\nIn-Reply-To: <b@x>\n\n", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *ids = thread_references(rows[i].header, strlen(rows[i].header));

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(ids, ==, rows[i].ids);
	}
	g_assert_false(thread_is_id("a b@x"));
	g_assert_false(thread_is_id("a@x>\r\nBcc: y"));
	g_assert_false(thread_is_id(""));
}

static void test_reply_header(void)
{
	Notice notice = notice_of("acknowledgement", LANGUAGE_NL);
	g_autoptr(MailFacts) facts = facts_of(&notice);
	g_autoptr(Composed) composed = NULL;

	facts->cause = g_new0(MailRow, 1);
	g_free(facts->references);
	facts->references = g_strdup("<first@x> <request@x>");
	g_free(facts->in_reply_to);
	facts->in_reply_to = g_strdup("<request@x>");
	g_autofree G_GNUC_UNUSED char *text = compose_text(facts, &composed);
	g_autofree char *bytes = bytes_of(composed);

	g_assert_nonnull(strstr(bytes, "\r\nAuto-Submitted: auto-replied\r\n"));
	g_assert_nonnull(strstr(bytes, "\r\nIn-Reply-To: <request@x>\r\n"));
	g_assert_nonnull(strstr(bytes, "\r\nReferences: <first@x> <request@x>\r\n"));
}

static void test_case_gone(void)
{
	Notice notice = notice_of("acknowledgement", LANGUAGE_NL);
	g_autoptr(MailFacts) facts = mail_facts_new(&notice);
	g_autoptr(GError) error = NULL;

	g_assert_null(compose_mail(&desk, facts, NOW, &error));
	g_assert_nonnull(error);
}

static void test_unknown_kind(void)
{
	Notice notice = notice_of("no-such-kind", LANGUAGE_NL);
	g_autoptr(MailFacts) facts = facts_of(&notice);
	g_autoptr(GError) error = NULL;

	g_assert_null(compose_mail(&desk, facts, NOW, &error));
	g_assert_nonnull(strstr(error->message, "no-such-kind"));
}

static void test_places(void)
{
	g_autoptr(GHashTable) places = places_new();

	places_put(places, "name", "An\r\nPeeters");
	g_autofree char *said = sentence_fill("{name}, {nobody}{ {name", places);

	g_assert_cmpstr(said, ==, "An Peeters, { {name");
}

static void open_desk(void)
{
	g_autofree char *texts = data_folder("texts");
	g_autofree char *forms = data_folder("forms/definitions");
	static const char bytes[] = "0123456789abcdef0123456789abcdef";
	TeamSettings *team = g_new0(TeamSettings, 1);
	ElsewhereSettings *elsewhere = g_new0(ElsewhereSettings, 1);
	GError *error = NULL;

	settings = settings_defaults();
	g_free(settings->address);
	settings->address = g_strdup("desk@desk.example");
	g_free(settings->url);
	settings->url = g_strdup("https://portal.example/");
	team->id = g_strdup("absence");
	team->name[LANGUAGE_NL] = g_strdup("Afwezigheden");
	team->address = g_strdup("absence@desk.example");
	g_ptr_array_add(settings->teams, team);
	elsewhere->id = g_strdup("scope");
	elsewhere->name[LANGUAGE_NL] = g_strdup("SCOPE");
	elsewhere->url = g_strdup("https://selfservice.example");
	g_ptr_array_add(settings->elsewhere, elsewhere);
	desk.settings = settings;
	desk.texts = texts_open(texts, &error);
	g_assert_no_error(error);
	desk.forms = forms_open(forms, NULL, &error);
	g_assert_no_error(error);
	desk.secret = secret_new(bytes, strlen(bytes), &error);
	g_assert_no_error(error);
}

static void close_desk(void)
{
	texts_free((Texts *)desk.texts);
	forms_free((Forms *)desk.forms);
	secret_free((Secret *)desk.secret);
	settings_free(settings);
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	open_desk();
	g_test_add_func("/compose/every-kind", test_every_kind);
	g_test_add_func("/compose/promises", test_promises);
	g_test_add_func("/compose/answer-in-mail", test_answer_in_mail);
	g_test_add_func("/compose/redirect", test_redirect);
	g_test_add_func("/compose/keys", test_keys);
	g_test_add_func("/compose/without-sub-address", test_without_sub_address);
	g_test_add_func("/compose/injection", test_injection);
	g_test_add_func("/compose/thread", test_thread);
	g_test_add_func("/compose/reply-header", test_reply_header);
	g_test_add_func("/compose/case-gone", test_case_gone);
	g_test_add_func("/compose/unknown-kind", test_unknown_kind);
	g_test_add_func("/compose/places", test_places);
	status = g_test_run();
	close_desk();
	return status;
}
