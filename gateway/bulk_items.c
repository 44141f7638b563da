/* bulk_items.c - the attestations of a bulk mail, and what is said about each. */
#include "gateway/bulk_items.h"

#include <jansson.h>
#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "gateway/bulk_list.h"

#define PICTURE_BYTES (20 * 1024) /* a smaller one within the text is a signature's logo */
#define NOTES 30

typedef struct Collecting {
	GPtrArray *items;
	const GPtrArray *attachments, *parts;
	const Mail *outer;
	json_t *notes;
	BulkList *list, *lines; /* or NULL */
} Collecting;

bool bulk_is_list(const Attachment *attachment)
{
	return attachment->text != NULL;
}

bool bulk_is_item(const Attachment *attachment)
{
	return !bulk_is_list(attachment) &&
	       (!attachment->is_inline || !g_str_has_prefix(attachment->type, "image/") ||
		attachment->size >= PICTURE_BYTES);
}

guint bulk_count(const Mail *mail)
{
	guint count = 0;

	for (guint i = 0; i < mail->attachments->len; i++)
		count += bulk_is_item(g_ptr_array_index(mail->attachments, i));
	for (guint i = 0; i < mail->messages->len; i++)
		count += bulk_count(g_ptr_array_index(mail->messages, i));
	return count;
}

static void note(Collecting *collecting, const char *code, const char *text)
{
	if (json_array_size(collecting->notes) < NOTES)
		json_array_append_new(collecting->notes,
				      json_pack("{s:s, s:s}", "code", code, "text", text));
}

/* Why an attachment can never be filed as it is; NULL: it can. */
static const char *fault_of(const Attachment *attachment)
{
	static const char *const programs[] = { "application/x-dosexec",
						"application/x-msdownload",
						"application/x-executable",
						"application/x-sharedlib",
						"application/x-pie-executable",
						"application/vnd.microsoft.portable-executable",
						"text/x-shellscript",
						"application/x-msi",
						"application/java-archive",
						"application/x-ms-shortcut",
						"text/javascript",
						"application/javascript",
						"text/html",
						NULL };
	static const char *const endings[] = { ".exe", ".bat",  ".cmd", ".com", ".scr", ".js",
					       ".vbs", ".ps1",  ".lnk", ".msi", ".jar", ".sh",
					       ".dll", ".html", ".htm", NULL };
	static const char *const sheets[] = { ".xlsx", ".xls", ".xlsm", ".ods", ".numbers", NULL };
	g_autofree char *lower = g_ascii_strdown(attachment->name, -1);

	for (guint i = 0; sheets[i] != NULL; i++)
		if (g_str_has_suffix(lower, sheets[i]))
			return "spreadsheet";
	if (attachment->fault != NULL && *attachment->fault != '\0')
		return attachment->fault;
	if (attachment->size == 0)
		return "empty";
	for (guint i = 0; endings[i] != NULL; i++)
		if (g_str_has_suffix(lower, endings[i]))
			return "no-document";
	return g_strv_contains(programs, attachment->type) ? "no-document" : NULL;
}

static const BulkRow *row_of(Collecting *collecting, const char *file)
{
	const BulkRow *row =
		collecting->list != NULL ? bulk_list_find(collecting->list, file) : NULL;

	return row != NULL || collecting->lines == NULL ? row
							: bulk_list_find(collecting->lines, file);
}

static char *clues_of(Collecting *collecting, const Mail *mail, const Attachment *attachment,
		      bool *ret_double)
{
	const BulkRow *row = row_of(collecting, attachment->name);
	const Mailbox *from = mail != collecting->outer && mail->from->len == 1
				      ? g_ptr_array_index(mail->from, 0)
				      : NULL;
	const char *said = mail != collecting->outer ? mail->subject : "";
	json_t *clues;
	char *text;

	if (mail->forward != NULL) {
		from = &mail->forward->from;
		said = mail->forward->subject;
	}
	*ret_double = row != NULL && row->is_double;
	clues = json_pack("{s:s, s:s, s:s, s:s}", "number", row != NULL ? row->number : "", "name",
			  row != NULL ? row->name : "", "sender", from != NULL ? from->address : "",
			  "said", said);
	text = clues != NULL ? json_dumps(clues, JSON_COMPACT) : NULL;
	json_decref(clues);
	return text;
}

static void add_item(Collecting *collecting, const Mail *mail, const Attachment *attachment)
{
	BulkItem *item = g_new0(BulkItem, 1);
	const char *fault = fault_of(attachment);
	bool is_double = false;
	char *clues = clues_of(collecting, mail, attachment, &is_double);
	guint at;

	item->place = collecting->items->len + 1;
	if (g_ptr_array_find((GPtrArray *)collecting->attachments, attachment, &at) &&
	    at < collecting->parts->len)
		item->part = ((const PartRow *)g_ptr_array_index(collecting->parts, at))->id;
	item->name = g_strdup(attachment->name);
	item->sha256 = g_strdup(attachment->sha256);
	item->clues = g_strdup(clues != NULL ? clues : "{}");
	free(clues);
	if (fault == NULL && item->place > BULK_ITEMS)
		fault = "over-limit";
	item->state = g_strdup(fault != NULL ? "failed" : is_double ? "open" : "waiting");
	item->why = g_strdup(fault != NULL ? fault : is_double ? "list-double" : "");
	g_ptr_array_add(collecting->items, item);
}

static void collect(Collecting *collecting, const Mail *mail)
{
	for (guint i = 0; i < mail->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(mail->attachments, i);

		if (bulk_is_item(attachment))
			add_item(collecting, mail, attachment);
	}
	for (guint i = 0; i < mail->messages->len; i++)
		collect(collecting, g_ptr_array_index(mail->messages, i));
}

/* The first list that can be read; the others are told of. */
static void find_list(Collecting *collecting, const Mail *mail)
{
	for (guint i = 0; i < mail->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(mail->attachments, i);
		BulkList *list;

		if (!bulk_is_list(attachment))
			continue;
		list = bulk_list_read(attachment->text);
		if (list->mistake != NULL)
			note(collecting, list->mistake, attachment->name);
		else if (list->rows->len == 0)
			note(collecting, "list-empty", attachment->name);
		else if (collecting->list != NULL)
			note(collecting, "list-second", attachment->name);
		if (collecting->list == NULL && list->rows->len > 0)
			collecting->list = list;
		else
			bulk_list_free(list);
	}
	for (guint i = 0; i < mail->messages->len; i++)
		find_list(collecting, g_ptr_array_index(mail->messages, i));
}

static void add_names(GPtrArray *names, const Mail *mail)
{
	for (guint i = 0; i < mail->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(mail->attachments, i);

		if (bulk_is_item(attachment))
			g_ptr_array_add(names, attachment->name);
	}
	for (guint i = 0; i < mail->messages->len; i++)
		add_names(names, g_ptr_array_index(mail->messages, i));
}

GPtrArray *bulk_collect(const Mail *mail, const GPtrArray *attachments, const GPtrArray *parts,
			char **ret_notes)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	Collecting collecting = {
		.items = g_ptr_array_new_with_free_func((GDestroyNotify)bulk_item_free),
		.attachments = attachments,
		.parts = parts,
		.outer = mail,
		.notes = json_array(),
	};
	char *notes;

	find_list(&collecting, mail);
	add_names(names, mail);
	collecting.lines = bulk_list_of_text(mail->reply, names);
	collect(&collecting, mail);
	for (guint i = 0; collecting.list != NULL && i < collecting.list->rows->len; i++) {
		const BulkRow *row = g_ptr_array_index(collecting.list->rows, i);

		if (!row->is_used && *row->file != '\0')
			note(&collecting, "list-no-file", row->file);
	}
	notes = json_dumps(collecting.notes, JSON_COMPACT);
	*ret_notes = g_strdup(notes != NULL ? notes : "[]");
	free(notes);
	json_decref(collecting.notes);
	bulk_list_free(collecting.list);
	bulk_list_free(collecting.lines);
	return collecting.items;
}
