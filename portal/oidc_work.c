/* oidc_work.c - a few threads that ask OpenID providers, and a queue back to the loop. */
#include "portal/oidc_work.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/log.h"

#define THREADS 4
#define JOBS_MOST 64        /* that are under way or wait */
#define JOB_SECONDS 10      /* from its begin to its end, whatever the provider does */
#define JOB_SECONDS_LEAST 3 /* however fast a test's clock is */

struct OidcWork {
	GPtrArray *providers; /* OidcProvider */
	GThreadPool *pool;
	GAsyncQueue *done; /* OidcJob, lent */
	guint waiting;     /* of the loop alone */
	gint64 longest;    /* microseconds */
	gint is_stopped;   /* atomically */
	int fd;
};

void oidc_job_free(OidcJob *job)
{
	if (job == NULL)
		return;
	g_free(job->code);
	g_free(job->redirect_uri);
	openid_ask_free(job->ask);
	g_free(job->who);
	g_free(job->keys);
	g_clear_error(&job->error);
	g_free(job);
}

static OidcOutcome exchange(OidcJob *job, const OidcWait *wait)
{
	const OidcCode code = { .code = job->code,
				.redirect_uri = job->redirect_uri,
				.nonce = job->ask->nonce,
				.verifier = job->ask->verifier,
				.now = job->now };

	return oidc_provider_exchange(job->provider, &code, wait, &job->who, &job->error);
}

/* In a thread of the pool. */
static void run(gpointer data, gpointer user)
{
	OidcJob *job = data;
	OidcWork *work = user;
	const OidcWait wait = { .deadline = job->deadline, .is_cancelled = &work->is_stopped };
	const uint64_t one = 1;

	if (job->kind == JOB_KEYS) {
		job->keys = oidc_provider_own_keys(job->provider, &job->error);
		job->outcome = job->keys != NULL ? OIDC_DONE : OIDC_AWAY;
	} else if (job->kind == JOB_DISCOVER) {
		job->outcome = oidc_provider_discover(job->provider, &wait, &job->error);
	} else {
		job->outcome = exchange(job, &wait);
	}
	g_async_queue_push(work->done, job);
	if (write(work->fd, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is readable */
}

OidcWork *oidc_work_new(const Settings *settings)
{
	OidcWork *work;

	if (settings->openid->len == 0)
		return NULL;
	work = g_new0(OidcWork, 1);
	work->providers = g_ptr_array_new_with_free_func((GDestroyNotify)oidc_provider_free);
	for (guint i = 0; i < settings->openid->len; i++)
		g_ptr_array_add(
			work->providers,
			oidc_provider_new(settings, g_ptr_array_index(settings->openid, i)));
	work->longest = MAX((gint64)settings_pause(settings, JOB_SECONDS) * 1000,
			    JOB_SECONDS_LEAST * G_USEC_PER_SEC);
	work->done = g_async_queue_new();
	work->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	work->pool = g_thread_pool_new(run, work, THREADS, FALSE, NULL);
	return work;
}

int oidc_work_fd(const OidcWork *work)
{
	return work != NULL ? work->fd : -1;
}

void oidc_work_tend(OidcWork *work)
{
	uint64_t count;
	OidcJob *job;

	if (work == NULL)
		return;
	if (read(work->fd, &count, sizeof(count)) < 0)
		count = 0; /* nothing was written since */
	while ((job = g_async_queue_try_pop(work->done)) != NULL) {
		work->waiting--;
		job->is_done = true;
		MHD_resume_connection(job->connection);
	}
}

void oidc_work_stop(OidcWork *work)
{
	if (work == NULL)
		return;
	g_atomic_int_set(&work->is_stopped, 1);
	g_thread_pool_free(work->pool, FALSE, TRUE);
	work->pool = NULL;
	oidc_work_tend(work);
}

void oidc_work_free(OidcWork *work)
{
	if (work == NULL)
		return;
	if (work->pool != NULL)
		g_thread_pool_free(work->pool, FALSE, TRUE);
	g_async_queue_unref(work->done);
	g_ptr_array_unref(work->providers);
	close(work->fd);
	g_free(work);
}

OidcProvider *oidc_work_provider(const OidcWork *work, const char *name)
{
	for (guint i = 0; work != NULL && i < work->providers->len; i++) {
		OidcProvider *provider = g_ptr_array_index(work->providers, i);

		if (g_str_equal(oidc_provider_settings(provider)->name, name))
			return provider;
	}
	return NULL;
}

bool oidc_work_begin(Request *request, OidcJob *job)
{
	OidcWork *work = request->portal->oidc;

	g_clear_pointer(&request->job, oidc_job_free);
	if (work->pool == NULL || work->waiting >= JOBS_MOST) {
		log_warning_rarely(60, "login: %u sign-ins wait for a provider already",
				   work->waiting);
		oidc_job_free(job);
		return false;
	}
	request->job = job;
	job->connection = request->connection;
	job->deadline = g_get_monotonic_time() + work->longest;
	work->waiting++;
	MHD_suspend_connection(request->connection);
	g_thread_pool_push(work->pool, job, NULL);
	return true;
}
