/* names.h - people found by their name as it is written in a file name or a list.
 *
 * Each person is kept by the letters of the whole name, sorted, so that one look finds them in
 * whatever order and with whatever blanks the name is written ("vanderstraeten_els"), and by each
 * word of it and its consonants, for near misses.  The index is kept by the import; looking costs
 * the same however many people there are.
 */
#pragma once

#include "store/people.h"

/* The sorted letters of a folded text, without its blanks.  Given. */
char *name_letters(const char *folded);
/* What is left of a folded word when a slip of the pen is forgiven: its first letter and the
 * consonants behind it, doubles once.  Given. */
char *name_skeleton(const char *word);

/* Those who work in an organisation and whose name has exactly these letters; Person. */
bool people_find_letters(Store *store, const char *organisation, const char *letters,
			 GPtrArray **ret_people, GError **error);
/* Those of an organisation who have a word in their name, or one that sounds like it: at most 40.
 */
bool people_find_word(Store *store, const char *organisation, const char *word, bool alike,
		      GPtrArray **ret_people, GError **error);
bool people_have_word(Store *store, const char *organisation, const char *word, bool *ret_found,
		      GError **error);
/* Keeps the index of one person, who is in the database; name "": takes it away. */
bool names_put(Store *store, gint64 person, const char *organisation, const char *name,
	       GError **error);
