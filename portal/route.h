/* route.h - which page a request asks for.  Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
	PAGE_HOME,         /* / */
	PAGE_STYLE,        /* /style.css */
	PAGE_LINK,         /* /r/TOKEN /a/TOKEN /m/TOKEN: the button, and what it does */
	PAGE_ASK,          /* /link: a link to My cases, by mail */
	PAGE_ASKED,        /* /link/sent */
	PAGE_SESSIONS,     /* /sessions: where I am signed in, and my links */
	PAGE_MINE,         /* /mine */
	PAGE_TEAM,         /* /team: the queues of a dossier manager, and the search */
	PAGE_ORGANISATION, /* /organisation: what is open for its people, for HR */
	PAGE_HANDLE,       /* /case/PC-2026-000123/handle */
	PAGE_LEAVE,        /* /leave */
	PAGE_CASE,         /* /case/PC-2026-000123 */
	PAGE_DOCUMENT,     /* /case/PC-2026-000123/document/5 */
	PAGE_WRITE,        /* /case/PC-2026-000123/write ... */
	PAGE_WITHDRAW,
	PAGE_REOPEN,
	PAGE_APPROVE,
	PAGE_COMPLETE,  /* /case/PC-2026-000123/complete: what is missing */
	PAGE_RECEIPT,   /* /case/PC-2026-000123/receipt */
	PAGE_NEW,       /* /new: which form */
	PAGE_FORM,      /* /new/absence-parental */
	PAGE_DRAFT,     /* /new/absence-parental/draft.eml */
	PAGE_CONTENT,   /* /content: everything that was sent */
	PAGE_ME,        /* /me: what the desk knows of the viewer */
	PAGE_LANGUAGE,  /* /language: of the pages */
	PAGE_HELP,      /* /help */
	PAGE_MANUAL,    /* /help/employee */
	PAGE_CARD,      /* /card: the identity card as a way in */
	PAGE_CARD_READ, /* /card/TOKEN: at the address that asks for the card */
	PAGE_CARD_IN,   /* /card/in/TOKEN: back from there */
	PAGE_ELSEWHERE, /* /elsewhere: what is asked of another application */
	PAGE_LOGIN,     /* /login/itsme: to an OpenID provider */
	PAGE_CALLBACK,  /* /login/itsme/callback: and back from it */
	PAGE_KEYS,      /* /login/itsme/keys: the desk's own keys, for the provider */
	PAGES,
} PageKind;

typedef struct Route {
	PageKind page;
	char token[27];  /* of a link or a card, else "" */
	char purpose;    /* of a link: 'r', 'a', 'm' */
	char number[32]; /* of a case, as written, else "" */
	char word[65];   /* of a form, a manual or a provider, else "" */
	gint64 document; /* 0 */
	bool is_post, is_head;
	const char *allow; /* when the method is wrong: the ones that are right */
} Route;

typedef enum { ROUTE_FOUND, ROUTE_UNKNOWN, ROUTE_WRONG_METHOD } RouteResult;

/* path without its query, decoded.  HEAD counts as GET. */
RouteResult route_find(const char *method, const char *path, Route *ret_route);
