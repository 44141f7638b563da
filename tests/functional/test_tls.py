"""The portal's own TLS: what it speaks, what it refuses, and how a certificate is renewed."""
import http.client
import os
import signal
import socket
import ssl
import threading

from lib.common import free_ports, listens, wait_for
from lib.desk import JAN
from lib.given import ATTEST, parental_mail
from lib.tls import Authority
from test_portal import Browser, check_headers, link_of


class TlsBrowser(Browser):
    """A browser by https; context: what it trusts, and its own certificate."""

    def __init__(self, port, context):
        super().__init__(port)
        self.context = context

    def connect(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=self.context)


def open_tls(t, groups=None):
    """A desk whose portal speaks TLS: (desk, port, authority)."""
    authority = Authority(t.folder / "authority")
    cert, key = authority.server("portal", ["127.0.0.1", "desk.example"])
    port, = free_ports(1)
    groups = {**(groups or {})}
    groups["Desk"] = {"Url": f"https://127.0.0.1:{port}", **groups.get("Desk", {})}
    groups["Portal"] = {"Listen": f"127.0.0.1:{port}", "Certificate": cert, "Key": key,
                        **groups.get("Portal", {})}
    desk = t.desk(groups)
    desk.portal = desk.start("portal")
    wait_for("the portal listens", lambda: listens(port))
    return desk, port, authority


def serial_of(port, context):
    with socket.create_connection(("127.0.0.1", port), 20) as plain, \
            context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
        return int(tls.getpeercert()["serialNumber"], 16)


def test_tls(t):
    """A case by https: the link, documents up and down, the cookie; TLS 1.2 and 1.3, nothing less"""
    desk, port, authority = open_tls(t)
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.step()
    link = link_of(desk.one(JAN))
    browser = TlsBrowser(port, authority.context())
    page = browser.get(link)
    check_headers(page)
    assert page.getheader("Strict-Transport-Security") == "max-age=31536000"
    entered = browser.post(link)
    assert "Secure" in entered.getheader("Set-Cookie").split("; "), entered.getheader("Set-Cookie")
    assert browser.cookie.startswith("__Host-persocontact="), browser.cookie
    where = entered.getheader("Location")
    big = os.urandom(3_000_000)
    browser.send(f"{where}/write", {"csrf": browser.csrf(where), "text": "Hello"},
                 [("big.bin", "application/octet-stream", big)])
    number = [d for d in browser.get(where).text.split('"') if "/document/" in d][-1]
    assert browser.get(number[number.index("/case/"):]).body == big
    # who does not trust the authority, or knows old TLS only
    for versions in ((ssl.TLSVersion.TLSv1_2,) * 2, (ssl.TLSVersion.TLSv1_3,) * 2):
        context = authority.context()
        context.minimum_version, context.maximum_version = versions
        TlsBrowser(port, context).get("/")
    old = authority.context()
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    weak = authority.context()
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers("AES128-SHA:AES256-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA"
                     ":@SECLEVEL=0")
    for context in (old, weak, ssl.create_default_context()):
        try:
            TlsBrowser(port, context).ask("GET", "/")
            raise AssertionError("the handshake succeeded")
        except ssl.SSLError:
            pass
    # somebody who speaks plain HTTP gets no page and no error of ours
    with socket.create_connection(("127.0.0.1", port), 20) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = b""
        try:
            while piece := plain.recv(1000):
                answer += piece
        except ConnectionResetError:
            pass
    assert b"HTTP" not in answer and len(answer) < 100, answer
    browser.get(where)
    desk.stop(desk.portal)


def test_tls_renewed(t):
    """SIGHUP takes up a renewed certificate while people read; one that cannot serve is said, and left"""
    desk, port, authority = open_tls(t)
    context, folder = authority.context(), authority.folder
    first = serial_of(port, context)
    failures, asked, end = [], [0], threading.Event()

    def read():
        while not end.is_set():
            try:
                TlsBrowser(port, context).get("/")
                asked[0] += 1
            except Exception as e: # pylint: disable=broad-except
                failures.append(repr(e))

    def refused(words):
        before = desk.portal.errors.read_text().count("goes on with")
        desk.portal.send_signal(signal.SIGHUP)
        wait_for("the bad certificate is said", lambda: desk.portal.errors.read_text().count(
            "goes on with") > before)
        assert words in desk.portal.errors.read_text(), desk.portal.errors.read_text()
        assert serial_of(port, context) == first

    t.at_end(end.set)
    readers = [threading.Thread(target=read, daemon=True) for _ in range(3)]
    for reader in readers:
        reader.start()
    wait_for("people read", lambda: asked[0] > 5)
    authority.server("portal", ["127.0.0.1"], begins=-9, ends=-1)
    refused("it expired on")
    (folder / "portal.crt").write_text("-----BEGIN CERTIFICATE-----\nxx\n")
    refused("expected certificates in PEM")
    (folder / "portal.crt").unlink()
    refused("No such file")
    authority.server("portal", ["127.0.0.1"])
    desk.portal.send_signal(signal.SIGHUP)
    wait_for("the new certificate is shown", lambda: serial_of(port, context) != first)
    before = asked[0]
    wait_for("people read on", lambda: asked[0] > before + 5)
    end.set()
    for reader in readers:
        reader.join()
    assert not failures, failures
    # another address in the configuration: that one is opened, and the old one closed
    other, = free_ports(1)
    desk.configure({"Portal": {"Listen": f"127.0.0.1:{other}"}})
    desk.portal.send_signal(signal.SIGHUP)
    wait_for("it listens on the other port", lambda: listens(other))
    TlsBrowser(other, context).get("/")
    assert not listens(port), "the old port is still open"
    desk.stop(desk.portal)


def test_tls_mistakes(t):
    """A certificate or key that cannot serve: check says where and what is expected; no portal starts"""
    authority = Authority(t.folder / "authority")
    folder = authority.folder
    port, = free_ports(1)
    desk = t.desk({"Desk": {"Url": f"https://desk.example:{port}"},
                   "Portal": {"Listen": f"127.0.0.1:{port}"}})

    def said(words, status=1, place="Certificate", **keys):
        desk.configure({"Portal": keys})
        got = desk.run("check", status=None)
        assert got.status == status and words in got.out + got.err, got.out + got.err
        if status == 1:
            assert f"[Portal] {place}=" in got.out, got.out
            desk.run("portal", status=78)

    cert, key = authority.server("good", ["desk.example"])
    other = authority.server("other", ["other.example"])
    late = authority.server("late", ["desk.example"], begins=-3, ends=-1)
    early = authority.server("early", ["desk.example"], begins=1)
    said("expected both or neither", 78, Certificate=cert)
    said("expected both or neither", 78, Certificate=None, Key=key)
    said("is not the key of the first certificate", place="Key", Certificate=cert, Key=other[1])
    said("not for desk.example", Certificate=other[0], Key=other[1])
    said("it expired on", Certificate=late[0], Key=late[1])
    said("it is not valid before", Certificate=early[0], Key=early[1])
    said("expected certificates in PEM", Certificate=key, Key=key)
    cert.chmod(0o600)
    said("expected a private key in PEM", place="Key", Certificate=cert, Key=cert)
    said("No such file", Certificate=folder / "none", Key=key)
    said("No such file", place="Key", Certificate=cert, Key=folder / "none")
    key.chmod(0o644)
    said("can be read or written", place="Key", Certificate=cert, Key=key)
    key.chmod(0o640)
    desk.configure({"Desk": {"Url": "http://desk.example"}})
    said("https://", 78)
    desk.configure({"Desk": {"Url": f"https://desk.example:{port}"}})
    said("no TLS on a Unix socket", 78, Listen=f"unix:{t.folder}/socket")
    desk.configure({"Portal": {"Listen": f"127.0.0.1:{port}"}})
    out = desk.run("check", status=None).out
    assert "ok   portal" in out and "certificate is valid until" in out, out
    # the chain that a browser needs is sent along
    middle = Authority(folder, "middle", authority)
    cert, key = middle.server("chained", ["127.0.0.1"])
    cert.write_bytes(cert.read_bytes() + middle.pem.read_bytes())
    desk.configure({"Desk": {"Url": f"https://127.0.0.1:{port}"},
                    "Portal": {"Certificate": cert, "Key": key}})
    desk.portal = desk.start("portal")
    wait_for("the portal listens", lambda: listens(port))
    TlsBrowser(port, authority.context()).get("/")
