/* national_number.h - the number of a person in the Belgian national register. */
#pragma once

#include <stdbool.h>

/* The eleven digits of text without blanks, dots, dashes and slashes ("85.07.30-033.28"); given,
 * NULL when they are not eleven digits. */
char *national_number_digits(const char *text);

/* Whether eleven digits can be one: the check digits are 97 less the first nine modulo 97, with a 2
 * before them for who was born from 2000 on.  A bis number has 20 or 40 more in its month. */
bool national_number_is_one(const char *digits);
