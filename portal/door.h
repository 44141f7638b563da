/* door.h - the inside of a PortalDoor. */
#pragma once

#include "portal/card.h"
#include "portal/portal.h"
#include "portal/tls.h"

struct PortalDoor {
	int fd, card_fd;  /* card_fd: which asks for the card; -1: none */
	char *where;      /* [Portal] Listen */
	char *card_where; /* [Card] Listen, or NULL */
	TlsFiles *files;  /* NULL: without TLS of its own */
	CardJudge *judge; /* NULL: cards are no way in */
};
