/* read_bounce.c - reports of delivery, by the standard first. */
#include "gateway/read_bounce.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"
#include "gateway/read_automatic.h"
#include "gateway/read_bounce_text.h"
#include "gateway/read_header.h"
#include "gateway/read_quote.h"

#define RECIPIENTS 1000

static void set(char **place, char *value)
{
	g_free(*place);
	*place = value;
}

/* RFC 3464 2.3.1: "rfc822; a@x"; the address alone. Given. */
static char *recipient_of(const char *value)
{
	const char *semicolon = strchr(value, ';');
	g_autofree char *line =
		text_one_line(semicolon != NULL ? semicolon + 1 : value, ADDRESS_BYTES + 2);
	gsize length = strlen(line);
	char *open = strchr(line, '<');

	if (open != NULL) { /* "Somebody <a@x>" */
		char *close = strchr(open, '>');

		if (close != NULL)
			return g_strndup(open + 1, (gsize)(close - open - 1));
	}
	if (length >= 2 && line[0] == '"' && line[length - 1] == '"')
		return g_strndup(line + 1, length - 2);
	return g_steal_pointer(&line);
}

typedef struct Group { /* the fields of one recipient */
	char *original, *final, *action, *status, *diagnostic;
} Group;

static void group_clear(Group *group)
{
	g_clear_pointer(&group->original, g_free);
	g_clear_pointer(&group->final, g_free);
	g_clear_pointer(&group->action, g_free);
	g_clear_pointer(&group->status, g_free);
	g_clear_pointer(&group->diagnostic, g_free);
}

/* The first word of "failed (expanded)", lower case. Given. */
static char *word_of(const char *value)
{
	gsize length;

	value += strspn(value, " \t");
	length = strcspn(value, " \t(;,\r\n");
	return g_ascii_strdown(value, (gssize)MIN(length, 64));
}

static bool is_recipient(const char *address)
{
	return address != NULL && *address != '\0' && strchr(address, ' ') == NULL;
}

/* Status, or the code of the diagnostic where that tells more. Given. */
static char *status_of(const Group *group)
{
	g_autofree char *told = status_in_text(group->diagnostic != NULL ? group->diagnostic : "");

	if (group->status == NULL || *group->status == '\0')
		return g_steal_pointer(&told);
	if (g_str_has_suffix(group->status, ".0.0") && *told == *group->status)
		return g_steal_pointer(&told);
	return g_strdup(group->status);
}

static void group_end(Group *group, Mail *mail)
{
	const char *recipient = is_recipient(group->original) && strchr(group->original, '@')
					? group->original
					: group->final;
	Bounce *bounce;

	if (recipient == NULL)
		recipient = group->original;
	if (is_recipient(recipient) && mail->bounces->len < RECIPIENTS) {
		bounce = bounce_new();
		set(&bounce->recipient, g_strdup(recipient));
		set(&bounce->action, g_strdup(group->action != NULL ? group->action : "failed"));
		set(&bounce->status, status_of(group));
		g_ptr_array_add(mail->bounces, bounce);
	}
	group_clear(group);
}

static void group_field(Group *group, const char *name, const char *value)
{
	if (g_ascii_strcasecmp(name, "Original-Recipient") == 0 && group->original == NULL)
		group->original = recipient_of(value);
	else if (g_ascii_strcasecmp(name, "Final-Recipient") == 0 && group->final == NULL)
		group->final = recipient_of(value);
	else if (g_ascii_strcasecmp(name, "Action") == 0 && group->action == NULL)
		group->action = word_of(value);
	else if (g_ascii_strcasecmp(name, "Status") == 0 && group->status == NULL)
		group->status = status_in_text(value);
	else if (g_ascii_strcasecmp(name, "Diagnostic-Code") == 0 && group->diagnostic == NULL)
		group->diagnostic = g_strdup(value);
}

static bool is_fold(char *line)
{
	return (*line == ' ' || *line == '\t') && *g_strchomp(line) != '\0';
}

/* Fields, folded ones joined; a blank line ends a group. */
static void read_status(const char *text, Mail *mail)
{
	g_autoptr(GPtrArray) lines = lines_split(text);
	Group group = { 0 };

	for (guint i = 0; i < lines->len; i++) {
		char *line = g_strchomp(g_ptr_array_index(lines, i)), *colon;
		g_autoptr(GString) field = NULL;

		if (*line == '\0') {
			group_end(&group, mail);
			continue;
		}
		field = g_string_new(line);
		while (i + 1 < lines->len && is_fold(g_ptr_array_index(lines, i + 1)))
			g_string_append(field, g_ptr_array_index(lines, ++i));
		colon = strchr(field->str, ':');
		if (colon == NULL)
			continue;
		*colon = '\0';
		/* a new recipient without a blank line before it */
		if (g_ascii_strcasecmp(field->str, "Final-Recipient") == 0 && group.final != NULL)
			group_end(&group, mail);
		group_field(&group, g_strstrip(field->str), g_strstrip(colon + 1));
	}
	group_end(&group, mail);
}

/* The id of the message that came back: from its header, as a part or as text. Given, or NULL. */
static char *returned_id(const Reading *reading)
{
	const char *header = reading->returned != NULL ? reading->returned : reading->mail->text;
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	const char *p = header;

	for (guint i = 0; i < reading->mail->messages->len; i++) {
		Mail *inner = g_ptr_array_index(reading->mail->messages, i);

		if (inner->message_id != NULL)
			return g_strdup(inner->message_id);
	}
	while ((p = strcasestr(p, "message-id:")) != NULL && ids->len == 0) {
		p += strlen("message-id:");
		g_autofree char *value = g_strndup(p, MIN(strlen(p), 1000));

		value[strcspn(value, ">") + (strchr(value, '>') != NULL ? 1 : 0)] = '\0';
		if (strchr(value, '<') != NULL)
			header_ids(value, ids);
	}
	return ids->len > 0 ? g_strdup(g_ptr_array_index(ids, 0)) : NULL;
}

static bool has_action(const Mail *mail, const char *action)
{
	for (guint i = 0; i < mail->bounces->len; i++) {
		Bounce *bounce = g_ptr_array_index(mail->bounces, i);

		if (strcmp(bounce->action, action) == 0)
			return true;
	}
	return false;
}

/* "a@x" twice in one report is one recipient: the address written to and what it became. */
static void drop_doubles(GPtrArray *bounces)
{
	for (guint i = 0; i < bounces->len; i++) {
		Bounce *first = g_ptr_array_index(bounces, i);

		for (guint j = bounces->len; j-- > i + 1;) {
			Bounce *other = g_ptr_array_index(bounces, j);

			if (g_ascii_strcasecmp(first->recipient, other->recipient) == 0 &&
			    strcmp(first->action, other->action) == 0)
				g_ptr_array_remove_index(bounces, j);
		}
	}
}

void bounce_read(Reading *reading, GMimeHeaderList *headers)
{
	Mail *mail = reading->mail;
	g_autofree char *id = NULL;

	if (reading->receipt || reading->feedback)
		return;
	for (guint i = 0; i < reading->statuses->len; i++)
		read_status(g_ptr_array_index(reading->statuses, i), mail);
	if (mail->bounces->len == 0)
		bounce_read_text(reading, headers);
	if (mail->bounces->len == 0 && mail->automatic != AUTOMATIC_BOUNCE &&
	    mail->automatic != AUTOMATIC_DELAYED)
		return;
	drop_doubles(mail->bounces);
	id = returned_id(reading);
	for (guint i = 0; i < mail->bounces->len; i++) {
		Bounce *bounce = g_ptr_array_index(mail->bounces, i);

		set(&bounce->original_message_id, g_strdup(id));
	}
	if (has_action(mail, "failed"))
		mail->automatic = AUTOMATIC_BOUNCE;
	else if (has_action(mail, "delayed"))
		mail->automatic = AUTOMATIC_DELAYED;
	else if (mail->bounces->len > 0)
		mail->automatic = AUTOMATIC_RECEIPT;
}
