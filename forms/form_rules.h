/* form_rules.h - what a form asks for, given the answers so far. */
#pragma once

#include "forms/form_fill.h"

bool field_is_required(const FormField *field, const GPtrArray *answers);
bool document_is_required(const FormDocument *document, const GPtrArray *answers);

/* Whether the document may be of this media type. */
bool document_accepts(const FormDocument *document, const char *type);
