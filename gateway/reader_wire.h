/* reader_wire.h - what a gateway and its reader say to each other, over a stream socket between
 *them.
 *
 *	gateway: ReaderWords, options (GVariant "(msmsmsb)")	once
 *	reader:  ReaderWords (number 0), guint32 doors		once, when its doors are closed
 *	gateway: ReaderRequest with a descriptor (SCM_RIGHTS)
 *	reader:  ReaderWords (number of the request), packed mail
 */
#pragma once

#include <glib.h>

#define READER_SOCKET 3
#define READER_ARGUMENT "reader" /* of the program: the hidden command */
#define READER_OPTIONS "(msmsmsb)"
#define READER_NO_MEMORY 71 /* exit statuses of a reader */
#define READER_NO_DOORS 72  /* its limits could not be set */
#define READER_BAD_REQUEST 73

typedef struct ReaderWords {
	guint32 number, length; /* of what follows */
} ReaderWords;

typedef struct ReaderRequest {
	guint32 number, unused;
	gint64 offset, length;
} ReaderRequest;
