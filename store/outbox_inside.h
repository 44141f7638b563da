/* outbox_inside.h - how a notice is read from its row. */
#pragma once

#include "store/inside.h"
#include "store/outbox.h"
#include "store/rows.h"

#define NOTICE_SELECT                                                                                  \
	"SELECT o.id, o.case_id, o.event, o.cause, o.kind, o.recipient, o.holder, o.data, o.language," \
	" o.automatic, o.state, o.tries, o.next, o.created, o.why, o.message_id, o.mail, m.segment,"   \
	" m.raw_offset, m.raw_length, m.sha256"                                                        \
	" FROM outbox o LEFT JOIN mails m ON m.id = o.mail "

void *notice_read(Statement *row);
