/* scanned.h - whether a document's name says that it is a signed approval. Pure. */
#pragma once

#include <stdbool.h>

/* "Goedkeuring Mia.pdf", "approbation_chef.jpg": yes.  A name that also speaks of a refusal or of
 * asking ("aanvraag goedkeuring", "niet akkoord") leaves a doubt: no. */
bool scanned_is_approval(const char *name);
