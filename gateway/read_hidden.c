/* read_hidden.c - the few declarations of a style that hide text; no cascade. */
#include "gateway/read_hidden.h"

#include <stdbool.h>
#include <string.h>

#define STYLE_BYTES 2000 /* of one style attribute are looked at */
#define NAME_BYTES 32

typedef struct Colors {
	char front[NAME_BYTES], back[NAME_BYTES]; /* "" where the style does not say */
} Colors;

/* "#ffffff", "#fff", "white", "rgb(255,255,255)" are one. */
static void color_normal(const char *value, char *ret)
{
	static const struct {
		const char *written, *normal;
	} same[] = {
		{ "white", "#ffffff" },
		{ "#fff", "#ffffff" },
		{ "rgb(255,255,255)", "#ffffff" },
		{ "black", "#000000" },
		{ "#000", "#000000" },
		{ "rgb(0,0,0)", "#000000" },
		{ "rgba(0,0,0,0)", "transparent" },
	};

	g_strlcpy(ret, value, NAME_BYTES);
	for (gsize i = 0; i < G_N_ELEMENTS(same); i++)
		if (strcmp(value, same[i].written) == 0)
			g_strlcpy(ret, same[i].normal, NAME_BYTES);
}

/* Whether a length is nothing, such as "0", "0px", "0.0em". */
static bool is_nothing(const char *value)
{
	return g_ascii_isdigit(value[0]) && g_ascii_strtod(value, NULL) <= 0.0;
}

static guint set(guint hidden, Hidden what, bool on)
{
	return on ? hidden | what : hidden & ~(guint)what;
}

/* One declaration, in small letters without blanks. */
static guint declare(guint hidden, const char *name, const char *value, Colors *colors)
{
	if (strcmp(name, "display") == 0)
		return strcmp(value, "none") == 0 ? hidden | HIDDEN_WHOLE : hidden;
	if (strcmp(name, "mso-hide") == 0)
		return strcmp(value, "all") == 0 ? hidden | HIDDEN_WHOLE : hidden;
	if (strcmp(name, "opacity") == 0)
		return is_nothing(value) ? hidden | HIDDEN_WHOLE : hidden;
	if (strcmp(name, "visibility") == 0)
		return set(hidden, HIDDEN_UNSEEN,
			   strcmp(value, "hidden") == 0 || strcmp(value, "collapse") == 0);
	if (strcmp(name, "font-size") == 0)
		return set(hidden, HIDDEN_SMALL, is_nothing(value));
	if (strcmp(name, "color") == 0)
		color_normal(value, colors->front);
	else if (strcmp(name, "background-color") == 0 || strcmp(name, "background") == 0)
		color_normal(value, colors->back);
	return hidden;
}

/* Small letters, and neither blanks nor "!important". */
static char *squeeze(const char *style)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; style[i] != '\0' && i < STYLE_BYTES; i++)
		if (!g_ascii_isspace(style[i]))
			g_string_append_c(text, g_ascii_tolower(style[i]));
	g_string_replace(text, "!important", "", 0);
	return g_string_free(text, FALSE);
}

static guint read_style(guint hidden, const char *style, Colors *colors)
{
	g_autofree char *text = squeeze(style);
	char *rest = text;

	while (rest != NULL) {
		char *name = rest, *value;

		rest = strchr(name, ';');
		if (rest != NULL)
			*rest++ = '\0';
		value = strchr(name, ':');
		if (value == NULL)
			continue;
		*value++ = '\0';
		hidden = declare(hidden, name, value, colors);
	}
	return hidden;
}

static void take_color(const char *value, char *ret)
{
	g_autofree char *normal = value != NULL ? squeeze(value) : NULL;

	if (normal != NULL)
		color_normal(normal, ret);
}

/* Whether nobody sees letters of this colour: they are as what they lie on, as far as that is
 * known. */
static bool is_invisible(const Colors *colors, guint hidden)
{
	if (strcmp(colors->front, "transparent") == 0)
		return true;
	if (colors->back[0] != '\0')
		return strcmp(colors->front, colors->back) == 0;
	return (hidden & HIDDEN_PAINTED) == 0 && strcmp(colors->front, "#ffffff") == 0;
}

guint hidden_of(guint inherited, const Looks *looks)
{
	guint hidden = looks->hidden ? inherited | HIDDEN_WHOLE : inherited;
	Colors colors = { "", "" };

	take_color(looks->color, colors.front);
	take_color(looks->background, colors.back);
	if (looks->style != NULL)
		hidden = read_style(hidden, looks->style, &colors);
	if (colors.back[0] != '\0' && strcmp(colors.back, "#ffffff") != 0 &&
	    strcmp(colors.back, "transparent") != 0 && strcmp(colors.back, "none") != 0)
		hidden |= HIDDEN_PAINTED;
	if (colors.front[0] != '\0')
		hidden = set(hidden, HIDDEN_COLOR, is_invisible(&colors, hidden));
	return hidden;
}
