"""Logging in to the mailbox: TLS, passwords, tokens, and servers that are not what they say."""
import contextlib
import re
import socket
import ssl
import threading
import time

from lib.desk import ADDRESS, cpu_seconds
from lib.given import in_folder, tax_mail
from lib.common import wait_for
from lib.relay import Relay


def test_starttls(t):
    """imap:// is upgraded by STARTTLS before anything is said"""
    desk = t.desk()
    desk.configure({"Mailbox inbox": {"Source": desk.source(scheme="imap")}})
    tax_mail(desk)
    desk.gateway()
    assert len(desk.cases()) == 1
    log = t.servers.dovecot.log()
    login = [line for line in log.splitlines()
             if "imap-login: Info: Login" in line and ADDRESS in line]
    assert login and "TLS" in login[-1], login      # the last is ours; other tests logged in without


def test_starttls_needs_certificate(t):
    """STARTTLS with a certificate of an unknown CA is refused before the login"""
    desk = t.desk()
    desk.configure({"Mailbox inbox": {"Source": desk.source(scheme="imap"), "CaFile": None}})
    said = desk.gateway(status=None)
    assert said.status != 0 and "certificate" in said.err.lower(), said.err


def test_no_tls_on_loopback(t):
    """Tls=none is for loopback only"""
    desk = t.desk()
    desk.configure({"Mailbox inbox": {"Source": desk.source(scheme="imap"), "Tls": "none",
                                      "CaFile": None}})
    tax_mail(desk)
    desk.gateway()
    assert len(desk.cases()) == 1
    desk.configure({"Mailbox inbox": {"Source": "imap://desk%40desk.example@imap.test/INBOX"}})
    assert "Tls" in desk.gateway(status=78).err


def test_wrong_password(t):
    """A wrong password: a clear sentence, no mail taken, no busy loop, and it goes on trying"""
    desk = t.desk()
    desk.secret("imap.password", "wrong")
    said = desk.gateway(status=None)
    assert said.status in (69, 77, 78), said.status
    assert "inbox" in said.err, said.err
    assert re.search("password|authentication|login", said.err, re.I), said.err
    assert "wrong" not in said.err.replace("wrong password", ""), "the password is shown"
    before = t.servers.dovecot.log().count("auth failed")
    gateway = desk.start("gateway")
    end = time.monotonic() + 4
    wait_for("a second try", lambda: t.servers.dovecot.log().count("auth failed") > before + 1, 10)
    time.sleep(max(0, end - time.monotonic())) # what it costs in this time is what is measured
    assert gateway.poll() is None, "the gateway gave up"
    assert cpu_seconds(gateway) < 1, f"{cpu_seconds(gateway)} s of CPU in 4 s"
    assert t.servers.dovecot.log().count("auth failed") - before < 8, "it tries without a pause"
    desk.stop(gateway)
    assert "inbox" in gateway.errors.read_text()


class FakeTls:
    """A TLS server with a certificate for another name; it keeps what it is told."""

    def __init__(self, pki):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pki.other_cert, pki.other_key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.heard = self.listener.getsockname()[1], b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), self.context.wrap_socket(raw, server_side=True) as s:
                s.sendall(b"* OK ready\r\n")
                self.heard += s.recv(1000)

    def stop(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def test_wrong_certificate(t):
    """A certificate of an unknown CA, or for another name: said, and no password is sent"""
    desk = t.desk()
    desk.configure({"Mailbox inbox": {"CaFile": None}})
    said = desk.gateway(status=None)
    assert said.status in (69, 77, 78) and "certificate" in said.err.lower(), said.err
    fake = FakeTls(t.servers.pki)
    t.at_end(fake.stop)
    desk.configure({"Mailbox inbox": {"CaFile": t.servers.pki.ca,
                                      "Source": desk.source(port=fake.port)}})
    said = desk.gateway(status=None)
    assert said.status in (69, 77, 78) and "certificate" in said.err.lower(), said.err
    assert fake.heard == b"", f"it spoke to the wrong server: {fake.heard!r}"


def oauth2(t, desk, **changes):
    tokens = t.servers.tokens
    desk.secret("client.secret", tokens.client_secret)
    desk.secret("refresh.token", tokens.refresh_token)
    desk.configure({
        "Mailbox inbox": {"Password": None, "OAuth2": "test"},
        "OAuth2 test": {"TokenUrl": tokens.token_url, "ClientId": tokens.client_id,
                        "ClientSecret": "file:client.secret", "RefreshToken": "file:refresh.token",
                        "CaFile": t.servers.pki.ca, **changes}})


def test_xoauth2(t):
    """XOAUTH2 with a token of the endpoint, which is asked for a new one when the old one ends"""
    desk = t.desk()
    oauth2(t, desk)
    t.servers.tokens.asked.clear()
    tax_mail(desk)
    desk.gateway()
    assert len(desk.cases()) == 1
    asked, = t.servers.tokens.asked
    assert asked["grant_type"] == "refresh_token", asked
    log = t.servers.dovecot.log()
    assert "method=XOAUTH2" in log or "method=OAUTHBEARER" in log, log[-800:]


def test_xoauth2_renewed(t):
    """A token that the server no longer takes is replaced by a new one"""
    relay = Relay(t.servers.dovecot.imaps)
    t.at_end(relay.stop)
    relay.start()
    desk = t.desk({"Desk": {"TestClock": "10"}})
    oauth2(t, desk)
    desk.configure({"Mailbox inbox": {"Source": desk.source(port=relay.port)}})
    gateway = desk.start("gateway")
    tax_mail(desk)
    wait_for("the first mail is taken", lambda: not in_folder(t), 20)
    t.servers.tokens.tokens.clear()
    relay.stop()
    relay.start()
    tax_mail(desk)
    wait_for("the second mail is taken", lambda: not in_folder(t), 20)
    desk.stop(gateway)


def test_xoauth2_refused(t):
    """A stale refresh token, or an endpoint that is away: said clearly"""
    desk = t.desk()
    oauth2(t, desk)
    desk.secret("refresh.token", "stale")
    said = desk.gateway(status=None)
    assert said.status == 77 and "refresh token" in said.err, (said.status, said.err)
    assert "stale" not in said.err.replace("the refresh token is stale", ""), "the token is shown"
    oauth2(t, desk, TokenUrl="https://127.0.0.1:1/token")
    said = desk.gateway(status=69)
    assert "127.0.0.1:1" in said.err, said.err
