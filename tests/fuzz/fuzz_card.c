/* fuzz_card.c - what comes as somebody's identity card: the header of a proxy, certificates in DER,
 * lists of revoked ones.  Nobody who has not got the key of the authority is believed.
 *
 * The first byte chooses: a header; one certificate; two, cut by the second byte; a list.
 */
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "portal/card.h"
#include "portal/card_lists.h"

#define NOW ((gint64)1795500000)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static CardJudge *judge;
static char *folder;
static gnutls_x509_crt_t root;

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void close_world(void)
{
	g_autofree char *bundle = g_build_filename(folder, "bundle.pem", NULL);
	g_autofree char *list = g_build_filename(folder, "list", NULL);

	card_judge_free(judge);
	gnutls_x509_crt_deinit(root);
	g_unlink(bundle);
	g_unlink(list);
	g_rmdir(folder);
	g_free(folder);
}

static void open_world(void)
{
	static Settings settings = { .path = (char *)"desk.conf", .card.accepts_unchecked = true };
	g_autofree char *bundle = NULL;
	gnutls_x509_privkey_t key;
	gnutls_datum_t pem;

	folder = g_dir_make_tmp("fuzz-card-XXXXXX", NULL);
	bundle = g_build_filename(folder, "bundle.pem", NULL);
	gnutls_x509_privkey_init(&key);
	gnutls_x509_privkey_generate(key, GNUTLS_PK_EC,
				     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	gnutls_x509_crt_init(&root);
	gnutls_x509_crt_set_version(root, 3);
	gnutls_x509_crt_set_serial(root, "\1", 1);
	gnutls_x509_crt_set_activation_time(root, NOW - 1000);
	gnutls_x509_crt_set_expiration_time(root, NOW + 1000);
	gnutls_x509_crt_set_dn_by_oid(root, GNUTLS_OID_X520_COMMON_NAME, 0, "Root", 4);
	gnutls_x509_crt_set_basic_constraints(root, 1, -1);
	gnutls_x509_crt_set_key_usage(root, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
	gnutls_x509_crt_set_key(root, key);
	gnutls_x509_crt_sign2(root, root, key, GNUTLS_DIG_SHA256, 0);
	gnutls_x509_crt_export2(root, GNUTLS_X509_FMT_PEM, &pem);
	must(g_file_set_contents(bundle, (char *)pem.data, pem.size, NULL));
	gnutls_free(pem.data);
	gnutls_x509_privkey_deinit(key);
	settings.card.authorities = bundle;
	judge = card_judge_new(&settings, NULL);
	must(judge != NULL);
	atexit(close_world);
}

static void try_certificates(const gnutls_datum_t *sent, guint count)
{
	char *number = NULL;
	CardVerdict verdict = card_judge(judge, sent, count, NOW, &number);

	must(verdict > CARD_NONE && verdict < CARD_VERDICTS && number == NULL);
	must(card_verdict_name(verdict) != NULL);
}

static void try_header(const uint8_t *bytes, size_t length)
{
	g_autofree char *value = g_strndup((const char *)bytes, length);
	g_autoptr(GBytes) der = card_header_read(value);
	gnutls_datum_t sent;
	gsize size;

	if (der == NULL)
		return;
	sent.data = (guchar *)g_bytes_get_data(der, &size);
	sent.size = (unsigned)size;
	must(size > 0 && size < CARD_HEADER_BYTES);
	try_certificates(&sent, 1);
}

static void try_list(const uint8_t *bytes, size_t length)
{
	g_autofree char *path = g_build_filename(folder, "list", NULL);
	CardLists *lists = card_lists_new(path);
	guint all, holding;

	must(g_file_set_contents(path, (const char *)bytes, (gssize)length, NULL));
	card_lists_refresh(lists);
	must(card_lists_ask(lists, root, root, NOW) == LIST_NONE);
	card_lists_count(lists, NOW, &all, &holding);
	must(holding <= all);
	card_lists_free(lists);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	gnutls_datum_t sent[2];
	size_t cut;

	if (judge == NULL)
		open_world();
	if (length < 2)
		return 0;
	cut = length > 2 ? bytes[1] * (length - 2) / 256 : 0;
	sent[0] = (gnutls_datum_t){ (guchar *)bytes + 1, (unsigned)length - 1 };
	switch (bytes[0] % 4) {
	case 0:
		try_header(bytes + 1, length - 1);
		break;
	case 1:
		try_certificates(sent, 1);
		break;
	case 2:
		sent[0] = (gnutls_datum_t){ (guchar *)bytes + 2, (unsigned)cut };
		sent[1] =
			(gnutls_datum_t){ (guchar *)bytes + 2 + cut, (unsigned)(length - 2 - cut) };
		try_certificates(sent, 2);
		break;
	default:
		try_list(bytes + 1, length - 1);
	}
	return 0;
}
