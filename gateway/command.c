/* command.c - one table of commands; lines with # count only above any other text. */
#include "gateway/command.h"

#include <string.h>

#include "common/limits.h"
#include "common/text.h"

static const struct {
	const char *word;
	Command command;
	bool argument;
} commands[] = {
	{ "note", COMMAND_NOTE, false },     { "close", COMMAND_CLOSE, false },
	{ "wait", COMMAND_WAIT, false },     { "take", COMMAND_TAKE, false },
	{ "to", COMMAND_TO, true },          { "form", COMMAND_FORM, true },
	{ "reopen", COMMAND_REOPEN, false }, { "help", COMMAND_HELP, false },
};

/* What cannot be said in one mail: each row's commands exclude each other. */
static const guint contradictions[] = {
	COMMAND_NOTE | COMMAND_WAIT, COMMAND_WAIT | COMMAND_CLOSE, COMMAND_CLOSE | COMMAND_REOPEN,
	COMMAND_TO | COMMAND_CLOSE,  COMMAND_TO | COMMAND_WAIT,    COMMAND_TO | COMMAND_TAKE,
};

static void read_line(Commands *self, const char *line)
{
	g_auto(GStrv) words = g_strsplit_set(line + 1, " \t", -1);
	const char *word = words[0] != NULL ? words[0] : "", *argument = NULL;
	g_autofree char *lower = g_utf8_strdown(word, -1);

	for (guint i = 1; words[0] != NULL && words[i] != NULL && argument == NULL; i++)
		if (*words[i] != '\0')
			argument = words[i];
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(lower, commands[i].word) != 0)
			continue;
		self->given |= commands[i].command;
		if (commands[i].argument && argument == NULL && self->wrong == NULL) {
			self->wrong = text_one_line(line, 200);
			self->code = "missing-argument";
		}
		char **place = commands[i].command == COMMAND_TO     ? &self->team
			       : commands[i].command == COMMAND_FORM ? &self->form
								     : NULL;
		if (place != NULL && argument != NULL) {
			g_free(*place);
			*place = g_utf8_strdown(argument, -1);
		}
		return;
	}
	if (self->wrong == NULL) {
		self->wrong = text_one_line(line, 200);
		self->code = "unknown-command";
	}
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
	g_free(self->text);
	g_free(self->wrong);
	g_free(self);
}
