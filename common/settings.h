/* settings.h - the configuration (desk.conf).
 *
 * A GKeyFile read by one table of groups and keys.  Unknown and double groups
 * and keys, values out of range, and missing ones are DESK_ERROR_CONFIG:
 * "desk.conf:12: [Mailbox inbox] Poll=2: expected a number from 5 to 3600".
 * Relative paths are made absolute from the file's folder.  Secrets are kept as
 * they are written (file:, env:, command:) and read by who needs them.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/language.h"

typedef char *Localised[LANGUAGES]; /* NULL where not given; NL falls back to the bare key */

typedef enum { UNVERIFIED_ACCEPT, UNVERIFIED_HOLD } Unverified;
typedef enum { STRANGERS_REFUSE, STRANGERS_HOLD, STRANGERS_IGNORE } Strangers;
typedef enum { AFTER_MOVE, AFTER_FLAG, AFTER_DELETE } After;
typedef enum { TLS_REQUIRED, TLS_NONE } Tls;

typedef struct OAuth2Settings { /* [OAuth2 NAME] */
	char *name;
	char *token_url, *client_id, *client_secret, *refresh_token, *scope, *user,
		*ca_file; /* secrets as written; NULL */
} OAuth2Settings;

typedef struct MailboxSettings { /* [Mailbox NAME] */
	char *name;
	char *source;   /* imaps://, imap://, maildir: (absolute path) */
	char *password; /* as written, or NULL */
	char *oauth2;   /* name of an [OAuth2 ...] group, or NULL */
	char *ca_file;  /* or NULL */
	After after;
	char *processed, *quarantine;
	guint poll; /* seconds */
	Tls tls;
} MailboxSettings;

typedef struct SmtpSettings { /* [Smtp] */
	char *server;         /* smtp://, smtps:// (without a user: it is in user), directory:PATH
				 (absolute) */
	char *user, *password, *oauth2, *ca_file; /* or NULL */
	guint connections;
	char *from;
	Tls tls;
} SmtpSettings;

typedef struct DirectorySettings {          /* [Directory]: people from LDAP */
	char *url;                          /* ldaps://, ldap://; NULL: there is none */
	char *bind_dn, *password, *ca_file; /* or NULL; the password as written */
	char *base, *filter, *attributes;
	guint page; /* entries */
	Tls tls;
} DirectorySettings;

typedef struct CardSettings {         /* [Card]: the electronic identity card as a way in */
	char *url;                    /* where it is asked for; NULL: it is no way in */
	char *listen;                 /* of our own, or NULL */
	char *authorities;            /* a file */
	char *revocation;             /* a file or a folder, or NULL */
	bool accepts_unchecked;       /* where nobody can say whether a card is revoked */
	char *header, *verify_header; /* by which a proxy passes it; header NULL: none does */
} CardSettings;

typedef struct WorkingHours { /* minutes of the day; from == until: at any time */
	guint from, until;
} WorkingHours;

typedef struct TeamSettings { /* [Team ID] */
	char *id;
	Localised name;
	char *address; /* "" : its members */
	gint64 remind; /* seconds, 0: never */
	char *lead;    /* an address, "" */
	bool digest;
} TeamSettings;

typedef struct OrganisationSettings { /* [Organisation CODE] */
	char *code;
	Localised name;
	char **domains;
	bool digest;
} OrganisationSettings;

typedef struct ElsewhereSettings { /* [Elsewhere ID] */
	char *id;
	Localised name;
	char *url, *telephone; /* or NULL */
} ElsewhereSettings;

typedef enum { OPENID_ADDRESS, OPENID_NATIONAL_NUMBER } OpenIdWho;

typedef struct OpenIdSettings { /* [OpenID NAME] */
	char *name;
	Localised title; /* on the button */
	char *issuer, *client_id, *scope, *claim;
	char *client_secret, *private_key, *encryption_key; /* as written, or NULL */
	OpenIdWho who;                                      /* what the claim holds */
	char **algorithms, **acr_values, **parameters;      /* words; parameters: name=value */
	char *ca_file;                                      /* or NULL */
} OpenIdSettings;

typedef struct Settings {
	char *path, *folder; /* the file, and its folder */
	Localised name;
	char *address, *sub_address, *url;
	Language language;
	char *time_zone;
	char *secret; /* as written */
	bool answer_in_mail;
	char *trust_authserv; /* or NULL */
	Unverified unverified;
	Strangers strangers;
	char *forms;           /* folder, or NULL */
	gint64 reopen;         /* [Desk] Reopen=90d: seconds within which a reply reopens a case */
	bool scanned_approval; /* a document that is named an approval counts as one */
	bool pdf_text;         /* the text of a PDF may say whose an attestation is */
	bool attach_documents; /* [Desk] Documents=attach | link, to the team */
	gint64 remind_requester, remind_approver; /* seconds, 0: never */
	WorkingHours working_hours;
	char *calendar;           /* a file, or NULL: ours */
	guint automatic_per_hour; /* automatic mails of the whole desk */
	double test_clock;        /* 1.0 */

	char *database; /* "sqlite:/absolute/path" or postgresql://... */

	GPtrArray *mailboxes; /* MailboxSettings */
	SmtpSettings smtp;
	DirectorySettings directory;
	char *listen;
	char *certificate, *key;              /* files of the portal's own TLS, or NULL */
	guint link_days;                      /* [Portal] LinkDays=90 */
	guint links_per_hour;                 /* mails with a link to My cases, of the whole desk */
	gint64 session_idle, session_longest; /* seconds */
	bool mail_link;                       /* a link to My cases may be asked for */
	guint requests_per_minute;            /* of one client without a session */
	char **trusted_proxies;               /* networks whose X-Forwarded-For is believed */
	CardSettings card;
	GPtrArray *teams;         /* TeamSettings */
	GPtrArray *organisations; /* OrganisationSettings */
	GPtrArray *elsewhere;     /* ElsewhereSettings */
	GPtrArray *oauth2;        /* OAuth2Settings */
	GPtrArray *openid;        /* OpenIdSettings */
} Settings;

/* path NULL: $PERSOCONTACT_CONFIG, ./desk.conf, /etc/persocontact/desk.conf. */
Settings *settings_read(const char *path, GError **error);
/* A Settings of defaults, for commands that work without a file. */
Settings *settings_defaults(void);
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/* A name in a language, else in the bare one, else in any; lent, never NULL. */
const char *localised(Localised const name, Language language);

const TeamSettings *settings_team(const Settings *settings, const char *id);
const OrganisationSettings *settings_organisation(const Settings *settings, const char *code);
const ElsewhereSettings *settings_elsewhere(const Settings *settings, const char *id);
const OAuth2Settings *settings_oauth2(const Settings *settings, const char *name);
const OpenIdSettings *settings_openid(const Settings *settings, const char *name);

/* A pause of seconds as milliseconds, divided by the test clock, at least 10. */
guint settings_pause(const Settings *settings, double seconds);
