/* mail.h - a mail as plain data: what was read, nothing decided.
 *
 * All text is valid UTF-8 with "\n" line ends and no NUL.  Strings that are not
 * said to be NULL are never NULL.  Everything is owned by the Mail.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/language.h"

typedef struct Mailbox { /* RFC 5322 3.4: one mailbox */
	char *name;      /* decoded, one line; "" when there is none */
	char *address;   /* addr-spec as written, domain in lower case */
} Mailbox;

typedef enum {
	ENCODING_IDENTITY,
	ENCODING_BASE64,
	ENCODING_QUOTED_PRINTABLE,
	ENCODING_UUENCODE,
	ENCODING_DEFLATE, /* RFC 1951: an entry of a ZIP */
} Encoding;

#define PART_INNERS 4

typedef struct PartSlice { /* bytes within what was decoded, and how they are coded in turn */
	gint64 offset, length;
	Encoding encoding;
} PartSlice;

/* Where an attachment's content lies in the raw message, and how it is coded.  What lies in a
 * container (a ZIP, winmail.dat, a message in base64) has an inner slice for each layer: the range
 * is decoded, the first slice of that is decoded, and so on. */
typedef struct PartRange {
	gint64 offset; /* bytes from the start of the raw message */
	gint64 length; /* bytes, still encoded */
	Encoding encoding;
	guint inners;
	PartSlice inner[PART_INNERS];
} PartRange;

typedef struct Attachment {
	char *name;     /* decoded, one line, without any folder; "" when there is none */
	char *type;     /* media type by content, "application/pdf"; never NULL */
	gint64 size;    /* bytes, decoded */
	char *sha256;   /* of the decoded bytes, lower-case hex */
	bool is_inline; /* belongs to the body: has a Content-ID that the HTML shows, or disposition
			   inline image */
	const char *from; /* "mime", "tnef" or "zip": static */
	PartRange range;
	const char *fault; /* why its content cannot be had: "encrypted", "unreadable", "too-large",
			      "zip-in-zip"; "" or NULL: it can.  Static. */
	char *text;        /* what a list (CSV) says, UTF-8; NULL of all other files */
} Attachment;

typedef enum {
	AUTOMATIC_NO,
	AUTOMATIC_BOUNCE,     /* RFC 3464 failed, or a bounce in free form */
	AUTOMATIC_DELAYED,    /* RFC 3464 delayed */
	AUTOMATIC_AUTO_REPLY, /* RFC 3834 */
	AUTOMATIC_LIST,       /* RFC 2369, RFC 2919 */
	AUTOMATIC_RECEIPT,    /* RFC 8098 */
} Automatic;

typedef struct Bounce {
	char *recipient;
	char *action;              /* "failed", "delayed", "delivered", "relayed", "expanded" */
	char *status;              /* RFC 3463, "5.1.1"; "" when not told */
	char *original_message_id; /* without <>, or NULL */
} Bounce;

typedef struct Forward {
	Mailbox from;                /* address "" when it is not told */
	GPtrArray *to, *cc;          /* Mailbox */
	char *subject, *date, *text; /* date as written */
} Forward;

typedef struct Signature {
	const char *kind; /* "smime" or "pgp": static */
	bool valid;
	char *by;              /* "" when not known */
	char *national_number; /* or NULL */
} Signature;

typedef struct Authenticated { /* RFC 8601; "none" where not told */
	char *spf, *dkim, *dmarc;
	char *spf_domain;  /* domain of smtp.mailfrom, lower case; "" */
	char *dkim_domain; /* header.d that passed, lower case; "" */
} Authenticated;

typedef struct Mail Mail;
struct Mail {
	gint64 size;
	char *sha256; /* of the raw bytes */

	char *message_id;   /* without <>, or NULL */
	char **in_reply_to; /* ids without <>, NULL-terminated, never NULL */
	char **references;
	gint64 date;                          /* seconds since 1970, or -1 */
	GPtrArray *from, *reply_to, *to, *cc; /* Mailbox */
	Mailbox *sender;                      /* or NULL */
	GPtrArray *delivered_to; /* char *: addresses of Delivered-To, X-Original-To, Envelope-To */
	char *return_path;       /* address; "" for <>; NULL when there is none */
	char *subject;           /* decoded, one line */

	char *text;        /* the readable body, from text or HTML */
	char *reply;       /* what this person wrote now: quotes and signature taken off */
	bool text_is_html; /* text was made from HTML */

	GPtrArray *attachments; /* Attachment */
	GPtrArray *messages;    /* Mail: attached message/rfc822 */
	Forward *forward;       /* inline forward, or NULL */

	Automatic automatic;
	GPtrArray *bounces;           /* Bounce */
	Signature *signature;         /* or NULL */
	Authenticated *authenticated; /* or NULL: nobody we trust said anything */

	Language language;   /* guessed from the reply and the text; may be LANGUAGE_NONE */
	GPtrArray *warnings; /* char *: what was odd, cut or skipped */
	bool unreadable;     /* nothing could be read: to be quarantined */
};

Mail *mail_new(void); /* with every array made and every string "" */
void mail_free(Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

Mailbox *mailbox_new(const char *name, const char *address);
void mailbox_free(Mailbox *mailbox);
void attachment_free(Attachment *attachment);
Bounce *bounce_new(void);
void bounce_free(Bounce *bounce);
Forward *forward_new(void);
void forward_free(Forward *forward);
Authenticated *authenticated_new(void);
void authenticated_free(Authenticated *authenticated);
void signature_free(Signature *signature);

/* "bounce", "delayed", "auto-reply", "list", "receipt", or NULL for AUTOMATIC_NO. */
const char *automatic_name(Automatic automatic);

/* Adds a sentence to mail->warnings; at most 100 are kept. */
void mail_warn(Mail *mail, const char *format, ...) G_GNUC_PRINTF(2, 3);
