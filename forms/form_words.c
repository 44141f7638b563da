/* form_words.c - the words of a template that are no form's own. */
#include "forms/form_words.h"

static const FormWords words[LANGUAGES] = {
	[LANGUAGE_NL] = {
		.form = "Formulier",
		.requester = "Aanvrager",
		.comment = "Opmerking",
		.comment_hint = "wat u nog wilt zeggen",
		.manager = "Leidinggevende",
		.manager_hint = "naam, personeelsnummer of e-mailadres; uw HR-dienst bevestigt het",
		.manager_aliases = { "Naam leidinggevende", "Naam van de leidinggevende", "Hiërarchische meerdere" },
		.fill = "Vul in na elke dubbele punt en verstuur deze mail. Wat een * heeft, is verplicht.",
		.documents = "Voeg deze documenten als bijlage toe. De naam van het bestand invullen mag, maar hoeft niet.",
		.required = "verplicht",
		.optional = "facultatief",
	},
	[LANGUAGE_FR] = {
		.form = "Formulaire",
		.requester = "Demandeur",
		.comment = "Commentaire",
		.comment_hint = "ce que vous souhaitez ajouter",
		.manager = "Responsable hiérarchique",
		.manager_hint = "nom, matricule ou adresse e-mail ; votre service RH le confirme",
		.manager_aliases = { "Supérieur hiérarchique", "Nom du responsable hiérarchique", "Chef hiérarchique" },
		.fill = "Complétez après chaque deux-points et envoyez ce mail. Les champs marqués d'un * sont obligatoires.",
		.documents = "Joignez ces documents au mail. Vous pouvez indiquer le nom du fichier, mais ce n'est pas obligatoire.",
		.required = "obligatoire",
		.optional = "facultatif",
	},
	[LANGUAGE_DE] = {
		.form = "Formular",
		.requester = "Antragsteller",
		.comment = "Bemerkung",
		.comment_hint = "was Sie noch mitteilen möchten",
		.manager = "Vorgesetzte(r)",
		.manager_hint = "Name, Personalnummer oder E-Mail-Adresse; Ihr HR-Dienst bestätigt dies",
		.manager_aliases = { "Vorgesetzte", "Name des Vorgesetzten", "Name der vorgesetzten Person" },
		.fill = "Bitte füllen Sie die Felder hinter den Doppelpunkten aus und senden Sie diese Nachricht ab. Felder mit * sind Pflichtfelder.",
		.documents = "Fügen Sie diese Dokumente als Anhang bei. Den Dateinamen können Sie angeben, müssen es aber nicht.",
		.required = "Pflichtfeld",
		.optional = "freiwillig",
	},
	[LANGUAGE_EN] = {
		.form = "Form",
		.requester = "Requester",
		.comment = "Comment",
		.comment_hint = "anything you want to add",
		.manager = "Line manager",
		.manager_hint = "name, staff number or e-mail address; your HR service confirms it",
		.manager_aliases = { "Name of line manager", "Name of the line manager", "Hierarchical superior" },
		.fill = "Fill in after each colon and send this mail. What has a * is required.",
		.documents = "Attach these documents. You may fill in the name of the file, but you need not.",
		.required = "required",
		.optional = "optional",
	},
};

const FormWords *form_words(Language language)
{
	return &words[language >= 0 && language < LANGUAGES ? language : LANGUAGE_NL];
}
