/* fuzz_mail_variant.c - whatever a reader may send: refused, or a mail that packs to the same
 * bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/mail_variant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(Mail) mail = mail_unpack(bytes, 1 << 20, NULL);
	g_autoptr(GBytes) again = mail != NULL ? mail_pack(mail) : NULL;

	if (again != NULL && !g_bytes_equal(bytes, again))
		abort();
	return 0;
}
