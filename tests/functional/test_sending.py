"""Mail out: servers that refuse, are away, want a token; a folder instead of a server."""
import re
import time

from lib import mails
from lib.desk import JAN, cpu_seconds
from lib.given import tax_mail
from lib.common import wait_for
from lib.relay import Relay

SAMPLE = ("Date", "From", "To", "Subject", "Message-ID", "Reply-To", "Auto-Submitted")


def owing(t, groups=None, **options):
    """A desk that owes two mails: an acknowledgement and the team's."""
    desk = t.desk(groups, **options)
    tax_mail(desk)
    desk.gateway()
    owed = desk.outbox()
    assert sorted(n["to"] for n in owed) == [JAN, "pay@desk.example"], owed
    return desk


def test_directory(t):
    """directory:PATH takes one .eml a mail, each whole and with all its headers"""
    desk = owing(t, smtp="directory")
    desk.notifier()
    desk.notifier()
    files = sorted((desk.folder / "outgoing").iterdir())
    assert len(files) == 2 and all(f.suffix == ".eml" for f in files), files
    for mail in (mails.parse(f.read_bytes()) for f in files):
        for header in SAMPLE:
            assert mail[header], f"{mail['Subject']} has no {header}"
    assert desk.outbox() == [] and len(desk.outbox("sent")) == 2
    sent = {n["message_id"].strip("<>") for n in desk.outbox("sent")}
    assert sent == {mails.message_id(mails.parse(f.read_bytes())) for f in files}


def test_smtps(t):
    """smtps:// with AUTH"""
    t.need_postfix()
    desk = owing(t, {"Smtp": {"Server": f"smtps://127.0.0.1:{t.servers.postfix.smtps}"}})
    desk.notifier()
    desk.one(JAN)


def test_wrong_password(t):
    """A wrong password at the mail server: said, and the mails stay owed"""
    t.need_postfix()
    desk = owing(t)
    desk.secret("smtp.password", "wrong")
    said = desk.notifier(status=None)
    owed = desk.outbox()
    assert len(owed) == 2, owed
    assert all("535" in n["why"] or "auth" in n["why"].lower() or "login" in n["why"].lower()
               for n in owed if n["tries"]), owed
    assert any(n["tries"] for n in owed) or "auth" in said.err.lower(), (owed, said.err)
    desk.secret("smtp.password", "secret")
    for notice in owed:
        desk.run("outbox", "retry", notice["id"])
    desk.notifier()
    desk.one(JAN), desk.one("pay@desk.example")


def test_wrong_certificate(t):
    """A mail server with a certificate of an unknown CA gets nothing"""
    t.need_postfix()
    desk = owing(t, {"Smtp": {"CaFile": None}})
    said = desk.notifier(status=None)
    text = (said.err + str(desk.outbox())).lower()
    assert len(desk.outbox()) == 2 and "certificate" in text, text
    desk.none(JAN)


def test_xoauth2(t):
    """XOAUTH2 to the mail server"""
    t.need_postfix()
    desk = owing(t)
    tokens = t.servers.tokens
    desk.secret("client.secret", tokens.client_secret)
    desk.secret("refresh.token", tokens.refresh_token)
    desk.configure({
        "Smtp": {"Password": None, "OAuth2": "test"},
        "OAuth2 test": {"TokenUrl": tokens.token_url, "ClientId": tokens.client_id,
                        "ClientSecret": "file:client.secret", "RefreshToken": "file:refresh.token",
                        "CaFile": t.servers.pki.ca}})
    desk.notifier()
    desk.one(JAN)
    assert re.search("sasl_method=(XOAUTH2|OAUTHBEARER)", t.servers.postfix.log())


def test_server_away(t):
    """A mail server that is away: said, retried calmly, and each mail arrives once"""
    t.need_postfix()
    relay = Relay(t.servers.postfix.submission)
    t.at_end(relay.stop)
    desk = owing(t, {"Smtp": {"Server": f"smtp://127.0.0.1:{relay.port}"},
                     "Desk": {"TestClock": "20"}})
    desk.notifier(status=None)
    assert len(desk.outbox()) == 2
    notifier = desk.start("notifier")
    time.sleep(1) # what it costs in this time is what is measured
    assert notifier.poll() is None and cpu_seconds(notifier) < 0.5, cpu_seconds(notifier)
    relay.start()
    wait_for("both mails are sent", lambda: not desk.outbox(), 20)
    desk.stop(notifier)
    desk.one(JAN), desk.one("pay@desk.example")


def test_directory_in_the_way(t):
    """A file where the folder should be: said, and the mails stay owed"""
    desk = owing(t, smtp="directory")
    (desk.folder / "outgoing").write_text("in the way\n")
    said = desk.notifier(status=None)
    assert said.status in (73, 74) and "outgoing" in said.err, (said.status, said.err)
    assert len(desk.outbox()) == 2
    (desk.folder / "outgoing").unlink()
    desk.notifier()
    desk.one(JAN)


def test_reused_connection(t):
    """Many mails go over few connections"""
    t.need_postfix()
    relay = Relay(t.servers.postfix.submission)
    t.at_end(relay.stop)
    relay.start()
    desk = t.desk({"Smtp": {"Server": f"smtp://127.0.0.1:{relay.port}", "Connections": "2"}})
    for _ in range(10):
        tax_mail(desk)
    desk.step()
    assert desk.outbox() == [] and len(desk.outbox("sent")) == 20
    assert relay.connections <= 2, f"{relay.connections} connections for 20 mails"
