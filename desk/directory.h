/* directory.h - people of an LDAP directory (RFC 4511), as the entries of a list. */
#pragma once

#include "common/settings.h"
#include "store/people.h"

typedef struct Directory {
	GPtrArray *entries; /* PersonEntry */
	char *newest;       /* the latest change that was seen (generalised time), or NULL */
} Directory;

void directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

/* Reads who is below Base and matches Filter, page by page (RFC 2696); since: only who changed at
 * or after that time, NULL: everybody.  A manager's DN becomes the manager's number.  Referrals are
 * not followed: the password goes to no other server.
 * DESK_ERROR_CONFIG: [Directory] is missing or its Attributes are wrong; DESK_ERROR_NO_PERMISSION:
 * the server refuses BindDn; DESK_ERROR_UNAVAILABLE: it is away, or its certificate is not good. */
bool directory_read(const Settings *settings, const char *since, Directory **ret_directory,
		    GError **error);
