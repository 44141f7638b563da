/* language.h - the four languages of the desk. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
	LANGUAGE_NL,
	LANGUAGE_FR,
	LANGUAGE_DE,
	LANGUAGE_EN,
	LANGUAGES,
	LANGUAGE_NONE = -1, /* not known */
} Language;

/* "nl", "fr", "de", "en"; lent. */
const char *language_code(Language language);

/* The language of a code ("nl", "nl-BE", "NL"), or LANGUAGE_NONE. */
Language language_of_code(const char *code);

/* The language text is most likely written in, judged by its frequent small
 * words; LANGUAGE_NONE when nothing speaks for one. */
Language language_guess(const char *text);
