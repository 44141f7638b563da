"""The commands people type, their JSON and their exit statuses, as the contract has them."""
import hashlib
import json
import re

from lib import mails
from lib.desk import DINA, JAN, MARIE
from lib.given import complete_case, has_keys, parental_mail, tax_case, tax_mail

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# The fixed fields of forms and their types.
TYPES = {"date": "start end born from to as-of expected until pension-date",
         "month": "month", "year": "year", "number": "days", "amount": "amount",
         "percentage": "percentage", "fraction": "fraction", "iban": "iban",
         "choice": "regime from-age absence extent day-off",
         "yes-no": "duplicate multiple premium", "national-number": "national-number",
         "person": "employee",
         "text": "child patient persons holder place service reason subject question comment "
                 "allowance employer relation grade period name"}
DOCUMENTS = """loonfiche; dienstattest; attest gezinssamenstelling; overeenkomst; bankattest;
contract; benoeming tot stagiair; medisch attest; geboorteattest; formulier c61;
attest behandelende arts; bewijs zwaar beroep; attest; beslissing pensioendienst; benoemingsbesluit; besluit"""
STATES = ("received incomplete awaiting-approval open assigned waiting answered closed redirected "
          "refused withdrawn").split()


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
        has_keys(case, "number state form subject team assignee requester employee opened changed",
                 "a case")
        has_keys(case["requester"], "number name address", "a requester")
        has_keys(case["employee"], "number name address", "an employee")
        assert TIME.fullmatch(case["opened"]) and TIME.fullmatch(case["changed"]), case
        assert case["state"] in STATES and re.fullmatch(r"PC-\d{4}-\d{6}", case["number"]), case
        assert case["assignee"] is None, case["assignee"]
    for args, count in ((("--state", "open"), 1), (("--state", "incomplete"), 1),
                        (("--state", "closed"), 0),
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
    has_keys(case, "number state form subject team assignee requester employee opened changed "
             "answers problems documents mails events held", "a case")
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
    for number in ("99", "PC-1999-000001", "nonsense"):
        said = desk.run("case", "show", number, status=65)
        assert number in said.err and not said.out, (number, said.err, said.out)
    desk.run("case", "show", status=64)


def test_case_export(t):
    """case export: every mail, every document, case.json"""
    desk, ack, _ = complete_case(t)
    desk.run("case", "export", "1", desk.folder / "export")
    files = [p for p in (desk.folder / "export").rglob("*") if p.is_file()]
    exported, = [p for p in files if p.name == "case.json"]
    said = desk.run("case", "export", "1", desk.folder / "export", status=73)
    assert "not empty" in said.err and "export" in said.err, said.err
    assert files == [p for p in (desk.folder / "export").rglob("*") if p.is_file()], "written over"
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
        has_keys(receipt, "sha256 message_id mailbox uid received state decision case why",
                 "a receipt")
        assert TIME.fullmatch(receipt["received"]) and receipt["state"] == "done", receipt
    by_id = {r["message_id"]: r for r in receipts}
    receipt = by_id[mails.message_id(first)]
    assert receipt["decision"] == "request" and receipt["case"] == desk.case()["number"], receipt
    message_id, sha256 = receipt["message_id"], receipt["sha256"]
    for what in (message_id, f"<{message_id}>", sha256, sha256[:8]):
        shown = desk.json("mail", "show", what)
        assert (shown[0] if isinstance(shown, list) else shown)["sha256"] == receipt["sha256"], what
    assert isinstance(desk.json("mail", "show", "1"), (dict, list))
    assert desk.json("mail", "list", "--state", "quarantined") == []
    assert len(desk.json("mail", "list", "--state", "done")) == 2
    said = desk.run("mail", "show", "nothing@example", status=65)
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


def test_fixed_fields(t):
    """Every fixed field has its type, every fixed kind of document is there, in lower case"""
    desk = t.desk(people=None)
    expected = {field: kind for kind, fields in TYPES.items() for field in fields.split()}
    wrong, seen, kinds = [], set(), set()
    for form in desk.json("form", "list"):
        shown = desk.form(form["id"])
        kinds |= {d["kind"] for d in shown["documents"]}
        for field in shown["fields"]:
            seen.add(field["id"])
            kind = expected.get(field["id"])
            if field["id"] == "change": # a choice of the household, else text
                kind = "choice" if form["id"] == "data-household" else "text"
            if kind and field["type"] != kind:
                wrong.append(f"{form['id']}: {field['id']} is {field['type']}, expected {kind}")
    assert not wrong, "; ".join(wrong)
    assert not set(expected) - {"comment"} - seen, set(expected) - seen
    fixed = {kind.strip() for kind in DOCUMENTS.split(";")}
    assert fixed <= kinds, f"{sorted(fixed - kinds)} are missing among {sorted(kinds)}"


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
    assert {"absence-parental", "question", "hr-entry", "exit-pension"} <= ids, ids
    assert len(ids) > 29, ids # redirects are forms too
    form = desk.form("absence-parental")
    for field in form["fields"]:
        has_keys(field, "id type required label", "a field")
    types = {f["id"]: f["type"] for f in form["fields"]}
    expected = {"child": "text", "born": "date", "start": "date", "end": "date"}
    assert expected.items() <= types.items(), types
    assert [d["kind"] for d in form["documents"]] == ["geboorteattest"], form["documents"]
    desk.run("form", "show", "nothing", status=65)
    text = desk.run("form", "template", "absence-parental", "--language", "fr").out
    assert "Formulaire" in text and "(absence-parental)" in text, text
    link = desk.run("form", "template", "absence-parental", "--as", "mailto").out.strip()
    assert link.startswith("mailto:desk") and "%0D%0A" in link and " " not in link, link
    draft = desk.run("form", "template", "absence-parental", "--as", "eml").out
    draft = mails.parse(draft.encode())
    assert draft["X-Unsent"] == "1", draft.items()
    assert draft["Subject"].startswith("[absence-parental]"), draft["Subject"]
    good = desk.folder / "home-made.yaml"
    good.write_text("id: home-made\ntitle: [\n")
    said = desk.run("form", "check", good, status=65)
    assert re.search(r"home-made\.yaml:\d+:\d+", said.err + said.out), said.err + said.out
    good.unlink()


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
    desk.run("reconcile")
    raw, *_ = sorted(p for p in (desk.folder).rglob("*") if p.is_file() and "raw" in p.parent.name)
    data = bytearray(raw.read_bytes())
    data[len(data) // 2] ^= 1
    raw.write_bytes(data)
    said = desk.run("verify", status=1)
    assert said.out or said.err


def test_config_anywhere(t):
    """--config stands anywhere; else $PERSOCONTACT_CONFIG, else ./desk.conf"""
    desk, _, _ = tax_case(t)
    for args in (("--config", desk.conf, "case", "list", "--json"),
                 ("case", "--config", desk.conf, "list", "--json"),
                 ("case", "list", "--json", "--config", desk.conf),
                 (f"--config={desk.conf}", "case", "list", "--json")):
        assert "PC-" in desk.run(*args, config=False).out, args
    assert "PC-" in desk.run("case", "list", "--json", config=False, cwd=desk.folder).out
    assert "PC-" in desk.run("case", "list", "--json", config=False,
                             env={"PERSOCONTACT_CONFIG": str(desk.conf)}).out


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
