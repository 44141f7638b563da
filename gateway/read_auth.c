/* read_auth.c - RFC 8601 2.2: Authentication-Results, taken apart as tokens.
 *
 *   authres = authserv-id [ version ] ( ";" none / 1*( ";" method "=" result
 *             [ "reason" "=" value ] *( ptype "." property "=" value ) ) )
 *
 * Comments may stand anywhere. Whoever wrote a field below the topmost one of
 * our own server may be the sender: that one alone counts.
 */
#include "gateway/read_auth.h"

#include <string.h>

#include "common/address.h"
#include "gateway/read_charset.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Authenticated, authenticated_free)

#define FIELD_BYTES (16 * 1024)

typedef enum { TOKEN_END, TOKEN_WORD, TOKEN_SIGN } TokenKind;

typedef struct Tokens {
	const char *p;
	GString *word; /* of a word or a quoted string */
	char sign;     /* ; = . / of a sign */
	TokenKind kind;
} Tokens;

static const char *skip_comment(const char *p)
{
	guint depth = 0;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && --depth == 0)
			return p + 1;
	}
	return p;
}

static const char *skip_space(const char *p)
{
	for (;;) {
		while (g_ascii_isspace(*p))
			p++;
		if (*p != '(')
			return p;
		p = skip_comment(p);
	}
}

static void read_quoted(Tokens *tokens)
{
	const char *p = tokens->p + 1;

	for (; *p != '\0' && *p != '"'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		g_string_append_c(tokens->word, *p);
	}
	tokens->p = *p == '"' ? p + 1 : p;
}

static void next(Tokens *tokens)
{
	const char *p = tokens->p = skip_space(tokens->p);

	g_string_truncate(tokens->word, 0);
	if (*p == '\0') {
		tokens->kind = TOKEN_END;
	} else if (*p == ';' || *p == '=') {
		tokens->kind = TOKEN_SIGN;
		tokens->sign = *p;
		tokens->p++;
	} else if (*p == '"') {
		tokens->kind = TOKEN_WORD;
		read_quoted(tokens);
	} else {
		tokens->kind = TOKEN_WORD;
		while (*p != '\0' && !g_ascii_isspace(*p) && strchr(";=()\"", *p) == NULL)
			g_string_append_c(tokens->word, *p++);
		if (p == tokens->p) /* a stray bracket */
			p++;
		tokens->p = p;
	}
}

static bool is_sign(const Tokens *tokens, char sign)
{
	return tokens->kind == TOKEN_SIGN && tokens->sign == sign;
}

/* Of user@domain or domain, in lower case. Given. */
static char *domain_of(const char *value)
{
	const char *at = strrchr(value, '@');
	char *domain = g_ascii_strdown(at != NULL ? at + 1 : value, -1);

	g_strdelimit(domain, "<>", ' ');
	return g_strstrip(domain);
}

typedef struct Result {
	char *method, *value, *domain; /* domain: of the property that tells who */
} Result;

static void result_clear(Result *result)
{
	g_clear_pointer(&result->method, g_free);
	g_clear_pointer(&result->value, g_free);
	g_clear_pointer(&result->domain, g_free);
}

static void set(char **place, char *value)
{
	g_free(*place);
	*place = value;
}

/* One of several that pass: that of the sender's own domain rather than another. */
static bool is_better(const char *have, const char *domain, const char *from)
{
	return from != NULL && !domain_aligned(have, from) && domain_aligned(domain, from);
}

static void result_keep(const Result *result, Authenticated *all, const char *from)
{
	static const char *const known[] = { "pass",     "fail",          "softfail",  "neutral",
					     "none",     "temperror",     "permerror", "policy",
					     "hardfail", "bestguesspass", NULL };
	bool pass;

	if (result->method == NULL || result->value == NULL ||
	    !g_strv_contains(known, result->value))
		return;
	pass = strcmp(result->value, "pass") == 0;
	if (strcmp(result->method, "spf") == 0 && strcmp(all->spf, "pass") != 0) {
		set(&all->spf, g_strdup(result->value));
		set(&all->spf_domain, g_strdup(result->domain != NULL ? result->domain : ""));
	} else if (strcmp(result->method, "dkim") == 0) {
		const char *domain = result->domain != NULL ? result->domain : "";
		bool had = strcmp(all->dkim, "pass") == 0;

		if (!had)
			set(&all->dkim, g_strdup(result->value));
		if (pass && (!had || is_better(all->dkim_domain, domain, from)))
			set(&all->dkim_domain, g_strdup(domain));
	} else if (strcmp(result->method, "dmarc") == 0 && strcmp(all->dmarc, "none") == 0) {
		/* a pass of another domain than From's says nothing about From */
		bool others = result->domain != NULL && from != NULL &&
			      !domain_aligned(result->domain, from);

		if (!pass || !others)
			set(&all->dmarc, g_strdup(result->value));
	}
}

/* One "name = value"; name is a method the first time, then a property. */
static void pair(Result *result, const char *name, const char *value)
{
	if (result->method == NULL) {
		result->method = g_ascii_strdown(name, (gssize)strcspn(name, "/"));
		result->value = g_ascii_strdown(value, -1);
	} else if ((strcmp(result->method, "spf") == 0 &&
		    g_ascii_strcasecmp(name, "smtp.mailfrom") == 0) ||
		   (strcmp(result->method, "dkim") == 0 &&
		    g_ascii_strcasecmp(name, "header.d") == 0) ||
		   (strcmp(result->method, "dmarc") == 0 &&
		    g_ascii_strcasecmp(name, "header.from") == 0)) {
		set(&result->domain, domain_of(value));
	}
}

static void read_results(Tokens *tokens, Authenticated *all, const char *from)
{
	Result result = { 0 };

	while (tokens->kind != TOKEN_END) {
		g_autofree char *name = NULL;

		if (tokens->kind != TOKEN_WORD) {
			if (is_sign(tokens, ';')) {
				result_keep(&result, all, from);
				result_clear(&result);
			}
			next(tokens);
			continue;
		}
		name = g_strdup(tokens->word->str);
		next(tokens);
		if (!is_sign(tokens, '='))
			continue;
		next(tokens);
		if (tokens->kind == TOKEN_WORD)
			pair(&result, name, tokens->word->str);
		if (tokens->kind == TOKEN_WORD)
			next(tokens);
	}
	result_keep(&result, all, from);
	result_clear(&result);
}

typedef enum {
	FIELD_OTHERS,
	FIELD_OURS,
	FIELD_UNKNOWN
} FieldOf; /* UNKNOWN: ours, in a version we do not know */

/* Adds what raw says to all when it is of authserv. */
static FieldOf read_field(const char *raw, const char *authserv, const char *from,
			  Authenticated *all)
{
	g_autofree char *text = charset_text(raw, MIN(strlen(raw), FIELD_BYTES), NULL);
	Tokens tokens = { .p = text, .word = g_string_new(NULL) };
	bool named, ours;

	next(&tokens);
	named = ours =
		tokens.kind == TOKEN_WORD && g_ascii_strcasecmp(tokens.word->str, authserv) == 0;
	if (ours) {
		next(&tokens);
		/* RFC 8601 2.2: the version, 1 where it is absent; we know no other */
		if (tokens.kind == TOKEN_WORD && strcmp(tokens.word->str, "1") != 0)
			ours = false;
		else if (tokens.kind == TOKEN_WORD)
			next(&tokens);
		ours = ours && (tokens.kind == TOKEN_END || is_sign(&tokens, ';'));
	}
	if (ours)
		read_results(&tokens, all, from);
	g_string_free(tokens.word, TRUE);
	return ours ? FIELD_OURS : named ? FIELD_UNKNOWN : FIELD_OTHERS;
}

Authenticated *authentication_read(GMimeHeaderList *headers, const char *authserv, const char *from)
{
	int count = g_mime_header_list_get_count(headers);

	for (int i = 0; i < count; i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);
		const char *name = g_mime_header_get_name(header);
		const char *raw = g_mime_header_get_raw_value(header);
		g_autoptr(Authenticated) all = NULL;

		if (g_ascii_strcasecmp(name, "Authentication-Results") != 0 || raw == NULL)
			continue;
		all = authenticated_new();
		switch (read_field(raw, authserv, from, all)) {
		case FIELD_OURS:
			return g_steal_pointer(&all);
		case FIELD_UNKNOWN:
			return NULL;
		case FIELD_OTHERS:
			break;
		}
	}
	return NULL;
}
