/* approval_words.c - the lists; what stands in none of them beside a decision leaves a doubt. */
#include "gateway/approval_words.h"

#include <stddef.h>

/* clang-format off */
const char *const approval_willing[] = {
	"geen enkel bezwaar", "geen bezwaar", "geen bezwaren", "geen enkel probleem", "geen probleem",
	"pas d objection", "aucune objection", "pas d inconvenient", "aucun inconvenient",
	"pas de probleme", "aucun probleme", "pas de souci", "aucun souci",
	"keine einwande", "keinen einwand", "kein einwand", "kein problem", "keine bedenken",
	"no objection", "no objections", "no problem", "no problems", "no worries",
	"niets op tegen", "niets tegen", "rien contre", "nichts dagegen", "nothing against",
	NULL
};

const char *const approval_harmless[] = {
	"geen verdere opmerkingen", "geen opmerkingen", "geen vragen", "zonder probleem",
	"zonder problemen", "tot ziens", "tot dan", "tot binnenkort", "pas de remarque", "pas de remarques",
	"aucune remarque", "sans probleme", "sans aucun probleme", "sans hesitation", "a bientot",
	"keine anmerkungen", "keine fragen", "ohne probleme", "bis bald", "bis dann", "no comments",
	"no further comments", "no remarks", "no questions", "see you soon",
	NULL
};

const char *const approval_no[] = {
	/* nl */
	"helemaal niet akkoord", "niet akkoord", "geen akkoord", "geen goedkeuring", "niet mee eens",
	"niet eens", "niet toegestaan", "mag niet", "geweigerd", "afgewezen", "afgekeurd", "weiger", "weigeren",
	"keur * af", "wijs * af", "nee", "neen",
	/* fr */
	"pas du tout d accord", "pas d accord", "n accepte pas", "n approuve pas", "pas favorable",
	"defavorable", "refuse", "refusee", "refus", "rejete", "rejetee", "desapprouve", "m oppose",
	"suis contre", "non",
	/* de */
	"nicht einverstanden", "stimme * nicht zu", "abgelehnt", "lehne * ab", "ablehnen", "nein",
	/* en */
	"do not agree", "don t agree", "do not approve", "don t approve", "disagree", "refused",
	"rejected", "reject", "declined", "decline", "denied", "deny", "no",
	NULL
};

const char *const approval_yes[] = {
	/* nl */
	"akkoord", "goedgekeurd", "mijn goedkeuring", "goedkeuring verleend", "mee eens", "in orde",
	"toegestaan", "keur * goed", "keuren * goed", "is goed", "is het goed",
	"dat mag", "ga je gang", "ga uw gang", "prima", "ja", "ok", "oke", "okay",
	/* fr */
	"d accord", "mon accord", "accord", "approuve", "approuvee", "accepte", "acceptee", "autorise",
	"autorisee", "favorable", "valide", "validee", "c est bon", "ca me va", "cela me va", "me convient", "allez y", "vas y",
	"oui",
	/* de */
	"einverstanden", "genehmigt", "genehmige", "bewilligt", "bewillige", "stimme * zu",
	"zugestimmt", "in ordnung", "meine zustimmung", "nur zu", "passt", "ja",
	/* en */
	"approved", "approve", "agreed", "agree", "accepted", "accept", "granted", "my approval",
	"go ahead", "sounds good", "looks good", "fine", "yes",
	NULL
};

const char *const approval_plain[] = {
	/* nl */
	"ik", "wij", "we", "hiermee", "hierbij", "hiermede", "bij", "mee", "met", "het", "de", "een",
	"dit", "deze", "die", "dat", "daar", "daarmee", "er", "u", "uw", "je", "jouw", "jullie", "haar",
	"hun", "van", "voor", "door", "aan", "mij", "me", "mijn", "ons", "onze", "ben", "zijn", "ga",
	"gaan", "gaat", "geef", "geven", "verleen", "heb", "hebben", "volledig", "helemaal", "volkomen",
	"graag", "zeker", "natuurlijk", "uiteraard", "vanzelfsprekend", "hoor", "absoluut", "dus",
	"dan", "is", "wordt", "werd", "kant", "wat", "betreft", "mag", "gevraagde", "aangevraagde",
	"aanvraag", "aanvragen", "verzoek", "vraag", "verlof", "afwezigheid", "formulier", "dossier",
	"medewerker", "collega", "ouderschapsverlof", "zorgverlof", "telewerk", "loopbaanonderbreking",
	"tijdskrediet", "vrijstelling", "dag", "beste", "geachte", "hallo", "heer", "mevrouw", "dank",
	"bedankt", "mvg", "groeten", "groetjes", "vriendelijke",
	/* fr */
	"je", "j", "nous", "suis", "sommes", "avec", "cette", "ce", "cet", "ces", "la", "le", "les", "l",
	"sa", "son", "ses", "votre", "vos", "ta", "ton", "notre", "demande", "demandes", "conge",
	"absence", "parental", "teletravail", "interruption", "carriere", "dispense", "formulaire",
	"pour", "de", "du", "des", "d", "a", "au", "aux", "tout", "fait", "entierement", "totalement",
	"parfaitement", "bien", "volontiers", "sur", "moi", "ma", "part", "evidemment", "absolument",
	"aussi", "donc", "par", "est", "ai", "presente", "avis", "marque", "donne", "concerne", "qui",
	"me", "madame", "monsieur", "merci", "bonjour", "cordialement", "cela", "ca", "va", "y", "n",
	"ne", "vois",
	/* de */
	"ich", "wir", "bin", "sind", "mit", "dem", "den", "der", "die", "das", "diesem", "diesen",
	"dieser", "antrag", "antrage", "urlaub", "elternurlaub", "abwesenheit", "telearbeit", "ihr",
	"ihre", "ihrem", "ihren", "ihrer", "sein", "seine", "seinem", "seinen", "fur", "mich", "voll",
	"vollig", "ganz", "gern", "gerne", "selbstverstandlich", "naturlich", "damit", "hiermit", "von",
	"meiner", "meinerseits", "seite", "aus", "ist", "wird", "wurde", "geht", "gebe", "herr", "frau",
	"danke", "grussen", "gruss", "freundlichen",
	/* en */
	"i", "we", "am", "are", "with", "this", "the", "that", "it", "its", "his", "your", "their",
	"request", "leave", "absence", "parental", "telework", "form", "case", "for", "of", "by", "me",
	"my", "full", "fully", "completely", "entirely", "happily", "gladly", "certainly", "absolutely",
	"course", "has", "been", "have", "hereby", "so", "side", "from", "please", "sure", "dear",
	"hello", "thanks", "thank", "regards",
	NULL
};

const char *const approval_sorry[] = {
	"moet", "moeten", "helaas", "spijtig", "jammer", "kan", "dois", "devons", "malheureusement",
	"regret", "muss", "leider", "unfortunately", "must", "to", "sorry", "afraid", "bedauerlicherweise",
	"genoeg", "merci", "helas", NULL
};

const char *const approval_reason[] = {
	"wegens", "omdat", "want", "gezien", "door", "aangezien", "omwille", "car", "parce", "puisque",
	"vu", "raison", "raisons", "cause", "wegen", "weil", "da", "denn", "aufgrund", "because", "due",
	NULL
};

const char *const approval_doubt[] = {
	/* not */
	"niet", "geen", "nooit", "niets", "noch", "allesbehalve", "allerminst", "nauwelijks",
	"onmogelijk", "pas", "aucun", "aucune", "jamais", "rien", "nullement", "guere", "impossible",
	"nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "keineswegs",
	"keinesfalls", "unmoglich", "not", "never", "hardly", "nothing", "cannot", "isn", "aren", "wasn",
	"don", "doesn", "didn", "won", "couldn", "wouldn", "shouldn", "haven", "hasn",
	/* only when */
	"tenzij", "indien", "als", "mits", "zolang", "zodra", "behalve", "uitgezonderd", "voorbehoud",
	"voorwaarde", "voorwaarden", "zonder", "slechts", "enkel", "alleen", "gedeeltelijk", "deels",
	"si", "sauf", "excepte", "sous", "reserve", "reserves", "condition", "conditions", "sans",
	"uniquement", "seulement", "partiellement", "pourvu", "tant", "wenn", "falls", "sofern",
	"solange", "sobald", "ausser", "vorbehalt", "vorbehaltlich", "bedingung", "bedingungen", "ohne",
	"nur", "teilweise", "unless", "if", "provided", "except", "without", "only", "partly",
	"partially", "until", "conditional", "conditionally", "reservations",
	/* to be talked about */
	"praten", "spreken", "overleggen", "nadenken", "denk", "denken", "weten", "info", "informatie",
	"contact", "antwoord", "bel", "bellen", "vragen", "parler", "parle", "parlons", "discuter",
	"reflechir", "reflechis", "repondrai", "reviens", "courant", "question", "questions", "informe",
	"sprechen", "besprechen", "uberlegen", "uberlege", "denke", "melde", "antworte", "frage",
	"fragen", "talk", "think", "know", "consider", "information", "answer", "reply", "call",
	/* for a time, or a part of it */
	"vanaf", "tot", "eerste", "halve", "half", "jusqu", "jusque", "premiere", "premier", "moitie",
	"bis", "ab", "erste", "ersten", "halfte", "januar", "februar", "marz", "april", "mai", "juni",
	"juli", "august", "september", "oktober", "november", "dezember", "january", "february", "march",
	"may", "june", "july", "october", "december", "montag", "dienstag", "mittwoch", "donnerstag",
	"freitag", "samstag", "sonntag", "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday", "sunday",
	/* not yet, or something else */
	"zou", "zouden", "zal", "later", "straks", "morgen", "binnenkort", "volgende", "wacht",
	"wachten", "ontvangen", "gekregen", "gelezen", "bekijk", "bekijken", "nakijken", "kijk",
	"bespreek", "bespreken", "overleg", "waarom", "wanneer", "wie", "hoe", "misschien", "eerst",
	"serait", "pourrait", "voudrais", "sera", "demain", "bientot", "plus", "tard", "attends", "recu",
	"regarde", "verrai", "verrons", "verifie", "pourquoi", "quand", "comment", "peut", "abord",
	"wurden", "konnte", "spater", "bald", "warte", "erhalten", "gelesen", "prufe", "prufen",
	"warum", "wann", "wer", "wie", "vielleicht", "zuerst", "would", "could", "will", "might", "tomorrow",
	"soon", "wait", "waiting", "received", "read", "look", "check", "review", "discuss", "why",
	"when", "who", "how", "maybe", "perhaps", "first", "idea", "yet",
	NULL
};

const char *const approval_but[] = { "maar", "mais", "aber", "but", "echter", "jedoch", "however",
				     "cependant", "pourtant", "toutefois", NULL };

const char *const approval_greeting[] = {
	"dag", "beste", "geachte", "hallo", "hoi", "goedemorgen", "goedemiddag", "goedendag", "goeiemorgen",
	"bonjour", "bonsoir", "cher", "chere", "madame", "monsieur", "salut", "guten", "liebe", "lieber",
	"sehr", "hello", "hi", "dear", "good", NULL
};

const char *const approval_short[] = {
	"dhr", "mevr", "mvr", "mr", "mrs", "ms", "mme", "mlle", "m", "dr", "hr", "fr", "nr", "no", "art",
	"ir", "ing", "prof", "st", NULL
};
/* clang-format on */
