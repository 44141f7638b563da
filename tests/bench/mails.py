#!/usr/bin/env python3
"""Makes the mails of the benchmark: filled-in requests as a payroll desk gets them.

The same --n and --seed give the same bytes on every machine.  The mix:
   60 %  text of 2 to 6 KB: a request without documents, or a question in free text
   25 %  text and HTML, with a PDF of 40 to 200 KB
   10 %  three attachments of 100 KB to 1 MB
    5 %  a reply to an earlier mail of the same person, which it quotes

FOLDER gets new/ (a Maildir, line ends LF) and people.csv (everybody who writes, and who answers).
"""
import argparse
import base64
import html
import pathlib
import quopri
import random
import time
from email.message import EmailMessage

LANGUAGES = ("nl", "fr", "de", "en")
TEAMS = ("front", "pay", "career", "data", "absence", "exit", "hr")
FORM = ("Formulier", "Formulaire", "Formular", "Form")
QUESTION = ("Vraag", "Question", "Frage", "Question")
FIRST = ("An Jan Els Joëlle René Koen Zoé Luc Anaïs Pieter Hélène Tom Chloé Jérôme Bart Noël Ilse "
         "Jürgen Käthe Emma Oliver").split()
LAST = ("Peeters Janssens Lefèvre Dubois Müller Claes Goossens Lambert Wouters Maréchal Thijs "
        "Schröder Lenz Wood Martínez Özdemir").split()
PDF = "application/pdf"
EPOCH = 1795424400  # of the first mail: 2026-11-23

SENTENCES = (
    ("Op mijn loonfiche van vorige maand staat een bedrag dat ik niet kan thuisbrengen.",
     "Mijn anciënniteit werd volgens mij niet correct overgenomen na mijn overplaatsing.",
     "Ik heb hierover al eens gebeld, maar kreeg toen geen duidelijk antwoord.",
     "Graag verneem ik of er nog documenten ontbreken in mijn dossier.",
     "De collega’s van mijn dienst hebben hetzelfde vastgesteld – bij hen ging het om € 12,50.",
     "Ik ben bereikbaar van 8.30 tot 16.00 uur, behalve op woensdagnamiddag.",
     "Kan dit nog vóór de volgende betaling rechtgezet worden?",
     "Het gaat om de periode vanaf de dag waarop ik opnieuw halftijds ben beginnen te werken."),
    ("Sur ma fiche du mois dernier figure un montant que je ne parviens pas à expliquer.",
     "Mon ancienneté n’a, me semble-t-il, pas été reprise correctement après ma mutation.",
     "J’ai déjà téléphoné à ce sujet, mais je n’ai pas reçu de réponse claire.",
     "Je voudrais savoir s’il manque encore des documents à mon dossier.",
     "Mes collègues ont constaté la même chose – chez eux il s’agissait de 12,50 €.",
     "Je suis joignable de 8h30 à 16h00, sauf le mercredi après-midi.",
     "Cela peut-il encore être corrigé avant le prochain paiement ?",
     "Il s’agit de la période à compter du jour où j’ai repris le travail à mi-temps."),
    ("Auf meinem Zettel vom letzten Monat steht ein Betrag, den ich nicht zuordnen kann.",
     "Mein Dienstalter wurde nach der Versetzung offenbar nicht richtig übernommen.",
     "Ich habe deswegen schon angerufen, erhielt aber keine klare Auskunft.",
     "Gerne wüsste ich, ob in meiner Akte noch Unterlagen fehlen.",
     "Meine Kollegen haben dasselbe festgestellt – bei ihnen ging es um 12,50 €.",
     "Ich bin von 8.30 bis 16.00 Uhr erreichbar, außer am Mittwochnachmittag.",
     "Lässt sich das noch vor der nächsten Zahlung berichtigen?",
     "Es geht um die Zeit ab dem Tag, an dem ich wieder halbtags zu arbeiten begann."),
    ("On last month's slip there is a sum that I cannot place.",
     "It seems that my seniority was not carried over correctly after my transfer.",
     "I telephoned about this before, but was not given a clear answer.",
     "I should like to know whether any papers are still missing from my file.",
     "My colleagues have noticed the same – with them it was € 12.50.",
     "I can be reached from 8.30 to 16.00, except on Wednesday afternoons.",
     "Can this still be put right before the next payment?",
     "It concerns the time since the day when I started to work half-time again."),
)
GREETING = (("Goedemorgen,", "Met vriendelijke groeten,"), ("Bonjour,", "Cordialement,"),
            ("Guten Tag,", "Mit freundlichen Grüßen"), ("Good morning,", "Kind regards,"))
MONTHS = (("maart", "april", "juni"), ("mars", "avril", "juin"), ("März", "April", "Juni"),
          ("March", "April", "June"))


def day(r, language, year=2027):
    d, m = r.randrange(1, 29), r.randrange(1, 13)
    return ("%d/%d/%d" % (d, m, year), "%02d/%02d/%d" % (d, m, year), "%d.%d.%d" % (d, m, year),
            "%d-%02d-%02d" % (year, m, d))[language]


def iban(r):
    account = "%010d" % r.randrange(10 ** 9, 10 ** 10)
    account += "%02d" % (int(account) % 97 or 97)
    check = 98 - int(account + "111400") % 97
    text = "BE%02d%s" % (check, account)
    return " ".join(text[i:i + 4] for i in range(0, 16, 4))


def pick(*words):
    return lambda r, language: words[language]


# id: (titles, fields as (labels, value), document's labels or None)
FORMS = {
    "pay-question": (
        ("Weddevraag", "Question sur le traitement", "Frage zum Gehalt", "Question about pay"),
        ((("Maand", "Mois", "Monat", "Month"), lambda r, g: r.choice(MONTHS[g]) + " 2026"),
         (QUESTION, None)), None),
    "pay-tax-statement": (
        ("Fiscale fiche", "Fiche fiscale", "Steuerkarte", "Tax statement"),
        ((("Inkomstenjaar", "Année des revenus", "Einkommensjahr", "Income year"),
          pick(*["2025"] * 4)),
         (QUESTION, None),
         (("Duplicaat gewenst", "Duplicata souhaité", "Duplikat gewünscht", "Duplicate wanted"),
          pick("ja", "oui", "ja", "yes"))), None),
    "pay-allowance": (
        ("Toelagen en vergoedingen", "Allocations et indemnités", "Zulagen und Entschädigungen",
         "Allowances and compensation"),
        ((("Periode", "Période", "Zeitraum", "Period"),
          lambda r, g: r.choice(MONTHS[g]) + " 2026"),
         (("Toelage of vergoeding", "Allocation ou indemnité", "Zulage oder Entschädigung",
           "Allowance"),
          pick("fietsvergoeding", "indemnité vélo", "Fahrradentschädigung", "bicycle allowance")),
         (("Bedrag", "Montant", "Betrag", "Amount"),
          lambda r, g: "%d,%02d" % (r.randrange(1, 900), r.randrange(100))),
         (QUESTION, None)), None),
    "absence-parental": (
        ("Ouderschapsverlof (geen loopbaanonderbreking)",
         "Congé parental (hors interruption de carrière)",
         "Elternurlaub (keine Laufbahnunterbrechung)", "Parental leave (not a career break)"),
        ((("Naam van het kind", "Nom de l'enfant", "Name des Kindes", "Name of the child"),
          lambda r, g: r.choice(FIRST) + " " + r.choice(LAST)),
         (("Geboortedatum van het kind", "Date de naissance de l'enfant",
           "Geburtsdatum des Kindes", "Date of birth of the child"),
          lambda r, g: day(r, g, 2024)),
         (("Begindatum", "Date de début", "Beginn", "Start date"), day),
         (("Einddatum", "Date de fin", "Ende", "End date"), lambda r, g: day(r, g, 2028)),
         (("Stelsel", "Régime", "Regelung", "Arrangement"),
          pick("halftijds", "mi-temps", "Halbzeit", "half-time"))),
        ("Geboorteattest", "Acte de naissance", "Geburtsurkunde", "Birth certificate")),
    "absence-attestation": (
        ("Attest indienen bij een afwezigheid", "Transmettre une attestation pour une absence",
         "Bescheinigung zu einer Abwesenheit einreichen",
         "Submit a certificate for an absence"),
        ((("Afwezigheid", "Absence", "Abwesenheit", "Absence"),
          pick("ziekte", "maladie", "Krankheit", "illness")),
         (("Vanaf", "À partir du", "Ab dem", "Starting from"), day)),
        ("Attest", "Attestation", "Bescheinigung", "Certificate")),
    "data-bank-account": (
        ("Rekeningnummer wijzigen", "Changer de numéro de compte", "Kontonummer ändern",
         "Change of bank account"),
        ((("IBAN",) * 4, lambda r, g: iban(r)),
         (("Rekeninghouder", "Titulaire du compte", "Kontoinhaber", "Account holder"),
          lambda r, g: r.choice(FIRST) + " " + r.choice(LAST)),
         (("Met ingang van", "À dater du", "Gültig ab", "With effect from"), day)),
        ("Bankattest", "Attestation bancaire", "Bankbescheinigung", "Bank certificate")),
    "absence-maternity": (
        ("Moederschapsverlof", "Congé de maternité", "Mutterschaftsurlaub", "Maternity leave"),
        ((("Vermoedelijke bevallingsdatum", "Date présumée de l'accouchement",
           "Voraussichtliches Entbindungsdatum", "Expected date of birth"), day),
         (("Begindatum", "Date de début", "Beginn", "Start date"), day)),
        ("Medisch attest", "Certificat médical", "Ärztliches Attest", "Medical certificate")),
}
PLAIN = ("pay-question", "pay-tax-statement", "pay-allowance", None)
ONE_FILE = ("absence-parental", "absence-attestation", "data-bank-account")
KINDS = {"pdf": (PDF, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
         "jpg": ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00"),
         "png": ("image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x04\x00\x00\x00\x03\x00"
                              b"\x08\x02\x00\x00\x00")}


def ascii_of(text):
    table = str.maketrans("ëéèïüöäßíÖâ", "eeeiuoasiOa")
    return text.translate(table)


def base64_lines(data):
    text = base64.b64encode(data)
    return b"".join(text[i:i + 76] + b"\n" for i in range(0, len(text), 76))


def encoded(text, charset="utf-8", is_base64=False):
    """RFC 2047: words of at most 75 characters, cut between characters."""
    def word(part):
        raw = part.encode(charset)
        if is_base64:
            return "=?%s?B?%s?=" % (charset, base64.b64encode(raw).decode())
        return "=?%s?Q?%s?=" % (charset, "".join(
            chr(b) if chr(b).isalnum() and b < 128 else "_" if b == 32 else "=%02X" % b
            for b in raw))

    if text.isascii():
        return text
    words, part = [], ""
    for character in text:
        if len(word(part + character)) > 72:
            words.append(word(part))
            part = ""
        part += character
    return "\n ".join(words + [word(part)])


class Mails:
    def __init__(self, count, seed, address="desk@desk.example"):
        self.count, self.seed, self.address = count, seed, address
        r = self.random("people")
        self.files = base64_lines(r.randbytes(57 * 49152))  # noise that attachments are cut from
        self.people = []
        for i in range(max(20, count // 2)):
            name = r.choice(FIRST) + " " + r.choice(LAST)
            local = ascii_of(name).lower().replace(" ", ".")
            self.people.append((str(10000000 + i), name, "%s.%d@minfin.example" % (local, i),
                                r.choices(range(4), (50, 38, 5, 7))[0]))

    def random(self, *what):
        return random.Random("-".join(map(str, ("desk", self.seed, self.count) + what)))

    def people_csv(self):
        rows = ["number,name,addresses,organisation,language,manager,roles,teams"]
        rows += ["%s,%s,%s,MINFIN,%s,,employee," % (number, name, address, LANGUAGES[g])
                 for number, name, address, g in self.people]
        rows += ["2%d,Team %s,%s.manager@desk.example,,nl,,dossier-manager,%s" % (i, team, team, team)
                 for i, team in enumerate(TEAMS)]
        return "\n".join(rows + ["29,Ada Admin,ada@desk.example,,nl,,admin,", ""])

    # ---- one mail ----

    def head(self, i):
        """Who writes the i-th mail, of which kind, about which form."""
        r = self.random("head", i)
        person = self.people[r.randrange(len(self.people))]
        kind = r.choices(("plain", "alternative", "files", "reply"), (60, 25, 10, 5))[0]
        form = r.choice(ONE_FILE if kind == "alternative" else PLAIN)
        if kind == "files":
            form = "absence-maternity"
        return person, kind, form, "bench.%d.%d.%08x@minfin.example" % (
            self.seed, i, r.getrandbits(32))

    def words(self, r, language, size):
        """Paragraphs of some size, in lines."""
        lines, line, length = [], "", 0
        while length < size:
            for word in r.choice(SENTENCES[language]).split():
                if len(line) + len(word) > 72:
                    lines.append(line)
                    length += len(line)
                    line = ""
                line += (" " if line else "") + word
        return lines + [line]

    def text(self, r, person, form, names):
        language, size = person[3], r.randrange(1700, 5200)
        hello, bye = GREETING[language]
        lines = [hello, ""]
        if form is None:
            lines += self.words(r, language, size)
        else:
            titles, fields, document = FORMS[form]
            has_question = any(value is None for _, value in fields)
            if not has_question:
                lines += self.words(r, language, size) + [""]
            lines.append("%s: %s (%s)" % (FORM[language], titles[language], form))
            for labels, value in fields:
                said = value(r, language) if value else "\n".join(self.words(r, language, size))
                lines.append("%s *: %s" % (labels[language], said))
            if document:
                lines.append("%s: %s" % (document[language], names[0]))
        lines += ["", bye, "", "-- ", person[1], "FOD Financiën - SPF Finances",
                  "Tel. +32 2 555 %02d %02d" % (r.randrange(100), r.randrange(100))]
        return "\n".join(lines) + "\n"

    def attachment(self, r, name, size):
        """One part: base64 text of a file of some size that begins as its kind does."""
        media, magic = KINDS[name.rpartition(".")[2]]
        first = base64_lines(magic + b"\n" * (57 * 2 - len(magic)))
        lines = max(1, size // 57)
        most = len(self.files) // 77
        at = r.randrange(most - lines) * 77 if lines < most else 0
        body = (self.files * (lines // most + 1))[at:at + lines * 77]
        label = encoded(name)
        return ('Content-Type: %s; name="%s"\nContent-Transfer-Encoding: base64\n'
                'Content-Disposition: attachment; filename="%s"\n\n' % (media, label, label)
                ).encode() + first + body

    @staticmethod
    def body(r, text, kind="plain"):
        charset, coding = r.choices(
            (("utf-8", "quoted-printable"), ("utf-8", "8bit"), ("utf-8", "base64"),
             ("windows-1252", "quoted-printable"), ("windows-1252", "8bit")),
            (50, 15, 10, 20, 5))[0]
        raw = text.encode(charset)
        if coding == "quoted-printable":
            raw = quopri.encodestring(raw)
        elif coding == "base64":
            raw = base64_lines(raw)
        return ("Content-Type: text/%s; charset=%s\nContent-Transfer-Encoding: %s\n\n"
                % (kind, charset, coding)).encode() + raw

    def headers(self, r, i, person, subject, message_id, earlier):
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(EPOCH + i * 37))
        lines = ["Return-Path: <%s>" % person[2],
                 "Authentication-Results: mx.desk.example; spf=pass smtp.mailfrom=minfin.example;\n"
                 "\tdkim=pass header.d=minfin.example; dmarc=pass header.from=minfin.example",
                 "Received: from mx%d.desk.example ([192.0.2.%d]) by mail.desk.example with ESMTPS\n"
                 "\tid %08X for <%s>; %s" % (i % 5, i % 250, r.getrandbits(32), self.address, date),
                 "Received: from [10.1.2.%d] by out.minfin.example with ESMTPSA id %08X;\n\t%s" % (
                     i % 250, r.getrandbits(32), date),
                 "Date: " + date,
                 "From: %s <%s>" % (encoded(person[1]), person[2]),
                 "To: <%s>" % self.address,
                 "Message-ID: <%s>" % message_id,
                 "Subject: " + encoded(subject, is_base64=r.random() < 0.3),
                 "Content-Language: " + LANGUAGES[person[3]],
                 "MIME-Version: 1.0"]
        if earlier:
            lines += ["In-Reply-To: <%s>" % earlier, "References: <%s>" % earlier]
        return ("\n".join(lines) + "\n").encode()

    def file_names(self, r, kind, form, language):
        document = FORMS[form][2][language].lower() if form and FORMS[form][2] else "scan"
        if kind == "alternative":
            return ["%s %d.pdf" % (document, r.randrange(1000))]
        if kind == "files":
            return ["%s %d.pdf" % (document, r.randrange(1000)), "foto é %d.jpg" % r.randrange(100),
                    "scan%d.png" % r.randrange(100)]
        return []

    def earlier(self, i, person):
        """The last earlier mail of this person, or None."""
        return next((j for j in range(i - 1, max(-1, i - 2000), -1) if self.head(j)[0] == person),
                    None)

    def mail(self, i):
        person, kind, form, message_id = self.head(i)
        r = self.random("body", i)
        language = person[3]
        names = self.file_names(r, kind, form, language)
        text = self.text(r, person, form, names)
        subject = "[%s] %s" % (form, FORMS[form][0][language]) if form else r.choice(
            SENTENCES[language])
        before = self.earlier(i, person) if kind == "reply" else None
        earlier = None
        if before is not None:
            earlier, subject = self.head(before)[3], "Re: " + subject
            text += "\n> " + "\n> ".join(self.words(self.random("quote", i), language, 1200)) + "\n"
        head = self.headers(r, i, person, subject, message_id, earlier)
        if not names:
            return head + self.body(r, text)
        sizes = [r.randrange(30000, 150000)] if kind == "alternative" else [
            r.randrange(100000, 1000000) for _ in names]
        return head + self.parts(r, text, [self.attachment(r, n, s) for n, s in zip(names, sizes)],
                                 kind == "alternative")

    def parts(self, r, text, files, has_html):
        outer, inner = "=_o%08x" % r.getrandbits(32), "=_i%08x" % r.getrandbits(32)
        body = self.body(r, text)
        if has_html:
            page = "<html><body>\n<p>%s</p>\n</body></html>\n" % "<br>\n".join(
                html.escape(text, False).splitlines())
            body = ("Content-Type: multipart/alternative; boundary=\"%s\"\n\n--%s\n"
                    % (inner, inner)).encode() + body + ("\n--%s\n" % inner).encode() + self.body(
                        r, page, "html") + ("\n--%s--\n" % inner).encode()
        mark = ("\n--%s\n" % outer).encode()
        return ("Content-Type: multipart/mixed; boundary=\"%s\"\n" % outer).encode() + mark + \
            mark.join([body] + files) + ("\n--%s--\n" % outer).encode()

    def bulk(self, sender, count, size):
        """One mail of HR with count attestations of size bytes each."""
        r = self.random("bulk")
        mail = EmailMessage()
        mail["Authentication-Results"] = "mx.desk.example; dmarc=pass header.from=minfin.example"
        mail["From"], mail["To"] = sender, self.address
        mail["Subject"], mail["Message-ID"] = "attesten", "<bulk@minfin.example>"
        mail.set_content("In bijlage de attesten.")
        for number, *_ in self.people[:count]:
            mail.add_attachment(b"%PDF-1.4\n" + r.randbytes(size), maintype="application",
                                subtype="pdf", filename=f"{number}_attest.pdf")
        return mail.as_bytes()

    def large(self, megabytes):
        """A request of which the attachment makes the mail this large."""
        r, person = self.random("large"), self.people[0]
        form, names = "absence-attestation", ["attest.pdf"]
        text = self.text(r, person, form, names)
        head = self.headers(r, 0, person, "[%s]" % form, "large.%d@minfin.example" % megabytes, None)
        size = (megabytes * 1000000 - len(head) - 8000) * 57 // 77
        return head + self.parts(r, text, [self.attachment(r, names[0], size)], False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--n", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    write(args.folder, Mails(args.n, args.seed))


def write(folder, mails):
    """Writes the Maildir and people.csv."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for i in range(mails.count):
        (folder / "new" / ("%d.M%06d.bench" % (EPOCH + i, i))).write_bytes(mails.mail(i))
    (folder / "people.csv").write_text(mails.people_csv(), encoding="utf-8")


if __name__ == "__main__":
    main()
