/* page_bulk.c - the attestations of HR's bulk mail, as far as they have come. */
#include "portal/inside.h"

#include <string.h>

#include "common/text.h"
#include "store/bulk.h"

#define NAME_SHOWN 200

static json_t *row_of(const Request *request, const BulkItem *item)
{
	g_autofree char *name = text_one_line(item->name, NAME_SHOWN);
	g_autofree char *person = text_one_line(item->person_name, NAME_SHOWN);
	g_autofree char *key = g_strconcat("page.item-", item->state, NULL);

	return json_pack("{s:I, s:s, s:s, s:s, s:s}", "n", (json_int_t)item->place, "name", name,
			 "state", page_word(request, key), "person", person, "case",
			 item->filed_number);
}

bool page_bulk_rows(Request *request, gint64 id, json_t **ret_rows, GError **error)
{
	g_autoptr(GPtrArray) items = NULL;
	json_t *rows;

	if (!bulk_items(request->portal->desk.store, id, &items, error))
		return false;
	rows = json_array();
	for (guint i = 0; i < items->len; i++)
		json_array_append_new(rows, row_of(request, g_ptr_array_index(items, i)));
	*ret_rows = rows;
	return true;
}
