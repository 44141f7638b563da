"""What is taken from files: mails, people, and a desk's own first files."""
import csv
import hashlib
import http.client
import io
import json
import mailbox
import re
import time

from lib import mails
from lib.common import wait_for
from lib.desk import JAN, PEOPLE
from lib.given import free_mail, has_keys


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
    assert all(r["mailbox"].startswith("ingest") for r in desk.receipts()), desk.receipts()
    desk.run("ingest", "-", input=(desk.folder / "a.eml").read_bytes())
    if any(r["state"] == "received" for r in desk.receipts()):
        desk.gateway()
    assert len(desk.cases()) == 6
    last = desk.receipts()[-1]
    assert (last["decision"], last["why"]) == ("ignored", "duplicate"), last
    said = desk.run("ingest", desk.folder / "nothing.eml", status=66)
    assert "nothing.eml" in said.err


def test_explain(t):
    """explain says what would be made of a mail, and changes nothing"""
    desk = t.desk()
    path = desk.folder / "mail.eml"
    path.write_bytes(free_mail())
    lines = desk.run("explain", path).out.splitlines()
    found = json.loads(lines[0])
    assert len(lines) == 1
    has_keys(found, "file size sha256 message_id in_reply_to references date from reply_to to cc "
             "subject text reply attachments messages forward automatic bounces signed "
             "authenticated decision form language answers documents problems warnings", "explain")
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
    numbers = {p["number"] for p in desk.json("person", "list")}
    assert "3003" not in numbers, "half of it was taken"
    rows = list(csv.DictReader(io.StringIO(PEOPLE)))
    changed = desk.folder / "changed.csv"
    with open(changed, "w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, sorted(rows[0])) # the columns in another order
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
    assert "9999" in desk.run("person", "show", "9999", status=65).err


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
    """init writes a configuration with comments and a secret of one's own, and never overwrites"""
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


def test_demo_stays(t):
    """After the play the demo answers what is dropped into its mailbox, and its links open"""
    desk = t.desk(people=None)
    folder = desk.folder / "play"
    process = desk.start("demo", "--dir", folder)
    wait_for("the play is over", lambda: "Ctrl-C" in process.errors.read_text(), 60)
    (folder / "inbox" / "new" / "mine").write_bytes(mails.compose(
        "luc.dubois@finance.example", "desk@desk.example", "question",
        "Bonjour, je n'ai pas reçu ma fiche fiscale 2025.").as_bytes())
    found = wait_for("it is answered", lambda: list(
        (folder / "outgoing").glob("*-acknowledgement-PC-*-000005.eml")), 30)
    mail = mails.parse(found[0].read_bytes())
    host, port, path = re.search(r"http://([\d.]+):(\d+)(/r/[a-z2-7]{26})", mails.plain(mail)).groups()
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    connection.request("GET", path, headers={"Accept-Language": "fr"})
    answer = connection.getresponse()
    assert answer.status == 200 and "<form" in answer.read().decode()
    connection.close()
    desk.stop(process)


def test_demo_once(t):
    """demo --once plays a request through, with no server, and leaves nothing behind"""
    desk = t.desk(people=None)
    said = desk.run("demo", "--once", config=False, timeout=60)
    assert re.search(r"PC-\d{4}-\d{6}", said.out) and "/r/" in said.out, said.out[-2000:]
