"""The page behind the link: what it shows, to whom, and what can be done there."""
import hashlib
import http.client
import re
import secrets
import socket
import time
import urllib.parse

from lib import mails
from lib.common import free_ports, listens, wait_for
from lib.desk import JAN, MARIE, MIA
from lib.given import ABSENCE, ATTEST, PARENTAL, first_line, parental_mail, tax_mail

HEADERS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin"}
POLICY = {"default-src 'none'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
          "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"}


class Browser:
    """A person's browser: keeps the cookie, runs no script."""

    def __init__(self, port):
        self.port, self.cookie = port, None

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(self, method, path, body=None, headers=None):
        connection = self.connect()
        extra = {"Cookie": self.cookie} if self.cookie else {}
        connection.request(method, path, body, {"Accept-Language": "en", **extra, **(headers or {})})
        answer = connection.getresponse()
        answer.body = answer.read()
        answer.text = answer.body.decode(errors="replace")
        connection.close()
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; ")), cookie
            self.cookie = cookie.split(";")[0]
        return answer

    def get(self, path, status=200, **options):
        answer = self.ask("GET", path, **options)
        assert answer.status == status, (path, answer.status, answer.text[:2000])
        return answer

    def post(self, path, fields=None, status=303, headers=None):
        answer = self.ask("POST", path, urllib.parse.urlencode(fields or {}), {
            "Content-Type": "application/x-www-form-urlencoded", **(headers or {})})
        assert answer.status == status, (path, answer.status, answer.text[:2000])
        return answer

    def send(self, path, fields, files, status=303):
        """A form with files (name, type, bytes), as a browser writes it; or (field, file)."""
        files = [f if len(f) == 2 else ("files", f) for f in files]
        line = secrets.token_hex(16)
        parts = [f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                 .encode() for name, value in fields.items()]
        parts += [f'--{line}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
                  f"Content-Type: {kind}\r\n\r\n".encode() + data + b"\r\n"
                  for field, (name, kind, data) in files]
        answer = self.ask("POST", path, b"".join(parts) + f"--{line}--\r\n".encode(),
                          {"Content-Type": f"multipart/form-data; boundary={line}"})
        assert answer.status == status, (path, answer.status, answer.text[:2000])
        return answer

    def enter(self, link):
        """Presses the button behind a link; gives the page it leads to."""
        where = self.post(link).getheader("Location")
        return where, self.get(where).text

    def csrf(self, path):
        return re.search(r'name="csrf" value="([a-z2-7]+)"', self.get(path).text)[1]


def link_of(mail, purpose="r"):
    found = re.search(rf"https?://127\.0\.0\.1:\d+(/{purpose}/[a-z2-7]{{26}})\b", mails.plain(mail))
    assert found, f"no link of purpose {purpose}:\n{mails.plain(mail)}"
    return found[1]


def open_portal(t, groups=None, **options):
    """A desk whose portal runs: (desk, port)."""
    port, = free_ports(1)
    groups = {**(groups or {})}
    groups["Desk"] = {"Url": f"http://127.0.0.1:{port}", **groups.get("Desk", {})}
    groups["Portal"] = {"Listen": f"127.0.0.1:{port}", **groups.get("Portal", {})}
    desk = t.desk(groups, **options)
    desk.portal = desk.start("portal")
    wait_for("the portal listens", lambda: listens(port))
    return desk, port


def open_case(t, **options):
    """An open case of team absence, the link to it, and a browser."""
    desk, port = open_portal(t, **options)
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.step()
    return desk, link_of(desk.one(JAN)), Browser(port)


def check_headers(answer):
    for name, value in HEADERS.items():
        assert answer.getheader(name) == value, (name, answer.getheader(name))
    policy = answer.getheader("Content-Security-Policy")
    assert POLICY == set(policy.split("; ")), policy


def test_portal_link(t):
    """A link shows a button and nothing of the case; the button leads in; wrong ones are all alike"""
    desk, link, browser = open_case(t)
    case = desk.case()
    page = browser.get(link)
    for word in (case["number"], "Jan", "Emma", "geboorteattest", "PC-"):
        assert word not in page.text, f"the link's page shows {word!r}"
    assert "<form" in page.text and 'method="post"' in page.text, page.text
    assert page.getheader("Set-Cookie") is None
    check_headers(page)
    head = browser.ask("HEAD", link)
    assert head.status == 200 and head.body == b"" and head.getheader("Set-Cookie") is None
    check_headers(head)

    letter = "a" if link[5] != "a" else "b"
    wrong = [link[:5] + letter + link[6:], "/r/" + "a" * 26, "/a/" + link[3:], "/m/" + link[3:],
             link[:-1], link + "a", "/r/", "/r/" + "A" * 26, "/case/" + case["number"],
             "/case/PC-2026-999999", "/mine", "/no/such/page", "/r/..%2f..%2fetc", "/%00"]
    pages = {browser.get(path, 404).body for path in wrong}
    assert len(pages) == 1, "not all pages that are missing are alike"
    assert browser.post(wrong[0], status=404).body in pages

    where, page = browser.enter(link)
    assert where == "/case/" + case["number"], where
    for word in (case["number"], "Emma Claes", "geboorteattest.pdf"):
        assert word in page, f"the case's page does not show {word!r}"
    check_headers(browser.get(where))
    browser.enter(link) # it serves many times
    assert browser.get("/style.css").getheader("Content-Type").startswith("text/css")
    seconds = desk.stop(desk.portal)
    assert seconds < 10, seconds


def test_portal_answer(t):
    """The answer is on the page; the team's notes are not; documents come back byte for byte"""
    desk, link, browser = open_case(t)
    desk.one(ABSENCE)
    desk.run("case", "note", "1", "--as", "2001", "--text", "Only for us <b>.")
    desk.run("case", "answer", "1", "--as", "2001", "--text",
             "You get it <script>alert(1)</script> & more.")
    desk.notifier()
    link = link_of(desk.new(JAN)[-1])
    where, page = browser.enter(link)
    assert "You get it &lt;script&gt;alert(1)&lt;/script&gt; &amp; more." in page, page
    assert "<script" not in page and "Only for us" not in page, page
    path, = re.findall(r'href="(/case/[^"]+/document/\d+)"', page)
    document = browser.get(path)
    assert document.body == ATTEST[2], "the document is not what was sent"
    assert document.getheader("Content-Type") == "application/pdf"
    assert document.getheader("Content-Disposition").startswith("attachment;")
    assert document.getheader("Content-Length") == str(len(ATTEST[2]))
    check_headers(document)
    browser.get(where + "/document/999", 404)


def test_portal_others(t):
    """Another person's case, and its documents and verbs, are not there"""
    desk, link, jan = open_case(t)
    tax_mail(desk, MARIE)
    desk.step()
    marie = Browser(jan.port)
    marie.enter(link_of(desk.one(MARIE)))
    where, page = jan.enter(link)
    path, = re.findall(r'href="(/case/[^"]+/document/\d+)"', page)
    csrf = jan.csrf(where)
    for theirs in (where, path):
        other = marie.get(theirs, 404)
        assert other.body == marie.get("/no/such/page", 404).body
    for verb in ("withdraw", "reopen", "approve"):
        marie.post(f"{where}/{verb}", {"csrf": csrf}, status=404)
        jan.ask("GET", where)
    marie.send(f"{where}/write", {"csrf": csrf, "text": "x"}, [], status=404)
    Browser(jan.port).post(f"{where}/withdraw", {"csrf": csrf}, status=404)
    # nor does a form of another site, or one without its token, do anything
    jan.post(f"{where}/withdraw", {"csrf": "a" * 26}, status=403)
    jan.post(f"{where}/withdraw", {}, status=403)
    jan.post(f"{where}/withdraw", {"csrf": csrf}, 403, {"Sec-Fetch-Site": "cross-site"})
    assert desk.case()["state"] == "open"
    # signed out is out
    jan.post("/leave", {"csrf": csrf})
    jan.get(where, 404)


def test_portal_mine(t):
    """My cases: waiting for me, being handled, finished"""
    desk, link, browser = open_case(t)
    tax_mail(desk)
    desk.step()
    where, _ = browser.enter(link)
    page = browser.get("/mine").text
    numbers = [case["number"] for case in desk.cases()]
    assert len(numbers) == 2 and all(number in page for number in numbers), page
    page = browser.get("/mine?show=finished").text
    assert not any(number in page for number in numbers), page
    browser.post(where + "/withdraw", {"csrf": browser.csrf(where)})
    assert desk.case()["state"] == "withdrawn"
    assert desk.case()["number"] in browser.get("/mine?show=finished").text
    browser.post(where + "/reopen", {"csrf": browser.csrf(where), "text": "Sorry."})
    assert desk.case()["state"] == "open"
    browser.get("/mine?show=open&before=x")


def test_portal_write(t):
    """A message with documents reaches the team, byte for byte, as a mail that the desk keeps"""
    desk, link, browser = open_case(t)
    desk.one(ABSENCE)
    where, page = browser.enter(link)
    big = secrets.token_bytes(3_000_000)
    files = [("C:\\fakepath\\ångström %22.pdf", "application/pdf", mails.pdf("more")),
             ("../../x.bin", "text/html", big), ("", "application/octet-stream", b"")]
    browser.send(where + "/write", {"csrf": browser.csrf(where), "text": "Hier is het.\nGroet é"}, files)
    desk.notifier()
    told = desk.one(ABSENCE)
    assert "Hier is het." in mails.plain(told), mails.plain(told)
    case = desk.case()
    kept = {d["sha256"]: d for d in case["documents"]}
    for data in (files[0][2], big):
        assert hashlib.sha256(data).hexdigest() in kept, case["documents"]
    document = kept[hashlib.sha256(big).hexdigest()]
    assert document["name"] == "x.bin" and document["type"] == "application/octet-stream", document
    paths = re.findall(r'href="(/case/[^"]+/document/\d+)">x.bin', browser.get(where).text)
    assert browser.get(paths[0]).body == big
    out = desk.folder / "export"
    desk.run("case", "export", "1", out)
    assert any(path.read_bytes() == big for path in out.rglob("*") if path.is_file()), "export"
    desk.run("verify")
    event = [e for e in case["events"] if e["what"] == "added"][-1]
    assert event["way"] == "page" and event["who"] == "1001", event
    # nothing at all is told so, and nothing typed is lost where it can be kept
    answer = browser.send(where + "/write", {"csrf": browser.csrf(where), "text": "  "}, [], 400)
    assert "role=\"alert\"" in answer.text
    # without its token nothing is kept
    browser.send(where + "/write", {"text": "x"}, [("a.bin", "text/plain", big)], 403)
    assert len(desk.case()["documents"]) == len(case["documents"])
    answer = browser.ask("POST", where + "/write", None, {
        "Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(10**9)})
    assert answer.status == 413, answer.status


def test_portal_missing(t):
    """What is missing is added on the page, and the case is complete"""
    desk, port = open_portal(t)
    parental_mail(desk, JAN, "nl", {k: v for k, v in PARENTAL["nl"].items() if k != "end"})
    desk.step()
    assert desk.case()["state"] == "incomplete", desk.case()["state"]
    browser = Browser(port)
    where, page = browser.enter(link_of(desk.one(JAN)))
    assert "geboorteattest" in page.lower(), page
    browser.send(where + "/write", {"csrf": browser.csrf(where), "text": "31-03-2027"}, [ATTEST])
    case = desk.case()
    assert case["state"] == "open" and case["answers"]["end"] == "2027-03-31", case
    desk.notifier()
    desk.one(ABSENCE)


def test_portal_comment(t):
    """What was said beside the fields stands once below them"""
    desk, port = open_portal(t)
    desk.send(JAN, "bank", "Mijn rekeningnummer is veranderd.")
    desk.step()
    assert desk.case()["form"] == "data-bank-account", desk.case()
    _, page = Browser(port).enter(link_of(desk.one(JAN)))
    assert page.count(">Opmerking<") == 1, page
    assert page.count("Mijn rekeningnummer is veranderd.") == 2, "in the course of it, and as the comment"


def test_portal_slow(t):
    """Who sends a header byte by byte is cut off after 20 seconds (here 2); the others are served"""
    _, port = open_portal(t, {"Desk": {"TestClock": "10"}})
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 60) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        try:
            while time.monotonic() - began < 40:
                slow.sendall(b"X-A: b\r\n")
                slow.settimeout(1)
                try:
                    if slow.recv(1000) == b"":
                        break
                except TimeoutError:
                    pass
                Browser(port).get("/")
        except OSError:
            pass
    assert 1.5 < time.monotonic() - began < 15, time.monotonic() - began
    # a header that is too large, a body nobody asked for, what is no HTTP
    answer = Browser(port).ask("GET", "/", headers={"X-A": "b" * 70_000})
    assert answer.status == 431, answer.status
    for bytes_ in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x00\x00", b"GET / HTTP/9.9\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), 5) as odd:
            odd.sendall(bytes_)
            time.sleep(0.1)
    Browser(port).get("/")
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
        assert Browser(port).ask(method, "/").status == 405, method


def test_portal_approve(t):
    """The manager decides on the page, and sees the request but not the correspondence"""
    desk, port = open_portal(t)
    text = desk.fill("absence-career-break-full", "nl", {"start": "1/3/2027", "end": "30/6/2027"})
    desk.send(JAN, first_line(text), text, files=[("formulier C61.pdf", "application/pdf",
                                                   mails.pdf("C61"))])
    desk.step()
    case = desk.case()
    assert case["state"] == "awaiting-approval", (case["state"], case["problems"])
    desk.one(JAN)
    link = link_of(desk.one(MIA), "a")
    mia = Browser(port)
    assert case["number"] not in mia.get(link).text
    where, page = mia.enter(link)
    assert case["number"] in page and "Jan Peeters" in page, page
    csrf = mia.csrf(where)
    mia.post(where + "/withdraw", {"csrf": csrf}, status=409)
    mia.post(where + "/approve", {"csrf": csrf}, status=400)
    mia.post(where + "/approve", {"csrf": csrf, "decision": "yes", "text": "Fine."})
    assert desk.case()["state"] == "open", desk.case()["state"]
    mia.post(where + "/approve", {"csrf": csrf, "decision": "no"}, status=409)
    desk.notifier()
    assert "Fine." in mails.plain(desk.one(JAN))
