/* range.c - "bytes=0-499", "bytes=500-", "bytes=-500". */
#include "portal/range.h"

#include <string.h>

#define DIGITS_MOST 18

/* The number at text, -1 when there is none; ret_after: behind it. */
static gint64 number_at(const char *text, const char **ret_after)
{
	gsize digits = strspn(text, "0123456789");

	*ret_after = text + digits;
	return digits > 0 && digits <= DIGITS_MOST ? g_ascii_strtoll(text, NULL, 10) : -1;
}

RangeResult range_find(const char *range, const char *if_range, const char *etag, gint64 size,
		       ByteRange *ret_range)
{
	const char *after;
	gint64 first, last;

	*ret_range = (ByteRange){ 0, size };
	if (g_ascii_strncasecmp(range, "bytes=", 6) != 0 ||
	    (*if_range != '\0' && strcmp(if_range, etag) != 0))
		return RANGE_WHOLE;
	first = number_at(range + 6, &after);
	if (*after != '-' || (first < 0 && after != range + 6))
		return RANGE_WHOLE;
	last = number_at(after + 1, &after);
	if (*after != '\0' || (first < 0 && last < 0) || (first >= 0 && last >= 0 && last < first))
		return RANGE_WHOLE;
	if (first < 0) { /* so many from the end */
		first = MAX(size - last, 0);
		last = last > 0 ? size - 1 : -1;
	} else if (last < 0 || last >= size) {
		last = size - 1;
	}
	if (first >= size || last < first)
		return RANGE_NONE;
	*ret_range = (ByteRange){ first, last - first + 1 };
	return RANGE_PART;
}
