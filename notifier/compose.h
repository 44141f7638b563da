/* compose.h - a notice becomes a mail: the bytes that are sent, rendered once.
 *
 *     Notice --facts--> MailFacts --data--> JSON --texts/KIND.{txt,html}.mustache--> GMime -->
 * bytes
 *
 * 7-bit, CRLF, lines of at most 998 bytes; one address in To.  Nothing that a person
 * wrote can make a header field.  Which kinds there are: store/outbox.h.  What a
 * notice's data may hold beside its case (all optional):
 *     text note        what was written; else the text of the event
 *     yes              decided: true or false; else by the event ("approved", "refused")
 *     recipient why    bounced: whom it did not reach, and the server's words
 *     receipt from subject why     held, quarantined
 *     category         menu: only this one
 *     form             template
 *     line code        command-error: the line, and why ("unknown-command" ...), or a sentence as
 * why
 */
#pragma once

#include "notifier/facts.h"

typedef struct Composed {
	char *message_id;            /* without <> */
	char *from, *subject, *text; /* for the row in mails */
	bool is_public;              /* the requester may see it */
	char *token_hash;            /* of the link in it, or NULL */
	TokenPurpose purpose;
	gint64 login; /* that the link was asked for with, 0: none */
	int fd;       /* the bytes, from 0; -1: in bytes */
	GBytes *bytes;
	gint64 length;      /* of fd */
	GPtrArray *splices; /* MailSplice: what is put in where their marks stand in bytes */
} Composed;

/* A document that travels as it lies: a range of a raw mail instead of a mark. */
typedef struct MailSplice {
	RawRange raw;
	gint64 offset, length; /* in the raw mail */
	char *mark;
} MailSplice;

/* What mails have in common: compiled templates, and the sentences that have no places. */
typedef struct MailCache {
	GHashTable *templates;        /* name to Mustache */
	json_t *sentences[LANGUAGES]; /* objects; NULL: not yet asked for */
} MailCache;

MailCache *mail_cache_new(void);
void mail_cache_free(MailCache *cache);

/* now: Date, and how long the link lives.  NULL with DESK_ERROR_SOFTWARE (a template is
 * missing or wrong), DESK_ERROR_NO_INPUT (the case is gone), or an error of the store (a document).
 */
Composed *compose_mail(const MailDesk *desk, const MailFacts *facts, gint64 now, GError **error);
void composed_free(Composed *composed);

/* Takes bytes of a mail, in order; false with an error ends it. */
typedef bool (*ComposedSink)(const void *bytes, gsize length, void *user, GError **error);
/* compose_splice.c: gives the whole mail to sink, piece by piece. */
bool composed_give(const Composed *composed, Store *store, ComposedSink sink, void *user,
		   GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Composed, composed_free)

/* The envelope sender: "desk+b456.HASH@…", or the desk's own address.  Given. */
char *compose_envelope(const MailDesk *desk, const Notice *notice);
/* "pc.12.34.HASH@domain": the same for the same notice, always.  Given. */
char *compose_message_id(const MailDesk *desk, const Notice *notice);
/* The address of Reply-To.  Given. */
char *compose_reply_to(const MailDesk *desk, const MailFacts *facts);

/* compose_parts.c: what a document is sent as. */
#define ATTACHED_BYTES (15 * 1024 * 1024) /* all documents of one mail, decoded; more is linked */

/* Whether the documents fit and can be sent as they are. */
bool documents_can_be_attached(const GPtrArray *files);

/* How a document travels. */
typedef enum {
	DOCUMENT_CODED,    /* encoded anew */
	DOCUMENT_AS_CODED, /* as it lies, but for its line ends */
	DOCUMENT_AS_IT_IS, /* as it lies */
} DocumentWay;

/* Looks at all of it; DOCUMENT_CODED too when it cannot be opened. */
DocumentWay document_way(const MailDesk *desk, const MailFile *file);
/* A GMimePart whose content is read from the raw mail when it is written; or is mark, when that is
 * not NULL.  NULL with an error when the raw mail cannot be opened.  GObject reference given (a
 * GMimeObject). */
struct _GMimeObject *document_part(const MailDesk *desk, const MailFile *file, DocumentWay way,
				   const char *mark, GError **error);
