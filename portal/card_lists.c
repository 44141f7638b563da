/* card_lists.c - lists of revoked certificates, read again when their files change. */
#include "portal/card_lists.h"

#include <string.h>
#include <sys/stat.h>

#include "common/log.h"
#include "portal/card_list.h"

#define FILES_MOST 2000
#define FILE_BYTES (64 * 1024 * 1024)
#define LISTS_MOST 64 /* in a file */
#define BEGIN "-----BEGIN X509 CRL-----"

typedef struct ListFile {
	struct timespec changed;
	gint64 size;
	guint64 inode;
	GPtrArray *lists; /* CardList */
	bool is_there;    /* in this look at the folder */
} ListFile;

struct CardLists {
	char *path;
	GHashTable *files; /* path to ListFile */
};

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

static bool add_list(const guint8 *der, gsize length, GPtrArray *lists)
{
	CardList *list = card_list_read(der, length);

	if (list != NULL)
		g_ptr_array_add(lists, list);
	return list != NULL;
}

static bool read_pem(const char *text, gsize length, GPtrArray *lists)
{
	const char *end = text + length, *begin;

	while ((begin = g_strstr_len(text, end - text, BEGIN)) != NULL) {
		const gnutls_datum_t pem = { (guchar *)begin, (unsigned)(end - begin) };
		gnutls_datum_t der;
		bool read;

		if (lists->len >= LISTS_MOST ||
		    gnutls_pem_base64_decode2("X509 CRL", &pem, &der) != 0)
			return false;
		read = add_list(der.data, der.size, lists);
		gnutls_free(der.data);
		if (!read)
			return false;
		text = begin + strlen(BEGIN);
	}
	return lists->len > 0;
}

static bool read_lists(const char *path, GPtrArray *lists)
{
	g_autofree char *bytes = NULL;
	gsize length = 0;

	if (!g_file_get_contents(path, &bytes, &length, NULL) || length > FILE_BYTES)
		return false;
	return g_str_has_prefix(bytes, "0") ? add_list((const guint8 *)bytes, length, lists)
					    : read_pem(bytes, length, lists);
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
			    .lists = g_ptr_array_new_with_free_func((GDestroyNotify)card_list_free),
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

static ListAnswer ask_file(const ListFile *file, gnutls_x509_crt_t certificate,
			   gnutls_x509_crt_t issuer, gint64 now)
{
	ListAnswer answer = LIST_NONE;

	for (guint i = 0; i < file->lists->len; i++) {
		const CardList *list = file->lists->pdata[i];

		if (!card_list_is_of(list, issuer))
			continue;
		if (card_list_names(list, certificate))
			return LIST_REVOKED;
		if (card_list_holds(list, now) && card_list_is_whole(list))
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

bool card_lists_has(const CardLists *lists, gnutls_x509_crt_t issuer, gint64 now)
{
	GHashTableIter all;
	gpointer value;

	g_hash_table_iter_init(&all, lists->files);
	while (g_hash_table_iter_next(&all, NULL, &value)) {
		const ListFile *file = value;

		for (guint i = 0; i < file->lists->len; i++)
			if (card_list_holds(file->lists->pdata[i], now) &&
			    card_list_is_whole(file->lists->pdata[i]) &&
			    card_list_is_of(file->lists->pdata[i], issuer))
				return true;
	}
	return false;
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
			*ret_holding += card_list_holds(file->lists->pdata[i], now) ? 1 : 0;
		}
	}
}
