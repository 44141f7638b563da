/* daily.c - once a day the desk is looked over, and a difference is an alarm. */
#include "desk/daily.h"

#include <jansson.h>
#include <poll.h>
#include <stdlib.h>

#include "common/log.h"
#include "desk/desk.h"
#include "desk/look_over.h"
#include "store/duties.h"

#define DAY_SECONDS (24 * 60 * 60)
#define LOOK_SECONDS 60.0 /* between questions whether it is time */
#define FINDINGS_MAILED 50

struct Daily {
	const Settings *settings;
	int stop_fd;
	int is_over; /* atomic */
	GThread *thread;
};

static bool tell_admins(Store *store, const LookOver *look, GError **error)
{
	json_t *rows = json_array();
	char *text;
	bool done;

	for (guint i = 0; i < look->texts->len && i < FINDINGS_MAILED; i++)
		json_array_append_new(rows, json_pack("{s:s, s:s}", "of",
						      (const char *)look->of->pdata[i], "text",
						      (const char *)look->texts->pdata[i]));
	json_t *all = json_pack("{s:o, s:i}", "findings", rows, "count", (int)look->texts->len);

	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	done = reconcile_alarm(store, text, desk_now(), error);
	free(text);
	return done;
}

static bool look_over_once(const Settings *settings, Store *store, GError **error)
{
	g_auto(LookOver) look = { 0 };

	if (!look_over(settings, store, &look, error))
		return false;
	if (look.texts->len == 0) {
		log_info("looked over: all is well, %u mails in the mailboxes", look.mails);
		return true;
	}
	for (guint i = 0; i < look.texts->len && i < FINDINGS_MAILED; i++)
		log_error("looked over: %s: %s", (const char *)look.of->pdata[i],
			  (const char *)look.texts->pdata[i]);
	return tell_admins(store, &look, error);
}

static void do_when_due(const Settings *settings, Store **store)
{
	gint64 every = MAX(DAY_SECONDS / settings->test_clock, 5);
	g_autoptr(GError) error = NULL;
	bool is_due = false;

	if (*store == NULL)
		*store = store_open(settings->database, STORE_EXISTING, &error);
	if (*store == NULL || !duty_take(*store, "reconcile", desk_now(), every, &is_due, &error) ||
	    (is_due && !look_over_once(settings, *store, &error)))
		log_warning_rarely(3600, "the desk was not looked over: %s", error->message);
}

static gpointer daily_main(gpointer data)
{
	Daily *self = data;
	Store *store = NULL;
	struct pollfd stop = { self->stop_fd, POLLIN, 0 };
	guint pause = settings_pause(self->settings, LOOK_SECONDS);

	do
		do_when_due(self->settings, &store);
	while (poll(&stop, 1, (int)MIN(pause, 60000)) == 0 && !g_atomic_int_get(&self->is_over));
	store_free(store);
	return NULL;
}

Daily *daily_start(const Settings *settings, int stop_fd)
{
	Daily *self = g_new0(Daily, 1);

	self->settings = settings;
	self->stop_fd = stop_fd;
	self->thread = g_thread_new("daily", daily_main, self);
	return self;
}

void daily_free(Daily *daily)
{
	if (daily == NULL)
		return;
	g_atomic_int_set(&daily->is_over, 1);
	g_thread_join(daily->thread);
	g_free(daily);
}
