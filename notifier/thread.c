/* thread.c - In-Reply-To and References (RFC 5322 3.6.4): how programs keep a case together. */
#include "notifier/facts.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define HEADER_BYTES (64 * 1024) /* of the cause, looked at */
#define IDS_MOST 20
#define ID_BYTES 250

bool thread_is_id(const char *id)
{
	gsize length = strlen(id);

	if (length == 0 || length > ID_BYTES || strchr(id, '@') == NULL)
		return false;
	for (; *id != '\0'; id++)
		if (*id <= ' ' || *id >= 0x7f || *id == '<' || *id == '>')
			return false;
	return true;
}

/* The value of the References field: where it starts and, folded lines with it, ends. */
static const char *find_field(const char *header, gsize length, gsize *ret_length)
{
	static const char name[] = "references:";
	const char *end = header + length;
	const char *start = NULL;

	for (const char *line = header; line < end;) {
		const char *stop = memchr(line, '\n', (gsize)(end - line));
		const char *next = stop != NULL ? stop + 1 : end;
		bool is_more = *line == ' ' || *line == '\t';

		if (start != NULL && !is_more) {
			*ret_length = (gsize)(line - start);
			return start;
		}
		if (*line == '\n' || *line == '\r')
			return NULL;
		if (!is_more && (gsize)(next - line) >= strlen(name) &&
		    g_ascii_strncasecmp(line, name, strlen(name)) == 0)
			start = line + strlen(name);
		line = next;
	}
	*ret_length = start != NULL ? (gsize)(end - start) : 0;
	return start;
}

static char *join_ids(const GPtrArray *ids)
{
	GString *joined = g_string_new(NULL);

	for (guint i = ids->len > IDS_MOST ? ids->len - IDS_MOST : 0; i < ids->len; i++)
		g_string_append_printf(joined, "%s<%s>", joined->len > 0 ? " " : "",
				       (const char *)g_ptr_array_index(ids, i));
	return g_string_free(joined, FALSE);
}

char *thread_references(const char *header, gsize length)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	gsize rest = 0;
	const char *at = find_field(header, length, &rest);
	const char *end = at != NULL ? at + rest : NULL;

	while (at != NULL && (at = memchr(at, '<', (gsize)(end - at))) != NULL) {
		const char *close = memchr(at, '>', (gsize)(end - at));
		g_autofree char *id =
			close != NULL ? g_strndup(at + 1, (gsize)(close - at - 1)) : NULL;

		if (id == NULL)
			break;
		if (thread_is_id(id))
			g_ptr_array_add(ids, g_steal_pointer(&id));
		at = close;
	}
	return join_ids(ids);
}

/* The chain that the cause itself stands in. */
static char *chain_of(const MailDesk *desk, const MailRow *cause)
{
	g_autofree char *head = g_malloc(HEADER_BYTES);
	int fd = raw_open(desk->store, &cause->raw, NULL);
	gssize got;

	if (fd < 0)
		return g_strdup("");
	do
		got = pread(fd, head, (gsize)MIN(cause->raw.length, HEADER_BYTES),
			    (off_t)cause->raw.offset);
	while (got < 0 && errno == EINTR);
	return got > 0 ? thread_references(head, (gsize)got) : g_strdup("");
}

/* The Message-ID of the first mail that this recipient had about the case; NULL when this is it. */
static bool find_anchor(const MailDesk *desk, const MailFacts *facts, char **ret_id, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	if (facts->about == NULL || notice_is_keyless(facts->notice))
		return true;
	if (!mails_of_case(desk->store, facts->about->id, &rows, error))
		return false;
	for (guint i = 0; i < rows->len; i++) {
		const MailRow *row = g_ptr_array_index(rows, i);

		if (strcmp(row->direction, "out") == 0 && strcmp(row->to, facts->notice->to) == 0 &&
		    thread_is_id(row->message_id)) {
			*ret_id = g_strdup(row->message_id);
			return true;
		}
	}
	return true;
}

bool thread_read(const MailDesk *desk, MailFacts *facts, GError **error)
{
	bool is_reply = facts->cause != NULL && thread_is_id(facts->cause->message_id);
	g_autofree char *anchor = NULL;
	g_autofree char *chain = is_reply ? chain_of(desk, facts->cause) : g_strdup("");
	GString *all = g_string_new(NULL);

	if (!find_anchor(desk, facts, &anchor, error)) {
		g_string_free(all, TRUE);
		return false;
	}
	if (anchor != NULL && strstr(chain, anchor) == NULL)
		g_string_append_printf(all, "<%s>", anchor);
	if (*chain != '\0')
		g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "", chain);
	if (is_reply)
		g_string_append_printf(all, "%s<%s>", all->len > 0 ? " " : "",
				       facts->cause->message_id);
	g_free(facts->references);
	facts->references = g_string_free(all, FALSE);
	g_free(facts->in_reply_to);
	facts->in_reply_to = is_reply         ? g_strdup_printf("<%s>", facts->cause->message_id)
			     : anchor != NULL ? g_strdup_printf("<%s>", anchor)
					      : g_strdup("");
	return true;
}
