/* bulk_read.h - whom a file name (or a name in a list, or a subject) speaks of. */
#pragma once

#include "store/people.h"

typedef struct BulkSpeech {
	GPtrArray *named;    /* Person: whose whole name stands there */
	GPtrArray *strong;   /* Person: whose number stands there */
	GPtrArray *weak;     /* Person: whose number it is, but it may be a date */
	GPtrArray *near;     /* Person: whose name nearly stands there */
	bool is_doubtful;    /* the name may be a piece of another's */
	bool weak_fits;      /* nothing there speaks against the one of weak */
	bool is_against;     /* the name nearly stands there of another than whose number it is */
	bool says_something; /* there are words that may be a name */
	bool has_unknown;    /* a number that is nobody's, and no date */
	const char *foreign; /* a number of nobody in the organisation: "other-organisation",
				"left"; or NULL */
} BulkSpeech;

bool bulk_read_text(Store *store, const Person *hr, const char *text, bool is_file,
		    BulkSpeech *ret_speech, GError **error);
/* Whole names alone: named and is_doubtful. */
bool bulk_read_names(Store *store, const Person *hr, const char *text, BulkSpeech *ret_speech,
		     GError **error);
void bulk_speech_clear(BulkSpeech *speech);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BulkSpeech, bulk_speech_clear)
