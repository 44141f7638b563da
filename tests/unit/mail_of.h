/* mail_of.h - tests: a mail out of text, read as from a file. */
#pragma once

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gateway/read.h"

static inline Mail *mail_of_bytes(const char *bytes, gsize length, const ReadOptions *options)
{
	int fd = memfd_create("mail", MFD_CLOEXEC);
	Mail *mail;

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, bytes, length), ==, (gssize)length);
	mail = mail_read(fd, 0, (gint64)length, options);
	close(fd);
	return mail;
}

static inline Mail *mail_of(const char *text)
{
	return mail_of_bytes(text, strlen(text), NULL);
}
