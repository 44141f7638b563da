/* form_fill.c - a template read out of a mail's text, line by line.
 *
 * A line is the template's own, or begins with a label, or goes on with the value
 * above it, or is the person's own words: then it goes to the comment.
 */
#include "forms/form_fill.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "forms/field_type.h"
#include "forms/fold.h"
#include "forms/form_collect.h"
#include "forms/form_lines.h"
#include "forms/form_write.h"
#include "forms/value.h"

#define LABEL_LINES 12     /* a label with its hint may be wrapped over so many */
#define OWN_LINES 20       /* so may a paragraph of the template */
#define VALUE_END_BYTES 24 /* what is wrapped of a number or a date is not longer */
#define TYPED_BYTES 200    /* nor is a date or a number */
#define WRAPPED_BYTES 4000 /* nobody's name is wrapped over more */
#define SENTENCE_WORDS 5   /* so many words and a full stop below an empty field are a sentence */

typedef struct Reading {
	const Form *form;
	const char *requester; /* the line of the template about who asks, or NULL */
	GHashTable *sentences; /* of our mails, folded; or NULL */
	GPtrArray *lines;      /* TextLine */
	Collect *collect;
	const FormField *open; /* the field that takes what follows, or NULL */
	GString *value;        /* of the open field */
	GString *source;       /* the lines it came from, as they stand */
	guint last;            /* line that was added last */
	guint at;
} Reading;

static const TextLine *line_at(const Reading *reading, guint index)
{
	return index < reading->lines->len ? g_ptr_array_index(reading->lines, index) : NULL;
}

static bool is_readable(const FormField *field, const char *typed)
{
	g_autofree char *plain = NULL;

	return field_read(field, typed, &plain) == NULL;
}

static void reading_close(Reading *reading)
{
	if (reading->open == NULL)
		return;
	collect_value(reading->collect, reading->open, reading->value->str, reading->source->str);
	reading->open = NULL;
}

/* value behind a separator without the rest of it, emphasis and hint. */
static char *value_start(const Reading *reading, const char *value)
{
	g_autofree char *text = g_strdup(value + strspn(value, " \t:|=\xc2\xa0"));
	gsize length = strlen(text);

	g_strchomp(text);
	length = strlen(text);
	while (length > 0 && text[length - 1] == '|')
		text[--length] = '\0';
	char *start = text;
	gsize stars = strspn(start, "*_");

	if (stars > 0 && (start[stars] == ' ' || start[stars] == '\0')) /* "**Label:** value" */
		start = g_strchug(start + stars);
	if (*start == '(') {
		const char *close = strchr(start, ')');
		g_autofree char *hint =
			close ? g_strndup(start + 1, (gsize)(close - start - 1)) : NULL;

		if (hint != NULL && form_labels_is_hint(reading->form->labels, hint))
			start = g_strchug(start + (close - start) + 1);
	}
	if (form_labels_is_hint(reading->form->labels, start))
		return g_strdup("");
	return g_strdup(g_strchomp(start));
}

/* Whether text is more than a few words and ends as a sentence does. */
static bool is_sentence(const char *text)
{
	g_autofree char *line = fold_one_line(text);
	gsize length = strlen(line);
	guint words = 1;

	for (const char *p = line; *p != '\0'; p++)
		words += *p == ' ';
	return words >= SENTENCE_WORDS && length > 0 && strchr(".!?", line[length - 1]) != NULL;
}

/* Whether line may be the value of a field whose own line is empty; below a label that
 * fills its line or its cell (fills) any text is. */
static bool may_be_value(const Reading *reading, const FormField *field, const TextLine *line,
			 bool adjacent, bool fills)
{
	LabelFound found;

	if (line == NULL || line->blank || line->header)
		return false;
	if (form_labels_find(reading->form->labels, line->text, &found)) {
		g_free(found.inside);
		return false;
	}
	if (!field->type->is_text)
		return is_readable(field, line_words(line->text));
	return adjacent && (fills || !is_sentence(line->text));
}

/* Whether the line after reading->at, or after one empty line, is the value of field. */
static bool value_follows(const Reading *reading, const LabelFound *found, guint used,
			  guint *ret_index)
{
	const TextLine *next = line_at(reading, reading->at + used);
	bool adjacent = next != NULL && !next->blank;

	bool fills = adjacent && text_line_wraps(line_at(reading, reading->at + used - 1), next);

	*ret_index = reading->at + used + (adjacent ? 0 : 1);
	return may_be_value(reading, found->label->of, line_at(reading, *ret_index), adjacent,
			    found->bare || fills);
}

static void append_source(Reading *reading, guint from, guint to)
{
	for (guint i = from; i < to && i < reading->lines->len; i++)
		g_string_append_printf(reading->source, "%s%s",
				       reading->source->len > 0 ? "\n" : "",
				       line_at(reading, i)->text);
}

/* Whether next is the rest of a value that is no free text: "50,0" and "%". */
static bool ends_value(const FormField *field, const char *value, const char *next)
{
	g_autoptr(GString) joined = g_string_new(value);

	text_line_join(joined, next);
	if (field->choices->len > 0)
		return value_begins_choice(field, joined->str);
	if (!is_readable(field, value))
		return strlen(value) < TYPED_BYTES;
	return field->type->order != ORDER_NONE && strlen(next) <= VALUE_END_BYTES &&
	       is_readable(field, joined->str);
}

/* Whether the open field takes the line: all that follows, or what was wrapped. */
static bool takes(const Reading *reading, const TextLine *line)
{
	const TextLine *last = line_at(reading, reading->last);

	if (reading->open == NULL)
		return false;
	if (reading->open->type->is_lines)
		return true;
	if (reading->value->len == 0 || reading->value->len > WRAPPED_BYTES ||
	    reading->at != reading->last + 1 || !text_line_wraps(last, line))
		return false;
	return reading->open->type->is_text ||
	       ends_value(reading->open, reading->value->str, line->text);
}

/* Whether the line goes on with text above it: there a label without a separator is a word. */
static bool is_in_text(const Reading *reading)
{
	const TextLine *before = reading->at > 0 ? line_at(reading, reading->at - 1) : NULL;

	return takes(reading, line_at(reading, reading->at)) && reading->value->len > 0 &&
	       before != NULL && !before->blank;
}

/* Opens field with what stands on its own line; used: lines that the label took. */
static bool begin_field(Reading *reading, const LabelFound *found, guint used)
{
	const FormField *field = found->label->of;
	g_autofree char *value = value_start(reading, found->value);
	guint index = 0;
	bool empty = *value == '\0' && found->inside == NULL;
	bool below = empty && !field->type->is_lines && value_follows(reading, found, used, &index);

	if (found->bare && !found->marked && !below && is_in_text(reading))
		return false;
	if (found->bare && field == reading->form->manager) /* the last word of a signature */
		return false;
	reading_close(reading);
	collect_label(reading->collect, found->label);
	g_string_truncate(reading->source, 0);
	append_source(reading, reading->at, reading->at + used);
	g_string_assign(reading->value, value);
	if (found->inside != NULL && *value == '\0')
		g_string_assign(reading->value,
				found->inside); /* filled in between the parentheses */
	else if (found->inside != NULL)
		collect_words(reading->collect, found->inside);
	reading->open = field;
	reading->last = reading->at + used - 1;
	reading->at += used;
	if (below) {
		g_string_assign(reading->value, line_words(line_at(reading, index)->text));
		append_source(reading, index, index + 1);
		reading->last = index;
		reading->at = index + 1;
	}
	return true;
}

/* "Geboorteattest: scan.pdf", also with the name on the line below. */
static bool begin_document(Reading *reading, const LabelFound *found, guint used)
{
	const FormDocument *document = found->label->of;
	g_autofree char *name = value_start(reading, found->value);

	if (found->bare && !found->marked && is_in_text(reading))
		return false;
	reading_close(reading);
	collect_label(reading->collect, found->label);
	if (found->inside != NULL)
		collect_words(reading->collect, found->inside);
	reading->at += used;
	const TextLine *next = line_at(reading, reading->at),
		       *line = line_at(reading, reading->at - 1);

	if (*name != '\0' && next != NULL && text_line_wraps(line, next) &&
	    strchr(name, '.') == NULL && strchr(next->text, '.') != NULL) {
		g_autoptr(GString) whole = g_string_new(name);

		text_line_join(whole, next->text);
		collect_document(reading->collect, document, whole->str);
		reading->at++;
	} else if (fold_has_words(name)) {
		collect_document(reading->collect, document, name);
	}
	return true;
}

/* The first line of a template, which may be wrapped; only when it names this form. */
static bool begin_form(Reading *reading, const LabelFound *found, guint used)
{
	g_autofree char *id = g_strdup_printf("(%s)", reading->form->id);
	g_autoptr(GString) rest = g_string_new(found->value);
	guint taken = 0;
	bool start;

	for (guint i = 0; !found->bare && i < LABEL_LINES; i++) {
		g_autofree char *folded = fold_plain(rest->str);
		g_autofree char *tight = text_fold_tight(rest->str);
		const TextLine *next = line_at(reading, reading->at + used + i);
		bool has_id = strstr(folded, id) != NULL;

		if (has_id ||
		    (taken == 0 && form_labels_is_own(reading->form->labels, tight, &start)))
			taken = used + i;
		if (has_id || next == NULL || next->blank)
			break;
		text_line_join(rest, next->text);
	}
	if (taken == 0)
		return false;
	reading_close(reading);
	collect_label(reading->collect, found->label);
	reading->at += taken;
	return true;
}

/* The line about who asks: the template's own only as the desk wrote it. */
static bool begin_requester(Reading *reading, const LabelFound *found, guint used)
{
	g_autofree char *value = value_start(reading, found->value);
	g_autofree char *written = text_fold_tight(reading->requester ? reading->requester : "");
	g_autoptr(GString) read = g_string_new(value);
	const TextLine *next;

	if (found->bare)
		return false;
	for (guint i = 0; i < LABEL_LINES; i++) {
		g_autofree char *folded = text_fold_tight(read->str);

		if (*folded == '\0' || strcmp(folded, written) == 0) {
			reading_close(reading);
			reading->at += used;
			return true;
		}
		next = line_at(reading, reading->at + used);
		if (next == NULL || next->blank || !g_str_has_prefix(written, folded))
			return false;
		text_line_join(read, next->text);
		used++;
	}
	return false;
}

static bool begin(Reading *reading, const LabelFound *found, guint used)
{
	switch (found->label->kind) {
	case LABEL_FIELD:
		return begin_field(reading, found, used);
	case LABEL_DOCUMENT:
		return begin_document(reading, found, used);
	case LABEL_FORM:
		return begin_form(reading, found, used);
	case LABEL_REQUESTER:
		return begin_requester(reading, found, used);
	}
	return false;
}

/* Whether a label filled its line, so that its separator begins the next one. */
static bool value_stands_below(const Reading *reading, const TextLine *line, const TextLine *next)
{
	LabelFound found;

	if (next == NULL || !form_labels_is_separator(next->text) ||
	    line->width + 1 + fold_word_length(line_words(next->text)) <= WRAP_WIDTH)
		return false;
	bool is_label = form_labels_find(reading->form->labels, next->text, &found);

	g_free(found.inside);
	return !is_label;
}

/* How many lines the label that starts here takes, 0 when there is none: the first
 * number that leaves no more than a hint in its parentheses.  joined: these lines. */
static guint label_lines(const Reading *reading, GString *joined)
{
	const TextLine *line = line_at(reading, reading->at), *next;
	gsize length = 0;
	guint best = 0;

	g_string_assign(joined, line->text);
	for (guint used = 1; used <= LABEL_LINES; used++) {
		LabelFound found;
		bool is_label = form_labels_find(reading->form->labels, joined->str, &found);
		bool whole = is_label && found.inside == NULL;

		g_free(found.inside);
		next = line_at(reading, reading->at + used);
		if (whole && found.bare && value_stands_below(reading, line, next)) {
			text_line_join(joined, next->text); /* the label filled its line */
			return used + 1;
		}
		bool hint_below = next != NULL && next->text[strspn(next->text, " ")] == '(' &&
				  strchr(joined->str, '(') == NULL;

		if (whole && !(found.bare && hint_below))
			return used;
		if (is_label && best == 0) {
			best = used;
			length = joined->len;
		}
		if (next == NULL || !text_line_wraps(line, next) ||
		    !form_labels_may_go_on(reading->form->labels, joined->str))
			break;
		text_line_join(joined, next->text);
		line = next;
	}
	g_string_truncate(joined, length);
	return best;
}

/* A label at the start of this line, or of it and those that it is wrapped over. */
static bool read_label(Reading *reading)
{
	const TextLine *line = line_at(reading, reading->at);
	g_autoptr(GString) joined = g_string_new(NULL);
	guint used = line->header || line->blank ? 0 : label_lines(reading, joined);
	LabelFound found;

	if (used == 0 || !form_labels_find(reading->form->labels, joined->str, &found))
		return false;
	if (found.inside != NULL && (!fold_has_words(found.inside) ||
				     form_labels_is_hint(reading->form->labels, found.inside)))
		g_clear_pointer(&found.inside, g_free);
	bool begun = begin(reading, &found, used);

	g_free(found.inside);
	return begun;
}

/* Passes over a paragraph of the template or of our own mail. */
static bool skip_own(Reading *reading)
{
	g_autoptr(GString) text = g_string_new(NULL);
	bool start = true;

	for (guint used = 0; start && used < OWN_LINES; used++) {
		const TextLine *line = line_at(reading, reading->at + used);

		if (line == NULL || line->blank)
			return false;
		g_autofree char *folded = text_fold_tight(line->text);

		g_string_append(text, folded);
		if (form_labels_is_own(reading->form->labels, text->str, &start) ||
		    collect_is_sentence(reading->sentences, text->str)) {
			reading->at += used + 1;
			line = line_at(reading, reading->at);
			reading->at += line != NULL && !line->blank && !fold_has_words(line->text)
					       ? 1
					       : 0; /* its last mark */
			return true;
		}
	}
	return false;
}

static void append_line(Reading *reading, const TextLine *line)
{
	const TextLine *last = line_at(reading, reading->last);
	bool wrapped = reading->value->len > 0 && reading->at == reading->last + 1 &&
		       text_line_wraps(last, line);

	if (wrapped || !reading->open->type->is_lines)
		text_line_join(reading->value, line->text);
	else if (reading->value->len > 0)
		g_string_append_printf(reading->value, "\n%s", line->text);
	else
		g_string_append(reading->value, line->text);
	append_source(reading, reading->at, reading->at + 1);
	reading->last = reading->at++;
}

static void read_lines(Reading *reading)
{
	while (reading->at < reading->lines->len) {
		const TextLine *line = line_at(reading, reading->at);

		if (skip_own(reading) || read_label(reading))
			continue;
		if (takes(reading, line)) {
			append_line(reading, line);
			continue;
		}
		if (!line->blank)
			reading_close(reading);
		collect_line(reading->collect,
			     reading->at > 0 ? line_at(reading, reading->at - 1) : NULL, line);
		reading->at++;
	}
	reading_close(reading);
}

Filled *form_fill_known(const Form *form, const char *text, const TemplateFor *writer,
			GHashTable *sentences)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, MAIL_TEXT_BYTES));
	g_autofree char *requester = writer ? form_template_requester(writer) : NULL;
	g_autoptr(GPtrArray) lines = text_lines(form->labels, valid);
	g_autoptr(GString) value = g_string_new(NULL);
	g_autoptr(GString) source = g_string_new(NULL);
	Collect *collect = collect_new(form);
	Reading reading = { .form = form,
			    .requester = requester,
			    .sentences = sentences,
			    .lines = lines,
			    .collect = collect,
			    .value = value,
			    .source = source };

	read_lines(&reading);
	return collect_end(collect);
}

Filled *form_fill(const Form *form, const char *text)
{
	return form_fill_known(form, text, NULL, NULL);
}
