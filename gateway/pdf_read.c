/* pdf_read.c - the text of the first pages of a PDF. */
#include "gateway/pdf_read.h"

#include <poppler.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/text.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PopplerDocument, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PopplerPage, g_object_unref)

/* Has a font that is not embedded, and letters outside of ASCII. */
static const char sample[] =
	"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
	"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>"
	"/Contents 5 0 R>>endobj\n"
	"4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n"
	"5 0 obj<</Length 34>>stream\nBT /F1 12 Tf 72 700 Td (\351) Tj ET \nendstream endobj\n"
	"trailer<</Root 1 0 R>>\n";

/* Lines as they stand on the page; false when there is enough. */
static bool add_page(PopplerDocument *document, int number, GString *text)
{
	g_autoptr(PopplerPage) page = poppler_document_get_page(document, number);
	g_autofree char *all = page != NULL ? poppler_page_get_text(page) : NULL;
	g_autofree char *valid = all != NULL ? text_valid(all, -1) : NULL;
	g_autofree char *cut =
		valid != NULL ? text_cut(valid, PDF_TEXT_BYTES - text->len) : g_strdup("");

	g_string_append(text, cut);
	if (text->len >= PDF_TEXT_BYTES)
		return false;
	g_string_append_c(text, '\n');
	return true;
}

/* Given; "" when it cannot be opened. */
static char *text_of(GBytes *bytes)
{
	g_autoptr(PopplerDocument) document = poppler_document_new_from_bytes(bytes, NULL, NULL);
	int pages = document != NULL ? poppler_document_get_n_pages(document) : 0;
	GString *text = g_string_new(NULL);

	for (int i = 0; i < MIN(pages, PDF_PAGES); i++)
		if (!add_page(document, i, text))
			break;
	return g_string_free(text, FALSE);
}

void pdf_read_init(void)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(sample, sizeof(sample) - 1);

	g_free(text_of(bytes));
}

Mail *pdf_read(int fd, gint64 offset, gint64 length, const ReadOptions *options)
{
	Mail *mail = mail_new();
	void *mapped = MAP_FAILED;

	mail->size = length;
	if (offset == 0 && length > 0 && length <= PDF_BYTES)
		mapped = mmap(NULL, (gsize)length, PROT_READ, MAP_PRIVATE, fd, 0);
	if (mapped != MAP_FAILED) {
		g_autoptr(GBytes) bytes = g_bytes_new_static(mapped, (gsize)length);

		g_free(mail->text);
		mail->text = text_of(bytes);
	}
	if (mapped != MAP_FAILED)
		munmap(mapped, (gsize)length);
	return mail;
}
