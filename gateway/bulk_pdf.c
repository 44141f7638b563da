/* bulk_pdf.c - the PDF of an attestation goes to a reader, and its text comes back. */
#include "gateway/bulk_pdf.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/log.h"
#include "gateway/pdf_read.h"
#include "gateway/reader.h"

bool bulk_pdf_is_wanted(const Desk *desk, const PartRow *part)
{
	return desk->settings->pdf_text && strcmp(part->type, "application/pdf") == 0 &&
	       part->size > 0 && part->size <= PDF_BYTES;
}

/* The decoded bytes in memory that has a descriptor; -1 when they cannot be read. */
static int open_decoded(Store *store, const MailRow *mail, const PartRow *part)
{
	g_autoptr(GError) why = NULL;
	int raw = raw_open(store, &mail->raw, &why);
	int fd = raw >= 0 ? memfd_create("pdf", MFD_CLOEXEC) : -1;

	if (fd >= 0 && part_decode(raw, mail->raw.offset, &part->range, fd, &why))
		return fd;
	if (fd >= 0)
		close(fd);
	log_warning_rarely(60, "part=%" G_GINT64_FORMAT " %s", part->id,
			   why != NULL ? why->message : "no memory for a PDF");
	return -1;
}

static bool start(ReaderPool **pool, GError **error)
{
	const ReadOptions options = { .reads_pdf = true };

	if (*pool != NULL)
		return true;
	*pool = readers_new(&options, 1, error);
	if (*pool != NULL)
		readers_set_limits(*pool, PDF_SECONDS, PDF_CPU_SECONDS);
	return *pool != NULL;
}

/* NULL with an error: no reader can be started. */
static ReaderOutcome *read_by(ReaderPool **pool, int fd, gint64 length, GError **error)
{
	ReaderOutcome *outcome = NULL;

	if (!start(pool, error) || !readers_give(*pool, fd, 0, length, false, *pool, error))
		return NULL;
	while (outcome == NULL)
		if (!readers_take(*pool, 1000, &outcome, error)) {
			readers_cancel(*pool);
			return NULL;
		}
	return outcome;
}

static char *read_apart(ReaderPool **pool, int fd, gint64 length, gint64 part)
{
	g_autoptr(GError) mistake = NULL;
	g_autoptr(ReaderOutcome) outcome = read_by(pool, fd, length, &mistake);
	const Mail *mail = outcome != NULL ? outcome->mail : NULL;
	const char *why = outcome == NULL ? mistake->message : outcome->why;

	if (mail != NULL && mail->warnings->len == 0)
		return g_strdup(mail->text);
	if (mail != NULL)
		why = g_ptr_array_index(mail->warnings, 0);
	log_warning("part=%" G_GINT64_FORMAT " its text is not read: %s", part, why);
	return g_strdup("");
}

bool bulk_pdf_text(const Desk *desk, const PartRow *part, ReaderPool **pool, char **ret_text,
		   GError **error)
{
	g_autoptr(MailRow) mail = NULL;
	int fd = -1;

	*ret_text = NULL;
	if (!mails_get(desk->store, part->mail_id, &mail, error))
		return false;
	if (mail != NULL)
		fd = open_decoded(desk->store, mail, part);
	*ret_text = fd >= 0 ? read_apart(pool, fd, lseek(fd, 0, SEEK_END), part->id) : g_strdup("");
	if (fd >= 0)
		close(fd);
	return true;
}
