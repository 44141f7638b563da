"""Cases that wait: reminders, terms, escalation, digests."""
import sqlite3
import time

from lib import mails
from lib.desk import ADA, DINA, DIRK, HUGO, JAN, MIA, PEOPLE
from lib.given import ABSENCE, ATTEST, complete_case, parental_mail, tax_case, tax_mail
from test_portal import Browser, link_of, open_portal

ALWAYS = {"WorkingHours": "always"}


def wait_days(desk, days):
    """As if the desk had rested for so many days."""
    with sqlite3.connect(desk.folder / "desk.db") as database:
        for column in ("opened", "changed"):
            database.execute(f"UPDATE cases SET {column} = {column} - ?", (days * 86400,))
        database.execute("UPDATE outbox SET created = created - ?", (days * 86400,))
        database.execute("UPDATE reminders SET since = since - ?, at = at - ?",
                         (days * 86400, days * 86400))
        database.execute("UPDATE duties SET done = done - ?", (days * 86400,))
        database.execute("UPDATE cases SET due = due - ? WHERE due > 0", (days * 86400,))
    database.close()


def test_requester(t):
    """A requester is reminded of what is missing: after 7 days, three times at most"""
    desk = t.desk({"Desk": ALWAYS})
    parental_mail(desk, JAN, "nl")
    desk.step()
    desk.one(JAN)
    for days, count in ((6, 0), (1, 1), (0, 0), (6, 0), (1, 1), (7, 1), (7, 0), (30, 0)):
        wait_days(desk, days)
        desk.notifier()
        found = desk.new(JAN)
        assert len(found) == count, (days, [str(m["Subject"]) for m in found])
        for mail in found:
            assert "Herinnering" in str(mail["Subject"]) and "Geboorteattest" in mails.plain(mail)
            assert str(mail["Auto-Submitted"]) == "auto-generated"
    assert [e["what"] for e in desk.case()["events"]].count("reminded") == 3
    assert desk.case()["state"] == "incomplete"


def test_silence(t):
    """After a long silence one reminder comes, not all that were missed; a reply ends them"""
    desk = t.desk({"Desk": ALWAYS})
    parental_mail(desk, JAN, "nl")
    desk.step()
    ack = desk.one(JAN)
    wait_days(desk, 20)
    desk.notifier(), desk.notifier()
    desk.one(JAN)
    desk.reply(ack, JAN, f"{desk.label('absence-parental', 'child')}: Emma Claes", quote=False)
    desk.step()
    desk.one(JAN)
    desk.notifier()
    desk.none(JAN)


def test_approver(t):
    """A manager is reminded with what is to be decided, and decides by a reply"""
    desk = t.desk({"Desk": ALWAYS})
    text = desk.fill("absence-career-break-full", "nl", {"start": "1/3/2027", "end": "30/6/2027"})
    desk.send(JAN, "Loopbaanonderbreking", text,
              files=[("formulier C61.pdf", "application/pdf", mails.pdf("C61"))])
    desk.step()
    assert desk.case()["state"] == "awaiting-approval", desk.case()
    desk.one(MIA), desk.one(JAN)
    wait_days(desk, 3)
    desk.notifier()
    told = desk.one(MIA)
    assert "Herinnering" in str(told["Subject"]) and "/a/" in mails.plain(told)
    desk.reply(told, MIA, "Akkoord.")
    desk.step()
    assert desk.case()["state"] == "open"


def test_team(t):
    """Remind=: the team hears of a case that waits longer, and its lead when it waits twice as long"""
    desk, _, _ = complete_case(t, {"Desk": ALWAYS, "Team absence": {
        "Name": "Afwezigheden", "Address": ABSENCE, "Remind": "2d", "Lead": ADA}})
    wait_days(desk, 1)
    desk.notifier()
    desk.none(ABSENCE, ADA)
    wait_days(desk, 1)
    desk.notifier(), desk.notifier()
    told = desk.one(ABSENCE)
    assert "Wacht te lang" in str(told["Subject"]), told["Subject"]
    desk.none(ADA, JAN)
    wait_days(desk, 2)
    desk.notifier()
    desk.one(ABSENCE), desk.one(ADA)
    desk.reply(told, DINA, "Uw verlof is goedgekeurd.")
    desk.step()
    desk.one(JAN)
    wait_days(desk, 10)
    desk.notifier()
    desk.none(ABSENCE, ADA)


def test_term(t):
    """A form's term sets the day until when, in working days; past it, team and lead are told once"""
    desk = t.desk({"Desk": {**ALWAYS, "Forms": "forms"}, "Team pay": {
        "Name": "Pay", "Address": "pay@desk.example", "Lead": ADA}})
    (desk.folder / "forms").mkdir()
    source = next(p for p in (t.program.parent / "x", *map(
        type(t.program), (desk.environment().get("PERSOCONTACT_DATA", "."),)))
        if (p / "forms/definitions/pay-tax-statement.yaml").exists())
    text = (source / "forms/definitions/pay-tax-statement.yaml").read_text()
    (desk.folder / "forms/pay-tax-statement.yaml").write_text(text + "term: 5\n")
    desk.send(JAN, "Fiche", desk.fill("pay-tax-statement", "nl", {
        "year": "2025", "question": "Mijn fiche ontbreekt.", "duplicate": "ja"}))
    desk.step(), desk.notifier()
    due = desk.case()["due"]
    assert due and due > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4 * 86400))
    assert [e["what"] for e in desk.case()["events"]][-1] == "due"
    desk.one("pay@desk.example"), desk.one(JAN)
    wait_days(desk, 14)
    desk.notifier(), desk.notifier()
    desk.one("pay@desk.example"), desk.one(ADA)
    assert [e["what"] for e in desk.case()["events"]].count("late") == 1


def test_night(t):
    """Nobody is reminded outside of the working hours, unless it is set so"""
    now = time.localtime()
    minute = (now.tm_hour * 60 + now.tm_min + 180) % (24 * 60)
    hours = f"{minute // 60:02}:00-{min(minute // 60 + 1, 24):02}:00"
    desk = t.desk({"Desk": {"WorkingHours": hours, "TimeZone": "UTC"}})
    parental_mail(desk, JAN, "nl")
    desk.step()
    desk.one(JAN)
    wait_days(desk, 8)
    desk.notifier()
    desk.none(JAN)
    desk.configure({"Desk": ALWAYS})
    desk.notifier()
    desk.one(JAN)


def test_digest_of_mine(t):
    """Each dossier manager hears once a day what they have, of all teams, with a link to it"""
    team = {"Name": "Wedde", "Address": "pay@desk.example", "Digest": "yes"}
    people = PEOPLE.replace("dossier-manager,pay,", "dossier-manager,pay absence,")
    desk, port = open_portal(t, {"Desk": ALWAYS, "Team pay": team}, people=people)
    tax_mail(desk)
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.step()
    desk.run("case", "take", "1", "--as", "2002")
    wait_days(desk, 1)
    desk.notifier(), desk.notifier()
    mine = desk.one(DIRK)
    text = mails.plain(mine)
    assert "Uw dossiers: 1 open, 0 over hun datum" in str(mine["Subject"]), mine["Subject"]
    assert "PC-2026-000001" in text and "PC-2026-000002" not in text and "1 d oud" in text, text
    assert "PC-2026-000001" in mails.html(mine) and str(mine["Auto-Submitted"]) == "auto-generated"
    desk.none(DINA)
    where, page = Browser(port).enter(link_of(mine, "m"))
    assert where == "/team?show=mine" and "PC-2026-000001" in page, (where, page)
    desk.run("case", "take", "2", "--as", "2002")  # of another team, late, and waiting
    desk.run("case", "ask", "1", "--as", "2002", "--text", "Welk jaar?")
    with sqlite3.connect(desk.folder / "desk.db") as database:
        database.execute("UPDATE cases SET due = 1795000000 WHERE id = 2")
    database.close()
    wait_days(desk, 1)
    desk.notifier()
    told = desk.new(DIRK)  # one is that the case is late
    mine, = [mail for mail in told if "Uw dossiers" in str(mail["Subject"])]
    assert len(told) == 2, [str(mail["Subject"]) for mail in told]
    text = mails.plain(mine)
    assert "Open bij u: 2 (1 over hun datum, 1 in afwachting" in text, text
    assert text.index("! PC-2026-000002") < text.index("- PC-2026-000001"), text
    away = time.strftime("%Y-%m-%d", time.localtime())
    desk.run("person", "absent", "2002", "--from", away, "--until", away)
    wait_days(desk, 1)
    desk.notifier()
    desk.none(DIRK)
    desk.run("person", "absent", "2002", "--back")
    desk.run("case", "close", "1"), desk.run("case", "close", "2")
    wait_days(desk, 1)
    desk.notifier()
    desk.none(DIRK)


def test_digest(t):
    """One mail a day to a team with what is open, and one to HR about its own people"""
    desk, _, _ = tax_case(t, {"Desk": ALWAYS, "Team pay": {
        "Name": "Wedde", "Address": "pay@desk.example", "Digest": "yes"}, "Organisation MINFIN": {
        "Name": "FOD Financiën", "Domains": "minfin.example", "Digest": "yes"}})
    # what begins today is told tomorrow
    for _ in range(2):
        wait_days(desk, 1)
        desk.notifier(), desk.notifier()
        team, hr = desk.one("pay@desk.example"), desk.one(HUGO)
        for mail in (team, hr):
            assert "PC-2026-000001" in mails.plain(mail) and "Jan Peeters" in mails.plain(mail)
            assert "Fiscale fiche" in mails.html(mail)
        assert "FOD Financiën" in str(hr["Subject"]), hr["Subject"]
    desk.run("case", "close", "1")
    desk.notifier()
    desk.new(JAN)
    wait_days(desk, 1)
    desk.notifier()
    desk.none("pay@desk.example", HUGO)
