"""The mailbox: what is done with a mail once it is kept, logins, and servers that misbehave."""
import contextlib
import mailbox
import os
import socket
import ssl
import threading
import time

from lib import mails
from lib.desk import ADDRESS, JAN, cpu_seconds
from lib.given import tax_mail
from lib.servers import Relay, wait_for


def in_folder(t, folder="INBOX"):
    return t.servers.messages(ADDRESS, folder)


def test_after_move(t):
    """After=move: kept mails go to the folder Processed, which is made when absent"""
    desk = t.desk({"Mailbox inbox": {"Processed": "Done"}})
    tax_mail(desk)
    desk.step()
    assert in_folder(t) == [] and len(in_folder(t, "Done")) == 1
    desk.one(JAN)
    assert len(desk.receipts()) == 1 and desk.receipts()[0]["mailbox"] == "inbox", desk.receipts()


def test_after_flag(t):
    """After=flag: they stay, seen and with the keyword $PersoContact, and are taken once"""
    desk = t.desk({"Mailbox inbox": {"After": "flag"}})
    tax_mail(desk)
    desk.step()
    desk.step()
    (_, flags, _), = in_folder(t)
    assert "\\Seen" in flags and "$PersoContact" in flags, flags
    assert len(desk.cases()) == 1 and len(desk.receipts()) == 1
    desk.one(JAN)


def test_seen_by_others(t):
    """A mail that another program has read, moved or marked is taken all the same"""
    desk = t.desk()
    tax_mail(desk)
    with t.servers.imap(ADDRESS) as imap:
        imap.select("INBOX")
        imap.store("1", "+FLAGS", "(\\Seen \\Flagged)")
    desk.gateway()
    assert len(desk.cases()) == 1


def test_after_delete(t):
    """After=delete: they are gone, and only they"""
    desk = t.desk({"Mailbox inbox": {"After": "delete"}})
    tax_mail(desk)
    desk.gateway()
    assert in_folder(t) == [] and in_folder(t, "Processed") == []
    assert len(desk.cases()) == 1


def test_marked_after_commit(t):
    """Nothing is marked in the mailbox when the mail could not be kept"""
    desk = t.desk()
    tax_mail(desk)
    desk.configure({"Store": {"Database": "sqlite:nowhere/desk.db"}})
    assert desk.gateway(status=None).status != 0
    assert len(in_folder(t)) == 1
    desk.configure({"Store": {"Database": "sqlite:desk.db"}})
    desk.gateway()
    assert len(desk.cases()) == 1


def test_many_mails(t):
    """More mails than one group, taken in one go and in their order"""
    desk = t.desk()
    with t.servers.imap(ADDRESS) as imap:
        for i in range(150):
            mail = mails.compose(JAN, ADDRESS, f"vraag {i}", "Ik heb een weddevraag.")
            imap.append("INBOX", None, None, mail.as_bytes(policy=mails.POLICY))
    desk.gateway()
    assert in_folder(t) == [] and len(in_folder(t, "Processed")) == 150
    assert len(desk.cases("--limit", "1000")) == 150


def test_large_mail(t):
    """A mail of 12 MB is taken in pieces, whole"""
    desk = t.desk()
    data = os.urandom(9_000_000)
    desk.send(JAN, "Fiche", "Ik heb mijn fiscale fiche niet gekregen.",
              files=[("groot.bin", "application/octet-stream", data)])
    desk.gateway()
    import hashlib
    documents = desk.case()["documents"]
    assert [(d["size"], d["sha256"]) for d in documents] == [
        (len(data), hashlib.sha256(data).hexdigest())], documents


def test_too_large(t):
    """A mail over 64 MiB is not fetched: quarantined with its headers, and the sender is told"""
    desk = t.desk()
    data = (b"From: jan@minfin.example\r\nTo: desk@desk.example\r\nSubject: te groot\r\n"
            b"Message-ID: <large@minfin.example>\r\n\r\n" + (b"x" * 70 + b"\r\n") * 950_000)
    t.servers.deliver(data, JAN, ADDRESS, "pass")
    desk.step()
    receipt, = desk.receipts()
    assert receipt["state"] == "quarantined", receipt
    assert in_folder(t) == [] and len(in_folder(t, "Quarantine")) == 1
    desk.one(JAN)
    assert sum(p.stat().st_size for p in desk.folder.rglob("*") if p.is_file()) < 20_000_000
    desk.gateway()
    assert len(desk.receipts()) == 1


def test_starttls(t):
    """imap:// is upgraded by STARTTLS before anything is said"""
    desk = t.desk()
    desk.configure({"Mailbox inbox": {"Source": desk.source(scheme="imap")}})
    tax_mail(desk)
    desk.gateway()
    assert len(desk.cases()) == 1
    log = t.servers.dovecot.log()
    login = [line for line in log.splitlines() if "imap-login: Info: Login" in line and ADDRESS in line]
    assert login and all("TLS" in line for line in login), login


def test_starttls_needs_certificate(t):
    """STARTTLS with a certificate of an unknown CA is refused before the login"""
    desk = t.desk()
    desk.configure({"Mailbox inbox": {"Source": desk.source(scheme="imap"), "CaFile": None}})
    said = desk.gateway(status=None)
    assert said.status != 0 and "certificate" in said.err.lower(), said.err


def test_no_tls_on_loopback(t):
    """Tls=none is for loopback only"""
    desk = t.desk()
    desk.configure({"Mailbox inbox": {"Source": desk.source(scheme="imap"), "Tls": "none", "CaFile": None}})
    tax_mail(desk)
    desk.gateway()
    assert len(desk.cases()) == 1
    desk.configure({"Mailbox inbox": {"Source": "imap://desk%40desk.example@imap.test/INBOX"}})
    assert "Tls" in desk.gateway(status=78).err


def test_two_mailboxes(t):
    """Several mailboxes feed one desk"""
    desk = t.desk({"Mailbox second": {"Password": "file:imap.password", "CaFile": t.servers.pki.ca}})
    desk.configure({"Mailbox second": {"Source": desk.source(user="old@desk.example")}})
    tax_mail(desk)
    tax_mail(desk, to="old@desk.example")
    desk.gateway()
    assert sorted(r["mailbox"] for r in desk.receipts()) == ["inbox", "second"], desk.receipts()
    assert len(desk.cases()) == 2


def test_one_mailbox_away(t):
    """A mailbox that is away does not keep the others waiting"""
    desk = t.desk({"Mailbox away": {"Password": "file:imap.password", "CaFile": t.servers.pki.ca}})
    desk.configure({"Mailbox away": {"Source": desk.source(port=Relay(1).port)}})
    tax_mail(desk)
    said = desk.gateway(status=69)
    assert "away" in said.err, said.err
    assert len(desk.cases()) == 1


def test_wrong_password(t):
    """A wrong password: a clear sentence, no mail taken, no busy loop, and it goes on trying"""
    desk = t.desk()
    desk.secret("imap.password", "wrong")
    said = desk.gateway(status=None)
    assert said.status in (69, 77, 78), said.status
    assert "inbox" in said.err and any(w in said.err.lower() for w in ("password", "authentication", "login")), said.err
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
    assert said.status in (69, 77, 78) and "certificate" in said.err.lower(), (said.status, said.err)
    fake = FakeTls(t.servers.pki)
    t.at_end(fake.stop)
    desk.configure({"Mailbox inbox": {"CaFile": t.servers.pki.ca, "Source": desk.source(port=fake.port)}})
    said = desk.gateway(status=None)
    assert said.status in (69, 77, 78) and "certificate" in said.err.lower(), (said.status, said.err)
    assert fake.heard == b"", f"it spoke to the wrong server: {fake.heard!r}"


def test_server_away(t):
    """A server that is away, comes, goes and comes again: said, no busy loop, nothing lost"""
    relay = Relay(t.servers.dovecot.imaps)
    t.at_end(relay.stop)
    desk = t.desk({"Desk": {"TestClock": "10"}})
    desk.configure({"Mailbox inbox": {"Source": desk.source(port=relay.port)}})
    said = desk.gateway(status=69)
    assert "inbox" in said.err and str(relay.port) in said.err, said.err
    gateway = desk.start("gateway")
    tax_mail(desk)
    wait_for("the gateway says what is wrong", lambda: "inbox" in gateway.errors.read_text())
    relay.start()
    wait_for("the first mail is taken", lambda: not in_folder(t), 20)
    relay.stop()
    tax_mail(desk)
    time.sleep(1) # it must stay alive and calm meanwhile
    assert gateway.poll() is None
    relay.start()
    wait_for("the second mail is taken", lambda: not in_folder(t), 20)
    assert cpu_seconds(gateway) < 1.5, cpu_seconds(gateway)
    desk.stop(gateway)
    assert len(desk.receipts()) == 2


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
    assert said.status in (69, 77, 78) and "invalid_grant" in said.err, (said.status, said.err)
    assert "stale" not in said.err.replace("the refresh token is stale", ""), "the token is shown"
    oauth2(t, desk, TokenUrl="https://127.0.0.1:1/token")
    said = desk.gateway(status=69)
    assert "127.0.0.1:1" in said.err, said.err


def test_maildir(t):
    """A Maildir is a mailbox too: taken once, moved to its folder"""
    desk = t.desk()
    box = mailbox.Maildir(desk.folder / "in", create=True)
    desk.configure({"Mailbox inbox": {"Source": "maildir:in", "Password": None, "CaFile": None}})
    verdict = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=minfin.example\n"
    text = desk.fill("pay-tax-statement", "nl", {"year": "2025", "question": "Waar?", "duplicate": "nee"})
    mail = mails.compose(JAN, ADDRESS, "Fiche", text)
    box.add(verdict + mail.as_bytes())
    desk.step()
    desk.one(JAN)
    desk.step()
    desk.none(JAN)
    assert len(desk.cases()) == 1
    left = [p for sub in ("new", "cur") for p in (desk.folder / "in" / sub).iterdir()]
    assert left == [], left
    moved = [p for p in (desk.folder / "in").rglob("*") if p.is_file() and "Processed" in str(p)]
    assert len(moved) == 1, moved


def test_maildir_watched(t):
    """A running gateway takes what is dropped into a Maildir within its poll"""
    desk = t.desk({"Desk": {"TestClock": "10"}})
    box = mailbox.Maildir(desk.folder / "in", create=True)
    desk.configure({"Mailbox inbox": {"Source": "maildir:in", "Password": None, "CaFile": None, "Poll": "5"}})
    gateway = desk.start("gateway")
    box.add(mails.compose(JAN, ADDRESS, "Fiche", "Ik heb mijn fiscale fiche niet gekregen.").as_bytes())
    wait_for("the case", lambda: (desk.folder / "desk.db").exists() and desk.cases())
    desk.stop(gateway)
