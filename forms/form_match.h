/* form_match.h - which form a free text is about, by the forms' own patterns. */
#pragma once

#include "forms/form.h"

/* The form whose patterns speak clearest for subject and text, among those that
 * roles may use (redirects are for everybody); NULL when none does, or two
 * equally.  A match in the subject counts more than one in the text.  Runs
 * within PATTERN_*_LIMIT; a pattern that passes them counts as no match. */
const Form *forms_guess(const Forms *forms, guint roles, const char *subject, const char *text);
