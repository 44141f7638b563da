/* absence.h - notes that somebody is away, by their words: where no header and no subject says so.
 */
#pragma once

#include <stdbool.h>

/* Whether text says in Dutch, French, German or English that its writer is away, and something
 * that belongs to it: until when, whom to ask, that it is a program's.  A text with commands (#)
 * is a person's. */
bool is_absence_note(const char *text);
