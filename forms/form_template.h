/* form_template.h - what form_write.c and form_draft.c share. */
#pragma once

#include "forms/form_fill.h"
#include "forms/form_write.h"

/* form_template_text; compact: without what the reader can do without (introduction,
 * hints), for a URL.  Given. */
char *form_template_body(const Form *form, const Texts *texts, Language language,
			 const TemplateFor *writer, bool compact);
