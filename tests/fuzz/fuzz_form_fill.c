/* fuzz_form_fill.c - any bytes as the text of a mail: marked, guessed, filled, checked, shown.
 *
 * The first byte chooses the form.  PERSOCONTACT_DATA names where forms and texts lie.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "forms/form_fill.h"
#include "forms/form_match.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static Forms *forms;
static Texts *texts;
static GHashTable *sentences;

static void open_once(void)
{
	g_autofree char *folder = data_folder("forms/definitions"), *words = data_folder("texts");

	if (forms != NULL)
		return;
	forms = forms_open(folder, NULL, NULL);
	texts = texts_open(words, NULL);
	if (forms == NULL || texts == NULL)
		abort();
	sentences = form_sentences(texts);
}

/* Every problem and answer has its words, whatever was read. */
static void show(const Filled *filled, const Form *form, Language language)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < filled->documents->len; i++)
		g_ptr_array_add(names, ((DocumentLine *)filled->documents->pdata[i])->name);
	g_autoptr(GPtrArray) kinds =
		form_sort_documents(form, names, filled->documents, filled->answers, NULL);
	g_autoptr(GPtrArray) problems =
		form_check(form, filled->answers, kinds, NULL, filled->problems);

	for (guint i = 0; i < problems->len; i++)
		g_free(problem_text(g_ptr_array_index(problems, i), form, texts, language));
	for (guint i = 0; i < filled->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(filled->answers, i);

		g_free(answer_text(form, answer->field, answer->value, texts, language));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	open_once();
	if (length < 1)
		return 0;
	const Form *form = forms->all->pdata[bytes[0] % forms->all->len];
	g_autofree char *text = g_strndup((const char *)bytes + 1, length - 1);
	g_autoptr(Filled) filled = form_fill(form, text);
	g_autoptr(Filled) known = form_fill_known(form, text, NULL, sentences);
	Language language;

	if (!g_utf8_validate(filled->comment, -1, NULL) ||
	    !g_utf8_validate(known->comment, -1, NULL))
		abort();
	show(filled, form, bytes[0] % LANGUAGES);
	forms_marked(forms, text, text, &language);
	forms_guess(forms, ROLE_EMPLOYEE, text, text);
	return 0;
}
