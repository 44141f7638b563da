/* cmd_replay.c - `persocontact replay`: the database built again from the raw mails, and compared.
 */
#include <stdio.h>
#include <unistd.h>

#include "common/log.h"
#include "desk/replay.h"
#include "gateway/read.h"
#include "store/backup.h"

#define SUMMARY                                                                              \
	"Builds a new database at FILE: every raw mail is read, decided and acted on once\n" \
	"more, at the time at which it was, and what was done by commands is done again.\n"  \
	"Then both are compared: cases with their state, form, team, people, answers,\n"     \
	"problems, documents (SHA-256) and events, and what was decided of each mail.\n"     \
	"Status 0 when they are equal, else 1, each difference a line.\n"                    \
	"Not compared: tokens of links, when notices were sent, Message-IDs of what went\n"  \
	"out.  People and configuration are those of today.  FILE stays, with copies of\n"   \
	"the raw messages beside it."

static guint say_all(const DeskContext *context, const GPtrArray *sentences, const char *of)
{
	for (guint i = 0; i < sentences->len; i++) {
		if (context->json)
			desk_print_json(json_pack("{s:s, s:s}", "of", of, "finding",
						  (char *)sentences->pdata[i]));
		else
			printf("%s: %s\n", of, (char *)sentences->pdata[i]);
	}
	return sentences->len;
}

static int conclude(const DeskContext *context, const Replay *replay, GError **error)
{
	g_autoptr(GPtrArray) differences = g_ptr_array_new_with_free_func(g_free);
	guint compared, bad;

	if (!replay_compare(replay->old, replay->desk.store, differences, &compared, error))
		return -1;
	bad = say_all(context, replay->left, "not done again") +
	      say_all(context, differences, "different");
	if (!context->json)
		printf("%s: %u mails read again, %u actions done again; %u rows compared, %u differences\n",
		       bad == 0 ? "equal" : "not equal", replay->done_mails, replay->done_actions,
		       compared, differences->len);
	return bad == 0 ? 0 : 1;
}

static int replay_into(const DeskContext *context, Session *session, Store *old, Store *new_store,
		       GError **error)
{
	g_autoptr(GHashTable) first =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	g_autoptr(GPtrArray) left = g_ptr_array_new_with_free_func(g_free);
	Replay replay = { .desk = session->desk, .old = old, .first = first, .left = left };
	int status = -1;

	replay.desk.store = new_store;
	mail_read_init();
	if (replay_run(&replay, error))
		status = conclude(context, &replay, error);
	g_clear_pointer(&replay.mails, g_ptr_array_unref);
	return status;
}

static void remove_database(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *file = g_strconcat(path, ends[i], NULL);

		unlink(file);
	}
}

/* From a copy of this moment, so that a desk that runs does not change under it. */
static int replay_from_copy(const DeskContext *context, Session *session, const char *path,
			    const char *was, GError **error)
{
	g_autofree char *from = g_strconcat("sqlite:", was, NULL),
			*to = g_strconcat("sqlite:", path, NULL);
	g_autoptr(Store) old = NULL, new_store = NULL;
	Backup backup;

	if (!store_place_is_free(session->store, path, error) ||
	    !store_backup(session->store, was, &backup, error))
		return -1;
	old = store_open(from, STORE_EXISTING, error);
	new_store = old != NULL ? store_open(to, STORE_CREATE, error) : NULL;
	return new_store != NULL ? replay_into(context, session, old, new_store, error) : -1;
}

int cmd_replay(int argc, char **argv, const DeskContext *context)
{
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	g_auto(Session) session = { 0 };
	g_autofree char *was = NULL;
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!desk_options(&argc, &argv, NULL, "replay FILE", SUMMARY, &status))
		return status;
	if (argc != 2)
		return argc < 2 ? desk_usage("replay", "say into which file")
				: desk_usage("replay", "%s is too much", argv[2]);
	log_open("replay", false);
	settings = desk_settings(context, &status);
	store = settings != NULL ? desk_store(settings, STORE_EXISTING, &status) : NULL;
	if (store == NULL || !session_open(context, &session, &status))
		return status;
	was = g_strconcat(argv[1], ".was", NULL);
	status = replay_from_copy(context, &session, argv[1], was, &error);
	remove_database(was);
	return error != NULL ? desk_fail(error) : status;
}
