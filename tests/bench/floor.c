/* floor.c - the least that the way of a mail can cost on this machine, composed in one program.
 *
 *   floor PORT USER PASSWORD DATABASE SMTPURL
 *
 * A group of 64 mails at a time: one FETCH of libetpan, GMime parses and decodes every part, one
 * SQLite transaction (WAL, synchronous=FULL) keeps rows and raw bytes, one acknowledgement a mail
 * goes over one connection of libcurl, the group is flagged \Seen.  No forms, no people, no keys,
 * no templates: what the desk adds to this is what it pays for.
 */
#include "tests/bench/bench.h"

#include <curl/curl.h>
#include <gmime/gmime.h>
#include <libetpan/libetpan.h>
#include <sqlite3.h>

#define GROUP 64
#define FIELDS 3

typedef struct Item { /* one mail of the group */
	char *raw;    /* of libetpan */
	size_t length;
	char *from, *subject, *id, *text;
	sqlite3_int64 outbox;
} Item;

enum { PUT_CASE, PUT_MAIL, PUT_RAW, PUT_FIELD, PUT_NOTICE, SET_SENT, STATEMENTS };

static const char *const sql[STATEMENTS] = {
	[PUT_CASE] =
		"INSERT INTO cases (number, state, requester, subject) VALUES (?1, 'open', ?2, ?3)",
	[PUT_MAIL] =
		"INSERT INTO mails (case_id, message_id, sender, text) VALUES (?1, ?2, ?3, ?4)",
	[PUT_RAW] = "INSERT INTO raw (mail, bytes) VALUES (?1, ?2)",
	[PUT_FIELD] = "INSERT INTO answers (case_id, field, value) VALUES (?1, ?2, ?3)",
	[PUT_NOTICE] = ("INSERT INTO outbox (mail, state, due, recipient, bytes)"
			" VALUES (?1, 'owed', 1, ?2, ?3)"),
	[SET_SENT] = "UPDATE outbox SET state = 'sent' WHERE id = ?1",
};

static const char schema[] =
	"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384;"
	"CREATE TABLE cases (id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, state TEXT NOT NULL,"
	" requester TEXT NOT NULL, subject TEXT NOT NULL);"
	"CREATE INDEX cases_state ON cases (state, id);"
	"CREATE TABLE mails (id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL,"
	" message_id TEXT NOT NULL UNIQUE, sender TEXT NOT NULL, text TEXT NOT NULL);"
	"CREATE INDEX mails_case ON mails (case_id);"
	"CREATE TABLE raw (mail INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
	"CREATE TABLE answers (id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, field TEXT NOT NULL,"
	" value TEXT NOT NULL);"
	"CREATE INDEX answers_case ON answers (case_id, field);"
	"CREATE TABLE outbox (id INTEGER PRIMARY KEY, mail INTEGER NOT NULL, state TEXT NOT NULL,"
	" due INTEGER NOT NULL, recipient TEXT NOT NULL, bytes BLOB NOT NULL);"
	"CREATE INDEX outbox_due ON outbox (state, due);";

static sqlite3 *db;
static sqlite3_stmt *statements[STATEMENTS];

/* ---- the database ---- */

static void run_sql(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		bench_die(text, sqlite3_errmsg(db));
}

static void open_database(const char *path)
{
	if (sqlite3_open(path, &db) != SQLITE_OK)
		bench_die(path, sqlite3_errmsg(db));
	run_sql(schema);
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v2(db, sql[i], -1, &statements[i], NULL) != SQLITE_OK)
			bench_die(sql[i], sqlite3_errmsg(db));
}

static void set_text(int which, int place, const char *text)
{
	sqlite3_bind_text(statements[which], place, text, -1, SQLITE_TRANSIENT);
}

static sqlite3_int64 run(int which)
{
	if (sqlite3_step(statements[which]) != SQLITE_DONE)
		bench_die(sql[which], sqlite3_errmsg(db));
	sqlite3_reset(statements[which]);
	return sqlite3_last_insert_rowid(db);
}

static char *acknowledgement(const Item *item, guint number)
{
	GString *text = g_string_new(NULL);

	g_string_printf(text,
			"From: <desk@desk.example>\r\nTo: <%s>\r\nSubject: [%u] %s\r\n"
			"In-Reply-To: <%s>\r\nAuto-Submitted: auto-replied\r\n\r\n",
			item->from, number, "received", item->id);
	while (text->len < 2048)
		g_string_append(text, "We have your request and will deal with it soon.\r\n");
	return g_string_free(text, FALSE);
}

static void keep_item(Item *item, guint number)
{
	g_autofree char *name = g_strdup_printf("PC-%06u", number);
	g_autofree char *bytes = acknowledgement(item, number);
	sqlite3_int64 about, mail;

	set_text(PUT_CASE, 1, name);
	set_text(PUT_CASE, 2, item->from);
	set_text(PUT_CASE, 3, item->subject);
	about = run(PUT_CASE);
	sqlite3_bind_int64(statements[PUT_MAIL], 1, about);
	set_text(PUT_MAIL, 2, item->id);
	set_text(PUT_MAIL, 3, item->from);
	set_text(PUT_MAIL, 4, item->text != NULL ? item->text : "");
	mail = run(PUT_MAIL);
	sqlite3_bind_int64(statements[PUT_RAW], 1, mail);
	sqlite3_bind_blob64(statements[PUT_RAW], 2, item->raw, item->length, SQLITE_STATIC);
	run(PUT_RAW);
	for (int i = 0; i < FIELDS; i++) {
		sqlite3_bind_int64(statements[PUT_FIELD], 1, about);
		set_text(PUT_FIELD, 2, "field");
		set_text(PUT_FIELD, 3, name);
		run(PUT_FIELD);
	}
	sqlite3_bind_int64(statements[PUT_NOTICE], 1, mail);
	set_text(PUT_NOTICE, 2, item->from);
	sqlite3_bind_blob64(statements[PUT_NOTICE], 3, bytes, strlen(bytes), SQLITE_TRANSIENT);
	item->outbox = run(PUT_NOTICE);
}

/* ---- reading ---- */

static void decode_part(GMimeObject *parent, GMimeObject *object, gpointer user)
{
	Item *item = user;
	GMimeDataWrapper *content;
	GMimeStream *null;
	char *text;

	if (!GMIME_IS_PART(object))
		return;
	if (GMIME_IS_TEXT_PART(object) && !g_mime_part_is_attachment(GMIME_PART(object))) {
		text = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
		if (item->text == NULL)
			item->text = text;
		else
			g_free(text);
		return;
	}
	content = g_mime_part_get_content(GMIME_PART(object));
	null = g_mime_stream_null_new();
	if (content != NULL)
		g_mime_data_wrapper_write_to_stream(content, null);
	g_object_unref(null);
}

static void read_item(Item *item)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(item->raw, item->length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	InternetAddressList *from = message != NULL ? g_mime_message_get_from(message) : NULL;
	InternetAddress *first = from != NULL && internet_address_list_length(from) > 0
					 ? internet_address_list_get_address(from, 0)
					 : NULL;

	if (first == NULL || !INTERNET_ADDRESS_IS_MAILBOX(first))
		bench_die("floor", "a mail without From");
	item->from = g_strdup(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first)));
	item->subject = g_strdup(g_mime_message_get_subject(message));
	item->id = g_strdup(g_mime_message_get_message_id(message));
	g_mime_message_foreach(message, decode_part, item);
	g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
}

static void item_clear(Item *item)
{
	g_free(item->from);
	g_free(item->subject);
	g_free(item->id);
	g_free(item->text);
	memset(item, 0, sizeof(*item));
}

/* ---- SMTP ---- */

typedef struct Upload {
	const char *bytes;
	size_t left;
} Upload;

static size_t give(char *buffer, size_t size, size_t count, void *user)
{
	Upload *upload = user;
	size_t length = MIN(size * count, upload->left);

	memcpy(buffer, upload->bytes, length);
	upload->bytes += length;
	upload->left -= length;
	return length;
}

static CURL *open_smtp(const char *url)
{
	CURL *curl = curl_easy_init();

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<desk@desk.example>");
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	return curl;
}

static void send_item(CURL *curl, const Item *item, guint number)
{
	g_autofree char *bytes = acknowledgement(item, number);
	g_autofree char *to = g_strdup_printf("<%s>", item->from);
	struct curl_slist *recipients = curl_slist_append(NULL, to);
	Upload upload = { bytes, strlen(bytes) };
	CURLcode result;

	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)upload.left);
	result = curl_easy_perform(curl);
	if (result != CURLE_OK)
		bench_die("smtp", curl_easy_strerror(result));
	curl_slist_free_all(recipients);
}

/* ---- IMAP ---- */

static mailimap *open_imap(const char *port, const char *user, const char *password,
			   guint32 *ret_next)
{
	mailimap *imap = mailimap_new(0, NULL);
	int result = mailimap_socket_connect(imap, "127.0.0.1",
					     (guint16)g_ascii_strtoull(port, NULL, 10));

	if ((result != MAILIMAP_NO_ERROR_NON_AUTHENTICATED && result != MAILIMAP_NO_ERROR) ||
	    mailimap_login(imap, user, password) != MAILIMAP_NO_ERROR ||
	    mailimap_select(imap, "INBOX") != MAILIMAP_NO_ERROR)
		bench_die("imap", "connect, log in, select");
	*ret_next = imap->imap_selection_info->sel_uidnext;
	return imap;
}

static guint items_of(clist *answer, Item *items)
{
	guint count = 0;

	for (clistiter *i = clist_begin(answer); i != NULL && count < GROUP; i = clist_next(i)) {
		struct mailimap_msg_att *mail = clist_content(i);

		for (clistiter *j = clist_begin(mail->att_list); j != NULL; j = clist_next(j)) {
			struct mailimap_msg_att_item *at = clist_content(j);
			struct mailimap_msg_att_body_section *body;

			if (at->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC ||
			    at->att_data.att_static->att_type != MAILIMAP_MSG_ATT_BODY_SECTION)
				continue;
			body = at->att_data.att_static->att_data.att_body_section;
			items[count].raw = body->sec_body_part;
			items[count++].length = body->sec_length;
		}
	}
	return count;
}

static struct mailimap_fetch_type *what_to_fetch(void)
{
	struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();

	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(
		type, mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)));
	return type;
}

static void flag_seen(mailimap *imap, struct mailimap_set *set)
{
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	struct mailimap_store_att_flags *store;

	mailimap_flag_list_add(flags, mailimap_flag_new_seen());
	store = mailimap_store_att_flags_new_add_flags_silent(flags);
	if (mailimap_uid_store(imap, set, store) != MAILIMAP_NO_ERROR)
		bench_die("imap", "UID STORE");
	mailimap_store_att_flags_free(store);
}

/* ---- a group ---- */

static void deal(CURL *curl, Item *items, guint count, guint before)
{
	for (guint i = 0; i < count; i++)
		read_item(&items[i]);
	run_sql("BEGIN IMMEDIATE");
	for (guint i = 0; i < count; i++)
		keep_item(&items[i], before + i);
	run_sql("COMMIT");
	for (guint i = 0; i < count; i++)
		send_item(curl, &items[i], before + i);
	run_sql("BEGIN IMMEDIATE");
	for (guint i = 0; i < count; i++) {
		sqlite3_bind_int64(statements[SET_SENT], 1, items[i].outbox);
		run(SET_SENT);
	}
	run_sql("COMMIT");
}

int main(int argc, char **argv)
{
	Item items[GROUP] = { 0 };
	guint32 next = 0;
	guint done = 0;
	double bytes = 0, begin = bench_now();
	struct mailimap_fetch_type *type = what_to_fetch();
	mailimap *imap;
	CURL *curl;

	if (argc != 6)
		bench_die("usage", "floor PORT USER PASSWORD DATABASE SMTPURL");
	g_mime_init();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	open_database(argv[4]);
	curl = open_smtp(argv[5]);
	imap = open_imap(argv[1], argv[2], argv[3], &next);
	for (guint32 uid = 1; uid < next; uid += GROUP) {
		struct mailimap_set *set =
			mailimap_set_new_interval(uid, MIN(uid + GROUP, next) - 1);
		clist *answer = NULL;
		guint count;

		if (mailimap_uid_fetch(imap, set, type, &answer) != MAILIMAP_NO_ERROR)
			bench_die("imap", "UID FETCH");
		count = items_of(answer, items);
		deal(curl, items, count, done);
		flag_seen(imap, set);
		done += count;
		for (guint i = 0; i < count; i++) {
			bytes += (double)items[i].length;
			item_clear(&items[i]);
		}
		mailimap_fetch_list_free(answer);
		mailimap_set_free(set);
	}
	run_sql("PRAGMA wal_checkpoint(TRUNCATE)");
	bench_report("floor", done, bytes, bench_now() - begin);
	curl_easy_cleanup(curl);
	mailimap_fetch_type_free(type);
	mailimap_logout(imap);
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(statements[i]);
	sqlite3_close(db);
	return 0;
}
