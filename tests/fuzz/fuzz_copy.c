/* fuzz_copy.c - two mails out of one input: a comparison is the same from either side, a mail is a
 * copy of itself, and of itself after one hop more. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "gateway/copy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_copy(const guint8 *left, gsize left_length, const guint8 *right, gsize right_length)
{
	const MailBytes one = { .fd = -1, .length = (gint64)left_length, .bytes = (guint8 *)left };
	const MailBytes other = { .fd = -1,
				  .length = (gint64)right_length,
				  .bytes = (guint8 *)right };
	bool is;

	if (!copy_is(&one, &other, "+", &is, NULL))
		abort();
	return is;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char hop[] = "Received: from a\r\n\tby b; Mon, 2 Nov 2026 09:00:00 +0100\r\n";
	gsize half = size > 0 ? data[0] * size / 256 : 0;
	g_autofree guint8 *longer = g_malloc(sizeof(hop) + size);

	if (is_copy(data, half, data + half, size - half) !=
	    is_copy(data + half, size - half, data, half))
		abort();
	memcpy(longer, hop, sizeof(hop) - 1);
	memcpy(longer + sizeof(hop) - 1, data, size);
	/* what begins with a fold goes on the hop's line */
	if (!is_copy(data, size, data, size) ||
	    (size > 0 && *data != ' ' && *data != '\t' && size < MAIL_HEADER_BYTES / 2 &&
	     !is_copy(data, size, longer, size + sizeof(hop) - 1)))
		abort();
	return 0;
}
