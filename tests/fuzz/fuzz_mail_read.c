/* fuzz_mail_read.c - any bytes as a mail: read, shown as JSON, freed. */
#include <jansson.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gateway/explain_json.h"
#include "gateway/read.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	mail_read_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const ReadOptions options = { .trust_authserv = "mx.example",
					     .own_address = "desk@desk.example",
					     .own_separator = "+" };
	int fd = memfd_create("mail", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, data, size) == (ssize_t)size) {
		Mail *mail = mail_read(fd, 0, (gint64)size, &options);
		json_t *object = mail_to_json(mail, "fuzz");
		char *text = json_dumps(object, JSON_COMPACT);

		g_assert_nonnull(text);
		free(text);
		json_decref(object);
		mail_free(mail);
	}
	if (fd >= 0)
		close(fd);
	return 0;
}
