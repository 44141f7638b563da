/* pdf_read.h - the text of a PDF, by poppler, in a reader of its own.
 *
 * Poppler parses what strangers made, in C++: it runs in a reader (reader_child.h) that reads
 * nothing but PDFs, so that one which takes it over learns and spoils no mail.
 */
#pragma once

#include "gateway/read.h"

#define PDF_BYTES (20 * 1024 * 1024) /* larger ones are not read */
#define PDF_PAGES 5
#define PDF_TEXT_BYTES (64 * 1024)
#define PDF_SECONDS 4 /* of time a PDF */
#define PDF_CPU_SECONDS 2

/* Opens what poppler opens when it is first used; before the doors close. */
void pdf_read_init(void);

/* A ReaderRead: a Mail with nothing but the text of the first pages, as it is laid out; "" for a
 * PDF without text, an encrypted one and one that is none.  Given. */
Mail *pdf_read(int fd, gint64 offset, gint64 length, const ReadOptions *options);
