/* compose.c - from the templates to the bytes of a mail. */
#include "notifier/compose.h"

#include <errno.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <string.h>
#include <unistd.h>

#include "common/address.h"
#include "common/error.h"
#include "common/key.h"
#include "common/mustache.h"
#include "common/text.h"
#include "notifier/compose_data.h"
#include "notifier/compose_splice.h"

#define SUBJECT_BYTES 300

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)

void composed_free(Composed *composed)
{
	if (composed == NULL)
		return;
	g_free(composed->message_id);
	g_free(composed->from);
	g_free(composed->subject);
	g_free(composed->text);
	g_free(composed->token_hash);
	if (composed->fd >= 0)
		close(composed->fd);
	g_clear_pointer(&composed->bytes, g_bytes_unref);
	g_ptr_array_unref(composed->splices);
	g_free(composed);
}

/* ---- names and addresses ---- */

char *compose_envelope(const MailDesk *desk, const Notice *notice)
{
	g_autofree char *detail = key_detail(desk->secret, KEY_BOUNCE, notice->id, notice->holder);

	return address_with_detail(desk->settings->address, desk->settings->sub_address, detail);
}

char *compose_message_id(const MailDesk *desk, const Notice *notice)
{
	g_autofree char *c = g_strdup_printf("%" G_GINT64_FORMAT, notice->case_id);
	g_autofree char *n = g_strdup_printf("%" G_GINT64_FORMAT, notice->id);
	g_autofree char *hash = secret_hash(desk->secret, KEY_CHARACTERS, "message-id", c, n, NULL);
	g_autofree char *domain = address_domain(desk->settings->address);

	return g_strdup_printf("pc.%s.%s.%s@%s", c, n, hash, domain);
}

char *compose_reply_to(const MailDesk *desk, const MailFacts *facts)
{
	const Settings *settings = desk->settings;
	const char *form = mail_facts_said(facts, "form");

	if (facts->about != NULL && !notice_is_keyless(facts->notice)) {
		g_autofree char *detail =
			key_detail(desk->secret, KEY_CASE, facts->about->id, facts->notice->holder);

		return address_with_detail(settings->address, settings->sub_address, detail);
	}
	if (strcmp(facts->notice->kind, "template") == 0 && forms_find(desk->forms, form) != NULL)
		return address_with_detail(settings->address, settings->sub_address, form);
	return g_strdup(settings->address);
}

/* "[PC-2026-000123 HASH] Subject"; a template keeps its own. */
static char *subject_with_tag(const MailPlan *plan, const char *subject)
{
	const MailFacts *facts = plan->facts;
	g_autofree char *hash = NULL;
	g_autofree char *tagged = NULL;

	if (facts->about == NULL || notice_is_keyless(facts->notice))
		return text_one_line(subject, SUBJECT_BYTES);
	hash = key_hash(plan->desk->secret, KEY_CASE, facts->about->id, facts->notice->holder);
	tagged = g_strdup_printf("[%s %s] %s", facts->about->number, hash, subject);
	return text_one_line(tagged, SUBJECT_BYTES);
}

/* The link of the mail; "" for those that lead nowhere. The token is new, and only its hash is
 * kept. */
static char *make_link(const MailDesk *desk, const MailFacts *facts, Composed *composed)
{
	static const char *const approve[] = { "approval", "approval-reminder", "unclear", NULL };
	static const char *const none[] = {
		"command-error",      "command-help",    "held", "quarantined", "reconcile",
		"withdrawn-approver", "confirm-manager", NULL
	};
	const char *kind = facts->notice->kind;
	bool is_mine = strcmp(kind, "digest-mine") == 0;
	g_autofree char *token = NULL;
	g_autofree char *base = NULL;

	composed->login = json_integer_value(json_object_get(facts->data, "login"));
	if ((facts->about == NULL && composed->login == 0 && !is_mine) ||
	    g_strv_contains(none, kind))
		return g_strdup("");
	token = secret_token();
	base = g_strdup(desk->settings->url != NULL ? desk->settings->url : "");
	while (g_str_has_suffix(base, "/"))
		base[strlen(base) - 1] = '\0';
	composed->purpose = g_strv_contains(approve, kind) ? TOKEN_APPROVE : TOKEN_CASE;
	if (composed->login != 0 || is_mine)
		composed->purpose = TOKEN_MINE;
	composed->token_hash = secret_token_hash(token);
	return g_strdup_printf("%s/%c/%s", base, (char)composed->purpose, token);
}

/* ---- the two bodies ---- */

static const char *partial(const char *name, void *user)
{
	g_autofree char *file = g_strconcat(name, ".mustache", NULL);

	return texts_template(user, file);
}

MailCache *mail_cache_new(void)
{
	MailCache *cache = g_new0(MailCache, 1);

	cache->templates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						 (GDestroyNotify)mustache_free);
	return cache;
}

void mail_cache_free(MailCache *cache)
{
	if (cache == NULL)
		return;
	g_hash_table_unref(cache->templates);
	for (int i = 0; i < LANGUAGES; i++)
		json_decref(cache->sentences[i]);
	g_free(cache);
}

/* The compiled template; given.  NULL with an error. */
static Mustache *compile(const MailDesk *desk, const char *name, GError **error)
{
	const char *source = texts_template(desk->texts, name);

	if (source != NULL)
		return mustache_new(name, source, error);
	g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "texts/%s is missing", name);
	return NULL;
}

/* texts/KIND.WAY.mustache with data; given. */
static char *render(const MailDesk *desk, const char *kind, const char *way, MustacheEscape escape,
		    json_t *data, GError **error)
{
	g_autofree char *name = g_strdup_printf("%s.%s.mustache", kind, way);
	g_autoptr(Mustache) ours = NULL;
	Mustache *template =
		desk->cache != NULL ? g_hash_table_lookup(desk->cache->templates, name) : NULL;

	if (template == NULL) {
		template = ours = compile(desk, name, error);
		if (template == NULL)
			return NULL;
		if (desk->cache != NULL)
			g_hash_table_insert(desk->cache->templates, g_steal_pointer(&name),
					    g_steal_pointer(&ours));
	}
	return mustache_render(template, escape, data, partial, (gpointer)desk->texts, error);
}

/* Not by g_mime_text_part_set_text, which takes another charset when one fits. */
static GMimeObject *text_part(const char *subtype, const char *text)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
	GMimeDataWrapper *content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	return GMIME_OBJECT(part);
}

static void add_part(GMimeMultipart *multipart, GMimeObject *part)
{
	g_mime_multipart_add(multipart, part);
	g_object_unref(part);
}

/* multipart/alternative, inside multipart/mixed when documents go with it. */
static GMimeObject *body_of(const MailPlan *plan, Composed *composed, const char *html,
			    bool *ret_large, GError **error)
{
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	GMimeMultipart *mixed;

	add_part(both, text_part("plain", composed->text));
	add_part(both, text_part("html", html));
	if (!plan->is_attached)
		return GMIME_OBJECT(both);
	mixed = g_mime_multipart_new_with_subtype("mixed");
	add_part(mixed, GMIME_OBJECT(both));
	if (documents_attach(plan, composed, mixed, ret_large, error))
		return GMIME_OBJECT(mixed);
	g_object_unref(mixed);
	return NULL;
}

/* ---- the header ---- */

static void set_header(GMimeMessage *message, const char *name, const char *value)
{
	if (value != NULL && *value != '\0')
		g_mime_object_set_header(GMIME_OBJECT(message), name, value, "utf-8");
}

static void set_date(GMimeMessage *message, const MailPlan *plan)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(plan->desk->settings->time_zone);
	g_autoptr(GDateTime) there = g_date_time_new_from_unix_utc(plan->now);
	g_autoptr(GDateTime) here =
		zone != NULL ? g_date_time_to_timezone(there, zone) : g_date_time_ref(there);

	g_mime_message_set_date(message, here);
}

static GMimeMessage *message_of(const MailPlan *plan, const Composed *composed)
{
	const MailFacts *facts = plan->facts;
	const Settings *settings = plan->desk->settings;
	g_autofree char *name = text_one_line(localised(settings->name, facts->language), 200);
	GMimeMessage *message = g_mime_message_new(TRUE);

	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, name, composed->from);
	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, name, plan->reply);
	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, facts->notice->to);
	g_mime_message_set_subject(message, composed->subject, "utf-8");
	set_date(message, plan);
	g_mime_message_set_message_id(message, composed->message_id);
	set_header(message, "In-Reply-To", facts->in_reply_to);
	set_header(message, "References", facts->references);
	set_header(message, "Auto-Submitted",
		   facts->cause != NULL ? "auto-replied" : "auto-generated");
	set_header(message, "X-Auto-Response-Suppress", "All");
	set_header(message, "Content-Language", language_code(facts->language));
	return message;
}

/* ---- the bytes ---- */

/* A file without a name, for a mail that carries documents. */
static int open_aside(GError **error)
{
	int fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	g_autofree char *name = NULL;

	if (fd < 0) {
		fd = g_file_open_tmp("persocontact-XXXXXX", &name, error);
		if (fd >= 0)
			unlink(name);
	}
	return fd;
}

/* Where the mail is written to: bytes, or a file aside.  No stream that knows its place: it would
 * be made durable at its end. */
static GMimeStream *open_output(bool is_large, GByteArray *bytes, Composed *composed,
				GError **error)
{
	GMimeStream *stream;

	if (!is_large) {
		stream = g_mime_stream_mem_new_with_byte_array(bytes);
		g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
		return stream;
	}
	composed->fd = open_aside(error);
	if (composed->fd < 0)
		return NULL;
	stream = g_mime_stream_pipe_new(composed->fd);
	g_mime_stream_pipe_set_owner((GMimeStreamPipe *)stream, FALSE);
	return stream;
}

static bool write_message(GMimeMessage *message, bool is_large, Composed *composed, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GMimeStream) stream = open_output(is_large, bytes, composed, error);
	GMimeFormatOptions *format;
	gint64 written;

	if (stream == NULL)
		return false;
	format = g_mime_format_options_new();
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	written = g_mime_object_write_to_stream(GMIME_OBJECT(message), format, stream);
	g_mime_format_options_free(format);
	if (written < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_TEMPFAIL, "a mail cannot be written: %s",
			    g_strerror(errno));
		return false;
	}
	composed->length = composed->fd >= 0 ? lseek(composed->fd, 0, SEEK_END) : bytes->len;
	if (composed->fd < 0)
		composed->bytes = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	return true;
}

/* ---- all of it ---- */

/* The documents that a mail speaks of: all of the case, or those that came with the mail that
 * caused it. */
static GPtrArray *files_of(const MailFacts *facts)
{
	static const char *const all[] = { "acknowledgement",   "new-case", "approval",
					   "approval-reminder", "unclear",  NULL };
	static const char *const new[] = { "completed", "incomplete", "wrote", NULL };
	bool is_all = g_strv_contains(all, facts->notice->kind),
	     is_new = g_strv_contains(new, facts->notice->kind);
	GPtrArray *files = g_ptr_array_new();

	for (guint i = 0; i < facts->files->len; i++) {
		MailFile *file = g_ptr_array_index(facts->files, i);

		if (is_all || (is_new && facts->notice->cause != 0 &&
			       file->document->mail == facts->notice->cause))
			g_ptr_array_add(files, file);
	}
	return files;
}

static bool is_carrying(const MailDesk *desk, const MailFacts *facts, const GPtrArray *files)
{
	bool is_for_handling = strcmp(facts->notice->kind, "new-case") == 0 ||
			       strcmp(facts->notice->kind, "approval") == 0 ||
			       strcmp(facts->notice->kind, "wrote") == 0;

	return is_for_handling && desk->settings->attach_documents && files->len > 0 &&
	       documents_can_be_attached(files);
}

static bool compose_into(Composed *composed, MailPlan *plan, GError **error)
{
	const char *kind = plan->facts->notice->kind;
	g_autofree char *subject = NULL;
	json_t *data = mail_data(plan, &subject);
	g_autofree char *html = NULL;
	g_autoptr(GMimeMessage) message = NULL;
	GMimeObject *body;
	bool is_large = false;

	composed->subject = subject_with_tag(plan, subject);
	composed->text = render(plan->desk, kind, "txt", MUSTACHE_TEXT, data, error);
	if (composed->text != NULL)
		html = render(plan->desk, kind, "html", MUSTACHE_HTML, data, error);
	json_decref(data);
	body = html != NULL ? body_of(plan, composed, html, &is_large, error) : NULL;
	if (body == NULL)
		return false;
	message = message_of(plan, composed);
	g_mime_message_set_mime_part(message, body);
	g_object_unref(body);
	return write_message(message, is_large, composed, error);
}

Composed *compose_mail(const MailDesk *desk, const MailFacts *facts, gint64 now, GError **error)
{
	static gsize once;
	g_autoptr(Composed) composed = g_new0(Composed, 1);
	const SmtpSettings *smtp = &desk->settings->smtp;

	if (g_once_init_enter(&once)) {
		g_mime_init();
		g_once_init_leave(&once, 1);
	}
	composed->fd = -1;
	composed->splices = g_ptr_array_new_with_free_func((GDestroyNotify)mail_splice_free);
	if (facts->notice->case_id != 0 && facts->about == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "its case is gone");
		return NULL;
	}
	composed->message_id = compose_message_id(desk, facts->notice);
	composed->from = g_strdup(
		smtp->from != NULL && *smtp->from != '\0' ? smtp->from : desk->settings->address);
	composed->is_public = facts->about != NULL &&
			      strcmp(facts->notice->to, facts->about->requester.address) == 0;
	g_autofree char *link = make_link(desk, facts, composed);
	g_autofree char *reply = compose_reply_to(desk, facts);
	g_autoptr(GPtrArray) files = files_of(facts);
	MailPlan plan = {
		.desk = desk,
		.facts = facts,
		.now = now,
		.reply = reply,
		.link = link,
		.files = files,
		.is_attached = is_carrying(desk, facts, files),
	};

	return compose_into(composed, &plan, error) ? g_steal_pointer(&composed) : NULL;
}
