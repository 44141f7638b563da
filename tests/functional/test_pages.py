"""New requests on the page: what is checked, kept and told, as for a mail."""
import datetime
import hashlib
import http.client
import re
import sqlite3
import time
import urllib.parse

from lib import mails
from lib.common import wait_for
from lib.desk import EVE, HUGO, JAN, MARIE, MIA, PEOPLE
from lib.given import ABSENCE, ATTEST, PARENTAL, choice, parental_mail, tax_mail
from test_portal import Browser, link_of, open_portal

PDF = ("geboorteattest.pdf", "application/pdf", ATTEST[2])
VALUES = {"f-child": "Emma Claes", "f-born": "3/10/2026", "f-start": "1 februari 2027",
          "f-end": "31-03-2027"}


def enter_as(t, address, **options):
    """A desk, and the browser of somebody who has one case of team front."""
    desk, port = open_portal(t, **options)
    desk.send(address, "vraag", "Een algemene vraag.")
    desk.step()
    browser = Browser(port)
    browser.enter(link_of(desk.one(address)))
    desk.new("front@desk.example")
    return desk, browser


def send_form(browser, form, values, files=(), status=303):
    """Files are (field, (name, type, bytes))."""
    fields = {"csrf": browser.csrf(f"/new/{form}"), **values}
    return browser.send(f"/new/{form}", fields, files, status)


def regime(desk):
    return choice(desk, "absence-parental", "regime", "full", "nl")


def test_pages_new(t):
    """A request on the page is a case like any other: acknowledged, told, its message kept"""
    desk, browser = enter_as(t, JAN)
    page = browser.get("/new").text
    assert "/new/absence-parental" in page and "/new/hr-entry" not in page, page
    page = browser.get("/new/absence-parental").text
    needed = page.index("Dit moet u toevoegen")
    assert needed < page.index("enctype=") and "eboorteattest" in page[needed:needed + 300], page
    where = send_form(browser, "absence-parental", {
        **VALUES, "f-regime": regime(desk), "f-comment": "<b>Dank</b> u"},
        [("d-0", PDF), ("files", ("extra.txt", "text/plain", b"more"))]).getheader("Location")
    case = desk.case("2")
    assert where.startswith(f"/case/{case['number']}"), where
    assert case["state"] == "open" and case["form"] == "absence-parental", case
    assert case["answers"]["start"] == "2027-02-01" and case["answers"]["regime"] == "full", case
    assert [(d["kind"], d["name"]) for d in case["documents"]] == [
        ("geboorteattest", "geboorteattest.pdf"), ("", "extra.txt")], case["documents"]
    assert case["events"][0]["way"] == "page" and case["events"][0]["who"] == "1001", case["events"]
    page = browser.get(where).text
    assert "&lt;b&gt;Dank&lt;/b&gt; u" in page and "<b>Dank" not in page, page
    desk.notifier()
    assert case["number"] in str(desk.one(JAN)["Subject"])
    assert case["number"] in mails.plain(desk.one(ABSENCE))
    desk.run("verify")
    # the message that was kept says by itself what was asked
    kept = mails.parse(export(t, desk, case))
    explained = desk.json("explain", *exported(t))
    assert str(kept["Subject"]) == "[absence-parental]", kept["Subject"]
    assert explained["form"] == "absence-parental" and explained["problems"] == [], explained
    assert explained["answers"] == case["answers"], (explained["answers"], case["answers"])


def exported(t):
    return sorted((t.folder / "export").rglob("*.eml"))[:1]


def export(t, desk, case):
    desk.run("case", "export", case["number"], t.folder / "export")
    return exported(t)[0].read_bytes()


def test_pages_mistakes(t):
    """A mistake is said beside its field; nothing typed and no file is lost; nothing is opened"""
    desk, browser = enter_as(t, JAN)
    wrong = {**VALUES, "f-regime": regime(desk), "f-start": "30/2/2027 <i>"}
    page = send_form(browser, "absence-parental", wrong, [("d-0", PDF)], 400).text
    assert 'role="alert"' in page and "autofocus" in page, page
    assert re.search(r'<input[^>]*id="f-start"[^>]*value="30/2/2027 &lt;i&gt;"[^>]*'
                     r'aria-describedby="[^"]*e-start"', page), page
    assert 'id="e-start"' in page and '<a href="#f-start">' in page, page
    assert 'value="Emma Claes"' in page and "geboorteattest.pdf" in page, page
    assert len(desk.cases()) == 1
    draft = re.search(r'name="draft" value="([a-z2-7]+)"', page)[1]
    # another session has no use for the files
    desk.send(MIA, "vraag", "Een algemene vraag.")
    desk.step()
    other = Browser(browser.port)
    other.enter(link_of(desk.one(MIA)))
    page = send_form(other, "absence-parental", {**wrong, "f-start": "1/2/2027", "draft": draft},
                     status=400).text
    assert "geboorteattest.pdf" not in page and 'href="#files"' in page, page
    send_form(browser, "absence-parental", {**wrong, "f-start": "1/2/2027", "draft": draft})
    case = desk.case("3")
    assert case["state"] == "open" and [d["name"] for d in case["documents"]] == [
        "geboorteattest.pdf"], case
    # they are given once
    page = send_form(browser, "absence-parental", {**wrong, "f-start": "1/2/2027", "draft": draft},
                     status=400).text
    assert 'href="#files"' in page, page


def test_pages_too_many(t):
    """More than 50 files, or more than a mail may hold over several tries: said, nothing opened"""
    desk, browser = enter_as(t, JAN)
    values = {**VALUES, "f-regime": regime(desk), "f-start": "x"}
    files = [("files", (f"{i}.txt", "text/plain", b"x")) for i in range(51)]
    page = send_form(browser, "absence-parental", values, files, 413).text
    assert 'role="alert"' in page, page
    large = [("files", ("large.bin", "application/octet-stream", b"x" * (30 << 20)))]
    page = send_form(browser, "absence-parental", values, large, 400).text
    draft = re.search(r'name="draft" value="([a-z2-7]+)"', page)[1]
    send_form(browser, "absence-parental", {**values, "draft": draft}, large, 413)
    assert len(desk.cases()) == 1
    send_form(browser, "absence-parental", {**values, "f-start": "1/2/2027"}, [("d-0", PDF)])
    assert len(desk.cases()) == 2


def test_pages_later(t):
    """A document that comes later: the case waits for it, and nothing else may be missing"""
    desk, browser = enter_as(t, JAN)
    values = {**VALUES, "f-regime": regime(desk), "later": "yes"}
    send_form(browser, "absence-parental", {**values, "f-end": ""}, status=400)
    send_form(browser, "absence-parental", values)
    case = desk.case("2")
    assert case["state"] == "incomplete", case
    assert [p["code"] for p in case["problems"]] == ["missing-document"], case["problems"]


def test_pages_roles(t):
    """HR has its own forms, for its own people; others see nothing of them"""
    desk, browser = enter_as(t, HUGO)
    assert "/new/hr-contract-change" in browser.get("/new").text
    values = {"f-as-of": "1/1/2027", "f-change": "Voltijds"}
    files = [("d-0", ("besluit.pdf", "application/pdf", ATTEST[2]))]
    page = send_form(browser, "hr-contract-change", {**values, "f-employee": "Nobody"}, files, 400)
    assert "e-employee" in page.text
    send_form(browser, "hr-contract-change", {**values, "f-employee": "1001"}, files)
    case = desk.case("2")
    assert case["employee"]["number"] == "1001" and case["requester"]["number"] == "1006", case
    desk.send(JAN, "vraag", "Een algemene vraag.")
    desk.step()
    jan = Browser(browser.port)
    jan.enter(link_of(desk.new(JAN)[-1]))
    jan.get("/new/hr-contract-change", 404)
    csrf = jan.csrf("/new")
    jan.send("/new/hr-contract-change", {"csrf": csrf, **values, "f-employee": "1002"}, files, 404)
    stranger = Browser(browser.port)
    stranger.get("/new", 404)
    stranger.send("/new/absence-parental", {"csrf": csrf}, [], 404)
    assert len(desk.cases()) == 3


def test_pages_organisation(t):
    """HR sees where its own people's open cases stand, and nobody else does; not what is in them"""
    people = PEOPLE + ("3001,Piet Elders,piet@minfin.example,OTHER,nl,,employee,,\n"
                       "3002,Harry Hr,harry@minfin.example,OTHER,nl,,employee hr,,\n")
    desk, port = open_portal(t, {"Organisation OTHER": {
        "Name": "Elders", "Domains": "minfin.example"}}, people=people)
    for who in (JAN, "piet@minfin.example", HUGO, "harry@minfin.example"):
        tax_mail(desk, who)
    parental_mail(desk, MARIE, "fr")
    desk.step()
    seen = {}
    for who in (JAN, HUGO, "harry@minfin.example"):
        seen[who] = Browser(port)
        seen[who].enter(link_of(desk.one(who)))
    seen[JAN].get("/organisation", 404)
    Browser(port).get("/organisation", 404)
    assert "/organisation" not in seen[JAN].get("/mine").text
    page = seen[HUGO].get("/organisation").text
    assert "/organisation" in seen[HUGO].get("/mine").text and "FOD Financiën" in page
    cases = {c["requester"]["address"]: c["number"] for c in desk.cases()}
    for who, there in ((JAN, True), (MARIE, True), (HUGO, True), ("piet@minfin.example", False)):
        assert (cases[who] in page) == there, (who, page)
    assert f"/case/{cases[HUGO]}" in page and f"/case/{cases[JAN]}" not in page
    seen[HUGO].get(f"/case/{cases[JAN]}", 404)
    waiting = seen[HUGO].get("/organisation?show=waiting").text
    assert cases[MARIE] in waiting and cases[JAN] not in waiting
    with sqlite3.connect(desk.folder / "desk.db") as database: # past their day, by an hour
        database.execute("UPDATE cases SET due = ? WHERE id IN (?, ?)", (
            int(time.time()) - 3600, int(cases[JAN][-6:]), int(cases["piet@minfin.example"][-6:])))
    late = seen[HUGO].get("/organisation?show=late").text
    assert cases[JAN] in late and cases[MARIE] not in late, late
    assert cases["piet@minfin.example"] not in late, "of another organisation"
    page = seen["harry@minfin.example"].get("/organisation").text
    assert cases["piet@minfin.example"] in page and cases[JAN] not in page
    desk.run("case", "close", cases[JAN])
    assert cases[JAN] not in seen[HUGO].get("/organisation").text


def test_pages_manager(t):
    """The page asks for a manager whom the directory lacks, and says whom the request waits for"""
    desk, port = open_portal(t, people=PEOPLE.replace("MINFIN,nl,1005,employee,,\n1002",
                                                      "MINFIN,nl,,employee,,\n1002"))
    browsers = {}
    for who in (JAN, EVE):
        desk.send(who, "vraag", "Een algemene vraag.")
        desk.step()
        browsers[who] = Browser(port)
        browsers[who].enter(link_of(desk.one(who)))
    assert "f-manager" not in browsers[EVE].get("/new/absence-long-personal").text
    assert 'name="f-manager"' in browsers[JAN].get("/new/absence-long-personal").text
    send_form(browsers[JAN], "absence-long-personal", {
        "f-start": "1/3/2027", "f-end": "30/6/2027", "f-manager": "Mia Claes"})
    case = desk.case("3")
    assert case["state"] == "awaiting-approval" and case["proposed"]["number"] == "1005", case
    page = browsers[JAN].get(f"/case/{case['number']}").text
    assert "bevestigen dat Mia Claes de leidinggevende is" in page, page
    desk.notifier()
    desk.reply(desk.one(HUGO), HUGO, "Ja.")
    desk.step()
    page = browsers[JAN].get(f"/case/{case['number']}").text
    assert "wacht op de goedkeuring van Mia Claes" in page and "Leidinggevende bevestigd" in page, page
    desk.one(MIA)
    (desk.folder / "again").mkdir()
    desk.run("replay", desk.folder / "again" / "desk.db")  # status 0: the same


def test_pages_approval(t):
    """What must be approved goes to the manager first, also from the page"""
    desk, browser = enter_as(t, JAN)
    send_form(browser, "absence-long-personal", {"f-start": "1/2/2027", "f-end": "1/5/2027"})
    case = desk.case("2")
    assert case["state"] == "awaiting-approval", case
    desk.notifier()
    link = link_of(desk.one(MIA), "a")
    manager = Browser(browser.port)
    where, _ = manager.enter(link)
    manager.post(f"{where}/approve", {"csrf": manager.csrf(where), "decision": "yes"})
    assert desk.case("2")["state"] == "open"


def test_pages_as_mail(t):
    """The same form as a mail: a link that opens one, and a draft"""
    desk, browser = enter_as(t, JAN)
    page = browser.get("/new/pay-tax-statement").text
    assert re.search(r'href="mailto:desk%2Bpay-tax-statement@desk\.example\?subject=', page), page
    answer = browser.get("/new/pay-tax-statement/draft.eml")
    draft = mails.parse(answer.body)
    assert draft["X-Unsent"] == "1" and "Jan Peeters (1001)" in mails.plain(draft), answer.text
    assert answer.getheader("Content-Disposition") == 'attachment; filename="pay-tax-statement.eml"'


def test_pages_complete(t):
    """What is missing is filled in on a page of its own; a wrong value is said, nothing is lost"""
    desk, browser = enter_as(t, JAN)
    parental_mail(desk, JAN, "nl", {**PARENTAL["nl"], "start": "30/2/2027"})
    desk.step()
    number = desk.case("2")["number"]
    path = f"/case/{number}/complete"
    assert path in browser.get(f"/case/{number}").text
    page = browser.get(path).text
    assert 'name="f-start" value="30/2/2027"' in page and 'name="f-end"' not in page, page
    assert 'aria-invalid="true"' in page, page
    csrf = browser.csrf(path)
    # a start behind the end: now the end is asked as well, with what stands there
    page = browser.send(path, {"csrf": csrf, "f-start": "1/6/2027"}, [("d-0", PDF)], 400).text
    assert 'name="f-end" value="31 maart 2027"' in page and "geboorteattest.pdf" in page, page
    draft = re.search(r'name="draft" value="([a-z2-7]+)"', page)[1]
    assert desk.case("2")["state"] == "incomplete"
    where = browser.send(path, {"csrf": csrf, "f-start": "1/6/2027", "f-end": "1/9/2027",
                                "draft": draft}, []).getheader("Location")
    case = desk.case("2")
    assert where == f"/case/{number}" and case["state"] == "open", case
    assert (case["answers"]["start"], case["answers"]["end"]) == ("2027-06-01", "2027-09-01"), case
    assert case["problems"] == [] and [d["kind"] for d in case["documents"]] == ["geboorteattest"]
    desk.notifier()
    assert case["number"] in mails.plain(desk.one(ABSENCE))
    # who sends the page once more has something to add, as by mail
    browser.send(path, {"csrf": csrf, "f-start": "1/7/2027"}, [])
    case = desk.case("2")
    assert case["answers"]["start"] == "2027-07-01" and case["state"] == "open", case
    assert [e["what"] for e in case["events"]][-2:] == ["completed", "added"], case["events"]
    assert "/complete" not in browser.get(f"/case/{number}").text
    assert browser.get(path, 303).getheader("Location") == f"/case/{number}"


def post_slowly(browser, path, fields, meanwhile):
    """The header and half of the form are there, then something else happens: (status, page)."""
    body = urllib.parse.urlencode(fields).encode()
    half = len(body) // 2
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=20)
    connection.putrequest("POST", path)
    for header in (("Content-Type", "application/x-www-form-urlencoded"), ("Accept-Language", "en"),
                   ("Content-Length", str(len(body))), ("Cookie", browser.cookie)):
        connection.putheader(*header)
    connection.endheaders(body[:half])
    time.sleep(0.3)             # the portal has begun to read
    meanwhile()
    connection.send(body[half:])
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page


def test_pages_crossing(t):
    """While something is typed on the page, a mail completes the case, or it is closed by hand"""
    desk, browser = enter_as(t, JAN)

    def half_a_case():
        parental_mail(desk, JAN, "nl", {**PARENTAL["nl"], "start": ""})
        desk.step()
        return desk.one(JAN), desk.cases()[0]["number"]

    def complete(asked):
        desk.reply(asked, JAN, "Begindatum: 1/2/2027", files=[ATTEST])
        desk.gateway()

    def check(number, events):
        case = desk.case(number)
        assert case["problems"] == [] and case["state"] == "open", case
        assert case["answers"]["start"] == "2027-02-01", case["answers"]
        assert [e["what"] for e in case["events"]] == events, case["events"]
        desk.notifier()
        assert len(desk.new(ABSENCE)) == 2, "one new case, one message"
        assert len(desk.new(JAN)) == 1, "it is complete, said once"

    asked, number = half_a_case()
    csrf = browser.csrf(f"/case/{number}")
    status, page = post_slowly(browser, f"/case/{number}/write", {
        "csrf": csrf, "text": "Alvast dit."}, lambda: complete(asked))
    assert status == 303, page
    check(number, ["opened", "completed", "added"])

    asked, number = half_a_case()
    path = f"/case/{number}/complete"
    status, page = post_slowly(browser, path, {
        "csrf": browser.csrf(path), "f-start": "1/2/2027", "later": "yes"}, lambda: complete(asked))
    assert status == 303, page
    check(number, ["opened", "completed", "added"])

    asked, number = half_a_case()
    csrf = browser.csrf(f"/case/{number}")
    status, page = post_slowly(browser, f"/case/{number}/write", {
        "csrf": csrf, "text": "Te laat."}, lambda: desk.run("case", "close", number))
    assert status in (303, 409), page
    case = desk.case(number)
    assert ("Te laat." in [e["text"] for e in case["events"]]) == (status == 303), case
    desk.run("verify")


def test_pages_receipt(t):
    """The receipt names every message and document with its time and hash, as they are"""
    desk, browser = enter_as(t, JAN)
    where = send_form(browser, "pay-tax-statement", {
        "f-year": "2025", "f-question": "Waar is mijn fiche?"},
        [("files", PDF)]).getheader("Location").split("?")[0]
    page = browser.get(where + "/receipt").text
    case = desk.case("2")
    assert hashlib.sha256(PDF[2]).hexdigest() in page, page
    assert [m["sha256"] for m in case["mails"] if m["direction"] == "in"][0] in page, page
    desk.send(MIA, "vraag", "Een algemene vraag.")
    desk.step()
    other = Browser(browser.port)
    other.enter(link_of(desk.new(MIA)[-1]))
    other.get(where + "/receipt", 404)
    other.get(where + "/complete", 404)
    other.get(where + "/withdraw", 404)


def test_pages_withdraw(t):
    """Withdrawing is asked first; the question changes nothing"""
    desk, browser = enter_as(t, JAN)
    path = f"/case/{desk.case()['number']}/withdraw"
    page = browser.get(path).text
    assert f'action="{path}"' in page and desk.case()["state"] == "open", page
    browser.post(path, {"csrf": browser.csrf(path), "text": "Opgelost"})
    assert desk.case()["state"] == "withdrawn"
    assert browser.get(path, 303).getheader("Location") == path.rsplit("/", 1)[0]


def test_pages_content(t):
    """My content: all that I sent by mail and on the page, and nothing of others"""
    desk, browser = enter_as(t, JAN)
    send_form(browser, "pay-tax-statement", {"f-year": "2025", "f-question": "Waar is mijn fiche?"},
              [("files", PDF)])
    desk.run("case", "answer", "2", "--text", "Ons antwoord.")
    page = browser.get("/content").text
    assert "Een algemene vraag." in page and "Waar is mijn fiche?" in page, page
    assert "Ons antwoord." not in page and "geboorteattest.pdf" in page, page
    document = re.search(r'href="(/case/[^"]*/document/\d+)"', page)[1]
    assert browser.get(document).body == PDF[2]
    for i in range(20):
        desk.send(JAN, "vraag", f"Vraag nummer {i}.")
    desk.gateway()
    page = browser.get("/content").text
    older = re.search(r'href="(/content\?before=\d+)"', page)[1]
    assert "Een algemene vraag." not in page
    assert "Een algemene vraag." in browser.get(older).text
    Browser(browser.port).get("/content", 404)


def test_pages_me(t):
    """My data; the language of the pages can be chosen, and only that"""
    desk, browser = enter_as(t, JAN)
    page = browser.get("/me").text
    for word in ("Jan Peeters", "1001", "jan.peeters@minfin.example", "FOD Financiën", "Mia Claes"):
        assert word in page, word
    csrf, session = browser.csrf("/me"), browser.cookie
    browser.post("/language", {"csrf": csrf, "language": "xx"}, 400)
    browser.post("/language", {"csrf": csrf, "language": "fr"})
    assert browser.cookie == "persocontact_language=fr", browser.cookie
    browser.cookie += "; " + session
    page = browser.get("/me").text
    assert '<html lang="fr">' in page and "Jan Peeters" in page, page
    browser.post("/language", {"csrf": "a" * 26, "language": "de"}, 403)
    Browser(browser.port).get("/me", 404)


def test_pages_help(t):
    """The manuals in the reader's language, with their tables and without their HTML; elsewhere"""
    desk, browser = enter_as(t, JAN, groups={"Elsewhere scope": {"Telephone": "02 765 43 21"}})
    assert "/help/employee" in browser.get("/help").text
    for manual in ("employee", "manager", "hr", "dossier-manager"):
        page = browser.get(f"/help/{manual}").text
        assert page.count("<h1>") == 1 and "<h2>" in page, page
    assert "<table>" in page and "<code>#take</code>" in page, page
    browser.get("/help/admin", 404)
    page = browser.get("/elsewhere").text
    for word in ("SCOPE", "https://selfservice.example", "02 765 43 21", "Ziekteverlof", "Medex"):
        assert word in page, word
    assert "{" not in page, page
    stranger = Browser(browser.port)
    assert "Asking the desk" in stranger.get("/help/employee").text
    stranger.get("/elsewhere")


def desk_time(desk, number):
    return datetime.datetime.fromisoformat(desk.case(number)["changed"]).timestamp()


def test_pages_search(t):
    """My cases: found by number, form and subject; sorted; twenty a page"""
    desk, browser = enter_as(t, JAN)
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.send(JAN, "100% vraag", "Nog een algemene vraag.")
    desk.step()
    first, leave, other = (desk.case(n)["number"] for n in "123")

    def found(query):
        page = browser.get("/mine" + query).text
        return [n for n in re.findall(r'<a href="/case/([^"]+)"', page)]

    assert sorted(found("")) == [first, leave, other]
    assert found(f"?q={leave}") == [leave] and found("?q=2") == [leave]
    assert found("?q=OUDERSCHAP") == [leave] and found("?q=100%25") == [other]
    assert found("?q=%25") == [other] and found("?q=_") == [] and found("?q=%27;--") == []
    wait_for("a later second", lambda: time.time() > desk_time(desk, other) + 1)
    desk.run("case", "answer", first, "--text", "Ja.")
    desk.run("case", "reopen", first, "--text", "Nee.")
    assert found("?sort=opened") == [other, leave, first]
    assert found("?sort=changed")[0] == first
    page = browser.get('/mine?q=%22%3E%3Cscript%3E').text
    assert 'value="&quot;&gt;&lt;script&gt;"' in page, page
    for i in range(20):
        desk.send(JAN, "vraag", f"Vraag nummer {i}.")
    desk.gateway()
    page = browser.get("/mine?q=vraag").text
    assert page.count('<article class="case">') == 20, page.count('<article class="case">')
    older = re.search(r'href="/mine(\?show=open&amp;skip=20[^"]*)"', page)[1].replace("&amp;", "&")
    assert found(older) == [other, leave, first], found(older) # of an "Aanvraag"
    newer = re.search(r'href="/mine(\?show=open&amp;skip=0[^"]*)"', browser.get("/mine" + older).text)
    assert len(found(newer[1].replace("&amp;", "&"))) == 20
    assert browser.get("/mine?skip=-5&show=nothing").status == 200


def test_pages_replay(t):
    """The desk built again from its messages has the same requests of the page, and all is verified"""
    desk, browser = enter_as(t, JAN)
    values = {**VALUES, "f-regime": regime(desk), "f-comment": "Eerste zin.\n\nTweede zin."}
    send_form(browser, "absence-parental", values, [
        ("d-0", PDF), ("files", ("geboorte.txt", "text/plain", b"more"))])
    send_form(browser, "absence-parental", {**values, "later": "yes"})
    number = desk.case("3")["number"]
    path = f"/case/{number}/complete"
    browser.send(path, {"csrf": browser.csrf(path)}, [("d-0", PDF)])
    browser.send(f"/case/{number}/write", {"csrf": browser.csrf(path.rsplit('/', 1)[0]),
                                           "text": "Nog iets."}, [])
    send_form(browser, "absence-long-personal", {"f-start": "1/2/2027", "f-end": "1/5/2027"})
    desk.send(MIA, "vraag", "Een algemene vraag.")
    desk.step()
    desk.run("verify")
    (desk.folder / "again").mkdir()
    out = desk.run("replay", desk.folder / "again" / "new.db", status=None).out
    assert out.startswith("equal: ") and "not done again" not in out, out
