/* inside.h - a request on its way through the portal. */
#pragma once

#include <jansson.h>
#include <microhttpd.h>

#include "portal/access.h"
#include "portal/portal.h"
#include "portal/route.h"
#include "store/raw.h"
#include "store/receipts.h"
#include "store/sessions.h"

#define BODY_BYTES (44 * 1024 * 1024) /* in base64 it is a mail within MAIL_BYTES */
#define FIELD_BYTES (256 * 1024)      /* all typed fields of a form together */

#define LANGUAGE_COOKIE                                                           \
	"persocontact_language" /* the language of the pages, where it was chosen \
				 */

typedef struct Upload Upload;     /* portal/upload.h */
typedef struct Drafts Drafts;     /* portal/drafts.h */
typedef struct OidcWork OidcWork; /* portal/oidc_work.h */
typedef struct OidcJob OidcJob;
typedef struct CardJudge CardJudge; /* portal/card.h */

typedef struct Portal {
	PortalDesk desk;
	RawWriter *raw;     /* for what is written on the page; opened at first need */
	char *base;         /* path of the desk's Url without "/" at its end: "" or "/desk" */
	const char *cookie; /* its name */
	bool is_https;
	Drafts *drafts;           /* files that wait for a corrected form; NULL: none yet */
	GHashTable *connections;  /* Connection of connections.h */
	GHashTable *rates;        /* of rate.h */
	GPtrArray *proxies;       /* of client.h */
	json_t *words[LANGUAGES]; /* every sentence of the pages, made at first need */
	GTimeZone *zone;  /* the desk's; GLib reads its file once, as long as somebody has it */
	OidcWork *oidc;   /* NULL: no provider is configured */
	CardJudge *judge; /* of cards; lent; NULL: they are no way in */
	struct MHD_Daemon *card; /* which asks for the card; NULL: none of ours */
} Portal;

typedef struct Request {
	Portal *portal;
	struct MHD_Connection *connection;
	Route route;
	Language language;
	gint64 now;
	char *client;         /* the address of who asks; NULL: not asked for yet */
	bool ends;            /* nothing more is read from its connection */
	gint64 wait;          /* for 429: in how many seconds it may be tried again */
	char *token;          /* of the session, as in the cookie; NULL: none */
	PageSession *session; /* NULL: none */
	Person *person;       /* of the session, NULL */
	Viewer viewer;
	Case *about;  /* of the path, when the viewer may see it; else NULL */
	OidcJob *job; /* that a provider was asked for; NULL */
	/* of a POST */
	struct MHD_PostProcessor *post;
	GHashTable *fields;            /* char * to GString */
	gsize typed, body;             /* bytes */
	bool is_too_large, is_genuine; /* genuine: the CSRF token was right */
	bool is_garbled;               /* the form cannot be read */
	Upload *upload;
	bool at_card;        /* at the address that asks for the card, where nothing else is */
	bool files_are_gone; /* those of an earlier try (portal/drafts.h) */
	GError *fault;       /* while the body came */
} Request;

/* ---- request.c: who asks, about what ---- */
Request *request_new(Portal *portal, struct MHD_Connection *connection);
void request_free(Request *request);
/* The language that the browser asks for, or the desk's. */
void request_speak(Request *request);
/* Finds the session, the person, the language, and the case of the path. */
bool request_identify(Request *request, GError **error);
bool request_may(const Request *request, PageAct act);
/* A typed field, "" when there is none; lent. */
const char *request_field(const Request *request, const char *name);
const char *request_header(const Request *request, const char *name);
/* Whether it is not certain where the request ends, so that a proxy may have seen another one (RFC
 * 9112 6.3): several lengths, a length beside chunks, or one that is no number. */
bool request_is_ambiguous(const Request *request);
/* Of the query, "" when there is none; lent. */
const char *request_query(const Request *request, const char *name);
/* The address of who asks; lent. */
const char *request_client(Request *request);
/* The CSRF token of the session; given. */
char *request_csrf(const Request *request);
CaseBy request_by(const Request *request);

/* ---- answer.c: what is sent back; all of them queue the response ---- */
enum MHD_Result answer_page(Request *request, guint status, const char *template_name,
			    json_t *data);
/* The one page for all that is not there or not for this viewer. */
enum MHD_Result answer_missing(Request *request);
/* Something is wrong with what was asked: page.wrong-CODE says what to do. */
enum MHD_Result answer_wrong(Request *request, guint status, const char *code);
/* 303; cookie: a whole Set-Cookie value, or NULL. */
enum MHD_Result answer_redirect(Request *request, const char *path, const char *cookie);
/* 303 to another site; url: a whole address. */
enum MHD_Result answer_leave(Request *request, const char *url, const char *cookie);
/* A page with a Set-Cookie value. */
enum MHD_Result answer_page_cookie(Request *request, guint status, const char *template_name,
				   json_t *data, const char *cookie);
enum MHD_Result answer_style(Request *request);
/* Adds the headers of every answer, queues, and gives the response up. */
enum MHD_Result answer_queue(Request *request, guint status, struct MHD_Response *response);
/* A sentence of the pages, lent. */
const char *page_word(const Request *request, const char *key);
/* "24 November 2026 at 10:00", in the desk's time zone and the request's language; given. */
char *page_time(const Request *request, gint64 seconds);
const char *form_title(const Request *request, const Case *c);
const char *team_name(const Request *request, const char *team);
/* [{"line": ...}, {"quoted": {"quotes": [{"quote": ...}]}}]: what is quoted is folded. */
json_t *page_lines(const char *text);
/* page_bulk.c: the items of a bulk mail, an empty array for any other case.  New reference. */
bool page_bulk_rows(Request *request, gint64 id, json_t **ret_rows, GError **error);

/* A fault of the store: logged, and the page that says to try again. */
enum MHD_Result answer_fault(Request *request, const GError *error);
/* The same, or the page that says that the case does not allow it (any more). */
enum MHD_Result answer_refused(Request *request, const GError *error);
/* What went wrong with the files that came (request->fault). */
enum MHD_Result answer_upload_fault(Request *request);

/* ---- the pages ---- */
enum MHD_Result page_link(Request *request);
enum MHD_Result page_leave(Request *request);
enum MHD_Result page_ask(Request *request); /* a link to My cases */
enum MHD_Result page_sessions(Request *request);
enum MHD_Result page_team(Request *request);
enum MHD_Result page_organisation(Request *request);
enum MHD_Result page_handle(Request *request);
/* What somebody who handles the case may do, for the page of the case. */
bool page_handle_put(Request *request, const GPtrArray *answers, gint64 last_event, json_t *data,
		     GError **error);
enum MHD_Result page_login(Request *request);
enum MHD_Result page_callback(Request *request);
enum MHD_Result page_keys(Request *request);
/* A Set-Cookie value; name: of the portal's cookie, with suffix behind it.  Given. */
char *page_cookie(const Portal *portal, const char *suffix, const char *value, gint64 seconds);
/* One that the browser also sends when another site leads back to a page (SameSite=Lax). */
char *page_cookie_lax(const Portal *portal, const char *suffix, const char *value, gint64 seconds);
enum MHD_Result page_card(Request *request);      /* what is to be done */
enum MHD_Result page_card_read(Request *request); /* who it is */
enum MHD_Result page_card_in(Request *request);
/* Whether the request is at the address that asks for the card. */
bool page_card_is_door(const Request *request);
enum MHD_Result page_mine(Request *request);
enum MHD_Result page_case(Request *request, guint status, const char *mistake);
enum MHD_Result page_document(Request *request);
enum MHD_Result page_write(Request *request);
enum MHD_Result page_verb(Request *request); /* withdraw, reopen, approve */
enum MHD_Result page_new(Request *request);
enum MHD_Result page_form(Request *request);
enum MHD_Result page_draft(Request *request);
enum MHD_Result page_complete(Request *request);
enum MHD_Result page_receipt(Request *request);
enum MHD_Result page_withdraw(Request *request); /* the question before it */
enum MHD_Result page_content(Request *request);
enum MHD_Result page_me(Request *request);
enum MHD_Result page_language(Request *request);
enum MHD_Result page_help(Request *request);
enum MHD_Result page_manual(Request *request);
enum MHD_Result page_elsewhere(Request *request);
/* Whether the viewer may ask on this form; on any form. */
bool request_may_use(const Request *request, const Form *form);
bool request_may_ask(const Request *request);
/* Whether the viewer is of the HR service of an affiliated organisation. */
bool request_is_hr(const Request *request);
