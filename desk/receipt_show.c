/* receipt_show.c - from the rows, else from the first lines of its header, seen as lines alone. */
#include "desk/receipt_show.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "desk/case_json.h"

#define HEAD_BYTES (16 * 1024)
#define LINE_BYTES 200

/* What stands behind "from:" in its first lines, on one line and without what a terminal obeys: no
 * parser that a mail may break has any part in it. "" when it is not there. */
static char *peek(const char *head, const char *name)
{
	for (const char *line = head; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');

		if (g_ascii_strncasecmp(line, name, strlen(name)) == 0) {
			g_autofree char *value = g_strndup(
				line + strlen(name),
				end != NULL ? (gsize)(end - line) - strlen(name) : LINE_BYTES);

			return text_one_line(value, LINE_BYTES);
		}
		if (*line == '\n' || (*line == '\r' && line[1] == '\n'))
			break;
		line = end != NULL ? end + 1 : NULL;
	}
	return g_strdup("");
}

static char *head_of(Store *store, const Receipt *receipt)
{
	gsize size = (gsize)MIN(receipt->raw.length, HEAD_BYTES);
	char *head = g_malloc0(size + 1);
	int fd = raw_open(store, &receipt->raw, NULL);
	gssize got = fd >= 0 ? pread(fd, head, size, (off_t)receipt->raw.offset) : 0;

	head[MAX(got, 0)] = '\0';
	return head;
}

json_t *receipt_whole_json(Store *store, const Receipt *receipt)
{
	json_t *json = receipt_json(store, receipt);
	g_autoptr(MailRow) mail = NULL;
	g_autofree char *from = NULL, *subject = NULL, *head = NULL;

	if (receipt->mail_id != 0)
		mails_get(store, receipt->mail_id, &mail, NULL);
	if (mail != NULL && (mail->from[0] != '\0' || mail->subject[0] != '\0')) {
		from = g_strdup(mail->from);
		subject = g_strdup(mail->subject);
	} else {
		head = head_of(store, receipt);
		from = peek(head, "From:");
		subject = peek(head, "Subject:");
	}
	json_object_set_new(json, "size", json_integer(receipt->raw.length));
	json_object_set_new(json, "tries", json_integer(receipt->tries));
	json_object_set_new(json, "from", text_json(from));
	json_object_set_new(json, "subject", text_json(subject));
	json_object_set_new(json, "events", receipt_events_json(store, receipt));
	return json;
}

static void print_value(const char *label, const json_t *value)
{
	if (json_is_integer(value)) {
		printf("%-12s %" JSON_INTEGER_FORMAT "\n", label, json_integer_value(value));
	} else if (json_is_string(value)) {
		g_autofree char *text = text_one_line(json_string_value(value), G_MAXSSIZE);

		printf("%-12s %s\n", label, text);
	}
}

void receipt_print(Store *store, const Receipt *receipt)
{
	static const char *const labels[] = { "id",    "received",   "mailbox", "uid",     "sha256",
					      "size",  "message_id", "from",    "subject", "tries",
					      "state", "decision",   "why",     "case",    NULL };
	static const char *const words[] = { "at", "who", "way", "what", "text", NULL };
	json_t *json = receipt_whole_json(store, receipt), *event;
	gsize i;

	for (i = 0; labels[i] != NULL; i++)
		print_value(labels[i], json_object_get(json, labels[i]));
	json_array_foreach(json_object_get(json, "events"), i, event)
	{
		printf("event       ");
		for (gsize w = 0; words[w] != NULL; w++) {
			const char *word = json_string_value(json_object_get(event, words[w]));
			g_autofree char *text = text_one_line(word, G_MAXSSIZE);

			printf(" %s", text);
		}
		puts("");
	}
	json_decref(json);
}
