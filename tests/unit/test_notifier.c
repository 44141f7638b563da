/* test_notifier.c - the loop with a real database: nothing is lost, nothing goes twice. */
#include <gmime/gmime.h>
#include <unistd.h>

#include "common/error.h"
#include "notifier/notifier.h"
#include "smtp_server.h"
#include "store_fixture.h"

static Texts *texts;
static Forms *forms;
static Secret *secret;

static gint64 real_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

static void set_text(char **place, const char *value)
{
	g_free(*place);
	*place = g_strdup(value);
}

static Desk *new_desk(void)
{
	Desk *desk = desk_new();
	g_autofree char *server = g_strdup_printf("directory:%s/out", desk->folder);

	set_text(&desk->settings->address, "desk@desk.example");
	set_text(&desk->settings->url, "http://127.0.0.1:8025");
	set_text(&desk->settings->smtp.server, server);
	desk->settings->smtp.tls = TLS_NONE;
	desk->settings->attach_documents = true;
	return desk;
}

static bool run(Desk *desk, GError **error)
{
	return notifier_run(desk->settings, desk->store, forms, texts, secret, true, -1, error);
}

static void run_well(Desk *desk)
{
	GError *error = NULL;

	run(desk, &error);
	g_assert_no_error(error);
}

/* The names in the folder out, sorted. */
static GPtrArray *sent_files(const Desk *desk)
{
	g_autofree char *path = g_build_filename(desk->folder, "out", NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		g_ptr_array_add(names, g_build_filename(path, name, NULL));

	return names;
}

static char *file_of(const Desk *desk, const char *kind)
{
	g_autoptr(GPtrArray) names = sent_files(desk);
	char *bytes = NULL;

	for (guint i = 0; i < names->len && bytes == NULL; i++)
		if (strstr(g_ptr_array_index(names, i), kind) != NULL)
			g_assert_true(g_file_get_contents(g_ptr_array_index(names, i), &bytes, NULL,
							  NULL));
	g_assert_nonnull(bytes);
	return bytes;
}

static GPtrArray *outbox(Desk *desk, const char *state)
{
	GPtrArray *notices = NULL;
	GError *error = NULL;

	outbox_list(desk->store, state, &notices, &error);
	g_assert_no_error(error);
	return notices;
}

/* A mail of An with one document, of which encoded is what stands in the mail. */
static gint64 mail_with(Desk *desk, const char *encoded, Encoding encoding, gint64 size)
{
	g_autofree char *raw = g_strdup_printf(
		"Message-ID: <ask@minfin.example>\r\nReferences: <old@minfin.example>\r\n\r\n%s\r\n",
		encoded);
	Attachment attachment = {
		.name = (char *)"attest é.pdf",
		.type = (char *)"application/pdf",
		.size = size,
		.sha256 = (char *)"aa",
		.from = "mime",
		.range = { .offset = strstr(raw, "\r\n\r\n") + 4 - raw,
			   .length = (gint64)strlen(encoded),
			   .encoding = encoding },
	};
	g_autoptr(GPtrArray) attachments = g_ptr_array_new();
	MailRow row = {
		.raw = desk_raw(desk, raw),
		.message_id = (char *)"ask@minfin.example",
		.direction = (char *)"in",
		.from = (char *)"an@minfin.example",
		.to = (char *)"desk@desk.example",
		.subject = (char *)"Attest",
		.text = (char *)"Dag",
		.at = real_now(),
	};
	GError *error = NULL;

	g_ptr_array_add(attachments, &attachment);
	mails_put(desk->store, &row, attachments, &error);
	g_assert_no_error(error);
	return row.id;
}

static gint64 open_case(Desk *desk, gint64 mail)
{
	g_autoptr(Person) an = desk_person(desk, "1001");
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(GPtrArray) documents =
		g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	CaseBy by = desk_by(an, WAY_MAIL, real_now());
	CaseOpen what = {
		.form = "absence-parental",
		.subject = "Verlof",
		.team = "absence",
		.comment = "",
		.language = LANGUAGE_NL,
		.requester = an,
		.requester_address = "an@minfin.example",
		.verified = true,
		.state = CASE_OPEN,
		.documents = documents,
	};
	GError *error = NULL;
	gint64 id = 0;

	by.mail = mail;
	if (mail != 0) {
		parts_of_mail(desk->store, mail, &parts, &error);
		g_assert_no_error(error);
		for (guint i = 0; i < parts->len; i++)
			g_ptr_array_add(documents,
					case_document_new(((PartRow *)parts->pdata[i])->id, mail,
							  "geboorteattest"));
	}
	case_open(desk->store, &what, &by, &id, &error);
	g_assert_no_error(error);
	return id;
}

/* The decoded bytes of the first document in a mail. */
static char *document_of(const char *bytes)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, strlen(bytes));
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	GMimeMultipart *mixed = GMIME_MULTIPART(g_mime_message_get_mime_part(message));
	GMimePart *part = GMIME_PART(g_mime_multipart_get_part(mixed, 1));
	GByteArray *decoded = g_byte_array_new();
	GMimeStream *to = g_mime_stream_mem_new_with_byte_array(decoded);

	g_assert_cmpstr(g_mime_part_get_filename(part), ==, "attest é.pdf");
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(to), FALSE);
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(part), to);
	g_byte_array_append(decoded, (const guint8 *)"", 1);
	g_object_unref(to);
	g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
	return (char *)g_byte_array_free(decoded, FALSE);
}

static void check_kept(Desk *desk, gint64 id)
{
	g_autoptr(GPtrArray) rows = NULL;
	guint out = 0;

	g_assert_true(mails_of_case(desk->store, id, &rows, NULL));
	for (guint i = 0; i < rows->len; i++) {
		const MailRow *row = g_ptr_array_index(rows, i);

		if (strcmp(row->direction, "out") != 0)
			continue;
		out++;
		g_assert_true(raw_verify(desk->store, &row->raw, NULL));
		g_assert_cmpint(row->is_public, ==, strcmp(row->to, "an@minfin.example") == 0);
	}
	g_assert_cmpuint(out, ==, 2);
}

static void test_once(void)
{
	Desk *desk = new_desk();
	gint64 id = open_case(desk, mail_with(desk, "aGVsbG8gd29ybGQ=\r\n", ENCODING_BASE64, 11));

	run_well(desk);
	g_autofree char *acknowledgement = file_of(desk, "acknowledgement-PC-");
	g_autofree char *new_case = file_of(desk, "new-case-PC-");
	g_autofree char *document = document_of(new_case);
	g_autoptr(GPtrArray) owed = outbox(desk, "owed");
	g_autoptr(GPtrArray) sent = outbox(desk, "sent");

	g_assert_cmpstr(document, ==, "hello world");
	g_assert_nonnull(strstr(new_case, "\r\naGVsbG8gd29ybGQ=\r\n")); /* as it was */
	g_assert_nonnull(strstr(acknowledgement, "In-Reply-To: <ask@minfin.example>\r\n"));
	g_assert_nonnull(strstr(acknowledgement,
				"References: <old@minfin.example> <ask@minfin.example>\r\n"));
	g_assert_nonnull(strstr(acknowledgement, "Auto-Submitted: auto-replied\r\n"));
	g_assert_cmpuint(owed->len, ==, 0);
	g_assert_cmpuint(sent->len, ==, 2);
	check_kept(desk, id);
	run_well(desk);
	g_autoptr(GPtrArray) names = sent_files(desk);
	g_assert_cmpuint(names->len, ==, 2);
	desk_free(desk);
}

/* What cannot travel as it lies there is encoded anew. */
static void test_encodings(void)
{
	static const struct {
		const char *what, *encoded, *decoded;
		Encoding encoding;
	} rows[] = {
		{ "8-bit as it is", "caf\xe9 \x01", "caf\xe9 \x01", ENCODING_IDENTITY },
		{ "quoted-printable", "caf=C3=A9=\r\n!", "café!", ENCODING_QUOTED_PRINTABLE },
		{ "base64 with 8-bit in it",
		  "aGVs\xe9"
		  "bG8=",
		  "hello", ENCODING_BASE64 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Desk *desk = new_desk();

		open_case(desk, mail_with(desk, rows[i].encoded, rows[i].encoding,
					  (gint64)strlen(rows[i].decoded)));
		run_well(desk);
		g_autofree char *bytes = file_of(desk, "new-case-PC-");
		g_autofree char *document = document_of(bytes);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(document, ==, rows[i].decoded);
		for (const char *at = bytes; *at != '\0'; at++)
			g_assert_cmpint((guchar)*at, <, 0x80);
		desk_free(desk);
	}
}

static void test_linked(void)
{
	Desk *desk = new_desk();

	desk->settings->attach_documents = false;
	open_case(desk, mail_with(desk, "aGVsbG8gd29ybGQ=\r\n", ENCODING_BASE64, 11));
	run_well(desk);
	g_autofree char *new_case = file_of(desk, "new-case-PC-");

	g_assert_null(strstr(new_case, "multipart/mixed"));
	g_assert_null(strstr(new_case, "aGVsbG8gd29ybGQ="));
	desk_free(desk);
}

static void use_server(Desk *desk, guint16 port)
{
	g_autofree char *server = g_strdup_printf("smtp://127.0.0.1:%u", port);

	set_text(&desk->settings->smtp.server, server);
}

/* Away: nothing is lost, and what was rendered once is what is sent. */
static void test_away(void)
{
	Desk *desk = new_desk();
	SmtpServer *server = smtp_server_new(NULL);
	g_autoptr(GError) error = NULL;

	use_server(desk, 9);
	open_case(desk, 0);
	g_assert_false(run(desk, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_UNAVAILABLE);
	g_autoptr(GPtrArray) owed = outbox(desk, "owed");
	const Notice *first = g_ptr_array_index(owed, 0);

	g_assert_cmpuint(owed->len, ==, 2);
	g_assert_cmpint(first->mail, !=, 0);
	g_assert_cmpint(first->next, >, real_now());
	g_assert_true(outbox_retry(desk->store, first->id, real_now(), NULL));
	use_server(desk, server->port);
	run_well(desk);
	g_autoptr(GPtrArray) sent = outbox(desk, "sent");

	g_assert_cmpuint(sent->len, ==, 1);
	g_assert_cmpint(((Notice *)g_ptr_array_index(sent, 0))->mail, ==, first->mail);
	g_autoptr(GBytes) bytes = raw_bytes(desk->store, &first->raw, NULL);
	g_mutex_lock(&server->lock);
	g_string_replace(server->last, "\r\n..", "\r\n.", 0); /* RFC 5321 4.5.2 */
	g_assert_cmpmem(server->last->str, server->last->len, g_bytes_get_data(bytes, NULL),
			g_bytes_get_size(bytes));
	g_mutex_unlock(&server->lock);
	desk_free(desk);
}

/* Refused for good: noted on the case, and the team is told in the same run. */
static void test_refused(void)
{
	Desk *desk = new_desk();
	SmtpServer *server = smtp_server_new(NULL);
	g_autoptr(GPtrArray) events = NULL;
	gint64 id;
	bool noted = false;

	use_server(desk, server->port);
	PeopleImport *import = desk_import(
		desk, "number,name,addresses,organisation\n1001,An,never@minfin.example,MINFIN\n",
		real_now());
	people_import_free(import);
	g_autoptr(Person) an = desk_person(desk, "1001");
	CaseBy by = desk_by(an, WAY_MAIL, real_now());
	CaseOpen what = { .form = "question",
			  .subject = "x",
			  .team = "absence",
			  .comment = "",
			  .language = LANGUAGE_FR,
			  .requester = an,
			  .requester_address = "never@minfin.example",
			  .state = CASE_OPEN };

	g_assert_true(case_open(desk->store, &what, &by, &id, NULL));
	run_well(desk);
	g_autoptr(GPtrArray) refused = outbox(desk, "refused");
	g_autoptr(GPtrArray) sent = outbox(desk, "sent");

	g_assert_cmpuint(refused->len, ==, 1);
	g_assert_cmpstr(((Notice *)g_ptr_array_index(refused, 0))->why, ==,
			"550 5.1.1 no such user");
	g_assert_cmpuint(sent->len, ==, 2); /* new-case, and bounced */
	g_assert_true(case_events(desk->store, id, &events, NULL));
	for (guint i = 0; i < events->len; i++)
		noted = noted ||
			strcmp(((CaseEvent *)g_ptr_array_index(events, i))->what, "bounced") == 0;
	g_assert_true(noted);
	desk_free(desk);
}

/* A notice that nobody can render holds up no other. */
static void test_mistake(void)
{
	Desk *desk = new_desk();
	NoticePut wrong = { .kind = "nonsense",
			    .to = "an@minfin.example",
			    .holder = "p:1001",
			    .language = LANGUAGE_NL,
			    .now = real_now() - 10 };
	NoticePut right = { .kind = "menu",
			    .to = "an@minfin.example",
			    .holder = "p:1001",
			    .language = LANGUAGE_NL,
			    .now = real_now() };

	g_assert_true(outbox_put(desk->store, &wrong, NULL) &&
		      outbox_put(desk->store, &right, NULL));
	run_well(desk);
	g_autoptr(GPtrArray) owed = outbox(desk, "owed");
	g_autoptr(GPtrArray) sent = outbox(desk, "sent");

	g_assert_cmpuint(owed->len, ==, 1);
	g_assert_nonnull(strstr(((Notice *)g_ptr_array_index(owed, 0))->why, "nonsense"));
	g_assert_cmpuint(sent->len, ==, 1);
	desk_free(desk);
}

typedef struct Loop {
	Desk *desk;
	int stop[2];
	bool good;
} Loop;

static gpointer run_loop(gpointer user)
{
	Loop *loop = user;
	g_autoptr(Store) store = store_open(loop->desk->where, STORE_EXISTING, NULL);

	loop->good = notifier_run(loop->desk->settings, store, forms, texts, secret, false,
				  loop->stop[0], NULL);
	return NULL;
}

/* Within a second of the commit; and it stops when it is told to. */
static void test_loop(void)
{
	Loop loop = { .desk = new_desk() };
	gint64 began;
	GThread *thread;

	g_assert_cmpint(pipe(loop.stop), ==, 0);
	thread = g_thread_new("notifier", run_loop, &loop);
	g_usleep(300 * 1000);
	open_case(loop.desk, 0);
	began = g_get_monotonic_time();
	for (guint count = 0; count < 2 && g_get_monotonic_time() - began < 10 * G_USEC_PER_SEC;
	     g_usleep(10 * 1000)) {
		g_autoptr(GPtrArray) names = sent_files(loop.desk);

		count = names->len;
	}
	g_test_message("%.0f ms", (double)(g_get_monotonic_time() - began) / 1000);
	g_assert_cmpint(g_get_monotonic_time() - began, <, 5 * G_USEC_PER_SEC);
	g_assert_cmpint(write(loop.stop[1], "x", 1), ==, 1);
	began = g_get_monotonic_time();
	g_thread_join(thread);
	g_assert_cmpint(g_get_monotonic_time() - began, <, 5 * G_USEC_PER_SEC);
	g_assert_true(loop.good);
	close(loop.stop[0]);
	close(loop.stop[1]);
	desk_free(loop.desk);
}

int main(int argc, char **argv)
{
	g_autofree char *texts_folder = data_folder("texts");
	g_autofree char *forms_folder = data_folder("forms/definitions");
	int status;

	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	texts = texts_open(texts_folder, NULL);
	forms = forms_open(forms_folder, NULL, NULL);
	secret = secret_new("0123456789abcdef0123456789abcdef", 32, NULL);
	g_test_add_func("/notifier/once", test_once);
	g_test_add_func("/notifier/encodings", test_encodings);
	g_test_add_func("/notifier/linked", test_linked);
	g_test_add_func("/notifier/away", test_away);
	g_test_add_func("/notifier/refused", test_refused);
	g_test_add_func("/notifier/mistake", test_mistake);
	g_test_add_func("/notifier/loop", test_loop);
	status = g_test_run();
	texts_free(texts);
	forms_free(forms);
	secret_free(secret);
	return status;
}
