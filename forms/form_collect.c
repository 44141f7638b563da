/* form_collect.c - gathers what is met in a text into a Filled. */
#include "forms/form_collect.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "forms/field_type.h"
#include "forms/fold.h"

#define KNOWN_BYTES 12 /* shorter sentences of the catalogue may be a person's as well */

typedef struct Given { /* what was last typed for a field */
	char *typed;
	guint times;
} Given;

struct Collect {
	const Form *form;
	Filled *filled;
	Given *given;     /* beside form->fields, and one for the manager */
	GString *comment; /* in the order of the text */
	bool joins;       /* the comment's last line is the one before */
	guint languages[LANGUAGES];
	int named; /* language of the first line, or LANGUAGE_NONE */
};

static void document_line_free(void *data)
{
	DocumentLine *line = data;

	g_free(line->kind);
	g_free(line->name);
	g_free(line);
}

Collect *collect_new(const Form *form)
{
	Collect *collect = g_new0(Collect, 1);
	Filled *filled = g_new0(Filled, 1);

	filled->form = form;
	filled->language = LANGUAGE_NONE;
	filled->answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	filled->problems = g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);
	filled->documents = g_ptr_array_new_with_free_func(document_line_free);
	filled->warnings = g_ptr_array_new_with_free_func(g_free);
	collect->form = form;
	collect->filled = filled;
	collect->given = g_new0(Given, form->fields->len + 1);
	collect->comment = g_string_new(NULL);
	collect->named = LANGUAGE_NONE;
	return collect;
}

void filled_free(Filled *filled)
{
	if (filled == NULL)
		return;
	g_ptr_array_unref(filled->answers);
	g_ptr_array_unref(filled->problems);
	g_ptr_array_unref(filled->documents);
	g_ptr_array_unref(filled->warnings);
	g_free(filled->comment);
	g_free(filled);
}

void collect_label(Collect *collect, const FormLabel *label)
{
	for (int i = 0; i < LANGUAGES; i++)
		if (label->languages & (1u << i)) {
			collect->languages[i]++;
			if (label->kind == LABEL_FORM && collect->named == LANGUAGE_NONE)
				collect->named = i;
		}
	collect->filled->labels += label->kind == LABEL_FORM ? 0 : 1;
	collect->joins = false;
}

void collect_words(Collect *collect, const char *words)
{
	if (collect->comment->len > 0 && collect->comment->str[collect->comment->len - 1] != '\n')
		g_string_append_c(collect->comment, '\n');
	g_string_append(collect->comment, words);
	collect->joins = false;
}

void collect_line(Collect *collect, const TextLine *before, const TextLine *line)
{
	if (line->blank) {
		if (collect->comment->len > 0 && !g_str_has_suffix(collect->comment->str, "\n\n"))
			g_string_append(collect->comment,
					g_str_has_suffix(collect->comment->str, "\n") ? "\n"
										      : "\n\n");
		collect->joins = false;
		return;
	}
	if (collect->joins && before != NULL && text_line_wraps(before, line))
		text_line_join(collect->comment, line->text);
	else
		collect_words(collect, line->text);
	collect->joins = true;
}

static guint field_index(const Form *form, const FormField *field)
{
	guint i = 0;

	while (i < form->fields->len && g_ptr_array_index(form->fields, i) != field)
		i++;
	return i;
}

/* typed without emphasis around it; "" when nothing but marks are there. */
static char *typed_value(const char *typed)
{
	char *text = g_strstrip(g_strdup(typed));
	gsize length = strlen(text);

	if (!fold_has_words(text))
		*text = '\0';
	else if (length > 2 && strchr("*_", *text) != NULL && text[length - 1] == *text) {
		gsize marks = strspn(text, "*_");

		while (length > marks && strchr("*_", text[length - 1]) != NULL)
			text[--length] = '\0';
		memmove(text, text + marks, length - marks + 1);
	}
	return g_strstrip(text);
}

void collect_value(Collect *collect, const FormField *field, const char *typed, const char *source)
{
	Given *given = &collect->given[field_index(collect->form, field)];
	g_autofree char *text = typed_value(typed);

	if (strlen(text) > VALUE_BYTES) {
		g_ptr_array_add(collect->filled->warnings,
				g_strdup_printf("the field %s is longer than is kept: it was cut",
						field->id));
		g_autofree char *cut = text_cut(text, VALUE_BYTES);

		collect_words(collect, text + strlen(cut));
		text[strlen(cut)] = '\0';
	}
	if (*text == '\0')
		return;
	if (!field->type->is_text && field_says_nothing(text)) {
		collect_words(collect, source); /* not filled in, but said */
		return;
	}
	if (strcmp(field->id, "comment") == 0)
		collect_words(collect, text);
	if (given->times++ == 1)
		g_ptr_array_add(collect->filled->warnings,
				g_strdup_printf("the field %s stands twice, the last one counts",
						field->id));
	if (given->typed != NULL && field->type->is_text && strcmp(field->id, "comment") != 0 &&
	    strcmp(given->typed, text) != 0)
		collect_words(collect, given->typed); /* free words stay somewhere */
	g_free(given->typed);
	given->typed = g_steal_pointer(&text);
}

void collect_document(Collect *collect, const FormDocument *document, const char *name)
{
	DocumentLine *line = g_new0(DocumentLine, 1);

	line->kind = g_strdup(document->kind);
	line->name = fold_one_line(name);
	g_ptr_array_add(collect->filled->documents, line);
}

/* The language that most labels are in; where several are, that of the first line. */
static Language filled_language(const Collect *collect)
{
	Language best = collect->named;

	for (int i = 0; i < LANGUAGES; i++)
		if (collect->languages[i] > 0 &&
		    (best == LANGUAGE_NONE || collect->languages[i] > collect->languages[best]))
			best = i;
	return collect->named != LANGUAGE_NONE ? (Language)collect->named : best;
}

/* The one required field of free lines, or NULL. */
static guint question_field(const Form *form)
{
	guint found = G_MAXUINT, count = 0;

	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = g_ptr_array_index(form->fields, i);

		if (field->required && field->type->is_lines) {
			found = i;
			count++;
		}
	}
	return count == 1 ? found : G_MAXUINT;
}

static void end_comment(Collect *collect)
{
	g_autofree char *stripped = g_strstrip(g_strdup(collect->comment->str));
	bool has_words = fold_has_words(stripped);
	guint question = collect->filled->labels == 0 ? question_field(collect->form) : G_MAXUINT;
	guint comment = collect->form->fields->len - 1;

	if (!has_words)
		*stripped = '\0';
	if (question != G_MAXUINT && has_words && collect->given[question].typed == NULL) {
		collect->given[question].typed = g_steal_pointer(&stripped);
		stripped = g_strdup("");
	}
	g_free(collect->given[comment].typed);
	collect->given[comment].typed = has_words && *stripped != '\0' ? g_strdup(stripped) : NULL;
	collect->filled->comment = g_steal_pointer(&stripped);
}

static void end_field(Collect *collect, const FormField *field, const char *typed)
{
	g_autofree char *plain = NULL, *cut = NULL;
	const char *code;

	if (typed == NULL)
		return;
	code = field_read(field, typed, &plain);
	if (code != NULL && strcmp(field->id, "comment") == 0) { /* nobody's words are wrong */
		cut = text_cut(typed, VALUE_BYTES);
		g_ptr_array_add(collect->filled->answers, answer_new(field->id, cut, cut));
	} else if (code != NULL) {
		g_ptr_array_add(collect->filled->problems, problem_new(field->id, code, typed));
	} else {
		g_ptr_array_add(collect->filled->answers, answer_new(field->id, plain, typed));
	}
}

Filled *collect_end(Collect *collect)
{
	Filled *filled = collect->filled;

	end_comment(collect);
	filled->language = filled_language(collect);
	for (guint i = 0; i < collect->form->fields->len; i++) {
		end_field(collect, g_ptr_array_index(collect->form->fields, i),
			  collect->given[i].typed);
		g_free(collect->given[i].typed);
	}
	if (collect->form->manager != NULL)
		end_field(collect, collect->form->manager,
			  collect->given[collect->form->fields->len].typed);
	g_free(collect->given[collect->form->fields->len].typed);
	g_free(collect->given);
	g_string_free(collect->comment, TRUE);
	g_free(collect);
	return filled;
}

GHashTable *form_sentences(const Texts *texts)
{
	GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (int i = 0; i < LANGUAGES; i++) {
		GHashTableIter iter;
		gpointer sentence;

		g_hash_table_iter_init(&iter, texts_all(texts, i));
		while (g_hash_table_iter_next(&iter, NULL, &sentence)) {
			char *folded =
				strchr(sentence, '{') == NULL ? text_fold_tight(sentence) : NULL;

			if (folded != NULL && strlen(folded) >= KNOWN_BYTES)
				g_hash_table_add(known, folded);
			else
				g_free(folded);
		}
	}
	return known;
}

bool collect_is_sentence(GHashTable *sentences, const char *folded)
{
	return sentences != NULL && g_hash_table_contains(sentences, folded);
}
