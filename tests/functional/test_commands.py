"""The commands people type, their JSON and their exit statuses, to the letter of the contract."""
import csv
import hashlib
import io
import mailbox
import re
import time

from lib import mails
from lib.desk import ADDRESS, DINA, JAN, MARIE, PEOPLE
from lib.given import ABSENCE, complete_case, parental_mail, tax_case, tax_mail

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
STATES = ("received incomplete awaiting-approval open assigned waiting answered closed redirected "
          "refused withdrawn").split()


def has_keys(thing, keys, what):
    missing = set(keys.split()) - set(thing)
    assert not missing, f"{what} lacks {sorted(missing)}: {thing}"


def free_mail(sender=JAN, text="Ik heb mijn fiscale fiche niet gekregen.", **options):
    return mails.compose(sender, ADDRESS, "vraag", text, **options).as_bytes(policy=mails.POLICY)


def test_case_list(t):
    """case list: one array, filtered by state, team, requester and limit"""
    desk = t.desk()
    assert desk.cases() == []
    tax_mail(desk, JAN)
    parental_mail(desk, MARIE, "fr")
    desk.gateway()
    cases = desk.cases()
    assert len(cases) == 2
    for case in cases:
        has_keys(case, "number state form subject team assignee requester employee opened changed", "a case")
        has_keys(case["requester"], "number name address", "a requester")
        has_keys(case["employee"], "number name address", "an employee")
        assert TIME.fullmatch(case["opened"]) and TIME.fullmatch(case["changed"]), case
        assert case["state"] in STATES and re.fullmatch(r"PC-\d{4}-\d{6}", case["number"]), case
        assert case["assignee"] is None, case["assignee"]
    for args, count in ((("--state", "open"), 1), (("--state", "incomplete"), 1), (("--state", "closed"), 0),
                        (("--team", "pay"), 1), (("--team", "exit"), 0), (("--requester", JAN), 1),
                        (("--requester", "1002"), 1), (("--limit", "1"), 1)):
        assert len(desk.cases(*args)) == count, args
    desk.run("case", "list", "--state", "nonsense", status=64)
    text = desk.run("case", "list").out
    assert all(len(line) <= 80 for line in text.splitlines()), "the table is wider than 80 columns"
    assert "\x1b" not in text and cases[0]["number"] in text


def test_case_show(t):
    """case show: everything about a case, by number or by its last digits"""
    desk, ack, team = complete_case(t)
    desk.reply(team, DINA, "Uw verlof is goedgekeurd.")
    desk.step()
    case = desk.case("1")
    assert desk.case(case["number"]) == case
    has_keys(case, "number state form subject team assignee requester employee opened changed answers "
             "problems documents mails events held", "a case")
    for document in case["documents"]:
        has_keys(document, "kind name type size sha256 mail", "a document")
    for mail in case["mails"]:
        has_keys(mail, "message_id sha256 direction from to subject at public text", "a mail")
        assert mail["direction"] in ("in", "out") and isinstance(mail["public"], bool), mail
        assert TIME.fullmatch(mail["at"]) and re.fullmatch("[0-9a-f]{64}", mail["sha256"]), mail
        assert "<" not in mail["message_id"], mail["message_id"]
    assert {m["direction"] for m in case["mails"]} == {"in", "out"}
    assert mails.message_id(ack) in {m["message_id"] for m in case["mails"]}
    for event in case["events"]:
        has_keys(event, "at who way what text", "an event")
        assert event["way"] in ("mail", "page", "command", "desk"), event
        assert TIME.fullmatch(event["at"]), event
    assert case["number"] in desk.run("case", "show", "1").out
    for number, status in (("99", 66), ("PC-1999-000001", 66), ("nonsense", None)):
        said = desk.run("case", "show", number, status=status)
        assert said.status != 0 and said.err and not said.out, (number, said.status, said.out)
    desk.run("case", "show", status=64)


def test_case_export(t):
    """case export: every mail, every document, case.json"""
    desk, ack, _ = complete_case(t)
    desk.run("case", "export", "1", desk.folder / "export")
    files = [p for p in (desk.folder / "export").rglob("*") if p.is_file()]
    import json
    exported, = [p for p in files if p.name == "case.json"]
    assert json.loads(exported.read_text())["number"] == desk.case()["number"]
    sums = {hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    case = desk.case()
    assert {m["sha256"] for m in case["mails"]} <= sums, "a mail is not exported as it is"
    assert {d["sha256"] for d in case["documents"]} <= sums, "a document is not exported as it is"


def test_mail_list_and_show(t):
    """mail list and mail show: by Message-ID, by SHA-256 or its first digits, by number"""
    desk = t.desk()
    first = tax_mail(desk)
    desk.send(JAN, "help", "\n")
    desk.gateway()
    receipts = desk.receipts()
    assert len(receipts) == 2
    for receipt in receipts:
        has_keys(receipt, "sha256 message_id mailbox uid received state decision case why", "a receipt")
        assert TIME.fullmatch(receipt["received"]) and receipt["state"] == "done", receipt
    by_id = {r["message_id"]: r for r in receipts}
    receipt = by_id[mails.message_id(first)]
    assert receipt["decision"] == "request" and receipt["case"] in (1, desk.case()["number"]), receipt
    for what in (receipt["message_id"], f"<{receipt['message_id']}>", receipt["sha256"], receipt["sha256"][:8]):
        shown = desk.json("mail", "show", what)
        assert (shown[0] if isinstance(shown, list) else shown)["sha256"] == receipt["sha256"], what
    assert isinstance(desk.json("mail", "show", "1"), (dict, list))
    assert desk.json("mail", "list", "--state", "quarantined") == []
    assert len(desk.json("mail", "list", "--state", "done")) == 2
    said = desk.run("mail", "show", "nothing@example", status=66)
    assert "nothing@example" in said.err


def test_case_commands(t):
    """take, note, ask, answer, hand-on, close, reopen at the console move the case as mail does"""
    desk, _, _ = complete_case(t)
    steps = (("note", ("1", "--text", "een nota"), "open", 0),
             ("ask", ("1", "--text", "Welke dag?"), "waiting", 1),
             ("answer", ("1", "--text", "Goedgekeurd."), "answered", 1),
             ("close", ("1",), "closed", None),
             ("reopen", ("1",), "open", 1),
             ("hand-on", ("1", "pay"), "open", 0))
    for verb, args, state, told in steps:
        said = desk.run("case", verb, *args, status=None)
        if said.status == 64 and "--text" in args: # the text may come on standard input
            said = desk.run("case", verb, "1", input=args[-1] + "\n", status=None)
        assert said.status == 0, f"case {verb}: {said.status} {said.err}"
        desk.notifier()
        assert desk.case()["state"] == state, f"after {verb}: {desk.case()['state']}"
        new = desk.new(JAN)
        assert told is None or len(new) == told, f"after {verb}: {[m['Subject'] for m in new]}"
        for mail in new:
            assert mail["Auto-Submitted"] == "auto-generated", mail["Auto-Submitted"]
    case = desk.case()
    assert case["team"] == "pay"
    assert {"command"} == {e["way"] for e in case["events"]} - {"mail", "desk"}, case["events"]


def test_impossible_move(t):
    """A move that the state does not allow changes nothing and says so"""
    desk, _, _ = complete_case(t)
    desk.run("case", "close", "1")
    before = desk.case()
    said = desk.run("case", "close", "1", status=None)
    assert said.status == 65 and said.err, (said.status, said.err)
    assert desk.case() == before


def test_forms(t):
    """form list, show, template and check"""
    desk = t.desk(people=None)
    ids = {f["id"] for f in desk.json("form", "list")}
    assert {"absence-parental", "question", "hr-entry", "exit-pension"} <= ids and len(ids) > 29, ids
    form = desk.form("absence-parental")
    for field in form["fields"]:
        has_keys(field, "id type required label", "a field")
    types = {f["id"]: f["type"] for f in form["fields"]}
    assert {"child": "text", "born": "date", "start": "date", "end": "date"}.items() <= types.items(), types
    assert [d["kind"] for d in form["documents"]] == ["geboorteattest"], form["documents"]
    desk.run("form", "show", "nothing", status=66)
    text = desk.run("form", "template", "absence-parental", "--language", "fr").out
    assert "Formulaire" in text and "(absence-parental)" in text, text
    link = desk.run("form", "template", "absence-parental", "--as", "mailto").out.strip()
    assert link.startswith("mailto:desk") and "%0D%0A" in link and " " not in link, link
    draft = mails.parse(desk.run("form", "template", "absence-parental", "--as", "eml").out.encode())
    assert draft["X-Unsent"] == "1" and draft["Subject"].startswith("[absence-parental]"), draft.items()
    good = desk.folder / "home-made.yaml"
    good.write_text("id: home-made\ntitle: [\n")
    said = desk.run("form", "check", good, status=65)
    assert re.search(r"home-made\.yaml:\d+:\d+", said.err + said.out), said.err + said.out
    good.unlink()


def test_broken_form_folder(t):
    """A desk does not start with a broken form: file, line, column and the mistake"""
    desk = t.desk({"Desk": {"Forms": "forms"}}, people=None)
    (desk.folder / "forms").mkdir()
    (desk.folder / "forms" / "broken.yaml").write_text("id: broken\ncategory: absence\ntitle: nonsense\n")
    for command in (("gateway", "--once"), ("run",)):
        said = desk.run(*command, status=None, timeout=20)
        assert said.status in (65, 78), (command, said.status, said.err)
        assert re.search(r"broken\.yaml:\d+:\d+", said.err), said.err
    (desk.folder / "forms" / "broken.yaml").unlink()
    desk.gateway()


def test_ingest(t):
    """ingest takes .eml, mbox, Maildir, a folder and standard input; the same bytes count once"""
    desk = t.desk()
    texts = iter(range(100))
    def one():
        return free_mail(text=f"Ik heb mijn fiscale fiche {next(texts)} niet gekregen.")
    (desk.folder / "a.eml").write_bytes(one())
    box = mailbox.mbox(desk.folder / "b.mbox")
    box.add(one()), box.add(one()), box.close()
    maildir = mailbox.Maildir(desk.folder / "c", create=True)
    maildir.add(one())
    (desk.folder / "d").mkdir()
    (desk.folder / "d" / "1.eml").write_bytes(one())
    for path, count in (("a.eml", 1), ("b.mbox", 3), ("c", 4), ("d", 5)):
        desk.run("ingest", desk.folder / path)
        assert len(desk.receipts()) == count, f"after {path}: {len(desk.receipts())}"
    desk.run("ingest", "-", input=one())
    if any(r["state"] == "received" for r in desk.receipts()):
        desk.gateway()
    assert len(desk.cases()) == 6, desk.receipts()
    assert {r["mailbox"] for r in desk.receipts()} == {"ingest"}
    desk.run("ingest", "-", input=(desk.folder / "a.eml").read_bytes())
    if any(r["state"] == "received" for r in desk.receipts()):
        desk.gateway()
    assert len(desk.cases()) == 6
    last = desk.receipts()[-1]
    assert (last["decision"], last["why"]) == ("ignored", "duplicate"), last
    said = desk.run("ingest", desk.folder / "nothing.eml", status=66)
    assert "nothing.eml" in said.err


def test_ingest_later(t):
    """ingest of standard input says 75 when it cannot keep the mail now"""
    desk = t.desk(people=None)
    desk.configure({"Store": {"Database": "sqlite:nowhere/desk.db"}})
    said = desk.run("ingest", "-", input=free_mail(), status=75)
    assert "nowhere" in said.err, said.err


def test_explain(t):
    """explain says what would be made of a mail, and changes nothing"""
    desk = t.desk()
    path = desk.folder / "mail.eml"
    path.write_bytes(free_mail())
    import json
    lines = desk.run("explain", path).out.splitlines()
    found = json.loads(lines[0])
    assert len(lines) == 1
    has_keys(found, "file size sha256 message_id in_reply_to references date from reply_to to cc subject text "
             "reply attachments messages forward automatic bounces signed authenticated decision form "
             "language answers documents problems warnings", "explain")
    assert (found["decision"], found["form"]) == ("request", "pay-tax-statement"), found
    assert found["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found["from"] == [{"name": "", "address": JAN}], found["from"]
    assert desk.cases() == [] and desk.receipts() == []
    out = desk.run("explain", "-", input=free_mail(), config=False).out
    assert json.loads(out)["decision"] == "request"
    assert "nothing.eml" in desk.run("explain", desk.folder / "nothing.eml", status=66).err


def test_person_import(t):
    """person import: all or nothing, each wrong line said, repeatable, who is gone has left"""
    desk = t.desk()
    assert len(desk.json("person", "list")) == len(PEOPLE.splitlines()) - 1
    wrong = desk.folder / "wrong.csv"
    wrong.write_text(PEOPLE + "3001,No Address,,MINFIN,nl,,employee,,\n"
                     "1001,Double,double@minfin.example,MINFIN,nl,,employee,,\n"
                     "3002,Unknown Role,role@minfin.example,MINFIN,nl,,king,,\n"
                     "3003,Good One,good@minfin.example,MINFIN,nl,,employee,,\n")
    said = desk.run("person", "import", wrong, status=65)
    first = len(PEOPLE.splitlines()) + 1
    for line in (first + 1, first + 2):
        assert re.search(rf"\b{line}\b", said.err), f"line {line} is not said:\n{said.err}"
    assert "king" in said.err
    assert not any(p["number"] == "3003" for p in desk.json("person", "list")), "half of it was taken"
    rows = list(csv.DictReader(io.StringIO(PEOPLE)))
    changed = desk.folder / "changed.csv"
    with open(changed, "w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, ["name", "number", *[k for k in rows[0] if k not in ("name", "number")]])
        writer.writeheader()
        writer.writerows({**r, "name": "Jan P. Peeters"} if r["number"] == "1001" else r
                         for r in rows if r["number"] != "1004")
    desk.run("person", "import", changed)
    desk.run("person", "import", changed)
    assert desk.json("person", "show", "1001")["name"] == "Jan P. Peeters"
    desk.send("eve@minfin.example", "vraag", "Where is my tax statement?")
    desk.gateway()
    assert desk.cases() == [], "somebody who left is still served"
    desk.run("person", "import", desk.folder / "nothing.csv", status=66)
    (desk.folder / "header.csv").write_text("number,naam\n1,x\n")
    desk.run("person", "import", desk.folder / "header.csv", status=65)
    assert desk.run("person", "show", "9999", status=66).err


def test_many_people(t):
    """20,000 people are imported in seconds"""
    desk = t.desk(people=None)
    with open(desk.folder / "many.csv", "w", encoding="utf-8") as f:
        f.write("number,name,addresses,organisation,language,manager,roles,teams\n")
        for i in range(20_000):
            f.write(f"{100000 + i},Person {i},p{i}@minfin.example,MINFIN,nl,,,\n")
    began = time.monotonic()
    desk.run("person", "import", desk.folder / "many.csv")
    assert time.monotonic() - began < 20
    assert desk.json("person", "show", "119999")["name"] == "Person 19999"


def test_init(t):
    """init writes a configuration with comments and a secret nobody else reads, and never overwrites"""
    desk = t.desk(people=None)
    folder = desk.folder / "new"
    folder.mkdir()
    desk.run("init", config=False, cwd=folder)
    conf, secret = folder / "desk.conf", folder / "secret"
    assert conf.exists() and "#" in conf.read_text(), list(folder.iterdir())
    assert secret.stat().st_mode & 0o777 == 0o600 and len(secret.read_bytes()) >= 32
    before = conf.read_text(), secret.read_bytes()
    said = desk.run("init", config=False, cwd=folder, status=73)
    assert "desk.conf" in said.err, said.err
    conf.rename(folder / "kept.conf")
    said = desk.run("init", config=False, cwd=folder, status=73)
    assert "secret" in said.err and not conf.exists(), said.err
    assert ((folder / "kept.conf").read_text(), secret.read_bytes()) == before


def test_check(t):
    """check: 0 when all is well, else 1 and a line for each finding with what to do"""
    desk = t.desk()
    said = desk.run("check", status=None)
    assert said.status == 0, said.out + said.err
    desk.secret("imap.password", "wrong")
    said = desk.run("check", status=1)
    assert "inbox" in said.out + said.err
    desk.secret("imap.password", "secret")
    desk.configure({"Team hr": None})
    said = desk.run("check", status=1)
    assert re.search(r"\bhr\b", said.out + said.err), said.out + said.err
    found = desk.run("check", "--json", status=1).out
    assert "hr" in found


def test_verify_and_reconcile(t):
    """verify and reconcile: 0 when all is well; verify finds a changed byte"""
    desk, _, _ = tax_case(t)
    desk.run("verify")
    raw, *_ = sorted(p for p in (desk.folder).rglob("*") if p.is_file() and "raw" in p.parent.name)
    data = bytearray(raw.read_bytes())
    data[len(data) // 2] ^= 1
    raw.write_bytes(data)
    said = desk.run("verify", status=1)
    assert said.out or said.err


def test_configuration_mistakes(t):
    """A mistake in the configuration: 78, with the group, the key, what was read and what is expected"""
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
    for args in ((), ("nonsense",), ("case",), ("case", "nonsense"), ("gateway", "--nonsense"), ("mail", "show"),
                 ("case", "list", "--limit", "many")):
        said = desk.run(*args, status=64)
        assert "help" in said.err and not said.out, f"{args}: {said.err!r} {said.out!r}"
    for args in (("--help",), ("case", "--help"), ("gateway", "--help"), ("notifier", "--help"),
                 ("person", "--help"), ("form", "--help"), ("outbox", "--help"), ("held", "--help"),
                 ("quarantine", "--help"), ("check", "--help"), ("init", "--help"), ("ingest", "--help"),
                 ("explain", "--help"), ("run", "--help"), ("demo", "--help"), ("mail", "--help")):
        said = desk.run(*args, config=False)
        assert "persocontact" in said.out, args
        assert all(len(line) <= 80 for line in said.out.splitlines()), f"{args}: wider than 80 columns"
    assert "0." in desk.run("--version", config=False).out


def test_config_anywhere(t):
    """--config stands anywhere; else $PERSOCONTACT_CONFIG, else ./desk.conf"""
    desk, _, _ = tax_case(t)
    for args in (("--config", desk.conf, "case", "list", "--json"), ("case", "--config", desk.conf, "list", "--json"),
                 ("case", "list", "--json", "--config", desk.conf), (f"--config={desk.conf}", "case", "list", "--json")):
        assert "PC-" in desk.run(*args, config=False).out, args
    assert "PC-" in desk.run("case", "list", "--json", config=False, cwd=desk.folder).out
    assert "PC-" in desk.run("case", "list", "--json", config=False,
                             env={"PERSOCONTACT_CONFIG": str(desk.conf)}).out


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
    import contextlib
    import sqlite3
    desk, _, _ = tax_case(t)
    with contextlib.closing(sqlite3.connect(desk.folder / "desk.db")) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version:
            db.execute("PRAGMA user_version = 9999")
        else:
            table, = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'"
                                               " AND name IN ('schema', 'version', 'schema_version', 'meta')")]
            column = db.execute(f"PRAGMA table_info({table})").fetchall()[0][1]
            db.execute(f"UPDATE {table} SET {column} = 9999")
        db.commit()
    before = (desk.folder / "desk.db").read_bytes()
    for command in (("gateway", "--once"), ("notifier", "--once"), ("case", "list")):
        said = desk.run(*command, status=None)
        assert said.status not in (0, 70) and ("newer" in said.err or "9999" in said.err), (said.status, said.err)
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
    import os
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


def test_outbox_list(t):
    """outbox list: what is owed, or of a state, with what is known of it"""
    desk = t.desk()
    tax_mail(desk)
    desk.gateway()
    owed = desk.outbox()
    assert len(owed) == 2
    for notice in owed:
        has_keys(notice, "id case kind to state tries next why message_id", "a notice")
        assert notice["state"] == "owed" and TIME.fullmatch(notice["next"]), notice
    assert desk.outbox("sent") == []
    desk.notifier()
    assert desk.outbox() == [] and len(desk.outbox("sent")) == len(desk.outbox("all")) == 2
    desk.run("outbox", "list", "--state", "nonsense", status=64)


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
    desk.run("quarantine", "drop", receipt["sha256"], "--why", "te groot")
    assert desk.json("quarantine", "list") == []


def test_demo_once(t):
    """demo --once plays a request through, with no server, and leaves nothing behind"""
    desk = t.desk(people=None)
    said = desk.run("demo", "--once", config=False, timeout=60)
    assert re.search(r"PC-\d{4}-\d{6}", said.out) and "/r/" in said.out, said.out[-2000:]


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
