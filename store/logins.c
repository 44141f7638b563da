/* logins.c - links to My cases that somebody asked for on the page. */
#include "store/logins.h"

#include <jansson.h>
#include <string.h>

#include "store/inside.h"
#include "store/outbox.h"

#define CODE_CHARACTERS 8
#define HOUR (60 * 60)

void login_free(Login *login)
{
	if (login == NULL)
		return;
	g_free(login->holder);
	g_free(login->browser);
	g_free(login);
}

static bool count_recent(Store *store, const char *holder, gint64 since, gint64 *ret_count,
			 GError **error)
{
	g_autoptr(Statement) select = statement(
		store, "SELECT COUNT(*) FROM logins WHERE holder = :holder AND asked > :since");

	bind_text(select, ":holder", holder);
	bind_number(select, ":since", since);
	return statement_number(select, ret_count, error);
}

static bool note(Store *store, const char *holder, const char *browser, gint64 now, gint64 *ret_id,
		 GError **error)
{
	static const char sql[] = "INSERT INTO logins (holder, browser, asked, tries)"
				  " VALUES (:holder, :browser, :now, 0) RETURNING id";
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":holder", holder);
	bind_text(put, ":browser", browser);
	bind_number(put, ":now", now);
	return statement_number(put, ret_id, error);
}

static bool forget(Store *store, gint64 before, GError **error)
{
	g_autoptr(Statement) old =
		statement(store, "DELETE FROM logins WHERE asked < :before AND id <>"
				 " (SELECT MAX(id) FROM logins)");

	bind_number(old, ":before", before);
	return statement_run(old, error);
}

static bool owe(Store *store, const Person *person, const char *address, const char *holder,
		gint64 id, gint64 now, GError **error)
{
	json_t *json = json_pack("{s:I}", "login", (json_int_t)id);
	g_autofree char *data = json_dumps(json, JSON_COMPACT);
	NoticePut put = { .kind = "link",
			  .to = address,
			  .holder = holder,
			  .data = data,
			  .language = person->language,
			  .now = now };

	json_decref(json);
	return outbox_put(store, &put, error);
}

static bool ask(Store *store, const Person *person, const char *address, const char *browser,
		gint64 now, gint64 keep, GError **error)
{
	g_autofree char *holder =
		person != NULL ? g_strconcat("p:", person->number, NULL) : g_strdup("");
	gint64 recent = 0, id = 0;
	bool is_mailed;

	if (!forget(store, now - keep, error) ||
	    !count_recent(store, holder, now - HOUR, &recent, error))
		return false;
	is_mailed = person != NULL && recent < LOGIN_PER_HOUR;
	return note(store, is_mailed ? holder : "", browser, now, &id, error) &&
	       (!is_mailed || owe(store, person, address, holder, id, now, error));
}

bool login_ask(Store *store, const Person *person, const char *address, const char *browser_hash,
	       gint64 now, gint64 keep, GError **error)
{
	return verb_begin(store, error) &&
	       verb_end(store, ask(store, person, address, browser_hash, now, keep, error), error);
}

static void *login_read(Statement *row)
{
	Login *login = g_new0(Login, 1);

	*login = (Login){ .id = column_number(row, 0),
			  .holder = column_given(row, 1),
			  .browser = column_given(row, 2),
			  .asked = column_number(row, 3),
			  .tries = (guint)column_number(row, 4) };
	return login;
}

bool login_find(Store *store, gint64 id, Login **ret_login, GError **error)
{
	static const char sql[] =
		"SELECT id, holder, browser, asked, tries FROM logins AS this"
		" WHERE id = :id AND tries < :most AND NOT EXISTS (SELECT 1 FROM logins AS newer"
		" WHERE newer.holder = this.holder AND newer.id > this.id)";
	g_autoptr(Statement) select = statement(store, sql);

	bind_number(select, ":id", id);
	bind_number(select, ":most", LOGIN_TRIES);
	return statement_row(select, login_read, (void **)ret_login, error);
}

bool login_failed(Store *store, gint64 id, GError **error)
{
	g_autoptr(Statement) update =
		statement(store, "UPDATE logins SET tries = tries + 1 WHERE id = :id");

	bind_number(update, ":id", id);
	return statement_run(update, error);
}

char *login_code(const Secret *secret, gint64 id)
{
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, id);
	g_autofree char *hash = secret_hash(secret, CODE_CHARACTERS, "login", number, NULL);

	return g_strdup_printf("%.4s-%s", hash, hash + CODE_CHARACTERS / 2);
}

bool login_is_code(const Secret *secret, gint64 id, const char *typed)
{
	g_autofree char *code = login_code(secret, id);
	g_autoptr(GString) plain = g_string_new(NULL);

	for (; *typed != '\0' && plain->len < 2 * CODE_CHARACTERS; typed++)
		if (g_ascii_isalnum(*typed))
			g_string_append_c(plain, g_ascii_tolower(*typed));
	if (plain->len == CODE_CHARACTERS)
		g_string_insert_c(plain, CODE_CHARACTERS / 2, '-');
	return secret_equal(code, plain->str);
}
