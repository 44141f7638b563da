"""Ways into the page: links that are asked for, codes, sessions, and what ends them."""
import re
import urllib.parse

from lib import mails
from lib.desk import JAN, MARIE, STRANGER
from lib.given import tax_mail
from test_portal import Browser, check_headers, link_of, open_case, open_portal


def asked(desk, browser, address=JAN, typed=None):
    """The link and the code of the mail that is asked for on the page."""
    answer = browser.post("/link", {"address": typed or address})
    assert answer.getheader("Location") == "/link/sent"
    desk.notifier()
    mail = desk.one(address)
    code, = re.findall(r"^\s*([a-z2-7]{4}-[a-z2-7]{4})\s*$", mails.plain(mail), re.M)
    assert code in mails.html(mail)
    return link_of(mail, "m"), code


def test_portal_asked(t):
    """A link that is asked for opens My cases at once where it was asked, elsewhere with its code"""
    desk, port = open_portal(t)
    tax_mail(desk)
    desk.step()
    desk.new(JAN)
    here, there = Browser(port), Browser(port)
    assert 'href="/link"' in here.get("/").text
    link, code = asked(desk, here, typed=f" {JAN.upper()} ")
    where, page = here.enter(link)
    assert where == "/mine" and desk.case()["number"] in page, page
    # another browser: only the code of the mail opens it
    assert desk.case()["number"] not in there.get(link).text
    page = there.post(link, status=200)
    assert 'name="code"' in page.text and desk.case()["number"] not in page.text
    check_headers(page)
    wrong = there.post(link, {"code": "aaaa-aaaa"}, 400)
    assert 'role="alert"' in wrong.text and wrong.getheader("Set-Cookie") is None
    assert there.post(link, {"code": f" {code.upper().replace('-', ' ')} "}).getheader(
        "Location") == "/mine"
    # too many wrong codes kill it, for everybody
    guess = Browser(port)
    for _ in range(3):
        guess.post(link, {"code": "bbbb-bbbb"}, 400)
    missing = guess.post(link, {"code": "bbbb-bbbb"}, 404)
    assert missing.body == guess.get("/no/such/page", 404).body
    guess.post(link, {"code": code}, 404)
    # a new one kills the one before
    old, _ = asked(desk, here)
    new, _ = asked(desk, here)
    here.get(old, 404)
    here.post(old, status=404)
    assert here.enter(new)[0] == "/mine"
    # two people do not share a link's cookie
    other, _ = asked(desk, Browser(port), MARIE)
    assert 'name="code"' in here.post(other, status=200).text


def test_portal_unknown(t):
    """Who asks learns nothing about an address; known or not, the answer is the same"""
    desk, port = open_portal(t, {"Portal": {"LinksPerHour": "100"}})

    def answer(address, **options):
        got = Browser(port).ask("POST", "/link", urllib.parse.urlencode({"address": address}),
                                {"Content-Type": "application/x-www-form-urlencoded"}, **options)
        cookie = re.sub("=[a-z2-7]{26}", "=", got.getheader("Set-Cookie") or "")
        headers = sorted((k, v) for k, v in got.getheaders() if k not in ("Date", "Set-Cookie"))
        return got.status, got.body, headers, cookie

    known = answer(JAN)
    assert known[0] == 303
    for address in (STRANGER, "nobody@minfin.example", "a@b"):
        assert answer(address) == known, address
    desk.notifier()
    desk.one(JAN)
    desk.none(STRANGER)
    for bad in ("", "x", "a b@c", "jan@minfin.example\r\nBcc: x@y", "\u0000@x", "<b>@x y"):
        status, body, *_ = answer(bad)
        assert status == 400 and b'role="alert"' in body and b"<b>" not in body, (bad, status)
    # three an hour to one person; the answer stays the same
    for _ in range(5):
        assert answer(JAN) == known
    desk.notifier()
    assert len(desk.new(JAN)) == 2
    # one client has an end, and is told until when
    statuses = []
    while 429 not in statuses and len(statuses) < 40:
        statuses.append(answer("x@y.example")[0])
    assert statuses[-1] == 429, statuses
    browser = Browser(port)
    page = browser.post("/link", {"address": JAN}, 429)
    assert int(page.getheader("Retry-After")) > 0 and "<h1>" in page.text
    check_headers(page)


def test_portal_sessions(t):
    """My sessions: one is ended, all others, my links; an administrator revokes all of a person"""
    desk, link, here = open_case(t)
    firefox = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"}
    others = [Browser(here.port) for _ in range(3)]
    for browser in others:
        browser.post(link, headers=firefox)
    here.enter(link)
    first = here.cookie
    here.enter(link)
    assert here.cookie != first, "signing in again did not change the session's cookie"
    stale = Browser(here.port)
    stale.cookie = first
    stale.get("/mine", 404)
    page = here.get("/sessions").text
    assert page.count(", via een link in een mail") == 4, page
    assert page.count("Firefox, Windows</h2>") == 3 and page.count("deze browser") == 1, page
    csrf = here.csrf("/sessions")
    ids = re.findall(r'name="end" value="([0-9a-f]{16})"', page)
    assert len(ids) == 4, page
    for id_ in ids:
        if re.search(rf"deze browser</h2>(?:(?!</section>).)*{id_}", page, re.S):
            continue
        here.post("/sessions", {"csrf": csrf, "end": id_})
        break
    assert sum(b.ask("GET", "/mine").status == 404 for b in others) == 1
    here.post("/sessions", {"end": "others"}, 403)
    here.post("/sessions", {"csrf": csrf, "end": "others"})
    assert [b.ask("GET", "/mine").status for b in others] == [404] * 3
    here.get("/mine")
    Browser(here.port).get("/sessions", 404)
    # another person cannot end it
    tax_mail(desk, MARIE)
    desk.step()
    marie = Browser(here.port)
    marie.enter(link_of(desk.one(MARIE)))
    for id_ in ids:
        marie.post("/sessions", {"csrf": marie.csrf("/sessions"), "end": id_})
    here.get("/mine")
    here.post("/sessions", {"csrf": csrf, "end": "links"})
    here.get(link, 404)
    here.get("/mine")
    desk.run("person", "revoke", "1001")
    here.get("/mine", 404)
    marie.get("/mine")


def test_portal_no_mailed_link(t):
    """A link to My cases is not mailed where the desk says so; the link of a case still leads in"""
    desk, port = open_portal(t, {"Portal": {"MailLink": "no"}})
    tax_mail(desk)
    desk.step()
    browser = Browser(port)
    assert 'name="address"' not in browser.get("/link").text
    browser.post("/link", {"address": JAN}, 404)
    browser.enter(link_of(desk.one(JAN)))
    assert browser.get("/mine")


def test_portal_over(t):
    """How long a session lives is set; a time that is too short is said"""
    desk, port = open_portal(t, {"Portal": {"SessionIdle": "60s", "SessionLongest": "60s"}})
    tax_mail(desk)
    desk.step()
    browser = Browser(port)
    browser.enter(link_of(desk.one(JAN)))
    browser.get("/mine")
    desk.configure({"Portal": {"SessionIdle": "5s"}})
    wrong = desk.run("check", status=None)
    assert wrong.status != 0 and "SessionIdle" in wrong.err + wrong.out, wrong.err


def test_portal_host(t):
    """A page is only given under its own name, and a form only taken from its own page"""
    desk, link, browser = open_case(t)
    evil = browser.ask("GET", "/", headers={"Host": "evil.example"})
    assert evil.status == 421, evil.status
    check_headers(evil)
    assert "evil.example" not in evil.text
    browser.get("/", headers={"X-Forwarded-Host": "evil.example"})
    where, page = browser.enter(link)
    assert "evil.example" not in page
    csrf = browser.csrf(where)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"},
                    {"Sec-Fetch-Site": "same-site"}):
        browser.post(where + "/withdraw", {"csrf": csrf}, 403, headers)
        browser.post(link, status=403, headers=headers)
    assert desk.case()["state"] == "open"
    # cookies of a neighbour: two that differ are none, one with blanks or quotes is none
    good = browser.cookie
    for tossed in (f"{good}; persocontact={'a' * 26}", f"persocontact={'a' * 26}; {good}",
                   good.replace("=", '="') + '"', good + "a", good.upper()):
        tossing = Browser(browser.port)
        tossing.cookie = tossed
        tossing.get("/mine", 404)
    browser.post(where + "/withdraw", {"csrf": csrf}, headers={
        "Origin": f"http://127.0.0.1:{browser.port}", "Sec-Fetch-Site": "same-origin"})
    assert desk.case()["state"] == "withdrawn"
    # every answer may be asked for with HEAD, and the wrong method names the right ones
    for path in ("/", "/mine", where, "/sessions", "/link", "/style.css", "/no/such/page"):
        page, head = browser.ask("GET", path), browser.ask("HEAD", path)
        assert head.status == page.status and head.body == b"", path
        assert head.getheader("Content-Length") == page.getheader("Content-Length"), path
        check_headers(head)
    for path, allow in (("/", "GET, HEAD"), ("/leave", "POST"), ("/link", "GET, HEAD, POST")):
        wrong = browser.ask("PUT", path)
        assert wrong.status == 405 and wrong.getheader("Allow") == allow, (path, wrong.status)
