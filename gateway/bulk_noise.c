/* bulk_noise.c - words in the names of attestations that are no names. */
#include "gateway/bulk_words.h"

#include <string.h>

/* What it is, what the paper is, whose, and when: folded, in four languages, each between blanks.
 */
static const char noises[] =
	" attest attesten attestation attestations attestering attestatie certificat "
	"certificats certificate certificates bescheinigung bescheinigungen medisch "
	"medische medical medicale medicaux arztlich arztliche arztliches dokter "
	"dokters doktersattest doktersbriefje doctor docteur dr arzt arts huisarts "
	"medecin ziek ziekte ziekteattest ziekteverlof maladie malade krank krankheit "
	"krankmeldung sick illness sickness leave verlof conge urlaub getuigschrift "
	"arbeidsongeschiktheid arbeidsongeschikt ao incapacite travail "
	"arbeitsunfahigkeit au verlenging prolongation verlangerung extension herval "
	"rechute zwangerschap moederschap moederschapsverlof grossesse maternite "
	"mutterschutz schwangerschaft maternity geboorte geboorteattest geboorteakte "
	"naissance acte geburt geburtsurkunde birth ouderschapsverlof parental "
	"elternzeit elternurlaub hospitalisatie ziekenhuis hopital hospitalisation "
	"krankenhaus hospital operatie afwezigheid absence absent afwezig abwesenheit "
	"controle kine revalidatie gezin gezinssamenstelling samenstelling menage "
	"composition bewijs preuve nachweis proof stage telewerk contract overeenkomst "
	"scan scans scanned gescand img image foto photo pic dsc doc docs document "
	"documents documenten bijlage bijlagen annexe anhang anlage attachment kopie "
	"copie copy file bestand fichier datei pagina page seite blad p pag nr no "
	"nummer numero number stamnummer personeelsnummer matricule mat personalnummer "
	"pn rrn id ref versie version v def final definitief nieuw new neu nouveau "
	"deel part partie teil pdf jpg whatsapp mail fw fwd re tr wg aw doorgestuurd "
	"hr personeel personnel bulk zip the for tel gsm fax telefoon mobiel voor pour "
	"fur of from vanaf tot tem bis to until t m en et und and op le am on wegens "
	"met avec mit with mevrouw mevr mw mme madame frau mrs ms meneer dhr heer "
	"monsieur mr herr mijnheer januari februari maart april mei juni juli augustus "
	"september oktober november december janvier fevrier mars avril mai juin "
	"juillet aout septembre octobre novembre decembre januar februar marz august "
	"dezember january february march may june july october jan feb mrt apr jun jul "
	"aug sep sept okt oct nov dec dez dag dagen jour jours tag tage days week "
	"weken semaine maand mois monat maandag dinsdag woensdag donderdag vrijdag "
	"lundi mardi mercredi jeudi vendredi montag dienstag mittwoch donnerstag "
	"freitag ";

static const char particles[] =
	" van de der den ter ten te t von zu zum zur du des la le les d l el al vd ver ";

static bool stands_in(const char *word, const char *list)
{
	g_autofree char *between = g_strconcat(" ", word, " ", NULL);

	return strchr(word, ' ') == NULL && strstr(list, between) != NULL;
}

bool bulk_is_noise(const char *word)
{
	return stands_in(word, noises);
}

bool bulk_is_particle(const char *word)
{
	return stands_in(word, particles);
}
