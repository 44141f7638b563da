/* tokens.c - the links of mails: only the hash of a token is kept. */
#include "store/outbox.h"

#include "store/inside.h"

void token_free(Token *token)
{
	if (token == NULL)
		return;
	g_free(token->holder);
	g_free(token);
}

static bool put(Store *store, const char *token_hash, const Token *token, GError **error)
{
	static const char sql[] =
		"INSERT INTO tokens (hash, purpose, case_id, holder, expires, login)"
		" VALUES (:hash, :purpose, :case, :holder, :expires, :login)";
	const char word[] = { (char)token->purpose, '\0' };
	g_autoptr(Statement) insert = statement(store, sql);

	bind_text(insert, ":hash", token_hash);
	bind_text(insert, ":purpose", word);
	bind_id(insert, ":case", token->case_id);
	bind_text(insert, ":holder", token->holder);
	bind_number(insert, ":expires", token->expires);
	bind_id(insert, ":login", token->login);
	return statement_run(insert, error);
}

bool token_put(Store *store, const char *token_hash, TokenPurpose purpose, gint64 case_id,
	       const char *holder, gint64 expires, GError **error)
{
	const Token token = { purpose, case_id, (char *)holder, expires, 0 };

	return put(store, token_hash, &token, error);
}

bool token_put_login(Store *store, const char *token_hash, gint64 login, const char *holder,
		     gint64 expires, GError **error)
{
	const Token token = { TOKEN_MINE, 0, (char *)holder, expires, login };

	return put(store, token_hash, &token, error);
}

bool tokens_revoke(Store *store, const char *holder, GError **error)
{
	g_autoptr(Statement) delete = statement(store, "DELETE FROM tokens WHERE holder = :holder");

	bind_text(delete, ":holder", holder);
	return statement_run(delete, error);
}

static void *token_read(Statement *row)
{
	Token *token = g_new0(Token, 1);

	*token = (Token){ .purpose = (TokenPurpose)column_text(row, 0)[0],
			  .case_id = column_number(row, 1),
			  .holder = column_given(row, 2),
			  .expires = column_number(row, 3),
			  .login = column_number(row, 4) };
	return token;
}

bool token_find(Store *store, const char *token_hash, gint64 now, Token **ret_token, GError **error)
{
	static const char sql[] = "SELECT purpose, case_id, holder, expires, login FROM tokens"
				  " WHERE hash = :hash AND expires > :now";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":hash", token_hash);
	bind_number(select, ":now", now);
	return statement_row(select, token_read, (void **)ret_token, error);
}
