/* test_scanned.c - which file names are approvals. */
#include <glib.h>

#include "forms/scanned.h"

static const struct {
	const char *name;
	bool is;
} names[] = {
	{ "Goedkeuring Mia.pdf", true },       { "akkoord_leidinggevende.jpg", true },
	{ "approbation-chef.pdf", true },      { "Genehmigung.pdf", true },
	{ "signed approval 2027.pdf", true },  { "accord du chef.pdf", true },
	{ "niet akkoord.pdf", false },         { "demande d'approbation.pdf", false },
	{ "aanvraag goedkeuring.pdf", false }, { "formulier C61.pdf", false },
	{ "concordaat.pdf", false },           { "", false },
};

static void test_names(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_test_message("%s", names[i].name);
		g_assert_cmpint(scanned_is_approval(names[i].name), ==, names[i].is);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scanned/names", test_names);
	return g_test_run();
}
