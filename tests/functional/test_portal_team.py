"""A dossier manager's pages: queues, search, and everything that can be done with a case."""
import re
import sqlite3
import time

from lib import mails
from lib.common import listens, wait_for
from lib.desk import DINA, DIRK, JAN, MARIE
from lib.given import ABSENCE, ATTEST, parental_mail, tax_mail
from test_arrange import CANNED
from test_portal import Browser, link_of, open_portal


def manager(desk, port, address=DINA):
    """A dossier manager, signed in by a link that was asked for."""
    browser = Browser(port)
    browser.post("/link", {"address": address})
    desk.notifier()
    mail = [m for m in desk.new(address) if "/m/" in mails.plain(m)][-1]
    assert browser.enter(link_of(mail, "m"))[0] == "/mine"
    return browser


def a_team(t):
    desk, port = open_portal(t)
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    tax_mail(desk, MARIE)
    desk.step()
    cases = {case["team"]: case["number"] for case in desk.cases()}
    return desk, manager(desk, port), cases["absence"], cases["pay"]


def handle(browser, number, verb, status=303, files=(), **fields):
    where = f"/case/{number}"
    return browser.send(where + "/handle", {"csrf": browser.csrf(where), **fields, "verb": verb},
                        files, status)


def test_portal_queues(t):
    """The queues and the search show the cases of one's own teams, and no others"""
    desk, dina, ours, theirs = a_team(t)
    page = dina.get("/team").text
    assert ours in page and theirs not in page, page
    assert 'href="/team"' in dina.get("/mine").text and "<svg" in page and "<table" in page
    for words in (ours, "Emma", "geboorteattest", "EMMA claes", "ouderschapsverlof"):
        page = dina.get("/team?q=" + words.replace(" ", "+")).text
        assert ours in page.split("<table")[0], f"{words} does not find the case"
    for words in (theirs, "Marie", "nothinglikethis", "%22", "*", "a%22%20OR%20b", "NEAR(", "%00"):
        page = dina.get("/team?q=" + words).text
        assert f"/case/{theirs}" not in page, words
    assert "&lt;img" in dina.get("/team?q=%3Cimg+src=x%3E").text
    handle(dina, ours, "take")
    assert ours not in dina.get("/team?show=new").text and ours in dina.get("/team?show=mine").text
    handle(dina, ours, "ask", text="Wanneer?")
    assert ours in dina.get("/team?show=waiting").text
    assert ours not in dina.get("/team?show=late").text.split("<table")[0]
    with sqlite3.connect(desk.folder / "desk.db") as database: # past their day, by an hour
        database.execute("UPDATE cases SET due = ?", (int(time.time()) - 3600,))
    page = dina.get("/team?show=late").text.split("<table")[0]
    assert ours in page and theirs not in page, page
    # an employee has no queues, and another team's manager sees others
    jan = Browser(dina.port)
    jan.enter(link_of(desk.new(JAN)[0]))
    jan.get("/team", 404)
    dirk = manager(desk, dina.port, DIRK)
    page = dirk.get("/team").text
    assert theirs in page and ours not in page, page
    dirk.get(f"/case/{ours}", 404)
    dirk.post(f"/case/{ours}/handle", {"verb": "take"}, 404)


def test_portal_canned(t):
    """A canned answer of the team is put into the field with the case's details, to be looked over"""
    desk, dina, ours, _ = a_team(t)
    desk.stop(desk.portal)
    (desk.folder / "forms" / "answers").mkdir(parents=True)
    (desk.folder / "forms" / "answers" / "parental-ok.yaml").write_text(CANNED)
    (desk.folder / "forms" / "answers" / "pay-ok.yaml").write_text(
        CANNED.replace("[absence]", "[pay]").replace("In orde", "Andere"))
    desk.configure({"Desk": {"Forms": "forms"}})
    desk.portal = desk.start("portal")
    wait_for("the portal listens", lambda: listens(dina.port))
    where = f"/case/{ours}"
    page = dina.get(where).text
    assert 'value="parental-ok"' in page and "pay-ok" not in page, page
    page = dina.get(where + "?canned=parental-ok").text
    said = f"Uw verlof van 1 februari 2027 tot 31 maart 2027 is toegekend ({ours})."
    assert f">{said}</textarea>" in page, page
    assert "toegekend" not in dina.get(where + "?canned=pay-ok").text, "of another team"
    assert desk.case()["state"] == "open", "choosing it sends nothing"


def test_portal_handle(t):
    """Answer, ask, note, take, hand on, day, close, reopen: as by mail, and told as by mail"""
    desk, dina, ours, theirs = a_team(t)
    where = f"/case/{ours}"
    desk.new(JAN)
    desk.new(ABSENCE)
    handle(dina, ours, "note", text="Alleen voor ons", files=[("intern.txt", "text/plain", b"inside")])
    desk.notifier()
    desk.none(JAN)
    assert "Alleen voor ons" in dina.get(where).text and "intern.txt" in dina.get(where).text
    handle(dina, ours, "take")
    assert desk.case()["state"] == "assigned"
    answer = mails.pdf("beslissing")
    handle(dina, ours, "answer", text="U krijgt <b>het</b>.",
           files=[("beslissing.pdf", "application/pdf", answer)])
    assert desk.case()["state"] == "answered"
    desk.notifier()
    mail = desk.one(JAN)
    jan = Browser(dina.port)
    _, page = jan.enter(link_of(mail))
    assert "U krijgt &lt;b&gt;het&lt;/b&gt;." in page and "beslissing.pdf" in page, page
    assert "Alleen voor ons" not in page and "intern.txt" not in page and "handle" not in page, page
    path, = re.findall(r'href="(/case/[^"]+/document/\d+)">beslissing', page)
    assert jan.get(path).body == answer
    inside, = re.findall(r'href="(/case/[^"]+/document/\d+)">intern', dina.get(where).text)
    jan.get(inside, 404)
    jan.post(where + "/handle", {"csrf": jan.csrf(where), "verb": "close"}, 409)
    event = [e for e in desk.case()["events"] if e["what"] == "answered"][-1]
    assert event["way"] == "page" and event["who"] == "2001", event
    handle(dina, ours, "close", text="Klaar.")
    assert desk.case()["state"] == "closed"
    handle(dina, ours, "take", 409)
    handle(dina, ours, "bring-back", text="Toch niet.")
    handle(dina, ours, "due", day="1/12/2030")
    assert "2030" in dina.get(where).text
    handle(dina, ours, "due", 400, day="1/12/2020")
    handle(dina, ours, "due", day="")
    for verb, fields in (("answer", {"text": "  "}), ("hand-on", {"team": "nobody"}), ("note", {}),
                         ("reform", {"form": "../x"}), ("merge", {"into": theirs}), ("x", {})):
        page = handle(dina, ours, verb, 400, **fields)
        assert 'role="alert"' in page.text, verb
    handle(dina, ours, "hand-on", team="pay", text="Iets voor jullie")
    assert desk.case()["team"] == "pay" and desk.case()["state"] == "open"
    dina.get(where, 404)
    desk.run("verify")


def test_portal_replay(t):
    """What a dossier manager did on the page, with documents, comes about again from what is kept"""
    desk, dina, ours, theirs = a_team(t)
    handle(dina, ours, "take")
    handle(dina, ours, "note", text="Alleen voor ons", files=[("in.txt", "text/plain", b"inside")])
    handle(dina, ours, "ask", text="Wanneer?")
    handle(dina, ours, "answer-close", text="Ja.", files=[("uit.pdf", "application/pdf", mails.pdf("x"))])
    handle(dina, ours, "bring-back", text="Toch niet.")
    handle(dina, ours, "due", day="1/12/2030")
    handle(dina, ours, "hand-on", team="pay", text="Voor jullie")
    (desk.folder.parent / "again").mkdir()
    done = desk.run("replay", desk.folder.parent / "again" / "new.db", status=None)
    assert done.status == 0 and "not equal" not in done.out and "equal" in done.out, done.out


def test_portal_two(t):
    """Who else has the case open is shown, and two answers at once are not sent"""
    desk, dina, ours, _ = a_team(t)
    people = (desk.folder / "people.csv").read_text().replace(
        "dossier-manager,pay,", "dossier-manager,pay absence,")
    (desk.folder / "people.csv").write_text(people)
    desk.run("person", "import", desk.folder / "people.csv")
    dirk = manager(desk, dina.port, DIRK)
    where = f"/case/{ours}"
    assert "Dirk Dossier" not in dina.get(where).text
    seen = re.search(r'name="seen" value="(\d+)"', dirk.get(where).text)[1]
    page = dina.get(where).text
    assert "Dirk Dossier" in page, page
    handle(dina, ours, "answer", text="Het eerste antwoord", seen=seen)
    page = handle(dirk, ours, "answer", 409, text="Een ander antwoord", seen=seen)
    assert "Een ander antwoord" in page.text and 'role="alert"' in page.text
    assert len([e for e in desk.case()["events"] if e["what"] == "answered"]) == 1
    handle(dirk, ours, "answer", text="Een ander antwoord",
           seen=re.search(r'name="seen" value="(\d+)"', page.text)[1])
