/* demo.c - sample mails in, and what the desk wrote out. */
#include "desk/demo.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "common/mail.h"
#include "common/text.h"
#include "common/texts.h"
#include "desk/desk.h"
#include "gateway/read.h"

struct Outgoing {
	char *folder;
	char *last;         /* name of the mail that was shown last */
	GHashTable *latest; /* address to Mail */
};

Outgoing *outgoing_new(const char *folder)
{
	Outgoing *self = g_new0(Outgoing, 1);

	self->folder = g_build_filename(folder, "outgoing", NULL);
	self->last = g_strdup("");
	self->latest =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)mail_free);
	return self;
}

void outgoing_free(Outgoing *outgoing)
{
	if (outgoing == NULL)
		return;
	g_free(outgoing->folder);
	g_free(outgoing->last);
	g_hash_table_unref(outgoing->latest);
	g_free(outgoing);
}

static Mail *read_file(const char *path)
{
	ReadOptions options = { 0 };
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Mail *mail = NULL;

	if (fd >= 0 && fstat(fd, &status) == 0)
		mail = mail_read(fd, 0, status.st_size, &options);
	if (fd >= 0)
		close(fd);
	return mail;
}

static void show(const Mail *mail)
{
	const Mailbox *to = mail->to->len > 0 ? g_ptr_array_index(mail->to, 0) : NULL;
	g_auto(GStrv) lines = g_strsplit(mail->text, "\n", -1);

	printf("\n%s--> mail to %s%s\n    %s\n", desk_bold(true),
	       to != NULL ? to->address : "nobody", desk_bold(false), mail->subject);
	for (guint i = 0; lines[i] != NULL; i++)
		if (*lines[i] != '\0' || lines[i + 1] != NULL)
			printf("    | %s\n", lines[i]);
	for (guint i = 0; i < mail->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(mail->attachments, i);

		printf("    [attached: %s]\n", attachment->name);
	}
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *new_names(const Outgoing *self)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(self->folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		if (g_str_has_suffix(name, ".eml") && *name != '.' && strcmp(name, self->last) > 0)
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	return names;
}

bool outgoing_show(Outgoing *self, GError **error)
{
	g_autoptr(GPtrArray) names = new_names(self);

	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path =
			g_build_filename(self->folder, g_ptr_array_index(names, i), NULL);
		Mail *mail = read_file(path);
		const Mailbox *to;

		if (mail == NULL) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "%s: cannot be read", path);
			return false;
		}
		show(mail);
		g_free(self->last);
		self->last = g_strdup(g_ptr_array_index(names, i));
		to = mail->to->len > 0 ? g_ptr_array_index(mail->to, 0) : NULL;
		/* The first mail to an address is the one its scene replies to. */
		if (to != NULL && !g_hash_table_contains(self->latest, to->address))
			g_hash_table_insert(self->latest, g_strdup(to->address), mail);
		else
			mail_free(mail);
	}
	fflush(stdout);
	return true;
}

static bool fill_in(GString *text, const Outgoing *outgoing, const char *reply_to, GError **error)
{
	const Mail *mail = g_hash_table_lookup(outgoing->latest, reply_to);
	const Mailbox *to = mail != NULL && mail->reply_to->len > 0
				    ? g_ptr_array_index(mail->reply_to, 0)
				    : NULL;
	g_autofree char *id = NULL;

	if (to == NULL || mail->message_id == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_SOFTWARE, "no mail went to %s", reply_to);
		return false;
	}
	id = g_strdup_printf("<%s>", mail->message_id);
	g_string_replace(text, "@REPLY-TO@", to->address, 0);
	g_string_replace(text, "@SUBJECT@", mail->subject, 0);
	g_string_replace(text, "@MESSAGE-ID@", id, 0);
	return true;
}

bool demo_drop(const char *folder, const char *name, Outgoing *outgoing, const char *reply_to,
	       GError **error)
{
	g_autofree char *samples = data_folder("desk/demo");
	g_autofree char *from = g_build_filename(samples, name, NULL);
	g_autofree char *to = g_build_filename(folder, "inbox", "new", name, NULL);
	g_autofree char *bytes = NULL;
	g_autoptr(GString) text = NULL;

	if (!g_file_get_contents(from, &bytes, NULL, error))
		return false;
	text = g_string_new(bytes);
	if (reply_to != NULL && !fill_in(text, outgoing, reply_to, error))
		return false;
	return g_file_set_contents(to, text->str, text->len, error);
}
