/* directory.c - people of an LDAP directory, page by page.
 *
 * OpenLDAP's library does the protocol; its own configuration files and environment are not
 * read, so that nothing but [Directory] decides which certificates count.
 */
#include "desk/directory.h"

#include <ldap.h>
#include <string.h>

#include "common/error.h"
#include "common/limits.h"
#include "common/secret.h"
#include "common/settings_table.h"
#include "desk/directory_values.h"

#define CONNECT_SECONDS 10
#define ANSWER_SECONDS 60

typedef struct Search {
	const DirectorySettings *settings;
	const DirectoryMap *map;
	LDAP *ldap;
	Directory *found;
	GHashTable *numbers; /* char *: a DN in normal form -> char *: number, "" for none */
	GPtrArray *managers; /* char *: the DN of each entry's manager, or NULL */
} Search;

void directory_free(Directory *directory)
{
	if (directory == NULL)
		return;
	g_ptr_array_unref(directory->entries);
	g_free(directory->newest);
	g_free(directory);
}

static bool failed(const Search *search, int code, const char *what, GError **error)
{
	g_autofree char *said = NULL;
	DeskError kind = DESK_ERROR_UNAVAILABLE;
	char *diagnostic = NULL;

	if (code == LDAP_SUCCESS)
		return false;
	if (code == LDAP_INVALID_CREDENTIALS || code == LDAP_INSUFFICIENT_ACCESS ||
	    code == LDAP_INAPPROPRIATE_AUTH || code == LDAP_CONFIDENTIALITY_REQUIRED)
		kind = DESK_ERROR_NO_PERMISSION;
	else if (code == LDAP_NO_SUCH_OBJECT || code == LDAP_FILTER_ERROR ||
		 code == LDAP_INVALID_DN_SYNTAX)
		kind = DESK_ERROR_CONFIG;
	ldap_get_option(search->ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic);
	said = g_utf8_make_valid(diagnostic != NULL ? diagnostic : "", -1);
	ldap_memfree(diagnostic);
	g_strdelimit(said, "\r\n\t", ' ');
	/* The library does not tell a certificate that it refuses from a server that is away. */
	if (code == LDAP_SERVER_DOWN && search->settings->tls != TLS_NONE) {
		g_free(said);
		said = g_strdup("it is away, or its certificate is not of CaFile or of that name");
	}
	g_set_error(error, DESK_ERROR, kind, "%s: %s: %s%s%s", search->settings->url, what,
		    ldap_err2string(code), said[0] != '\0' ? ": " : "", said);
	return true;
}

/* ---- the connection ---- */

static int set_options(LDAP *ldap, const DirectorySettings *settings)
{
	const struct timeval connect = { .tv_sec = CONNECT_SECONDS },
			     answer = { .tv_sec = ANSWER_SECONDS };
	const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
	int code = ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version);

	if (code == LDAP_SUCCESS)
		code = ldap_set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	if (code == LDAP_SUCCESS)
		code = ldap_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &connect);
	if (code == LDAP_SUCCESS)
		code = ldap_set_option(ldap, LDAP_OPT_TIMEOUT, &answer);
	if (code == LDAP_SUCCESS)
		code = ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
	if (code == LDAP_SUCCESS)
		code = ldap_set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE,
				       settings->ca_file != NULL
					       ? settings->ca_file
					       : "/etc/ssl/certs/ca-certificates.crt");
	if (code == LDAP_SUCCESS)
		code = ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &client);
	return code;
}

static bool open_connection(Search *search, const char *folder, GError **error)
{
	const DirectorySettings *settings = search->settings;
	g_autofree char *password = NULL;
	struct berval credentials = { 0 };

	g_setenv("LDAPNOINIT", "1", TRUE);
	if (failed(search, ldap_initialize(&search->ldap, settings->url), "the connection",
		   error) ||
	    failed(search, set_options(search->ldap, settings), "the options", error))
		return false;
	if (g_str_has_prefix(settings->url, "ldap:") && settings->tls != TLS_NONE &&
	    failed(search, ldap_start_tls_s(search->ldap, NULL, NULL), "StartTLS", error))
		return false;
	if (settings->password != NULL) {
		password = secret_read(settings->password, folder, error);
		if (password == NULL)
			return false;
		if (password[0] == '\0') {
			g_set_error(error, DESK_ERROR, DESK_ERROR_CONFIG,
				    "[Directory] Password: it is empty");
			return false;
		}
		credentials.bv_val = password;
		credentials.bv_len = strlen(password);
	}
	return !failed(search,
		       ldap_sasl_bind_s(search->ldap, settings->bind_dn, LDAP_SASL_SIMPLE,
					&credentials, NULL, NULL, NULL),
		       "BindDn", error);
}

/* ---- entries ---- */

/* The DN in one form, so that a manager's is found. */
static char *dn_normal(const char *text)
{
	char *normal = NULL, *folded;
	LDAPDN dn = NULL;

	if (ldap_str2dn(text, &dn, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS)
		ldap_dn2str(dn, &normal, LDAP_DN_FORMAT_LDAPV3);
	ldap_dnfree(dn);
	folded = g_utf8_casefold(normal != NULL ? normal : text, -1);
	ldap_memfree(normal);
	return folded;
}

/* The values of an attribute: char *, valid UTF-8. */
static GPtrArray *values_of(LDAP *ldap, LDAPMessage *message, const char *attribute)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
	struct berval **all = ldap_get_values_len(ldap, message, attribute);

	for (int i = 0; all != NULL && all[i] != NULL; i++)
		g_ptr_array_add(values, g_utf8_make_valid(all[i]->bv_val, (gssize)all[i]->bv_len));
	if (all != NULL)
		ldap_value_free_len(all);
	return values;
}

static void keep_newest(Search *search, LDAPMessage *message)
{
	g_autoptr(GPtrArray) times = values_of(search->ldap, message, search->map->changed);

	if (times->len > 0 &&
	    (search->found->newest == NULL || strcmp(times->pdata[0], search->found->newest) > 0)) {
		g_free(search->found->newest);
		search->found->newest = g_strdup(times->pdata[0]);
	}
}

static void take_entry(Search *search, LDAPMessage *message)
{
	PersonEntry *entry = g_new0(PersonEntry, 1);
	char *dn = ldap_get_dn(search->ldap, message), *manager = NULL;

	entry->place = g_utf8_make_valid(dn != NULL ? dn : "", -1);
	for (guint c = 0; c < PERSON_COLUMNS; c++) {
		g_autoptr(GPtrArray) values = NULL;

		if (search->map->constants[c] != NULL) {
			entry->values[c] = g_strdup(search->map->constants[c]);
			continue;
		}
		if (search->map->attributes[c] == NULL)
			continue;
		values = values_of(search->ldap, message, search->map->attributes[c]);
		entry->values[c] = directory_value(c, values);
	}
	if (entry->values[DIRECTORY_MANAGER] != NULL &&
	    strchr(entry->values[DIRECTORY_MANAGER], '=') != NULL)
		manager = g_steal_pointer(&entry->values[DIRECTORY_MANAGER]);
	g_ptr_array_add(search->managers, manager);
	g_hash_table_insert(search->numbers, dn_normal(entry->place),
			    g_strdup(entry->values[DIRECTORY_NUMBER] != NULL
					     ? entry->values[DIRECTORY_NUMBER]
					     : ""));
	keep_newest(search, message);
	g_ptr_array_add(search->found->entries, entry);
	ldap_memfree(dn);
}

static LDAPControl *page_control(Search *search, struct berval *cookie, GError **error)
{
	LDAPControl *control = NULL;

	failed(search,
	       ldap_create_page_control(search->ldap, (ber_int_t)search->settings->page, cookie, 1,
					&control),
	       "a page", error);
	return control;
}

/* The cookie of the next page; empty after the last. */
static bool next_page(Search *search, LDAPMessage *result, struct berval *cookie, GError **error)
{
	LDAPControl **controls = NULL;
	LDAPControl *page;
	ber_int_t estimate;
	int told = LDAP_SUCCESS,
	    code = ldap_parse_result(search->ldap, result, &told, NULL, NULL, NULL, &controls, 0);
	bool done = !failed(search, code, "the answer", error) &&
		    !failed(search, told, "the search", error);

	ber_memfree(cookie->bv_val);
	*cookie = (struct berval){ 0 };
	page = done ? ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL) : NULL;
	if (page != NULL)
		done = !failed(
			search,
			ldap_parse_pageresponse_control(search->ldap, page, &estimate, cookie),
			"the page", error);
	ldap_controls_free(controls);
	return done;
}

static bool search_page(Search *search, const char *filter, char **attributes,
			struct berval *cookie, GError **error)
{
	LDAPControl *page = page_control(search, cookie, error);
	LDAPControl *controls[] = { page, NULL };
	LDAPMessage *result = NULL;
	int code;
	bool done;

	if (page == NULL)
		return false;
	code = ldap_search_ext_s(search->ldap, search->settings->base, LDAP_SCOPE_SUBTREE, filter,
				 attributes, 0, controls, NULL, NULL, 0, &result);
	ldap_control_free(page);
	done = result != NULL || !failed(search, code, "the search", error);
	for (LDAPMessage *each = done ? ldap_first_message(search->ldap, result) : NULL;
	     done && each != NULL; each = ldap_next_message(search->ldap, each)) {
		if (ldap_msgtype(each) == LDAP_RES_SEARCH_ENTRY)
			take_entry(search, each);
		else if (ldap_msgtype(each) == LDAP_RES_SEARCH_RESULT)
			done = next_page(search, each, cookie, error);
	}
	ldap_msgfree(result);
	return done;
}

static bool search_all(Search *search, const char *since, GError **error)
{
	g_autofree char *filter =
		since != NULL ? g_strdup_printf("(&%s(%s>=%s))", search->settings->filter,
						search->map->changed, since)
			      : g_strdup(search->settings->filter);
	g_auto(GStrv) attributes = directory_map_attributes(search->map);
	struct berval cookie = { 0 };
	bool done;

	do
		done = search_page(search, filter, attributes, &cookie, error);
	while (done && cookie.bv_len > 0);
	ber_memfree(cookie.bv_val);
	return done;
}

/* ---- managers ---- */

/* The number of somebody who is not among the entries; "" when there is none. */
static char *number_of_dn(Search *search, const char *dn)
{
	char *attributes[] = { search->map->attributes[DIRECTORY_NUMBER], NULL };
	g_autoptr(GPtrArray) values = NULL;
	LDAPMessage *result = NULL, *entry;

	if (ldap_search_ext_s(search->ldap, dn, LDAP_SCOPE_BASE, "(objectClass=*)", attributes, 0,
			      NULL, NULL, NULL, 1, &result) == LDAP_SUCCESS &&
	    (entry = ldap_first_entry(search->ldap, result)) != NULL)
		values = values_of(search->ldap, entry, attributes[0]);
	ldap_msgfree(result);
	return g_strdup(values != NULL && values->len > 0 ? values->pdata[0] : "");
}

/* A manager who has no number stays a DN, which the check of the list names. */
static void find_managers(Search *search)
{
	for (guint i = 0; i < search->managers->len; i++) {
		PersonEntry *entry = search->found->entries->pdata[i];
		const char *dn = search->managers->pdata[i], *number;
		char *normal;

		if (dn == NULL)
			continue;
		normal = dn_normal(dn);
		number = g_hash_table_lookup(search->numbers, normal);
		if (number == NULL) {
			char *asked = number_of_dn(search, dn);

			g_hash_table_insert(search->numbers, g_strdup(normal), asked);
			number = asked;
		}
		entry->values[DIRECTORY_MANAGER] = g_strdup(number[0] != '\0' ? number : dn);
		g_free(normal);
	}
}

bool directory_read(const Settings *settings, const char *since, Directory **ret_directory,
		    GError **error)
{
	g_autoptr(Directory) found = NULL;
	g_autoptr(DirectoryMap) map = NULL;
	g_autoptr(GHashTable) numbers =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GPtrArray) managers = g_ptr_array_new_with_free_func(g_free);
	Search search = { .settings = &settings->directory,
			  .numbers = numbers,
			  .managers = managers };
	bool done;

	if (settings->directory.url == NULL) {
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_CONFIG,
			"there is no [Directory] in the configuration: expected its Url and Base");
		return false;
	}
	map = directory_map_read(settings->directory.attributes, error);
	if (map == NULL)
		return false;
	found = g_new0(Directory, 1);
	found->entries = g_ptr_array_new_with_free_func((GDestroyNotify)person_entry_free);
	search.map = map;
	search.found = found;
	done = open_connection(&search, settings->folder, error) &&
	       search_all(&search, since, error);
	if (done)
		find_managers(&search);
	if (search.ldap != NULL)
		ldap_unbind_ext_s(search.ldap, NULL, NULL);
	if (done)
		*ret_directory = g_steal_pointer(&found);
	return done;
}
