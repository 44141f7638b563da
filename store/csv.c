/* csv.c - RFC 4180, with lone line feeds as people's editors write them. */
#include "store/csv.h"

#include <string.h>

void csv_open(Csv *csv, char *text, gsize length)
{
	static const char mark[] = "\xef\xbb\xbf";
	gsize header;

	if (length >= 3 && memcmp(text, mark, 3) == 0) {
		text += 3;
		length -= 3;
	}
	*csv = (Csv){ .next = text, .end = text + length, .next_line = 1, .separator = ',' };
	header = strcspn(text, ",;\t\r\n");
	if (header < length && strchr(";\t", text[header]) != NULL)
		csv->separator = text[header];
}

/* Reads a quoted field at csv->next, behind its first quote, in place; false when it has no end. */
static bool read_quoted(Csv *csv)
{
	char *to = csv->next;

	while (csv->next < csv->end) {
		if (*csv->next == '"') {
			if (csv->next + 1 < csv->end && csv->next[1] == '"') {
				csv->next++;
			} else {
				csv->next++;
				*to = '\0';
				return true;
			}
		} else if (*csv->next == '\n') {
			csv->next_line++;
		}
		*to++ = *csv->next++;
	}
	return false;
}

/* The end of a field: writes the NUL there. True when the record goes on. */
static bool end_field(Csv *csv, char *at)
{
	bool more = csv->next < csv->end && *csv->next == csv->separator;

	if (csv->next < csv->end && *csv->next == '\r')
		csv->next++;
	if (csv->next < csv->end && *csv->next == '\n')
		csv->next_line++;
	if (csv->next < csv->end)
		csv->next++;
	*at = '\0';
	return more;
}

static bool at_field_end(const Csv *csv)
{
	return csv->next >= csv->end || *csv->next == csv->separator || *csv->next == '\n' ||
	       (*csv->next == '\r' && (csv->next + 1 >= csv->end || csv->next[1] == '\n'));
}

static bool read_field(Csv *csv, GPtrArray *fields, bool *ret_more, const char **ret_mistake)
{
	if (csv->next < csv->end && *csv->next == '"') {
		char *start = ++csv->next;

		if (!read_quoted(csv)) {
			*ret_mistake = "a quoted field that does not end";
			return false;
		}
		if (!at_field_end(csv)) {
			*ret_mistake = "text behind the quote that ends a field";
			return false;
		}
		g_ptr_array_add(fields, start);
		*ret_more = csv->next < csv->end && *csv->next == csv->separator;
		end_field(csv, start + strlen(start));
		return true;
	}
	g_ptr_array_add(fields, csv->next);
	while (!at_field_end(csv)) {
		if (*csv->next == '"') {
			*ret_mistake = "a quote inside a field that does not begin with one";
			return false;
		}
		csv->next++;
	}
	*ret_more = end_field(csv, csv->next);
	return true;
}

bool csv_read(Csv *csv, GPtrArray *fields, const char **ret_mistake)
{
	*ret_mistake = NULL;
	while (csv->next < csv->end) {
		bool more = true;

		g_ptr_array_set_size(fields, 0);
		csv->line = csv->next_line;
		while (more)
			if (!read_field(csv, fields, &more, ret_mistake))
				return false;
		if (fields->len > 1 || ((char *)fields->pdata[0])[0] != '\0')
			return true;
	}
	return false;
}
