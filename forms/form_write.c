/* form_write.c - empty templates as the body of a mail. */
#include "forms/form_write.h"

#include <string.h>

#include "common/text.h"
#include "forms/field_type.h"
#include "forms/fold.h"
#include "forms/form_template.h"
#include "forms/form_words.h"

char *form_template_subject(const Form *form, Language language)
{
	return g_strdup_printf("[%s] %s", form->id, form->title[language]);
}

char *form_template_requester(const TemplateFor *writer)
{
	GString *line = g_string_new(NULL);

	if (writer->name != NULL && *writer->name != '\0')
		g_string_append(line, writer->name);
	if (writer->number != NULL && *writer->number != '\0')
		g_string_append_printf(line, line->len > 0 ? " (%s)" : "%s", writer->number);
	if (writer->organisation != NULL && *writer->organisation != '\0')
		g_string_append_printf(line, "%s%s", line->len > 0 ? ", " : "",
				       writer->organisation);
	g_autofree char *whole = g_string_free(line, FALSE);

	return *whole == '\0' ? NULL : text_one_line(whole, 200);
}

/* "voltijds / halftijds / een vijfde", else the field's own hint, else NULL; given. */
static char *field_hint(const FormField *field, Language language)
{
	GString *hint = g_string_new(field->choices->len == 0 ? field->hint[language] : NULL);

	for (guint i = 0; i < field->choices->len; i++) {
		const FormChoice *choice = g_ptr_array_index(field->choices, i);

		g_string_append_printf(hint, "%s%s", i > 0 ? " / " : "", choice->label[language]);
	}
	return g_string_free(hint, hint->len == 0);
}

static void write_field(GString *out, const FormField *field, const Texts *texts, Language language,
			bool hints, const GPtrArray *answers)
{
	g_autofree char *hint = hints ? field_hint(field, language) : NULL;
	const char *value = answers_get(answers, field->id);
	g_autofree char *shown = value ? field->type->show(field, value, texts, language) : NULL;

	g_string_append_printf(out, "%s%s", field->label[language], field->required ? " *" : "");
	if (hint != NULL)
		g_string_append_printf(out, " (%s)", hint);
	g_string_append_printf(out, ": %s\n", shown ? shown : "");
}

char *form_template_body(const Form *form, const Texts *texts, Language language,
			 const TemplateFor *writer, bool compact)
{
	const FormWords *words = form_words(language);
	g_autofree char *requester = form_template_requester(writer);
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%s: %s (%s)\n\n", words->form, form->title[language],
			       form->id);
	if (form->intro[language] != NULL && !compact)
		g_string_append_printf(out, "%s\n\n", form->intro[language]);
	if (!compact)
		g_string_append_printf(out, "%s\n\n", words->fill);
	if (requester != NULL)
		g_string_append_printf(out, "%s: %s\n", words->requester, requester);
	for (guint i = 0; i + 1 < form->fields->len; i++)
		write_field(out, g_ptr_array_index(form->fields, i), texts, language, !compact,
			    writer->answers);
	if (form->manager != NULL &&
	    (writer->asks_manager || answers_get(writer->answers, form->manager->id) != NULL))
		write_field(out, form->manager, texts, language, !compact, writer->answers);
	if (form->documents->len > 0)
		g_string_append_c(out, '\n');
	if (form->documents->len > 0 && !compact)
		g_string_append_printf(out, "%s\n", words->documents);
	for (guint i = 0; i < form->documents->len; i++) {
		const FormDocument *document = g_ptr_array_index(form->documents, i);

		g_string_append_printf(out, "%s%s: \n", document->label[language],
				       document->required ? " *" : "");
	}
	g_string_append_c(out, '\n');
	write_field(out, g_ptr_array_index(form->fields, form->fields->len - 1), texts, language,
		    !compact, writer->answers);
	return g_string_free(out, FALSE);
}

char *form_template_text(const Form *form, const Texts *texts, Language language,
			 const TemplateFor *writer)
{
	return form_template_body(form, texts, language, writer, false);
}
