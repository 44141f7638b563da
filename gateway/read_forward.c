/* read_forward.c - the heading of a forwarded mail, and what stands above and below. */
#include "gateway/read_forward.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "gateway/read_quote.h"

#define MARK_REACH 4 /* lines between a mark and its block */

typedef struct Place {
	guint above;      /* lines above */
	guint block;      /* first line of the block */
	guint length;     /* lines of the block */
	bool attribution; /* "On ..., A <a@x> wrote:" in place of a block */
} Place;

static void set(char **place, char *value)
{
	g_free(*place);
	*place = value;
}

/* Takes "<mailto:x>" out. Given. */
static char *without_mailto(const char *value)
{
	GString *out = g_string_new(NULL);

	for (const char *p = value; *p != '\0'; p++) {
		const char *close =
			g_ascii_strncasecmp(p, "<mailto:", 8) == 0 ? strchr(p, '>') : NULL;

		if (close == NULL)
			close = g_ascii_strncasecmp(p, "[mailto:", 8) == 0 ? strchr(p, ']') : NULL;
		if (close == NULL)
			g_string_append_c(out, *p);
		else if (strchr(out->str, '<') == NULL && out->len > 0 &&
			 strchr(out->str, '@') == NULL) {
			/* "Jan [mailto:jan@x]": the only address there is */
			g_string_append_c(out, '<');
			g_string_append_len(out, p + 8, close - p - 8);
			g_string_append_c(out, '>');
			p = close;
		} else
			p = close;
	}
	return g_string_free(out, FALSE);
}

static char *name_tidy(const char *raw)
{
	g_autofree char *name = text_one_line(raw, MAIL_NAME_BYTES);
	gsize length;

	for (;;) {
		g_strstrip(name);
		length = strlen(name);
		if (length > 0 && strchr(",;", name[0]) != NULL) {
			memmove(name, name + 1, length);
		} else if (length >= 2 && strchr("\"'*", name[0]) != NULL &&
			   name[length - 1] == name[0]) {
			memmove(name, name + 1, length);
			name[length - 2] = '\0';
		} else {
			return g_steal_pointer(&name);
		}
	}
}

static void add(GPtrArray *mailboxes, const char *name, const char *address)
{
	g_autofree char *safe = name_tidy(name);
	g_autofree char *spec = text_one_line(address, ADDRESS_BYTES);
	char *at;

	g_strdelimit(spec, "<>\"'", ' ');
	g_strstrip(spec);
	at = strrchr(spec, '@');
	if (at != NULL) {
		g_autofree char *domain = g_utf8_strdown(at, -1);

		*at = '\0';
		set(&spec, g_strconcat(spec, domain, NULL));
	}
	if ((*safe != '\0' || *spec != '\0') && mailboxes->len < MAIL_ADDRESSES)
		g_ptr_array_add(mailboxes, mailbox_new(safe, spec));
}

/* Text before an address in <>: bare addresses of others, and then its name. */
static void add_bare(GPtrArray *mailboxes, const char *text, GString *name)
{
	g_auto(GStrv) pieces = g_strsplit_set(text, ",;", -1);

	for (guint i = 0; pieces[i] != NULL; i++) {
		if (strchr(pieces[i], '@') != NULL && (pieces[i + 1] != NULL || name == NULL)) {
			add(mailboxes, "", pieces[i]);
		} else if (name != NULL) {
			g_string_append_printf(name, "%s%s", name->len > 0 ? "," : "", pieces[i]);
		} else if (!line_is_blank(pieces[i])) {
			add(mailboxes, pieces[i], "");
		}
	}
}

void shown_mailboxes(const char *value, GPtrArray *mailboxes)
{
	g_autofree char *plain = without_mailto(value);
	const char *p = plain, *open;

	while ((open = strchr(p, '<')) != NULL && mailboxes->len < MAIL_ADDRESSES) {
		const char *close = strchr(open, '>');
		g_autofree char *before = g_strndup(p, (gsize)(open - p));
		g_autofree char *address = NULL;
		g_autoptr(GString) name = g_string_new(NULL);

		if (close == NULL)
			break;
		address = g_strndup(open + 1, (gsize)(close - open - 1));
		add_bare(mailboxes, before, name);
		add(mailboxes, name->str, address);
		p = close + 1;
	}
	add_bare(mailboxes, p, NULL);
}

static bool find_marked(const GPtrArray *lines, guint i, Place *place)
{
	for (guint next = i + 1; next < lines->len && next <= i + MARK_REACH; next++) {
		const char *line = g_ptr_array_index(lines, next);

		if (line_is_blank(line_unquoted(line)))
			continue;
		*place = (Place){ i, next, block_length(lines, next, true), false };
		return place->length > 0;
	}
	return false;
}

static bool only_line_ends(const char *line)
{
	const char *p = line + strspn(line, " \t");
	gsize dashes = strspn(p, "-_=");

	return dashes >= 5 && line_is_blank(p + dashes);
}

/* The first heading of a forwarded mail; false where an answer's quotation comes first. */
static bool find_place(const GPtrArray *lines, const char *subject, bool is_answer, Place *place)
{
	bool forward = subject_is_forward(subject);
	bool answer = !forward && (is_answer || subject_is_answer(subject));

	for (guint i = 0; i < MIN(lines->len, QUOTE_LINES); i++) {
		Mark mark = mark_of_line(g_ptr_array_index(lines, i));
		gsize start = 0;
		guint length;

		if (mark == MARK_FORWARD || (mark == MARK_ORIGINAL && !answer)) {
			if (find_marked(lines, i, place))
				return true;
		} else if (mark == MARK_ORIGINAL) {
			return false;
		}
		length = block_length(lines, i, false);
		if (length > 0 && answer)
			return false;
		if (length > 0) {
			*place = (Place){ i, i, length, false };
			if (i > 0 && only_line_ends(g_ptr_array_index(lines, i - 1)))
				place->above = i - 1;
			return true;
		}
		length = attribution_length(lines, i, &start);
		if (length > 0 && !forward)
			return false;
		if (length > 0) {
			*place = (Place){ i, i, length, true };
			return true;
		}
	}
	return false;
}

static void read_block(Forward *forward, const GPtrArray *lines, const Place *place)
{
	g_autoptr(GPtrArray) from = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
	guint end = place->block + place->length;

	for (guint i = place->block; i < end; i++) {
		const char *value = NULL;
		Label label = label_of_line(g_ptr_array_index(lines, i), &value);
		g_autoptr(GString) whole = g_string_new(value);

		if (label == LABEL_NONE)
			continue;
		while (i + 1 < end &&
		       label_of_line(g_ptr_array_index(lines, i + 1), NULL) == LABEL_NONE)
			g_string_append_printf(whole, " %s",
					       line_unquoted(g_ptr_array_index(lines, ++i)));
		if (label == LABEL_FROM)
			shown_mailboxes(whole->str, from);
		else if (label == LABEL_TO)
			shown_mailboxes(whole->str, forward->to);
		else if (label == LABEL_CC)
			shown_mailboxes(whole->str, forward->cc);
		else if (label == LABEL_DATE)
			set(&forward->date, text_one_line(whole->str, MAIL_NAME_BYTES));
		else if (label == LABEL_SUBJECT)
			set(&forward->subject, text_one_line(whole->str, MAIL_SUBJECT_BYTES));
	}
	if (from->len > 0) {
		Mailbox *first = g_ptr_array_index(from, 0);

		set(&forward->from.name, g_strdup(first->name));
		set(&forward->from.address, g_strdup(first->address));
	}
}

/* Takes quotation marks out, and what stands before an opening one. */
static void unquote_name(char *name)
{
	static const char *const marks[] = { "\xe2\x80\x9e", "\xe2\x80\x9c", "\xe2\x80\x9d",
					     "\xc2\xab", "\xc2\xbb" };

	for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
		char *found = strstr(name, marks[i]);
		gsize length = strlen(marks[i]);

		if (found == NULL)
			continue;
		if (found[length] == '\0' || g_ascii_isspace(found[length]))
			memset(found, ' ', length);
		else
			memset(name, ' ', (gsize)(found - name) + length);
	}
	g_strdelimit(name, "\"", ' ');
}

/* "On 28/10/2021 12:46, "John Doe" <j@x> wrote:": what stands before the name is the date. */
static void read_attribution(Forward *forward, const GPtrArray *lines, const Place *place)
{
	g_autofree char *raw = lines_join(lines, place->block, place->block + place->length);
	g_autofree char *line = text_one_line(raw, MAIL_SUBJECT_BYTES);
	const char *open = strchr(line, '<'), *close = open != NULL ? strchr(open, '>') : NULL;
	const char *name = line, *digit;
	g_autofree char *name_text = NULL, *address = NULL;

	if (close == NULL)
		return;
	/* the name begins after the last digit of the date, or after a quotation mark */
	digit = open;
	while (digit > line && !g_ascii_isdigit(*digit))
		digit--;
	name = memchr(line, '"', (gsize)(open - line));
	if (name == NULL)
		name = digit > line ? digit + 1 : line;
	name += strspn(name, "., ;:\"");
	while (g_str_has_prefix(name, "AM ") || g_str_has_prefix(name, "PM ") ||
	       g_str_has_prefix(name, "AM,") || g_str_has_prefix(name, "PM,"))
		name += 3 + strspn(name + 3, " ");
	name_text = g_strndup(name, name < open ? (gsize)(open - name) : 0);
	unquote_name(name_text);
	address = g_strndup(open + 1, (gsize)(close - open - 1));
	set(&forward->from.name, name_tidy(name_text));
	set(&forward->from.address, text_one_line(address, ADDRESS_BYTES));
	digit = line;
	while (*digit != '\0' && !g_ascii_isdigit(*digit) && digit < name)
		digit++;
	name_text = (g_free(name_text), g_strndup(digit, name > digit ? (gsize)(name - digit) : 0));
	g_strdelimit(name_text, "\"", ' ');
	g_strchomp(name_text);
	if (g_str_has_suffix(name_text, ","))
		name_text[strlen(name_text) - 1] = '\0';
	if (*name_text == '\0') { /* "A <a@x> wrote on 28/10/2021 12:46:" */
		digit = close + strcspn(close, "0123456789");
		set(&name_text, g_strndup(digit, strcspn(digit, "\n")));
		g_strchomp(name_text);
		if (g_str_has_suffix(name_text, ":"))
			name_text[strlen(name_text) - 1] = '\0';
	}
	set(&forward->date, text_one_line(name_text, MAIL_NAME_BYTES));
}

/* Without one level of quotation marks, where the heading or the first line has one. */
static char *read_below(const GPtrArray *lines, const Place *place)
{
	guint first = place->block + place->length;
	GString *text = g_string_new(NULL);
	bool quoted = line_is_quoted(g_ptr_array_index(lines, place->block));

	while (first < lines->len && line_is_blank(line_unquoted(g_ptr_array_index(lines, first))))
		first++;
	quoted = quoted || (first < lines->len && line_is_quoted(g_ptr_array_index(lines, first)));
	for (guint i = first; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);

		if (quoted && line_is_quoted(line)) {
			line += strspn(line, " \t") + 1;
			line += *line == ' ' ? 1 : 0;
		}
		g_string_append_printf(text, "%s\n", line);
	}
	return g_string_free(text, FALSE);
}

Forward *forward_read(const char *text, const char *subject, bool is_answer, char **above)
{
	g_autoptr(GPtrArray) lines = quote_lines(text);
	Forward *forward;
	Place place;

	if (!find_place(lines, subject, is_answer, &place))
		return NULL;
	forward = forward_new();
	if (place.attribution)
		read_attribution(forward, lines, &place);
	else
		read_block(forward, lines, &place);
	if (*forward->subject == '\0' && place.attribution)
		set(&forward->subject, g_strdup(subject_base(subject)));
	set(&forward->text, read_below(lines, &place));
	*above = lines_join(lines, 0, place.above);
	return forward;
}
