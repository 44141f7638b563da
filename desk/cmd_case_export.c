/* cmd_case_export.c - `persocontact case export`: every mail, every document, and case.json. */
#include "desk/cmd_case.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "common/text.h"
#include "desk/case_json.h"
#include "gateway/read.h"
#include "store/raw.h"

#define PIECE_BYTES (64 * 1024)

typedef struct Export {
	Sub *sub;
	const char *folder;
	guint files, damaged;
} Export;

/* A new file in the folder, only for the owner; -1 with an error. */
static int make_file(Export *export, const char *name, char **ret_path, GError **error)
{
	g_autofree char *path = g_build_filename(export->folder, name, NULL);
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (file < 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "%s cannot be made: %s",
			    path, g_strerror(errno));
	else
		export->files++;
	*ret_path = g_steal_pointer(&path);
	return file;
}

static bool close_file(int file, const char *path, bool done, GError **error)
{
	if (close(file) != 0 && done) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "%s cannot be written: %s", path,
			    g_strerror(errno));
		return false;
	}
	return done;
}

static bool write_all(int file, const char *path, const char *bytes, gsize length, GError **error)
{
	while (length > 0) {
		ssize_t done = write(file, bytes, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO, "%s cannot be written: %s",
				    path, g_strerror(errno));
			return false;
		}
		bytes += done;
		length -= (gsize)done;
	}
	return true;
}

static bool copy_range(int from, const RawRange *range, int to, const char *path, GError **error)
{
	g_autofree char *piece = g_malloc(PIECE_BYTES);

	for (gint64 done = 0; done < range->length;) {
		ssize_t got = pread(from, piece, (gsize)MIN(range->length - done, PIECE_BYTES),
				    range->offset + done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_IO,
				    "a raw mail cannot be read: %s",
				    got < 0 ? g_strerror(errno) : "it is cut off");
			return false;
		}
		if (!write_all(to, path, piece, (gsize)got, error))
			return false;
		done += got;
	}
	return true;
}

/* "0012-in.eml", by the mail's number. */
static bool export_mail(Export *export, const MailRow *mail, GError **error)
{
	g_autofree char *name =
		g_strdup_printf("%04" G_GINT64_FORMAT "-%s.eml", mail->id, mail->direction);
	g_autofree char *path = NULL;
	int from = raw_open_checked(export->sub->store, &mail->raw, error);
	int to = from >= 0 ? make_file(export, name, &path, error) : -1;

	return to >= 0 &&
	       close_file(to, path, copy_range(from, &mail->raw, to, path, error), error);
}

static const PartRow *part_of(const GPtrArray *parts, gint64 id)
{
	for (guint i = 0; i < parts->len; i++)
		if (((const PartRow *)parts->pdata[i])->id == id)
			return parts->pdata[i];
	return NULL;
}

/* "7-attest.pdf"; what lies in an archive stands in the mail's file as it came. */
static bool export_document(Export *export, const CaseDocument *document, GError **error)
{
	g_autofree char *safe = text_file_name(document->name);
	g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT "-%s", document->id, safe);
	g_autofree char *path = NULL;
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(MailRow) mail = NULL;
	const PartRow *part;
	int from, to;

	if (!mails_get(export->sub->store, document->mail, &mail, error) || mail == NULL ||
	    !parts_of_mail(export->sub->store, document->mail, &parts, error))
		return *error == NULL;
	part = part_of(parts, document->part);
	from = part != NULL ? raw_open_checked(export->sub->store, &mail->raw, error) : -1;
	to = from >= 0 ? make_file(export, name, &path, error) : -1;
	return part == NULL ||
	       (to >= 0 &&
		close_file(to, path, part_decode(from, mail->raw.offset, &part->range, to, error),
			   error));
}

static bool export_json(Export *export, const Case *c, GError **error)
{
	json_t *json = case_whole_json(export->sub->store, c, error);
	char *text;
	g_autofree char *path = NULL;
	int file;
	bool done;

	if (json == NULL)
		return false;
	text = json_dumps(json, JSON_INDENT(2));
	json_decref(json);
	file = make_file(export, "case.json", &path, error);
	done = file >= 0 && close_file(file, path,
				       write_all(file, path, text, strlen(text), error) &&
					       write_all(file, path, "\n", 1, error),
				       error);
	free(text);
	return done;
}

/* One that is damaged is named and left out; the others are exported. */
static bool go_on(Export *export, bool done, GError **why, GError **error)
{
	if (done)
		return true;
	if (!g_error_matches(*why, DESK_ERROR, DESK_ERROR_DATA)) {
		g_propagate_error(error, g_steal_pointer(why));
		return false;
	}
	desk_fail(*why);
	g_clear_error(why);
	export->damaged++;
	return true;
}

/* The folder, made or empty: two exports are never mixed, and no other file is written over. */
static bool make_folder(const char *folder, GError **error)
{
	g_autoptr(GDir) dir = NULL;

	if (g_mkdir_with_parents(folder, 0700) != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE, "%s cannot be made: %s",
			    folder, g_strerror(errno));
		return false;
	}
	dir = g_dir_open(folder, 0, error);
	if (dir == NULL)
		return false;
	if (g_dir_read_name(dir) == NULL)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_CANT_CREATE,
		    "%s is not empty; expected a new or an empty folder", folder);
	return false;
}

static bool export_case(Export *export, const Case *c, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GPtrArray) mails = NULL;
	g_autoptr(GPtrArray) documents = NULL;

	if (!make_folder(export->folder, error))
		return false;
	if (!mails_of_case(export->sub->store, c->id, &mails, error) ||
	    !case_documents(export->sub->store, c->id, &documents, error))
		return false;
	for (guint i = 0; i < mails->len; i++)
		if (!go_on(export, export_mail(export, mails->pdata[i], &why), &why, error))
			return false;
	for (guint i = 0; i < documents->len; i++)
		if (!go_on(export, export_document(export, documents->pdata[i], &why), &why, error))
			return false;
	return export_json(export, c, error);
}

int case_export_run(Sub *sub, int argc, char **argv)
{
	g_autoptr(Case) c = NULL;
	g_autoptr(GError) error = NULL;
	Export export = { .sub = sub };
	int status = 0;

	if (!sub_options(sub, &argc, &argv, NULL, &status) ||
	    !sub_words(sub, argc, argv, 2, 2, &status))
		return status;
	c = case_named(sub, argv[1], &status);
	if (c == NULL)
		return status;
	export.folder = argv[2];
	if (!export_case(&export, c, &error))
		return desk_fail(error);
	sub_say(sub, "%s: %u files in %s", c->number, export.files, export.folder);
	return export.damaged > 0 ? DESK_ERROR_DATA : 0;
}
