/* read_reply.c - goes through the lines once and keeps those that are the writer's. */
#include "gateway/read_reply.h"

#include <stdbool.h>
#include <string.h>

#include "common/text.h"
#include "gateway/read_quote.h"

#define SENT_FROM_BYTES 120

/* What telephones put under a mail; as text_fold writes it. */
static const char *const sent_from[] = {
	"sent from my",
	"sent wirelessly",
	"envoye sans fil",
	"sent from mobile",
	"sent from outlook",
	"sent from yahoo",
	"sent from mail for windows",
	"sent from samsung",
	"sent from android",
	"sent from phone",
	"sent from a mobile",
	"sent via",
	"sent with",
	"sent by",
	"sent using",
	"sent on the go",
	"get outlook for",
	"verzonden vanaf",
	"verzonden met",
	"verzonden via",
	"verzonden van",
	"verstuurd vanaf",
	"verstuurd met",
	"verstuurd via",
	"download outlook voor",
	"outlook voor ios",
	"outlook voor android",
	"envoye de mon",
	"envoye depuis",
	"envoye a partir",
	"envoye avec",
	"envoye par",
	"envoye via",
	"telecharger outlook",
	"obtenez outlook",
	"provenance courrier",
	"von meinem",
	"gesendet von",
	"gesendet mit",
	"gesendet mit der",
	"diese nachricht wurde von meinem",
	"holen sie sich outlook",
	"enviado desde",
	"enviado do",
	"enviado de mi",
	"inviato da",
	"skickat fran",
	"sendt fra",
	"lahetetty",
	"wyslane z",
	"отправлено с",
	"enviado via",
	"envoye d",
	"van mijn iphone",
	"verzonden door mijn",
	"poslano z",
};

static bool is_sent_from(const char *line)
{
	g_autofree char *folded = NULL;

	const char *p = line + strspn(line, " \t*_<[");

	/* the first letters of the table, and what is not ASCII */
	if (strlen(line) > SENT_FROM_BYTES ||
	    (g_ascii_isprint(*p) && strchr("sgvdoetphlif", g_ascii_tolower(*p)) == NULL))
		return false;
	folded = text_fold(line);
	for (guint i = 0; i < G_N_ELEMENTS(sent_from); i++)
		if (g_str_has_prefix(folded, sent_from[i]))
			return true;
	return false;
}

/* RFC 3676 4.3, and without its blank as most write it. */
static bool is_signature_line(const char *line)
{
	gsize length = strlen(line);

	while (length > 0 && g_ascii_isspace(line[length - 1]))
		length--;
	return (length == 2 && strncmp(line, "--", 2) == 0) ||
	       (length == 3 && strncmp(line, "\xe2\x80\x94", 3) == 0) ||
	       (length == 3 && strncmp(line, "\xe2\x80\x93", 3) == 0) ||
	       (length == 2 && strncmp(line, "__", 2) == 0);
}

static bool only_dashes(const char *line)
{
	gsize length, dashes;

	line += strspn(line, " \t*");
	length = strlen(line);

	while (length > 0 && g_ascii_isspace(line[length - 1]))
		length--;
	dashes = strspn(line, "-_=");
	return length >= 5 && dashes == length;
}

typedef enum { KEEP, QUOTE, SIGNATURE } State;

/* What stands at line i, when the rest is not the writer's: how many lines of heading, else 0. */
static guint rest_is_quoted(const GPtrArray *lines, guint i)
{
	const char *line = g_ptr_array_index(lines, i);
	Mark mark = mark_of_line(line);
	guint next = i + 1;

	if (mark == MARK_ORIGINAL)
		return 1;
	while (next < lines->len && next < i + 3 &&
	       line_is_blank(line_unquoted(g_ptr_array_index(lines, next))))
		next++;
	if (mark == MARK_FORWARD && next < lines->len && block_length(lines, next, true) > 0)
		return 1;
	if (only_dashes(line) && next < lines->len && block_length(lines, next, true) > 1)
		return 1;
	return block_length(lines, i, false);
}

/* The foot that a mailing list puts below a rule. */
static bool is_list_foot(const GPtrArray *lines, guint i)
{
	const char *next = i + 1 < lines->len ? g_ptr_array_index(lines, i + 1) : "";

	return only_dashes(g_ptr_array_index(lines, i)) &&
	       (strcasestr(next, "mailing list") != NULL ||
		strcasestr(next, "unsubscribe") != NULL || strcasestr(next, "listinfo") != NULL);
}

/* "-Jan Janssens" as the last line, below a blank one. */
static bool is_dashed_name(const GPtrArray *lines, guint i)
{
	const char *line = g_ptr_array_index(lines, i);
	guint next = i + 1, words = 1;

	if (line[0] != '-' || !g_unichar_isupper(g_utf8_get_char(line + 1)) || strlen(line) > 40 ||
	    (i > 0 && !line_is_blank(g_ptr_array_index(lines, i - 1))))
		return false;
	for (const char *p = line + 1; *p != '\0'; p++) {
		words += *p == ' ';
		if (strchr(":;,.?!@", *p) != NULL || g_ascii_isdigit(*p))
			return false;
	}
	while (next < lines->len && line_is_blank(g_ptr_array_index(lines, next)))
		next++;
	return words <= 3 &&
	       (next == lines->len || line_is_quoted(g_ptr_array_index(lines, next)) ||
		is_list_foot(lines, next));
}

/* Below "On ... wrote:": quoted lines follow, or the quoted mail as it was. */
static bool quoted_lines_follow(const GPtrArray *lines, guint i)
{
	while (i < lines->len && line_is_blank(g_ptr_array_index(lines, i)))
		i++;
	return i < lines->len && line_is_quoted(g_ptr_array_index(lines, i));
}

static void keep(GString *out, const char *line)
{
	g_string_append(out, line);
	g_string_append_c(out, '\n');
}

/* Blank lines at both ends and more than two in a row inside say nothing. */
static char *tidy(const char *text)
{
	g_autoptr(GPtrArray) lines = lines_split(text);
	GString *out = g_string_new(NULL);
	guint blanks = 0;

	for (guint i = 0; i < lines->len; i++) {
		char *line = g_strchomp(g_ptr_array_index(lines, i));

		if (line_is_blank(line)) {
			blanks++;
			continue;
		}
		for (guint b = 0; out->len > 0 && b < MIN(blanks, 2); b++)
			g_string_append_c(out, '\n');
		blanks = 0;
		keep(out, line);
	}
	return g_string_free(out, FALSE);
}

/* A quotation mark inside text: ">>> http://x <<<" is no quotation. */
static bool is_quoted_line(const char *line)
{
	return line_is_quoted(line) && !g_str_has_suffix(line, "<<<");
}

char *reply_text(const char *text)
{
	g_autoptr(GPtrArray) lines = quote_lines(text);
	g_autoptr(GString) out = g_string_new(NULL);
	State state = KEEP;

	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);
		gsize start = 0;
		guint heading;

		if (is_quoted_line(line)) {
			state = QUOTE;
			continue;
		}
		if (i >= QUOTE_LINES) {
			if (state != SIGNATURE)
				keep(out, line);
			continue;
		}
		heading = attribution_length(lines, i, &start);
		if (heading > 0) {
			g_autofree char *before = g_strndup(line, start);

			while (g_str_has_suffix(g_strchomp(before), "-"))
				before[strlen(before) - 1] = '\0';
			if (start > 0 && state != SIGNATURE)
				keep(out, before);
			if (!quoted_lines_follow(lines, i + heading))
				break;
			state = QUOTE;
			i += heading - 1;
			continue;
		}
		if (rest_is_quoted(lines, i) > 0)
			break;
		if (is_signature_line(line) || is_sent_from(line) || is_list_foot(lines, i) ||
		    is_dashed_name(lines, i)) {
			state = SIGNATURE;
			continue;
		}
		if (state == SIGNATURE)
			continue;
		state = KEEP;
		keep(out, line);
	}
	return tidy(out->str);
}
