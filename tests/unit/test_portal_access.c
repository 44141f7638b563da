/* test_portal_access.c - who may do what on the page: person × case × verb, and sessions. */
#include "portal/access.h"

#include "common/secret.h"
#include "store/sessions.h"
#include "store_fixture.h"

#define REOPEN ((gint64)90 * 24 * 60 * 60)
#define IDLE (2 * 60 * 60)
#define LONGEST (12 * 60 * 60)
#define BIT(act) (1u << (act))
#define READ (BIT(ACT_VIEW) | BIT(ACT_FOLLOW))
#define TEAM (READ | BIT(ACT_INSIDE))

static char none[] = "", an[] = "1001", an_address[] = "an@minfin.example", team[] = "absence";
static char *absence[] = { team, NULL };
static char *no_teams[] = { NULL };

enum { AN = 1, LUC, MIA, DIRK, PAUL };

/* What An's request (approver Mia, team absence) lets each person do in each state. */
static const struct {
	const char *who;
	Person person;
	guint before_team, approval, with_team, answered, refused, withdrawn;
} people[] = {
	{ "the requester",
	  { .id = AN, .roles = PERSON_EMPLOYEE, .teams = no_teams },
	  READ | BIT(ACT_WRITE) | BIT(ACT_WITHDRAW),
	  READ | BIT(ACT_WRITE) | BIT(ACT_WITHDRAW),
	  READ | BIT(ACT_WRITE) | BIT(ACT_WITHDRAW),
	  READ | BIT(ACT_WRITE),
	  READ,
	  READ | BIT(ACT_REOPEN) },
	{ "the requester, who has left",
	  { .id = AN, .roles = PERSON_EMPLOYEE, .teams = no_teams, .left = true },
	  0,
	  0,
	  0,
	  0,
	  0,
	  0 },
	{ "another employee",
	  { .id = LUC, .roles = PERSON_EMPLOYEE, .teams = no_teams },
	  0,
	  0,
	  0,
	  0,
	  0,
	  0 },
	{ "HR", { .id = LUC, .roles = PERSON_HR, .teams = no_teams }, 0, 0, 0, 0, 0, 0 },
	{ "an admin", { .id = LUC, .roles = PERSON_ADMIN, .teams = no_teams }, 0, 0, 0, 0, 0, 0 },
	{ "an employee with the team's name",
	  { .id = LUC, .roles = PERSON_EMPLOYEE, .teams = absence },
	  0,
	  0,
	  0,
	  0,
	  0,
	  0 },
	{ "the approver",
	  { .id = MIA, .roles = PERSON_MANAGER, .teams = no_teams },
	  BIT(ACT_VIEW),
	  BIT(ACT_VIEW) | BIT(ACT_APPROVE),
	  BIT(ACT_VIEW),
	  BIT(ACT_VIEW),
	  BIT(ACT_VIEW),
	  BIT(ACT_VIEW) },
	{ "a dossier manager of the team",
	  { .id = DIRK, .roles = PERSON_DOSSIER_MANAGER, .teams = absence },
	  TEAM,
	  TEAM,
	  TEAM,
	  TEAM,
	  TEAM,
	  TEAM },
	{ "a dossier manager of another team",
	  { .id = PAUL, .roles = PERSON_DOSSIER_MANAGER, .teams = no_teams },
	  0,
	  0,
	  0,
	  0,
	  0,
	  0 },
	{ "nobody", { .id = 0, .roles = PERSON_EMPLOYEE, .teams = no_teams }, 0, 0, 0, 0, 0, 0 },
};

static Case a_case(CaseState state)
{
	return (Case){ .id = 7,
		       .state = state,
		       .team = team,
		       .closed = state >= CASE_ANSWERED ? NOW : 0,
		       .requester = { .person = AN, .number = an, .address = an_address },
		       .approver = { .person = MIA, .number = none, .address = none },
		       .assignee = { .number = none },
		       .employee = { .person = LUC } };
}

static guint acts_of(const Viewer *viewer, const Case *c, gint64 now)
{
	guint acts = 0;

	for (int act = ACT_VIEW; act <= ACT_APPROVE; act++)
		acts |= access_may(viewer, c, (PageAct)act, now, REOPEN) ? BIT(act) : 0;
	return acts;
}

static guint expected(gsize row, CaseState state)
{
	static const gsize columns[CASE_STATES] = {
		[CASE_INCOMPLETE] = 0, [CASE_AWAITING_APPROVAL] = 1, [CASE_OPEN] = 2,
		[CASE_ASSIGNED] = 2,   [CASE_WAITING] = 2,           [CASE_ANSWERED] = 3,
		[CASE_CLOSED] = 3,     [CASE_REDIRECTED] = 3,        [CASE_REFUSED] = 4,
		[CASE_WITHDRAWN] = 5,
	};
	const guint acts[] = {
		people[row].before_team, people[row].approval, people[row].with_team,
		people[row].answered,    people[row].refused,  people[row].withdrawn
	};

	return acts[columns[state]];
}

static void test_people(void)
{
	for (gsize row = 0; row < G_N_ELEMENTS(people); row++)
		for (int state = CASE_INCOMPLETE; state < CASE_STATES; state++) {
			Case c = a_case((CaseState)state);
			Viewer viewer = { .holder = "p:1", .person = &people[row].person };

			g_test_message("%s, %s", people[row].who, case_state_name(c.state));
			g_assert_cmphex(acts_of(&viewer, &c, NOW), ==, expected(row, c.state));
		}
}

/* Of those who handle a case, by its state; everybody else does none of it. */
static void test_handling(void)
{
	const guint note = BIT(ACT_NOTE), due = BIT(ACT_SET_DUE), back = BIT(ACT_BRING_BACK);
	const guint both = BIT(ACT_ANSWER) | BIT(ACT_ANSWER_CLOSE);
	const guint away = BIT(ACT_REFORM) | BIT(ACT_CLOSE) | BIT(ACT_MERGE);
	const guint team_has =
		note | both | BIT(ACT_ASK) | away | due | BIT(ACT_TAKE) | BIT(ACT_HAND_ON);
	const guint handler[CASE_STATES] = {
		[CASE_INCOMPLETE] = note | both | BIT(ACT_ASK) | away | due,
		[CASE_AWAITING_APPROVAL] = note | away | due,
		[CASE_OPEN] = team_has,
		[CASE_ASSIGNED] = team_has,
		[CASE_WAITING] = team_has,
		[CASE_ANSWERED] = (team_has & ~due) | back,
		[CASE_CLOSED] = note | both | back,
		[CASE_REDIRECTED] = note | back,
		[CASE_REFUSED] = note | back,
		[CASE_WITHDRAWN] = note | back,
	};

	for (gsize row = 0; row < G_N_ELEMENTS(people); row++)
		for (int state = CASE_INCOMPLETE; state < CASE_STATES; state++) {
			Case c = a_case((CaseState)state);
			Viewer viewer = { .holder = "p:1", .person = &people[row].person };
			bool handles = people[row].person.id == DIRK;
			guint acts = 0;

			for (int act = ACT_TAKE; act < PAGE_ACTS; act++)
				acts |= access_may(&viewer, &c, (PageAct)act, NOW, REOPEN)
						? BIT(act)
						: 0;
			g_test_message("%s, %s", people[row].who, case_state_name(c.state));
			g_assert_cmphex(acts, ==, handles ? handler[state] : 0);
		}
	for (int act = ACT_TAKE; act < PAGE_ACTS;
	     act++) { /* a team's link shows, and does nothing */
		Case c = a_case(CASE_OPEN);
		Viewer viewer = { .holder = "t:absence", .case_id = 7 };

		g_assert_false(access_may(&viewer, &c, (PageAct)act, NOW, REOPEN));
	}
}

/* A case that was finished long ago is read, and nothing else. */
static void test_late(void)
{
	Viewer viewer = { .holder = "p:1001", .person = &people[0].person };

	for (int state = CASE_ANSWERED; state < CASE_STATES; state++) {
		Case c = a_case((CaseState)state);

		g_assert_cmphex(acts_of(&viewer, &c, NOW + REOPEN + 1), ==, READ);
	}
}

static void test_holders(void)
{
	static const struct {
		const char *what, *holder;
		gint64 case_id, requester;
		guint acts;
	} rows[] = {
		{ "the team, by the link of this case", "t:absence", 7, AN, TEAM },
		{ "the team, by the link of another", "t:absence", 8, AN, 0 },
		{ "the team, by no link", "t:absence", 0, AN, 0 },
		{ "another team", "t:pay", 7, AN, 0 },
		{ "a person who is gone", "p:1001", 7, AN, 0 },
		{ "an address, where the requester is a person", "a:an@minfin.example", 7, AN, 0 },
		{ "the address that asked", "a:an@minfin.example", 7, 0,
		  READ | BIT(ACT_WRITE) | BIT(ACT_WITHDRAW) },
		{ "another address", "a:luc@minfin.example", 7, 0, 0 },
		{ "an empty address", "a:", 7, 0, 0 },
		{ "nothing", "", 7, AN, 0 },
		{ "no holder", NULL, 7, AN, 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Case c = a_case(CASE_OPEN);
		Viewer viewer = { .holder = rows[i].holder, .case_id = rows[i].case_id };

		c.requester.person = rows[i].requester;
		g_test_message("%s", rows[i].what);
		g_assert_cmphex(acts_of(&viewer, &c, NOW), ==, rows[i].acts);
	}
	g_assert_false(access_may(NULL, NULL, ACT_VIEW, NOW, REOPEN));
}

static bool is_there(Desk *desk, const char *token, gint64 now)
{
	g_autofree char *hash = secret_token_hash(token);
	g_autoptr(PageSession) session = NULL;
	GError *error = NULL;

	g_assert_true(session_find(desk->store, hash, now, IDLE, &session, &error));
	g_assert_no_error(error);
	return session != NULL;
}

static char *begin(Desk *desk, const char *holder, gint64 now)
{
	char *token = secret_token();
	g_autofree char *hash = secret_token_hash(token);
	const PageSession session = {
		.holder = (char *)holder, .browser = none, .way = none, .began = now
	};
	GError *error = NULL;

	g_assert_true(session_begin(desk->store, hash, &session, LONGEST, &error));
	g_assert_no_error(error);
	return token;
}

static void test_sessions(void)
{
	Desk *desk = desk_new();
	g_autofree char *idle = begin(desk, "p:1001", NOW), *busy = begin(desk, "p:1002", NOW);
	g_autofree char *hash = secret_token_hash(busy);

	g_assert_true(is_there(desk, idle, NOW));
	g_assert_false(is_there(desk, "", NOW));
	g_assert_true(is_there(desk, idle, NOW + IDLE - 1));
	g_assert_false(is_there(desk, busy, NOW + IDLE));
	for (gint64 now = NOW; now < NOW + LONGEST; now += IDLE / 2)
		if (now > NOW + IDLE - 1)
			g_assert_true(is_there(desk, idle, now));
	g_assert_false(is_there(desk, idle, NOW + LONGEST));
	g_free(begin(desk, "p:1003", NOW + LONGEST)); /* forgets those that are over */
	g_assert_false(is_there(desk, idle, NOW));
	g_assert_true(session_end(desk->store, hash, NULL));
	g_assert_false(is_there(desk, busy, NOW));
	desk_free(desk);
}

/* Who may ask on a form, by roles. */
static void test_use(void)
{
	static const struct {
		const char *what;
		guint person, form;
		bool affiliated, left, expected;
	} rows[] = {
		{ "an employee", PERSON_EMPLOYEE, PERSON_EMPLOYEE | PERSON_MANAGER, true, false,
		  true },
		{ "who left", PERSON_EMPLOYEE, PERSON_EMPLOYEE, true, true, false },
		{ "of no organisation of ours", PERSON_EMPLOYEE, PERSON_EMPLOYEE, false, false,
		  false },
		{ "HR's form, an employee", PERSON_EMPLOYEE, PERSON_HR, true, false, false },
		{ "HR's form, HR", PERSON_EMPLOYEE | PERSON_HR, PERSON_HR, true, false, true },
		{ "a dossier manager asks nothing", PERSON_DOSSIER_MANAGER, ~0u, true, false,
		  false },
		{ "an admin asks nothing", PERSON_ADMIN, ~0u, true, false, false },
		{ "no roles", 0, ~0u, true, false, false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Person person = { .id = 7, .roles = rows[i].person, .left = rows[i].left };
		Viewer viewer = { .holder = "p:1001", .person = &person };
		Viewer the_team = { .holder = "t:absence", .case_id = 1 };

		g_test_message("%s", rows[i].what);
		g_assert_cmpint(access_may_use(&viewer, rows[i].affiliated, rows[i].form), ==,
				rows[i].expected);
		g_assert_false(access_may_use(&the_team, true, rows[i].form));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/portal/access/people", test_people);
	g_test_add_func("/portal/access/handling", test_handling);
	g_test_add_func("/portal/access/late", test_late);
	g_test_add_func("/portal/access/holders", test_holders);
	g_test_add_func("/portal/sessions", test_sessions);
	g_test_add_func("/portal/access/use", test_use);
	return g_test_run();
}
