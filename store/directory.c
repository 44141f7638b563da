/* directory.c - organisations and teams of the configuration, as the verbs look them up. */
#include "store/people.h"

#include "store/bucket.h"
#include "store/inside.h"

static void bind_names(Statement *put, Localised const name)
{
	bind_text(put, ":nl", localised(name, LANGUAGE_NL));
	bind_text(put, ":fr", localised(name, LANGUAGE_FR));
	bind_text(put, ":de", localised(name, LANGUAGE_DE));
	bind_text(put, ":en", localised(name, LANGUAGE_EN));
}

static bool put_team(Store *store, const TeamSettings *team, GError **error)
{
	static const char sql[] =
		"INSERT INTO teams (id, name_nl, name_fr, name_de, name_en, address, remind)"
		" VALUES (:id, :nl, :fr, :de, :en, :address, :remind)";
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":id", team->id);
	bind_names(put, team->name);
	bind_text(put, ":address", team->address);
	bind_number(put, ":remind", team->remind);
	return statement_run(put, error);
}

static bool put_organisation(Store *store, const OrganisationSettings *organisation, GError **error)
{
	static const char sql[] =
		"INSERT INTO organisations (code, name_nl, name_fr, name_de, name_en, domains)"
		" VALUES (:code, :nl, :fr, :de, :en, :domains)";
	g_autoptr(Statement) put = statement(store, sql);
	g_autofree char *domains =
		organisation->domains != NULL ? g_strjoinv(" ", organisation->domains) : NULL;

	bind_text(put, ":code", organisation->code);
	bind_names(put, organisation->name);
	bind_text(put, ":domains", domains);
	return statement_run(put, error);
}

/* Nothing refers to these rows: the tables are written anew. */
static bool sync_all(Store *store, const Settings *settings, GError **error)
{
	g_autoptr(Statement) no_teams = statement(store, "DELETE FROM teams");
	g_autoptr(Statement) no_organisations = statement(store, "DELETE FROM organisations");

	if (!statement_run(no_teams, error) || !statement_run(no_organisations, error))
		return false;
	for (guint i = 0; i < settings->teams->len; i++)
		if (!put_team(store, settings->teams->pdata[i], error))
			return false;
	for (guint i = 0; i < settings->organisations->len; i++)
		if (!put_organisation(store, settings->organisations->pdata[i], error))
			return false;
	return bucket_set(store, AUTOMATIC_BUCKET, settings->automatic_per_hour, error);
}

bool directory_sync(Store *store, const Settings *settings, GError **error)
{
	return verb_begin(store, error) && verb_end(store, sync_all(store, settings, error), error);
}
