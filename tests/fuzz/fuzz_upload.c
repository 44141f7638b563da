/* fuzz_upload.c - files that are chosen on a page, by any name, in any pieces: the mail that is
 * made of them is read by the gateway as these files, byte for byte, under these names.
 *
 * The input is a row of steps: what to do, how many bytes follow, the bytes.
 */
#include <stdint.h>
#include <stdlib.h>

#include "gateway/read.h"
#include "portal/upload.h"
#include "tests/unit/store_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static Desk *desk;
static Portal portal;
static Person *person;

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void leave(void)
{
	person_free(person);
	desk_free(desk);
}

static void open_once(void)
{
	if (desk != NULL)
		return;
	mail_read_init();
	desk = desk_new();
	desk->settings->address = g_strdup("desk@desk.example");
	person = desk_person(desk, "1001");
	portal.desk.settings = desk->settings;
	portal.desk.store = desk->store;
	atexit(leave);
}

typedef struct Steps {
	const uint8_t *at;
	size_t left;
} Steps;

/* False when there is none left.  times: so often the bytes come. */
static bool next(Steps *steps, guint *ret_what, guint *ret_times, GString *bytes)
{
	gsize length;

	if (steps->left < 2)
		return false;
	*ret_what = steps->at[0] % 4;
	*ret_times = steps->at[0] / 4 + 1;
	length = MIN(steps->at[1], steps->left - 2);
	g_string_truncate(bytes, 0);
	g_string_append_len(bytes, (const char *)steps->at + 2, (gssize)length);
	steps->at += 2 + length;
	steps->left -= 2 + length;
	return true;
}

/* Gives the text that was typed. */
static char *take(Upload *upload, const uint8_t *input, size_t length)
{
	Steps steps = { input, length };
	g_autoptr(GString) text = g_string_new(NULL), bytes = g_string_new(NULL);
	guint what, times;

	while (next(&steps, &what, &times, bytes)) {
		if (what == 0)
			upload_begin_file(upload, "files", bytes->str, NULL);
		else if (what == 1)
			must(upload_end_file(upload, NULL));
		else if (what == 2)
			g_string_append_len(text, bytes->str, (gssize)bytes->len);
		for (guint i = 0; what == 3 && i < times; i++)
			must(upload_bytes(upload, bytes->str, bytes->len, NULL));
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* What the reader opens by itself is known by its content, not by its name. */
static bool is_read_as(const Attachment *sent, const Attachment *read)
{
	return read->range.inners == 0 && read->range.offset == sent->range.offset &&
	       read->size == sent->size && strcmp(read->sha256, sent->sha256) == 0 &&
	       strcmp(read->name, sent->name) == 0;
}

static void show(const char *which, const Attachment *file)
{
	g_printerr("%s \"%s\" %s, %" G_GINT64_FORMAT " bytes at %" G_GINT64_FORMAT ", %s, %s\n",
		   which, file->name, file->type, file->size, file->range.offset, file->sha256,
		   file->fault != NULL ? file->fault : "");
}

static void check_file(const Attachment *sent, const Mail *mail)
{
	for (guint i = 0; i < mail->attachments->len; i++)
		if (is_read_as(sent, g_ptr_array_index(mail->attachments, i)))
			return;
	show("sent", sent);
	for (guint i = 0; i < mail->attachments->len; i++)
		show("read", g_ptr_array_index(mail->attachments, i));
	abort();
}

static void check_mail(const Upload *upload, const MailRow *row)
{
	static const ReadOptions options = { .own_address = "desk@desk.example",
					     .own_separator = "+" };
	const GPtrArray *files = upload_files(upload);
	int fd = raw_open(desk->store, &row->raw, NULL);
	g_autoptr(Mail) mail = NULL;

	must(fd >= 0);
	mail = mail_read(fd, row->raw.offset, row->raw.length, &options);
	must(!mail->unreadable && mail->from->len == 1 && mail->message_id != NULL);
	must(strcmp(mail->message_id, row->message_id) == 0);
	must(strcmp(mail->subject, "[absence-parental]") == 0);
	must(strcmp(((Mailbox *)mail->from->pdata[0])->address, row->from) == 0);
	for (guint i = 0; i < files->len; i++)
		check_file(g_ptr_array_index(files, i), mail);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	open_once();
	Request request = { .portal = &portal, .person = person, .now = NOW };
	g_autoptr(MailRow) row = g_new0(MailRow, 1);
	g_autoptr(Upload) upload = NULL;
	g_autofree char *text = NULL;

	g_strlcpy(request.route.word, "absence-parental", sizeof(request.route.word));
	upload = upload_new(&request, NULL);
	must(upload != NULL);
	text = take(upload, bytes, length);
	must(upload_end(upload, text, NULL));
	must(upload_keep(upload, desk->raw, row, NULL));
	must(row->raw.length == upload_size(upload) && g_utf8_validate(row->text, -1, NULL));
	check_mail(upload, row);
	raw_rewind(desk->raw);
	return 0;
}
