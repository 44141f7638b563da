/* door.h - the inside of a PortalDoor. */
#pragma once

#include "portal/portal.h"
#include "portal/tls.h"

struct PortalDoor {
	int fd;
	char *where;     /* [Portal] Listen */
	TlsFiles *files; /* NULL: without TLS of its own */
};
