/* form_pattern.h - one compiled pattern of a form (PCRE2, JIT, within PATTERN_*_LIMIT). */
#pragma once

#include "forms/form.h"

/* Compiles source, whose accents are dropped as those of the text are.  NULL when it
 * is wrong: ret_what (given) is PCRE2's own sentence, ret_offset the byte. */
FormPattern *form_pattern_new(const char *source, Language language, char **ret_what,
			      gsize *ret_offset);
void form_pattern_free(FormPattern *pattern);

/* Whether folded (fold_plain) holds what the pattern asks for; a match that passes
 * the limits counts as none. */
bool form_pattern_matches(const FormPattern *pattern, const char *folded, gsize length);
