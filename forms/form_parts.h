/* form_parts.h - reading the parts of a definition: its fields and its documents. */
#pragma once

#include "forms/schema.h"

/* GPtrArray ** of FormField. */
bool form_read_fields(const Schema *schema, const YamlNode *node, void *place);
/* GPtrArray ** of FormDocument. */
bool form_read_documents(const Schema *schema, const YamlNode *node, void *place);

/* What can be checked once all fields are there: conditions and relations.  root is
 * the whole definition. */
bool form_check_relations(const Schema *schema, const YamlNode *root, const Form *form);

/* The field "comment" that every form has. */
FormField *form_comment_field(void);
/* Who approves: asked where the directory does not say.  Given. */
FormField *form_manager_field(void);

void form_field_free(FormField *field);
void form_document_free(FormDocument *document);
