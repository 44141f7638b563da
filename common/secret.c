/* secret.c - reading secrets, keyed hashes, random tokens. */
#include "common/secret.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/error.h"

#define SECRET_BYTES 32         /* at least */
#define SECRET_MOST (64 * 1024) /* at most, of a file or a command */
#define COMMAND_SECONDS 10      /* a command that takes longer is killed */
#define HASH_BYTES 32           /* SHA-256 */
#define TOKEN_BYTES 17          /* 136 random bits, of which 130 are written */
#define TOKEN_CHARACTERS 26

struct Secret {
	gsize length;
	guchar bytes[];
};

static char *wrong(GError **error, const char *where, const char *what)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG, "secret %s: %s", where, what);
	return NULL;
}

/* text without its last line end, when it can serve as a secret. */
static char *checked(const char *where, const char *text, gsize length, GError **error)
{
	if (length > SECRET_MOST)
		return wrong(error, where, "more than 64 KiB; expected one line");
	if (memchr(text, '\0', length) != NULL)
		return wrong(error, where, "holds a NUL byte; write it as text, such as base64");
	if (length > 0 && text[length - 1] == '\n')
		length--;
	if (length > 0 && text[length - 1] == '\r')
		length--;
	if (length == 0)
		return wrong(error, where, "is empty");
	return g_strndup(text, length);
}

static char *read_secret_file(const char *where, const char *path, const char *folder,
			      GError **error)
{
	g_autofree char *absolute = g_canonicalize_filename(path, folder);
	g_autoptr(GError) why = NULL;
	char *text = NULL, *secret;
	gsize length;

	if (*path == '\0')
		return wrong(error, where, "expected file:PATH");
	if (!g_file_get_contents(absolute, &text, &length, &why))
		return wrong(error, where, why->message);
	secret = checked(where, text, length, error);
	explicit_bzero(text, length);
	g_free(text);
	return secret;
}

/* What the child says until it closes its output; false when it is not done at the time "until".
 * What comes beyond SECRET_MOST is left: checked() refuses it. */
static bool read_until(int from, gint64 until, GString *into)
{
	char piece[1024];

	for (;;) {
		gint64 left = (until - g_get_monotonic_time()) / 1000;
		struct pollfd wait = { from, POLLIN, 0 };
		ssize_t got;

		if (left <= 0)
			return false;
		if (poll(&wait, 1, (int)left) <= 0)
			continue;
		got = read(from, piece, sizeof piece);
		if (got == 0 || (got < 0 && errno != EINTR) || into->len > SECRET_MOST) {
			explicit_bzero(piece, sizeof piece);
			return true;
		}
		if (got > 0)
			g_string_append_len(into, piece, got);
	}
}

/* Its status, when it ends before the time "until"; else it is killed. */
static bool wait_until(pid_t pid, gint64 until, int *ret_status)
{
	pid_t ended;

	while ((ended = waitpid(pid, ret_status, WNOHANG)) != pid) {
		if (ended < 0 && errno != EINTR)
			return false;
		if (g_get_monotonic_time() >= until) {
			kill(pid, SIGKILL);
			waitpid(pid, ret_status, 0);
			return false;
		}
		g_usleep(2000);
	}
	return true;
}

/* Runs the words, for COMMAND_SECONDS at most. */
static bool run_command(char **words, const char *folder, char **ret_output, int *ret_status,
			GError **error)
{
	gint64 until = g_get_monotonic_time() + COMMAND_SECONDS * G_USEC_PER_SEC;
	GString *output;
	GPid pid;
	int from;
	bool done;

	if (!g_spawn_async_with_pipes(folder, words, NULL,
				      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
				      &pid, NULL, &from, NULL, error))
		return false;
	output = g_string_sized_new(SECRET_MOST + 2048);
	done = read_until(from, until, output);
	close(from);
	done = wait_until(pid, done ? until : 0, ret_status) && done;
	if (!done) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "the command is not done after %d seconds", COMMAND_SECONDS);
		explicit_bzero(output->str, output->len);
		g_string_free(output, TRUE);
		return false;
	}
	*ret_output = g_string_free(output, FALSE);
	return true;
}

static char *read_secret_command(const char *where, const char *line, const char *folder,
				 GError **error)
{
	g_auto(GStrv) words = NULL;
	g_autoptr(GError) why = NULL;
	char *output = NULL, *secret = NULL, *end;
	int status = 0;

	if (!g_shell_parse_argv(line, NULL, &words, &why))
		return wrong(error, where, why->message);
	if (!run_command(words, folder, &output, &status, &why))
		return wrong(error, where, why->message);
	if (g_spawn_check_wait_status(status, &why)) {
		end = strchr(output, '\n');
		secret = checked(where, output,
				 end != NULL ? (gsize)(end - output) : strlen(output), error);
	} else {
		wrong(error, where, why->message);
	}
	explicit_bzero(output, strlen(output));
	g_free(output);
	return secret;
}

char *secret_read(const char *where, const char *folder, GError **error)
{
	const char *value;

	if (g_str_has_prefix(where, "file:"))
		return read_secret_file(where, where + strlen("file:"), folder, error);
	if (g_str_has_prefix(where, "command:"))
		return read_secret_command(where, where + strlen("command:"), folder, error);
	if (!g_str_has_prefix(where, "env:")) {
		/* It may be the secret itself: it is not repeated. */
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_CONFIG,
				    "a secret is given as file:PATH, env:NAME or command:LINE");
		return NULL;
	}
	if ((value = g_getenv(where + strlen("env:"))) == NULL)
		return wrong(error, where, "this environment variable is not set");
	return checked(where, value, strlen(value), error);
}

Secret *secret_new(const char *bytes, gsize length, GError **error)
{
	Secret *secret;

	if (length < SECRET_BYTES) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "the desk's secret has %zu bytes; expected %d or more", length,
			    SECRET_BYTES);
		return NULL;
	}
	secret = g_malloc(sizeof *secret + length);
	secret->length = length;
	memcpy(secret->bytes, bytes, length);
	return secret;
}

void secret_free(Secret *secret)
{
	if (secret == NULL)
		return;
	explicit_bzero(secret->bytes, secret->length);
	g_free(secret);
}

/* The first characters of the lower-case base32 of bytes; length * 8 bits must
 * be enough for them, the last one padded with zeros. */
static char *base32(const guchar *bytes, gsize length, guint characters)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	char *text = g_malloc(characters + 1);

	for (guint i = 0; i < characters; i++) {
		gsize bit = (gsize)i * 5, byte = bit / 8;
		guint pair = (guint)bytes[byte] << 8 | (byte + 1 < length ? bytes[byte + 1] : 0);

		text[i] = alphabet[pair >> (11 - bit % 8) & 31];
	}
	text[characters] = '\0';
	return text;
}

char *secret_hash(const Secret *secret, guint characters, ...)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, secret->bytes, secret->length);
	guchar digest[HASH_BYTES];
	gsize length = sizeof digest;
	const char *part;
	va_list parts;

	va_start(parts, characters);
	while ((part = va_arg(parts, const char *)) != NULL)
		g_hmac_update(hmac, (const guchar *)part, (gssize)strlen(part) + 1);
	va_end(parts);
	g_hmac_get_digest(hmac, digest, &length);
	return base32(digest, length, MIN(characters, HASH_BYTES * 8 / 5));
}

bool secret_equal(const char *a, const char *b)
{
	gsize length = strlen(a);
	volatile guchar difference = 0;

	if (strlen(b) != length)
		return false;
	for (gsize i = 0; i < length; i++)
		difference |= (guchar)(a[i] ^ b[i]);
	return difference == 0;
}

char *secret_token(void)
{
	guchar bytes[TOKEN_BYTES];
	gsize done = 0;

	while (done < sizeof bytes) {
		ssize_t n = getrandom(bytes + done, sizeof bytes - done, 0);

		if (n < 0 && errno != EINTR)
			g_error("getrandom: %s", g_strerror(errno));
		done += n > 0 ? (gsize)n : 0;
	}
	return base32(bytes, sizeof bytes, TOKEN_CHARACTERS);
}

char *secret_token_hash(const char *token)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, token, -1);
}
