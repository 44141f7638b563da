"""Menus, templates, and who may use what."""
from lib import mails
from lib.desk import ADDRESS, JAN, STRANGER
from lib.given import TAX


def test_menu(t):
    """An empty mail and "help" get the menu, and make no case"""
    desk = t.desk()
    for subject, text in (("", "\n"), ("help", "\n"), ("Vraag", "help\n")):
        mail = desk.send(JAN, subject, text)
        desk.step()
        menu = desk.one(JAN)
        text = mails.plain(menu) + mails.html(menu)
        for form in ("absence-parental", "pay-tax-statement", "data-bank-account", "exit-pension"):
            assert form in text, f"the menu does not lead to {form}"
        assert "hr-entry" not in text, "the menu shows an employee what only HR may ask"
        assert mails.message_id(mail) in menu["In-Reply-To"]
    assert desk.cases() == []
    assert {r["decision"] for r in desk.receipts()} == {"help"}, desk.receipts()


def test_template_by_mail_and_filled_by_reply(t):
    """A form's name or address gets its template; filled in within a reply's quote it is read"""
    desk = t.desk()
    title = desk.form("pay-tax-statement")["title"]
    title = title["nl"] if isinstance(title, dict) else title
    desk.send(JAN, title, "\n")
    desk.step()
    by_name = desk.one(JAN)
    desk.send(JAN, "", "\n", to="desk+pay-tax-statement@desk.example")
    desk.step()
    by_address = desk.one(JAN)
    assert desk.cases() == []
    for mail in (by_name, by_address):
        assert f"[pay-tax-statement] {title}" in mail["Subject"], mail["Subject"]
        assert f"Formulier: {title} (pay-tax-statement)" in mails.plain(mail), mails.plain(mail)

    filled = desk.fill("pay-tax-statement", "nl", TAX["nl"], text=mails.quoted(by_name))
    assert "\n> " in filled
    desk.reply(by_name, JAN, "Hierbij mijn aanvraag.\n\n" + filled, quote=False)
    desk.step()
    case = desk.case()
    assert (case["form"], case["state"]) == ("pay-tax-statement", "open"), case
    expected = {"year": "2025", "duplicate": "yes", "question": TAX["nl"]["question"]}
    assert expected.items() <= case["answers"].items(), case["answers"]


def test_sub_address_decides(t):
    """The form of the sub-address goes before what the text says"""
    desk = t.desk()
    desk.send(JAN, "ouderschapsverlof", "Ik wil ouderschapsverlof.",
              to="desk+pay-tax-statement@desk.example")
    desk.gateway()
    assert desk.case()["form"] == "pay-tax-statement"


def test_html_only(t):
    """A template filled in within an HTML table is read"""
    desk = t.desk()
    labels = {field: desk.label("pay-tax-statement", field).upper() for field in TAX["nl"]}
    rows = "".join(f"<tr><td>{labels[field]}</td><td>{value}</td></tr>"
                   for field, value in TAX["nl"].items())
    mail = mails.compose(JAN, ADDRESS, "[pay-tax-statement] fiche", "x")
    mail.set_content("<html><body><p>Formulier (pay-tax-statement)</p>"
                     f"<table>{rows}</table></body></html>", subtype="html")
    desk.send_mail(mail)
    desk.gateway()
    case = desk.case()
    assert case["form"] == "pay-tax-statement" and case["answers"]["year"] == "2025", case


def test_stranger(t):
    """Somebody unknown is refused politely, once, with no case"""
    desk = t.desk()
    for _ in range(2):
        desk.send(STRANGER, "Ouderschapsverlof", "Ik wil ouderschapsverlof.")
        desk.step()
    refusal = desk.one(STRANGER)
    assert refusal["Auto-Submitted"] == "auto-replied"
    assert desk.cases() == []
    assert [r["case"] for r in desk.receipts()] == [None, None], desk.receipts()


def test_stranger_ignored_or_held(t):
    """Strangers=ignore answers nothing, Strangers=hold waits for an eye"""
    for value, decision in (("ignore", "ignored"), ("hold", "held")):
        desk = t.desk({"Desk": {"Strangers": value}}, name=value)
        desk.send(STRANGER, "Vraag", "Ik wil ouderschapsverlof.")
        desk.step()
        desk.none(STRANGER)
        assert [r["decision"] for r in desk.receipts()] == [decision], desk.receipts()
        assert len(desk.json("held", "list")) == (value == "hold")


def test_wrong_organisation_forms(t):
    """An employee may not use a form of HR only"""
    desk = t.desk()
    desk.send(JAN, "[hr-cooperation] Samenwerking", "Formulier: Samenwerking (hr-cooperation)\n")
    desk.step()
    assert not any(c["form"] == "hr-cooperation" for c in desk.cases()), desk.cases()
