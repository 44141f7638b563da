/* cmd_backup.c - `persocontact backup`: a copy of the desk while it runs. */
#include <stdio.h>

#include "desk/desk.h"
#include "store/backup.h"

#define SUMMARY                                                                           \
	"Copies the database to FILE and the raw messages to raw/ beside it, while the\n" \
	"desk runs.  FILE must not be there yet, and not be in the desk's own folder.\n"  \
	"Full segments of an earlier backup in the same folder are not copied again.\n"   \
	"The copy is looked over; a desk whose [Store] Database= is sqlite:FILE works\n"  \
	"with it.  The secret and the configuration are not in it: keep them apart."

int cmd_backup(int argc, char **argv, const DeskContext *context)
{
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(GError) error = NULL;
	Backup backup;
	int status = 0;

	if (!desk_options(&argc, &argv, NULL, "backup FILE", SUMMARY, &status))
		return status;
	if (argc != 2)
		return argc < 2 ? desk_usage("backup", "say to which file")
				: desk_usage("backup", "%s is too much", argv[2]);
	settings = desk_settings(context, &status);
	store = settings != NULL ? desk_store(settings, STORE_EXISTING, &status) : NULL;
	if (store == NULL)
		return status;
	if (!store_backup(store, argv[1], &backup, &error))
		return desk_fail(error);
	if (context->json)
		return desk_print_json(json_pack("{s:s, s:I, s:I, s:I}", "file", argv[1], "mails",
						 (json_int_t)backup.receipts, "segments_copied",
						 (json_int_t)backup.segments, "segments_kept",
						 (json_int_t)backup.kept));
	printf("%s: %u mails; segments: %u copied, %u there already\n", argv[1], backup.receipts,
	       backup.segments, backup.kept);
	return 0;
}
