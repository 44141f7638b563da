/* cmd_verify.c - `persocontact verify` and `stats`: the database and the raw messages looked over.
 */
#include <stdio.h>
#include <unistd.h>

#include "desk/desk.h"
#include "store/chain.h"
#include "store/raw.h"
#include "store/stats.h"

#define PROGRESS_MAILS 100

static void show_progress(guint done, void *user)
{
	if (done % PROGRESS_MAILS == 0 && desk_is_terminal(STDERR_FILENO))
		fprintf(stderr, "\r%u messages", done);
}

static guint print_findings(const DeskContext *context, const GPtrArray *findings, const char *of)
{
	for (guint i = 0; i < findings->len; i++) {
		if (context->json)
			desk_print_json(json_pack("{s:s, s:s}", "of", of, "finding",
						  (char *)findings->pdata[i]));
		else
			printf("%s: %s\n", of, (char *)findings->pdata[i]);
	}
	return findings->len;
}

int cmd_verify(int argc, char **argv, const DeskContext *context)
{
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(GPtrArray) database = NULL;
	g_autoptr(GPtrArray) raw = NULL;
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	char last[CHAIN_DIGITS + 1];
	guint done = 0, chained = 0, bad;
	int status = 0;

	if (!desk_options(
		    &argc, &argv, NULL, "verify",
		    "Checks the database, the chain of events, and every raw message against its\n"
		    "SHA-256.  Status 0 when all is well, else 1.",
		    &status))
		return status;
	if (argc > 1)
		return desk_usage("verify", "%s is too much", argv[1]);
	settings = desk_settings(context, &status);
	store = settings != NULL ? desk_store(settings, STORE_EXISTING, &status) : NULL;
	if (store == NULL)
		return status;
	if (!store_check(store, &database, &error) ||
	    !chain_verify(store, &chained, last, events, &error) ||
	    !raw_verify_all(store, show_progress, NULL, &done, &raw, &error))
		return desk_fail(error);
	if (desk_is_terminal(STDERR_FILENO))
		fprintf(stderr, "\r%*s\r", 20, "");
	bad = print_findings(context, database, "database") +
	      print_findings(context, events, "chain of events") +
	      print_findings(context, raw, "raw message");
	if (bad == 0 && !context->json)
		printf("all is well: the database, %u raw messages, %u events%s%s\n", done, chained,
		       chained > 0 ? ", the last " : "", last);
	return bad == 0 ? 0 : 1;
}

/* ---- stats ---- */

static json_t *counts_json(const GPtrArray *counts)
{
	json_t *json = json_object();

	for (guint i = 0; i < counts->len; i++) {
		const Count *count = counts->pdata[i];
		json_t *of;

		if (count->state[0] == '\0') {
			json_object_set_new(json, count->of, json_integer(count->count));
			continue;
		}
		of = json_object_get(json, count->of);
		if (of == NULL) {
			of = json_object();
			json_object_set_new(json, count->of, of);
		}
		json_object_set_new(of, count->state, json_integer(count->count));
	}
	return json;
}

static void print_counts(const GPtrArray *counts)
{
	static const char *const headings[] = { "of", "state", "count", NULL };
	Table *table = table_new(headings);

	for (guint i = 0; i < counts->len; i++) {
		const Count *count = counts->pdata[i];
		g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, count->count);

		table_row(table, count->of, count->state, number, NULL);
	}
	table_print(table);
}

int cmd_stats(int argc, char **argv, const DeskContext *context)
{
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(GPtrArray) counts = NULL;
	g_autoptr(GError) error = NULL;
	int status = 0;

	if (!desk_options(&argc, &argv, NULL, "stats",
			  "Counts of cases, mails, notices and people.", &status))
		return status;
	if (argc > 1)
		return desk_usage("stats", "%s is too much", argv[1]);
	settings = desk_settings(context, &status);
	store = settings != NULL ? desk_store(settings, STORE_EXISTING, &status) : NULL;
	if (store == NULL)
		return status;
	if (!store_counts(store, &counts, &error))
		return desk_fail(error);
	if (context->json)
		return desk_print_json(counts_json(counts));
	print_counts(counts);
	return 0;
}
