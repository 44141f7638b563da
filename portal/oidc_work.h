/* oidc_work.h - asking OpenID providers beside the loop, so that nobody waits but who asked.
 *
 * A few threads ask; the connection of the request is suspended until its job is done, then its
 * page is called again with the job in request->job.  Threads touch nothing of the portal but
 * the job and its provider: the database stays with the loop.
 */
#pragma once

#include "portal/inside.h"
#include "portal/oidc_provider.h"
#include "store/openid.h"

typedef enum { JOB_DISCOVER, JOB_EXCHANGE, JOB_KEYS } OidcJobKind;

typedef struct OidcJob {
	OidcJobKind kind;
	OidcProvider *provider; /* lent */
	/* of an exchange */
	char *code, *redirect_uri;
	OpenIdAsk *ask;
	gint64 now;
	/* what came of it */
	bool is_done;
	OidcOutcome outcome;
	char *who, *keys; /* or NULL */
	GError *error;    /* NULL: OIDC_DONE */
	/* of the work itself */
	struct MHD_Connection *connection;
	gint64 deadline; /* monotonic, microseconds */
} OidcJob;

void oidc_job_free(OidcJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OidcJob, oidc_job_free)

typedef struct OidcWork OidcWork;

/* NULL when no provider is configured. */
OidcWork *oidc_work_new(const Settings *settings);
/* Stops what is under way, and wakes the requests that wait for it; call oidc_work_free after
 * the loop has worked them off. */
void oidc_work_stop(OidcWork *work);
void oidc_work_free(OidcWork *work);
/* Readable when a job is done; -1 where work is NULL. */
int oidc_work_fd(const OidcWork *work);
/* Wakes the requests whose jobs are done. */
void oidc_work_tend(OidcWork *work);
/* NULL when there is none of the name. */
OidcProvider *oidc_work_provider(const OidcWork *work, const char *name);

/* Begins a job for request, which takes it over, and suspends the connection.  False when too
 * many wait already; then the job is given up. */
bool oidc_work_begin(Request *request, OidcJob *job);
