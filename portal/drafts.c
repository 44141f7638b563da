/* drafts.c - files that came with a form that has to be corrected. */
#include "portal/drafts.h"

#include <string.h>

typedef struct Draft {
	char *name, *session, *about; /* hash of the session's token; the form or the case */
	gint64 until;
	Upload *upload;
} Draft;

struct Drafts {
	GQueue all; /* Draft, the oldest first */
	gint64 bytes;
};

static void draft_free(Draft *draft)
{
	g_free(draft->name);
	g_free(draft->session);
	g_free(draft->about);
	upload_free(draft->upload);
	g_free(draft);
}

static void forget(Drafts *drafts, GList *link)
{
	Draft *draft = link->data;

	if (draft->upload != NULL)
		drafts->bytes -= upload_size(draft->upload);
	g_queue_delete_link(&drafts->all, link);
	draft_free(draft);
}

void drafts_free(Drafts *drafts)
{
	if (drafts == NULL)
		return;
	while (drafts->all.head != NULL)
		forget(drafts, drafts->all.head);
	g_free(drafts);
}

/* The oldest of a session when it has its share already, else NULL. */
static GList *one_too_many(Drafts *drafts, const char *session)
{
	GList *oldest = NULL;
	guint count = 0;

	for (GList *link = drafts->all.head; link != NULL; link = link->next) {
		if (strcmp(((Draft *)link->data)->session, session) != 0)
			continue;
		oldest = oldest != NULL ? oldest : link;
		count++;
	}
	return count >= DRAFTS_OF_SESSION ? oldest : NULL;
}

static void make_room(Drafts *drafts, const char *session, gint64 bytes, gint64 now)
{
	GList *oldest = one_too_many(drafts, session);

	if (oldest != NULL)
		forget(drafts, oldest);
	while (drafts->all.head != NULL &&
	       (((Draft *)drafts->all.head->data)->until <= now ||
		drafts->all.length >= DRAFTS_MOST || drafts->bytes + bytes > DRAFTS_BYTES))
		forget(drafts, drafts->all.head);
}

static const char *about_of(const Request *request)
{
	return request->about != NULL ? request->about->number : request->route.word;
}

char *drafts_keep(Request *request)
{
	Portal *portal = request->portal;
	Draft *draft = g_new0(Draft, 1);

	if (portal->drafts == NULL)
		portal->drafts = g_new0(Drafts, 1);
	*draft = (Draft){ .name = secret_token(),
			  .session = secret_token_hash(request->token),
			  .about = g_strdup(about_of(request)),
			  .until = request->now + DRAFT_SECONDS,
			  .upload = g_steal_pointer(&request->upload) };
	make_room(portal->drafts, draft->session, upload_size(draft->upload), request->now);
	portal->drafts->bytes += upload_size(draft->upload);
	g_queue_push_tail(&portal->drafts->all, draft);
	return g_strdup(draft->name);
}

static bool take(Request *request, const char *name)
{
	Drafts *drafts = request->portal->drafts;
	g_autofree char *session =
		request->token != NULL ? secret_token_hash(request->token) : g_strdup("");

	for (GList *link = drafts != NULL ? drafts->all.head : NULL; link != NULL;
	     link = link->next) {
		Draft *draft = link->data;

		if (!secret_equal(draft->name, name) || strcmp(draft->session, session) != 0 ||
		    strcmp(draft->about, about_of(request)) != 0 || draft->until <= request->now)
			continue;
		drafts->bytes -= upload_size(draft->upload);
		request->upload = g_steal_pointer(&draft->upload);
		forget(drafts, link);
		return true;
	}
	return false;
}

bool drafts_open(Request *request)
{
	const char *name = request_field(request, "draft");

	if (request->fault != NULL || request->upload != NULL)
		return request->fault == NULL;
	if (*name != '\0' && take(request, name))
		return true;
	request->files_are_gone = *name != '\0';
	request->upload = upload_new(request, &request->fault);
	return request->upload != NULL;
}
