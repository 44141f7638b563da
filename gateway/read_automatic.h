/* read_automatic.h - mail that no person wrote: RFC 3834, RFC 2919, RFC 8098, and habits. */
#pragma once

#include "gateway/read_walk.h"

/* What the header and the kinds of parts say; bounces are found by bounce_read(). */
Automatic automatic_of(GMimeHeaderList *headers, const Reading *reading);

/* A header field's first value, decoded, on one line; NULL when there is none. Given. */
char *header_get(GMimeHeaderList *headers, const char *name);
