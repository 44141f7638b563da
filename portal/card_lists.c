/* card_lists.c - lists of revoked certificates, read again when their files change. */
#include "portal/card_lists.h"

#include <string.h>
#include <sys/stat.h>

#include "common/log.h"

#define FILES_MOST 2000
#define FILE_BYTES (64 * 1024 * 1024)
#define LISTS_MOST 64          /* in a file */
#define CLOCK_SECONDS (5 * 60) /* by which a clock may be slow */

typedef struct ListFile {
	struct timespec changed;
	gint64 size;
	guint64 inode;
	GPtrArray *lists; /* gnutls_x509_crl_t */
	bool is_there;    /* in this look at the folder */
} ListFile;

struct CardLists {
	char *path;
	GHashTable *files; /* path to ListFile */
};

static void list_free(gpointer list)
{
	gnutls_x509_crl_deinit(list);
}

static void file_free(gpointer data)
{
	ListFile *file = data;

	g_ptr_array_unref(file->lists);
	g_free(file);
}

CardLists *card_lists_new(const char *path)
{
	CardLists *lists = g_new0(CardLists, 1);

	lists->path = g_strdup(path);
	lists->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
	return lists;
}

void card_lists_free(CardLists *lists)
{
	if (lists == NULL)
		return;
	g_free(lists->path);
	g_hash_table_unref(lists->files);
	g_free(lists);
}

/* ---- reading ---- */

static bool read_lists(const char *path, GPtrArray *lists)
{
	g_autofree char *bytes = NULL;
	gsize length = 0;
	gnutls_x509_crl_t read[LISTS_MOST];
	unsigned count = LISTS_MOST;
	gnutls_x509_crt_fmt_t format;
	gnutls_datum_t data;

	if (!g_file_get_contents(path, &bytes, &length, NULL))
		return false;
	data = (gnutls_datum_t){ (guchar *)bytes, (unsigned)length };
	format = g_strstr_len(bytes, (gssize)length, "-----BEGIN") != NULL ? GNUTLS_X509_FMT_PEM
									   : GNUTLS_X509_FMT_DER;
	if (gnutls_x509_crl_list_import(read, &count, &data, format, 0) < 0)
		return false;
	for (unsigned i = 0; i < count; i++)
		g_ptr_array_add(lists, read[i]);
	return true;
}

static bool is_same(const ListFile *file, const struct stat *status)
{
	return file->changed.tv_sec == status->st_mtim.tv_sec &&
	       file->changed.tv_nsec == status->st_mtim.tv_nsec && file->size == status->st_size &&
	       file->inode == status->st_ino;
}

static void look_at(CardLists *lists, const char *path)
{
	ListFile *file = g_hash_table_lookup(lists->files, path);
	struct stat status;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return;
	if (file != NULL && is_same(file, &status)) {
		file->is_there = true;
		return;
	}
	file = g_new0(ListFile, 1);
	*file = (ListFile){ .changed = status.st_mtim,
			    .size = status.st_size,
			    .inode = status.st_ino,
			    .lists = g_ptr_array_new_with_free_func(list_free),
			    .is_there = true };
	if (status.st_size > FILE_BYTES || !read_lists(path, file->lists))
		log_warning("[Card] Revocation: %s is no list of revoked certificates", path);
	g_hash_table_replace(lists->files, g_strdup(path), file);
}

static void look_into(CardLists *lists, GDir *folder)
{
	const char *name;
	guint count = 0;

	while ((name = g_dir_read_name(folder)) != NULL && count++ < FILES_MOST) {
		g_autofree char *path = g_build_filename(lists->path, name, NULL);

		if (name[0] != '.')
			look_at(lists, path);
	}
}

static gboolean is_gone(gpointer path, gpointer data, gpointer user)
{
	ListFile *file = data;
	bool gone = !file->is_there;

	file->is_there = false;
	return gone;
}

void card_lists_refresh(CardLists *lists)
{
	GDir *folder;

	if (lists->path == NULL)
		return;
	folder = g_dir_open(lists->path, 0, NULL);
	if (folder != NULL) {
		look_into(lists, folder);
		g_dir_close(folder);
	} else {
		look_at(lists, lists->path);
	}
	g_hash_table_foreach_remove(lists->files, is_gone, NULL);
}

/* ---- asking ---- */

/* A critical extension says that the list is no whole one: a delta, or for some reasons or
 * certificates only (RFC 5280 5.2). */
static bool is_whole(gnutls_x509_crl_t list)
{
	char oid[64];
	size_t length = sizeof(oid);
	unsigned critical = 0;

	for (unsigned i = 0;; i++) {
		int status = gnutls_x509_crl_get_extension_info(list, i, oid, &length, &critical);

		if (status != 0)
			return status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
		if (critical != 0)
			return false;
		length = sizeof(oid);
	}
}

static bool holds(gnutls_x509_crl_t list, gint64 now)
{
	return gnutls_x509_crl_get_this_update(list) <= now + CLOCK_SECONDS &&
	       gnutls_x509_crl_get_next_update(list) > now;
}

/* Whether its signature is the issuer's; a list that is over says so as well, and may be. */
static bool is_of(gnutls_x509_crl_t list, gnutls_x509_crt_t issuer)
{
	const unsigned over = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |
			      GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;
	unsigned status = 0;

	if (gnutls_x509_crl_check_issuer(list, issuer) == 0 ||
	    gnutls_x509_crl_verify(list, &issuer, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &status) !=
		    0)
		return false;
	return status == 0 ||
	       ((status & over) != 0 && (status & ~(over | GNUTLS_CERT_INVALID)) == 0);
}

static ListAnswer ask_file(const ListFile *file, gnutls_x509_crt_t certificate,
			   gnutls_x509_crt_t issuer, gint64 now)
{
	ListAnswer answer = LIST_NONE;

	for (guint i = 0; i < file->lists->len; i++) {
		gnutls_x509_crl_t list = file->lists->pdata[i];

		if (!is_of(list, issuer))
			continue;
		if (gnutls_x509_crt_check_revocation(certificate, &list, 1) != 0)
			return LIST_REVOKED;
		if (holds(list, now) && is_whole(list))
			answer = LIST_CLEAN;
	}
	return answer;
}

ListAnswer card_lists_ask(const CardLists *lists, gnutls_x509_crt_t certificate,
			  gnutls_x509_crt_t issuer, gint64 now)
{
	ListAnswer answer = LIST_NONE;
	GHashTableIter all;
	gpointer file;

	g_hash_table_iter_init(&all, lists->files);
	while (answer != LIST_REVOKED && g_hash_table_iter_next(&all, NULL, &file))
		answer = MAX(answer, ask_file(file, certificate, issuer, now));
	return answer;
}

void card_lists_count(const CardLists *lists, gint64 now, guint *ret_all, guint *ret_holding)
{
	GHashTableIter all;
	gpointer value;

	*ret_all = *ret_holding = 0;
	g_hash_table_iter_init(&all, lists->files);
	while (g_hash_table_iter_next(&all, NULL, &value)) {
		const ListFile *file = value;

		for (guint i = 0; i < file->lists->len; i++) {
			*ret_all += 1;
			*ret_holding += holds(file->lists->pdata[i], now) ? 1 : 0;
		}
	}
}
