/* form_draft.c - a template as a mailto: URL (RFC 6068) and as a draft (RFC 5322). */
#include "forms/form_write.h"

#include <string.h>

#include "common/text.h"
#include "forms/form_template.h"

#define WORD_BYTES \
	39 /* of text in one encoded word: with "Subject: " 76 characters at most (RFC 2047 2) */
#define LINE_CHARACTERS 75 /* of quoted-printable, before a soft break (RFC 2045 6.7) */

/* The URL with what body can be given; NULL: subject alone. */
static char *mailto_url(const char *to, const char *subject, const char *body)
{
	g_autofree char *address = g_uri_escape_string(to ? to : "", "@", FALSE);
	g_autofree char *line = g_uri_escape_string(subject, NULL, FALSE);

	if (body == NULL)
		return g_strdup_printf("mailto:%s?subject=%s", address, line);
	g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
	g_autofree char *crlf = g_strjoinv("\r\n", lines);
	g_autofree char *escaped = g_uri_escape_string(crlf, NULL, FALSE);

	return g_strdup_printf("mailto:%s?subject=%s&body=%s", address, line, escaped);
}

char *form_template_mailto(const Form *form, const Texts *texts, Language language,
			   const TemplateFor *writer)
{
	g_autofree char *subject = form_template_subject(form, language);

	for (int compact = 0; compact <= 1; compact++) {
		g_autofree char *body = form_template_body(form, texts, language, writer, compact);
		g_autofree char *url = mailto_url(writer->to, subject, body);

		if (strlen(url) <= MAILTO_BYTES)
			return g_steal_pointer(&url);
	}
	return mailto_url(writer->to, subject, NULL);
}

/* A header's text as encoded words (RFC 2047), one a line, where it is not plain. */
static void append_header_text(GString *out, const char *text)
{
	if (g_str_is_ascii(text) && strlen(text) < 60) {
		g_string_append(out, text);
		return;
	}
	for (bool first = true; *text != '\0'; first = false) {
		g_autofree char *piece = text_cut(text, WORD_BYTES);
		g_autofree char *coded = g_base64_encode((const guchar *)piece, strlen(piece));

		g_string_append_printf(out, "%s=?UTF-8?B?%s?=", first ? "" : "\r\n ", coded);
		text += strlen(piece);
	}
}

/* One line of text in quoted-printable, with CRLF; a blank at its end is coded. */
static void append_quoted_printable(GString *out, const char *line)
{
	guint column = 0;

	for (const char *p = line; *p != '\0'; p++) {
		bool plain = (*p >= ' ' && *p <= '~' && *p != '=') && !(*p == ' ' && p[1] == '\0');
		guint width = plain ? 1 : 3;

		if (column + width > LINE_CHARACTERS) {
			g_string_append(out, "=\r\n");
			column = 0;
		}
		if (plain)
			g_string_append_c(out, *p);
		else
			g_string_append_printf(out, "=%02X", (guint)(guchar)*p);
		column += width;
	}
	g_string_append(out, "\r\n");
}

char *form_template_eml(const Form *form, const Texts *texts, Language language,
			const TemplateFor *writer, gint64 now)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(now);
	g_autofree char *subject = form_template_subject(form, language);
	g_autofree char *body = form_template_body(form, texts, language, writer, false);
	g_autofree char *to = text_one_line(writer->to, 254);
	g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
	GString *out = g_string_new("X-Unsent: 1\r\n");

	if (*to != '\0')
		g_string_append_printf(out, "To: <%s>\r\n", to);
	g_string_append(out, "Subject: ");
	append_header_text(out, subject);
	if (date != NULL)
		g_string_append_printf(out, "\r\nDate: %s, %02d %s %04d %02d:%02d:%02d +0000",
				       days[g_date_time_get_day_of_week(date) - 1],
				       g_date_time_get_day_of_month(date),
				       months[g_date_time_get_month(date) - 1],
				       g_date_time_get_year(date), g_date_time_get_hour(date),
				       g_date_time_get_minute(date), g_date_time_get_second(date));
	g_string_append(out, "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			     "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	for (guint i = 0; lines[i] != NULL && (lines[i + 1] != NULL || *lines[i] != '\0'); i++)
		append_quoted_printable(out, lines[i]);
	return g_string_free(out, FALSE);
}
