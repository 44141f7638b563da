/* form_collect.h - gathers what is met in a text into a Filled. */
#pragma once

#include "forms/form_fill.h"
#include "forms/form_labels.h"
#include "forms/form_lines.h"

typedef struct Collect Collect;

Collect *collect_new(const Form *form);

void collect_label(Collect *collect, const FormLabel *label);
/* A field's value as it was typed; source: the lines it stood on. */
void collect_value(Collect *collect, const FormField *field, const char *typed, const char *source);
void collect_document(Collect *collect, const FormDocument *document, const char *name);
/* The person's own words: a line, beside the one before it, or a piece of one. */
void collect_line(Collect *collect, const TextLine *before, const TextLine *line);
void collect_words(Collect *collect, const char *words);

/* Frees collect; the result is given. */
Filled *collect_end(Collect *collect);

/* Whether a line, folded by text_fold_tight, is one of form_sentences, which may be NULL. */
bool collect_is_sentence(GHashTable *sentences, const char *folded);
