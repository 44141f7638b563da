/* read_quote_words.c - labels, marks and prefixes of subjects in the languages of mail programs. */
#include "gateway/read_quote.h"

#include <string.h>

#include "common/text.h"

#define LABEL_BYTES 48 /* of a label before its colon */

/* As text_fold writes them. */
static const struct {
	Label label;
	const char *names; /* separated by "|" */
} labels[] = {
	{ LABEL_FROM,
	  "from|van|de|von|da|fra|fran|od|lahettaja|felado|nadawca|expediteur|absender|"
	  "mittente|de la|kimden|gonderen|remetente|expedidor|remitente|отправитель|от|"
	  "от кого|від|від кого|salje|frá|saatja|nuo|no|от кого|发件人|差出人|보낸 사람|tu|"
	  "afzender|verzonden door|envoye par|gesendet von|sent by" },
	{ LABEL_DATE,
	  "date|sent|datum|verzonden|verstuurd|envoye|gesendet|data|inviato|enviado|"
	  "enviada|dato|sendt|skickat|odeslano|poslano|lahetetty|paivamaara|paivays|"
	  "elkuldve|kuldve|kelt|wyslano|data wyslania|trimis|отправлено|дата|tarih|"
	  "gonderildi|надіслано|odoslane|fecha|enviado el|enviada em|enviado em|date d envoi|"
	  "verzonden op|envoye le|gesendet am|sent on|date sent|发送时间|送信日時|ngay|дата отправки|"
	  "відправлено|保存|보낸 날짜|дата надсилання|saadetud|poslane|gonderme tarihi|da gui" },
	{ LABEL_TO,
	  "to|aan|a|an|naar|til|till|komu|pre|za|vastaanottaja|saaja|cimzett|do|para|catre|"
	  "кому|kime|alici|destinataire|destinatari|destinatario|prima|pour|收件人|宛先|받는 사람|den|"
	  "ontvanger|empfanger|nach|кому от" },
	{ LABEL_CC,
	  "cc|kopie|kopi|copie|copie a|kopia|kopija|copia|masolat|masolatot kap|копия|bilgi|"
	  "kopie cc|dw|kopio|копія|в копии|抄送|ко|kopia do|kopie an|kopie aan|c c|in cc" },
	{ LABEL_SUBJECT,
	  "subject|onderwerp|objet|betreff|asunto|assunto|oggetto|emne|amne|aihe|"
	  "predmet|targy|temat|subiect|тема|konu|vec|sujet|naslov|主题|件名|제목|teema|betrifft|chu de|chu e|"
	  "titel|otsikko" },
	{ LABEL_OTHER,
	  "bcc|cci|reply to|antwoord aan|beantwoorden|repondre a|antwort an|antworten an|"
	  "responder a|rispondi a|svar til|svara till|importance|priority|belang|"
	  "prioriteit|urgentie|prioritat|wichtigkeit|importance haute|priorite|attachments|"
	  "attachment|bijlage|bijlagen|pieces jointes|piece jointe|anlagen|anlage|"
	  "organization|organisatie|resent from|sensitivity|categories|message id|"
	  "newsgroups|mailed by|signed by|security|reply-to|follow up flag|flag status|"
	  "adjuntos|allegati|anexos|vedhaeftede filer|datoteke|приложения" },
};

/* Stems of words between dashes, as text_fold writes them. */
static const char *const forward_stems[] = {
	"forward",        "doorgestuurd", "doorgezonden", "transfere",  "transmis",  "reexpedie",
	"weitergeleitet", "inoltrat",     "reencaminh",   "encaminhad", "reenviad",  "videresend",
	"vidarebefordra", "valitet",      "edelleenl",    "tovabbit",   "preposl",   "proslijed",
	"redirectionat",  "przekaz",      "переслан",     "пересыла",   "пересланн", "перенаправ",
	"iletil",         "yonlendir",    "redirec",      "edasta",     "转发",      "転送",
};

static const char *const original_stems[] = {
	"original message",
	"originele bericht",
	"oorspronkelijk bericht",
	"origineel bericht",
	"oorspronkelijke bericht",
	"message d origine",
	"message original",
	"message originel",
	"ursprungliche nachricht",
	"original nachricht",
	"originalnachricht",
	"original mail",
	"mensaje original",
	"mensagem original",
	"messaggio originale",
	"originalmeddelelse",
	"oprindelig meddelelse",
	"opprinnelig melding",
	"ursprungligt meddelande",
	"originalmeddelande",
	"original e mail",
	"alkuperainen viesti",
	"wiadomosc oryginalna",
	"oryginalna wiadomosc",
	"puvodni zprava",
	"povodna sprava",
	"eredeti uzenet",
	"eredeti level",
	"mesaj original",
	"исходное сообщение",
	"оригинальное сообщение",
	"original appointment",
	"reply message",
	"reply",
	"urspruengliche nachricht",
	"ursprungliche mail",
	"origineel",
	"izvorna poruka",
	"antwort",
	"reponse",
	"bericht van",
	"pierwotna wiadomosc",
};

static const char *const forward_prefixes[] = {
	"fwd",     "fw",         "tr",  "wg",    "doorst",       "doorsturen",
	"dv",      "rv",         "enc", "i",     "pd",           "vb",
	"vs",      "vl",         "ilt", "redir", "videresend",   "trs",
	"rif",     "továbbítás", "fs",  "転送",  "doorgestuurd", "weitergeleitet",
	"inoltro", "пересл",     "rvd", "yn",    "prp",          "odp wt"
};

static const char *const answer_prefixes[] = { "re",      "aw",  "antw",    "antwoord", "sv",
					       "odp",     "ref", "r",       "res",      "rép",
					       "antwort", "bls", "betreft", "vá",       "ynt",
					       "atb",     "rif", "повідь",  "回复",     "rv re" };

static bool is_in(const char *word, const char *const *list, gsize count)
{
	for (gsize i = 0; i < count; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

static bool is_named(const char *name, const char *names)
{
	gsize length = strlen(name);
	const char *p = names;

	while (length > 0 && (p = strstr(p, name)) != NULL) {
		if ((p == names || p[-1] == '|') && (p[length] == '\0' || p[length] == '|'))
			return true;
		p += length;
	}
	return false;
}

static Label label_of(const char *text, gsize length)
{
	g_autofree char *raw = g_strndup(text, length);
	g_autofree char *name = text_fold(raw);

	for (guint i = 0; i < G_N_ELEMENTS(labels); i++)
		if (is_named(name, labels[i].names))
			return labels[i].label;
	return LABEL_NONE;
}

/* More than three: no label has them. */
static bool has_many_words(const char *p, const char *end)
{
	guint blanks = 0;

	for (; p < end; p++)
		blanks += *p == ' ' && p + 1 < end && p[1] != ' ';
	return blanks > 3;
}

Label label_of_line(const char *line, const char **value)
{
	const char *p = line_skip_ornament(line_unquoted(line));
	const char *colon = p;
	Label label;

	while (*colon != '\0' && *colon != ':' && colon - p < LABEL_BYTES)
		colon = g_utf8_next_char(colon);
	if (*colon != ':') {
		colon = strstr(p, "\xef\xbc\x9a"); /* full width */
		if (colon == NULL || colon - p >= LABEL_BYTES)
			return LABEL_NONE;
	}
	if (colon == p || has_many_words(p, colon))
		return LABEL_NONE;
	label = label_of(p, (gsize)(colon - p));
	if (label != LABEL_NONE && value != NULL)
		*value = line_skip_ornament(colon + (*colon == ':' ? 1 : 3));
	return label;
}

static bool has_stem(const char *folded, const char *const *list, gsize count)
{
	for (gsize i = 0; i < count; i++)
		if (strstr(folded, list[i]) != NULL)
			return true;
	return false;
}

Mark mark_of_line(const char *line)
{
	const char *p = line_skip_ornament(line_unquoted(line));
	gsize length = strlen(p);
	bool dashed = strspn(p, "-_=") >= 3;
	g_autofree char *folded = NULL;

	if (length < 8 || length > 120)
		return MARK_NONE;
	g_autofree char *trimmed = g_strchomp(g_strdup(p));

	length = strlen(trimmed);
	if (!dashed && (length == 0 || trimmed[length - 1] != ':'))
		return MARK_NONE;
	folded = text_fold(trimmed);
	if (*folded == '\0')
		return MARK_NONE;
	if (has_stem(folded, forward_stems, G_N_ELEMENTS(forward_stems)) &&
	    (dashed || strlen(folded) <= 45))
		return MARK_FORWARD;
	if (dashed && g_str_has_suffix(trimmed, "-") &&
	    (says_wrote(folded) || is_in(folded, original_stems, G_N_ELEMENTS(original_stems)) ||
	     (strlen(folded) < 60 && has_stem(folded, original_stems, 24))))
		return MARK_ORIGINAL;
	return MARK_NONE;
}

/* The prefix of subject, before its first colon, folded. Given, or NULL. */
static char *prefix_of(const char *subject)
{
	const char *colon = strchr(subject, ':');
	g_autofree char *raw = NULL;
	char *folded, *bracket;

	if (colon == NULL || colon - subject > 24)
		return NULL;
	raw = g_strndup(subject, (gsize)(colon - subject));
	bracket = strpbrk(raw, "[(^"); /* "Re[2]:" */
	if (bracket != NULL && bracket > raw)
		*bracket = '\0';
	folded = text_fold(raw);
	return folded;
}

static const char *skip_tags(const char *subject)
{
	while (*subject == '[' && strchr(subject, ']') != NULL && strchr(subject, ']')[1] != '\0')
		subject = strchr(subject, ']') + 1 + strspn(strchr(subject, ']') + 1, " ");
	return subject;
}

static bool has_prefix(const char *subject, const char *const *list, gsize count)
{
	g_autofree char *prefix = prefix_of(skip_tags(subject));

	for (gsize i = 0; prefix != NULL && i < count; i++) {
		g_autofree char *folded = text_fold(list[i]);

		if (strcmp(prefix, folded) == 0)
			return true;
	}
	return false;
}

bool subject_is_forward(const char *subject)
{
	return has_prefix(subject, forward_prefixes, G_N_ELEMENTS(forward_prefixes));
}

bool subject_is_answer(const char *subject)
{
	return has_prefix(subject, answer_prefixes, G_N_ELEMENTS(answer_prefixes));
}

const char *subject_base(const char *subject)
{
	while (subject_is_forward(subject) || subject_is_answer(subject)) {
		subject = strchr(skip_tags(subject), ':') + 1;
		subject += strspn(subject, " ");
	}
	return subject;
}
