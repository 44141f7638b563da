"""Faults from outside: lines cut in any byte, servers that stall or talk nonsense, other programs in
the mailbox, clocks that jump.  After each the same questions: nothing lost, nothing twice.

EVERY_BYTE=1 cuts at every byte instead of at some of them.
"""
import collections
import os
import random
import sqlite3
import subprocess
import time

from lib import mails
from lib.common import wait_for
from lib.desk import ADDRESS, JAN, MARIE, PEOPLE
from lib.given import free_mail, in_folder, tax_mail
from lib.wire import Wire

CUTS = 36
CROWD = [f"p{i}@minfin.example" for i in range(400)]
MANY = PEOPLE + "".join(f"{5000 + i},Person {i},{who},MINFIN,nl,1005,employee,,\n"
                        for i, who in enumerate(CROWD))


def places(total):
    """Where to cut a session of so many bytes."""
    if os.environ.get("EVERY_BYTE"):
        return range(total)
    edges = {0, 1, total - 1, total - 2}
    return sorted(edges | {random.randrange(total) for _ in range(CUTS)})


class Crowd:
    """Requests from many people, and whether each became one case with one acknowledgement."""

    def __init__(self, t, desk):
        self.t, self.desk, self.sent = t, desk, []

    def ask(self, size=0):
        who = CROWD[len(self.sent) % len(CROWD)]
        mail = mails.compose(who, ADDRESS, f"vraag {len(self.sent)}",
                             "Ik heb mijn fiscale fiche niet gekregen.",
                             files=[("x.pdf", "application/pdf", os.urandom(size))] if size else [])
        self.sent.append((who, mails.message_id(mail)))
        domain = who.rpartition("@")[2]
        top = (f"Authentication-Results: mx.desk.example; dmarc=pass header.from={domain}\r\n"
               .encode())
        with self.t.servers.imap(ADDRESS) as imap:
            imap.append("INBOX", None, None, top + mail.as_bytes(policy=mails.POLICY))

    def rest(self):
        def quiet():
            self.desk.gateway(status=None)
            self.desk.notifier(status=None)
            return (not in_folder(self.t) and not self.desk.outbox()
                    and all(r["state"] == "done" for r in self.desk.receipts()))
        wait_for("all is done", quiet, 60)

    def check(self):
        self.rest()
        desk = self.desk
        first = collections.Counter(
            desk.case(c["number"])["mails"][0]["message_id"]
            for c in desk.json("case", "list", "--limit", "10000"))
        assert dict(first) == {m: 1 for _, m in self.sent}, "a request is lost or double"
        assert len(desk.receipts()) == len(self.sent)
        acknowledged = collections.defaultdict(set)
        for who in {w for w, _ in self.sent}:
            for mail in self.desk.new(who):
                acknowledged[str(mail["In-Reply-To"]).strip("<>")].add(mails.message_id(mail))
        assert {m: len(acknowledged[m]) for _, m in self.sent} == {m: 1 for _, m in self.sent}
        desk.run("reconcile")
        desk.run("verify")


def plain_imap(t, **more):
    """A desk whose IMAP goes over a wire that can be cut."""
    wire = Wire(t.servers.dovecot.imap)
    t.at_end(wire.close)
    desk = t.desk({
        "Desk": {"TestClock": "1000"},
        "Mailbox inbox": {"Source": f"imap://{ADDRESS.replace('@', '%40')}@127.0.0.1:{wire.port}/INBOX",
                          "Tls": "none", **more}}, people=MANY)
    return desk, wire


def cut_everywhere(t, desk, wire, way, size=0):
    crowd = Crowd(t, desk)
    crowd.ask(size), crowd.ask(size)
    desk.gateway()
    total = wire.bytes[way]
    assert total > 300, wire.bytes
    for at in places(total):
        crowd.ask(size), crowd.ask()
        wire.treat = {"cut": (way, at)}
        done = desk.gateway(status=None)
        assert done.status in (0, 69, 75), (way, at, done.status, done.err)
        # what is not in the mailbox any more has its receipt
        left = len(in_folder(t))
        assert len(desk.receipts()) >= len(crowd.sent) - left, (way, at)
    crowd.check()


def test_imap_cut_in(t):
    """IMAP cut after any byte from the server"""
    desk, wire = plain_imap(t)
    cut_everywhere(t, desk, wire, "in", size=3000)


def test_imap_cut_out(t):
    """IMAP cut after any byte from the desk"""
    desk, wire = plain_imap(t)
    cut_everywhere(t, desk, wire, "out")


def test_imap_cut_flag(t):
    """IMAP cut after any byte, with After=flag"""
    desk, wire = plain_imap(t, After="flag")
    crowd = Crowd(t, desk)
    crowd.ask()
    desk.gateway()
    for at in list(places(wire.bytes["in"]))[::3]:
        crowd.ask()
        wire.treat = {"cut": ("in", at)}
        desk.gateway(status=None)
    desk.gateway()
    assert len(desk.receipts()) == len(crowd.sent) == len(in_folder(t))
    assert all("$PersoContact" in flags for _, flags, _ in in_folder(t))


def test_imaps_cut(t):
    """A TLS session cut after any byte"""
    wire = Wire(t.servers.dovecot.imaps)
    t.at_end(wire.close)
    desk = t.desk({"Desk": {"TestClock": "1000"}, "Mailbox inbox": {
        "Source": f"imaps://{ADDRESS.replace('@', '%40')}@127.0.0.1:{wire.port}/INBOX"}}, people=MANY)
    crowd = Crowd(t, desk)
    crowd.ask()
    desk.gateway()
    for at in list(places(wire.bytes["in"]))[::2]:
        crowd.ask()
        wire.treat = {"cut": ("in", at)}
        desk.gateway(status=None)
    crowd.check()


def test_imap_nonsense(t):
    """A server that stalls, talks nonsense or a byte at a time: left after its time, and all is well"""
    desk, wire = plain_imap(t)
    crowd = Crowd(t, desk)
    crowd.ask()
    desk.gateway()
    total = wire.bytes["in"]
    for treat in [{"garble": n} for n in (0, 20, total // 3, total // 2, total - 40)] + [
            {"silent": n} for n in (0, total // 2)] + [{"slow": 0.0005}]:
        crowd.ask()
        wire.treat = treat
        began = time.monotonic()
        done = desk.gateway(status=None)
        assert done.status in (0, 69, 75), (treat, done.status, done.err)
        assert time.monotonic() - began < 20, treat
    crowd.check()


def plain_smtp(t):
    """A desk whose mail leaves over a wire that can be cut."""
    t.need_postfix()
    wire = Wire(t.servers.postfix.mx["none"])
    t.at_end(wire.close)
    desk = t.desk({"Desk": {"TestClock": "1000"},
                   "Smtp": {"Server": f"smtp://127.0.0.1:{wire.port}", "Tls": "none", "User": None,
                            "Password": None, "CaFile": None, "Connections": "1"}}, people=MANY)
    return desk, wire


def test_smtp_cut(t):
    """SMTP cut after any byte, from the server and from the desk"""
    desk, wire = plain_smtp(t)
    crowd = Crowd(t, desk)
    crowd.ask()
    desk.step()
    totals = dict(wire.bytes)
    for way in ("in", "out"):
        for at in places(totals[way])[:: 1 if way == "in" else 2]:
            crowd.ask()
            desk.gateway()
            wire.treat = {"cut": (way, at)}
            done = desk.notifier(status=None)
            assert done.status in (0, 69, 75), (way, at, done.status, done.err)
    crowd.check()


def test_smtp_slow(t):
    """A mail server that stalls is left after its time, one that is slow is waited for"""
    desk, wire = plain_smtp(t)
    crowd = Crowd(t, desk)
    crowd.ask()
    desk.step()
    for treat in ({"silent": wire.bytes["in"] - 20}, {"slow": 0.003}):
        crowd.ask()
        desk.gateway()
        wire.treat = treat
        began = time.monotonic()
        done = desk.notifier(status=None)
        assert done.status in (0, 69, 75), (treat, done.status, done.err)
        assert time.monotonic() - began < 20, (treat, time.monotonic() - began)
    crowd.check()


def test_smtp_reply_lost(t):
    """The 250 is lost on the way back: the same mail goes out again, with the same Message-ID"""
    desk, wire = plain_smtp(t)
    tax_mail(desk)
    desk.gateway()
    wire.treat = {"lose": b"250 2.0.0 Ok: queued"}
    desk.notifier(status=None)
    wait_for("it is sent", lambda: desk.notifier(status=None) and not desk.outbox(), 30)
    copies = desk.new(JAN) + desk.new("pay@desk.example")
    assert len(copies) == 3, len(copies)
    twice = collections.Counter(mails.message_id(m) for m in copies)
    assert sorted(twice.values()) == [1, 2], twice


# ---- other programs in the mailbox ----

def test_other_client(t):
    """Another program reads, marks, moves, copies and expunges in the same mailbox all the while"""
    desk = t.desk({"Desk": {"TestClock": "1000"}}, people=MANY)
    crowd = Crowd(t, desk)
    gateway = desk.start("gateway")
    chance, taken = random.Random(7), 0
    with t.servers.imap(ADDRESS) as imap:
        imap.select("INBOX")
        imap.create("Elsewhere")
        for _ in range(40):
            crowd.ask()
            imap.noop()
            uids = imap.uid("SEARCH", "ALL")[1][0].split()
            if not uids:
                continue
            uid = chance.choice(uids)
            what = chance.choice(("seen", "flag", "copy", "move"))
            if what == "copy":
                imap.uid("COPY", uid, "Elsewhere")
            elif what == "move":
                imap.uid("MOVE", uid, "Elsewhere")
            else:
                imap.uid("STORE", uid, "+FLAGS", "\\Seen" if what == "seen" else "\\Flagged")
        imap.select("Elsewhere")
        taken = len(imap.uid("SEARCH", "ALL")[1][0].split())
    wait_for("the rest is received", lambda: not in_folder(t), 30)
    desk.stop(gateway)
    desk.step()
    first = collections.Counter(desk.case(c["number"])["mails"][0]["message_id"]
                                for c in desk.json("case", "list", "--limit", "1000"))
    assert max(first.values()) == 1, first.most_common(3)
    # what the other program took away before we came is its own; nothing else may be missing
    assert len(crowd.sent) - len(first) <= taken, (len(crowd.sent), len(first), taken)
    desk.run("verify")


def test_folder_taken_away(t):
    """The folder Processed is deleted while the gateway runs: it is made again"""
    desk = t.desk({"Desk": {"TestClock": "1000"}})
    running = [desk.start("gateway"), desk.start("notifier")]
    tax_mail(desk)
    desk.wait_new(JAN)
    with t.servers.imap(ADDRESS) as imap:
        imap.delete("Processed")
    tax_mail(desk)
    desk.wait_new(JAN)
    wait_for("it is moved", lambda: len(in_folder(t, "Processed")) == 1 and not in_folder(t))
    for process in running:
        desk.stop(process)


def test_two_paths(t):
    """The same mail to two mailboxes, by two paths, and without Message-ID"""
    desk = t.desk()
    other = "tweede@desk.example"
    desk.configure({"Mailbox second": {**desk.settings["Mailbox inbox"],
                                       "Source": desk.source(other)}})
    same = free_mail()
    for box in (ADDRESS, other):
        with t.servers.imap(box) as imap:
            imap.append("INBOX", None, None, same)
    desk.step()
    assert len(desk.cases()) == 1 and len(desk.receipts()) == 2
    desk.one(JAN)
    nameless = mails.compose(JAN, ADDRESS, "vraag", "Ik heb een weddevraag.",
                             headers={"Message-ID": None, "Date": None})
    data = nameless.as_bytes(policy=mails.POLICY)
    for _ in range(2):
        with t.servers.imap(ADDRESS) as imap:
            imap.append("INBOX", None, None, data)
    desk.step()
    assert len(desk.cases()) == 2
    desk.one(JAN)


def test_sent_again(t):
    """A server that did not hear our 250 sends the mail again: one case, though the trace differs"""
    desk = t.desk()
    mail = mails.compose(JAN, ADDRESS, "vraag", "Mag ik mijn fiets in de kelder zetten?",
                         files=[("fiets.pdf", "application/pdf", mails.pdf("loon"))])
    data = mail.as_bytes(policy=mails.POLICY)
    desk.send_mail(data)
    desk.step()
    desk.send_mail(data)
    desk.send_mail(b"Received: from relay.example by mx.desk.example;"
                   b" Tue, 24 Nov 2026 10:00:00 +0100\r\n" + data)
    raw = [r for _, _, r in in_folder(t)]
    assert len(set(raw)) == len(raw) == 2 and raw[0] != data
    desk.step()
    case, = desk.cases()
    desk.one(JAN)
    desk.one("front@desk.example")
    assert len(desk.case(case["number"])["documents"]) == 1
    decisions = sorted((r["decision"], r["why"] or "") for r in desk.receipts())
    assert decisions == [("ignored", "duplicate")] * 2 + [("request", "")], decisions
    assert len(in_folder(t, "Processed")) == 3
    again = desk.json("mail", "show", mails.message_id(mail))
    assert len(again) == 3, again
    desk.run("verify")
    desk.run("reconcile")
    done = desk.run("replay", t.folder / "again.db", status=None)
    assert done.status == 0 and "equal" in done.out, done.out + done.err


def test_two_addresses(t):
    """One mail to two addresses of the desk, each with a mailbox of its own: one case"""
    other = "tweede@desk.example"
    desk = t.desk()
    desk.configure({"Mailbox second": {**desk.settings["Mailbox inbox"],
                                       "Source": desk.source(other)}})
    mail = mails.compose(JAN, f"{ADDRESS}, {other}", "vraag", "Ik heb een weddevraag.")
    desk.send_mail(mail, to=[ADDRESS, other])
    desk.step()
    assert len(desk.cases()) == 1 and len(desk.receipts()) == 2
    desk.one(JAN)


def test_not_sent_again(t):
    """One Message-ID, but another text, subject or document, or a better verdict: no copy"""
    desk = t.desk()
    files = [("loonfiche.pdf", "application/pdf", mails.pdf("loon"))]
    text = "Ik heb een weddevraag."
    name = {"Message-ID": "<always-the-same@minfin.example>"}
    for subject, body, attached in (("vraag", text, files), ("andere vraag", text, files),
                                    ("vraag", text + " Of toch niet?", files),
                                    ("vraag", text, [(*files[0][:2], mails.pdf("meer"))])):
        desk.send_mail(mails.compose(JAN, ADDRESS, subject, body, files=attached,
                                     headers={**name, "Date": "Tue, 24 Nov 2026 09:00:00 +0100"}))
    desk.step()
    assert len(desk.cases()) == 4, desk.cases()
    # what came unverified was held or answered as such; the same, verified, is no repetition of it
    late = mails.compose(MARIE, ADDRESS, "vraag", text)
    desk.send_mail(late, verdict="fail")
    desk.step()
    before = len(desk.cases())
    desk.send_mail(late)
    desk.step()
    assert len(desk.cases()) == before + 1
    assert "duplicate" not in [r["why"] for r in desk.receipts()]


# ---- time ----

def with_clock(desk, offset):
    """Commands from now on believe that it is so many seconds later."""
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
    if not os.path.exists(library):
        found = subprocess.run(["find", "/usr/lib", "-name", "libfaketimeMT.so.1"],
                               capture_output=True, text=True, check=False).stdout.split()
        assert found, "libfaketime is missing: apt-get install faketime"
        library = found[0]
    before = true_environment(desk)
    desk.environment = lambda: {**before(), "LD_PRELOAD": library, "FAKETIME": f"{offset:+d}s",
                                "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}


def true_environment(desk):
    if not hasattr(desk, "true_environment"):
        desk.true_environment = desk.environment
    return desk.true_environment


def test_clock(t):
    """The clock is set forward by a year and back again: nothing is sent twice, nothing stays behind"""
    source = f"imap://{ADDRESS.replace('@', '%40')}@127.0.0.1:{t.servers.dovecot.imap}/INBOX"
    desk = t.desk({"Mailbox inbox": {"Source": source, "Tls": "none", "CaFile": None}},
                  smtp="directory", people=MANY)      # certificates have their time too
    crowd = Crowd(t, desk)
    day = 86400
    for offset in (0, 365 * day, 0, -30 * day, 2 * day, 0):
        with_clock(desk, offset)
        crowd.ask(), crowd.ask()
        desk.step()
        assert not desk.outbox(), (offset, desk.outbox())
        assert all(r["state"] == "done" for r in desk.receipts()), offset
    with_clock(desk, 0)
    crowd.check()
    # a process that died over its work in the future does not keep it for a year
    crowd.ask()
    desk.gateway()
    with sqlite3.connect(desk.folder / "desk.db") as database:
        database.execute("UPDATE outbox SET claimed = ? WHERE state = 'owed'",
                         (int(time.time()) + 365 * day,))
    database.close()
    desk.notifier()
    assert not desk.outbox(), "a claim of the future holds a notice up"


def test_away(t):
    """Away for 30 days: all is taken in the order in which it came, and answered"""
    desk = t.desk(people=MANY)
    crowd = Crowd(t, desk)
    crowd.ask(), crowd.ask()
    desk.gateway()                          # received; then the machine was off
    with sqlite3.connect(desk.folder / "desk.db") as database:
        database.execute("UPDATE outbox SET created = created - 2592000, next = next - 2592000")
        database.execute("UPDATE receipts SET received = received - 2592000")
    database.close()
    for _ in range(20):
        crowd.ask()
    desk.gateway()
    order = [desk.case(c["number"])["mails"][0]["message_id"]
             for c in reversed(desk.json("case", "list", "--limit", "100"))]
    assert order == [m for _, m in crowd.sent]
    crowd.check()
