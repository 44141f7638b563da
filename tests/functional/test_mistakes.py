"""Bad input: each mistake has its sentence and its status, and nothing is half written."""
import contextlib
import os
import re
import sqlite3

from lib import mails
from lib.desk import ADDRESS, MARIE
from lib.given import free_mail, tax_case, tax_mail


def test_broken_form_folder(t):
    """A desk does not start with a broken form: file, line, column and the mistake"""
    desk = t.desk({"Desk": {"Forms": "forms"}}, people=None)
    (desk.folder / "forms").mkdir()
    broken = desk.folder / "forms" / "broken.yaml"
    broken.write_text("id: broken\ncategory: absence\ntitle: nonsense\n")
    for command in (("gateway", "--once"), ("run",)):
        said = desk.run(*command, status=None, timeout=20)
        assert said.status in (65, 78), (command, said.status, said.err)
        assert re.search(r"broken\.yaml:\d+:\d+", said.err), said.err
    broken.unlink()
    desk.gateway()


def test_ingest_later(t):
    """ingest says 75 while the database is locked: the mail server that pipes the mail in waits"""
    desk = t.desk()
    desk.run("ingest", "-", input=free_mail())
    with contextlib.closing(sqlite3.connect(desk.folder / "desk.db", isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        said = desk.run("ingest", "-", input=free_mail(text="Ik heb een weddevraag."), status=75)
        assert said.err
        db.execute("ROLLBACK")
    assert len(desk.receipts()) == 1
    desk.configure({"Store": {"Database": "sqlite:nowhere/desk.db"}})
    said = desk.run("ingest", "-", input=free_mail(), status=None)
    assert said.status in (73, 75) and "nowhere" in said.err, (said.status, said.err)


def test_configuration_mistakes(t):
    """A mistake in the configuration: 78, with group, key, what was read, what is expected"""
    rows = (({"Desk": {"Colour": "blue"}}, ("Desk", "Colour")),
            ({"Nonsense": {"Key": "value"}}, ("Nonsense",)),
            ({"Mailbox inbox": {"Poll": "2"}}, ("Poll", "2", "5")),
            ({"Desk": {"Language": "xx"}}, ("Language", "xx")),
            ({"Desk": {"Secret": "file:nothing"}}, ("nothing",)),
            ({"Desk": {"Address": None}}, ("Address",)),
            ({"Desk": {"TestClock": "10", "Url": "https://desk.example"}}, ("TestClock",)),
            ({"Smtp": {"Server": "smtp://mail.example", "Tls": "none"}}, ("Tls",)),
            ({"Mailbox inbox": {"OAuth2": "nothing", "Password": None}}, ("nothing",)))
    for i, (groups, words) in enumerate(rows):
        desk = t.desk(groups, name=f"desk{i}", people=None)
        said = desk.run("gateway", "--once", status=78)
        for word in words:
            assert word in said.err, f"{groups}: {word!r} is not said: {said.err}"
    said = desk.run("gateway", "--once", "--config", "/nothing.conf", config=False, status=None)
    assert said.status in (66, 78) and "/nothing.conf" in said.err, (said.status, said.err)


def test_weak_secret(t):
    """A secret under 32 bytes is refused"""
    desk = t.desk(people=None)
    desk.secret("secret", "short")
    assert "ecret" in desk.run("gateway", "--once", status=78).err


def test_usage(t):
    """Usage: 64 with where help is; --help of every command is 0"""
    desk = t.desk(people=None)
    for args in ((), ("nonsense",), ("case",), ("case", "nonsense"), ("gateway", "--nonsense"),
                 ("mail", "show"), ("case", "list", "--limit", "many")):
        said = desk.run(*args, status=64)
        assert "help" in said.err and not said.out, f"{args}: {said.err!r} {said.out!r}"
    for command in ("", "case", "gateway", "notifier", "person", "form", "outbox", "held", "mail",
                    "quarantine", "check", "init", "ingest", "explain", "run", "demo"):
        said = desk.run(*command.split(), "--help", config=False)
        assert "persocontact" in said.out, command
        wide = [line for line in said.out.splitlines() if len(line) > 80]
        assert not wide, f"{command} --help is wider than 80 columns: {wide}"
    assert "0." in desk.run("--version", config=False).out


def test_no_database(t):
    """case, check and explain make no database; a missing one is said"""
    desk = t.desk(people=None)
    said = desk.run("case", "list", status=None)
    assert said.status in (66, 74) and "desk.db" in said.err, (said.status, said.err)
    desk.run("check", status=None)
    desk.run("explain", "-", input=free_mail())
    assert not (desk.folder / "desk.db").exists()
    desk.gateway()
    assert (desk.folder / "desk.db").exists()


def test_newer_database(t):
    """A database of a newer version is left alone, and said"""
    desk, _, _ = tax_case(t)
    with contextlib.closing(sqlite3.connect(desk.folder / "desk.db")) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version:
            db.execute("PRAGMA user_version = 9999")
        else:
            table, = [name for (name,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type='table'"
                " AND name IN ('schema', 'version', 'schema_version', 'meta')")]
            column = db.execute(f"PRAGMA table_info({table})").fetchall()[0][1]
            db.execute(f"UPDATE {table} SET {column} = 9999")
        db.commit()
    before = (desk.folder / "desk.db").read_bytes()
    for command in (("gateway", "--once"), ("notifier", "--once"), ("case", "list")):
        said = desk.run(*command, status=None)
        assert said.status not in (0, 70), said.status
        assert "newer" in said.err or "9999" in said.err, said.err
    assert (desk.folder / "desk.db").read_bytes() == before


def test_not_a_database(t):
    """A file that is no database is said, and left alone"""
    desk = t.desk(people=None)
    (desk.folder / "desk.db").write_text("this is a text, and no database at all\n" * 100)
    said = desk.gateway(status=None)
    assert said.status not in (0, 70) and "desk.db" in said.err, (said.status, said.err)
    assert (desk.folder / "desk.db").read_text().startswith("this is a text")


def test_read_only_folder(t):
    """A folder that cannot be written: said, and no mail is touched"""
    desk = t.desk(people=None)
    tax_mail(desk)
    (desk.folder / "ro").mkdir(mode=0o555)
    if os.geteuid() == 0: # root writes anywhere but below a file
        (desk.folder / "ro").rmdir()
        (desk.folder / "ro").write_text("")
    desk.configure({"Store": {"Database": "sqlite:ro/desk.db"}})
    said = desk.gateway(status=None)
    assert said.status in (73, 74, 75, 77) and "ro" in said.err, (said.status, said.err)
    assert len(t.servers.messages(ADDRESS)) == 1
    if (desk.folder / "ro").is_dir():
        (desk.folder / "ro").chmod(0o755)


def test_quarantine(t):
    """quarantine lists a mail that nobody could read whole, and retry and drop move it on"""
    desk = t.desk()
    assert desk.json("quarantine", "list") == []
    data = b"From: jan@minfin.example\r\nTo: desk@desk.example\r\nSubject: groot\r\n\r\n" + \
        (b"x" * 70 + b"\r\n") * 950_000
    (desk.folder / "large.eml").write_bytes(data)
    desk.run("ingest", desk.folder / "large.eml")
    (desk.folder / "large.eml").unlink()
    item, = desk.json("quarantine", "list")
    receipt, = desk.receipts()
    assert receipt["state"] == "quarantined" and receipt["why"], receipt
    shown = desk.json("quarantine", "show", receipt["id"])
    assert (shown["from"], shown["subject"]) == ("jan@minfin.example", "groot"), shown
    assert "jan@minfin.example" in desk.run("quarantine", "show", receipt["id"]).out
    # only its header is here: nothing to be read again, and it says where the whole is
    assert "folder Quarantine=" in desk.run("quarantine", "retry", receipt["id"], status=65).err
    copy = desk.folder / "copy.eml"
    desk.run("quarantine", "save", receipt["id"], copy)
    assert copy.read_bytes().startswith(b"From: jan@minfin.example\r\n")
    assert "File exists" in desk.run("quarantine", "save", receipt["id"], copy, status=73).err
    desk.run("quarantine", "save", receipt["id"], desk.folder / "none" / "x", status=73)
    desk.run("quarantine", "save", receipt["id"], status=64)
    assert "--why" in desk.run("quarantine", "drop", receipt["sha256"], status=64).err
    for word in ("show", "retry", "drop"):
        why = ["--why", "x"] if word == "drop" else []
        desk.run("quarantine", word, "nobody@x.example", *why, status=65)
    desk.run("quarantine", "drop", receipt["sha256"], "--why", "te groot")
    assert desk.json("quarantine", "list") == []
    desk.run("quarantine", "drop", receipt["id"], "--why", "nog eens", status=65)
    events = desk.json("mail", "show", receipt["id"])["events"]
    assert [(e["what"], e["who"], e["text"]) for e in events] == [
        ("saved", "console", ""), ("dropped", "console", "te groot")], events
    assert "te groot" in desk.run("mail", "show", receipt["id"]).out


def test_held_dropped(t):
    """A held mail that is let be leaves its reason: on the case, and at the mail"""
    desk, ack, _ = tax_case(t)
    desk.reply(ack, MARIE, "Dit is niet van mij.", quote=False)
    desk.step()
    held, = desk.json("held", "list")
    assert held["case"] == desk.case()["number"], held
    assert "--why" in desk.run("held", "drop", held["id"], status=64).err
    desk.run("held", "drop", held["id"], "--why", "niet van haar")
    desk.run("held", "drop", held["id"], "--why", "nog eens", status=65)
    desk.run("held", "add", held["id"], status=65)
    event = desk.case()["events"][-1]
    assert (event["what"], event["text"], event["who"]) == ("held-dropped", "niet van haar", "console"), event
    shown = desk.json("mail", "show", held["id"])
    assert [(e["what"], e["text"]) for e in shown["events"]] == [("dropped", "niet van haar")], shown
    (desk.folder / "again").mkdir()
    desk.run("replay", desk.folder / "again" / "desk.db") # status 0: equal, events too


def test_broken_mails(t):
    """Broken mails of every kind: each has a receipt with an outcome, and the next one is read"""
    desk = t.desk()
    rows = (b"", b"\r\n", b"\0\0\0\0", b"no header at all", b"From: jan@minfin.example\r\n",
            b"From: jan@minfin.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
            b"From: <<<>>>\r\nSubject: \xff\xfe\r\n\r\n\xff\xfe",
            b"From: jan@minfin.example\r\nContent-Type: text/plain; charset=nonsense\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
            b"Subject: no sender\r\n\r\nhello\r\n", free_mail())
    for i, data in enumerate(rows):
        (desk.folder / f"{i}.eml").write_bytes(data)
        desk.run("ingest", desk.folder / f"{i}.eml", status=None)
    desk.gateway()
    for receipt in desk.receipts():
        assert receipt["state"] in ("done", "held", "quarantined"), receipt
    assert any(c["form"] == "pay-tax-statement" for c in desk.cases())
