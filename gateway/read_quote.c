/* read_quote.c - tables of what mail programs write above a quoted mail. */
#include "gateway/read_quote.h"

#include <string.h>

#include "common/text.h"

#define LABEL_BYTES 48 /* of a label before its colon */
#define LINE_LOOK 1000 /* bytes of a line that are looked at */
#define BLOCK_LINES 24
#define ATTRIBUTION_LINES 4
#define ATTRIBUTION_BYTES 500

/* "wrote", as text_fold writes it, somewhere in the line. */
static const char *const verbs[] = {
	"wrote",       "schreef",    "schreven",
	"a ecrit",     "ecrit",      "ecrivit",
	"schrieb",     "schreibt",   "geschrieben",
	"escribio",    "ha scritto", "scrisse",
	"escreveu",    "napisal",    "napisala",
	"napisal a",   "napisao",    "napisala je",
	"skrev",       "kirjoitti",  "napsal",
	"napsal a",    "pisze",      "написал",
	"написала",    "пишет",      "писал",
	"написав",     "пише",       "a scris",
	"irta",        "ezt irta",   "yazdi",
	"sunu yazdi",  "sent",       "sendt",
	"va escriure", "geschreven", "said",
	"escrito",     "skreiv",     "написа",
	"写道",        "書きました", "schrieb am",
	"wrote on",    "pise",       "je napisao la",
	"a envoye",    "napisa",     "на писал",
	"vao luc",     "da viet",    "viet",
	"napisal",     "napisal(a)", "naposledy napsal",
};

/* How such a line begins: words as text_fold writes them. */
static const char *const starts[] = {
	"on",       "op",       "le",          "d",       "am",        "el",        "il",
	"em",       "den",      "w dniu",      "dne",     "dnia",      "pe",        "ma",
	"ti",       "ke",       "to",          "la",      "su",        "a",         "в",
	"от",       "у",        "во",          "dana",    "din",       "pa",        "ons",
	"tors",     "fre",      "lor",         "son",     "man",       "tir",       "mon",
	"tue",      "wed",      "thu",         "fri",     "sat",       "sun",       "lun",
	"mar",      "mer",      "jeu",         "ven",     "sam",       "dim",       "ma",
	"di",       "wo",       "do",          "vr",      "za",        "zo",        "mo",
	"mi",       "fr",       "sa",          "so",      "dia",       "vào",       "vao",
	"na",       "in",       "quoting",     "citeren", "zitat von", "citando",   "selon",
	"пн",       "вт",       "ср",          "чт",      "пт",        "сб",        "вс",
	"пятница",  "среда",    "понедельник", "вторник", "четверг",   "суббота",   "воскресенье",
	"dne",      "sent",     "from",        "monday",  "tuesday",   "wednesday", "thursday",
	"friday",   "saturday", "sunday",      "lundi",   "mardi",     "mercredi",  "jeudi",
	"vendredi", "samedi",   "dimanche",    "maandag", "dinsdag",   "woensdag",  "donderdag",
	"vrijdag",  "zaterdag", "zondag",      "montag",  "dienstag",  "mittwoch",  "donnerstag",
	"freitag",  "samstag",  "sonntag",     "kl",      "klo",       "ur",        "van",
	"von",
};

bool line_is_quoted(const char *line)
{
	const char *p = line + strspn(line, " \t");

	return *p == '>' && p - line <= 4;
}

const char *line_unquoted(const char *line)
{
	while (line_is_quoted(line)) {
		line += strspn(line, " \t") + 1;
		line += *line == ' ' ? 1 : 0;
	}
	return line;
}

bool line_is_blank(const char *line)
{
	for (const char *p = line; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (!g_unichar_isspace(c) && c != 0xfeff && c != 0x200b && c != 0x200e &&
		    c != 0x200f)
			return false;
	}
	return true;
}

const char *line_skip_ornament(const char *p)
{
	for (;;) {
		if (g_ascii_isspace(*p) || *p == '*' || *p == '|')
			p++;
		else if (g_str_has_prefix(p, "\xc2\xa0"))
			p += 2;
		else if (g_str_has_prefix(p, "\xef\xbb\xbf"))
			p += 3;
		else
			return p;
	}
}

/* "----- Forwarded message ----- From: A <a@x>To: b@xSubject: c" becomes lines. */
static bool split_one_line(GPtrArray *lines, const char *line)
{
	const char *p = line_unquoted(line), *rest = NULL, *start;

	p += strspn(p, " \t");
	if (strncmp(p, "---", 3) != 0)
		return false;
	start = p + strspn(p, "-");
	rest = strstr(start, "---");
	if (rest == NULL || rest - start > 80)
		return false;
	rest += strspn(rest, "-");
	start = rest + strspn(rest, " \t");
	if (*start == '\0' || label_of_line(start, NULL) == LABEL_NONE)
		return false;
	g_ptr_array_add(lines, g_strndup(line, (gsize)(rest - line)));
	for (p = start; *p != '\0'; p = g_utf8_next_char(p)) {
		if (p == start || !g_unichar_isupper(g_utf8_get_char(p)) || p[-1] == ' ' ||
		    label_of_line(p, NULL) == LABEL_NONE)
			continue;
		g_ptr_array_add(lines, g_strndup(start, (gsize)(p - start)));
		start = p;
	}
	g_ptr_array_add(lines, g_strdup(start));
	return true;
}

GPtrArray *lines_split(const char *text)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	const char *p = text, *end = text + strlen(text);

	while (p < end) {
		const char *stop = memchr(p, '\n', (gsize)(end - p));
		gsize length = (gsize)((stop != NULL ? stop : end) - p);

		g_ptr_array_add(lines, g_strndup(p, length));
		p += length + 1;
	}
	return lines;
}

GPtrArray *quote_lines(const char *text)
{
	g_autoptr(GPtrArray) plain = lines_split(text);
	GPtrArray *lines = g_ptr_array_new_full(plain->len, g_free);

	for (guint i = 0; i < plain->len; i++) {
		char **line = (char **)&plain->pdata[i];

		if (strlen(*line) > 4 * LINE_LOOK || !split_one_line(lines, *line))
			g_ptr_array_add(lines, g_steal_pointer(line));
	}
	return lines;
}

char *lines_join(const GPtrArray *lines, guint start, guint end)
{
	GString *text = g_string_new(NULL);

	for (guint i = start; i < MIN(end, lines->len); i++) {
		g_string_append(text, g_ptr_array_index(lines, i));
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, FALSE);
}

static bool has_digit(const char *text)
{
	return strpbrk(text, "0123456789") != NULL;
}

typedef struct Block {
	bool has[LABEL_OTHER + 1];
	bool address, date, name;
	guint end;
} Block;

/* A value that goes on: addresses on more lines, or indented ones. */
static bool continues(const char *line, Label last)
{
	const char *p = line_unquoted(line);

	if (line_is_blank(p))
		return false;
	if ((last == LABEL_TO || last == LABEL_CC) &&
	    (strchr(p, '@') != NULL || p[strlen(p) - 1] == ';'))
		return true;
	return last != LABEL_NONE && g_ascii_isspace(*p) && label_of_line(p, NULL) == LABEL_NONE &&
	       last != LABEL_SUBJECT;
}

static Block block_read(const GPtrArray *lines, guint start)
{
	Block block = { .end = start };
	Label last = LABEL_NONE;
	guint blanks = 0;

	for (guint i = start; i < lines->len && i < start + BLOCK_LINES; i++) {
		const char *line = g_ptr_array_index(lines, i), *value = NULL;
		Label label =
			strlen(line) < 8 * LINE_LOOK ? label_of_line(line, &value) : LABEL_NONE;

		if (label != LABEL_NONE) {
			if (label != LABEL_OTHER && block.has[label])
				break;
			block.has[label] = true;
			block.address = block.address ||
					(label == LABEL_FROM && strchr(value, '@') != NULL);
			block.date = block.date || (label == LABEL_DATE && has_digit(value));
			block.name = block.name ||
				     (label == LABEL_FROM && *value != '\0' && !has_digit(value));
			blanks = 0;
			last = label;
			block.end = i + 1;
		} else if (line_is_blank(line_unquoted(line)) && blanks++ == 0 &&
			   !(block.has[LABEL_SUBJECT] && block.has[LABEL_FROM])) {
			continue; /* double-spaced by HTML */
		} else if (blanks == 0 && continues(line, last)) {
			block.end = i + 1;
		} else {
			break;
		}
	}
	return block;
}

guint block_length(const GPtrArray *lines, guint i, bool marked)
{
	const char *line = g_ptr_array_index(lines, i), *value;
	Label label;
	Block block;
	guint kinds;

	if (strchr(line, ':') == NULL && strstr(line, "\xef\xbc\x9a") == NULL)
		return 0;
	label = strlen(line) < 8 * LINE_LOOK ? label_of_line(line, &value) : LABEL_NONE;
	if (label == LABEL_NONE || (label == LABEL_OTHER && !marked))
		return 0;
	block = block_read(lines, i);
	kinds = (guint)block.has[LABEL_FROM] + block.has[LABEL_DATE] + block.has[LABEL_TO] +
		block.has[LABEL_SUBJECT] + block.has[LABEL_CC];
	if (!block.has[LABEL_FROM])
		return 0;
	if (marked)
		return kinds >= 2 || block.address ? block.end - i : 0;
	if (kinds >= 3 &&
	    (block.address || (block.date && (block.has[LABEL_SUBJECT] || block.name))))
		return block.end - i;
	return kinds == 2 && block.address && (block.date || block.has[LABEL_SUBJECT])
		       ? block.end - i
		       : 0;
}

static bool has_time(const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		if (g_ascii_isdigit(p[0]) && (p[1] == ':' || p[1] == '.' || p[1] == 'h') &&
		    g_ascii_isdigit(p[2]) && g_ascii_isdigit(p[3]) && !g_ascii_isdigit(p[4]))
			return true;
	return false;
}

/* Whether folded holds one of the words of list as a word. */
static bool has_word(const char *folded, const char *const *list, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		const char *p = folded;
		gsize length = strlen(list[i]);

		while ((p = strstr(p, list[i])) != NULL) {
			if ((p == folded || p[-1] == ' ') &&
			    (p[length] == '\0' || p[length] == ' '))
				return true;
			p += length;
		}
	}
	return false;
}

bool says_wrote(const char *folded)
{
	return has_digit(folded) && has_word(folded, verbs, G_N_ELEMENTS(verbs));
}

static bool begins_well(const char *folded)
{
	if (g_ascii_isdigit(*folded))
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
		gsize length = strlen(starts[i]);

		if (strncmp(folded, starts[i], length) == 0 && folded[length] == ' ')
			return true;
	}
	return false;
}

/* The length of text without what may follow the last word. */
static gsize trimmed_length(const char *text)
{
	gsize length = strlen(text);

	while (length > 0 && (g_ascii_isspace(text[length - 1]) || text[length - 1] == '*'))
		length--;
	return length;
}

/* Ends with a colon, or with the verb alone where an address was told. */
static bool ends_well(const char *text)
{
	gsize length = trimmed_length(text);

	if (length > 0 && text[length - 1] == ':')
		return true;
	if (length >= 3 && memcmp(text + length - 3, "\xef\xbc\x9a", 3) == 0)
		return true;
	return length >= 5 && memcmp(text + length - 5, "wrote", 5) == 0 &&
	       strchr(text, '@') != NULL;
}

/* '30.09.2017, 18:30, "A B" <a@x>:' has no verb, but nothing else looks like it. */
static bool is_bare_attribution(const char *text)
{
	gsize length = trimmed_length(text);

	return length > 2 && memcmp(text + length - 2, ">:", 2) == 0 && strchr(text, '<') != NULL &&
	       strchr(text, '@') != NULL && has_time(text);
}

static bool is_attribution(const char *text, bool quote_follows)
{
	g_autofree char *folded = NULL;
	bool address = strchr(text, '@') != NULL, time = has_time(text), wrote;

	if (!ends_well(text) || !(address || time || quote_follows || has_digit(text)))
		return false;
	folded = text_fold(text);
	if (begins_well(folded) && is_bare_attribution(text))
		return true;
	if (!has_word(folded, verbs, G_N_ELEMENTS(verbs)))
		return false;
	wrote = g_str_has_suffix(folded, " wrote");
	if (begins_well(folded) && has_digit(folded))
		return address || time || quote_follows || wrote;
	/* "Jan Janssens <jan@x> schreef op ...:", "jan@x wrote:" */
	if (address && time && strchr(text, '<') != NULL)
		return true;
	return quote_follows && (address || wrote || has_digit(folded));
}

static bool quote_follows(const GPtrArray *lines, guint i)
{
	while (i < lines->len && line_is_blank(g_ptr_array_index(lines, i)))
		i++;
	return i < lines->len && line_is_quoted(g_ptr_array_index(lines, i));
}

/* Where "On Wed, ..." begins inside a line that has something else before it. */
static const char *inner_start(const char *line)
{
	static const char *const words[] = { " On ", " Op ", " Le ",       " Am ",
					     "-On ", ".On ", "\xc2\xa0On " };
	const char *found = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		const char *p = line;

		while ((p = strstr(p, words[i])) != NULL) {
			found = MAX(found, p + 1);
			p++;
		}
	}
	return found;
}

/* What the lines i to i + n say together. Given, or NULL when they are none or too long. */
static GString *joined(const GPtrArray *lines, guint i, guint n)
{
	const char *first = g_ptr_array_index(lines, i);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint k = i; k <= i + n; k++) {
		const char *line = k < lines->len ? g_ptr_array_index(lines, k) : "";

		if (line_is_blank(line) || text->len + strlen(line) > ATTRIBUTION_BYTES ||
		    line_is_quoted(line) != line_is_quoted(first))
			return NULL;
		g_string_append_printf(text, "%s%s", k > i ? " " : "",
				       line_skip_ornament(line_unquoted(line)));
	}
	return g_steal_pointer(&text);
}

/* Whether a line begins as "On Monday": not as "Hi," above it. */
static bool line_begins_well(const char *line)
{
	g_autofree char *cut = text_cut(line_skip_ornament(line_unquoted(line)), 60);
	g_autofree char *folded = text_fold(cut);

	return begins_well(folded);
}

/* Where in line something else ends and "On ..., a@x wrote:" begins; 0: nowhere. */
static gsize inner_attribution(const char *line, bool quoted)
{
	const char *inner = ends_well(line) ? inner_start(line) : NULL;

	if (inner == NULL || !(strchr(inner, '@') != NULL || has_time(inner)))
		return 0;
	return is_attribution(inner, quoted) ? (gsize)(inner - line) : 0;
}

guint attribution_length(const GPtrArray *lines, guint i, gsize *start)
{
	const char *first = g_ptr_array_index(lines, i);

	*start = 0;
	if (line_is_blank(first) || strlen(first) > ATTRIBUTION_BYTES)
		return 0;
	for (guint n = 0; n < ATTRIBUTION_LINES; n++) {
		g_autoptr(GString) text = joined(lines, i, n);
		const char *last;

		if (text == NULL)
			break;
		if (!ends_well(text->str))
			continue;
		last = g_ptr_array_index(lines, i + n);
		if (n > 0 && !line_begins_well(first) && strchr(first, '@') == NULL)
			break;
		if (n > 0 && line_begins_well(last) &&
		    is_attribution(last, quote_follows(lines, i + n + 1)))
			break; /* whole by itself */
		if (n == 0 && !line_begins_well(first))
			*start = inner_attribution(first, quote_follows(lines, i + 1));
		if (*start > 0 || is_attribution(text->str, quote_follows(lines, i + n + 1)))
			return n + 1;
	}
	return 0;
}
