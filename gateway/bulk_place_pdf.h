/* bulk_place_pdf.h - whose an attestation is, by the text of its PDF. */
#pragma once

#include "gateway/bulk_place.h"

/* Whose it is by the text: a national number with right check digits, an employee number behind
 * its label, or the whole name of one person of HR's organisation; never by a guess.  *placing
 * stays as it is where the text says nothing. */
bool bulk_place_pdf(Store *store, const Person *hr, const char *text, Placing *placing,
		    GError **error);
