"""The mailbox: what is done with a mail once it is kept, and servers that come and go."""
import contextlib
import hashlib
import mailbox
import os
import socket
import sqlite3
import time

from lib import mails
from lib.desk import ADDRESS, JAN, cpu_seconds
from lib.given import TAX, free_mail, in_folder, tax_mail
from lib.common import wait_for
from lib.relay import Relay


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
    # a stranger is told what any mail of a stranger is told, once a day
    for _ in range(2):
        t.servers.deliver(data.replace(JAN.encode(), b"x@elsewhere.example").replace(b"large@", b"l2@"),
                          "x@elsewhere.example", ADDRESS, "pass")
    desk.step()
    assert [r["state"] for r in desk.receipts()] == ["quarantined"] * 3
    assert [(n["kind"], n["to"]) for n in desk.outbox("all")[2:] if n["to"] != "ada@desk.example"] \
        == [("stranger", "x@elsewhere.example")], desk.outbox("all")
    assert len(in_folder(t, "Quarantine")) == 3


def test_two_mailboxes(t):
    """Several mailboxes feed one desk"""
    desk = t.desk()
    desk.configure({"Mailbox second": {"Source": desk.source(user="old@desk.example"),
                                       "Password": "file:imap.password",
                                       "CaFile": t.servers.pki.ca}})
    tax_mail(desk)
    tax_mail(desk, to="old@desk.example")
    desk.gateway()
    assert sorted(r["mailbox"] for r in desk.receipts()) == ["inbox", "second"], desk.receipts()
    assert len(desk.cases()) == 2


def test_one_mailbox_away(t):
    """A mailbox that is away does not keep the others waiting"""
    desk = t.desk()
    desk.configure({"Mailbox away": {"Source": desk.source(port=Relay(1).port),
                                     "Password": "file:imap.password",
                                     "CaFile": t.servers.pki.ca}})
    tax_mail(desk)
    said = desk.gateway(status=69)
    assert "away" in said.err, said.err
    assert len(desk.cases()) == 1


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


def test_no_idle(t):
    """Where the server has no IDLE, the mailbox is looked at every Poll seconds"""
    relay = Relay(t.servers.dovecot.imap, lambda said: said.replace(b" IDLE", b""))
    t.at_end(relay.stop)
    relay.start()
    desk = t.desk({"Desk": {"TestClock": "10"}})
    desk.configure({"Mailbox inbox": {"Source": desk.source(port=relay.port, scheme="imap"),
                                      "Tls": "none", "CaFile": None, "Poll": "10"}})
    gateway = desk.start("gateway")
    for _ in range(2):
        tax_mail(desk)
        wait_for("the mail is taken", lambda: not in_folder(t), 10)
    assert cpu_seconds(gateway) < 1, cpu_seconds(gateway)
    desk.stop(gateway)
    assert len(desk.receipts()) == 2


def test_silent_server(t):
    """A server that takes the connection and says nothing is left after its time"""
    listener = socket.create_server(("127.0.0.1", 0))
    t.at_end(listener.close)
    desk = t.desk({"Desk": {"TestClock": "60"}})
    desk.configure({"Mailbox inbox": {"Source": desk.source(port=listener.getsockname()[1])}})
    began = time.monotonic()
    said = desk.gateway(status=69)
    assert time.monotonic() - began < 15 and "inbox" in said.err, said.err


def test_mailbox_restored(t):
    """The mailbox is made anew (another UIDVALIDITY) with the same mails: nothing happens twice"""
    desk = t.desk({"Mailbox inbox": {"After": "flag"}})
    tax_mail(desk)
    desk.step()
    desk.one(JAN)
    (_, _, raw), = in_folder(t)
    t.servers.clear()
    time.sleep(1.1) # Dovecot's UIDVALIDITY is the second in which a mailbox is made
    with t.servers.imap(ADDRESS) as imap:
        imap.append("INBOX", None, None, raw)
    desk.step()
    assert len(desk.cases()) == 1
    desk.none(JAN)
    assert [r["why"] for r in desk.receipts()][1] == "duplicate", desk.receipts()


def test_database_locked(t):
    """While the database is locked nothing is marked; afterwards it goes on by itself"""
    desk = t.desk()
    tax_mail(desk)
    desk.step()
    desk.one(JAN)
    gateway = desk.start("gateway")
    with contextlib.closing(sqlite3.connect(desk.folder / "desk.db", isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        tax_mail(desk)
        time.sleep(3)
        assert gateway.poll() is None, "the gateway ended"
        assert len(in_folder(t)) == 1, "a mail was marked that is not kept"
        assert cpu_seconds(gateway) < 1.5, cpu_seconds(gateway)
        db.execute("ROLLBACK")
    wait_for("the mail is taken", lambda: not in_folder(t), 90)
    desk.stop(gateway)
    desk.gateway()
    assert len(desk.cases()) == 2


def test_maildir(t):
    """A Maildir is a mailbox too: taken once, moved to its folder"""
    desk = t.desk()
    box = mailbox.Maildir(desk.folder / "in", create=True)
    desk.configure({"Mailbox inbox": {"Source": "maildir:in", "Password": None, "CaFile": None}})
    verdict = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=minfin.example\n"
    text = desk.fill("pay-tax-statement", "nl", TAX["nl"])
    mail = mails.compose(JAN, ADDRESS, "Fiche", text)
    box.add(verdict + mail.as_bytes())
    desk.step()
    desk.one(JAN)
    desk.step()
    desk.none(JAN)
    assert len(desk.cases()) == 1
    left = [p for sub in ("new", "cur") for p in (desk.folder / "in" / sub).iterdir()]
    assert left == [], left
    moved = list((desk.folder / "in" / ".Processed" / "cur").iterdir())
    assert len(moved) == 1, moved


def test_maildir_watched(t):
    """A running gateway takes what is dropped into a Maildir within its poll"""
    desk = t.desk({"Desk": {"TestClock": "10"}})
    box = mailbox.Maildir(desk.folder / "in", create=True)
    desk.configure({"Mailbox inbox": {"Source": "maildir:in", "Password": None, "CaFile": None,
                                      "Poll": "5"}})
    gateway = desk.start("gateway")
    box.add(free_mail())
    wait_for("the case", lambda: (desk.folder / "desk.db").exists() and desk.cases())
    desk.stop(gateway)
