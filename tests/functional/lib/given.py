"""What many tests begin with: filled-in requests, and a case that stands."""
from . import mails
from .desk import ADDRESS, JAN

ABSENCE = "absence@desk.example"
ATTEST = ("geboorteattest.pdf", "application/pdf", mails.pdf("birth certificate"))
PARENTAL = {
    "nl": {"child": "Emma Claes", "born": "3/10/2026", "start": "1 februari 2027",
           "end": "31-03-2027", "regime": "full"},
    "fr": {"child": "Emma Claes", "born": "3.10.2026", "start": "1er février 2027",
           "end": "31 mars 2027", "regime": "full"},
    "de": {"child": "Emma Claes", "born": "3. Oktober 2026", "start": "1. Februar 2027",
           "end": "31.03.2027", "regime": "full"},
    "en": {"child": "Emma Claes", "born": "2026-10-03", "start": "1 February 2027",
           "end": "31/3/2027", "regime": "full"},
}
TAX = {"nl": {"year": "2025", "question": "Mijn fiche ontbreekt.", "duplicate": "ja"}}


def first_line(text):
    return next(line for line in text.splitlines() if line.strip())


def choice(desk, form, field, choice_id, language):
    for f in desk.form(form)["fields"]:
        for c in f.get("choices") or []:
            if f["id"] == field and c["id"] == choice_id:
                return c["label"][language] if isinstance(c["label"], dict) else c["label"]
    raise AssertionError(f"{form} has no choice {field}={choice_id}")


def parental_mail(desk, sender, language, values=None, **options):
    """Asks for parental leave on the desk's own template."""
    values = dict(values or PARENTAL[language])
    values["regime"] = choice(desk, "absence-parental", "regime", values["regime"], language)
    text = desk.fill("absence-parental", language, values)
    return desk.send(sender, "Aanvraag", text, **options)


def complete_case(t, groups=None, sender=JAN, **options):
    """A desk with one open case of team absence: (desk, acknowledgement, the team's mail)."""
    desk = t.desk(groups, **options)
    parental_mail(desk, sender, "nl", files=[ATTEST])
    desk.step()
    assert desk.case()["state"] == "open", desk.case()
    return desk, desk.one(sender), desk.one(ABSENCE)


def tax_mail(desk, sender=JAN, **options):
    """Asks about a tax statement, on its template: complete without a document."""
    text = desk.fill("pay-tax-statement", "nl", TAX["nl"])
    return desk.send(sender, "Fiche", text, **options)


def tax_case(t, groups=None, sender=JAN, **options):
    """A desk with one open case of team pay: (desk, acknowledgement, the team's mail)."""
    desk = t.desk(groups, **options)
    tax_mail(desk, sender)
    desk.step()
    assert desk.case()["state"] == "open", desk.case()
    return desk, desk.one(sender), desk.one("pay@desk.example")


def free_mail(sender=JAN, text="Ik heb mijn fiscale fiche niet gekregen.", **options):
    """The bytes of a mail in free text."""
    return mails.compose(sender, ADDRESS, "vraag", text, **options).as_bytes(policy=mails.POLICY)


def has_keys(thing, keys, what):
    """A JSON object has at least these keys."""
    missing = set(keys.split()) - set(thing)
    assert not missing, f"{what} lacks {sorted(missing)}: {thing}"


def in_folder(t, folder="INBOX"):
    """[(uid, flags, bytes)] of a folder of the desk's mailbox."""
    return t.servers.messages(ADDRESS, folder)
