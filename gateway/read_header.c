/* read_header.c - encoded words, addresses, ids and dates. */
#include "gateway/read_header.h"

#include <gmime/gmime.h>
#include <string.h>

#include "common/address.h"
#include "common/limits.h"
#include "common/text.h"
#include "gateway/read_charset.h"

#define CHARSET_BYTES 64

typedef struct Word { /* RFC 2047 2: =?charset?encoding?text?= */
	const char *charset;
	gsize charset_length;
	char encoding; /* 'b' or 'q' */
	const char *text;
	gsize length;
	const char *end;
} Word;

static bool word_read(const char *p, Word *word)
{
	const char *q = p + 2, *star;

	if (p[0] != '=' || p[1] != '?')
		return false;
	word->charset = q;
	while (*q != '\0' && *q != '?' && !g_ascii_isspace(*q) && q - word->charset < CHARSET_BYTES)
		q++;
	if (*q != '?' || q == word->charset || q[1] == '\0' || q[2] != '?')
		return false;
	word->charset_length = (gsize)(q - word->charset);
	star = memchr(word->charset, '*', word->charset_length); /* RFC 2231 5: a language */
	if (star != NULL)
		word->charset_length = (gsize)(star - word->charset);
	word->encoding = g_ascii_tolower(q[1]);
	word->text = q += 3;
	while (*q != '\0' && !(q[0] == '?' && q[1] == '='))
		q++;
	/* "=?utf-8?Q?=41?=": the "?=" of the encoding and text is not the end */
	word->length = (gsize)(q - word->text);
	word->end = q + 2;
	return *q != '\0' && (word->encoding == 'b' || word->encoding == 'q');
}

static void word_bytes(const Word *word, GString *out)
{
	if (word->encoding == 'b') {
		g_autofree guchar *bytes = g_malloc(word->length + 3);
		int state = 0;
		guint save = 0;
		gsize length = g_base64_decode_step(word->text, word->length, bytes, &state, &save);

		g_string_append_len(out, (const char *)bytes, (gssize)length);
		return;
	}
	for (gsize i = 0; i < word->length; i++) {
		char c = word->text[i];

		if (c == '=' && i + 2 < word->length && g_ascii_isxdigit(word->text[i + 1]) &&
		    g_ascii_isxdigit(word->text[i + 2])) {
			c = (char)(g_ascii_xdigit_value(word->text[i + 1]) * 16 +
				   g_ascii_xdigit_value(word->text[i + 2]));
			i += 2;
		} else if (c == '=' && i + 3 == word->length && word->text[i + 1] == '=') {
			continue;
		} else if (c == '_') {
			c = ' ';
		} else if (c == '\r' || c == '\n') {
			continue;
		}
		g_string_append_c(out, c);
	}
}

static const char *skip_blanks(const char *p)
{
	while (g_ascii_isspace(*p))
		p++;
	return p;
}

static bool same_charset(const Word *a, const Word *b)
{
	return a->charset_length == b->charset_length &&
	       g_ascii_strncasecmp(a->charset, b->charset, a->charset_length) == 0;
}

/* Decodes the run of adjacent words at word, and gives where it ends. Words of one
 * charset are joined before they are converted. */
static char *run_decode(Word word, const char **ret_end)
{
	GString *text = g_string_new(NULL);
	bool more = true;

	while (more) {
		g_autoptr(GString) bytes = g_string_new(NULL);
		g_autofree char *label = g_strndup(word.charset, word.charset_length);
		g_autofree char *part = NULL;
		Word next;
		bool same = true;

		do {
			word_bytes(&word, bytes);
			*ret_end = word.end;
			more = word_read(skip_blanks(word.end), &next);
			same = more && same_charset(&word, &next);
			if (more)
				word = next;
		} while (same);
		part = charset_text(bytes->str, bytes->len, label);
		g_string_append(text, part);
	}
	return g_string_free(text, FALSE);
}

/* Gives a run of words, decoded, to add; and the text between runs as it is. */
static char *words_replace(const char *raw, void (*add)(GString *out, const char *text))
{
	g_autofree char *utf8 = charset_text(raw, strlen(raw), NULL);
	GString *out = g_string_sized_new(strlen(utf8));
	const char *p = utf8;

	while (*p != '\0') {
		Word word;

		if (*p == '=' && word_read(p, &word)) {
			g_autofree char *text = run_decode(word, &p);

			add(out, text);
		} else if (*p == '\n') { /* a fold */
			if (!g_ascii_isspace(p[1]) && p[1] != '\0')
				g_string_append_c(out, ' ');
			p++;
		} else {
			g_string_append_c(out, *p++);
		}
	}
	return g_string_free(out, FALSE);
}

static void add_plain(GString *out, const char *text)
{
	g_string_append(out, text);
}

static void add_word(GString *out, const char *text)
{
	g_autofree char *line = text_one_line(text, MAIL_ADDRESS_FIELD_BYTES);
	g_autofree char *coded = g_base64_encode((const guchar *)line, strlen(line));

	if (*line == '\0')
		return;
	/* the run's own neighbours may stand without a blank */
	if (out->len > 0 && strchr(" \t\"(,;:<'=", out->str[out->len - 1]) == NULL)
		g_string_append_c(out, ' ');
	g_string_append_printf(out, "=?utf-8?B?%s?=", coded);
}

char *header_text(const char *raw, gsize max)
{
	g_autofree char *text = words_replace(raw, add_plain);

	return text_one_line(text, max);
}

char *header_joined(const char *raw)
{
	g_autofree char *joined = words_replace(raw, add_word);

	return g_strdup(g_strstrip(joined));
}

static char *address_tidy(const char *address)
{
	g_autofree char *line = text_one_line(address, MAIL_ADDRESS_FIELD_BYTES);
	char *at = strrchr(line, '@');

	if (at != NULL) {
		g_autofree char *domain = g_utf8_strdown(at + 1, -1);
		gsize length = strlen(domain);

		if (length > 0 && domain[length - 1] == '.')
			domain[length - 1] = '\0';
		*at = '\0';
		return g_strconcat(line, "@", domain, NULL);
	}
	return g_steal_pointer(&line);
}

/* A name once more: words inside quoted strings, and quotes that stayed. */
static char *name_tidy(const char *name)
{
	g_autofree char *text = header_text(name != NULL ? name : "", MAIL_NAME_BYTES);
	gsize length = strlen(text);

	if (length >= 2 && strchr("\"'", text[0]) != NULL && text[length - 1] == text[0]) {
		text[length - 1] = '\0';
		return text_one_line(text + 1, MAIL_NAME_BYTES);
	}
	return g_steal_pointer(&text);
}

static void add_address(InternetAddress *address, GPtrArray *mailboxes, guint depth)
{
	if (mailboxes->len >= MAIL_ADDRESSES || depth > 8)
		return;
	if (INTERNET_ADDRESS_IS_GROUP(address)) {
		InternetAddressList *members =
			internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address));

		for (int i = 0; members != NULL && i < internet_address_list_length(members); i++)
			add_address(internet_address_list_get_address(members, i), mailboxes,
				    depth + 1);
		return;
	}
	const char *spec = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
	g_autofree char *addr = address_tidy(spec != NULL ? spec : "");
	g_autofree char *name = name_tidy(internet_address_get_name(address));

	if (*addr != '\0' || *name != '\0')
		g_ptr_array_add(mailboxes, mailbox_new(name, addr));
}

/* "a@x; b@y", as some programs write: a semicolon that ends no group parts addresses like a comma.
 */
static void part_by_commas(char *addresses)
{
	bool quoted = false;

	for (const char *p = addresses; *p != '\0'; p++)
		if (*p == ':')
			return;
	for (char *p = addresses; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (*p == ';' && !quoted)
			*p = ',';
	}
}

bool header_mailboxes(const char *raw, GPtrArray *mailboxes)
{
	g_autofree char *joined = header_joined(raw);

	part_by_commas(joined);
	InternetAddressList *list = internet_address_list_parse(NULL, joined);
	guint before = mailboxes->len;

	for (int i = 0; list != NULL && i < internet_address_list_length(list); i++)
		add_address(internet_address_list_get_address(list, i), mailboxes, 0);
	bool whole = list == NULL ||
		     before + (guint)internet_address_list_length(list) <= MAIL_ADDRESSES;
	g_clear_object(&list);
	if (mailboxes->len == before) { /* no address at all: somebody's name */
		g_autofree char *name = name_tidy(raw);

		if (*name != '\0' && strpbrk(name, "<>;:,") == NULL)
			g_ptr_array_add(mailboxes, mailbox_new(name, ""));
	}
	return whole;
}

static void add_id(GPtrArray *ids, const char *start, gsize length)
{
	g_autofree char *raw = g_strndup(start, length);
	g_autofree char *id = charset_text(raw, length, NULL);
	char *to = id;

	for (const char *p = id; *p != '\0'; p++)
		if (!g_ascii_isspace(*p))
			*to++ = *p;
	*to = '\0';
	if (*id == '\0' || ids->len >= MAIL_REFERENCES)
		return;
	for (guint i = 0; i < ids->len; i++)
		if (strcmp(g_ptr_array_index(ids, i), id) == 0)
			return;
	g_ptr_array_add(ids, g_steal_pointer(&id));
}

void header_ids(const char *raw, GPtrArray *ids)
{
	g_autofree char *decoded =
		strstr(raw, "=?") != NULL ? header_text(raw, MAIL_HEADER_BYTES) : NULL;
	const char *p, *open;

	raw = p = decoded != NULL && strchr(decoded, '<') != NULL ? decoded : raw;

	if (strchr(raw, '<') == NULL) { /* bare words, of broken programs */
		g_auto(GStrv) words = g_strsplit_set(raw, " \t\r\n,", MAIL_REFERENCES + 1);

		for (guint i = 0; words[i] != NULL; i++)
			if (strchr(words[i], '@') != NULL)
				add_id(ids, words[i], strlen(words[i]));
		return;
	}
	while ((open = strchr(p, '<')) != NULL) {
		const char *close = strchr(open, '>');

		if (close == NULL)
			break;
		while (open[1] == '<')
			open++;
		if (close > open)
			add_id(ids, open + 1, (gsize)(close - open - 1));
		p = close + 1;
	}
}

gint64 header_date(const char *raw)
{
	g_autofree char *text = header_text(raw, 128);
	g_autoptr(GDateTime) date = g_mime_utils_header_decode_date(text);
	gint64 seconds = date != NULL ? g_date_time_to_unix(date) : -1;

	return seconds > 0 && seconds < G_GINT64_CONSTANT(253402300800) ? seconds : -1;
}

char *header_parameter(const char *raw, const char *name, bool is_disposition)
{
	g_autofree char *joined = header_joined(raw);
	char *value = NULL;

	/* a type that is none ("unknown; name=x") has parameters all the same */
	if (is_disposition || strcspn(joined, "/") > strcspn(joined, ";")) {
		GMimeContentDisposition *field = g_mime_content_disposition_parse(NULL, joined);

		value = g_strdup(g_mime_content_disposition_get_parameter(field, name));
		g_object_unref(field);
	} else {
		GMimeContentType *field = g_mime_content_type_parse(NULL, joined);

		value = g_strdup(g_mime_content_type_get_parameter(field, name));
		g_object_unref(field);
	}
	return value;
}
