/* card_list.c - a list of revoked certificates, from its bytes to a sorted array of numbers. */
#include "portal/card_list.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <nettle/asn1.h>
#include <stdlib.h>
#include <string.h>

#define SERIAL_BYTES 20 /* at most (RFC 5280 4.1.2.2) */
#define HASH_MOST 64
#define SIGNATURE_MOST 1024
#define CLOCK_SECONDS (5 * 60) /* by which a clock may be slow */
#define EXTENSIONS (0 | ASN1_CLASS_CONTEXT_SPECIFIC | ASN1_TYPE_CONSTRUCTED)
#define GENERALISED 24

typedef struct asn1_der_iterator Der;

struct CardList {
	GByteArray *serials; /* sorted, SERIAL_BYTES each, without a sign */
	GBytes *issuer;      /* its name, DER */
	gint64 begins, ends;
	bool is_whole;
	/* of what is signed */
	gnutls_sign_algorithm_t algorithm;
	guint8 hash[HASH_MOST], signature[SIGNATURE_MOST];
	gsize hash_length, signature_length;
};

void card_list_free(CardList *list)
{
	if (list == NULL)
		return;
	g_clear_pointer(&list->serials, g_byte_array_unref);
	g_clear_pointer(&list->issuer, g_bytes_unref);
	g_free(list);
}

/* ---- DER ---- */

typedef struct Piece {       /* an object; bytes are lent by what is read */
	const guint8 *bytes; /* with its head */
	gsize length;
} Piece;

static Der inside(const guint8 *bytes, gsize length)
{
	return (Der){ .buffer = bytes, .buffer_length = length };
}

static Der inside_it(const Der *der)
{
	return inside(der->data, der->length);
}

static bool is_at_end(const Der *der)
{
	return der->pos == der->buffer_length;
}

/* Whether there is a next object; ret_whole may be NULL. */
static bool next(Der *der, Piece *ret_whole)
{
	gsize from = der->pos;
	enum asn1_iterator_result result = asn1_der_iterator_next(der);

	if (result != ASN1_ITERATOR_PRIMITIVE && result != ASN1_ITERATOR_CONSTRUCTED)
		return false;
	if (ret_whole != NULL)
		*ret_whole = (Piece){ der->buffer + from, der->pos - from };
	return true;
}

static bool next_is(Der *der, guint type, Piece *ret_whole)
{
	return next(der, ret_whole) && (guint)der->type == type;
}

/* YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ (4.1.2.5). */
static bool read_time(const Der *der, gint64 *ret_seconds)
{
	g_autofree char *text = g_strndup((const char *)der->data, MIN(der->length, 32));
	g_autoptr(GDateTime) time = NULL;
	gsize digits = strspn(text, "0123456789"), year = digits - 10;
	int part[6] = { 0 };

	if ((digits != 12 && digits != 14) || strcmp(text + digits, "Z") != 0 ||
	    (digits == 12) != ((guint)der->type == ASN1_UTC) ||
	    (digits == 14) != ((guint)der->type == GENERALISED))
		return false;
	for (gsize i = 0; i < year; i++)
		part[0] = part[0] * 10 + text[i] - '0';
	for (gsize i = 0; i < 5; i++)
		part[i + 1] = (text[year + 2 * i] - '0') * 10 + text[year + 2 * i + 1] - '0';
	if (year == 2)
		part[0] += part[0] < 50 ? 2000 : 1900;
	time = g_date_time_new_utc(part[0], part[1], part[2], part[3], part[4], part[5]);
	if (time != NULL)
		*ret_seconds = g_date_time_to_unix(time);
	return time != NULL;
}

/* "1.2.840.113549.1.1.11", of the content of an object identifier; NULL when it is none. */
static char *read_identifier(const Der *der)
{
	g_autoptr(GString) dotted = g_string_new(NULL);
	guint64 number = 0;

	for (gsize i = 0; i < der->length && i < 64; i++) {
		number = number << 7 | (der->data[i] & 0x7f);
		if (number > G_MAXUINT32)
			return NULL;
		if ((der->data[i] & 0x80) != 0)
			continue;
		if (dotted->len == 0)
			g_string_printf(dotted, "%u.%" G_GUINT64_FORMAT, (guint)MIN(number / 40, 2),
					number - MIN(number / 40, 2) * 40);
		else
			g_string_append_printf(dotted, ".%" G_GUINT64_FORMAT, number);
		number = 0;
	}
	return dotted->len > 0 ? g_strdup(dotted->str) : NULL;
}

static bool read_algorithm(const Der *der, gnutls_sign_algorithm_t *ret_algorithm)
{
	Der parts = inside_it(der);
	g_autofree char *name = NULL;

	if (!next_is(&parts, ASN1_IDENTIFIER, NULL))
		return false;
	name = read_identifier(&parts);
	*ret_algorithm = name != NULL ? gnutls_oid_to_sign(name) : GNUTLS_SIGN_UNKNOWN;
	return *ret_algorithm != GNUTLS_SIGN_UNKNOWN;
}

/* ---- the list ---- */

/* Into SERIAL_BYTES, zeros before it; false when it is longer. */
static bool plain_serial(const guint8 *bytes, gsize length, guint8 *ret_serial)
{
	for (; length > 0 && *bytes == 0; length--)
		bytes++;
	if (length > SERIAL_BYTES)
		return false;
	memset(ret_serial, 0, SERIAL_BYTES);
	if (length > 0)
		memcpy(ret_serial + SERIAL_BYTES - length, bytes, length);
	return true;
}

static int by_serial(const void *a, const void *b)
{
	return memcmp(a, b, SERIAL_BYTES);
}

static bool read_serials(const Der *der, CardList *list)
{
	Der entries = inside_it(der);
	guint8 serial[SERIAL_BYTES];

	while (!is_at_end(&entries)) {
		Der entry;

		if (!next_is(&entries, ASN1_SEQUENCE, NULL))
			return false;
		entry = inside_it(&entries);
		if (!next_is(&entry, ASN1_INTEGER, NULL) ||
		    !plain_serial(entry.data, entry.length, serial))
			return false;
		g_byte_array_append(list->serials, serial, SERIAL_BYTES);
	}
	if (list->serials->len > 0)
		qsort(list->serials->data, list->serials->len / SERIAL_BYTES, SERIAL_BYTES,
		      by_serial);
	return true;
}

/* Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue } */
static bool read_extensions(const Der *der, CardList *list)
{
	Der outer = inside_it(der), all;

	if (!next_is(&outer, ASN1_SEQUENCE, NULL))
		return false;
	all = inside_it(&outer);
	while (!is_at_end(&all)) {
		Der extension;

		if (!next_is(&all, ASN1_SEQUENCE, NULL))
			return false;
		extension = inside_it(&all);
		if (!next_is(&extension, ASN1_IDENTIFIER, NULL) || !next(&extension, NULL))
			return false;
		if ((guint)extension.type == ASN1_BOOLEAN && extension.length == 1 &&
		    *extension.data != 0)
			list->is_whole = false;
	}
	return true;
}

/* What comes behind thisUpdate; all of it may be missing.  Without nextUpdate a list is over. */
static bool read_rest(Der *der, CardList *list)
{
	while (!is_at_end(der)) {
		if (!next(der, NULL))
			return false;
		if ((guint)der->type == ASN1_UTC || (guint)der->type == GENERALISED) {
			if (!read_time(der, &list->ends))
				return false;
		} else if ((guint)der->type == ASN1_SEQUENCE) {
			if (list->serials->len > 0 || !read_serials(der, list))
				return false;
		} else if ((guint)der->type != EXTENSIONS || !read_extensions(der, list)) {
			return false;
		}
	}
	return true;
}

/* TBSCertList: version, signature, issuer, thisUpdate, ... */
static bool read_signed(const Der *der, CardList *list, Piece *ret_algorithm)
{
	Der parts = inside_it(der);
	Piece issuer;

	if (!next(&parts, ret_algorithm) ||
	    ((guint)parts.type == ASN1_INTEGER && !next(&parts, ret_algorithm)) ||
	    (guint)parts.type != ASN1_SEQUENCE || !next_is(&parts, ASN1_SEQUENCE, &issuer) ||
	    !next(&parts, NULL) || !read_time(&parts, &list->begins))
		return false;
	list->issuer = g_bytes_new(issuer.bytes, issuer.length);
	return read_rest(&parts, list);
}

/* Keeps of what is signed its hash, and of the signature its bits. */
static bool read_signature(const Der *der, const Piece *signed_bytes, CardList *list)
{
	gnutls_digest_algorithm_t digest = gnutls_sign_get_hash_algorithm(list->algorithm);

	if (digest == GNUTLS_DIG_UNKNOWN || der->length < 2 || der->data[0] != 0 ||
	    der->length - 1 > SIGNATURE_MOST)
		return false;
	list->signature_length = der->length - 1;
	memcpy(list->signature, der->data + 1, list->signature_length);
	list->hash_length = gnutls_hash_get_len(digest);
	return list->hash_length <= HASH_MOST &&
	       gnutls_hash_fast(digest, signed_bytes->bytes, signed_bytes->length, list->hash) == 0;
}

static bool is_same(const Piece *a, const Piece *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signature }; the algorithm stands
 * in it twice, and is the same (5.1.1.2). */
static bool read_list(const guint8 *der, gsize length, CardList *list)
{
	Der outer = inside(der, length), parts;
	Piece signed_bytes, said, again;

	if (!next_is(&outer, ASN1_SEQUENCE, NULL) || !is_at_end(&outer))
		return false;
	parts = inside_it(&outer);
	return next_is(&parts, ASN1_SEQUENCE, &signed_bytes) && read_signed(&parts, list, &said) &&
	       next_is(&parts, ASN1_SEQUENCE, &again) && is_same(&said, &again) &&
	       read_algorithm(&parts, &list->algorithm) && next_is(&parts, ASN1_BITSTRING, NULL) &&
	       is_at_end(&parts) && read_signature(&parts, &signed_bytes, list);
}

CardList *card_list_read(const guint8 *der, gsize length)
{
	g_autoptr(CardList) list = g_new0(CardList, 1);

	list->serials = g_byte_array_new();
	list->is_whole = true;
	return read_list(der, length, list) ? g_steal_pointer(&list) : NULL;
}

/* ---- asking ---- */

static bool is_named(const CardList *list, const gnutls_datum_t *name)
{
	gsize length;
	const void *issuer = g_bytes_get_data(list->issuer, &length);

	return length == name->size && memcmp(issuer, name->data, length) == 0;
}

static bool may_sign(gnutls_x509_crt_t issuer)
{
	unsigned usage = 0;

	return gnutls_x509_crt_get_key_usage(issuer, &usage, NULL) < 0 ||
	       (usage & GNUTLS_KEY_CRL_SIGN) != 0;
}

bool card_list_is_of(const CardList *list, gnutls_x509_crt_t issuer)
{
	const gnutls_datum_t hash = { (guchar *)list->hash, (unsigned)list->hash_length };
	const gnutls_datum_t signature = { (guchar *)list->signature,
					   (unsigned)list->signature_length };
	gnutls_datum_t name = { NULL, 0 };
	gnutls_pubkey_t key;
	bool is_of;

	if (gnutls_x509_crt_get_raw_dn(issuer, &name) != 0)
		return false;
	is_of = is_named(list, &name) && may_sign(issuer);
	gnutls_free(name.data);
	if (!is_of || gnutls_pubkey_init(&key) != 0)
		return false;
	is_of = gnutls_pubkey_import_x509(key, issuer, 0) == 0 &&
		gnutls_pubkey_verify_hash2(key, list->algorithm, 0, &hash, &signature) >= 0;
	gnutls_pubkey_deinit(key);
	return is_of;
}

bool card_list_names(const CardList *list, gnutls_x509_crt_t certificate)
{
	guint8 bytes[64], serial[SERIAL_BYTES];
	size_t length = sizeof(bytes);

	return gnutls_x509_crt_get_serial(certificate, bytes, &length) == 0 &&
	       plain_serial(bytes, length, serial) && list->serials->len > 0 &&
	       bsearch(serial, list->serials->data, list->serials->len / SERIAL_BYTES, SERIAL_BYTES,
		       by_serial) != NULL;
}

bool card_list_is_whole(const CardList *list)
{
	return list->is_whole;
}

bool card_list_holds(const CardList *list, gint64 now)
{
	return list->begins <= now + CLOCK_SECONDS && list->ends > now;
}

gsize card_list_length(const CardList *list)
{
	return list->serials->len / SERIAL_BYTES;
}
