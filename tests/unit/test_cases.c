/* test_cases.c - every move of a case, allowed and refused; what each verb notes and whom it tells.
 */
#include "store/cases_inside.h"

#include "common/error.h"
#include "tests/unit/store_fixture.h"

/* ---- moves ---- */

/* One letter a state, in the order of CaseState: where the verb leads; "." not allowed. */
static const char letters[] = "RIPOAWNCDFX"; /* received incomplete pending open assigned waiting
					      * aNswered closed reDirected reFused withdrawn(X) */
static const struct {
	Verb verb;
	const char *to;
} expected[] = {
	/*                        RIPOAWNCDFX */
	{ VERB_ADD, "."
		    "IPOAAAAA"
		    ".." },
	{ VERB_COMPLETE, "."
			 "O........." },
	{ VERB_COMPLETE_APPROVAL, "."
				  "P........." },
	{ VERB_TAKE, "..."
		     "AAWN"
		     "...." },
	{ VERB_ANSWER, ".N."
		       "NNNNC"
		       "..." },
	{ VERB_ANSWER_CLOSE, ".C."
			     "CCCCC"
			     "..." },
	{ VERB_ASK, ".W."
		    "WWWW"
		    "...." },
	{ VERB_NOTE, "RIPOAWNCDFX" },
	{ VERB_HAND_ON, "..."
			"OOOO"
			"...." },
	{ VERB_REFORM, "."
		       "IPOAWN"
		       "...." },
	{ VERB_CLOSE, "."
		      "CCCCCC"
		      "...." },
	{ VERB_REOPEN, "......"
		       "AAAAA" },
	{ VERB_REFUSE, "."
		       "FFFFF"
		       "....." },
	{ VERB_WITHDRAW, "."
			 "XXXXX"
			 "....." },
	{ VERB_APPROVE, ".."
			"O"
			"........" },
	{ VERB_DISAPPROVE, ".."
			   "F"
			   "........" },
	{ VERB_DUE, "."
		    "IPOAW"
		    "....." },
	{ VERB_MERGE, "."
		      "CCCCCC"
		      "...." },
};

static void test_moves(void)
{
	g_assert_cmpuint(G_N_ELEMENTS(expected), ==, VERBS);
	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_assert_cmpuint(strlen(expected[i].to), ==, CASE_STATES);
		for (int from = 0; from < CASE_STATES; from++) {
			CaseState to = CASE_STATES;
			bool allowed = case_move_of(expected[i].verb, (CaseState)from, &to);

			g_test_message("verb %d from %s", expected[i].verb,
				       case_state_name((CaseState)from));
			g_assert_cmpint(allowed ? letters[to] : '.', ==, expected[i].to[from]);
		}
	}
}

/* ---- verbs: what is noted, who is told ---- */

static const CaseAdd complete = { .text = "Hier", .completes = true };
static const CaseAdd complete_approval = { .text = "Hier",
					   .completes = true,
					   .needs_approval = true };
static const CaseAdd not_yet = { .text = "Nog niet" };

static bool do_complete(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_add(d->store, id, &complete, by, error);
}

static bool do_complete_approval(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_add(d->store, id, &complete_approval, by, error);
}

static bool do_add(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_add(d->store, id, &not_yet, by, error);
}

static bool do_take(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_take(d->store, id, by, error);
}

static bool do_answer(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_answer(d->store, id, "Ja", NULL, false, by, error);
}

static bool do_answer_close(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_answer(d->store, id, "Ja", NULL, true, by, error);
}

static bool do_answer_nothing(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_answer(d->store, id, "", NULL, false, by, error);
}

static bool do_ask(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_ask(d->store, id, "Wanneer?", NULL, by, error);
}

static bool do_note(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_note(d->store, id, "Intern", NULL, by, error);
}

static bool do_hand_on(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_hand_on(d->store, id, "pay", "Voor jullie", by, error);
}

static bool do_hand_on_nowhere(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_hand_on(d->store, id, "nowhere", "", by, error);
}

static bool do_hand_on_empty(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_hand_on(d->store, id, "empty", "", by, error);
}

static bool do_reform(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_reform(d->store, id, "pay-question", "pay", NULL, by, error);
}

static bool do_close(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_close(d->store, id, "", by, error);
}

static bool do_reopen(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_reopen(d->store, id, "Toch", by, error);
}

static bool do_refuse(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_refuse(d->store, id, "Neen", by, error);
}

static bool do_withdraw(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_withdraw(d->store, id, "Niet meer nodig", by, error);
}

static bool do_approve(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_approve(d->store, id, true, "Akkoord", by, error);
}

static bool do_disapprove(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_approve(d->store, id, false, "Nee", by, error);
}

static bool do_bounced(Desk *d, gint64 id, const CaseBy *by, GError **error)
{
	return case_bounced(d->store, id, "an@minfin.example", "5.1.1", 0, by, error);
}

typedef bool (*Do)(Desk *d, gint64 id, const CaseBy *by, GError **error);

#define AN "an@minfin.example"
#define TEAM "absence@desk.example"
#define DIRK "dirk@desk.example"
#define BOTH_PAY(kind) kind ">paul@desk.example " kind ">pia@desk.example"

static const struct {
	const char *what;
	CaseState begins;
	Do first; /* before, by 3001 */
	const char *by;
	CaseWay way;
	Do verb;
	const char *state, *event, *owed; /* state NULL: it is refused */
} verbs[] = {
	{ "completed: the team has a new case", CASE_INCOMPLETE, NULL, "1001", WAY_MAIL,
	  do_complete, "open", "completed", "completed>" AN " new-case>" TEAM },
	{ "completed, to be approved", CASE_INCOMPLETE, NULL, "1001", WAY_MAIL,
	  do_complete_approval, "awaiting-approval", "completed",
	  "completed>" AN " approval>mia@minfin.example" },
	{ "something still missing", CASE_INCOMPLETE, NULL, "1001", WAY_MAIL, do_add, "incomplete",
	  "added", "incomplete>" AN },
	{ "written while it is approved", CASE_AWAITING_APPROVAL, NULL, "1001", WAY_MAIL, do_add,
	  "awaiting-approval", "added", "wrote>" TEAM },
	{ "written to an open case", CASE_OPEN, NULL, "1001", WAY_MAIL, do_add, "open", "added",
	  "wrote>" TEAM },
	{ "written to whoever has it", CASE_OPEN, do_take, "1001", WAY_MAIL, do_add, "assigned",
	  "added", "wrote>" DIRK },
	{ "an answer to a question", CASE_OPEN, do_ask, "1001", WAY_MAIL, do_add, "assigned",
	  "added", "wrote>" DIRK },
	{ "a reply reopens an answered case", CASE_OPEN, do_answer, "1001", WAY_MAIL, do_add,
	  "assigned", "reopened", "wrote>" DIRK },
	{ "a reply reopens a closed case", CASE_OPEN, do_close, "1001", WAY_MAIL, do_add, "open",
	  "reopened", "wrote>" TEAM },
	{ "a reply reopens a redirected case", CASE_REDIRECTED, NULL, "1001", WAY_MAIL, do_add,
	  "open", "reopened", "new-case>" TEAM },
	{ "nothing is added to a withdrawn case", CASE_OPEN, do_withdraw, "1001", WAY_MAIL, do_add,
	  NULL, NULL, NULL },
	{ "taken", CASE_OPEN, NULL, "3001", WAY_MAIL, do_take, "assigned", "taken", "" },
	{ "taken by nobody", CASE_OPEN, NULL, NULL, WAY_COMMAND, do_take, NULL, NULL, NULL },
	{ "an incomplete case is not taken", CASE_INCOMPLETE, NULL, "3001", WAY_MAIL, do_take, NULL,
	  NULL, NULL },
	{ "answered", CASE_OPEN, NULL, "3001", WAY_MAIL, do_answer, "answered", "answered",
	  "answered>" AN },
	{ "answered and closed", CASE_OPEN, NULL, "3001", WAY_MAIL, do_answer_close, "closed",
	  "answered", "answered>" AN },
	{ "answered at the console", CASE_OPEN, NULL, NULL, WAY_COMMAND, do_answer, "answered",
	  "answered", "answered>" AN },
	{ "no answer without words", CASE_OPEN, NULL, "3001", WAY_MAIL, do_answer_nothing, NULL,
	  NULL, NULL },
	{ "a refused case is not answered", CASE_OPEN, do_refuse, "3001", WAY_MAIL, do_answer, NULL,
	  NULL, NULL },
	{ "asked", CASE_OPEN, NULL, "3001", WAY_MAIL, do_ask, "waiting", "asked", "question>" AN },
	{ "noted: nobody is told", CASE_OPEN, NULL, "3001", WAY_MAIL, do_note, "open", "noted",
	  "" },
	{ "handed on, to the members of a team", CASE_OPEN, do_take, "3001", WAY_MAIL, do_hand_on,
	  "open", "handed-on", BOTH_PAY("new-case") },
	{ "handed on to a team of nobody: the admins", CASE_OPEN, NULL, "3001", WAY_MAIL,
	  do_hand_on_empty, "open", "handed-on", "new-case>ada@desk.example" },
	{ "handed on to a team that is not there", CASE_OPEN, NULL, "3001", WAY_MAIL,
	  do_hand_on_nowhere, NULL, NULL, NULL },
	{ "another form, of another team", CASE_OPEN, NULL, "3001", WAY_MAIL, do_reform, "open",
	  "reformed", BOTH_PAY("new-case") },
	{ "another form before it is complete", CASE_INCOMPLETE, NULL, "3001", WAY_COMMAND,
	  do_reform, "incomplete", "reformed", "" },
	{ "closed without an answer", CASE_OPEN, NULL, "3001", WAY_MAIL, do_close, "closed",
	  "closed", "closed>" AN },
	{ "closed after the answer: nothing new", CASE_OPEN, do_answer, "3001", WAY_MAIL, do_close,
	  "closed", "closed", "" },
	{ "reopened by the desk", CASE_OPEN, do_close, "3001", WAY_MAIL, do_reopen, "open",
	  "reopened", "reopened>" AN },
	{ "reopened by the requester", CASE_OPEN, do_answer, "1001", WAY_PAGE, do_reopen,
	  "assigned", "reopened", "wrote>" DIRK },
	{ "an open case is not reopened", CASE_OPEN, NULL, "3001", WAY_MAIL, do_reopen, NULL, NULL,
	  NULL },
	{ "refused", CASE_OPEN, NULL, "3001", WAY_MAIL, do_refuse, "refused", "refused",
	  "refused>" AN },
	{ "an answered case is not refused", CASE_OPEN, do_answer, "3001", WAY_MAIL, do_refuse,
	  NULL, NULL, NULL },
	{ "withdrawn", CASE_OPEN, do_take, "1001", WAY_MAIL, do_withdraw, "withdrawn", "withdrawn",
	  "withdrawn>" AN " withdrawn-team>" DIRK },
	{ "approved", CASE_AWAITING_APPROVAL, NULL, "2001", WAY_MAIL, do_approve, "open",
	  "approved", "decided>" AN " new-case>" TEAM },
	{ "not approved", CASE_AWAITING_APPROVAL, NULL, "2001", WAY_MAIL, do_disapprove, "refused",
	  "disapproved", "decided>" AN },
	{ "an open case is not approved", CASE_OPEN, NULL, "2001", WAY_MAIL, do_approve, NULL, NULL,
	  NULL },
	{ "a mail of ours came back", CASE_OPEN, NULL, NULL, WAY_DESK, do_bounced, "open",
	  "bounced", "bounced>" TEAM },
	{ "and once more", CASE_OPEN, do_bounced, NULL, WAY_DESK, do_bounced, "open", "bounced",
	  "" },
};

static const CaseEvent *last_event(Desk *desk, gint64 id, GPtrArray **ret_events)
{
	GError *error = NULL;

	case_events(desk->store, id, ret_events, &error);
	g_assert_no_error(error);
	return (*ret_events)->pdata[(*ret_events)->len - 1];
}

static void check_done(Desk *desk, gint64 id, gsize row, const CaseBy *by, gint64 before)
{
	g_autoptr(Case) c = desk_get(desk, id);
	g_autoptr(GPtrArray) events = NULL;
	g_autofree char *owed = desk_owed(desk, before);
	const CaseEvent *event = last_event(desk, id, &events);

	g_assert_cmpstr(case_state_name(c->state), ==, verbs[row].state);
	g_assert_cmpstr(event->what, ==, verbs[row].event);
	g_assert_cmpstr(event->who, ==, by->who);
	g_assert_cmpstr(event->way, ==, case_way_name(by->way));
	g_assert_cmpint(event->at, ==, by->now);
	g_assert_cmpstr(owed, ==, verbs[row].owed);
	g_assert_cmpint(c->changed, <=, by->now);
	g_assert_cmpint(c->closed != 0, ==, c->state >= CASE_ANSWERED);
}

static void check_refused(Desk *desk, gint64 id, const GError *error, CaseState state,
			  guint events_before, gint64 before)
{
	g_autoptr(Case) c = desk_get(desk, id);
	g_autoptr(GPtrArray) events = NULL;
	g_autofree char *owed = desk_owed(desk, before);

	last_event(desk, id, &events);
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_assert_cmpint(c->state, ==, state);
	g_assert_cmpuint(events->len, ==, events_before);
	g_assert_cmpstr(owed, ==, "");
}

/* own: each verb in its own transaction, else all joined in one. */
static void run_verb(gsize row, bool own)
{
	Desk *desk = desk_new();
	Person *dirk = desk_person(desk, "3001");
	Person *person = verbs[row].by != NULL ? desk_person(desk, verbs[row].by) : NULL;
	CaseBy by = desk_by(person, verbs[row].way, NOW + 20000);
	CaseBy by_dirk = desk_by(dirk, WAY_MAIL, NOW + 10000);
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(Case) c = NULL;
	GError *error = NULL;
	gint64 id, before;
	bool done;

	g_test_message("%s", verbs[row].what);
	g_assert_true(own || store_begin(desk->store, NULL));
	id = desk_case(desk, "absence", verbs[row].begins, NOW);
	if (verbs[row].first != NULL)
		verbs[row].first(desk, id, &by_dirk, &error);
	g_assert_no_error(error);
	c = desk_get(desk, id);
	last_event(desk, id, &events);
	before = desk_last_notice(desk);
	done = verbs[row].verb(desk, id, &by, &error);
	g_assert_cmpint(done, ==, verbs[row].state != NULL);
	if (done)
		check_done(desk, id, row, &by, before);
	else
		check_refused(desk, id, error, c->state, events->len, before);
	g_clear_error(&error);
	g_assert_true(own || store_commit(desk->store, NULL));
	person_free(person);
	person_free(dirk);
	desk_free(desk);
}

static void test_verbs(void)
{
	for (gsize row = 0; row < G_N_ELEMENTS(verbs); row++)
		run_verb(row, true);
}

static void test_verbs_joined(void)
{
	for (gsize row = 0; row < G_N_ELEMENTS(verbs); row++)
		run_verb(row, false);
}

/* ---- beginnings ---- */

static const struct {
	const char *team;
	CaseState state;
	const char *owed;
} beginnings[] = {
	{ "absence", CASE_OPEN, "acknowledgement>" AN " new-case>" TEAM },
	{ "pay", CASE_OPEN, "acknowledgement>" AN " " BOTH_PAY("new-case") },
	{ "unheard", CASE_OPEN, "acknowledgement>" AN " new-case>ada@desk.example" },
	{ "absence", CASE_INCOMPLETE, "acknowledgement>" AN },
	{ "absence", CASE_AWAITING_APPROVAL, "acknowledgement>" AN " approval>mia@minfin.example" },
	{ "", CASE_REDIRECTED, "redirected>" AN },
};

static void test_open(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
		Desk *desk = desk_new();
		gint64 id = desk_case(desk, beginnings[i].team, beginnings[i].state, NOW);
		g_autoptr(Case) c = desk_get(desk, id);
		g_autofree char *owed = desk_owed(desk, 0);

		g_assert_cmpstr(owed, ==, beginnings[i].owed);
		g_assert_cmpstr(c->number, ==, "PC-2026-000001");
		g_assert_cmpstr(c->requester.number, ==, "1001");
		g_assert_cmpstr(c->employee.name, ==, "An Peeters");
		g_assert_cmpstr(c->approver.address, ==, "mia@minfin.example");
		g_assert_cmpstr(c->assignee.number, ==, "");
		desk_free(desk);
	}
}

/* Nobody can approve: the team is told, and that it is so. */
static void test_no_approver(void)
{
	Desk *desk = desk_new();
	Person *an = desk_person(desk, "1003");
	CaseBy by = desk_by(an, WAY_MAIL, NOW);
	CaseOpen what = { .form = "f",
			  .subject = "",
			  .team = "absence",
			  .comment = "",
			  .language = LANGUAGE_NONE,
			  .requester = an,
			  .requester_address = "eva@minfin.example",
			  .state = CASE_AWAITING_APPROVAL };
	g_autoptr(GPtrArray) notices = NULL;
	GError *error = NULL;
	gint64 id = 0;

	g_assert_true(case_open(desk->store, &what, &by, &id, &error));
	g_assert_true(outbox_list(desk->store, "owed", &notices, &error));
	g_assert_cmpuint(notices->len, ==, 2);
	g_assert_cmpstr(((Notice *)notices->pdata[1])->kind, ==, "confirm-manager");
	g_assert_cmpstr(((Notice *)notices->pdata[1])->holder, ==, "t:absence");
	g_assert_nonnull(strstr(((Notice *)notices->pdata[1])->data, "no-approver"));
	g_assert_cmpint(((Notice *)notices->pdata[0])->language, ==, LANGUAGE_NONE);
	g_assert_true(((Notice *)notices->pdata[0])->automatic);
	person_free(an);
	desk_free(desk);
}

/* ---- a manager whom the requester names ---- */

#define HR_LINE "4001,Hilde Ressources,hilde@minfin.example,MINFIN,nl,,employee hr,,\n"

typedef struct Naming {
	const char *what;
	const char *read; /* what stands in the field; NULL: nothing */
	const char *proposed, *owed;
} Naming;

#define ASKED "acknowledgement>eva@minfin.example confirm-manager>hilde@minfin.example"

static const Naming namings[] = {
	{ "a whole name", "Mia Chef", "2001", ASKED },
	{ "in another order, with a title behind", "chef MIA (diensthoofd)", "2001", ASKED },
	{ "a number", "2001", "2001", ASKED },
	{ "a number within text", "Mia, nr. 2001", "2001", ASKED },
	{ "an address", "<Mia@Minfin.example>", "2001", ASKED },
	{ "an address at the end of a sentence", "Dat is mia@minfin.example.", "2001", ASKED },
	{ "nobody", "Mia Chief", "", ASKED },
	{ "half a name", "Mia", "", ASKED },
	{ "the requester", "Eva Klein", "", ASKED },
	{ "the requester's own number", "1003", "", ASKED },
	{ "nothing", NULL, "", ASKED },
};

static Desk *desk_with_hr(void)
{
	Desk *desk = desk_new();
	g_autofree char *people = g_strconcat(desk_people, HR_LINE, NULL);

	people_import_free(desk_import(desk, people, NOW));
	return desk;
}

static gint64 desk_named(Desk *desk, const char *read)
{
	g_autoptr(Person) eva = desk_person(desk, "1003");
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	CaseBy by = desk_by(eva, WAY_MAIL, NOW);
	CaseOpen what = { .form = "f",
			  .subject = "",
			  .team = "absence",
			  .comment = "",
			  .language = LANGUAGE_NONE,
			  .requester = eva,
			  .requester_address = "eva@minfin.example",
			  .state = CASE_AWAITING_APPROVAL,
			  .answers = answers };
	GError *error = NULL;
	gint64 id = 0;

	if (read != NULL)
		g_ptr_array_add(answers, answer_new("manager", read, read));
	g_assert_true(case_open(desk->store, &what, &by, &id, &error));
	g_assert_no_error(error);
	return id;
}

static void test_named_manager(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(namings); i++) {
		Desk *desk = desk_with_hr();
		gint64 id = desk_named(desk, namings[i].read);
		g_autoptr(Case) c = desk_get(desk, id);
		g_autofree char *owed = desk_owed(desk, 0);

		g_test_message("%s", namings[i].what);
		g_assert_cmpstr(c->proposed.number, ==, namings[i].proposed);
		g_assert_cmpstr(c->approver.number, ==, "");
		g_assert_cmpstr(owed, ==, namings[i].owed);
		desk_free(desk);
	}
}

/* HR of the organisation may say who approves, and nobody else; never the employee's own. */
static void test_confirm_manager(void)
{
	Desk *desk = desk_with_hr();
	gint64 id = desk_named(desk, "Mia Chef");
	g_autoptr(Case) c = desk_get(desk, id);
	static const struct {
		const char *number;
		bool may;
	} rows[] = { { "4001", true },  { "1003", false }, { "1001", false },
		     { "2001", false }, { "3001", false }, { "9001", false } };
	g_autoptr(Person) hilde = desk_person(desk, "4001"), eva = desk_person(desk, "1003"),
			  mia = desk_person(desk, "2001");
	CaseBy by = desk_by(hilde, WAY_MAIL, NOW + 1);
	g_autofree char *owed = NULL;
	GError *error = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Person) person = desk_person(desk, rows[i].number);
		bool may = !rows[i].may;

		g_assert_true(case_may_confirm(desk->store, c, person, &may, &error));
		g_assert_cmpint(may, ==, rows[i].may);
	}
	g_assert_false(case_confirm_manager(desk->store, id, eva, &by, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_clear_error(&error);
	g_assert_true(case_confirm_manager(desk->store, id, mia, &by, &error));
	case_free(g_steal_pointer(&c));
	c = desk_get(desk, id);
	g_assert_cmpstr(c->approver.number, ==, "2001");
	g_assert_cmpstr(c->proposed.number, ==, "");
	g_assert_false(case_waits_for_manager(c));
	owed = desk_owed(desk, 2);
	g_assert_cmpstr(owed, ==, "approval>mia@minfin.example");
	g_assert_false(case_confirm_manager(desk->store, id, mia, &by, &error));
	g_assert_error(error, DESK_ERROR, DESK_ERROR_DATA);
	g_clear_error(&error);
	desk_free(desk);
}

/* Without HR the team is asked, and may say it. */
static void test_confirm_without_hr(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_named(desk, "Mia Chef");
	g_autoptr(Case) c = desk_get(desk, id);
	g_autoptr(Person) dirk = desk_person(desk, "3001"), paul = desk_person(desk, "3002");
	g_autofree char *owed = desk_owed(desk, 1);
	bool may = false;

	g_assert_cmpstr(owed, ==, "confirm-manager>" TEAM);
	g_assert_true(case_may_confirm(desk->store, c, dirk, &may, NULL) && may);
	g_assert_true(case_may_confirm(desk->store, c, paul, &may, NULL) && !may);
	desk_free(desk);
}

/* What is in a case: answers replaced, problems gone when complete, documents found again. */
static void test_parts(void)
{
	Desk *desk = desk_new();
	gint64 id = desk_case(desk, "absence", CASE_INCOMPLETE, NOW);
	gint64 mail = desk_mail(desk, 0, "a@b"), found = 0;
	Person *an = desk_person(desk, "1001");
	CaseBy by = desk_by(an, WAY_MAIL, NOW + 1);
	g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func((GDestroyNotify)answer_free);
	g_autoptr(GPtrArray) documents =
		g_ptr_array_new_with_free_func((GDestroyNotify)case_document_free);
	g_autoptr(GPtrArray) problems =
		g_ptr_array_new_with_free_func((GDestroyNotify)problem_free);
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(GPtrArray) read_answers = NULL;
	g_autoptr(GPtrArray) read_problems = NULL;
	g_autoptr(GPtrArray) read_documents = NULL;
	CaseAdd what = {
		.text = "", .answers = answers, .problems = problems, .documents = documents
	};
	GError *error = NULL;

	by.mail = mail;
	g_assert_true(parts_of_mail(desk->store, mail, &parts, &error));
	g_ptr_array_add(documents,
			case_document_new(((PartRow *)parts->pdata[0])->id, mail, "attest"));
	g_ptr_array_add(answers, answer_new("start", "2027-02-01", "1/2/27"));
	g_ptr_array_add(problems, problem_new("end", "missing", ""));
	g_assert_true(case_add(desk->store, id, &what, &by, &error));
	g_assert_true(case_problems(desk->store, id, &read_problems, &error));
	g_assert_cmpuint(read_problems->len, ==, 1);
	g_clear_pointer(&read_problems, g_ptr_array_unref);

	g_ptr_array_set_size(documents, 0);
	g_ptr_array_set_size(answers, 0);
	g_ptr_array_add(answers, answer_new("start", "2027-03-01", "1/3/27"));
	what.problems = NULL;
	what.completes = true;
	g_assert_true(case_add(desk->store, id, &what, &by, &error));
	g_assert_true(case_problems(desk->store, id, &read_problems, &error));
	g_assert_cmpuint(read_problems->len, ==, 0);
	g_assert_true(case_answers(desk->store, id, &read_answers, &error));
	g_assert_cmpuint(read_answers->len, ==, 1);
	g_assert_cmpstr(((Answer *)read_answers->pdata[0])->value, ==, "2027-03-01");
	g_assert_true(case_documents(desk->store, id, &read_documents, &error));
	g_assert_cmpuint(read_documents->len, ==, 1);
	g_assert_cmpstr(((CaseDocument *)read_documents->pdata[0])->name, ==, "attest.pdf");
	g_assert_true(((CaseDocument *)read_documents->pdata[0])->is_public);
	g_assert_true(case_of_document(desk->store, an->id, "aa", &found, &error));
	g_assert_cmpint(found, ==, id);
	g_assert_true(case_of_document(desk->store, an->id + 1, "aa", &found, &error));
	g_assert_cmpint(found, ==, 0);
	person_free(an);
	desk_free(desk);
}

static void test_find(void)
{
	static const struct {
		const char *number;
		bool found;
	} rows[] = {
		{ "PC-2026-000001", true },
		{ "pc-2026-1", true },
		{ "1", true },
		{ "000001", true },
		{ "PC-2025-000001", false },
		{ "PC-2026-2", false },
		{ "", false },
		{ "-1", false },
		{ "1x", false },
		{ "PC-2026", false },
		{ "PC-26-1", false },
		{ "0", false },
		{ "99999999999999999999", false },
	};
	Desk *desk = desk_new();

	desk_case(desk, "absence", CASE_OPEN, NOW);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Case) c = NULL;
		GError *error = NULL;

		g_test_message("%s", rows[i].number);
		g_assert_true(case_find(desk->store, rows[i].number, &c, &error));
		g_assert_cmpint(c != NULL, ==, rows[i].found);
	}
	desk_free(desk);
}

static void test_list(void)
{
	static const struct {
		const char *state, *team, *requester;
		guint limit, count;
	} rows[] = {
		{ NULL, NULL, NULL, 0, 3 },
		{ "open", NULL, NULL, 0, 2 },
		{ NULL, "pay", NULL, 0, 1 },
		{ "incomplete", "pay", NULL, 0, 0 },
		{ NULL, NULL, "1001", 0, 3 },
		{ NULL, NULL, "AN.Peeters@minfin.example", 0, 3 },
		{ NULL, NULL, "1002", 0, 0 },
		{ NULL, NULL, NULL, 2, 2 },
		{ "open", "absence", "1001", 9, 1 },
	};
	Desk *desk = desk_new();
	Person *an = desk_person(desk, "1001");
	g_autoptr(GPtrArray) waiting = NULL;
	GError *error = NULL;

	desk_case(desk, "absence", CASE_OPEN, NOW);
	desk_case(desk, "pay", CASE_OPEN, NOW);
	desk_case(desk, "absence", CASE_INCOMPLETE, NOW);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		CaseQuery query = { .state = rows[i].state,
				    .team = rows[i].team,
				    .requester = rows[i].requester,
				    .limit = rows[i].limit };
		g_autoptr(GPtrArray) cases = NULL;

		g_assert_true(case_list(desk->store, &query, &cases, &error));
		g_assert_cmpuint(cases->len, ==, rows[i].count);
		g_assert_cmpint(i == 0 ? ((Case *)cases->pdata[0])->id : 3, ==, 3);
	}
	g_assert_true(case_waiting_of(desk->store, an->id, &waiting, &error));
	g_assert_cmpuint(waiting->len, ==, 1);
	person_free(an);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cases/moves", test_moves);
	g_test_add_func("/cases/open", test_open);
	g_test_add_func("/cases/no-approver", test_no_approver);
	g_test_add_func("/cases/named-manager", test_named_manager);
	g_test_add_func("/cases/confirm-manager", test_confirm_manager);
	g_test_add_func("/cases/confirm-without-hr", test_confirm_without_hr);
	g_test_add_func("/cases/verbs", test_verbs);
	g_test_add_func("/cases/verbs-joined", test_verbs_joined);
	g_test_add_func("/cases/parts", test_parts);
	g_test_add_func("/cases/find", test_find);
	g_test_add_func("/cases/list", test_list);
	return g_test_run();
}
