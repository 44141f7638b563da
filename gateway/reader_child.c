/* reader_child.c - reads what its gateway hands it, until there is no gateway.
 *
 * Libraries open files when they first need them: the charset converters of the C library,
 * the database of libmagic.  So one mail that needs them all is read before the doors close.
 */
#include "gateway/reader_child.h"

#include <fcntl.h>
#include <iconv.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/failpoint.h"
#include "common/mail_variant.h"
#include "gateway/pdf_read.h"
#include "gateway/reader_doors.h"
#include "gateway/reader_fork.h"
#include "gateway/reader_wire.h"

#define OPTIONS_BYTES 65536
#define LARGE_ANSWER (256 * 1024) /* after one as large, memory goes back */

/* The charsets that mail is written in; text in another is shown as well as can be. */
static const char *const charsets[] = {
	"ISO-8859-1",  "ISO-8859-2",  "ISO-8859-3",  "ISO-8859-4",  "ISO-8859-5",  "ISO-8859-6",
	"ISO-8859-7",  "ISO-8859-8",  "ISO-8859-9",  "ISO-8859-10", "ISO-8859-13", "ISO-8859-14",
	"ISO-8859-15", "ISO-8859-16", "CP1250",      "CP1251",      "CP1252",      "CP1253",
	"CP1254",      "CP1255",      "CP1256",      "CP1257",      "CP1258",      "CP437",
	"CP850",       "CP852",       "CP858",       "CP866",       "CP874",       "MACINTOSH",
	"KOI8-R",      "KOI8-U",      "TIS-620",     "UTF-7",       "UTF-16",      "UTF-32",
	"ISO-2022-JP", "ISO-2022-KR", "ISO-2022-CN", "EUC-JP",      "EUC-KR",      "EUC-TW",
	"SHIFT_JIS",   "CP932",       "CP949",       "GB2312",      "GBK",         "GB18030",
	"HZ-GB-2312",  "BIG5",        "BIG5-HKSCS",
};

/* Has what makes libraries open files or load code: HTML, unknown bytes, PKCS #7, foreign letters.
 */
static const char sample[] =
	"From: =?iso-8859-15?Q?a=E9?= <a@example.org>\r\nSubject: =?iso-2022-jp?B?GyRCJCIbKEI=?=\r\n"
	"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\nContent-Type: text/html; charset=koi8-r\r\n\r\n<p>a &eacute; <a href=\"http://x.example\">b</a>\r\n"
	"--b\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==\r\n"
	"--b\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"MIAGCSqGSIb3DQEHAqCAMIACAQExADALBgkqhkiG9w0BBwEAAAAA\r\n--b--\r\n";

static bool receive_all(void *bytes, gsize length)
{
	for (gsize got = 0; got < length;) {
		ssize_t more = recv(READER_SOCKET, (char *)bytes + got, length - got, 0);

		if (more <= 0)
			return false;
		got += (gsize)more;
	}
	return true;
}

static bool send_all(const void *bytes, gsize length)
{
	for (gsize sent = 0; sent < length;) {
		ssize_t more = send(READER_SOCKET, (const char *)bytes + sent, length - sent,
				    MSG_NOSIGNAL);

		if (more <= 0)
			return false;
		sent += (gsize)more;
	}
	return true;
}

static bool send_words(guint32 number, const void *bytes, gsize length)
{
	ReaderWords words = { number, (guint32)length };

	return send_all(&words, sizeof(words)) && send_all(bytes, length);
}

/* Lent for the life of the process. */
static bool receive_options(ReadOptions *options)
{
	ReaderWords words;
	g_autoptr(GBytes) bytes = NULL;
	GVariant *variant;
	void *text;

	if (!receive_all(&words, sizeof(words)) || words.length > OPTIONS_BYTES)
		return false;
	text = g_malloc(words.length + 1);
	bytes = g_bytes_new_take(text, words.length);
	if (!receive_all(text, words.length))
		return false;
	variant = g_variant_ref_sink(
		g_variant_new_from_bytes(G_VARIANT_TYPE(READER_OPTIONS), bytes, FALSE));
	gboolean pdf = FALSE;

	g_variant_get(variant, "(m&sm&sm&sb)", &options->trust_authserv, &options->own_address,
		      &options->own_separator, &pdf);
	options->reads_pdf = pdf;
	return true;
}

static int receive_request(ReaderRequest *request)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec piece = { request, sizeof(*request) };
	struct msghdr message = { .msg_iov = &piece,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	ssize_t got = recvmsg(READER_SOCKET, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int fd = -1;

	if (got == 0)
		_exit(0); /* the gateway is gone, or needs this reader no more */
	if (got == (ssize_t)sizeof(*request) && header != NULL && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* GLib ends a program that has no memory with this message: the gateway shall know why. */
static void log_nothing(const char *domain, GLogLevelFlags level, const char *message,
			gpointer user)
{
	if ((level & G_LOG_LEVEL_ERROR) != 0 && strstr(message, "failed to allocate") != NULL)
		_exit(READER_NO_MEMORY);
	if (doors_have_sanitizers())
		g_log_default_handler(domain, level, message, user);
}

static void load_libraries(void)
{
	int fd = memfd_create("sample", MFD_CLOEXEC);
	ssize_t written = fd >= 0 ? write(fd, sample, sizeof(sample) - 1) : -1;

	for (guint i = 0; i < G_N_ELEMENTS(charsets); i++) {
		iconv_t kept =
			iconv_open("UTF-8", charsets[i]); /* never closed: so its code stays */

		(void)kept;
	}
	mail_read_init();
	if (written > 0)
		mail_free(mail_read(fd, 0, written, NULL));
	close(fd);
}

/* Signals of the terminal or of a service manager are for the gateway, which ends its readers
 * itself. */
static void begin_process(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ };

	syscall(__NR_close_range, (guint)READER_SOCKET + 1, ~0u, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (guint i = 0; i < G_N_ELEMENTS(ignored); i++)
		signal(ignored[i], SIG_IGN);
	setlocale(LC_ALL, "C.UTF-8");
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	mallopt(M_TRIM_THRESHOLD, 8 * 1024 * 1024);
	g_log_set_default_handler(log_nothing, NULL);
}

#ifdef ENABLE_FAILPOINTS
/* A mail may name the failpoint that it shall meet: "X-Failpoint: reader.one". */
static void meet_failpoint(const ReaderRequest *request, int fd)
{
	static const char field[] = "\nX-Failpoint: ";
	char head[4097];
	ssize_t got =
		pread(fd, head, MIN(request->length, (gint64)sizeof(head) - 1), request->offset);
	char *found;

	head[MAX(got, 0)] = '\0';
	found = strstr(head, field);
	if (found == NULL)
		return;
	found += strlen(field);
	found[strcspn(found, "\r\n")] = '\0';
	FAILPOINT(found);
}
#endif

static bool serve(const ReaderRequest *request, int fd, const ReadOptions *options, ReaderRead read)
{
	g_autoptr(Mail) mail = NULL;
	g_autoptr(GBytes) bytes = NULL;
	gsize length;
	bool sent;

	FAILPOINT("reader.parse");
#ifdef ENABLE_FAILPOINTS
	meet_failpoint(request, fd);
#endif
	mail = read(fd, request->offset, request->length, options);
	bytes = mail_pack(mail);
	FAILPOINT("reader.answer");
	length = g_bytes_get_size(bytes);
	sent = send_words(request->number, g_bytes_get_data(bytes, NULL), length);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_clear_pointer(&mail, mail_free);
	if (length > LARGE_ANSWER || request->length > LARGE_ANSWER)
		malloc_trim(0);
	return sent;
}

/* A PDF is read by a child: this process has only loaded what that needs, and keeps its doors. */
static bool serve_pdf(const ReaderRequest *request, int fd, const ReadOptions *options)
{
	g_autofree char *how = NULL;
	g_autoptr(GBytes) bytes = read_in_child(pdf_read, fd, request->offset, request->length,
						PDF_CPU_SECONDS, options, &how);

	if (bytes == NULL) {
		g_autoptr(Mail) none = mail_new();

		mail_warn(none, "%s", how);
		bytes = mail_pack(none);
	}
	return send_words(request->number, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

int reader_child_main(ReaderRead read)
{
	ReadOptions options = { 0 };
	ReaderRequest request;
	guint32 doors = 0;
	bool going;

	begin_process();
	if (!receive_options(&options))
		return READER_BAD_REQUEST;
	if (options.reads_pdf)
		pdf_read_init();
	else
		load_libraries();
	FAILPOINT("reader.start");
	if (!options.reads_pdf && !doors_close(&doors))
		return READER_NO_DOORS;
	going = send_words(0, &doors, sizeof(doors));
	while (going) {
		int fd = receive_request(&request);

		if (fd < 0)
			_exit(READER_BAD_REQUEST);
		going = options.reads_pdf ? serve_pdf(&request, fd, &options)
					  : serve(&request, fd, &options, read);
		close(fd);
	}
	_exit(0); /* without what runs at exit: it might open files */
}
