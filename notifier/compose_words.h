/* compose_words.h - the sentences of a mail with their places filled. */
#pragma once

#include <jansson.h>

#include "notifier/compose.h"

/* The places of sentences: names to values, both owned. */
GHashTable *places_new(void);
/* value is copied as one line; NULL gives "". */
void places_put(GHashTable *places, const char *name, const char *value);

/* sentence with its {places} filled; one without a value becomes "".  Given. */
char *sentence_fill(const char *sentence, GHashTable *places);

/* The sentence "mail.KEY", filled; given. */
char *mail_say(const Texts *texts, Language language, const char *key, GHashTable *places);

/* All sentences "mail.KEY" as "KEY": sentence.  New reference. */
json_t *mail_sentences(const MailDesk *desk, Language language, GHashTable *places);
/* For each key with "-title" in it: a rule as long as its sentence, for plain text. */
json_t *mail_rules(json_t *sentences);
