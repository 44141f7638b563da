/* openid.c - sign-ins that are under way at an OpenID provider. */
#include "store/openid.h"

#include "store/inside.h"

void openid_ask_free(OpenIdAsk *ask)
{
	if (ask == NULL)
		return;
	g_free(ask->provider);
	g_free(ask->nonce);
	g_free(ask->verifier);
	g_free(ask->target);
	g_free(ask->before);
	g_free(ask);
}

static bool forget_old(Store *store, gint64 now, GError **error)
{
	g_autoptr(Statement) old =
		statement(store, "DELETE FROM openid WHERE asked <= :before OR asked > :now");

	bind_number(old, ":before", now - OPENID_SECONDS);
	bind_number(old, ":now", now + OPENID_SECONDS); /* the clock was set back */
	return statement_run(old, error);
}

static bool make_room(Store *store, GError **error)
{
	g_autoptr(Statement) oldest = statement(
		store, "DELETE FROM openid WHERE state IN (SELECT state FROM openid ORDER BY asked"
		       " LIMIT MAX(0, (SELECT COUNT(*) FROM openid) - :most + 1))");

	bind_number(oldest, ":most", OPENID_MOST);
	return statement_run(oldest, error);
}

static bool insert(Store *store, const char *state_hash, const char *browser_hash,
		   const OpenIdAsk *ask, gint64 now, GError **error)
{
	static const char sql[] =
		"INSERT INTO openid (state, browser, provider, nonce, verifier, target, before,"
		" asked)"
		" VALUES (:state, :browser, :provider, :nonce, :verifier, :target, :before, :now)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":state", state_hash);
	bind_text(put, ":browser", browser_hash);
	bind_text(put, ":provider", ask->provider);
	bind_text(put, ":nonce", ask->nonce);
	bind_text(put, ":verifier", ask->verifier);
	bind_text(put, ":target", ask->target);
	bind_text(put, ":before", ask->before);
	bind_number(put, ":now", now);
	return statement_run(put, error);
}

bool openid_put(Store *store, const char *state_hash, const char *browser_hash,
		const OpenIdAsk *ask, gint64 now, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store,
			forget_old(store, now, error) && make_room(store, error) &&
				insert(store, state_hash, browser_hash, ask, now, error),
			error);
}

static void *ask_read(Statement *row)
{
	OpenIdAsk *ask = g_new0(OpenIdAsk, 1);

	*ask = (OpenIdAsk){ .provider = column_given(row, 0),
			    .nonce = column_given(row, 1),
			    .verifier = column_given(row, 2),
			    .target = column_given(row, 3),
			    .before = column_given(row, 4) };
	return ask;
}

bool openid_take(Store *store, const char *state_hash, const char *browser_hash,
		 const char *provider, gint64 now, OpenIdAsk **ret_ask, GError **error)
{
	static const char sql[] = "DELETE FROM openid WHERE state = :state AND browser = :browser"
				  " AND provider = :provider AND asked > :before"
				  " RETURNING provider, nonce, verifier, target, before";
	g_autoptr(Statement) take = statement(store, sql);

	bind_text(take, ":state", state_hash);
	bind_text(take, ":browser", browser_hash);
	bind_text(take, ":provider", provider);
	bind_number(take, ":before", now - OPENID_SECONDS);
	return statement_row(take, ask_read, (void **)ret_ask, error);
}
