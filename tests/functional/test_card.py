"""The electronic identity card as a way in: by the portal's own TLS, and through nginx."""
import contextlib
import http.client
import re
import select
import socket
import sqlite3
import ssl
import time
import urllib.parse

from lib.common import free_ports, listens, wait_for
from lib.desk import JAN, PEOPLE
from lib.given import tax_mail
from lib.nginx import Nginx
from lib.tls import Authority
from test_portal import check_headers
from test_tls import TlsBrowser


def number(born, serial):
    """A national number: who was born on yymmdd, in the last century."""
    head = f"{born}{serial:03d}"
    return f"{head}{97 - int(head) % 97:02d}"


JANS, TWICE, LEFT, NOBODY = (number("850730", n) for n in (33, 101, 103, 105))
TO_SIGN_IN = "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,emailProtection\n"
TO_SIGN = "keyUsage=critical,nonRepudiation\n"
NOT_FOR_IT = "not meant for signing in"


def with_numbers(people, **numbers):
    """The list with national numbers in its last column, by number of employee."""
    lines = [line + numbers.get("n" + line.split(",")[0], "") for line in people.splitlines()[1:]]
    return "\n".join(people.splitlines()[:1] + lines) + "\n"


WORLD = with_numbers(PEOPLE, n1001=JANS, n1002=TWICE, n1003=TWICE, n1004=LEFT)


class Person(TlsBrowser):
    """A browser that keeps several cookies, and reaches a name on this machine; card: (PEM, key)."""

    def __init__(self, port, authority, host="127.0.0.1", source="127.0.0.1"):
        self.jar, self.host, self.authority, self.source = {}, host, authority, source
        super().__init__(port, authority.context())

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.jar.items())

    @cookie.setter
    def cookie(self, pair):
        if pair:
            name, _, value = pair.partition("=")
            self.jar[name] = value

    def connect(self):
        context, host, source = self.context, self.host, self.source

        class Connection(http.client.HTTPSConnection):
            def connect(self):
                self.sock = context.wrap_socket(socket.create_connection(
                    ("127.0.0.1", self.port), 20, (source, 0)), server_hostname=host)

        return Connection(host, self.port)

    def show(self, card):
        """Begins at /card, and shows the card (a PEM file, or None) where it is asked for."""
        url = re.search(r'href="(https://[^"]+/card/[a-z2-7]{26})"', self.get("/card").text)[1]
        return self.show_at(card, url)

    def show_at(self, card, url):
        url = urllib.parse.urlsplit(url)
        reader = Person(url.port or self.port, self.authority, url.hostname)
        if card:
            reader.context.load_cert_chain(card, card.with_suffix(".key"))
        answer = reader.ask("GET", url.path)
        check_headers(answer)
        assert answer.getheader("Strict-Transport-Security"), answer.getheaders()
        return answer

    def sign_in(self, card):
        """All the way to My cases."""
        answer = self.show(card)
        assert answer.status == 303, answer.text
        path = urllib.parse.urlsplit(answer.getheader("Location")).path
        assert "<form" in self.get(path).text
        assert self.post(path).getheader("Location") == "/mine"
        return self.get("/mine").text


class Cards:
    """Those who make cards (a root and one below it), the lists of what they revoked, and cards."""

    def __init__(self, folder):
        self.folder, self.revoked = folder, folder / "revoked"
        self.revoked.mkdir(parents=True)
        self.root = Authority(folder, "root")
        self.citizen = Authority(folder, "citizen", self.root)
        self.bundle = folder / "authorities.pem"
        self.bundle.write_bytes(self.root.pem.read_bytes() + self.citizen.pem.read_bytes())
        self.lists()

    def lists(self, **dates):
        self.root.crl(self.revoked / "root.crl")
        self.citizen.crl(self.revoked / "citizen.crl", **dates)

    def make(self, name, who=JANS, extensions=TO_SIGN_IN, by=None, subject=None, **options):
        """The path of a card's certificate; who: in its serialNumber."""
        subject = subject or f"/C=BE/CN=Jan Peeters (Authentication)/SN=Peeters/serialNumber={who}"
        return (by or self.citizen).issue(name, subject, extensions, **options)


def open_desk(t, card, portal=None, host="127.0.0.1", card_host="127.0.0.1", nginx=None):
    """A desk whose portal reads cards: (desk, port of the portal, authority of the servers, cards)."""
    authority, cards = Authority(t.folder / "authority"), Cards(t.folder / "cards")
    cert, key = authority.server("portal", [host, card_host])
    port, card_port = free_ports(2)
    settings = {"Url": f"https://{card_host}:{card_port}", "Authorities": cards.bundle,
                "Revocation": cards.revoked, **(card or {})}
    if not nginx:
        settings["Listen"] = f"127.0.0.1:{card_port}"
    desk = t.desk({
        "Desk": {"Url": f"https://{host}:{port}"},
        "Portal": {"Listen": f"127.0.0.1:{port}", "Certificate": None if nginx else cert,
                   "Key": None if nginx else key, **(portal or {})},
        "Card": settings}, people=WORLD)
    (desk.folder / "people.csv").write_text(
        "\n".join(line for line in WORLD.splitlines() if not line.startswith("1004,")) + "\n")
    desk.run("person", "import", desk.folder / "people.csv")
    return desk, port, authority, cards


def start(desk, port):
    desk.portal = desk.start("portal")
    wait_for("the portal listens", lambda: listens(port))


def refused(answer, words, status=403):
    assert answer.status == status, (answer.status, answer.text)
    assert words in answer.text and 'role="alert"' in answer.text, answer.text
    assert answer.getheader("Location") is None and answer.getheader("Set-Cookie") is None


def test_card(t):
    """With a card to My cases: a new session, in the list with its way; the code counts once, here"""
    desk, port, authority, cards = open_desk(t, {})
    tax_mail(desk)
    desk.step()
    start(desk, port)
    jan = Person(port, authority)
    good = cards.make("good")
    # the card's address, and the bundle of its authorities, are said
    assert 'href="/card"' in jan.get("/link").text
    assert desk.case()["number"] in jan.sign_in(good)
    first = dict(jan.jar)
    page = jan.get("/sessions").text
    assert "electronic identity card" in page or "elektronische identiteitskaart" in page, page
    # signing in again begins a new session, and ends the one before
    jan.sign_in(good)
    assert jan.jar["__Host-persocontact"] != first["__Host-persocontact"]
    stale = Person(port, authority)
    stale.jar = first
    stale.get("/mine", 404)
    # the code: not for another browser, not twice, not later
    path = urllib.parse.urlsplit(jan.show(good).getheader("Location")).path
    other = Person(port, authority)
    assert jan.ask("HEAD", path).status == 200
    refused(other.post(path, status=400), "no longer valid", 400)
    other.get("/card")
    refused(other.post(path, status=400), "no longer valid", 400)
    jan.post(path)
    refused(jan.post(path, status=400), "niet meer geldig", 400)
    path = urllib.parse.urlsplit(jan.show(good).getheader("Location")).path
    with sqlite3.connect(desk.folder / "desk.db") as db:
        db.execute("UPDATE handovers SET expires = expires - 121")
    db.close()
    refused(jan.post(path, status=400), "niet meer geldig", 400)
    # logging out ends it
    jan.post("/leave", {"csrf": jan.csrf("/mine")})
    jan.get("/mine", 404)
    said = desk.portal.errors.read_text()
    assert not any(n in said for n in (JANS, "Peeters", "850730")), said
    desk.stop(desk.portal)


def test_card_door(t):
    """Where the card is asked for there is nothing else, and the card is read nowhere else"""
    desk, port, authority, cards = open_desk(t, {})
    start(desk, port)
    jan, good = Person(port, authority), cards.make("good")
    url = urllib.parse.urlsplit(
        re.search(r'href="(https://[^"]+/card/[a-z2-7]{26})"', jan.get("/card").text)[1])
    reader = Person(url.port, authority)
    reader.context.load_cert_chain(good, good.with_suffix(".key"))
    reader.get("/style.css")
    head = reader.ask("HEAD", url.path)
    assert head.status == 200 and head.getheader("Location") is None, head.getheaders()
    for path in ("/", "/card", "/mine", "/link", "/card/in/" + "a" * 26, "/case/PC-2026-000001",
                 "/r/" + "a" * 26, "/card/" + "A" * 26, "/card/x"):
        assert reader.ask("GET", path).status == 404, path
        reader.post(path, status=404)
    reader.post(url.path, status=405)
    # a session of the page is none here, and the other way round
    jan.sign_in(good)
    reader.jar = dict(jan.jar)
    reader.get("/mine", 404)
    page = reader.get(url.path + "x", 404).text
    assert f'href="https://127.0.0.1:{port}/link"' in page and 'href="/style.css"' in page, page
    assert "/leave" not in page
    jan.context.load_cert_chain(good, good.with_suffix(".key"))
    jan.get(url.path, 404)
    # without TLS, with old TLS: cut; others are served
    with socket.create_connection(("127.0.0.1", url.port), 20) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert b"HTTP" not in plain.recv(1000)
    # for whom it is not configured there is no such way
    desk.stop(desk.portal)
    desk.configure({"Card": None})
    start(desk, port)
    plain = Person(port, authority)
    assert "/card" not in plain.get("/link").text
    for path in ("/card", url.path, "/card/in/" + "a" * 26):
        plain.get(path, 404)


class Halted:
    """A handshake that stops when the server has had its say: the card is in, the PIN is not."""

    def __init__(self, port, context):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="127.0.0.1")
        self.go_on()
        self.hello = self.outgoing.read()
        if port:
            self.socket = socket.create_connection(("127.0.0.1", port), 20)
            self.socket.sendall(self.hello)
            self.first = self.socket.recv(1) # it has begun to answer

    def go_on(self):
        """Whether it is over."""
        try:
            self.tls.do_handshake()
            return True
        except ssl.SSLWantReadError:
            return False

    def finish(self, path):
        self.incoming.write(self.first)
        while not self.go_on():
            self.socket.sendall(self.outgoing.read())
            self.incoming.write(self.socket.recv(16384))
        self.tls.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        self.socket.sendall(self.outgoing.read())
        while True:
            try:
                return self.tls.read(1000)
            except ssl.SSLWantReadError:
                self.incoming.write(self.socket.recv(16384))


def read_to_end(connection):
    """What still comes, until it is closed."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(1000):
            answer += piece
    connection.close()
    return answer


def test_card_stalled(t):
    """A hundred handshakes that stop are cut in time, and others are served; a PIN has its minutes"""
    desk, port, authority, cards = open_desk(t, {})
    start(desk, port)
    jan, good = Person(port, authority), cards.make("good")
    url = urllib.parse.urlsplit(
        re.search(r'href="(https://[^"]+/card/[a-z2-7]{26})"', jan.get("/card").text)[1])
    context = authority.context()
    context.load_cert_chain(good, good.with_suffix(".key"))
    typing = Halted(url.port, context)
    hello = Halted(None, authority.context()).hello
    began, stalled = time.monotonic(), []
    for i in range(100):
        stalled.append(socket.create_connection(("127.0.0.1", port), 30))
        stalled[-1].sendall(hello[:i * len(hello) // 100])
    drip, sent, slowest, ended = socket.create_connection(("127.0.0.1", port), 30), 0, 0, False
    while not ended and time.monotonic() - began < 40: # a byte each half second keeps none alive
        try:
            drip.sendall(hello[sent:sent + 1])
            drip.settimeout(0.5)
            ended = drip.recv(100) == b""
        except TimeoutError:
            pass
        except OSError:
            ended = True
        sent += 1
        asked = time.monotonic()
        jan.get("/")
        slowest = max(slowest, time.monotonic() - asked)
    drip.close()
    assert ended and sent < len(hello), "a handshake of single bytes was waited for"
    assert slowest < 5, f"others waited {slowest:.1f} s"
    for s in stalled:
        s.settimeout(10)
        read_to_end(s)
    # longer than any other connection may take
    wait_for("22 seconds are over", lambda: time.monotonic() - began > 22, 30)
    answer = typing.finish(url.path)
    assert answer.startswith(b"HTTP/1.1 303 "), answer
    typing.socket.close()
    # nobody has more than 20 at the listener for cards
    many = [socket.create_connection(("127.0.0.1", url.port), 20) for _ in range(30)]
    wait_for("those above 20 are closed", lambda: len(
        [s for s in many if s in select.select(many, [], [], 0)[0]]) == 10)
    for s in many:
        s.close()
    desk.stop(desk.portal)


def test_card_verdicts(t):
    """Each card that does not do is refused with what to do; a chain is completed where it can be"""
    desk, port, authority, cards = open_desk(t, {})
    impostor = Authority(t.folder / "impostor", "root")
    false = Authority(t.folder / "impostor", "citizen", impostor)
    revoked = cards.make("revoked")
    cards.citizen.revoke(revoked)
    cards.lists()
    unlisted = Authority(cards.folder, "unlisted", cards.root)
    with_chain = cards.make("chained", by=unlisted)
    with_chain.write_bytes(with_chain.read_bytes() + unlisted.pem.read_bytes())
    start(desk, port)
    jan = Person(port, authority)
    two = f"/CN=Two/serialNumber={JANS}/serialNumber={number('850730', 107)}"
    rows = [
        (None, "received no certificate", 403),
        (cards.make("expired", begins=-9, ends=-1), "has expired", 403),
        (cards.make("early", begins=1), "not valid yet", 403),
        (revoked, "has been revoked", 403),
        (cards.make("by-impostor", by=false), "does not come from", 403),
        (cards.make("self", self_signed=True), "does not come from", 403),
        (cards.make("signature", extensions=TO_SIGN), NOT_FOR_IT, 403),
        (cards.make("both", extensions=TO_SIGN_IN.replace("Signature", "Signature,nonRepudiation")),
         NOT_FOR_IT, 403),
        (cards.make("server", extensions=TO_SIGN_IN.replace("clientAuth", "serverAuth")),
         NOT_FOR_IT, 403),
        (cards.make("no-usage", extensions="extendedKeyUsage=clientAuth\n"), NOT_FOR_IT, 403),
        (cards.make("ca", extensions=TO_SIGN_IN + "basicConstraints=CA:TRUE\n"), NOT_FOR_IT, 403),
        (cards.make("no-number", subject="/CN=Jan Peeters"), "no valid national", 403),
        (cards.make("wrong-digits", who=str(int(JANS) + 1)), "no valid national", 403),
        (cards.make("letters", who=JANS[:10] + "x"), "no valid national", 403),
        (cards.make("longer", who=JANS + "0"), "no valid national", 403),
        (cards.make("two-numbers", subject=two), "no valid national", 403),
        (cards.make("nobody", who=NOBODY), "cannot link it to one person", 403),
        (cards.make("left", who=LEFT), "cannot link it to one person", 403),
        (cards.make("twice", who=TWICE), "cannot link it to one person", 403),
        (with_chain, "cannot check at the moment", 503),
    ]
    for card, words, status in rows:
        refused(jan.show(card), words, status)
    # in each language, the same page
    for language, word in (("nl", "vervallen"), ("fr", "expiré"), ("de", "abgelaufen")):
        url = re.search(r'href="(https://[^"]+/card/[a-z2-7]{26})"', jan.get("/card").text)[1]
        reader = Person(urllib.parse.urlsplit(url).port, authority)
        expired = cards.folder / "expired.crt"
        reader.context.load_cert_chain(expired, expired.with_suffix(".key"))
        page = reader.get(urllib.parse.urlsplit(url).path, 403,
                          headers={"Accept-Language": language}).text
        assert word in page and f'lang="{language}"' in page, page
    # an authority that is not in the bundle: the chain that is sent leads to the root
    unlisted.crl(cards.revoked / "unlisted.crl")
    assert jan.show(with_chain).status == 303
    unsent = cards.make("unsent", by=unlisted)
    refused(jan.show(unsent), "does not come from")
    said = desk.portal.errors.read_text()
    assert not any(n in said for n in (JANS, TWICE, LEFT, NOBODY, "Peeters")), said


def test_card_lists(t):
    """Lists of revoked cards: read anew when they change; an old or missing one refuses, or not"""
    desk, port, authority, cards = open_desk(t, {})
    good, lost = cards.make("good"), cards.make("lost")
    start(desk, port)
    jan = Person(port, authority)
    assert jan.show(good).status == jan.show(lost).status == 303
    cards.citizen.revoke(lost)
    cards.lists()
    assert jan.show(good).status == 303
    refused(jan.show(lost), "has been revoked")
    cards.lists(begins=-3, ends=-1)
    refused(jan.show(good), "cannot check", 503)
    refused(jan.show(lost), "has been revoked")
    out = desk.run("check", status=None).out # that of the root holds
    assert "ok   card" in out and "1 of them hold now; none that holds is of citizen\n" in out, out
    (cards.revoked / "citizen.crl").write_bytes(b"half a li")
    refused(jan.show(good), "cannot check", 503)
    assert "is no list of revoked" in desk.portal.errors.read_text()
    # one that somebody else signed in the same name
    Authority(t.folder / "impostor", "citizen").crl(cards.revoked / "citizen.crl")
    refused(jan.show(good), "cannot check", 503)
    (cards.revoked / "citizen.crl").unlink()
    refused(jan.show(good), "cannot check", 503)
    (cards.revoked / "root.crl").unlink()
    out = desk.run("check", status=None).out
    assert "BAD  card" in out and "0 of them hold" in out, out
    desk.stop(desk.portal)
    cards.lists(begins=-3, ends=-1)
    desk.configure({"Card": {"Unchecked": "accept"}})
    start(desk, port)
    assert jan.show(good).status == 303
    refused(jan.show(lost), "has been revoked")
    # a list as long as real ones are
    index = cards.folder / "citizen.index"
    index.write_text(index.read_text() + "".join(
        f"R\t300101000000Z\t250101000000Z\t{i:032X}\tunknown\t/CN=x\n"
        for i in range(1 << 100, (1 << 100) + 20000)))
    cards.lists()
    began = time.monotonic()
    assert jan.show(good).status == 303
    assert time.monotonic() - began < 5, "a long list takes long"
    refused(jan.show(lost), "has been revoked")
    # the authority itself was revoked
    cards.root.revoke(cards.citizen.pem)
    cards.lists()
    refused(jan.show(good), "has been revoked")


def test_card_nginx(t):
    """Through nginx as our example has it: good and bad cards, and a header that somebody made up"""
    headers = {"Header": "X-SSL-Client-Cert"}
    desk, port, authority, cards = open_desk(
        t, headers, {"TrustedProxies": "127.0.0.1"}, "desk.example", "card.desk.example",
        nginx=True)
    cert, key = authority.folder / "portal.crt", authority.folder / "portal.key"
    nginx = Nginx(t.folder / "nginx", f"127.0.0.1:{port}", {
        "/etc/ssl/certs/desk.example.pem": cert, "/etc/ssl/private/desk.example.key": key,
        "/etc/ssl/certs/card.desk.example.pem": cert, "/etc/ssl/private/card.desk.example.key": key,
        "/etc/persocontact/card-authorities.pem": cards.bundle})
    t.at_end(nginx.stop)
    desk.configure({"Desk": {"Url": f"https://desk.example:{nginx.port}"},
                    "Card": {"Url": f"https://card.desk.example:{nginx.port}"}})
    tax_mail(desk)
    desk.step()
    start(desk, port)
    jan = Person(nginx.port, authority, "desk.example")
    good, lost = cards.make("good"), cards.make("lost")
    assert desk.case()["number"] in jan.sign_in(good)
    cards.citizen.revoke(lost)
    cards.lists()
    by_root = cards.make("by-root", by=cards.root)
    assert jan.show(by_root).status == 303
    refused(jan.show(None), "received no certificate")
    refused(jan.show(lost), "has been revoked")
    refused(jan.show(cards.make("expired", begins=-9, ends=-1)), "has expired")
    refused(jan.show(cards.make("signature", extensions=TO_SIGN)), NOT_FOR_IT)
    false = Authority(t.folder / "impostor", "root")
    refused(jan.show(cards.make("false", by=false)), "does not come from")
    # a header that a client makes up, at both names: nginx writes its own
    pem = urllib.parse.quote(good.read_text())
    forged = {"X-SSL-Client-Cert": pem, "X-SSL-Client-Verify": "SUCCESS"}
    state = "/card/" + "a" * 26
    liar = Person(nginx.port, authority, "card.desk.example")
    refused(liar.get(state, 403, headers=forged), "received no certificate")
    Person(nginx.port, authority, "desk.example").get(state, 404, headers=forged)
    liar.get("/mine", 404)
    cross = Person(nginx.port, authority, "desk.example").ask(
        "GET", state, headers={**forged, "Host": "card.desk.example"})
    assert cross.status in (403, 404, 421) and cross.getheader("Location") is None, cross.text
    desk.stop(desk.portal)


def plainly(port, headers, source="127.0.0.1", path=None):
    """What the portal answers to somebody who reaches it without the proxy."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(source, 0))
    if path: # of a Unix socket
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(path))
    connection.putrequest("GET", "/card/" + "a" * 26, skip_host=True)
    for name, value in [("Host", "card.desk.example"), ("Accept-Language", "en"), *headers]:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.text = answer.read().decode()
    connection.close()
    return answer


def test_card_forged(t):
    """The header of a card is believed of a trusted proxy alone, once, and with its word for it"""
    headers = {"Header": "X-SSL-Client-Cert"}
    desk, port, _, cards = open_desk(t, headers, {"TrustedProxies": "127.0.0.1"}, "desk.example",
                                     "card.desk.example", nginx=True)
    good = cards.make("good")
    pem = ("X-SSL-Client-Cert", urllib.parse.quote(good.read_text()))
    success, nothing = ("X-SSL-Client-Verify", "SUCCESS"), "received no certificate"
    der = "".join(good.read_text().splitlines()[1:-1])
    start(desk, port)
    assert plainly(port, [pem, success]).status == 303
    assert plainly(port, [(pem[0], f":{der}:"), success]).status == 303
    assert plainly(port, [(pem[0], good.read_text().strip().replace("\n", " ")),
                          success]).status == 303
    refused(plainly(port, [pem, success], "127.0.0.2"), nothing)
    refused(plainly(port, [pem, success, ("X-Forwarded-For", "127.0.0.1")], "127.0.0.2"), nothing)
    refused(plainly(port, [pem]), nothing)
    refused(plainly(port, [success]), nothing)
    refused(plainly(port, [pem, ("X-SSL-Client-Verify", "NONE")]), nothing)
    refused(plainly(port, [pem, ("X-SSL-Client-Verify", "FAILED:x")]), "does not come from")
    refused(plainly(port, [pem, pem, success]), nothing)
    refused(plainly(port, [pem, success, success]), nothing)
    for junk in ("x", "%", "%2D%2D%2D", ":AAAA:", ":%:", "-----BEGIN CERTIFICATE-----", "A" * 30000,
                 pem[1][:-30], pem[1].replace("M", "N", 5)):
        refused(plainly(port, [(pem[0], junk), success]), "cannot read")
    desk.stop(desk.portal)
    # on a Unix socket: only where it is said
    path = t.folder / "socket"
    for trusted, expected in (("127.0.0.1", 403), ("unix", 303), ("10.0.0.0/8 unix", 303)):
        desk.configure({"Portal": {"Listen": f"unix:{path}", "TrustedProxies": trusted}})
        desk.portal = desk.start("portal")
        wait_for("the portal listens", lambda: "listens on" in desk.portal.errors.read_text())
        answer = plainly(port, [pem, success], path=path)
        assert answer.status == expected, (trusted, answer.status, answer.text)
        desk.stop(desk.portal)


def test_card_mistakes(t):
    """What cannot serve in [Card] is said with its place and what is expected"""
    desk, port, authority, cards = open_desk(t, {})
    listen = desk.settings["Card"]["Listen"]

    def said(words, place, card=None, portal=None, status=78):
        before = {group: dict(desk.settings[group]) for group in ("Card", "Portal")}
        desk.configure({"Card": card or {}, "Portal": portal or {}})
        got = desk.run("check", status=None)
        assert words in got.out + got.err and place in got.out + got.err, got.out + got.err
        assert got.status == status, got.out + got.err
        desk.settings.update(before)

    said("expected Url with it", "[Card] Listen", {"Url": None})
    said("https://HOST", "[Card] Url", {"Url": "http://card.desk.example"})
    said("https://HOST", "[Card] Url", {"Url": "https://card.desk.example/path"})
    said("who makes the cards", "[Card] Url", {"Authorities": None})
    said("every card would be refused", "[Card] Url", {"Revocation": None})
    said("not both", "[Card] Url", {"Listen": None})
    said("not both", "[Card] Url", {"Header": "X-Cert"})
    said("name of a header", "[Card] Header", {"Listen": None, "Header": "X Cert"})
    said("TrustedProxies", "[Card] Header", {"Listen": None, "Header": "X-Cert"})
    said("another host", "[Card] Url", {"Listen": None, "Header": "X-Cert"},
         {"TrustedProxies": "127.0.0.1"})
    said("Certificate and Key", "[Card] Listen", None, {"Certificate": None, "Key": None})
    said("no TLS on a Unix socket", "[Card] Listen", {"Listen": "unix:x"})
    said("another one than in [Portal]", "[Card] Listen", {"Listen": f"127.0.0.1:{port}"})
    said("expected refuse or accept", "[Card] Unchecked", {"Unchecked": "maybe"})
    said("No such file", "[Card] Authorities", {"Authorities": cards.folder / "none"}, status=1)
    said("expected certificates in PEM", "[Card] Authorities",
         {"Authorities": authority.folder / "portal.key"}, status=1)
    said("there is no root in it", "[Card] Authorities", {"Authorities": cards.citizen.pem},
         status=1)
    said("host of Url in [Card]", "[Portal] Certificate",
         {"Url": f"https://card.example:{listen.split(':')[1]}"}, status=1)
    desk.configure({})
    out = desk.run("check", status=None).out
    assert "ok   card" in out and "1 roots and 1 authorities below them; 2 lists" in out, out
    # SIGHUP with authorities that cannot serve: said, and the old ones stay
    start(desk, port)
    good = cards.make("good")
    jan = Person(port, authority)
    assert jan.show(good).status == 303
    whole = cards.bundle.read_bytes()
    cards.bundle.write_bytes(b"")
    desk.portal.send_signal(1)
    wait_for("it is said", lambda: "goes on with" in desk.portal.errors.read_text())
    assert jan.show(good).status == 303
    cards.bundle.write_bytes(whole)
    desk.portal.send_signal(1)
    wait_for("it is taken up", lambda: desk.portal.errors.read_text().count("asks for the") == 3)
    assert jan.show(good).status == 303
    desk.stop(desk.portal)
