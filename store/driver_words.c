/* driver_words.c - the words of cases, by SQLite's full-text index (FTS5).
 *
 * Triggers read the words of new rows; nothing that is read is taken out again.  A piece is one
 * text of a case: its subject, an answer, a mail, an event, the name of a document.
 */
#include "store/driver.h"

#define WORDS_ASKED 10
#define PIECES_FOUND 5000 /* the newest: words that stand everywhere lead nowhere */

static const char words_sql[] =
	"CREATE TABLE pieces (id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL);"
	"CREATE VIRTUAL TABLE piece_words USING fts5 (words, content = '', detail = none,"
	"  tokenize = 'unicode61 remove_diacritics 2');"
	"CREATE TRIGGER words_of_case AFTER INSERT ON cases"
	" BEGIN INSERT INTO pieces (case_id) VALUES (NEW.id);"
	" INSERT INTO piece_words (rowid, words)"
	" VALUES (last_insert_rowid(), NEW.subject || ' ' || NEW.comment); END;"
	"CREATE TRIGGER words_of_answer AFTER INSERT ON answers"
	" BEGIN INSERT INTO pieces (case_id) VALUES (NEW.case_id);"
	" INSERT INTO piece_words (rowid, words)"
	" VALUES (last_insert_rowid(), NEW.value || ' ' || NEW.typed); END;"
	"CREATE TRIGGER words_of_mail AFTER INSERT ON mails WHEN NEW.case_id IS NOT NULL"
	" AND NEW.direction = 'in'"
	" BEGIN INSERT INTO pieces (case_id) VALUES (NEW.case_id);"
	" INSERT INTO piece_words (rowid, words)"
	" VALUES (last_insert_rowid(), NEW.subject || ' ' || NEW.body); END;"
	"CREATE TRIGGER words_of_filed_mail AFTER UPDATE OF case_id ON mails WHEN NEW.case_id IS NOT NULL"
	" AND NEW.direction = 'in' AND OLD.case_id IS NOT NEW.case_id"
	" BEGIN INSERT INTO pieces (case_id) VALUES (NEW.case_id);"
	" INSERT INTO piece_words (rowid, words)"
	" VALUES (last_insert_rowid(), NEW.subject || ' ' || NEW.body); END;"
	"CREATE TRIGGER words_of_event AFTER INSERT ON events WHEN NEW.text <> ''"
	" BEGIN INSERT INTO pieces (case_id) VALUES (NEW.case_id);"
	" INSERT INTO piece_words (rowid, words)"
	" VALUES (last_insert_rowid(), NEW.text); END;"
	"CREATE TRIGGER words_of_document AFTER INSERT ON documents"
	" BEGIN INSERT INTO pieces (case_id) VALUES (NEW.case_id);"
	" INSERT INTO piece_words (rowid, words)"
	" VALUES (last_insert_rowid(), (SELECT name FROM parts WHERE id = NEW.part)); END;"
	"INSERT INTO pieces (id, case_id) SELECT id, id FROM cases;"
	"INSERT INTO piece_words (rowid, words)"
	"  SELECT c.id, c.subject || ' ' || c.comment || ' ' || COALESCE((SELECT"
	"    group_concat(value, ' ') FROM answers a WHERE a.case_id = c.id), '') || ' ' ||"
	"  COALESCE((SELECT group_concat(subject || ' ' || body, ' ') FROM mails m"
	"    WHERE m.case_id = c.id AND m.direction = 'in'), '') || ' ' ||"
	"  COALESCE((SELECT group_concat(text, ' ') FROM events e WHERE e.case_id = c.id), '')"
	"  || ' ' || COALESCE((SELECT group_concat(p.name, ' ') FROM documents d"
	"    JOIN parts p ON p.id = d.part WHERE d.case_id = c.id), '') FROM cases c;";

bool driver_words_make(Driver *driver, GError **error)
{
	return driver_script(driver, words_sql, error);
}

/* All texts with a beginning have to be read to find the newest; those with a word are there in
 * order. */
const char *driver_words_cases(void)
{
	return "SELECT p.case_id FROM pieces p WHERE p.id IN (SELECT rowid FROM piece_words"
	       " WHERE piece_words MATCH CASE WHEN (SELECT COUNT(*) FROM (SELECT 1 FROM piece_words"
	       "  WHERE piece_words MATCH :whole LIMIT " G_STRINGIFY(PIECES_FOUND) ")) < " G_STRINGIFY(
		       PIECES_FOUND) " THEN :found ELSE :whole END"
				     " ORDER BY rowid DESC LIMIT " G_STRINGIFY(PIECES_FOUND) ")";
}

char *driver_words_asked(const char *words, bool is_whole)
{
	g_autoptr(GString) match = g_string_new(NULL);
	guint count = 0;

	while (*words != '\0' && count < WORDS_ASKED) {
		const char *end = words;

		while (g_unichar_isalnum(g_utf8_get_char(end)))
			end = g_utf8_next_char(end);
		if (end > words) {
			g_string_append_printf(match, "%s\"%.*s\"%s", count > 0 ? " " : "",
					       (int)(end - words), words, is_whole ? "" : "*");
			count++;
		}
		words = *end != '\0' ? g_utf8_next_char(end) : end;
	}
	return g_strdup(count > 0 ? match->str : "\"\"");
}
