/* part_range.c - places of parts, one in another, and as text. */
#include "common/part_decode.h"

#include <string.h>

static const char *const codings[] = {
	[ENCODING_IDENTITY] = "identity",
	[ENCODING_BASE64] = "base64",
	[ENCODING_QUOTED_PRINTABLE] = "quoted-printable",
	[ENCODING_UUENCODE] = "uuencode",
	[ENCODING_DEFLATE] = "deflate",
};

bool part_range_inside(const PartRange *outer, const PartRange *inner, PartRange *ret_range)
{
	PartRange range = *outer;

	if (outer->inners + 1 + inner->inners > PART_INNERS)
		return false;
	range.inner[range.inners++] = (PartSlice){ inner->offset, inner->length, inner->encoding };
	for (guint i = 0; i < inner->inners; i++)
		range.inner[range.inners++] = inner->inner[i];
	*ret_range = range;
	return true;
}

char *part_inners_text(const PartRange *range)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < MIN(range->inners, PART_INNERS); i++) {
		const PartSlice *slice = &range->inner[i];

		g_string_append_printf(text, "%s%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT ":%s",
				       i > 0 ? " " : "", slice->offset, slice->length,
				       codings[slice->encoding]);
	}
	return g_string_free(text, FALSE);
}

static bool slice_parse(const char *text, PartSlice *slice)
{
	char *end = NULL;

	slice->offset = g_ascii_strtoll(text, &end, 10);
	if (end == text || *end != '+')
		return false;
	text = end + 1;
	slice->length = g_ascii_strtoll(text, &end, 10);
	if (end == text || *end != ':' || slice->offset < 0 || slice->length < 0)
		return false;
	for (guint i = 0; i < G_N_ELEMENTS(codings); i++)
		if (strcmp(end + 1, codings[i]) == 0) {
			slice->encoding = (Encoding)i;
			return true;
		}
	return false;
}

bool part_inners_parse(const char *text, PartRange *range)
{
	g_auto(GStrv) slices = g_strsplit(text, " ", PART_INNERS + 1);

	range->inners = 0;
	for (guint i = 0; slices[i] != NULL && *slices[i] != '\0'; i++)
		if (i >= PART_INNERS || !slice_parse(slices[i], &range->inner[range->inners++])) {
			range->inners = 0;
			return false;
		}
	return true;
}
