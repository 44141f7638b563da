/* cmd_explain.c - `persocontact explain`: what the desk makes of a mail; changes nothing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "desk/desk.h"
#include "gateway/decide.h"
#include "gateway/explain_json.h"
#include "gateway/reader.h"
#include "gateway/source.h"

typedef struct Explain {
	Desk desk;
	Settings *settings;
	Forms *forms;
	Texts *texts;
	Secret *secret;
	Store *store;
	ReaderPool *readers;
	const char *file; /* as it was named */
	/* a mail that comes through the sink, for mboxes and standard input */
	Sink sink;
	int spool_fd;
	gint64 spooled;
} Explain;

static json_t *answers_json(const Filled *filled)
{
	json_t *answers = json_object();

	for (guint i = 0; filled != NULL && i < filled->answers->len; i++) {
		const Answer *answer = g_ptr_array_index(filled->answers, i);

		json_object_set_new(answers, answer->field, json_string(answer->value));
	}
	return answers;
}

static json_t *documents_json(const Decision *decision)
{
	json_t *documents = json_array();

	for (guint i = 0; i < decision->kinds->len && i < decision->documents->len; i++) {
		const Attachment *attachment = g_ptr_array_index(decision->documents, i);
		const char *kind = g_ptr_array_index(decision->kinds, i);

		json_array_append_new(documents, json_pack("{s:s?, s:s}", "kind", kind, "name",
							   attachment->name));
	}
	return documents;
}

static json_t *problems_json(const Explain *self, const Decision *decision)
{
	json_t *problems = json_array();

	for (guint i = 0; decision->problems != NULL && i < decision->problems->len; i++) {
		const Problem *problem = g_ptr_array_index(decision->problems, i);
		g_autofree char *text =
			problem_text(problem, decision->form, self->texts, decision->language);

		json_array_append_new(problems,
				      json_pack("{s:s, s:s, s:s}", "field", problem->field, "code",
						problem->code, "text", text));
	}
	return problems;
}

static void add_decision(const Explain *self, json_t *json, const Decision *decision)
{
	json_t *warnings = json_object_get(json, "warnings");

	json_object_set_new(json, "decision", json_string(decision_name(decision->kind)));
	json_object_set_new(json, "why", json_string(decision->why));
	json_object_set_new(json, "form",
			    decision->form != NULL ? json_string(decision->form->id) : json_null());
	json_object_set_new(json, "language", json_string(language_code(decision->language)));
	json_object_set_new(json, "answers", answers_json(decision->filled));
	json_object_set_new(json, "documents", documents_json(decision));
	json_object_set_new(json, "problems", problems_json(self, decision));
	if (decision->about != NULL)
		json_object_set_new(json, "case", json_string(decision->about->number));
	for (guint i = 0; decision->filled != NULL && i < decision->filled->warnings->len; i++)
		json_array_append_new(
			warnings, json_string(g_ptr_array_index(decision->filled->warnings, i)));
}

static bool explain_range(Explain *self, int fd, gint64 offset, gint64 length, GError **error)
{
	g_autoptr(Mail) mail = readers_read(self->readers, fd, offset, length, error);
	g_autoptr(Decision) decision = NULL;
	json_t *json;

	if (mail == NULL || !decide(&self->desk, mail, &decision, error))
		return false;
	json = mail_to_json(mail, self->file);
	add_decision(self, json, decision);
	return desk_print_json(json) == 0;
}

/* ---- an mbox, a folder or standard input: each mail goes through a spool file ---- */

static bool never_known(Sink *sink, const char *mailbox, gint64 uidvalidity, const char *uid,
			bool *ret_known, GError **error)
{
	*ret_known = false;
	return true;
}

static bool spool_begin(Sink *sink, GError **error)
{
	Explain *self = (Explain *)((char *)sink - G_STRUCT_OFFSET(Explain, sink));

	self->spooled = 0;
	return true;
}

static bool spool_bytes(Sink *sink, const void *bytes, gsize length, GError **error)
{
	Explain *self = (Explain *)((char *)sink - G_STRUCT_OFFSET(Explain, sink));

	while (length > 0) {
		ssize_t written = pwrite(self->spool_fd, bytes, length, self->spooled);

		if (written < 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "temporary file: %s",
				    g_strerror(errno));
			return false;
		}
		self->spooled += written;
		bytes = (const char *)bytes + written;
		length -= written;
	}
	return true;
}

static bool spool_end(Sink *sink, const SourceMail *mail, GError **error)
{
	Explain *self = (Explain *)((char *)sink - G_STRUCT_OFFSET(Explain, sink));

	return explain_range(self, self->spool_fd, 0, self->spooled, error);
}

static bool keep_nothing(Sink *sink, GError **error)
{
	return true;
}

static bool explain_through_spool(Explain *self, const char *path, GError **error)
{
	guint taken = 0;
	FILE *spool = tmpfile();
	bool done;

	if (spool == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "temporary file: %s",
			    g_strerror(errno));
		return false;
	}
	self->spool_fd = fileno(spool);
	self->sink = (Sink){ never_known, spool_begin, spool_bytes, spool_end, keep_nothing };
	done = files_take(path, &self->sink, &taken, NULL, NULL, error);
	fclose(spool);
	return done;
}

static bool count_bytes(Sink *sink, const void *bytes, gsize length, GError **error)
{
	return true;
}

static bool count_begin(Sink *sink, GError **error)
{
	return true;
}

static bool count_end(Sink *sink, const SourceMail *mail, GError **error)
{
	return true;
}

/* One mail is explained as it lies there, its "From " line with it; an mbox of several mail by
 * mail. */
static bool is_one_mail(const char *path, int fd)
{
	Sink counting = { never_known, count_begin, count_bytes, count_end, keep_nothing };
	struct stat status;
	char begin[5];
	guint taken = 0;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	if (pread(fd, begin, sizeof(begin), 0) < (ssize_t)sizeof(begin) ||
	    memcmp(begin, "From ", 5) != 0)
		return true;
	return !files_take(path, &counting, &taken, NULL, NULL, NULL) || taken <= 1;
}

static bool explain_file(Explain *self, const char *path, GError **error)
{
	struct stat status;
	bool done;
	int fd;

	self->file = path;
	if (strcmp(path, "-") == 0)
		return explain_through_spool(self, path, error);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_NO_INPUT, "%s: %s", path,
			    g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	done = is_one_mail(path, fd) ? explain_range(self, fd, 0, status.st_size, error)
				     : explain_through_spool(self, path, error);
	close(fd);
	return done;
}

/* A configuration is used when one is named or found; without one the desk knows no people. */
static bool open_desk(Explain *self, const DeskContext *context, const char *trust, int *ret_status)
{
	g_autofree char *secret = NULL;

	self->settings = desk_has_configuration(context) ? desk_settings(context, ret_status)
							 : settings_defaults();
	if (self->settings == NULL)
		return false;
	self->forms = desk_forms(self->settings, ret_status);
	self->texts = self->forms != NULL ? desk_texts(ret_status) : NULL;
	if (self->texts == NULL)
		return false;
	if (self->settings->database != NULL)
		self->store = store_open(self->settings->database, STORE_EXISTING, NULL);
	if (self->settings->secret != NULL)
		secret = secret_read(self->settings->secret, self->settings->folder, NULL);
	if (secret != NULL)
		self->secret = secret_new(secret, strlen(secret), NULL);
	ReadOptions options = {
		.trust_authserv = trust != NULL ? trust : self->settings->trust_authserv,
		.own_address = self->settings->address,
		.own_separator = self->settings->sub_address,
	};
	self->readers = readers_new(&options, 1, NULL);
	self->desk = (Desk){ .settings = self->settings,
			     .forms = self->forms,
			     .texts = self->texts,
			     .secret = self->secret,
			     .store = self->store,
			     .sentences = form_sentences(self->texts) };
	return true;
}

static void close_desk(Explain *self)
{
	readers_free(self->readers);
	store_free(self->store);
	secret_free(self->secret);
	g_clear_pointer(&self->desk.sentences, g_hash_table_unref);
	texts_free(self->texts);
	forms_free(self->forms);
	settings_free(self->settings);
}

int cmd_explain(int argc, char **argv, const DeskContext *context)
{
	Explain self = { 0 };
	g_autofree char *trust = NULL;
	const GOptionEntry entries[] = {
		{ "trust", 0, 0, G_OPTION_ARG_STRING, &trust, "Whose Authentication-Results count",
		  "AUTHSERV-ID" },
		G_OPTION_ENTRY_NULL,
	};
	int status = 0;

	if (!desk_options(
		    &argc, &argv, entries, "explain [--trust AUTHSERV-ID] FILE...",
		    "Reads mails and tells what the desk would make of each, a JSON object a line.\n"
		    "FILE is a mail, an mbox, or - for standard input.  Nothing is changed.",
		    &status))
		return status;
	if (argc < 2)
		return desk_usage("explain", "a file is missing");
	if (open_desk(&self, context, trust, &status)) {
		for (int i = 1; i < argc; i++) {
			g_autoptr(GError) error = NULL;

			if (!explain_file(&self, argv[i], &error))
				status = error != NULL ? desk_fail(error) : DESK_ERROR_IO;
		}
	}
	close_desk(&self);
	return status;
}
