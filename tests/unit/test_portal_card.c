/* test_portal_card.c - cards: every verdict as a table, at a time of our own; headers. */
#include "portal/card.h"
#include "portal/card_list.h"

#include <glib/gstdio.h>
#include <string.h>

#include "portal/client.h"
#include "store/handovers.h"
#include "store_fixture.h"

#define DAY ((gint64)24 * 60 * 60)
#define NUMBER "85073003328"
#define CLIENT "1.3.6.1.5.5.7.3.2"
#define SERVER "1.3.6.1.5.5.7.3.1"
#define SIGNS GNUTLS_KEY_DIGITAL_SIGNATURE
#define BINDS GNUTLS_KEY_NON_REPUDIATION

typedef struct Authority {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
} Authority;

static Authority root, citizen, unlisted, over, impostor;
static gnutls_x509_privkey_t card_key;
static int serials = 1;

static gnutls_x509_privkey_t new_key(void)
{
	gnutls_x509_privkey_t key;

	gnutls_x509_privkey_init(&key);
	g_assert_cmpint(
		gnutls_x509_privkey_generate(key, GNUTLS_PK_EC,
					     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
		==, 0);
	return key;
}

static gnutls_x509_crt_t new_crt(const char *name, gnutls_x509_privkey_t key, gint64 begins,
				 gint64 ends)
{
	guchar serial[4] = { 0, 0, (guchar)(serials >> 8), (guchar)serials };
	gnutls_x509_crt_t crt;

	serials++;
	gnutls_x509_crt_init(&crt);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, serial, sizeof(serial));
	gnutls_x509_crt_set_activation_time(crt, begins);
	gnutls_x509_crt_set_expiration_time(crt, ends);
	gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, name,
				      (unsigned)strlen(name));
	gnutls_x509_crt_set_key(crt, key);
	return crt;
}

static void sign(gnutls_x509_crt_t crt, const Authority *by)
{
	g_assert_cmpint(gnutls_x509_crt_sign2(crt, by->crt, by->key, GNUTLS_DIG_SHA256, 0), ==, 0);
}

/* by NULL: it signs itself. */
static Authority new_authority(const char *name, const Authority *by, gint64 ends)
{
	Authority authority = { .key = new_key() };

	authority.crt = new_crt(name, authority.key, NOW - 100 * DAY, ends);
	gnutls_x509_crt_set_basic_constraints(authority.crt, 1, -1);
	gnutls_x509_crt_set_key_usage(authority.crt,
				      GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
	sign(authority.crt, by != NULL ? by : &authority);
	return authority;
}

static void free_authority(Authority *authority)
{
	gnutls_x509_crt_deinit(authority->crt);
	gnutls_x509_privkey_deinit(authority->key);
}

/* ---- what is in the folder ---- */

static void write_pem(const char *path, const Authority *const *authorities)
{
	GString *text = g_string_new(NULL);

	for (; *authorities != NULL; authorities++) {
		gnutls_datum_t pem;

		gnutls_x509_crt_export2((*authorities)->crt, GNUTLS_X509_FMT_PEM, &pem);
		g_string_append_len(text, (char *)pem.data, pem.size);
		gnutls_free(pem.data);
	}
	g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
	g_string_free(text, TRUE);
}

static void write_list(const char *path, const Authority *by, gnutls_x509_crt_t revoked,
		       gint64 ends, gnutls_x509_crt_fmt_t format)
{
	gnutls_x509_crl_t list;
	gnutls_datum_t text;

	gnutls_x509_crl_init(&list);
	gnutls_x509_crl_set_version(list, 2);
	gnutls_x509_crl_set_this_update(list, NOW - 2 * DAY);
	gnutls_x509_crl_set_next_update(list, ends);
	if (revoked != NULL)
		gnutls_x509_crl_set_crt(list, revoked, NOW - 2 * DAY);
	g_assert_cmpint(gnutls_x509_crl_sign2(list, by->crt, by->key, GNUTLS_DIG_SHA256, 0), ==, 0);
	gnutls_x509_crl_export2(list, format, &text);
	g_assert_true(g_file_set_contents(path, (char *)text.data, text.size, NULL));
	gnutls_free(text.data);
	gnutls_x509_crl_deinit(list);
}

/* ---- the table ---- */

enum { LISTS_HOLD, LISTS_OVER, LISTS_NONE, LISTS_OF_ROOT, LISTS_FALSE };

typedef struct Row {
	const char *what;
	CardVerdict expected;
	const Authority *by; /* NULL: citizen */
	const char *number;  /* NULL: none */
	const char *second;
	unsigned usage; /* 0: none is said */
	const char *purpose;
	gint64 begins, ends; /* days from now; 0, 0: it holds */
	int lists;
	bool is_ca, is_revoked, accepts;
	const Authority *sent; /* behind it */
} Row;

#define GOOD .number = NUMBER, .usage = SIGNS, .purpose = CLIENT

static const Row rows[] = {
	{ "a card", CARD_GOOD, GOOD },
	{ "by the root itself", CARD_GOOD, GOOD, .by = &root },
	{ "with its chain", CARD_GOOD, GOOD, .sent = &citizen },
	{ "with something else behind it", CARD_GOOD, GOOD, .sent = &impostor },
	{ "the last second", CARD_GOOD, GOOD, .begins = -2, .ends = 1 },
	{ "expired", CARD_EXPIRED, GOOD, .begins = -2, .ends = -1 },
	{ "not yet", CARD_EARLY, GOOD, .begins = 1, .ends = 2 },
	{ "revoked", CARD_REVOKED, GOOD, .is_revoked = true },
	{ "revoked, on a list that is over", CARD_REVOKED, GOOD, .is_revoked = true,
	  .lists = LISTS_OVER },
	{ "revoked, and others are accepted", CARD_REVOKED, GOOD, .is_revoked = true,
	  .lists = LISTS_OVER, .accepts = true },
	{ "the list is over", CARD_UNCHECKED, GOOD, .lists = LISTS_OVER },
	{ "the list is over, and that is accepted", CARD_GOOD, GOOD, .lists = LISTS_OVER,
	  .accepts = true },
	{ "no list", CARD_UNCHECKED, GOOD, .lists = LISTS_NONE },
	{ "no list, and that is accepted", CARD_GOOD, GOOD, .lists = LISTS_NONE, .accepts = true },
	{ "a list of the root alone", CARD_UNCHECKED, GOOD, .lists = LISTS_OF_ROOT },
	{ "a list that another one signed", CARD_UNCHECKED, GOOD, .lists = LISTS_FALSE },
	{ "a list that another one signed cannot revoke", CARD_GOOD, GOOD, .lists = LISTS_FALSE,
	  .is_revoked = true, .accepts = true },
	{ "of an impostor in the same name", CARD_FOREIGN, GOOD, .by = &impostor },
	{ "and with the impostor behind it", CARD_FOREIGN, GOOD, .by = &impostor,
	  .sent = &impostor },
	{ "the one between is missing", CARD_FOREIGN, GOOD, .by = &unlisted },
	{ "the one between is sent, and has no list", CARD_UNCHECKED, GOOD, .by = &unlisted,
	  .sent = &unlisted },
	{ "the same, and that is accepted", CARD_GOOD, GOOD, .by = &unlisted, .sent = &unlisted,
	  .accepts = true },
	{ "the authority has expired", CARD_FOREIGN, GOOD, .by = &over, .accepts = true },
	{ "an authority", CARD_PURPOSE, GOOD, .is_ca = true },
	{ "for signatures", CARD_PURPOSE, .number = NUMBER, .usage = BINDS },
	{ "for signatures, and for clients", CARD_PURPOSE, .number = NUMBER, .usage = BINDS,
	  .purpose = CLIENT },
	{ "for both", CARD_PURPOSE, .number = NUMBER, .usage = SIGNS | BINDS, .purpose = CLIENT },
	{ "of a server", CARD_PURPOSE, .number = NUMBER, .usage = SIGNS, .purpose = SERVER },
	{ "without a purpose", CARD_PURPOSE, .number = NUMBER, .usage = SIGNS },
	{ "without a usage", CARD_PURPOSE, .number = NUMBER, .purpose = CLIENT },
	{ "without a number", CARD_NUMBER, .usage = SIGNS, .purpose = CLIENT },
	{ "wrong check digits", CARD_NUMBER, .number = "85073003329", .usage = SIGNS,
	  .purpose = CLIENT },
	{ "two numbers", CARD_NUMBER, GOOD, .second = "85073010121" },
	{ "a letter", CARD_NUMBER, .number = "8507300332x", .usage = SIGNS, .purpose = CLIENT },
	{ "expired, and no number: the first is said", CARD_EXPIRED, .usage = SIGNS,
	  .purpose = CLIENT, .begins = -2, .ends = -1 },
};

static gnutls_x509_crt_t new_card(const Row *row)
{
	bool holds = row->begins == 0 && row->ends == 0;
	gnutls_x509_crt_t crt = new_crt("Jan Peeters (Authentication)", card_key,
					NOW + (holds ? -DAY : row->begins * DAY),
					NOW + (holds ? DAY : row->ends * DAY));

	if (row->number != NULL)
		gnutls_x509_crt_set_dn_by_oid(crt, "2.5.4.5", 0, row->number,
					      (unsigned)strlen(row->number));
	if (row->second != NULL)
		gnutls_x509_crt_set_dn_by_oid(crt, "2.5.4.5", 0, row->second,
					      (unsigned)strlen(row->second));
	if (row->usage != 0)
		gnutls_x509_crt_set_key_usage(crt, row->usage);
	if (row->purpose != NULL)
		gnutls_x509_crt_set_key_purpose_oid(crt, row->purpose, 0);
	gnutls_x509_crt_set_basic_constraints(crt, row->is_ca, -1);
	sign(crt, row->by != NULL ? row->by : &citizen);
	return crt;
}

static void write_lists(const Row *row, const char *folder, gnutls_x509_crt_t card)
{
	g_autofree char *of_root = g_build_filename(folder, "root", NULL);
	g_autofree char *of_citizen = g_build_filename(folder, "citizen", NULL);
	gint64 ends = row->lists == LISTS_OVER ? NOW - 1 : NOW + 1;
	gnutls_x509_crt_t revoked = row->is_revoked ? card : NULL;

	g_unlink(of_root);
	g_unlink(of_citizen);
	if (row->lists == LISTS_NONE)
		return;
	write_list(of_root, &root, NULL, NOW + 1, GNUTLS_X509_FMT_PEM);
	if (row->lists != LISTS_OF_ROOT)
		write_list(of_citizen, row->lists == LISTS_FALSE ? &impostor : &citizen, revoked,
			   ends, GNUTLS_X509_FMT_DER);
}

static CardVerdict judge_row(const Row *row, const char *folder, char **ret_number)
{
	g_autofree char *bundle = g_build_filename(folder, "..", "bundle.pem", NULL);
	Settings settings = { .path = (char *)"desk.conf",
			      .card = { .authorities = bundle,
					.revocation = (char *)folder,
					.accepts_unchecked = row->accepts } };
	g_autoptr(CardJudge) judge = card_judge_new(&settings, NULL);
	gnutls_x509_crt_t card = new_card(row);
	gnutls_datum_t sent[2];
	CardVerdict verdict;

	g_assert_nonnull(judge);
	write_lists(row, folder, card);
	gnutls_x509_crt_export2(card, GNUTLS_X509_FMT_DER, &sent[0]);
	if (row->sent != NULL)
		gnutls_x509_crt_export2(row->sent->crt, GNUTLS_X509_FMT_DER, &sent[1]);
	verdict = card_judge(judge, sent, row->sent != NULL ? 2 : 1, NOW, ret_number);
	gnutls_free(sent[0].data);
	if (row->sent != NULL)
		gnutls_free(sent[1].data);
	gnutls_x509_crt_deinit(card);
	return verdict;
}

static void make_world(const char *folder)
{
	const Authority *const listed[] = { &citizen, &root, &over, NULL };
	g_autofree char *bundle = g_build_filename(folder, "bundle.pem", NULL);

	card_key = new_key();
	root = new_authority("Root", NULL, NOW + 100 * DAY);
	citizen = new_authority("Citizen", &root, NOW + 100 * DAY);
	unlisted = new_authority("Unlisted", &root, NOW + 100 * DAY);
	over = new_authority("Over", &root, NOW - DAY);
	impostor = new_authority("Citizen", NULL, NOW + 100 * DAY);
	write_pem(bundle, listed);
}

static void free_world(void)
{
	Authority *const all[] = { &root, &citizen, &unlisted, &over, &impostor };

	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		free_authority(all[i]);
	gnutls_x509_privkey_deinit(card_key);
}

static void test_verdicts(void)
{
	g_autofree char *folder = g_dir_make_tmp("card-XXXXXX", NULL);
	g_autofree char *lists = g_build_filename(folder, "lists", NULL);

	g_assert_cmpint(g_mkdir(lists, 0700), ==, 0);
	make_world(folder);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *number = NULL;
		CardVerdict verdict = judge_row(&rows[i], lists, &number);

		g_test_message("%s: %s", rows[i].what, card_verdict_name(verdict));
		g_assert_cmpint(verdict, ==, rows[i].expected);
		g_assert_cmpstr(number, ==, verdict == CARD_GOOD ? NUMBER : NULL);
	}
	free_world();
	remove_folder(folder);
}

/* The DER of a list that names the certificates of root and citizen; given. */
static GBytes *new_list(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "list", NULL);
	g_autoptr(GError) error = NULL;
	char *bytes = NULL;
	gsize length = 0;

	write_list(path, &root, citizen.crt, NOW + 1, GNUTLS_X509_FMT_DER);
	g_assert_true(g_file_get_contents(path, &bytes, &length, &error));
	return g_bytes_new_take(bytes, length);
}

static void test_list(void)
{
	g_autofree char *folder = g_dir_make_tmp("card-XXXXXX", NULL);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(CardList) list = NULL;
	const guint8 *der;
	gsize length;

	make_world(folder);
	bytes = new_list(folder);
	der = g_bytes_get_data(bytes, &length);
	list = card_list_read(der, length);
	g_assert_nonnull(list);
	g_assert_cmpuint(card_list_length(list), ==, 1);
	g_assert_true(card_list_is_of(list, root.crt));
	g_assert_false(card_list_is_of(list, citizen.crt));
	g_assert_false(card_list_is_of(list, impostor.crt));
	g_assert_true(card_list_names(list, citizen.crt));
	g_assert_false(card_list_names(list, unlisted.crt));
	g_assert_true(card_list_is_whole(list));
	g_assert_true(card_list_holds(list, NOW));
	g_assert_false(card_list_holds(list, NOW + 1));
	g_assert_false(card_list_holds(list, NOW - 3 * DAY));
	/* cut anywhere it is none; with any byte changed nobody signed it */
	for (gsize i = 0; i < length; i++) {
		g_autofree guint8 *changed = g_memdup2(der, length);
		g_autoptr(CardList) cut = card_list_read(der, i);
		g_autoptr(CardList) other = NULL;

		changed[i] ^= 0x21;
		other = card_list_read(changed, length);
		g_assert_null(cut);
		g_assert_true(other == NULL || !card_list_is_of(other, root.crt));
	}
	free_world();
	remove_folder(folder);
}

static void test_no_card(void)
{
	g_autofree char *number = NULL;

	g_assert_cmpint(card_judge(NULL, NULL, 0, NOW, &number), ==, CARD_NONE);
	g_assert_null(number);
}

static void test_headers(void)
{
	static const struct {
		const char *what, *value, *der;
	} headers[] = {
		{ "nginx",
		  "-----BEGIN%20CERTIFICATE-----%0AQUJD%0ARA%3D%3D%0A-----END%20CERTIFICATE-----%0A",
		  "ABCD" },
		{ "line ends as blanks",
		  "-----BEGIN CERTIFICATE----- QUJD RA== -----END CERTIFICATE-----", "ABCD" },
		{ "line ends as tabs",
		  "-----BEGIN CERTIFICATE-----\tQUJD\tRA==\t-----END CERTIFICATE-----\t", "ABCD" },
		{ "RFC 9440", ":QUJDRA==:", "ABCD" },
		{ "nothing", "", NULL },
		{ "no end", "-----BEGIN CERTIFICATE----- QUJD", NULL },
		{ "something behind it",
		  "-----BEGIN CERTIFICATE----- QUJD -----END CERTIFICATE----- x", NULL },
		{ "two of them",
		  "-----BEGIN CERTIFICATE----- QUJD -----END CERTIFICATE----- "
		  "-----BEGIN CERTIFICATE----- QUJD -----END CERTIFICATE-----",
		  NULL },
		{ "something before it",
		  "x -----BEGIN CERTIFICATE----- QUJD -----END CERTIFICATE-----", NULL },
		{ "nothing in it", "-----BEGIN CERTIFICATE----------END CERTIFICATE-----", NULL },
		{ "no base64", "-----BEGIN CERTIFICATE----- QU*D -----END CERTIFICATE-----", NULL },
		{ "padding within", ":QU==QUJD:", NULL },
		{ "padding alone", ":====:", NULL },
		{ "half", ":QUJ:", NULL },
		{ "a NUL", "-----BEGIN%20CERTIFICATE-----%00-----END%20CERTIFICATE-----", NULL },
		{ "a bad escape", "-----BEGIN%2", NULL },
		{ "no colon at its end", ":QUJD", NULL },
		{ "parameters", ":QUJD:;a=1", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
		g_autoptr(GBytes) der = card_header_read(headers[i].value);

		g_test_message("%s", headers[i].what);
		g_assert_cmpint(der != NULL, ==, headers[i].der != NULL);
		if (der != NULL)
			g_assert_cmpmem(g_bytes_get_data(der, NULL), g_bytes_get_size(der),
					headers[i].der, strlen(headers[i].der));
	}
}

static void test_long_header(void)
{
	g_autofree char *value = g_strnfill(CARD_HEADER_BYTES + 1, 'A');
	g_autoptr(GBytes) der = NULL;

	value[0] = ':';
	value[CARD_HEADER_BYTES] = ':';
	der = card_header_read(value);
	g_assert_null(der);
}

static void test_vouch(void)
{
	char *with_unix[] = { (char *)"10.0.0.0/8", (char *)"unix", NULL };
	char *without[] = { (char *)"10.0.0.0/8", NULL };
	char *none[] = { NULL };
	const struct {
		const char *what, *peer;
		char **networks;
		bool may;
	} peers[] = {
		{ "a proxy", "10.1.2.3", without, true },
		{ "a stranger", "192.0.2.1", with_unix, false },
		{ "this machine", "127.0.0.1", with_unix, false },
		{ "a Unix socket that is named", NULL, with_unix, true },
		{ "a Unix socket that is not", NULL, without, false },
		{ "a Unix socket, nobody is trusted", NULL, none, false },
		{ "nothing is set", NULL, NULL, false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
		g_autoptr(GPtrArray) proxies = client_proxies(peers[i].networks);

		g_test_message("%s", peers[i].what);
		g_assert_cmpint(client_may_vouch(proxies, peers[i].networks, peers[i].peer), ==,
				peers[i].may);
	}
}

static void test_handovers(void)
{
	Desk *desk = desk_new();
	Store *store = desk->store;
	char *holder = NULL;

	g_assert_true(handover_put(store, "h1", "s1", "p:1001", NOW, NULL));
	g_assert_true(handover_take(store, "h1", "s2", NOW + 1, &holder, NULL));
	g_assert_null(holder); /* of another browser; it stays for its own */
	g_assert_true(handover_take(store, "h2", "s1", NOW + 1, &holder, NULL));
	g_assert_null(holder);
	g_assert_true(handover_take(store, "h1", "s1", NOW + HANDOVER_SECONDS - 1, &holder, NULL));
	g_assert_cmpstr(holder, ==, "p:1001");
	g_clear_pointer(&holder, g_free);
	g_assert_true(handover_take(store, "h1", "s1", NOW + 1, &holder, NULL));
	g_assert_null(holder);
	g_assert_true(handover_put(store, "h3", "s1", "p:1001", NOW, NULL));
	g_assert_true(handover_take(store, "h3", "s1", NOW + HANDOVER_SECONDS, &holder, NULL));
	g_assert_null(holder);
	desk_free(desk);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/card/verdicts", test_verdicts);
	g_test_add_func("/card/list", test_list);
	g_test_add_func("/card/no-card", test_no_card);
	g_test_add_func("/card/headers", test_headers);
	g_test_add_func("/card/long-header", test_long_header);
	g_test_add_func("/card/vouch", test_vouch);
	g_test_add_func("/card/handovers", test_handovers);
	return g_test_run();
}
