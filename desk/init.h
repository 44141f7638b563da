/* init.h - a configuration from a few answers. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/secret.h"

typedef struct InitAnswers {
	char *name, *address, *url, *language, *source, *server;
	char *authserv; /* or NULL */
	char *listen;   /* of the portal, or NULL: where it listens by default */
} InitAnswers;

static const struct {
	const char *id, *nl, *fr, *de, *en;
} init_teams[] = {
	{ "absence", "Afwezigheden", "Absences", "Abwesenheiten", "Absences" },
	{ "pay", "Wedden", "Traitements", "Gehälter", "Pay" },
	{ "career", "Loopbaan", "Carrière", "Laufbahn", "Career" },
	{ "data", "Persoonsgegevens", "Données personnelles", "Persönliche Daten",
	  "Personal data" },
	{ "exit", "Einde loopbaan", "Fin de carrière", "Laufbahnende", "End of career" },
	{ "hr", "HR-diensten", "Services RH", "HR-Dienste", "HR services" },
	{ "front", "Onthaal", "Accueil", "Empfang", "Front desk" },
};

/* Writes desk.conf and secret (0600) into folder, which is made when absent.  When one of them is
 * there: DESK_ERROR_CANT_CREATE, and nothing is written. */
bool init_write(const char *folder, const InitAnswers *answers, GError **error);
