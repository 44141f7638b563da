/* imap_nesting.c - counts open lists in a server's words; literals and quoted strings are no lists.
 *
 * Literals are only skipped in FETCH responses, where mails stand: a "{9}" at the end of another
 * line may be mere text, and what comes after it is looked at.
 */
#include "gateway/imap_nesting.h"

#include <glib.h>

/* A line is over: a literal of it follows, or another line begins. */
static void line_end(ImapNesting *self)
{
	if (self->is_fetch && self->has_number)
		self->skip = self->literal;
	else
		*self = (ImapNesting){ 0 };
	self->has_number = false;
	self->literal = 0;
}

/* "* 12 FETCH (": the first letter of the third word tells. */
static void word_begin(ImapNesting *self, char c)
{
	if (self->last == ' ' && self->depth == 0 && c != ' ' && ++self->word == 2)
		self->is_fetch = c == 'F' || c == 'f';
}

static bool char_fits(ImapNesting *self, char c)
{
	if (c == '\n') {
		line_end(self);
		return true;
	}
	if (c == '\r')
		return true;
	if (self->is_quoted) {
		self->is_quoted = c != '"' || self->is_escaped;
		self->is_escaped = c == '\\' && !self->is_escaped;
		return true;
	}
	word_begin(self, c);
	if (c == '{')
		self->literal = 0;
	else if (g_ascii_isdigit(c))
		self->literal = MIN(self->literal * 10 + (size_t)(c - '0'), (size_t)G_MAXINT32);
	self->has_number = c == '}';
	self->is_quoted = c == '"';
	self->depth = MAX(self->depth + (c == '(') - (c == ')'), 0);
	self->last = c;
	return self->depth <= IMAP_NESTING_MOST;
}

bool imap_nesting_fits(ImapNesting *nesting, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		size_t skip = MIN(nesting->skip, length - i);

		nesting->skip -= skip;
		i += skip;
		if (i < length && !char_fits(nesting, bytes[i++]))
			return false;
	}
	return true;
}
