/* store_fixture.h - a desk in a temporary folder: database, teams, people. For the store's tests.
 */
#pragma once

#include <glib/gstdio.h>
#include <string.h>

#include "common/settings.h"
#include "store/cases.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/raw.h"
#include "store/receipts.h"
#include "store/store.h"

#define NOW ((gint64)1795500000) /* 2026-11-24 */

typedef struct Desk {
	char *folder, *where;
	Settings *settings;
	Store *store;
	RawWriter *raw;
	guint mails; /* made so far */
} Desk;

static inline void add_team(Settings *settings, const char *id, const char *address)
{
	TeamSettings *team = g_new0(TeamSettings, 1);

	team->id = g_strdup(id);
	team->name[LANGUAGE_NL] = g_strdup(id);
	team->address = g_strdup(address);
	g_ptr_array_add(settings->teams, team);
}

static inline void add_organisation(Settings *settings, const char *code)
{
	OrganisationSettings *organisation = g_new0(OrganisationSettings, 1);

	organisation->code = g_strdup(code);
	organisation->name[LANGUAGE_NL] = g_strdup(code);
	organisation->domains = g_strsplit("minfin.example", " ", -1);
	g_ptr_array_add(settings->organisations, organisation);
}

static inline char *desk_file(const Desk *desk, const char *name, const char *text)
{
	char *path = g_build_filename(desk->folder, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static const char desk_people[] =
	"number,name,addresses,organisation,language,manager,roles,teams,national_number\n"
	"1001,An Peeters,an@minfin.example an.peeters@minfin.example,MINFIN,nl,2001,,,85.07.30-033.28\n"
	"1002,Luc Dupont,luc@minfin.example,MINFIN,fr,2001,employee,,\n"
	"1003,Eva Klein,eva@minfin.example,MINFIN,de,,employee,,\n"
	"2001,Mia Chef,mia@minfin.example,MINFIN,nl,,employee manager,,\n"
	"3001,Dirk Dossier,dirk@desk.example,,nl,,dossier-manager,absence,\n"
	"3002,Paul Pay,paul@desk.example,,fr,,dossier-manager,pay,\n"
	"3003,Pia Pay,pia@desk.example,,nl,,dossier-manager,pay,\n"
	"9001,Ada Admin,ada@desk.example,,en,,admin,,\n";

static inline PeopleImport *desk_import(Desk *desk, const char *text, gint64 now)
{
	g_autofree char *path = desk_file(desk, "people.csv", text);
	PeopleImport *import = NULL;
	GError *error = NULL;

	people_import(desk->store, desk->settings, path, now, NULL, NULL, &import, &error);
	g_assert_no_error(error);
	return import;
}

static inline Desk *desk_new(void)
{
	Desk *desk = g_new0(Desk, 1);
	GError *error = NULL;
	PeopleImport *import;

	desk->folder = g_dir_make_tmp("persocontact-store-XXXXXX", &error);
	g_assert_no_error(error);
	desk->where = g_strdup_printf("sqlite:%s/desk.db", desk->folder);
	desk->settings = settings_defaults();
	add_team(desk->settings, "absence", "absence@desk.example");
	add_team(desk->settings, "pay", "");
	add_team(desk->settings, "empty", "");
	add_organisation(desk->settings, "MINFIN");
	desk->store = store_open(desk->where, STORE_CREATE, &error);
	g_assert_no_error(error);
	directory_sync(desk->store, desk->settings, &error);
	g_assert_no_error(error);
	import = desk_import(desk, desk_people, NOW);
	g_assert_cmpuint(import->mistakes->len, ==, 0);
	people_import_free(import);
	desk->raw = raw_writer_open(desk->store, &error);
	g_assert_no_error(error);
	return desk;
}

static inline void remove_folder(const char *path)
{
	GDir *folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		if (g_file_test(below, G_FILE_TEST_IS_DIR))
			remove_folder(below);
		else
			g_unlink(below);
	}
	if (folder != NULL)
		g_dir_close(folder);
	g_rmdir(path);
}

static inline void desk_free(Desk *desk)
{
	raw_writer_free(desk->raw);
	store_free(desk->store);
	settings_free(desk->settings);
	remove_folder(desk->folder);
	g_free(desk->folder);
	g_free(desk->where);
	g_free(desk);
}

static inline Person *desk_person(Desk *desk, const char *number)
{
	Person *person = NULL;
	GError *error = NULL;

	people_find_number(desk->store, number, &person, &error);
	g_assert_no_error(error);
	g_assert_nonnull(person);
	return person;
}

/* A message in the raw store, durable. */
static inline RawRange desk_raw(Desk *desk, const char *text)
{
	RawRange range = { 0 };
	GError *error = NULL;

	g_assert_true(raw_begin(desk->raw, &error) &&
		      raw_append(desk->raw, text, strlen(text), &error) &&
		      raw_end(desk->raw, &range, &error) && raw_sync(desk->raw, &error));
	return range;
}

/* A receipt of a message: its id. */
static inline gint64 desk_receipt(Desk *desk, const char *text)
{
	g_autofree char *uid = g_strdup_printf("%u", ++desk->mails);
	Receipt receipt = { .mailbox = (char *)"inbox",
			    .uid = uid,
			    .uidvalidity = 7,
			    .received = NOW,
			    .raw = desk_raw(desk, text) };
	g_autoptr(GPtrArray) all = NULL;
	GError *error = NULL;

	receipts_put(desk->store, &receipt, &error);
	g_assert_no_error(error);
	receipts_list(desk->store, NULL, 1, &all, &error);
	g_assert_no_error(error);
	return ((Receipt *)all->pdata[0])->id;
}

/* A mail with one attachment: its id. */
static inline gint64 desk_mail(Desk *desk, gint64 receipt, const char *message_id)
{
	Attachment attachment = {
		.name = (char *)"attest.pdf",
		.type = (char *)"application/pdf",
		.size = 3,
		.sha256 = (char *)"aa",
		.from = "mime",
		.range = { .offset = 10, .length = 4, .encoding = ENCODING_BASE64 }
	};
	g_autoptr(GPtrArray) attachments = g_ptr_array_new();
	MailRow row = { .raw = desk_raw(desk, message_id),
			.message_id = (char *)message_id,
			.direction = (char *)"in",
			.from = (char *)"an@minfin.example",
			.to = (char *)"desk@desk.example",
			.subject = (char *)"Attest",
			.text = (char *)"Dag",
			.at = NOW,
			.receipt = receipt };
	GError *error = NULL;

	g_ptr_array_add(attachments, &attachment);
	mails_put(desk->store, &row, attachments, &error);
	g_assert_no_error(error);
	return row.id;
}

static inline CaseBy desk_by(const Person *person, CaseWay way, gint64 now)
{
	return (CaseBy){ .person = person != NULL ? person->id : 0,
			 .who = person != NULL ? person->number : "console",
			 .way = way,
			 .now = now };
}

/* A case of 1001 for a team, in a state that a case begins in: its id. */
static inline gint64 desk_case(Desk *desk, const char *team, CaseState state, gint64 now)
{
	Person *an = desk_person(desk, "1001");
	Person *mia = desk_person(desk, "2001");
	CaseBy by = desk_by(an, WAY_MAIL, now);
	CaseOpen what = { .form = "absence-parental",
			  .subject = "Verlof",
			  .team = team,
			  .comment = "Dag",
			  .language = LANGUAGE_NL,
			  .requester = an,
			  .requester_address = "an@minfin.example",
			  .approver = mia,
			  .verified = true,
			  .state = state };
	GError *error = NULL;
	gint64 id = 0;

	case_open(desk->store, &what, &by, &id, &error);
	g_assert_no_error(error);
	person_free(an);
	person_free(mia);
	return id;
}

static inline Case *desk_get(Desk *desk, gint64 id)
{
	Case *c = NULL;
	GError *error = NULL;

	case_get(desk->store, id, &c, &error);
	g_assert_no_error(error);
	return c;
}

/* "kind>address kind>address" of what the outbox has behind an id, in order. */
static inline char *desk_owed(Desk *desk, gint64 behind)
{
	g_autoptr(GPtrArray) notices = NULL;
	GString *text = g_string_new(NULL);
	GError *error = NULL;

	outbox_list(desk->store, "all", &notices, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < notices->len; i++) {
		const Notice *notice = notices->pdata[i];

		if (notice->id > behind)
			g_string_append_printf(text, "%s%s>%s", text->len > 0 ? " " : "",
					       notice->kind, notice->to);
	}
	return g_string_free(text, FALSE);
}

/* The id of the newest notice. */
static inline gint64 desk_last_notice(Desk *desk)
{
	g_autoptr(GPtrArray) notices = NULL;
	GError *error = NULL;

	outbox_list(desk->store, "all", &notices, &error);
	g_assert_no_error(error);
	return notices->len > 0 ? ((Notice *)notices->pdata[notices->len - 1])->id : 0;
}
