/* tls.c - reading the certificate and the key, with mistakes that say what to do. */
#include "portal/tls.h"

#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"

#define FILE_BYTES (256 * 1024)
#define CHAIN_MOST 16

static bool wrong(const Settings *settings, const char *key, const char *path, GError **error,
		  const char *format, ...) G_GNUC_PRINTF(5, 6);

static bool wrong(const Settings *settings, const char *key, const char *path, GError **error,
		  const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list arguments;

	va_start(arguments, format);
	why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG, "%s: [Portal] %s=%s: %s", settings->path,
		    key, path, why);
	return false;
}

static bool read_file(const Settings *settings, const char *key, const char *path, char **ret_text,
		      GError **error)
{
	g_autoptr(GError) why = NULL;
	struct stat status;

	if (stat(path, &status) == 0 && status.st_size > FILE_BYTES)
		return wrong(settings, key, path, error, "expected a PEM file of at most 256 KiB");
	return g_file_get_contents(path, ret_text, NULL, &why) ||
	       wrong(settings, key, path, error, "%s", why->message);
}

static bool is_for_host(gnutls_x509_crt_t certificate, const char *url, char **ret_host)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

	*ret_host = g_strdup(uri != NULL ? g_uri_get_host(uri) : "");
	return gnutls_x509_crt_check_hostname2(certificate, *ret_host, 0) != 0;
}

static char *day_of(gint64 seconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

	return g_date_time_format_iso8601(time);
}

static bool check_certificate(const Settings *settings, gnutls_x509_crt_t certificate, gint64 now,
			      gint64 *ret_expires, GError **error)
{
	const char *path = settings->certificate;
	gint64 begins = gnutls_x509_crt_get_activation_time(certificate);
	gint64 expires = gnutls_x509_crt_get_expiration_time(certificate);
	g_autofree char *host = NULL, *day = day_of(now < begins ? begins : expires);

	if (now >= expires)
		return wrong(settings, "Certificate", path, error,
			     "it expired on %s; expected one that is valid now", day);
	if (now < begins)
		return wrong(settings, "Certificate", path, error,
			     "it is not valid before %s; expected one that is valid now", day);
	if (!is_for_host(certificate, settings->url, &host))
		return wrong(settings, "Certificate", path, error,
			     "it is not for %s, the host of Url in [Desk]", host);
	g_free(g_steal_pointer(&host));
	if (settings->card.listen != NULL && !is_for_host(certificate, settings->card.url, &host))
		return wrong(settings, "Certificate", path, error,
			     "it is not for %s, the host of Url in [Card]", host);
	*ret_expires = expires;
	return true;
}

/* Whether the key is that of the certificate. */
static bool is_pair(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
	guchar ids[2][64];
	size_t lengths[2] = { sizeof(ids[0]), sizeof(ids[1]) };

	return gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, ids[0],
					  &lengths[0]) == 0 &&
	       gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, ids[1], &lengths[1]) ==
		       0 &&
	       lengths[0] == lengths[1] && memcmp(ids[0], ids[1], lengths[0]) == 0;
}

static bool check_key(const Settings *settings, const char *text, gnutls_x509_crt_t certificate,
		      GError **error)
{
	const gnutls_datum_t pem = { (guchar *)text, (unsigned)strlen(text) };
	struct stat status;
	gnutls_x509_privkey_t key;
	bool is_read, fits;

	if (stat(settings->key, &status) == 0 && (status.st_mode & 027) != 0)
		return wrong(settings, "Key", settings->key, error,
			     "it can be read or written by others: chmod 600 it (or 640)");
	gnutls_x509_privkey_init(&key);
	is_read = gnutls_x509_privkey_import2(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0) == 0;
	fits = is_read && is_pair(certificate, key);
	gnutls_x509_privkey_deinit(key);
	if (!is_read)
		return wrong(settings, "Key", settings->key, error,
			     "expected a private key in PEM, without a password");
	return fits ||
	       wrong(settings, "Key", settings->key, error,
		     "it is not the key of the first certificate in %s", settings->certificate);
}

static bool check(const Settings *settings, TlsFiles *files, gint64 now, GError **error)
{
	const gnutls_datum_t pem = { (guchar *)files->certificates,
				     (unsigned)strlen(files->certificates) };
	gnutls_x509_crt_t *chain = NULL;
	unsigned count = 0;
	bool good;

	if (gnutls_x509_crt_list_import2(&chain, &count, &pem, GNUTLS_X509_FMT_PEM, 0) < 0 ||
	    count == 0 || count > CHAIN_MOST)
		return wrong(settings, "Certificate", settings->certificate, error,
			     "expected certificates in PEM, the portal's own first");
	good = check_certificate(settings, chain[0], now, &files->expires, error) &&
	       check_key(settings, files->key, chain[0], error);
	for (unsigned i = 0; i < count; i++)
		gnutls_x509_crt_deinit(chain[i]);
	gnutls_free(chain);
	return good;
}

TlsFiles *tls_files_read(const Settings *settings, gint64 now, GError **error)
{
	g_autoptr(TlsFiles) files = g_new0(TlsFiles, 1);

	if (!read_file(settings, "Certificate", settings->certificate, &files->certificates,
		       error) ||
	    !read_file(settings, "Key", settings->key, &files->key, error) ||
	    !check(settings, files, now, error))
		return NULL;
	return g_steal_pointer(&files);
}

void tls_files_free(TlsFiles *files)
{
	if (files == NULL)
		return;
	if (files->key != NULL)
		explicit_bzero(files->key, strlen(files->key));
	g_free(files->key);
	g_free(files->certificates);
	g_free(files);
}
