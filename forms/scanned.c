/* scanned.c - whether a document's name says that it is a signed approval. */
#include "forms/scanned.h"

#include <glib.h>

#include "common/text.h"

/* Folded words. */
static const char *const approval[] = {
	"goedkeuring", "goedgekeurd", "akkoord",    "approbation", "approuve", "accord",
	"genehmigung", "genehmigt",   "zustimmung", "approval",    "approved", NULL,
};
static const char *const doubt[] = {
	"niet",    "geen",    "weigering", "geweigerd", "afkeuring", "refus",   "refuse",
	"pas",     "non",     "ablehnung", "abgelehnt", "nicht",     "keine",   "refusal",
	"refused", "not",     "no",        "aanvraag",  "vraag",     "verzoek", "demande",
	"antrag",  "request", "formulier", "template",  NULL,
};

bool scanned_is_approval(const char *name)
{
	g_autofree char *folded = text_fold(name);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);
	bool found = false;

	for (char **word = words; *word != NULL; word++) {
		if (g_strv_contains(doubt, *word))
			return false;
		found = found || g_strv_contains(approval, *word);
	}
	return found;
}
