/* raw_sizes.c - segments looked at from outside: which ones the rows name, and whether they are
 * long enough. */
#include "store/raw_sizes.h"

#include <errno.h>
#include <sys/stat.h>

#include "store/inside.h"
#include "store/raw_inside.h"

/* The next segment that is named behind one: a step in an index for each. */
static bool next_named(Store *store, gint64 after, gint64 *ret_segment, GError **error)
{
	static const char in[] = "SELECT segment FROM receipts WHERE segment > :after"
				 " ORDER BY segment LIMIT 1";
	static const char out[] = "SELECT segment FROM mails WHERE segment > :after"
				  " ORDER BY segment LIMIT 1";
	g_autoptr(Statement) of_receipts = statement(store, in);
	g_autoptr(Statement) of_mails = statement(store, out);
	gint64 receipts = G_MAXINT64, mails = G_MAXINT64;

	bind_number(of_receipts, ":after", after);
	bind_number(of_mails, ":after", after);
	if (!statement_number(of_receipts, &receipts, error) ||
	    !statement_number(of_mails, &mails, error))
		return false;
	*ret_segment = MIN(receipts, mails);
	return true;
}

bool raw_named(Store *store, GArray **ret_segments, GError **error)
{
	g_autoptr(GArray) segments = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 segment = 0;

	do {
		if (!next_named(store, segment, &segment, error))
			return false;
		if (segment != G_MAXINT64)
			g_array_append_val(segments, segment);
	} while (segment != G_MAXINT64);
	*ret_segments = g_steal_pointer(&segments);
	return true;
}

/* What is wrong with a segment that must reach to end: given, or NULL. */
static char *wrong_with(Store *store, gint64 segment, gint64 end)
{
	g_autofree char *path = raw_path(store, segment);
	struct stat status;

	if (stat(path, &status) != 0)
		return g_strdup_printf("%s cannot be looked at: %s", path, g_strerror(errno));
	if (status.st_size >= end)
		return NULL;
	return g_strdup_printf("%s is cut off: it has %" G_GINT64_FORMAT
			       " bytes, and messages reach to %" G_GINT64_FORMAT,
			       path, (gint64)status.st_size, end);
}

bool raw_sizes_check(Store *store, GPtrArray *findings, GError **error)
{
	g_autoptr(GArray) segments = NULL;

	if (!raw_named(store, &segments, error))
		return false;
	for (guint i = 0; i < segments->len; i++) {
		gint64 segment = g_array_index(segments, gint64, i), end = 0;
		char *finding;

		if (!raw_committed(store, segment, &end, error))
			return false;
		finding = wrong_with(store, segment, end);
		if (finding != NULL)
			g_ptr_array_add(findings, finding);
	}
	return true;
}
