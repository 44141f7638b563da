/* test_form_property.c - what is written is read back, whatever a mail program made of it.
 *
 * For every shipped form and language: write a template, fill it in with random
 * valid values, add sentences of the person's own, put it through what people and
 * mail programs do, and read it.  FORM_SEED repeats a run, FORM_ROUNDS makes it longer.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "forms/field_type.h"
#include "forms/fold.h"
#include "forms/form_fill.h"
#include "forms/form_write.h"

typedef struct Row { /* a line of the template */
	char *label; /* before the separator, or the whole line */
	char *value; /* what is filled in; NULL: no field's line */
	const FormField *field;
	bool is_document;
} Row;

typedef struct Trial {
	GRand *rand;
	const Form *form;
	Language language;
	GPtrArray *rows;
	GHashTable *expected; /* field id to plain value */
	GPtrArray *sentences; /* of the person's own */
	bool nbsp, quoted_first;
	guint shape, depth, width;
} Trial;

static Forms *forms;
static Texts *texts;

static guint draw(Trial *trial, guint below)
{
	return (guint)g_rand_int_range(trial->rand, 0, (gint32)below);
}

static const char *pick(Trial *trial, const char *const *list)
{
	return list[draw(trial, g_strv_length((char **)list))];
}

static void row_free(void *data)
{
	Row *row = data;

	g_free(row->label);
	g_free(row->value);
	g_free(row);
}

static char *random_words(Trial *trial, guint count)
{
	static const char *const words[] = { "Emma",     "Zoë",     "Van",       "den",
					     "Broeck",   "straat",  "l'Église",  "twaalf",
					     "größer",   "Müller",  "mijn",      "naïef",
					     "betaling", "niet",    "verstehen", "reçu",
					     "(deels)",  "12",      "B-1000",    "Brüssel",
					     "the",      "answer?", "en/of",     NULL };
	GString *out = g_string_new(pick(trial, words));

	while (--count > 0)
		g_string_append_printf(out, " %s", pick(trial, words));
	return g_string_free(out, FALSE);
}

static char *random_date(Trial *trial, const char *plain)
{
	static const char *const months[][4] = { { "januari", "janvier", "Januar", "January" },
						 { "februari", "février", "Februar", "February" },
						 { "maart", "mars", "März", "March" },
						 { "april", "avril", "April", "April" },
						 { "mei", "mai", "Mai", "May" },
						 { "juni", "juin", "Juni", "June" } };
	guint y = (guint)g_ascii_strtoull(plain, NULL, 10),
	      m = (guint)g_ascii_strtoull(plain + 5, NULL, 10),
	      d = (guint)g_ascii_strtoull(plain + 8, NULL, 10);
	const char *name = months[m - 1][trial->language];

	switch (draw(trial, 7)) {
	case 0:
		return g_strdup_printf("%u/%u/%u", d, m, y);
	case 1:
		return g_strdup_printf("%02u-%02u-%u", d, m, y);
	case 2:
		return g_strdup_printf("%u.%u.%02u", d, m, y % 100);
	case 3:
		return g_strdup_printf("%04u-%02u-%02u", y, m, d);
	case 4:
		return g_strdup_printf("%u%s %s %u", d, d == 1 ? "er" : "", name, y);
	case 5:
		return g_strdup_printf("%u. %s %u", d, name, y);
	default:
		return g_strdup_printf("%02u–%02u–%u", d, m, y);
	}
}

static char *random_iban(char **ret_plain)
{
	*ret_plain = g_strdup("BE68539007547034");
	return g_strdup("be68 5390 0754 7034");
}

/* Something to type for field, and what it means. */
static char *random_value(Trial *trial, const FormField *field, guint day, char **ret_plain)
{
	const char *type = field->type->name;

	if (strcmp(type, "date") == 0) {
		*ret_plain = g_strdup_printf("2027-%02u-%02u", 1 + day / 25, 1 + day % 25);
		return random_date(trial, *ret_plain);
	}
	if (strcmp(type, "month") == 0) {
		*ret_plain = g_strdup("2027-02");
		return g_strdup(draw(trial, 2) ? "02/2027" : "februari 2027");
	}
	if (strcmp(type, "year") == 0)
		return g_strdup(*ret_plain = g_strdup("2026"));
	if (strcmp(type, "number") == 0) {
		*ret_plain = g_strdup(field->min ? field->min : "2");
		return g_strdup(*ret_plain);
	}
	if (strcmp(type, "amount") == 0) {
		*ret_plain = g_strdup("1234.56");
		return g_strdup(draw(trial, 2) ? "1.234,56" : "1 234,56 €");
	}
	if (strcmp(type, "percentage") == 0) {
		*ret_plain = g_strdup("50");
		return g_strdup(draw(trial, 2) ? "50 %" : "50,0 %");
	}
	if (strcmp(type, "fraction") == 0) {
		*ret_plain = g_strdup("1/5");
		return g_strdup(draw(trial, 2) ? "20 %" : "un cinquième");
	}
	if (strcmp(type, "yes-no") == 0) {
		*ret_plain = g_strdup("yes");
		return g_strdup(draw(trial, 2) ? "Oui" : "ja");
	}
	if (strcmp(type, "iban") == 0)
		return random_iban(ret_plain);
	if (strcmp(type, "national-number") == 0) {
		*ret_plain = g_strdup("85073003328");
		return g_strdup("85.07.30-033.28");
	}
	if (strcmp(type, "choice") == 0) {
		const FormChoice *choice = field->choices->pdata[draw(trial, field->choices->len)];

		*ret_plain = g_strdup(choice->id);
		return g_strdup(choice->label[draw(trial, LANGUAGES)]);
	}
	*ret_plain = random_words(trial, 1 + draw(trial, field->type->is_lines ? 40 : 18));
	return g_strdup(*ret_plain);
}

/* The label of a row as somebody might have left it. */
static char *spoil_label(Trial *trial, const Row *row)
{
	g_autofree char *label = g_strdup(row->label);

	if (row->field != NULL && draw(trial, 4) == 0) {
		g_free(label);
		label = g_strdup(row->field->label[draw(trial, LANGUAGES)]);
	}
	switch (draw(trial, 9)) {
	case 0:
		return g_utf8_strup(label, -1);
	case 1:
		return g_utf8_strdown(label, -1);
	case 2:
		return fold_plain(label);
	case 3:
		return g_strdup_printf("**%s**", label);
	case 4:
		return g_strdup_printf("- %s", label);
	case 5:
		return g_strdup_printf("• %s", label);
	case 6:
		return g_strndup(label, strcspn(label, "(*"));
	default:
		return g_steal_pointer(&label);
	}
}

static void add_sentence(Trial *trial, guint at, bool apart)
{
	static const char *const starts[] = { "Beste collega's, dit is", "Bonjour, ceci est",
					      "Guten Tag, dies ist", "PS:", NULL };
	g_autofree char *words = random_words(trial, 2 + draw(trial, 14));
	g_autofree char *sentence =
		g_strdup_printf("%s zin %u %s", pick(trial, starts), draw(trial, 100000), words);
	Row *row = g_new0(Row, 1);

	row->label = apart ? g_strdup_printf("\n%s\n", sentence) : g_strdup(sentence);
	g_ptr_array_insert(trial->rows, (int)at, row);
	g_ptr_array_add(trial->sentences, g_steal_pointer(&sentence));
}

/* The row that a line of the template is. */
static Row *row_of_line(Trial *trial, const char *line)
{
	Row *row = g_new0(Row, 1);
	const char *end = g_str_has_suffix(line, ": ") ? line + strlen(line) - 2 : NULL;

	row->label = g_strdup(line);
	for (guint i = 0; end != NULL && i < trial->form->fields->len; i++) {
		const FormField *field = trial->form->fields->pdata[i];
		gsize length = strlen(field->label[trial->language]);

		if (strncmp(line, field->label[trial->language], length) == 0 &&
		    strchr(" :", line[length]) != NULL &&
		    (row->field == NULL || length > strlen(row->field->label[trial->language])))
			row->field = field;
	}
	row->is_document = end != NULL && row->field == NULL;
	if (end != NULL)
		row->label[end - line] = '\0';
	return row;
}

static void fill_rows(Trial *trial)
{
	TemplateFor writer = { .to = "desk@desk.example" };
	g_autofree char *template =
		form_template_text(trial->form, texts, trial->language, &writer);
	g_auto(GStrv) lines = g_strsplit(template, "\n", -1);
	guint day = 0;

	for (guint i = 0; lines[i] != NULL; i++) {
		Row *row = row_of_line(trial, lines[i]);

		if (row->field != NULL && (row->field->required || draw(trial, 4) > 0)) {
			char *plain;

			row->value = random_value(trial, row->field, day++, &plain);
			g_hash_table_insert(trial->expected, row->field->id, plain);
		}
		g_ptr_array_add(trial->rows, row);
	}
}

static void swap_rows(Trial *trial)
{
	for (guint n = 0; n < 4; n++) {
		guint a = draw(trial, trial->rows->len), b = draw(trial, trial->rows->len);
		Row *one = trial->rows->pdata[a], *other = trial->rows->pdata[b];

		if (one->field == NULL || other->field == NULL)
			continue;
		trial->rows->pdata[a] = other;
		trial->rows->pdata[b] = one;
	}
}

/* Sentences above, and where no text is open that would take them. */
static void add_sentences(Trial *trial)
{
	for (guint i = trial->rows->len - 1; i > 0; i--) {
		const Row *row = trial->rows->pdata[i];

		if (row->field == NULL || row->value == NULL || row->field->type->is_lines ||
		    draw(trial, 5) > 0)
			continue;
		add_sentence(trial, i + 1, row->field->type->is_text || draw(trial, 2));
	}
	add_sentence(trial, 0, draw(trial, 2));
}

static char *row_text(Trial *trial, const Row *row)
{
	static const char *const separators[] = { ": ", ": ",  ": ", " : ", "：",  " = ",
						  "\t", " – ", ":",  ":  ", " - ", NULL };
	bool has_label = row->field != NULL || row->is_document;

	if (!has_label)
		return g_strdup(row->label);
	g_autofree char *label = spoil_label(trial, row);
	bool below = trial->shape == 3 && row->value != NULL && !row->field->type->is_lines;

	if (below) /* a table whose cells became lines */
		return g_strdup_printf("%s\n%s", label, row->value);
	return g_strdup_printf("%s%s%s", label, trial->shape == 2 ? "\t" : pick(trial, separators),
			       row->value ? row->value : "");
}

/* Breaks a line at blanks, as mail programs do. */
static char *wrap(const char *line, guint width)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	GString *out = g_string_new(NULL);
	guint column = 0;

	for (guint i = 0; words[i] != NULL; i++) {
		guint length = (guint)g_utf8_strlen(words[i], -1);

		if (column > 0 && column + 1 + length > width) {
			g_string_append_c(out, '\n');
			column = 0;
		} else if (i > 0) {
			g_string_append_c(out, ' ');
			column++;
		}
		g_string_append(out, words[i]);
		column += length;
	}
	return g_string_free(out, FALSE);
}

static char *each_line(const char *text, char *(*change)(const char *, guint), guint by)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		char *changed = change(lines[i], by);

		g_free(lines[i]);
		lines[i] = changed;
	}
	return g_strjoinv("\n", lines);
}

static char *quote(const char *line, guint depth)
{
	g_autofree char *marks = g_strnfill(depth, '>');

	return g_strdup_printf("%s%s%s", marks, depth > 0 ? " " : "", line);
}

static char *trial_text(Trial *trial)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < trial->rows->len; i++) {
		g_autofree char *line = row_text(trial, trial->rows->pdata[i]);

		g_string_append_printf(out, "%s\n", line);
	}
	char *text = g_string_free(out, FALSE);

	for (guint step = 0; step < 2; step++) {
		bool quotes = (step == 0) == trial->quoted_first;
		char *next = quotes             ? each_line(text, quote, trial->depth)
			     : trial->width > 0 ? each_line(text, wrap, trial->width)
						: g_strdup(text);

		g_free(text);
		text = next;
	}
	if (trial->nbsp) {
		g_auto(GStrv) parts = g_strsplit(text, " ", -1);

		g_free(text);
		text = g_strjoinv("\xc2\xa0", parts);
	}
	return text;
}

static void check_answers(Trial *trial, const Filled *filled, const char *text)
{
	GHashTableIter iter;
	gpointer id, plain;

	g_hash_table_iter_init(&iter, trial->expected);
	while (g_hash_table_iter_next(&iter, &id, &plain)) {
		const char *value = answers_get(filled->answers, id);
		g_autofree char *line = fold_one_line(value ? value : "(nothing)");
		g_autofree char *wanted = fold_one_line(plain);
		bool same = strcmp(id, "comment") == 0 ? strstr(line, wanted) != NULL
						       : strcmp(line, wanted) == 0;

		if (!same)
			g_error("%s %s: field %s is \"%s\" and not \"%s\" in:\n%s", trial->form->id,
				language_code(trial->language), (char *)id, line, wanted, text);
	}
	if (filled->problems->len > 0)
		g_error("%s: problem %s %s in:\n%s", trial->form->id,
			((Problem *)filled->problems->pdata[0])->field,
			((Problem *)filled->problems->pdata[0])->code, text);
	if (filled->answers->len >
	    g_hash_table_size(trial->expected) +
		    (g_hash_table_contains(trial->expected, "comment") ? 0 : 1))
		g_error("%s: %u answers in:\n%s", trial->form->id, filled->answers->len, text);
}

/* Every sentence of the person's is in the comment, and nothing else. */
static void check_comment(Trial *trial, const Filled *filled, const char *text)
{
	g_autofree char *comment = fold_one_line(filled->comment);
	const char *own = g_hash_table_lookup(trial->expected, "comment");
	gsize words = own ? strlen(own) : 0;

	for (guint i = 0; i < trial->sentences->len; i++) {
		const char *sentence = trial->sentences->pdata[i];

		if (strstr(comment, sentence) == NULL)
			g_error("%s %s: \"%s\" is not in the comment \"%s\" of:\n%s",
				trial->form->id, language_code(trial->language), sentence, comment,
				text);
		words += strlen(sentence);
	}
	if (strlen(comment) > words + trial->sentences->len + 1)
		g_error("%s %s: too much in the comment \"%s\" of:\n%s", trial->form->id,
			language_code(trial->language), comment, text);
}

static void run_trial(GRand *rand, const Form *form, Language language)
{
	Trial trial = { .rand = rand, .form = form, .language = language };

	trial.rows = g_ptr_array_new_with_free_func(row_free);
	trial.expected = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	trial.sentences = g_ptr_array_new_with_free_func(g_free);
	trial.shape = draw(&trial, 4);
	trial.depth = draw(&trial, 2) * draw(&trial, 4);
	trial.width = draw(&trial, 2) * (60 + draw(&trial, 13));
	trial.nbsp = draw(&trial, 4) == 0;
	trial.quoted_first = draw(&trial, 2);
	fill_rows(&trial);
	if (draw(&trial, 3) == 0)
		swap_rows(&trial);
	add_sentences(&trial);
	g_autofree char *text = trial_text(&trial);
	g_autoptr(Filled) filled = form_fill(form, text);

	check_answers(&trial, filled, text);
	check_comment(&trial, filled, text);
	g_ptr_array_unref(trial.rows);
	g_hash_table_unref(trial.expected);
	g_ptr_array_unref(trial.sentences);
}

static void test_all(void)
{
	const char *seed_text = g_getenv("FORM_SEED"), *rounds_text = g_getenv("FORM_ROUNDS");
	guint32 seed = seed_text ? (guint32)g_ascii_strtoull(seed_text, NULL, 10) : 20261124;
	guint rounds = rounds_text ? (guint)g_ascii_strtoull(rounds_text, NULL, 10) : 25;
	GRand *rand = g_rand_new_with_seed(seed);

	g_test_message("FORM_SEED=%u", seed);
	for (guint round = 0; round < rounds; round++)
		for (guint i = 0; i < forms->all->len; i++)
			for (int language = 0; language < LANGUAGES; language++)
				run_trial(rand, forms->all->pdata[i], language);
	g_rand_free(rand);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = data_folder("forms/definitions"), *words = data_folder("texts");

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	forms = forms_open(folder, NULL, &error);
	g_assert_no_error(error);
	texts = texts_open(words, &error);
	g_assert_no_error(error);
	g_test_add_func("/forms/property", test_all);
	int status = g_test_run();

	forms_free(forms);
	texts_free(texts);
	return status;
}
