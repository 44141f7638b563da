/* test_decide.c - mails by the letter of who is believed, and what each is decided to be. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/key.h"
#include "folder.h"
#include "gateway/act.h"
#include "gateway/decide.h"
#include "gateway/read.h"

static const char conf[] =
	"[Desk]\nAddress=desk@desk.example\nUrl=http://127.0.0.1:8025\nSecret=env:DESK_TEST_SECRET\n"
	"TrustAuthserv=mx.desk.example\nLanguage=nl\n"
	"[Store]\nDatabase=sqlite:desk.db\n[Smtp]\nServer=directory:out\n"
	"[Team absence]\nAddress=absence@desk.example\n[Team exit]\n[Team front]\n"
	"[Organisation FIN]\nDomains=fin.example\n";

static const char people[] = "number,name,addresses,organisation,language,manager,roles,teams\n"
			     "1001,An Peeters,an@fin.example,FIN,nl,1009,,\n"
			     "1002,Luc Dubois,luc@fin.example,FIN,fr,1009,,\n"
			     "1009,Mia Claes,mia@fin.example,FIN,nl,,employee manager,\n"
			     "1020,Hugo Smets,hugo@fin.example,FIN,nl,,employee hr,\n"
			     "9001,Dirk Maes,dirk@desk.example,,nl,,dossier-manager,absence\n";

typedef struct Fixture {
	char *folder;
	Settings *settings;
	Forms *forms;
	Texts *texts;
	Secret *secret;
	Store *store;
	Desk desk;
	gint64 own, approval; /* cases of An: open, and waiting for Mia */
} Fixture;

static void write_in(const Fixture *f, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(f->folder, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static gint64 open_case(Fixture *f, const char *form, CaseState state)
{
	g_autoptr(Person) an = NULL, mia = NULL;
	gint64 id;

	g_assert_true(people_find_number(f->store, "1001", &an, NULL));
	g_assert_true(people_find_number(f->store, "1009", &mia, NULL));
	CaseOpen open = { .form = form,
			  .subject = "s",
			  .team = "absence",
			  .comment = "",
			  .language = LANGUAGE_NL,
			  .requester = an,
			  .requester_address = "an@fin.example",
			  .approver = mia,
			  .state = state };
	CaseBy by = { .person = an->id, .who = "1001", .way = WAY_MAIL, .now = 1800000000 };
	g_assert_true(case_open(f->store, &open, &by, &id, NULL));
	return id;
}

static void set_up(Fixture *f, gconstpointer unused)
{
	GError *error = NULL;
	PeopleImport *import = NULL;

	f->folder = folder_new();
	g_setenv("DESK_TEST_SECRET", "0123456789abcdef0123456789abcdef", TRUE);
	write_in(f, "desk.conf", conf);
	write_in(f, "people.csv", people);
	g_autofree char *path = g_build_filename(f->folder, "desk.conf", NULL);
	g_autofree char *csv = g_build_filename(f->folder, "people.csv", NULL);
	g_autofree char *definitions = data_folder("forms/definitions"),
			*texts = data_folder("texts");
	f->settings = settings_read(path, &error);
	g_assert_no_error(error);
	f->forms = forms_open(definitions, NULL, &error);
	g_assert_no_error(error);
	f->texts = texts_open(texts, &error);
	g_assert_no_error(error);
	f->secret = secret_new(g_getenv("DESK_TEST_SECRET"), 32, &error);
	f->store = store_open(f->settings->database, STORE_CREATE, &error);
	g_assert_no_error(error);
	g_assert_true(directory_sync(f->store, f->settings, &error));
	g_assert_true(
		people_import(f->store, f->settings, csv, 1800000000, NULL, NULL, &import, &error));
	g_assert_cmpuint(import->mistakes->len, ==, 0);
	people_import_free(import);
	f->desk = (Desk){ .settings = f->settings,
			  .forms = f->forms,
			  .texts = f->texts,
			  .secret = f->secret,
			  .store = f->store };
	f->own = open_case(f, "absence-parental", CASE_OPEN);
	f->approval = open_case(f, "absence-four-day-week", CASE_AWAITING_APPROVAL);
}

static void tear_down(Fixture *f, gconstpointer unused)
{
	store_free(f->store);
	secret_free(f->secret);
	texts_free(f->texts);
	forms_free(f->forms);
	settings_free(f->settings);
	folder_remove(f->folder);
}

#define VERIFIED(domain) \
	"Authentication-Results: mx.desk.example; dmarc=pass header.from=" domain "\n"

/* @C0@ is the address of the case with the key of its holder, @A@ that of the one awaiting
 * approval;
 * @TAG:holder@ the subject's tag. */
static const struct {
	const char *what, *mail;
	DecisionKind kind;
	const char *why;
	const char *form; /* NULL: not looked at */
} rows[] = {
	{ "a template is a request",
	  "From: an@fin.example\nTo: desk@desk.example\nSubject: x\n\nFormulier: x (absence-parental)\nBegindatum: 1/2/2027\n",
	  DECISION_REQUEST, "", "absence-parental" },
	{ "the sub-address decides before the text",
	  "From: an@fin.example\nTo: desk+pay-question@desk.example\nSubject: ouderschapsverlof\n\nIk wil ouderschapsverlof vragen voor mijn kind.\n",
	  DECISION_REQUEST, "", "pay-question" },
	{ "free text is guessed",
	  "From: an@fin.example\nTo: desk@desk.example\nSubject: congé parental\n\nBonjour, je voudrais un congé parental.\n",
	  DECISION_REQUEST, "", "absence-parental" },
	{ "what fits nothing is a general question",
	  "From: an@fin.example\nTo: desk@desk.example\nSubject: hallo daar\n\nIk zou graag eens iets willen weten over het gebouw.\n",
	  DECISION_REQUEST, "", "question" },
	{ "what is asked elsewhere is a redirect",
	  "From: an@fin.example\nTo: desk@desk.example\nSubject: syndicaal verlof\n\nGraag syndicaal verlof op vrijdag.\n",
	  DECISION_REQUEST, "", NULL },
	{ "an empty mail asks for the menu", "From: an@fin.example\nTo: desk@desk.example\n\n",
	  DECISION_HELP, "", NULL },
	{ "help", "From: an@fin.example\nTo: desk@desk.example\nSubject: Help\n\n", DECISION_HELP,
	  "", NULL },
	{ "a form's name asks for its template",
	  "From: an@fin.example\nTo: desk@desk.example\nSubject: Ouderschapsverlof (geen loopbaanonderbreking)\n\n",
	  DECISION_HELP, "", "absence-parental" },
	{ "an empty mail to a form's address too",
	  "From: an@fin.example\nTo: desk+exit-pension@desk.example\n\n", DECISION_HELP, "",
	  "exit-pension" },
	{ "a reply with the key of its case",
	  "From: an@fin.example\nTo: @C:p:1001@\nSubject: Re\n\nNog iets.\n", DECISION_REPLY, "",
	  NULL },
	{ "the tag in the subject serves as well",
	  "From: an@fin.example\nTo: desk@desk.example\nSubject: Re: @TAG:p:1001@ x\n\nNog iets.\n",
	  DECISION_REPLY, "", NULL },
	{ "a right key of somebody else is held",
	  "From: luc@fin.example\nTo: @C:p:1001@\nSubject: Re\n\nNog iets.\n", DECISION_HELD,
	  "key-of-another", NULL },
	{ "a wrong key is held",
	  "From: an@fin.example\nTo: desk+c1.aaaaaaaaaaaaa@desk.example\nSubject: Re\n\nNog iets.\n",
	  DECISION_HELD, "key-of-another", NULL },
	{ "two keys of two cases are held",
	  "From: an@fin.example\nTo: @C:p:1001@, @A:p:1001@\nSubject: Re\n\nNog iets.\n",
	  DECISION_HELD, "keys-disagree", NULL },
	{ "a stranger with a right key is refused",
	  "From: who@else.example\nTo: @C:p:1001@\nSubject: Re\n\nNog iets.\n", DECISION_IGNORED,
	  "stranger", NULL },
	{ "a stranger is refused",
	  "From: who@else.example\nTo: desk@desk.example\nSubject: x\n\nGeef mij geld.\n",
	  DECISION_IGNORED, "stranger", NULL },
	{ "two addresses in From are held",
	  "From: an@fin.example, luc@fin.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_HELD, "several-senders", NULL },
	{ "a Sender that differs is held",
	  "From: an@fin.example\nSender: luc@fin.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_HELD, "sender-differs", NULL },
	{ "one of two Senders that differs is held",
	  "From: an@fin.example\nSender: an@fin.example\nSender: luc@fin.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_HELD, "sender-differs", NULL },
	{ "a Sender without an address says nothing",
	  "From: an@fin.example\nSender: <>\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_REQUEST, "", NULL },
	{ "a From without an address is held",
	  "From: \"an@fin.example\" <>\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_HELD, "no-sender", NULL },
	{ "a Sender that differs, verified, is not",
	  VERIFIED(
		  "fin.example") "From: an@fin.example\nSender: luc@fin.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_REQUEST, "", NULL },
	{ "dmarc=fail is held",
	  "Authentication-Results: mx.desk.example; dmarc=fail header.from=fin.example\nFrom: an@fin.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_HELD, "dmarc-fail", NULL },
	{ "dmarc=fail of somebody whom we do not trust is nothing",
	  "Authentication-Results: mx.evil.example; dmarc=fail header.from=fin.example\nFrom: an@fin.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_REQUEST, "", NULL },
	{ "a dossier manager answers",
	  VERIFIED(
		  "desk.example") "From: dirk@desk.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_COMMAND, "", NULL },
	{ "a number without a key does not make an answer",
	  VERIFIED(
		  "desk.example") "From: dirk@desk.example\nTo: desk@desk.example\nSubject: Re: [PC-2027-000001]\n\nHet is in orde.\n",
	  DECISION_HELD, "no-key", NULL },
	{ "a dossier manager who is not verified is held",
	  "From: dirk@desk.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_HELD, "dossier-manager-not-verified", NULL },
	{ "verified by another border is not verified",
	  "Authentication-Results: mx.evil.example; dmarc=pass header.from=desk.example\nFrom: dirk@desk.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_HELD, "dossier-manager-not-verified", NULL },
	{ "dkim of another domain is not verified",
	  "Authentication-Results: mx.desk.example; dkim=pass header.d=evil.example\nFrom: dirk@desk.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_HELD, "dossier-manager-not-verified", NULL },
	{ "aligned dkim is",
	  "Authentication-Results: mx.desk.example; dkim=pass header.d=desk.example\nFrom: dirk@desk.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_COMMAND, "", NULL },
	{ "aligned spf is",
	  "Authentication-Results: mx.desk.example; spf=pass smtp.mailfrom=x@mail.desk.example\nFrom: dirk@desk.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_COMMAND, "", NULL },
	{ "dmarc=pass of another domain is not",
	  "Authentication-Results: mx.desk.example; dmarc=pass header.from=evil.example\nFrom: dirk@desk.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_HELD, "dossier-manager-not-verified", NULL },
	{ "a semicolon parts two senders too",
	  VERIFIED(
		  "desk.example") "From: dirk@desk.example; evil@desk.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_HELD, "several-senders", NULL },
	{ "the bounce address is for robots",
	  VERIFIED(
		  "desk.example") "From: dirk@desk.example\nTo: desk+b2.aaaaaaaaaaaaa@desk.example\nSubject: Er even niet\n\nIk ben met vakantie.\n",
	  DECISION_IGNORED, "to-the-bounce-address", NULL },
	{ "an employee cannot use the team's key",
	  VERIFIED(
		  "fin.example") "From: luc@fin.example\nTo: @C:t:absence@\nSubject: Re\n\nHet is in orde.\n",
	  DECISION_HELD, "key-of-another", NULL },
	{ "the manager's own key verifies an approval",
	  "From: mia@fin.example\nTo: @A:p:1009@\nSubject: Re\n\nAkkoord\n", DECISION_APPROVAL, "",
	  NULL },
	{ "by the tag alone it must be verified",
	  "From: mia@fin.example\nTo: desk@desk.example\nSubject: Re: @ATAG:p:1009@\n\nAkkoord\n",
	  DECISION_HELD, "approval-not-verified", NULL },
	{ "HR's forms must be verified",
	  "From: hugo@fin.example\nTo: desk+hr-cooperation@desk.example\nSubject: x\n\nFormulier: x (hr-cooperation)\nOnderwerp: iets\n",
	  DECISION_HELD, "hr-not-verified", NULL },
	{ "verified HR may use them",
	  VERIFIED(
		  "fin.example") "From: hugo@fin.example\nTo: desk+hr-cooperation@desk.example\nSubject: x\n\nFormulier: x (hr-cooperation)\nOnderwerp: iets\n",
	  DECISION_REQUEST, "", "hr-cooperation" },
	{ "an employee may not",
	  "From: an@fin.example\nTo: desk+hr-cooperation@desk.example\nSubject: x\n\nFormulier: x (hr-cooperation)\nOnderwerp: iets\n",
	  DECISION_HELP, "form-not-for-this-role", NULL },
	{ "verified HR with several files",
	  VERIFIED(
		  "fin.example") "From: hugo@fin.example\nTo: desk@desk.example\nSubject: attesten\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nBijgevoegd.\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n\n%PDF-1.4 a\n--b\nContent-Type: application/pdf; name=b.pdf\nContent-Disposition: attachment\n\n%PDF-1.4 b\n--b--\n",
	  DECISION_ATTESTATIONS, "", "hr-attestations" },
	{ "an automatic reply is ignored",
	  "From: an@fin.example\nTo: desk@desk.example\nSubject: Afwezig\nAuto-Submitted: auto-replied\n\nIk ben afwezig.\n",
	  DECISION_IGNORED, "auto-reply", NULL },
	{ "a list is ignored",
	  "From: an@fin.example\nTo: desk@desk.example\nSubject: Nieuws\nList-Id: <news.fin.example>\n\nNieuws.\n",
	  DECISION_IGNORED, "list", NULL },
	{ "the null sender is ignored",
	  "Return-Path: <>\nFrom: an@fin.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_IGNORED, NULL, NULL },
	{ "our own mail is ignored",
	  "From: desk@desk.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_IGNORED, "own-mail", NULL },
	{ "and so is one from a sub-address of ours",
	  "From: desk+c1.abc@desk.example\nTo: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n",
	  DECISION_IGNORED, "own-mail", NULL },
	{ "a mail without a sender is held",
	  "To: desk@desk.example\nSubject: x\n\nHallo daar allemaal.\n", DECISION_HELD, "no-sender",
	  NULL },
	{ "nothing at all is quarantined", "", DECISION_QUARANTINED, "unreadable", NULL },
};

/* Fills in "@C:holder@", "@A:holder@", "@TAG:holder@" and "@ATAG:holder@". */
static char *fill_in(const Fixture *f, const char *mail)
{
	static const char *const marks[] = { "@C:", "@A:", "@TAG:", "@ATAG:" };
	GString *text = g_string_new(mail);

	for (size_t m = 0; m < G_N_ELEMENTS(marks); m++) {
		char *at;

		while ((at = strstr(text->str, marks[m])) != NULL) {
			const char *begin = at + strlen(marks[m]), *end = strchr(begin, '@');
			g_autofree char *holder = g_strndup(begin, end - begin);
			g_autofree char *mark = g_strndup(at, end + 1 - at);
			gint64 id = strstr(marks[m], "A:") == marks[m] + 1 || marks[m][1] == 'A'
					    ? f->approval
					    : f->own;
			g_autofree char *detail = key_detail(f->secret, KEY_CASE, id, holder);
			g_autofree char *hash = key_hash(f->secret, KEY_CASE, id, holder);
			g_autofree char *with =
				m < 2 ? g_strdup_printf("desk+%s@desk.example", detail)
				      : g_strdup_printf("[PC-2027-%06" G_GINT64_FORMAT " %s]", id,
							hash);

			g_string_replace(text, mark, with, 1);
		}
	}
	return g_string_free(text, FALSE);
}

static Mail *read_text(const Fixture *f, const char *text)
{
	g_autofree char *path = g_build_filename(f->folder, "mail.eml", NULL);
	ReadOptions options = { "mx.desk.example", "desk@desk.example", "+", false };
	Mail *mail;
	int fd;

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	fd = open(path, O_RDONLY);
	g_assert_cmpint(fd, >=, 0);
	mail = mail_read(fd, 0, strlen(text), &options);
	close(fd);
	return mail;
}

static void test_rows(Fixture *f, gconstpointer unused)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = fill_in(f, rows[i].mail);
		g_autoptr(Mail) mail = read_text(f, text);
		g_autoptr(Decision) decision = NULL;
		GError *error = NULL;

		g_assert_true(decide(&f->desk, mail, &decision, &error));
		g_assert_no_error(error);
		g_test_message("%s: %s (%s)", rows[i].what, decision_name(decision->kind),
			       decision->why);
		g_assert_cmpstr(decision_name(decision->kind), ==, decision_name(rows[i].kind));
		if (rows[i].why != NULL)
			g_assert_cmpstr(decision->why, ==, rows[i].why);
		if (rows[i].form != NULL)
			g_assert_cmpstr(decision->form != NULL ? decision->form->id : NULL, ==,
					rows[i].form);
	}
}

/* Without a database nobody is known, and it is said what can be. */
static void test_without_store(Fixture *f, gconstpointer unused)
{
	g_autoptr(Settings) settings = settings_defaults();
	Desk desk = { .settings = settings, .forms = f->forms, .texts = f->texts };
	g_autoptr(Mail) mail = read_text(
		f,
		"From: who@else.example\nTo: x@y.example\nSubject: pensioen\n\nIk wil met pensioen.\n");
	g_autoptr(Decision) decision = NULL;

	g_assert_true(decide(&desk, mail, &decision, NULL));
	g_assert_cmpstr(decision_name(decision->kind), ==, "request");
	g_assert_cmpstr(decision->form->id, ==, "exit-pension");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_read_init();
	g_test_add("/decide/rows", Fixture, NULL, set_up, test_rows, tear_down);
	g_test_add("/decide/without-store", Fixture, NULL, set_up, test_without_store, tear_down);
	return g_test_run();
}
