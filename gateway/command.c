/* command.c - one table of commands; lines with # count only above any other text. */
#include "gateway/command.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"

/* Where the argument goes; whole: the rest of the line, else its first word in small letters. */
static const struct {
	const char *word;
	Command command;
	bool argument, whole;
	gsize place;
} commands[] = {
	{ "note", COMMAND_NOTE, false, false, 0 },
	{ "close", COMMAND_CLOSE, false, false, 0 },
	{ "wait", COMMAND_WAIT, false, false, 0 },
	{ "take", COMMAND_TAKE, false, false, 0 },
	{ "to", COMMAND_TO, true, false, G_STRUCT_OFFSET(Commands, team) },
	{ "form", COMMAND_FORM, true, false, G_STRUCT_OFFSET(Commands, form) },
	{ "reopen", COMMAND_REOPEN, false, false, 0 },
	{ "help", COMMAND_HELP, false, false, 0 },
	{ "answer", COMMAND_ANSWER, true, false, G_STRUCT_OFFSET(Commands, answer) },
	{ "merge", COMMAND_MERGE, true, false, G_STRUCT_OFFSET(Commands, merge) },
	{ "split", COMMAND_SPLIT, true, false, G_STRUCT_OFFSET(Commands, split) },
	{ "due", COMMAND_DUE, true, true, G_STRUCT_OFFSET(Commands, due) },
	{ "watch", COMMAND_WATCH, false, false, 0 },
	{ "unwatch", COMMAND_UNWATCH, false, false, 0 },
};

/* What cannot be said in one mail: each row's commands exclude each other. */
static const guint contradictions[] = {
	COMMAND_NOTE | COMMAND_WAIT,     COMMAND_WAIT | COMMAND_CLOSE,
	COMMAND_CLOSE | COMMAND_REOPEN,  COMMAND_TO | COMMAND_CLOSE,
	COMMAND_TO | COMMAND_WAIT,       COMMAND_TO | COMMAND_TAKE,
	COMMAND_ANSWER | COMMAND_NOTE,   COMMAND_ANSWER | COMMAND_TO,
	COMMAND_ANSWER | COMMAND_REOPEN, COMMAND_ANSWER | COMMAND_MERGE,
	COMMAND_ANSWER | COMMAND_SPLIT,  COMMAND_MERGE | COMMAND_CLOSE,
	COMMAND_MERGE | COMMAND_WAIT,    COMMAND_MERGE | COMMAND_TO,
	COMMAND_MERGE | COMMAND_SPLIT,   COMMAND_MERGE | COMMAND_REOPEN,
	COMMAND_SPLIT | COMMAND_NOTE,    COMMAND_SPLIT | COMMAND_WAIT,
	COMMAND_SPLIT | COMMAND_TO,      COMMAND_WATCH | COMMAND_UNWATCH,
};

static void wrong(Commands *self, const char *line, const char *code)
{
	if (self->wrong != NULL)
		return;
	self->wrong = text_one_line(line, 200);
	self->code = code;
}

static void take_argument(Commands *self, gsize at, const char *argument)
{
	char **place = G_STRUCT_MEMBER_P(self, commands[at].place);

	g_free(*place);
	*place = commands[at].whole ? g_strdup(argument)
				    : g_utf8_strdown(argument, (gssize)strcspn(argument, " \t"));
}

static void read_line(Commands *self, const char *line)
{
	gsize length = strcspn(line + 1, " \t");
	g_autofree char *word = g_utf8_strdown(line + 1, (gssize)length);
	const char *argument = line + 1 + length + strspn(line + 1 + length, " \t");

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(word, commands[i].word) != 0)
			continue;
		self->given |= commands[i].command;
		if (commands[i].argument && *argument == '\0')
			wrong(self, line, "missing-argument");
		else if (commands[i].argument)
			take_argument(self, i, argument);
		return;
	}
	wrong(self, line, "unknown-command");
}

static void find_contradiction(Commands *self)
{
	for (size_t i = 0; i < G_N_ELEMENTS(contradictions) && self->wrong == NULL; i++) {
		GString *both;

		if ((self->given & contradictions[i]) != contradictions[i])
			continue;
		both = g_string_new(NULL);
		for (size_t k = 0; k < G_N_ELEMENTS(commands); k++)
			if (commands[k].command & contradictions[i])
				g_string_append_printf(both, "%s#%s", both->len > 0 ? " " : "",
						       commands[k].word);
		self->wrong = g_string_free(both, FALSE);
		self->code = "contradiction";
	}
}

/* The line from its first visible sign on; a bullet or a wide number sign before a command is
 * noise. */
static char *command_line(const char *line)
{
	static const char *const noise[] = { "- #", "* #", "• #", "- ＃" };
	const char *p = line;

	while (*p != '\0') {
		gunichar c = g_utf8_get_char(p);

		if (!g_unichar_isspace(c) && g_unichar_type(c) != G_UNICODE_FORMAT)
			break;
		p = g_utf8_next_char(p);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(noise); i++)
		if (g_str_has_prefix(p, noise[i]))
			p = strchr(p, ' ') + 1;
	if (g_str_has_prefix(p, "＃"))
		return g_strconcat("#", p + strlen("＃"), NULL);
	return g_strdup(p);
}

Commands *commands_read(const char *text)
{
	Commands *self = g_new0(Commands, 1);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	guint i = 0;

	for (; lines[i] != NULL; i++) {
		g_autofree char *line = g_strchomp(command_line(lines[i]));

		if (*line == '#')
			read_line(self, line);
		else if (*line != '\0')
			break;
	}
	self->text = lines[i] != NULL ? g_strjoinv("\n", lines + i) : g_strdup("");
	g_strstrip(self->text);
	find_contradiction(self);
	return self;
}

void commands_free(Commands *self)
{
	if (self == NULL)
		return;
	g_free(self->team);
	g_free(self->form);
	g_free(self->answer);
	g_free(self->merge);
	g_free(self->split);
	g_free(self->due);
	g_free(self->text);
	g_free(self->wrong);
	g_free(self);
}
