/* schema.c - the tables, as one text, and how older databases are brought to it.
 *
 * Times are seconds since 1970.  Words (states, kinds) are kept as they are
 * shown.  An optional reference is NULL; an optional text is "".
 */
#include "store/inside.h"

#include "common/error.h"
#include "common/failpoint.h"
#include "store/chain_inside.h"
#include "store/names_inside.h"

static const char schema_1[] =
	/* ---- whom we know ---- */
	"CREATE TABLE organisations ("
	"  code TEXT PRIMARY KEY,"
	"  name_nl TEXT NOT NULL, name_fr TEXT NOT NULL, name_de TEXT NOT NULL, name_en TEXT NOT NULL,"
	"  domains TEXT NOT NULL);" /* separated by blanks */
	"CREATE TABLE teams ("
	"  id TEXT PRIMARY KEY,"
	"  name_nl TEXT NOT NULL, name_fr TEXT NOT NULL, name_de TEXT NOT NULL, name_en TEXT NOT NULL,"
	"  address TEXT NOT NULL,"    /* '': its members, one by one */
	"  remind INTEGER NOT NULL);" /* seconds, 0: never */
	"CREATE TABLE people ("
	"  id INTEGER PRIMARY KEY,"
	"  number TEXT NOT NULL UNIQUE,"
	"  name TEXT NOT NULL,"
	"  folded TEXT NOT NULL," /* the name for comparing */
	"  organisation TEXT NOT NULL,"
	"  manager TEXT NOT NULL," /* a number */
	"  national_number TEXT NOT NULL,"
	"  language TEXT NOT NULL,"
	"  roles INTEGER NOT NULL," /* bits of PersonRole */
	"  left_at INTEGER);"       /* NULL: is still here */
	"CREATE INDEX people_folded ON people (folded);"
	"CREATE INDEX people_desk ON people (roles) WHERE roles >= 8;" /* dossier managers and
									  admins */
	"CREATE TABLE addresses ("
	"  address TEXT PRIMARY KEY," /* in normal form */
	"  person INTEGER NOT NULL REFERENCES people,"
	"  place INTEGER NOT NULL);" /* 0 is written to */
	"CREATE INDEX addresses_person ON addresses (person, place);"
	"CREATE TABLE person_teams ("
	"  person INTEGER NOT NULL REFERENCES people,"
	"  team TEXT NOT NULL,"
	"  place INTEGER NOT NULL,"
	"  PRIMARY KEY (person, team));"
	"CREATE INDEX person_teams_team ON person_teams (team, person);"
	/* ---- cases ---- */
	"CREATE TABLE cases ("
	"  id INTEGER PRIMARY KEY," /* the number is PC-<year of opened>-<id> */
	"  state TEXT NOT NULL,"
	"  form TEXT NOT NULL,"
	"  subject TEXT NOT NULL,"
	"  team TEXT NOT NULL,"
	"  comment TEXT NOT NULL,"
	"  language TEXT NOT NULL,"
	"  requester INTEGER REFERENCES people,"
	"  requester_address TEXT NOT NULL,"    /* it was written from */
	"  employee INTEGER REFERENCES people," /* whom it is about */
	"  assignee INTEGER REFERENCES people,"
	"  approver INTEGER REFERENCES people,"
	"  verified INTEGER NOT NULL,"
	"  opened INTEGER NOT NULL,"
	"  changed INTEGER NOT NULL,"
	"  closed INTEGER NOT NULL," /* 0: it goes on */
	"  earlier INTEGER REFERENCES cases);"
	"CREATE INDEX cases_requester ON cases (requester, state);"
	"CREATE INDEX cases_state ON cases (state, id);"
	"CREATE INDEX cases_team ON cases (team, id);"
	/* ---- mail: each byte lies in a segment (raw.h) ---- */
	"CREATE TABLE receipts ("
	"  id INTEGER PRIMARY KEY,"
	"  mailbox TEXT NOT NULL,"
	"  uidvalidity INTEGER NOT NULL,"
	"  uid TEXT NOT NULL,"
	"  received INTEGER NOT NULL,"
	"  segment INTEGER NOT NULL, raw_offset INTEGER NOT NULL, raw_length INTEGER NOT NULL,"
	"  sha256 TEXT NOT NULL,"
	"  state TEXT NOT NULL,"
	"  decision TEXT NOT NULL,"
	"  why TEXT NOT NULL,"
	"  message_id TEXT NOT NULL,"
	"  case_id INTEGER REFERENCES cases,"
	"  mail_id INTEGER,"
	"  tries INTEGER NOT NULL,"
	"  claimed INTEGER NOT NULL," /* until then a worker has it */
	"  UNIQUE (mailbox, uidvalidity, uid));"
	"CREATE INDEX receipts_state ON receipts (state, id);"
	"CREATE INDEX receipts_sha256 ON receipts (sha256);"
	"CREATE INDEX receipts_message_id ON receipts (message_id) WHERE message_id <> '';"
	"CREATE INDEX receipts_raw ON receipts (segment, raw_offset);"
	"CREATE TABLE mails ("
	"  id INTEGER PRIMARY KEY,"
	"  segment INTEGER NOT NULL, raw_offset INTEGER NOT NULL, raw_length INTEGER NOT NULL,"
	"  sha256 TEXT NOT NULL,"
	"  message_id TEXT NOT NULL,"
	"  direction TEXT NOT NULL," /* in, out */
	"  sender TEXT NOT NULL,"
	"  recipients TEXT NOT NULL,"
	"  subject TEXT NOT NULL,"
	"  body TEXT NOT NULL,"
	"  at INTEGER NOT NULL,"
	"  case_id INTEGER REFERENCES cases,"
	"  is_public INTEGER NOT NULL,"
	"  receipt INTEGER REFERENCES receipts,"
	"  outbox INTEGER);" /* the notice that it was rendered for */
	"CREATE INDEX mails_message_id ON mails (message_id, direction DESC, id) WHERE message_id <> '';"
	"CREATE INDEX mails_case ON mails (case_id, id);"
	"CREATE INDEX mails_raw ON mails (segment, raw_offset);"
	"CREATE TABLE parts ("
	"  id INTEGER PRIMARY KEY,"
	"  mail_id INTEGER NOT NULL REFERENCES mails,"
	"  name TEXT NOT NULL,"
	"  type TEXT NOT NULL,"
	"  sha256 TEXT NOT NULL," /* of the decoded bytes */
	"  size INTEGER NOT NULL,"
	"  range_offset INTEGER NOT NULL, range_length INTEGER NOT NULL," /* in the raw message */
	"  encoding INTEGER NOT NULL,"
	"  is_inline INTEGER NOT NULL,"
	"  container TEXT NOT NULL);" /* mime, tnef, zip */
	"CREATE INDEX parts_mail ON parts (mail_id, id);"
	/* ---- what a case consists of ---- */
	"CREATE TABLE answers ("
	"  id INTEGER PRIMARY KEY,"
	"  case_id INTEGER NOT NULL REFERENCES cases,"
	"  field TEXT NOT NULL,"
	"  value TEXT NOT NULL," /* plain form */
	"  typed TEXT NOT NULL," /* as it was read */
	"  UNIQUE (case_id, field));"
	"CREATE TABLE problems ("
	"  id INTEGER PRIMARY KEY,"
	"  case_id INTEGER NOT NULL REFERENCES cases,"
	"  field TEXT NOT NULL,"
	"  code TEXT NOT NULL,"
	"  typed TEXT NOT NULL);"
	"CREATE INDEX problems_case ON problems (case_id, id);"
	"CREATE TABLE documents ("
	"  id INTEGER PRIMARY KEY,"
	"  case_id INTEGER NOT NULL REFERENCES cases,"
	"  requester INTEGER REFERENCES people,"
	"  part INTEGER NOT NULL REFERENCES parts,"
	"  mail INTEGER NOT NULL REFERENCES mails,"
	"  kind TEXT NOT NULL,"
	"  sha256 TEXT NOT NULL,"
	"  is_public INTEGER NOT NULL);"
	"CREATE INDEX documents_case ON documents (case_id, id);"
	"CREATE INDEX documents_bytes ON documents (requester, sha256);"
	"CREATE TABLE events ("
	"  id INTEGER PRIMARY KEY,"
	"  case_id INTEGER NOT NULL REFERENCES cases,"
	"  at INTEGER NOT NULL,"
	"  who TEXT NOT NULL,"
	"  way TEXT NOT NULL," /* mail, page, command, desk */
	"  what TEXT NOT NULL,"
	"  text TEXT NOT NULL,"
	"  mail INTEGER REFERENCES mails);"
	"CREATE INDEX events_case ON events (case_id, id);"
	/* ---- what is owed, and who may look ---- */
	"CREATE TABLE outbox ("
	"  id INTEGER PRIMARY KEY,"
	"  case_id INTEGER REFERENCES cases,"
	"  event INTEGER REFERENCES events,"
	"  cause INTEGER REFERENCES mails," /* the mail that caused it */
	"  kind TEXT NOT NULL,"
	"  recipient TEXT NOT NULL," /* an address */
	"  holder TEXT NOT NULL,"    /* p:NUMBER, t:TEAM, a:ADDRESS */
	"  data TEXT NOT NULL,"      /* JSON */
	"  language TEXT NOT NULL,"
	"  automatic INTEGER NOT NULL,"
	"  state TEXT NOT NULL," /* owed, sent, refused, dropped */
	"  tries INTEGER NOT NULL,"
	"  next INTEGER NOT NULL,"
	"  claimed INTEGER NOT NULL,"
	"  created INTEGER NOT NULL,"
	"  why TEXT NOT NULL,"
	"  message_id TEXT NOT NULL,"
	"  mail INTEGER REFERENCES mails);" /* the rendered bytes */
	"CREATE INDEX outbox_due ON outbox (state, next, id);"
	"CREATE INDEX outbox_case ON outbox (case_id, recipient, created);"
	"CREATE INDEX outbox_recipient ON outbox (recipient, kind, created);"
	"CREATE INDEX outbox_automatic ON outbox (recipient, created) WHERE automatic = 1;"
	"CREATE TABLE tokens ("
	"  hash TEXT PRIMARY KEY,"
	"  purpose TEXT NOT NULL,"
	"  case_id INTEGER REFERENCES cases,"
	"  holder TEXT NOT NULL,"
	"  expires INTEGER NOT NULL);"
	"CREATE INDEX tokens_holder ON tokens (holder);"
	"CREATE TABLE held ("
	"  id INTEGER PRIMARY KEY,"
	"  receipt INTEGER NOT NULL REFERENCES receipts,"
	"  case_id INTEGER REFERENCES cases,"
	"  mail INTEGER REFERENCES mails,"
	"  why TEXT NOT NULL,"
	"  state TEXT NOT NULL," /* held, added, dropped */
	"  at INTEGER NOT NULL,"
	"  settled_by TEXT NOT NULL,"
	"  settled_why TEXT NOT NULL,"
	"  settled INTEGER NOT NULL);"
	"CREATE INDEX held_state ON held (state, id);"
	"CREATE INDEX held_case ON held (case_id, id);"
	"CREATE INDEX held_receipt ON held (receipt);";

static const char schema_2[] =
	/* ---- who is looking at the page ---- */
	"CREATE TABLE sessions ("
	"  hash TEXT PRIMARY KEY,"            /* of what the cookie holds */
	"  holder TEXT NOT NULL,"             /* p:NUMBER, t:TEAM, a:ADDRESS */
	"  case_id INTEGER REFERENCES cases," /* that the link led to */
	"  began INTEGER NOT NULL,"
	"  used INTEGER NOT NULL,"
	"  expires INTEGER NOT NULL);"
	"CREATE INDEX sessions_expires ON sessions (expires);";

static const char schema_3[] =
	/* ---- each event carries a hash of itself and of the one before (chain.h) ---- */
	"ALTER TABLE events ADD COLUMN chain TEXT NOT NULL DEFAULT '';";

static const char schema_4[] =
	/* ---- what dossier managers agree on by mail: a day, one case for two, who follows ---- */
	"ALTER TABLE cases ADD COLUMN due INTEGER NOT NULL DEFAULT 0;"  /* seconds; 0: no day */
	"ALTER TABLE cases ADD COLUMN merged INTEGER REFERENCES cases;" /* goes on there */
	"CREATE TABLE watchers ("
	"  case_id INTEGER NOT NULL REFERENCES cases,"
	"  person INTEGER NOT NULL REFERENCES people,"
	"  PRIMARY KEY (case_id, person));";

static const char schema_slices[] =
	/* ---- where an entry of a container lies: slices within what was decoded (part_decode.h)
	   ---- */
	"ALTER TABLE parts ADD COLUMN inners TEXT NOT NULL DEFAULT '';";

static const char schema_names[] =
	/* ---- people by the letters and the words of their names (names.h) ---- */
	"ALTER TABLE people ADD COLUMN letters TEXT NOT NULL DEFAULT '';"
	"CREATE INDEX people_letters ON people (organisation, letters) WHERE letters <> '';"
	"CREATE TABLE name_words ("
	"  person INTEGER NOT NULL REFERENCES people,"
	"  organisation TEXT NOT NULL,"
	"  word TEXT NOT NULL,"      /* folded */
	"  skeleton TEXT NOT NULL);" /* without vowels and doubles */
	"CREATE INDEX name_words_person ON name_words (person);"
	"CREATE INDEX name_words_word ON name_words (organisation, word);"
	"CREATE INDEX name_words_skeleton ON name_words (organisation, skeleton);";

static const char schema_bulk[] =
	/* ---- HR's bulk mails (bulk.h): each attestation of one, and what became of it ---- */
	"CREATE TABLE bulks ("
	"  case_id INTEGER PRIMARY KEY REFERENCES cases,"
	"  mail INTEGER NOT NULL REFERENCES mails,"
	"  hr INTEGER NOT NULL REFERENCES people,"
	"  state TEXT NOT NULL," /* running, asking, done */
	"  round INTEGER NOT NULL,"
	"  notes TEXT NOT NULL);" /* JSON array: what was odd with the list */
	"CREATE INDEX bulks_running ON bulks (case_id) WHERE state = 'running';"
	"CREATE TABLE bulk_items ("
	"  case_id INTEGER NOT NULL REFERENCES bulks,"
	"  place INTEGER NOT NULL," /* as it is numbered in the digest */
	"  part INTEGER REFERENCES parts,"
	"  name TEXT NOT NULL,"
	"  sha256 TEXT NOT NULL,"
	"  clues TEXT NOT NULL," /* JSON: what says whose it is */
	"  state TEXT NOT NULL," /* waiting, filed, known, open, dropped, failed */
	"  why TEXT NOT NULL,"   /* open, failed: a code */
	"  hint TEXT NOT NULL,"  /* whom it may be meant for */
	"  person INTEGER REFERENCES people,"
	"  filed INTEGER REFERENCES cases,"
	"  changed INTEGER NOT NULL," /* the round in which it was settled last */
	"  PRIMARY KEY (case_id, place));"
	"CREATE INDEX bulk_items_waiting ON bulk_items (case_id, place) WHERE state = 'waiting';"
	"CREATE INDEX documents_sha256 ON documents (sha256);"
	"CREATE INDEX cases_employee ON cases (employee, state);";

static const char schema_duties[] =
	/* ---- what one of several processes does once in a while (duties.h) ---- */
	"CREATE TABLE duties (name TEXT PRIMARY KEY, done INTEGER NOT NULL);";

static const char schema_limits[] =
	/* ---- what people did with mails that are on no case; how much the desk sends ---- */
	"CREATE TABLE receipt_events ("
	"  id INTEGER PRIMARY KEY,"
	"  receipt INTEGER NOT NULL REFERENCES receipts,"
	"  at INTEGER NOT NULL,"
	"  who TEXT NOT NULL,"
	"  way TEXT NOT NULL,"
	"  what TEXT NOT NULL,"
	"  text TEXT NOT NULL);"
	"CREATE INDEX receipt_events_receipt ON receipt_events (receipt, id);"
	"CREATE TABLE buckets ("
	"  name TEXT PRIMARY KEY,"
	"  an_hour INTEGER NOT NULL,"
	"  full INTEGER NOT NULL," /* milliseconds since 1970: when it is full again */
	"  at INTEGER NOT NULL);"; /* when the last token was taken */

static const char schema_senders[] =
	/* ---- how much one sender wrote (outbox.c) ---- */
	"CREATE INDEX mails_sender ON mails (sender, at) WHERE direction = 'in';";

static const char schema_reminders[] =
	/* ---- who was reminded of what: once for each wait and step ---- */
	"CREATE TABLE reminders ("
	"  case_id INTEGER NOT NULL REFERENCES cases,"
	"  since INTEGER NOT NULL," /* when the wait began */
	"  step INTEGER NOT NULL,"
	"  at INTEGER NOT NULL,"
	"  PRIMARY KEY (case_id, since, step));";

static const char schema_absences[] =
	/* ---- who is away, and who was asked instead (absences.h) ---- */
	"CREATE TABLE absences ("
	"  id INTEGER PRIMARY KEY,"
	"  person INTEGER NOT NULL REFERENCES people,"
	"  first TEXT NOT NULL, last TEXT NOT NULL," /* days, as they are shown */
	"  begins INTEGER NOT NULL, ends INTEGER NOT NULL,"
	"  substitute TEXT NOT NULL);" /* a number */
	"CREATE INDEX absences_person ON absences (person, ends);"
	"ALTER TABLE cases ADD COLUMN deputy INTEGER REFERENCES people;"; /* may approve too */

static const char schema_ways[] =
	/* ---- asked-for links to My cases (logins.h); sessions that can be told apart ---- */
	"CREATE TABLE logins ("
	"  id INTEGER PRIMARY KEY,"
	"  holder TEXT NOT NULL,"  /* '' when nobody has the address */
	"  browser TEXT NOT NULL," /* hash of what the asking browser keeps */
	"  asked INTEGER NOT NULL,"
	"  tries INTEGER NOT NULL);" /* wrong codes so far */
	"CREATE INDEX logins_holder ON logins (holder, id);"
	"CREATE INDEX logins_asked ON logins (asked);"
	"ALTER TABLE tokens ADD COLUMN login INTEGER;" /* that it was made for */
	"ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';"
	"CREATE INDEX sessions_holder ON sessions (holder);";

static const char schema_cookies[] =
	/* ---- how far a directory was read (people_sync.c) ---- */
	"CREATE TABLE cookies (name TEXT PRIMARY KEY, value TEXT NOT NULL);";

static const char schema_levels[] =
	/* ---- approvals that are still awaited ---- */
	"ALTER TABLE cases ADD COLUMN levels INTEGER NOT NULL DEFAULT 1;";

static const char schema_looks[] =
	/* ---- who has a case open (desk_lists.h) ---- */
	"CREATE TABLE looks ("
	"  case_id INTEGER NOT NULL REFERENCES cases,"
	"  person INTEGER NOT NULL REFERENCES people,"
	"  at INTEGER NOT NULL,"
	"  PRIMARY KEY (case_id, person));";

static const char schema_session_ways[] =
	/* ---- by which way somebody came (portal/ways.h) ---- */
	"ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'mail';";

static const char schema_openid[] =
	/* ---- sign-ins that are under way at an OpenID provider (openid.h) ---- */
	"CREATE TABLE openid ("
	"  state TEXT PRIMARY KEY," /* hash of what goes to the provider and comes back */
	"  browser TEXT NOT NULL,"  /* hash of what the asking browser keeps */
	"  provider TEXT NOT NULL," /* [OpenID NAME] */
	"  nonce TEXT NOT NULL,"
	"  verifier TEXT NOT NULL,"
	"  target TEXT NOT NULL," /* the page it is to lead to */
	"  asked INTEGER NOT NULL);"
	"CREATE INDEX openid_asked ON openid (asked);"
	"CREATE INDEX people_national_number ON people (national_number)"
	"  WHERE national_number <> '';";

static const char schema_proposed[] =
	/* ---- who was named as the approver, until HR has confirmed it ---- */
	"ALTER TABLE cases ADD COLUMN proposed INTEGER REFERENCES people;";

static const char schema_openid_before[] =
	/* ---- the session that the browser had when it went to the provider ---- */
	"ALTER TABLE openid ADD COLUMN before TEXT NOT NULL DEFAULT '';"; /* its hash */

static const char schema_queues[] =
	/* ---- queues: of a team by state, with what its ages are counted of; of one who handles
	   ---- */
	"CREATE INDEX cases_queue ON cases (team, state, opened, due);"
	"CREATE INDEX cases_assignee ON cases (assignee, state) WHERE assignee IS NOT NULL;";

static const char schema_handovers[] =
	/* ---- recognised at another address (store/handovers.h) ---- */
	"CREATE TABLE handovers ("
	"  hash TEXT PRIMARY KEY,"
	"  state TEXT NOT NULL,"
	"  holder TEXT NOT NULL,"
	"  expires INTEGER NOT NULL);";

static const char schema_own_mails[] =
	/* ---- what somebody sent, without reading it ---- */
	"CREATE INDEX mails_own ON mails (sender, case_id, is_public) WHERE direction = 'in';";

/* Each step takes a database from version N to N + 1.  Add at the end only. */
static const struct {
	const char *sql;
	bool (*fill)(Driver *driver, GError **error); /* what SQL cannot say, or NULL */
} steps[] = {
	/* 1: everything */ { schema_1, NULL },
	/* 2: sessions of the page */ { schema_2, NULL },
	/* 3: the chain of events */ { schema_3, chain_fill },
	/* 4: due, merged, watched */ { schema_4, NULL },
	/* 5: entries of containers */ { schema_slices, NULL },
	/* 6: people by their names */ { schema_names, names_fill },
	/* 7: bulk mails of HR */ { schema_bulk, NULL },
	/* 8: daily duties */ { schema_duties, NULL },
	/* 9: quarantine, buckets */ { schema_limits, NULL },
	/* 10: mails by sender */ { schema_senders, NULL },
	/* 11: reminders */ { schema_reminders, NULL },
	/* 12: absences */ { schema_absences, NULL },
	/* 13: ways into the page */ { schema_ways, NULL },
	/* 14: a directory */ { schema_cookies, NULL },
	/* 15: levels of approval */ { schema_levels, NULL },
	/* 16: words of cases */ { schema_looks, driver_words_make },
	/* 17: ways of sessions */ { schema_session_ways, NULL },
	/* 18: OpenID Connect */ { schema_openid, NULL },
	/* 19: managers that HR confirms */ { schema_proposed, NULL },
	/* 20: sessions before */ { schema_openid_before, NULL },
	/* 21: queues of teams */ { schema_queues, NULL },
	/* 22: recognised elsewhere */ { schema_handovers, NULL },
	/* 23: mails by who sent them */ { schema_own_mails, NULL },
};

gint64 schema_newest(void)
{
	return G_N_ELEMENTS(steps);
}

static bool step_to(Driver *driver, gint64 version, GError **error)
{
	return driver_script(driver, steps[version - 1].sql, error) &&
	       (steps[version - 1].fill == NULL || steps[version - 1].fill(driver, error)) &&
	       driver_set_schema_version(driver, version, error);
}

/* In one transaction; another process may have done it since we looked. */
bool schema_make(Driver *driver, gint64 version, GError **error)
{
	gint64 now = 0;
	bool done;

	if (!driver_begin(driver, error))
		return false;
	done = driver_schema_version(driver, &now, error);
	while (done && now < version)
		done = step_to(driver, ++now, error);
	FAILPOINT("schema.made");
	if (done)
		return driver_commit(driver, error);
	driver_rollback(driver);
	return false;
}

bool schema_upgrade(Driver *driver, GError **error)
{
	gint64 now = 0;

	if (!driver_schema_version(driver, &now, error))
		return false;
	if (now > schema_newest()) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
			    "the database is of a newer persocontact (schema %" G_GINT64_FORMAT
			    ", this one knows %" G_GINT64_FORMAT
			    "): install that version again, or restore the"
			    " backup that was made before the upgrade",
			    now, schema_newest());
		return false;
	}
	return now == schema_newest() || schema_make(driver, schema_newest(), error);
}
