"""Nothing lost: what reconcile finds and heals, copies of a running desk, and the desk built again."""
import json
import shutil
import sqlite3
import threading
import time

from lib import mails
from lib.desk import ADA, ADDRESS, EVE, GRETA, HUGO, JAN, MARIE, STRANGER
from lib.given import ATTEST, free_mail, in_folder, parental_mail, tax_case, tax_mail

LONG_AGO = time.localtime(time.time() - 3600)


def change(desk, sql, *values):
    """What no program of ours does: somebody changes the database by hand."""
    with sqlite3.connect(desk.folder / "desk.db") as db:
        done = db.execute(sql, values)
        assert done.rowcount > 0, sql
    db.close()


def findings(desk, *options, status=1):
    out = desk.run("reconcile", "--json", *options, status=status).out
    return [(f["of"], f["finding"]) for f in map(json.loads, out.splitlines())]


def heals(desk, of, words):
    """One finding with these words, which --repair heals."""
    found = findings(desk)
    assert len(found) == 1 and found[0][0] == of and words in found[0][1], found
    out = desk.run("reconcile", "--repair").out
    assert words in out and "all is well" in out, out
    assert findings(desk, status=0) == []


def test_reconcile_well(t):
    """A desk in order: status 0, one line"""
    desk, *_ = tax_case(t)
    out = desk.run("reconcile").out
    assert out.startswith("all is well") and out.count("\n") == 1, out
    desk.run("reconcile", "more", status=64)


def test_reconcile_left_in_inbox(t):
    """A mail that lies in the inbox for an hour has no receipt; a fresh one is no finding"""
    desk = t.desk()
    tax_mail(desk)
    assert findings(desk, status=0) == []
    with t.servers.imap(ADDRESS) as imap:
        imap.append("INBOX", None, LONG_AGO, free_mail())
    heals(desk, "mailbox inbox", "has no receipt")
    assert len(desk.cases()) == 2 and in_folder(t) == []


def test_reconcile_not_moved(t):
    """A mail with a receipt that was not moved"""
    desk, *_ = tax_case(t)
    with t.servers.imap(ADDRESS) as imap:
        imap.append("INBOX", None, None, free_mail())
        imap.select("INBOX")
        uid = imap.uid("search", None, "ALL")[1][0].decode()
    change(desk, "UPDATE receipts SET uid = ?, received = received - 900 WHERE id = 1", uid)
    heals(desk, "mailbox inbox", "was not moved")
    assert in_folder(t) == [] and len(desk.cases()) == 1


def test_reconcile_flag(t):
    """After=flag: a mail that somebody took the mark from"""
    desk = t.desk({"Mailbox inbox": {"After": "flag"}})
    tax_mail(desk)
    desk.step()
    assert findings(desk, status=0) == []
    with t.servers.imap(ADDRESS) as imap:
        imap.select("INBOX")
        imap.store("1", "-FLAGS", "($PersoContact)")
    change(desk, "UPDATE receipts SET received = received - 900")
    heals(desk, "mailbox inbox", "was not flagged")


def test_reconcile_maildir(t):
    """A Maildir: a mail by itself in new/"""
    desk = t.desk()
    for part in ("tmp", "new", "cur"):
        (desk.folder / "mail" / part).mkdir(parents=True)
    desk.configure({"Mailbox inbox": {"Source": "maildir:mail", "Password": None, "CaFile": None}})
    mail = desk.folder / "mail/new/1.one"
    mail.write_bytes(free_mail())
    assert findings(desk, status=0) == []
    desk.configure({"Desk": {"TestClock": "600"}})
    time.sleep(2.1)
    heals(desk, "mailbox inbox", "mail 1.one has no receipt")


def test_reconcile_away(t):
    """A mailbox that cannot be reached is a finding, and the rest is looked at"""
    desk = t.desk()
    desk.configure({"Mailbox inbox": {"Source": "imap://desk@127.0.0.1:1/INBOX", "Tls": "none"}})
    (of, _), = findings(desk)
    assert of == "mailbox inbox"
    assert findings(desk, "--repair")


def test_reconcile_receipt_lost(t):
    """A receipt that was deleted by hand: the mail that lies in the mailbox is taken again, once"""
    desk = t.desk({"Mailbox inbox": {"After": "flag"}})
    tax_mail(desk)
    with t.servers.imap(ADDRESS) as imap:
        imap.append("INBOX", None, LONG_AGO, free_mail(STRANGER))
    desk.step()
    with t.servers.imap(ADDRESS) as imap:
        imap.select("INBOX")
        imap.store("1:*", "-FLAGS", "($PersoContact)")
    change(desk, "DELETE FROM receipts WHERE id = (SELECT receipt FROM mails WHERE sender = ?)",
           STRANGER)
    change(desk, "DELETE FROM mails WHERE sender = ?", STRANGER)
    heals(desk, "mailbox inbox", "has no receipt")
    assert len(desk.receipts()) == 2 and len(desk.cases()) == 1


def test_reconcile_stuck(t):
    """A receipt that nobody has dealt with for more than an hour is dealt with"""
    desk, *_ = tax_case(t)
    change(desk, "INSERT INTO receipts (mailbox, uidvalidity, uid, received, segment, raw_offset,"
           " raw_length, sha256, state, decision, why, message_id, tries, claimed) SELECT 'inbox',"
           " 9, '9', received - 7200, segment, raw_offset, raw_length, sha256, 'received', '', '',"
           " '', 1, 1e12 FROM receipts")
    heals(desk, "desk", "mail 2 is received")
    assert [r["why"] for r in desk.receipts() if r["uid"] == "9"] == ["duplicate"], desk.receipts()


def test_reconcile_no_outcome(t):
    """A receipt without its case, or without a decision, finds both again"""
    desk, *_ = tax_case(t)
    change(desk, "UPDATE receipts SET case_id = NULL")
    heals(desk, "desk", "no case")
    change(desk, "UPDATE receipts SET decision = ''")
    heals(desk, "desk", "no decision")
    receipt, = desk.receipts()
    assert receipt["decision"] == "request" and len(desk.cases()) == 1, receipt


def test_reconcile_held(t):
    """A held mail that no list shows is shown again, and somebody is told"""
    desk = t.desk({"Desk": {"Strangers": "hold"}})
    desk.send_mail(free_mail(STRANGER))
    desk.step()
    desk.new(ADA)
    assert len(desk.json("held", "list")) == 1
    change(desk, "DELETE FROM held")
    heals(desk, "desk", "no list shows it")
    assert len(desk.json("held", "list")) == 1
    desk.notifier()
    desk.one(ADA)


def test_reconcile_quarantine(t):
    """A quarantined mail of which no admin was told is read again"""
    desk, *_ = tax_case(t)
    desk.send_mail(free_mail())
    desk.step()
    change(desk, "UPDATE receipts SET state = 'quarantined', why = 'the reader died' WHERE id = 2")
    heals(desk, "desk", "no admin was told")
    assert desk.receipts()[0]["state"] == "done", desk.receipts()


def test_reconcile_acknowledgement(t):
    """A case whose requester was never told: told now"""
    desk, *_ = tax_case(t)
    change(desk, "UPDATE mails SET outbox = NULL")
    change(desk, "DELETE FROM outbox WHERE kind = 'acknowledgement'")
    heals(desk, "desk", "never told")
    desk.notifier()
    desk.one(JAN)


def test_reconcile_owed(t):
    """A notice that is owed for six days"""
    desk = t.desk()
    tax_mail(desk)
    desk.gateway()
    change(desk, "UPDATE outbox SET created = created - 6 * 86400 WHERE kind = 'acknowledgement'")
    heals(desk, "desk", "more than 5 days")


def test_reconcile_raw(t):
    """A segment that is cut off or gone is found, and nothing repairs it"""
    desk, *_ = tax_case(t)
    segment, = (desk.folder / "raw").glob("*.seg")
    data = segment.read_bytes()
    segment.write_bytes(data[:-10])
    (of, text), = findings(desk)
    assert of == "desk" and "cut off" in text, text
    assert len([f for f in findings(desk, "--repair") if "cut off" in f[1]]) == 2
    segment.unlink()
    (of, text), = findings(desk)
    assert str(segment) in text, text


# ---- backup ----

def opened_copy(t, desk, name, file="copy.db"):
    """A desk that works with a backup."""
    copy = t.desk(name=name, people=None)
    shutil.copytree(desk.folder / name, copy.folder, dirs_exist_ok=True)
    shutil.copy(desk.folder / "secret", copy.folder / "secret")
    copy.configure({"Store": {"Database": f"sqlite:{file}"}})
    return copy


def test_backup(t):
    """A copy is a desk of its own; it is never put over something, nor into the desk's folder"""
    desk, *_ = tax_case(t)
    (desk.folder / "b").mkdir()
    target = desk.folder / "b/copy.db"
    desk.run("backup", target)
    assert sorted(p.name for p in target.parent.iterdir()) == ["copy.db", "raw"]
    copy = opened_copy(t, desk, "b")
    assert copy.run("verify").out.startswith("all is well")
    assert copy.case() == desk.case()
    before = target.read_bytes()
    desk.run("backup", target, status=73)
    assert target.read_bytes() == before
    for place in ("other.db", "nowhere/copy.db", "./b/../other.db"):
        desk.run("backup", desk.folder / place, status=73)
    desk.run("backup", status=64)
    desk.run("backup", target, "more", status=64)
    assert not list(desk.folder.glob("other*")), list(desk.folder.iterdir())


def test_backup_again(t):
    """A second backup into the same folder; and another desk's folder is refused"""
    desk, *_ = tax_case(t)
    (desk.folder / "b").mkdir()
    desk.run("backup", desk.folder / "b/1.db")
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.step()
    desk.run("backup", desk.folder / "b/2.db")
    for name, cases in (("1.db", 1), ("2.db", 2)):
        copy = opened_copy(t, desk, "b", name) if name == "1.db" else copy
        copy.configure({"Store": {"Database": f"sqlite:{name}"}})
        copy.run("verify")
        assert len(copy.cases()) == cases
    other = t.desk(name="other")
    other.send(JAN, "vraag", "Ik heb mijn fiscale fiche niet gekregen.")
    other.gateway()
    assert "another desk" in other.run("backup", desk.folder / "b/3.db", status=73).err
    copy.run("verify")


def test_backup_while_running(t):
    """Made while mails come in: each copy is whole"""
    desk = t.desk()
    inboxes = [desk.folder / f"many{i}" for i in range(6)]
    for inbox in inboxes:
        inbox.mkdir()
        for i in range(100):
            mail = mails.compose(JAN, ADDRESS, f"vraag {i}", "Ik heb een weddevraag. " * 100)
            (inbox / f"{i}.eml").write_bytes(mail.as_bytes(policy=mails.POLICY))
    worker = threading.Thread(target=lambda: [desk.run("ingest", inbox) for inbox in inboxes])
    worker.start()
    counts = []
    while worker.is_alive() and len(counts) < 20:
        name = f"b{len(counts)}"
        (desk.folder / name).mkdir()
        counts.append(desk.json("backup", desk.folder / name / "copy.db")["mails"])
    worker.join()
    assert len(desk.cases("--limit", "1000")) == 600
    assert any(0 < count < 600 for count in counts), counts
    for i, count in enumerate(counts):
        if i % 4 == 0 or 0 < count < 600:
            copy = opened_copy(t, desk, f"b{i}")
            assert copy.run("verify").out.startswith("all is well")
            assert len(copy.json("mail", "list")) == count


def test_backup_broken(t):
    """Of a desk that lacks bytes no copy is made, and the place stays free"""
    desk, *_ = tax_case(t)
    (desk.folder / "b").mkdir()
    segment, = (desk.folder / "raw").glob("*.seg")
    segment.write_bytes(segment.read_bytes()[:-10])
    assert str(segment.name) in desk.run("backup", desk.folder / "b/copy.db", status=74).err
    assert [p.name for p in (desk.folder / "b").iterdir()] == ["raw"]


# ---- replay ----

def replays(desk, name="again", status=0):
    """The desk built again: what is said about it."""
    folder = desk.folder / name
    folder.mkdir()
    out = desk.run("replay", folder / "new.db", status=status).out
    assert sorted(p.name for p in folder.iterdir()) == ["new.db", "raw"], list(folder.iterdir())
    return out


def busy_desk(t):
    """A desk with a bit of everything."""
    desk = t.desk({"Desk": {"Strangers": "hold", "Unverified": "hold"}})
    tax_mail(desk)
    parental_mail(desk, MARIE, "fr")
    desk.step()
    desk.reply(desk.one(MARIE), MARIE, "Voici.", files=[ATTEST])
    desk.send_mail(free_mail(STRANGER))
    desk.send_mail(free_mail(EVE, "my tax statement is missing"), verdict="fail")
    desk.send_mail(free_mail(GRETA), verdict="fail")
    desk.send(JAN, "help", "help")
    desk.step()
    desk.send_mail(free_mail(HUGO, "Nog een weddevraag."))
    desk.run("case", "take", "1", "--as", "2002")
    desk.run("case", "ask", "1", "--text", "Welk jaar?\nGraag.", "--as", "2002")
    desk.step()
    question = [m for m in desk.new(JAN) if "Welk jaar" in mails.plain(m) or True][-1]
    desk.reply(question, JAN, "Inkomstenjaar 2025.")
    desk.step()
    desk.run("case", "note", "1", "--text", "In orde?")
    desk.run("case", "answer", "1", "--text", "Hier is ze.", "--close", "--as", "2002")
    desk.run("case", "hand-on", "2", "absence", "--text", "Voor jullie", status=None)
    for held in desk.json("held", "list"):
        desk.run("held", "add", str(held["mail"]), status=None)
    desk.step()
    return desk


def test_replay_equal(t):
    """Cases, answers, documents, events and decisions are the same when all is done again"""
    desk = busy_desk(t)
    out = replays(desk)
    assert out.startswith("equal: "), out
    before = desk.cases("--limit", "100")
    assert len(before) >= 3, before
    desk.run("replay", desk.folder / "again/new.db", status=73)
    desk.run("replay", desk.folder / "new.db", status=73)
    desk.run("replay", status=64)
    assert desk.cases("--limit", "100") == before
    shutil.copy(desk.folder / "secret", desk.folder / "again/secret")
    copy = opened_copy(t, desk, "again", "new.db")
    assert [c["number"] for c in copy.cases("--limit", "100")] == [c["number"] for c in before]
    copy.run("verify")


def test_replay_different(t):
    """What was changed by hand is named"""
    desk = busy_desk(t)
    change(desk, "UPDATE cases SET form = 'pay-question' WHERE id = 1")
    change(desk, "UPDATE answers SET value = '1999' WHERE case_id = 1 AND field = 'year'")
    out = replays(desk, status=1)
    assert "case 1, state: was" in out and "case 1, answers: was" in out and "not equal" in out, out
    assert out.count("different: ") == 2, out


def test_replay_while_running(t):
    """The desk may run meanwhile; mails that nobody has dealt with yet are no difference"""
    desk, *_ = tax_case(t)
    change(desk, "INSERT INTO receipts (mailbox, uidvalidity, uid, received, segment, raw_offset,"
           " raw_length, sha256, state, decision, why, message_id, tries, claimed) SELECT 'inbox',"
           " 9, '9', received, segment, raw_offset, raw_length, sha256, 'received', '', '',"
           " '', 1, 1e12 FROM receipts")
    gateway = desk.start("gateway")
    assert replays(desk).startswith("equal: ")
    desk.stop(gateway)


# ---- the chain of events ----

def test_chain(t):
    """A changed event, one that was taken out, one that was put in: verify names the first that does not fit"""
    desk, *_ = tax_case(t)
    desk.run("case", "note", "1", "--text", "Een nota.")
    desk.run("case", "note", "1", "--text", "Nog een.")
    out = desk.run("verify").out
    assert "3 events, the last " in out, out
    for number, sql in ((1, "UPDATE events SET text = 'anders' WHERE id = 1"),
                        (2, "UPDATE events SET at = at + 1 WHERE id = 2"),
                        (3, "UPDATE events SET who = '1001' WHERE id = 3"),
                        (3, "DELETE FROM events WHERE id = 2"),
                        (3, "UPDATE events SET chain = '' WHERE id = 3"),
                        (4, "INSERT INTO events SELECT 4, case_id, at, who, way, what, text, mail, chain"
                            " FROM events WHERE id = 3")):
        saved = (desk.folder / "desk.db").read_bytes()
        change(desk, sql)
        finding = json.loads(desk.run("verify", "--json", status=1).out)
        assert finding["of"] == "chain of events", (sql, finding)
        assert finding["finding"].startswith(f"event {number} "), (sql, finding)
        for path in desk.folder.glob("desk.db-*"):
            path.unlink()
        (desk.folder / "desk.db").write_bytes(saved)
    desk.run("verify")
