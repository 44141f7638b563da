/* sender.h - a way for mails to leave: an SMTP server, or a folder.
 *
 * A mail is a range of a file; what becomes of it is one of three things.  One
 * recipient a mail.  A sender belongs to one thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/settings.h"

typedef enum {
	SEND_DONE,  /* the next server has it: never send it again */
	SEND_LATER, /* a fault that may pass */
	SEND_NEVER, /* refused for good */
} SendResult;

typedef struct SendJob {
	gint64 notice;             /* outbox.id */
	const char *kind, *number; /* for a file's name; number "" without a case */
	const char *from, *to;     /* of the envelope */
	int fd;                    /* where the bytes lie; lent */
	gint64 offset, length;
	/* what became of it */
	bool finished;
	SendResult result;
	bool away; /* with SEND_LATER: not this mail but the server is at fault, none can be sent
		      now */
	bool is_untried; /* with SEND_LATER: it was not begun at all */
	char *reply;     /* one line: what the server said, or what went wrong; given */
	gint64 milliseconds;
} SendJob;

/* Called as soon as a job is finished; may free nothing of it. */
typedef void (*SendFinished)(SendJob *job, void *user);

typedef struct Sender Sender;
struct Sender {
	/* Sends the jobs (SendJob) and finishes every one.  Ends early when stop_fd (or -1)
	 * becomes readable or the server is away: the rest is finished as SEND_LATER with away. */
	void (*send)(Sender *self, GPtrArray *jobs, int stop_fd, SendFinished finished, void *user);
	/* Whether mail could be sent now: connects, TLS, authenticates, sends nothing.  One
	 * sentence, given; NULL with DESK_ERROR_UNAVAILABLE, _CONFIG or _CANT_CREATE. */
	char *(*check)(Sender *self, GError **error);
	void (*free)(Sender *self);
};

/* The sender of [Smtp] Server=.  settings are lent and must live as long.  NULL with
 * DESK_ERROR_CONFIG (a secret that cannot be read, an address that is none) or
 * DESK_ERROR_CANT_CREATE (the folder). */
Sender *sender_open(const Settings *settings, GError **error);
void sender_free(Sender *sender);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sender, sender_free)

/* The two kinds; server is what Server= says. */
Sender *sender_directory_new(const char *path, GError **error);
Sender *sender_smtp_new(const Settings *settings, GError **error);

/* For the kinds: settles a job; reply is copied to one line. */
void send_job_finish(SendJob *job, SendResult result, const char *reply);
SendJob *send_job_new(void);
void send_job_free(SendJob *job);
