/* read.c - how fast a mail is read: mail_read() of the gateway, or GMime alone.
 *
 *   read ours|gmime FOLDER
 *
 * Both open each file, parse it and decode every part.  mail_read also takes the SHA-256 of the
 * message and of every attachment, finds types by content, quotes, signatures, the language: what
 * that costs over GMime is what this row shows.
 */
#include "tests/bench/bench.h"

#include <gmime/gmime.h>

#include "gateway/read.h"

static void decode_part(GMimeObject *parent, GMimeObject *object, gpointer user)
{
	GMimeDataWrapper *content;
	GMimeStream *null;

	if (!GMIME_IS_PART(object))
		return;
	if (GMIME_IS_TEXT_PART(object) && !g_mime_part_is_attachment(GMIME_PART(object))) {
		g_free(g_mime_text_part_get_text(GMIME_TEXT_PART(object)));
		return;
	}
	(void)g_mime_part_get_filename(GMIME_PART(object));
	content = g_mime_part_get_content(GMIME_PART(object));
	null = g_mime_stream_null_new();
	if (content != NULL)
		g_mime_data_wrapper_write_to_stream(content, null);
	g_object_unref(null);
}

static bool read_gmime(int fd)
{
	GMimeStream *stream = g_mime_stream_fs_new(dup(fd));
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	bool is_read = message != NULL;

	if (is_read) {
		(void)g_mime_message_get_subject(message);
		(void)g_mime_message_get_from(message);
		g_mime_message_foreach(message, decode_part, NULL);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
	return is_read;
}

static bool read_ours(int fd, gint64 length)
{
	const ReadOptions options = { .own_address = "desk@desk.example", .own_separator = "+" };
	g_autoptr(Mail) mail = mail_read(fd, 0, length, &options);

	return !mail->unreadable;
}

int main(int argc, char **argv)
{
	bool is_ours = argc == 3 && strcmp(argv[1], "ours") == 0;
	g_autoptr(GPtrArray) files = NULL;
	double bytes = 0, begin;
	guint bad = 0;

	if (argc != 3 || (!is_ours && strcmp(argv[1], "gmime") != 0))
		bench_die("usage", "read ours|gmime FOLDER");
	files = bench_files(argv[2]);
	mail_read_init(); /* makes GMime ready too */
	begin = bench_now();
	for (guint i = 0; i < files->len; i++) {
		const char *path = g_ptr_array_index(files, i);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		struct stat info;

		if (fd < 0 || fstat(fd, &info) < 0)
			bench_die(path, g_strerror(errno));
		bytes += (double)info.st_size;
		if (!(is_ours ? read_ours(fd, info.st_size) : read_gmime(fd)))
			bad++;
		close(fd);
	}
	bench_report(is_ours ? "read" : "read-gmime", files->len, bytes, bench_now() - begin);
	if (bad > 0)
		fprintf(stderr, "%u mails could not be read\n", bad);
	return bad > 0;
}
