/* render.c - rendering owed notices: bytes first, then the rows that name them. */
#include "notifier/inside.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "notifier/retry.h"

#define MISTAKE_SECONDS 3600 /* until a notice that cannot be rendered is tried again */
#define DAY (24 * 60 * 60)

typedef struct Rendered {
	Notice *notice; /* lent */
	Composed *composed;
	RawRange raw;
	gint64 mail;
} Rendered;

static void rendered_free(Rendered *rendered)
{
	composed_free(rendered->composed);
	g_free(rendered);
}

/* Faults of the database and the disk, which concern all notices alike. */
static bool is_fault_of_all(const GError *error)
{
	return error->domain == DESK_ERROR &&
	       (error->code == DESK_ERROR_TEMPFAIL || error->code == DESK_ERROR_IO);
}

static bool append_piece(const void *bytes, gsize length, void *writer, GError **error)
{
	return raw_append(writer, bytes, length, error);
}

static bool append_mail(Notifier *self, Rendered *rendered, GError **error)
{
	return raw_begin(self->writer, error) &&
	       composed_give(rendered->composed, self->desk.store, append_piece, self->writer,
			     error) &&
	       raw_end(self->writer, &rendered->raw, error);
}

static bool compose_one(Notifier *self, Notice *notice, gint64 now, Composed **ret_composed,
			GError **error)
{
	g_autoptr(MailFacts) facts = NULL;

	if (!mail_facts_read(&self->desk, notice, &facts, error))
		return false;
	*ret_composed = compose_mail(&self->desk, facts, now, error);
	return *ret_composed != NULL;
}

/* The rendered mail of one notice in the segment; NULL when it cannot be. */
static Rendered *render_one(Notifier *self, Notice *notice, gint64 now, GError **error)
{
	Rendered *rendered = g_new0(Rendered, 1);

	rendered->notice = notice;
	if (compose_one(self, notice, now, &rendered->composed, error) &&
	    append_mail(self, rendered, error)) {
		/* the bytes are needed no more */
		if (rendered->composed->fd >= 0)
			close(rendered->composed->fd);
		rendered->composed->fd = -1;
		g_clear_pointer(&rendered->composed->bytes, g_bytes_unref);
		return rendered;
	}
	rendered_free(rendered);
	return NULL;
}

/* Our bug, or a case that is gone: said, put off, and nobody else waits for it. */
bool notice_put_off(Notifier *self, const Notice *notice, gint64 now, const GError *why,
		    GError **error)
{
	double clock = self->desk.settings->test_clock;

	if (g_error_matches(why, DESK_ERROR, DESK_ERROR_NO_INPUT))
		return outbox_drop(self->desk.store, notice->id, why->message, error);
	log_error("notice=%" G_GINT64_FORMAT " kind=%s cannot be sent: %s", notice->id,
		  notice->kind, why->message);
	return outbox_later(self->desk.store, notice->id,
			    retry_due(now, MISTAKE_SECONDS / MAX(clock, 1)), why->message, error);
}

/* Keeps the hash of the link in the mail. */
static bool put_link(Notifier *self, const Notice *notice, const Composed *composed, gint64 now,
		     GError **error)
{
	Store *store = self->desk.store;
	gint64 expires = now + (gint64)self->desk.settings->link_days * DAY;

	if (composed->token_hash == NULL)
		return true;
	if (composed->login != 0)
		return token_put_login(store, composed->token_hash, composed->login, notice->holder,
				       expires, error);
	return token_put(store, composed->token_hash, composed->purpose, notice->case_id,
			 notice->holder, expires, error);
}

static bool keep_one(Notifier *self, Rendered *rendered, gint64 now, GError **error)
{
	Notice *notice = rendered->notice;
	const Composed *composed = rendered->composed;
	Store *store = self->desk.store;
	MailRow row = {
		.raw = rendered->raw,
		.message_id = composed->message_id,
		.direction = (char *)"out",
		.from = composed->from,
		.to = notice->to,
		.subject = composed->subject,
		.text = composed->text,
		.at = now,
		.case_id = notice_is_keyless(notice) ? 0 : notice->case_id,
		.is_public = composed->is_public,
	};

	if (!mails_put(store, &row, NULL, error) ||
	    !outbox_rendered(store, notice->id, row.id, composed->message_id, error))
		return false;
	rendered->mail = row.id;
	return put_link(self, notice, composed, now, error);
}

static bool keep_all(Notifier *self, const GPtrArray *all, gint64 now, GError **error)
{
	FAILPOINT("render.composed");
	if (!raw_sync(self->writer, error) || !store_begin(self->desk.store, error))
		return false;
	for (guint i = 0; i < all->len; i++)
		if (!keep_one(self, g_ptr_array_index(all, i), now, error)) {
			store_rollback(self->desk.store);
			return false;
		}
	FAILPOINT("render.put");
	if (store_commit(self->desk.store, error)) {
		FAILPOINT("render.committed");
		return true;
	}
	store_rollback(self->desk.store);
	return false;
}

/* Renders all that were not; those that cannot be leave self->notices. */
static bool render_all(Notifier *self, GPtrArray *all, gint64 now, GError **error)
{
	for (guint i = 0; i < self->notices->len;) {
		Notice *notice = g_ptr_array_index(self->notices, i);
		g_autoptr(GError) why = NULL;
		Rendered *rendered = NULL;

		if (notice->mail == 0)
			rendered = render_one(self, notice, now, &why);
		if (rendered != NULL)
			g_ptr_array_add(all, rendered);
		if (notice->mail != 0 || rendered != NULL) {
			i++;
			continue;
		}
		if (is_fault_of_all(why)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (!notice_put_off(self, notice, now, why, error))
			return false;
		g_ptr_array_remove_index(self->notices, i);
	}
	return true;
}

bool notices_render(Notifier *self, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)rendered_free);

	if (self->writer == NULL)
		self->writer = raw_writer_open(self->desk.store, error);
	if (self->writer == NULL)
		return false;
	if (!render_all(self, all, now, error) ||
	    (all->len > 0 && !keep_all(self, all, now, error))) {
		raw_rewind(self->writer);
		return false;
	}
	for (guint i = 0; i < all->len; i++) {
		Rendered *rendered = g_ptr_array_index(all, i);

		rendered->notice->mail = rendered->mail;
		rendered->notice->raw = rendered->raw;
	}
	return true;
}
