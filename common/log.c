/* log.c - one line an entry on standard error, for the journal. */
#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RARE_SENTENCES 256 /* kept to know what was said lately */

static char *log_program;
static bool log_is_debug;
static GMutex rare_lock;
static GHashTable *rare; /* sentence to the monotonic second it may be said again */

void log_open(const char *program, bool debug)
{
	g_free(log_program);
	log_program = g_strdup(program);
	log_is_debug = debug;
}

/* One write, so that lines of several threads and processes do not mix. */
static void log_line(const char *level, const char *sentence)
{
	g_autofree char *valid = g_utf8_make_valid(sentence, -1);
	g_autofree char *line = NULL;
	gsize length, done = 0;

	for (char *p = valid; *p != '\0'; p++)
		if ((guchar)*p < ' ' || *p == 0x7f)
			*p = ' ';
	line = g_strdup_printf("%s%s%s: %s\n", log_program != NULL ? log_program : "",
			       log_program != NULL ? ": " : "", level, valid);
	length = strlen(line);
	while (done < length) {
		ssize_t n = write(STDERR_FILENO, line + done, length - done);

		if (n <= 0)
			break;
		done += (gsize)n;
	}
}

static void G_GNUC_PRINTF(2, 0)
	log_arguments(const char *level, const char *format, va_list arguments)
{
	g_autofree char *sentence = g_strdup_vprintf(format, arguments);

	log_line(level, sentence);
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_arguments("error", format, arguments);
	va_end(arguments);
}

void log_warning(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_arguments("warning", format, arguments);
	va_end(arguments);
}

void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_arguments("info", format, arguments);
	va_end(arguments);
}

void log_debug(const char *format, ...)
{
	va_list arguments;

	if (!log_is_debug)
		return;
	va_start(arguments, format);
	log_arguments("debug", format, arguments);
	va_end(arguments);
}

/* Whether the sentence may be said now; notes that it was. */
static bool is_due(const char *sentence, guint seconds)
{
	gint64 now = g_get_monotonic_time() / G_USEC_PER_SEC;
	const gint64 *again;
	bool due;

	g_mutex_lock(&rare_lock);
	if (rare == NULL)
		rare = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	again = g_hash_table_lookup(rare, sentence);
	due = again == NULL || now >= *again;
	if (due && g_hash_table_size(rare) >= RARE_SENTENCES)
		g_hash_table_remove_all(rare);
	if (due)
		g_hash_table_replace(rare, g_strdup(sentence),
				     g_memdup2(&(gint64){ now + seconds }, sizeof(gint64)));
	g_mutex_unlock(&rare_lock);
	return due;
}

void log_warning_rarely(guint seconds, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	va_list arguments;

	va_start(arguments, format);
	sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (is_due(sentence, seconds))
		log_line("warning", sentence);
}
