/* keep.c - raw bytes first, then one transaction with all that follows from them. */
#include "portal/keep.h"

#include "common/error.h"
#include "common/failpoint.h"

static bool number_documents(Request *request, gint64 mail, const GPtrArray *kinds,
			     GPtrArray *documents, GError **error)
{
	g_autoptr(GPtrArray) parts = NULL;

	if (!parts_of_mail(request->portal->desk.store, mail, &parts, error))
		return false;
	for (guint i = 0; i < parts->len; i++) {
		const char *kind =
			kinds != NULL && i < kinds->len ? g_ptr_array_index(kinds, i) : NULL;

		g_ptr_array_add(documents,
				case_document_new(((PartRow *)g_ptr_array_index(parts, i))->id,
						  mail, kind));
	}
	return true;
}

/* The case as it stands now. */
static bool look_again(Request *request, GError **error)
{
	Case *now = NULL;

	if (request->about == NULL)
		return true;
	if (!case_get(request->portal->desk.store, request->about->id, &now, error))
		return false;
	if (now == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_DATA, "case %s is not there any more",
			    request->about->number);
		return false;
	}
	case_free(request->about);
	request->about = now;
	return true;
}

static bool put(Request *request, MailRow *row, KeepRead read, KeepDo what, void *user,
		GError **error)
{
	g_autoptr(GPtrArray) documents =
		g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	const GPtrArray *kinds = NULL;

	return look_again(request, error) && (read == NULL || read(request, user, &kinds, error)) &&
	       mails_put(request->portal->desk.store, row, upload_files(request->upload), error) &&
	       number_documents(request, row->id, kinds, documents, error) &&
	       what(request, row, documents, user, error);
}

bool page_keep(Request *request, KeepRead read, KeepDo what, void *user, GError **error)
{
	Portal *portal = request->portal;
	g_autoptr(MailRow) row = g_new0(MailRow, 1);

	if (portal->raw == NULL &&
	    (portal->raw = raw_writer_open(portal->desk.store, error)) == NULL)
		return false;
	row->case_id = request->about != NULL ? request->about->id : 0;
	FAILPOINT("page.spooled");
	if (upload_keep(request->upload, portal->raw, row, error) &&
	    store_begin(portal->desk.store, error)) {
		FAILPOINT("page.kept");
		if (put(request, row, read, what, user, error)) {
			FAILPOINT("page.put");
			return store_commit(portal->desk.store, error);
		}
		store_rollback(portal->desk.store);
	}
	raw_rewind(portal->raw);
	return false;
}
