/* texts.h - the catalogue: every word and sentence of mails and pages, one YAML
 * file a language (texts/nl.yaml ...), and the Mustache templates beside them.
 *
 * A catalogue is a flat map "key: sentence"; a sentence may hold {places}.
 * texts_open fails when one language lacks a key or a place that another has.
 */
#pragma once

#include <glib.h>

#include "common/language.h"

typedef struct Texts Texts;

/* folder: where nl.yaml fr.yaml de.yaml en.yaml and *.mustache lie. */
Texts *texts_open(const char *folder, GError **error);
void texts_free(Texts *texts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Texts, texts_free)

/* A sentence as it stands, lent, or NULL: there is no such key. */
const char *texts_find(const Texts *texts, Language language, const char *key);

/* As texts_find, but a key that is missing gives key itself: it must live as long as the result. */
const char *texts_get(const Texts *texts, Language language, const char *key);

/* All keys with their sentence, GHashTable (char * to char *), lent. */
GHashTable *texts_all(const Texts *texts, Language language);

/* A sentence with its places filled from a NULL-ended list of name, value
 * pairs: texts_say(t, l, "problem.impossible-date", "read", "30/2/2027", NULL).
 * A place without a value becomes "".  Given. */
char *texts_say(const Texts *texts, Language language, const char *key, ...) G_GNUC_NULL_TERMINATED;

/* The source of template "ack.txt.mustache", lent, or NULL. */
const char *texts_template(const Texts *texts, const char *name);

/* Where the files of the program lie: $PERSOCONTACT_DATA, else DATADIR as
 * configured, when it exists, else the source tree's own (for an uninstalled
 * program).  "texts" gives DATADIR/texts.  Given. */
char *data_folder(const char *name);
