/* drafts.h - files that came with a form that has to be corrected: nobody chooses them twice.
 *
 * They stay in their nameless file (upload.h) for half an hour, bound to the session and to the
 * form or case.  What is over the bounds goes, the oldest first.
 */
#pragma once

#include "portal/upload.h"

#define DRAFT_SECONDS (30 * 60)
#define DRAFTS_MOST 100
#define DRAFTS_OF_SESSION 3
#define DRAFTS_BYTES (512 * 1024 * 1024)

typedef struct Drafts Drafts;

void drafts_free(Drafts *drafts);
/* Keeps the request's upload, and gives the name by which it is asked for again. */
char *drafts_keep(Request *request);
/* Gives the request an upload: the one that the field "draft" names, or a new one (and then sets
 * files_are_gone, when one was named).  False with request->fault set. */
bool drafts_open(Request *request);
