/* card.c - judging the certificate of a card: chain, time, revocation, purpose, whose. */
#include "portal/card.h"

#include <string.h>

#include "common/error.h"
#include "common/national_number.h"
#include "portal/card_lists.h"

#define AUTHORITIES_BYTES (4 * 1024 * 1024)
#define CHAIN_MOST 5 /* without the root */
#define TRIES_MOST 24
#define NAMES_MOST 5 /* of authorities, in a sentence */
#define CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define SERIAL_NUMBER "2.5.4.5"
#define LINK_FLAGS                                                              \
	(GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_CRL_CHECKS | \
	 GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM))

struct CardJudge {
	const CardSettings *settings;
	char *text;                 /* the authorities, PEM */
	GPtrArray *roots, *middles; /* gnutls_x509_crt_t */
	CardLists *lists;
};

/* The certificates of one card, from its own up; the root is the last one's issuer. */
typedef struct Chain {
	gnutls_x509_crt_t links[CHAIN_MOST];
	guint count, tries;
	gnutls_x509_crt_t root;
	const GPtrArray *sent;
} Chain;

static const char *const names[] = {
	[CARD_GOOD] = "good",
	[CARD_NONE] = "none",
	[CARD_UNREADABLE] = "unreadable",
	[CARD_FOREIGN] = "foreign",
	[CARD_EARLY] = "early",
	[CARD_EXPIRED] = "expired",
	[CARD_REVOKED] = "revoked",
	[CARD_UNCHECKED] = "unchecked",
	[CARD_PURPOSE] = "purpose",
	[CARD_NUMBER] = "number",
};

const char *card_verdict_name(CardVerdict verdict)
{
	return names[verdict];
}

static void crt_free(gpointer crt)
{
	gnutls_x509_crt_deinit(crt);
}

/* ---- the authorities ---- */

static bool is_self_signed(gnutls_x509_crt_t crt)
{
	return gnutls_x509_crt_check_issuer(crt, crt) != 0;
}

static bool wrong(const Settings *settings, GError **error, const char *why)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG, "%s: [Card] Authorities=%s: %s",
		    settings->path, settings->card.authorities, why);
	return false;
}

static bool read_authorities(CardJudge *judge, const Settings *settings, GError **error)
{
	gsize length = 0;
	g_autoptr(GError) why = NULL;
	gnutls_x509_crt_t *all = NULL;
	unsigned count = 0;
	gnutls_datum_t pem;

	if (!g_file_get_contents(settings->card.authorities, &judge->text, &length, &why))
		return wrong(settings, error, why->message);
	pem = (gnutls_datum_t){ (guchar *)judge->text, (unsigned)MIN(length, AUTHORITIES_BYTES) };
	if (length > AUTHORITIES_BYTES ||
	    gnutls_x509_crt_list_import2(&all, &count, &pem, GNUTLS_X509_FMT_PEM, 0) < 0)
		return wrong(settings, error, "expected certificates in PEM, at most 4 MiB");
	for (unsigned i = 0; i < count; i++)
		g_ptr_array_add(is_self_signed(all[i]) ? judge->roots : judge->middles, all[i]);
	gnutls_free(all);
	return judge->roots->len > 0 ||
	       wrong(settings, error, "there is no root in it: expected one that signed itself");
}

CardJudge *card_judge_new(const Settings *settings, GError **error)
{
	g_autoptr(CardJudge) judge = g_new0(CardJudge, 1);

	judge->settings = &settings->card;
	judge->roots = g_ptr_array_new_with_free_func(crt_free);
	judge->middles = g_ptr_array_new_with_free_func(crt_free);
	judge->lists = card_lists_new(settings->card.revocation);
	return read_authorities(judge, settings, error) ? g_steal_pointer(&judge) : NULL;
}

void card_judge_free(CardJudge *judge)
{
	if (judge == NULL)
		return;
	g_free(judge->text);
	g_ptr_array_unref(judge->roots);
	g_ptr_array_unref(judge->middles);
	card_lists_free(judge->lists);
	g_free(judge);
}

const char *card_judge_authorities(const CardJudge *judge)
{
	return judge->text;
}

/* Adds those of authorities whose cards nobody can check now. */
static void add_unchecked(const CardJudge *judge, const GPtrArray *authorities, gint64 now,
			  GString *line, guint *count)
{
	for (guint i = 0; i < authorities->len; i++) {
		char name[256] = "";
		size_t length = sizeof(name);
		g_autofree char *shown = NULL;

		if (card_lists_has(judge->lists, authorities->pdata[i], now))
			continue;
		if ((*count)++ >= NAMES_MOST)
			continue;
		gnutls_x509_crt_get_dn_by_oid(authorities->pdata[i], GNUTLS_OID_X520_COMMON_NAME, 0,
					      0, name, &length);
		shown = g_utf8_make_valid(name, -1);
		g_string_append_printf(line, "%s%s",
				       *count == 1 ? "; none that holds is of " : ", ", shown);
	}
}

bool card_judge_describe(CardJudge *judge, gint64 now, char **ret_line)
{
	GString *line = g_string_new(NULL);
	guint all, holding, unchecked = 0;

	card_lists_refresh(judge->lists);
	card_lists_count(judge->lists, now, &all, &holding);
	g_string_printf(line,
			"%u roots and %u authorities below them; %u lists of revoked"
			" cards, %u of them hold now",
			judge->roots->len, judge->middles->len, all, holding);
	add_unchecked(judge, judge->roots, now, line, &unchecked);
	add_unchecked(judge, judge->middles, now, line, &unchecked);
	if (unchecked > NAMES_MOST)
		g_string_append_printf(line, " and %u more", unchecked - NAMES_MOST);
	*ret_line = g_string_free(line, FALSE);
	return holding > 0 || judge->settings->accepts_unchecked;
}

/* ---- the chain ---- */

/* Signatures, constraints, algorithms and key sizes; time and revocation are looked at later. */
static bool is_signed(const Chain *chain, gnutls_x509_crt_t root)
{
	gnutls_x509_trust_list_t trust;
	unsigned status = GNUTLS_CERT_INVALID;
	bool done;

	if (gnutls_x509_trust_list_init(&trust, 1) != 0)
		return false;
	done = gnutls_x509_trust_list_add_cas(trust, &root, 1, 0) == 1 &&
	       gnutls_x509_trust_list_verify_crt2(trust, (gnutls_x509_crt_t *)chain->links,
						  chain->count, NULL, 0, LINK_FLAGS, &status,
						  NULL) == 0 &&
	       status == 0;
	gnutls_x509_trust_list_deinit(trust, 0);
	return done;
}

static bool is_in(const Chain *chain, gnutls_x509_crt_t crt)
{
	for (guint i = 0; i < chain->count; i++)
		if (gnutls_x509_crt_equals(chain->links[i], crt) != 0)
			return true;
	return false;
}

static bool climb(const CardJudge *judge, Chain *chain);

static bool climb_by(const CardJudge *judge, Chain *chain, const GPtrArray *candidates)
{
	gnutls_x509_crt_t last = chain->links[chain->count - 1];

	for (guint i = 0; chain->count < CHAIN_MOST && i < candidates->len; i++) {
		gnutls_x509_crt_t next = candidates->pdata[i];

		if (gnutls_x509_crt_check_issuer(last, next) == 0 || is_in(chain, next))
			continue;
		chain->links[chain->count++] = next;
		if (climb(judge, chain))
			return true;
		chain->count--;
	}
	return false;
}

/* By names first; what the names say is verified at the top.  Several may have the same name. */
static bool climb(const CardJudge *judge, Chain *chain)
{
	gnutls_x509_crt_t last = chain->links[chain->count - 1];

	for (guint i = 0; i < judge->roots->len; i++) {
		gnutls_x509_crt_t root = judge->roots->pdata[i];

		if (gnutls_x509_crt_check_issuer(last, root) == 0 || chain->tries >= TRIES_MOST)
			continue;
		chain->tries++;
		if (is_signed(chain, root)) {
			chain->root = root;
			return true;
		}
	}
	return climb_by(judge, chain, judge->middles) || climb_by(judge, chain, chain->sent);
}

/* ---- the verdict ---- */

static CardVerdict judge_time(const Chain *chain, gint64 now)
{
	for (guint i = 0; i <= chain->count; i++) {
		gnutls_x509_crt_t crt = i < chain->count ? chain->links[i] : chain->root;

		if (now >= gnutls_x509_crt_get_expiration_time(crt))
			return i == 0 ? CARD_EXPIRED : CARD_FOREIGN;
		if (now < gnutls_x509_crt_get_activation_time(crt))
			return i == 0 ? CARD_EARLY : CARD_FOREIGN;
	}
	return CARD_GOOD;
}

/* Of everything below the root: what is revoked goes before what nobody knows. */
static CardVerdict judge_revocation(CardJudge *judge, const Chain *chain, gint64 now)
{
	CardVerdict verdict = CARD_GOOD;

	card_lists_refresh(judge->lists);
	for (guint i = 0; i < chain->count; i++) {
		gnutls_x509_crt_t issuer = i + 1 < chain->count ? chain->links[i + 1] : chain->root;
		ListAnswer answer = card_lists_ask(judge->lists, chain->links[i], issuer, now);

		if (answer == LIST_REVOKED)
			return CARD_REVOKED;
		if (answer == LIST_NONE && !judge->settings->accepts_unchecked)
			verdict = CARD_UNCHECKED;
	}
	return verdict;
}

static bool is_for_clients(gnutls_x509_crt_t crt)
{
	char oid[64];

	for (unsigned i = 0;; i++) {
		size_t length = sizeof(oid);
		int status = gnutls_x509_crt_get_key_purpose_oid(crt, i, oid, &length, NULL);

		if (status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return false;
		if (status == 0 && strcmp(oid, CLIENT_AUTH) == 0)
			return true;
		if (status < 0 && status != GNUTLS_E_SHORT_MEMORY_BUFFER)
			return false;
	}
}

/* Both certificates of a card name the person; only the one for authentication says who is here
 * (the other one is a signature under a document). */
static bool is_for_authentication(gnutls_x509_crt_t crt)
{
	unsigned usage = 0;

	return gnutls_x509_crt_get_ca_status(crt, NULL) <= 0 &&
	       gnutls_x509_crt_get_key_usage(crt, &usage, NULL) >= 0 &&
	       (usage & GNUTLS_KEY_DIGITAL_SIGNATURE) != 0 &&
	       (usage & GNUTLS_KEY_NON_REPUDIATION) == 0 && is_for_clients(crt);
}

/* One serialNumber alone: with two of them it would not be sure whose it is. */
static char *number_of(gnutls_x509_crt_t crt)
{
	char number[64] = "";
	size_t length = sizeof(number), second = 0;

	if (gnutls_x509_crt_get_dn_by_oid(crt, SERIAL_NUMBER, 0, 0, number, &length) != 0 ||
	    strlen(number) != length ||
	    gnutls_x509_crt_get_dn_by_oid(crt, SERIAL_NUMBER, 1, 0, NULL, &second) !=
		    GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return NULL;
	return national_number_is_one(number) ? g_strdup(number) : NULL;
}

static CardVerdict judge_chain(CardJudge *judge, const GPtrArray *crts, gint64 now,
			       char **ret_number)
{
	Chain chain = { .links = { crts->pdata[0] }, .count = 1, .sent = crts };
	g_autofree char *number = NULL;
	CardVerdict verdict;

	if (!climb(judge, &chain))
		return CARD_FOREIGN;
	if (!is_for_authentication(crts->pdata[0]))
		return CARD_PURPOSE;
	verdict = judge_time(&chain, now);
	if (verdict == CARD_GOOD)
		verdict = judge_revocation(judge, &chain, now);
	if (verdict != CARD_GOOD)
		return verdict;
	number = number_of(crts->pdata[0]);
	if (number == NULL)
		return CARD_NUMBER;
	*ret_number = g_steal_pointer(&number);
	return CARD_GOOD;
}

CardVerdict card_judge(CardJudge *judge, const gnutls_datum_t *sent, guint count, gint64 now,
		       char **ret_number)
{
	g_autoptr(GPtrArray) crts = g_ptr_array_new_with_free_func(crt_free);

	if (count == 0)
		return CARD_NONE;
	for (guint i = 0; i < MIN(count, CARD_SENT_MOST); i++) {
		gnutls_x509_crt_t crt;

		if (sent[i].size > CARD_BYTES || gnutls_x509_crt_init(&crt) != 0)
			return CARD_UNREADABLE;
		g_ptr_array_add(crts, crt);
		if (gnutls_x509_crt_import(crt, &sent[i], GNUTLS_X509_FMT_DER) != 0)
			return CARD_UNREADABLE;
	}
	return judge_chain(judge, crts, now, ret_number);
}
