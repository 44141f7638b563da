/* bulk_place.h - whose an attestation is, by what is said about it; never by a guess.
 *
 * The rules stand in docs/decisions/0005-placing.md.  Only people of the HR sender's own
 * organisation; whatever speaks for two people, or nearly for one, is a question.
 */
#pragma once

#include "store/people.h"

typedef struct BulkClue {          /* "" where nothing is said */
	const char *number, *name; /* of the list, or of HR's reply */
	const char *file;          /* the file's name */
	const char *sender;        /* address of who wrote the mail that was forwarded */
	const char *said;          /* the subject of that mail */
} BulkClue;

typedef struct Placing {
	Person *person;  /* whose it is; NULL: a question */
	const char *why; /* "nobody", "several", "near", "doubt", "contradiction",
			    "unknown-number", "other-organisation", "left", "manager", "no-name";
			    static */
	char *hint;      /* whom it may be meant for: "Jan Janssens (123), …"; "" */
} Placing;

/* It is person's, who is given. */
void placing_take(Placing *placing, Person *person);
/* It is a question: why is static, people whom it may be meant for, or NULL. */
void placing_ask(Placing *placing, const char *why, const GPtrArray *people);
/* Whether nobody is spoken of whom the desk knows. */
bool placing_says_nothing(const Placing *placing);
void placing_clear(Placing *placing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Placing, placing_clear)

/* False only when the database fails. */
bool bulk_place(Store *store, const Person *hr, const BulkClue *clue, Placing *ret_placing,
		GError **error);
