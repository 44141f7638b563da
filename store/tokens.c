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

bool token_put(Store *store, const char *token_hash, TokenPurpose purpose, gint64 case_id,
	       const char *holder, gint64 expires, GError **error)
{
	static const char sql[] = "INSERT INTO tokens (hash, purpose, case_id, holder, expires)"
				  " VALUES (:hash, :purpose, :case, :holder, :expires)";
	const char word[] = { (char)purpose, '\0' };
	g_autoptr(Statement) put = statement(store, sql);

	bind_text(put, ":hash", token_hash);
	bind_text(put, ":purpose", word);
	bind_id(put, ":case", case_id);
	bind_text(put, ":holder", holder);
	bind_number(put, ":expires", expires);
	return statement_run(put, error);
}

static void *token_read(Statement *row)
{
	Token *token = g_new0(Token, 1);

	*token = (Token){ .purpose = (TokenPurpose)column_text(row, 0)[0],
			  .case_id = column_number(row, 1),
			  .holder = column_given(row, 2),
			  .expires = column_number(row, 3) };
	return token;
}

bool token_find(Store *store, const char *token_hash, gint64 now, Token **ret_token, GError **error)
{
	static const char sql[] = "SELECT purpose, case_id, holder, expires FROM tokens"
				  " WHERE hash = :hash AND expires > :now";
	g_autoptr(Statement) select = statement(store, sql);

	bind_text(select, ":hash", token_hash);
	bind_number(select, ":now", now);
	return statement_row(select, token_read, (void **)ret_token, error);
}
