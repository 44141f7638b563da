"""HR forwards many attestations in one mail."""
import hashlib
import io
import pathlib
import random
import re
import signal
import unicodedata
import zipfile

from lib import mails, pdfs
from lib.desk import ADDRESS, GRETA, HUGO, JAN, MARIE, PEOPLE
from lib.given import ABSENCE, PARENTAL, choice
from test_portal import Browser, link_of, open_portal

OTHERS = PEOPLE + """1101,Luc Janssens,luc@minfin.example,MINFIN,nl,1005,employee,,
1102,Luc Janssens,luc2@minfin.example,MINFIN,nl,1005,employee,,
1103,Els Van der Straeten,els@minfin.example,MINFIN,nl,1005,employee,,
1104,Anne-Françoise D'Hondt,anne@minfin.example,MINFIN,fr,1005,employee,,
5001,Piet Elders,piet@other.example,OTHER,nl,,employee,,
"""
PDF = "application/pdf"
ELSEWHERE = {"Organisation OTHER": {"Name": "Elders", "Domains": "other.example"}}


def attest(name, text=None):
    return (name, PDF, mails.pdf(text or name))


def bulk_case(desk):
    return next(c for c in desk.cases() if c["form"] == "hr-attestations")


def filed(desk, number):
    """The cases of an employee, and their documents' names."""
    found = [desk.case(c["number"]) for c in desk.cases()
             if c["employee"]["number"] == number and c["form"] != "hr-attestations"]
    return found, [d["name"] for c in found for d in c["documents"]]


def left(digest):
    """The numbered lines of a digest: {file: (number, reason)}."""
    lines = re.findall(r"^(\d+): (.+)\n    (.+)$", mails.plain(digest), re.M)
    return {name: (int(n), why) for n, name, why in lines}


def zipped(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def test_file_names(t):
    """Numbers and names in file names; one digest, one mail a person; the same again: nothing"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    files = [attest("Peeters_Jan_1001_medisch.pdf"), attest("jan-peeters 2.pdf"),
             attest("dubois marie attest.pdf"), attest("vanderstraeten_els.pdf"),
             attest("D Hondt Anne Francoise 23-11-2026.pdf"), attest("Jansens_Luk.pdf"),
             attest("Janssens_Luc.pdf"), attest("scan0001.pdf")]
    desk.send(HUGO, "attesten", "In bijlage de attesten van deze week.", files=files)
    desk.step()
    assert bulk_case(desk)["state"] == "waiting", bulk_case(desk)
    cases, names = filed(desk, "1001")
    assert sorted(names) == ["Peeters_Jan_1001_medisch.pdf", "jan-peeters 2.pdf"], names
    assert {c["form"] for c in cases} == {"absence-attestation"}, cases
    assert {c["state"] for c in cases} == {"incomplete"}, cases
    for number, name in (("1002", "dubois marie attest.pdf"), ("1103", "vanderstraeten_els.pdf"),
                         ("1104", "D Hondt Anne Francoise 23-11-2026.pdf")):
        assert filed(desk, number)[1] == [name], (number, filed(desk, number)[1])
    digest = desk.one(HUGO)
    assert sorted(left(digest)) == ["Jansens_Luk.pdf", "Janssens_Luc.pdf", "scan0001.pdf"]
    assert "1101" in left(digest)["Janssens_Luc.pdf"][1], left(digest)
    told = desk.one(JAN)
    assert all(n in mails.plain(told) for n in names), mails.plain(told)
    desk.one(MARIE)
    desk.none(ABSENCE)
    desk.send(HUGO, "attesten", "Nog eens.", files=files[:5])
    desk.step()
    again = desk.one(HUGO)
    assert not left(again) and "Hadden wij al" in mails.plain(again), mails.plain(again)
    desk.none(JAN, MARIE)
    assert len(filed(desk, "1001")[1]) == 2
    assert [c["state"] for c in desk.cases() if c["form"] == "hr-attestations"] == [
        "closed", "waiting"]


def test_settled_by_reply(t):
    """A reply settles some, leaves the rest; the last closes the bulk"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    desk.send(HUGO, "attesten", "Zie bijlagen.", files=[
        attest("Janssens_Luc.pdf"), attest("scan1.pdf"), attest("scan2.pdf"),
        attest("mulller greta.pdf")])
    desk.step()
    digest = desk.one(HUGO)
    number = {name: n for name, (n, _) in left(digest).items()}
    assert len(number) == 4, mails.plain(digest)
    desk.reply(digest, HUGO, f"{number['Janssens_Luc.pdf']}: 1102\n"
                             f"{number['scan1.pdf']}: 5001\n{number['scan2.pdf']}: drop\n")
    desk.step()
    second = desk.one(HUGO)
    assert sorted(left(second)) == ["mulller greta.pdf", "scan1.pdf"], mails.plain(second)
    assert filed(desk, "1102")[1] == ["Janssens_Luc.pdf"] and not filed(desk, "1101")[1]
    assert not filed(desk, "5001")[1], "an attestation went to another organisation"
    desk.reply(second, HUGO, f"{number['scan1.pdf']}: Jan Peeters\n"
                             f"{number['mulller greta.pdf']}: Greta Müller")
    desk.step()
    assert filed(desk, "1001")[1] == ["scan1.pdf"] and filed(desk, "1003")[1]
    assert bulk_case(desk)["state"] == "closed", bulk_case(desk)
    assert not left(desk.one(HUGO))
    assert GRETA in desk.one(GRETA)["To"]


def test_list(t):
    """A CSV list says whose each file is, in other languages and windows-1252, too"""
    for name, head, encoding in (("nl", "sep=;\r\nbestand;personeelsnummer;opmerking", "utf-8"),
                                 ("fr", "nom,fichier", "windows-1252")):
        t.servers.clear()
        desk = t.desk(ELSEWHERE, people=OTHERS, name=name)
        rows = (["a.pdf;1002;x", "b.pdf;1101;", "weg.pdf;1001;"] if name == "nl" else
                ["Marie Dubois,a.pdf", "Anne-Françoise D'Hondt,c.pdf", "Jan Peeters,weg.pdf"])
        listed = ("\r\n".join([head] + rows) + "\r\n").encode(encoding)
        desk.send(HUGO, "Attesten", "Met lijst.", files=[
            ("lijst.csv", "text/csv", listed), attest("a.pdf"), attest("b.pdf"), attest("c.pdf")])
        desk.step()
        assert filed(desk, "1002")[1] == ["a.pdf"], filed(desk, "1002")
        assert filed(desk, "1101" if name == "nl" else "1104")[1]
        digest = desk.one(HUGO)
        assert len(left(digest)) == 1 and "weg.pdf" in mails.plain(digest), mails.plain(digest)


def test_forwarded(t):
    """Attached mails, each with its own files, and the employee who wrote is the one"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    mail = mails.compose(HUGO, ADDRESS, "Attesten", "Doorgestuurd.")
    for sender, name in ((JAN, "scan.pdf"), (MARIE, "scan.pdf"), (GRETA, "Dubois_Marie.pdf")):
        mail.add_attachment(mails.compose(sender, HUGO, "mijn attest", "Zie bijlage.", files=[
            attest(name, sender)]))
    desk.send_mail(mail)
    desk.step()
    assert filed(desk, "1001")[1] == ["scan.pdf"] and filed(desk, "1002")[1] == ["scan.pdf"]
    assert not filed(desk, "1003")[1], "what contradicts itself was placed"
    assert list(left(desk.one(HUGO))) == ["Dubois_Marie.pdf"]


def test_zip(t):
    """A ZIP is opened: its files go to their cases, and can be had from there"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    jan, marie = mails.pdf("of Jan") * 50, mails.pdf("of Marie")
    inner = zipped([("Peeters_Jan.pdf", b"%PDF-1.4 inner")])
    data = zipped([("map/Peeters_Jan.pdf", jan), ("map/Dubois_Marie.pdf", marie),
                   ("leeg_1003.pdf", b""), ("in.zip", inner), ("setup_1003.exe", b"MZ" * 99),
                   ("bom_1003.pdf", bytes(40_000_000)), ("__MACOSX/._x", b"x")])
    desk.send(HUGO, "attesten", "In een zip.", files=[("a.zip", "application/zip", data)])
    desk.step()
    cases, names = filed(desk, "1001")
    assert names == ["Peeters_Jan.pdf"], names
    assert cases[0]["documents"][0]["sha256"] == hashlib.sha256(jan).hexdigest()
    out = pathlib.Path(desk.folder) / "export"
    desk.run("case", "export", cases[0]["number"], str(out))
    assert any(p.read_bytes() == jan for p in out.iterdir()), list(out.iterdir())
    assert filed(desk, "1002")[1] == ["Dubois_Marie.pdf"] and not filed(desk, "1003")[1]
    why = left(desk.one(HUGO))
    assert sorted(why) == ["bom_1003.pdf", "in.zip", "leeg_1003.pdf", "setup_1003.exe"], why
    for name, word in (("bom_1003.pdf", "te groot"), ("in.zip", "ZIP in een ZIP"),
                       ("leeg_1003.pdf", "leeg"), ("setup_1003.exe", "programma")):
        assert word in why[name][1], why[name]


def test_bad_files(t):
    """A broken ZIP, an encrypted one, a list without its columns, people elsewhere: each is told"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    closed = bytearray(zipped([("Peeters_Jan.pdf", b"secret")]))
    closed[6] |= 1
    at = closed.find(b"PK\1\2")
    closed[at + 8] |= 1
    desk.send(HUGO, "attesten", "Van alles.", files=[
        ("kapot.zip", "application/zip", b"PK\3\4" + b"x" * 200),
        ("dicht.zip", "application/zip", bytes(closed)),
        ("lijst.csv", "text/csv", b"foo;bar\n1;2\n"),
        attest("elders_5001.pdf"), attest("99999999.pdf"), attest("Peeters_Jan_1002.pdf"),
        attest("dubois_marie.pdf")])
    desk.step()
    digest = desk.one(HUGO)
    why = left(digest)
    for name, word in (("kapot.zip", "beschadigd"), ("Peeters_Jan.pdf", "wachtwoord"),
                       ("elders_5001.pdf", "niet bij iemand van uw organisatie"),
                       ("99999999.pdf", "Niemand heeft dit personeelsnummer"), ("Peeters_Jan_1002.pdf", "tegen")):
        assert word in why[name][1], (name, why[name])
    assert "lijst.csv: de eerste regel" in mails.plain(digest), mails.plain(digest)
    assert filed(desk, "1002")[1] == ["dubois_marie.pdf"]
    assert not filed(desk, "1001")[1] and not filed(desk, "5001")[1]


def test_wrong_lists(t):
    """A spreadsheet, no list at all, an empty one, a file twice, somebody unknown: each is told"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    sheet = zipped([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")])
    desk.send(HUGO, "attesten", "Met lijsten.", files=[
        ("lijst.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheet),
        ("leeg.csv", "text/csv", b"bestand;personeelsnummer\n"),
        ("kolommen.csv", "text/csv", b"foo;bar\n1;2\n"), ("rommel.csv", "text/csv", b"\0\1\2" * 50),
        ("lijst.csv", "text/csv", b"bestand;personeelsnummer\nb.pdf;1001\nb.pdf;1002\n"
                                  b"c.pdf;77777\nd.pdf;5001\ne.pdf;1003\n"),
        *(attest(f"{name}.pdf") for name in "abcde")])
    desk.step()
    digest = desk.one(HUGO)
    why = left(digest)
    for name, word in (("lijst.xlsx", "bewaar ze dan als CSV"), ("a.pdf", "geen naam"),
                       ("b.pdf", "twee keer"), ("c.pdf", "Niemand heeft dit"),
                       ("d.pdf", "niet bij iemand van uw organisatie")):
        assert word in why.pop(name)[1], (name, mails.plain(digest))
    assert not why and filed(desk, "1003")[1] == ["e.pdf"], why
    for line in ("leeg.csv: de lijst is leeg", "kolommen.csv: de eerste regel", "rommel.csv: "):
        assert line in mails.plain(digest), (line, mails.plain(digest))


def test_waiting_case(t):
    """What a case waits for goes there and completes it; another kind opens its own"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    values = dict(PARENTAL["nl"])
    values["regime"] = choice(desk, "absence-parental", "regime", "full", "nl")
    desk.send(JAN, "Aanvraag", desk.fill("absence-parental", "nl", values))
    desk.step()
    desk.new(JAN)
    desk.send(HUGO, "attesten", "Zie bijlagen.", files=[
        attest("Peeters_Jan_geboorteattest.pdf"), attest("Peeters_Jan_medisch_attest.pdf")])
    desk.step()
    case = desk.case("1")
    assert case["state"] == "open", case
    assert [d["name"] for d in case["documents"]] == ["Peeters_Jan_geboorteattest.pdf"]
    assert len(filed(desk, "1001")[0]) == 2
    assert case["number"] in mails.plain(desk.one(ABSENCE))
    desk.one(JAN)
    assert bulk_case(desk)["state"] == "closed"


def test_not_verified(t):
    """HR whose address is not verified: held, nothing is placed"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    desk.send(HUGO, "attesten", "Zie.", files=[attest("Peeters_Jan.pdf"),
                                               attest("Dubois_Marie.pdf")], verdict=None)
    desk.step()
    assert not desk.cases(), desk.cases()
    assert [r["decision"] for r in desk.receipts()] == ["held"], desk.receipts()


def test_three_hundred_and_one(t):
    """300 are placed; the one too many is told of"""
    people = OTHERS + "".join(
        f"{70000 + i},Persoon {i},p{i}@minfin.example,MINFIN,nl,,employee,,\n" for i in range(301))
    desk = t.desk(ELSEWHERE, people=people)
    desk.send(HUGO, "attesten", "Veel.", files=[
        attest(f"{70000 + i}.pdf") for i in range(301)])
    desk.gateway(timeout=120)
    assert sum(c["form"] == "absence-attestation" for c in desk.cases()) == 300
    items = desk.case(bulk_case(desk)["number"])["items"]
    assert [i["name"] for i in items if i["state"] == "failed"] == ["70300.pdf"], items[-1]


def test_killed(t):
    """A gateway that dies in the middle goes on where it stopped: nothing twice, one digest"""
    people = OTHERS + "".join(
        f"{70000 + i},Persoon {i},p{i}@minfin.example,MINFIN,nl,,employee,,\n" for i in range(40))
    desk = t.desk(ELSEWHERE, people=people)
    desk.send(HUGO, "attesten", "Veel.", files=[attest(f"{70000 + i}.pdf") for i in range(40)])
    if b"bulk.item" in pathlib.Path(t.program).read_bytes():
        for count in (1, 7, 15):
            desk.run("gateway", "--once", status=-signal.SIGKILL,
                     env={"PERSOCONTACT_FAILPOINTS": f"bulk.item=crash@{count}"})
        done = sum(c["form"] == "absence-attestation" for c in desk.cases())
        assert done == 23, done
        items = desk.case(bulk_case(desk)["number"])["items"]
        assert sum(i["state"] == "waiting" for i in items) == 17, "progress is not seen"
    desk.step()
    assert sorted(c["employee"]["number"] for c in desk.cases()
                  if c["form"] == "absence-attestation") == [str(70000 + i) for i in range(40)]
    assert not left(desk.one(HUGO)) and bulk_case(desk)["state"] == "closed"
    assert sum(o["kind"] == "bulk-filed" for o in desk.outbox("all")) == 40


def test_generated(t):
    """Mails with known truth: what is placed is right, homonyms are asked about"""
    dice = random.Random(20261124)
    first = ["Zoë", "Jürgen", "Marie-Claire", "Loïc", "Fatima", "Noémie", "Björn", "Hélène"]
    last = ["Van der Straeten", "D'Hondt", "Lefèvre", "De Smet", "Maes-Peeters", "Groß"]
    people = [(str(81000000 + i), f"{f} {n}") for i, (f, n) in enumerate(
        (f, n) for f in first for n in last)] + [("82000001", "Zoë De Smet")]
    desk = t.desk(ELSEWHERE, people=OTHERS + "".join(
        f"{n},{name},p{n}@minfin.example,MINFIN,nl,,employee,,\n" for n, name in people))
    truth, files = {}, []
    for i in range(80):
        number, name = dice.choice(people)
        if i >= 60:  # nothing in its name: the document says whose it is, in its own letters
            by_number = dice.random() < 0.5
            said = (dice.choice(["Personeelsnummer: ", "Matricule : "]) + number if by_number else
                    dice.choice(["Naam: ", "Je certifie que ", "Patient : "]) + name)
            doctor = dice.choice([p for _, p in people])
            truth[f"scan{i}.pdf"] = number if by_number or name != "Zoë De Smet" else None
            files.append((f"scan{i}.pdf", PDF, pdfs.text(
                "Attest", said, f"{i}/11/2026", f"Dr. {doctor}", flate=dice.random() < 0.5)))
            continue
        plain = "".join(c for c in unicodedata.normalize("NFKD", name.replace("ß", "ss"))
                        if not unicodedata.combining(c))
        words = plain.split() if "Van" not in plain else [plain.split()[0], plain[4:].strip()]
        written = dice.choice([f"{plain}", plain.replace(" ", "_").lower(),
                               f"{' '.join(words[1:])}, {words[0]}"])
        file = dice.choice([f"{i} {written} attest 23-11-2026.pdf", f"{number}_attest_{i}.pdf",
                            f"medisch {written} {number} tel 0475 12 34 {i % 90 + 10}.pdf"])
        told = number in file or name != "Zoë De Smet"
        truth[file] = number if told else None
        files.append(attest(file))
    desk.send(HUGO, "attesten", "Gemengd.", files=files)
    desk.gateway()
    number_of = {c["number"]: c["employee"]["number"] for c in desk.cases()}
    items = desk.case(bulk_case(desk)["number"])["items"]
    placed = [i for i in items if i["case"]]
    wrong = [i for i in placed if number_of[i["case"]] != truth[i["name"]]]
    missed = [i["name"] for i in items if not i["case"] and truth[i["name"]]]
    assert not wrong, wrong
    assert len(missed) <= 3, missed


def test_inline_forward(t):
    """A forward in the text of the mail names who wrote; a line of text names whose a file is"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    desk.send(HUGO, "Fwd: mijn attesten", "scan2.pdf: 1002\n\n"
              "---------- Forwarded message ---------\nVan: Jan Peeters <jan@minfin.example>\n"
              "Date: ma 23 nov. 2026 om 10:00\nSubject: mijn attesten\nTo: <hugo@minfin.example>\n"
              "\nDag Hugo, zie bijlage.\n", files=[attest("scan1.pdf"), attest("scan2.pdf")])
    desk.step()
    assert filed(desk, "1001")[1] == ["scan1.pdf"], filed(desk, "1001")
    assert filed(desk, "1002")[1] == ["scan2.pdf"], filed(desk, "1002")


def test_employee_completes(t):
    """The employee's mail says what is missing; a reply with that completes the case"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    desk.send(HUGO, "attesten", "Zie.", files=[attest("1001_attest.pdf"), attest("1002.pdf")])
    desk.step()
    told = desk.one(JAN)
    assert "HR-dienst" in mails.plain(told) and "1001_attest.pdf" in mails.html(told)
    label = desk.label("absence-attestation", "absence")
    assert label in mails.plain(told), mails.plain(told)
    kind = choice(desk, "absence-attestation", "absence", "illness", "nl")
    desk.reply(told, JAN, f"{label}: {kind}\n"
                          f"{desk.label('absence-attestation', 'from')}: 23/11/2026")
    desk.step()
    case = filed(desk, "1001")[0][0]
    assert case["state"] == "open", case
    assert case["number"] in mails.plain(desk.one(ABSENCE))


def test_progress(t):
    """The case of a bulk mail lists what became of each attestation"""
    desk = t.desk(ELSEWHERE, people=OTHERS)
    desk.send(HUGO, "attesten", "Zie.", files=[attest("1001_attest.pdf"), attest("scan7.pdf")])
    desk.step()
    shown = desk.run("case", "show", bulk_case(desk)["number"]).out
    assert "1001_attest.pdf" in shown and "no-name" in shown, shown
    data = desk.case(bulk_case(desk)["number"])["items"]
    assert [(i["n"], i["state"]) for i in data] == [(1, "filed"), (2, "open")], data


def test_pages(t):
    """HR's page lists each attestation; an employee's page gives the file out of the ZIP"""
    desk, port = open_portal(t, ELSEWHERE, people=OTHERS)
    jan = mails.pdf("of Jan") * 20
    desk.send(HUGO, "attesten", "Zie.", files=[("a.zip", "application/zip", zipped([
        ("1001_attest.pdf", jan), ("scan7.pdf", mails.pdf("whose"))]))])
    desk.step()
    _, page = Browser(port).enter(link_of(desk.one(HUGO)))
    assert "1: 1001_attest.pdf" in page and filed(desk, "1001")[0][0]["number"] in page, page
    assert "2: scan7.pdf – wacht op uw antwoord" in page, page
    browser = Browser(port)
    _, page = browser.enter(link_of(desk.one(JAN)))
    where = re.search(r'href="([^"]*/document/[^"]*)"', page)
    assert where, page
    assert browser.get(where[1]).body == jan
    assert "scan7" not in page


# ---- the text of a PDF ----

REGISTERED = OTHERS.replace("1002,Marie Dubois,marie@minfin.example,MINFIN,fr,1005,employee,,",
                            "1002,Marie Dubois,marie@minfin.example,MINFIN,fr,1005,employee,,"
                            "85.07.30-033.28")
READ = (  # what the PDF says, flate, whose it is
    (("Medisch attest", "Personeelsnummer: 1003", "is ziek van 1/2/2027 tot 5/2/2027"), True, "1003"),
    (("CERTIFICAT", "N° de registre national : 85.07.30-033.28"), True, "1002"),
    (("Attest", "Naam: Anne-Françoise D'Hondt", "Behandelend arts: Els Van der Straeten"), False,
     "1104"),
    (("Ik verklaar dat Eve O'Brien", "arbeidsongeschikt is.", "Dr. Jan Peeters, huisarts"), True,
     "1004"),
    (("Bescheinigung für Greta Müller", "Arzt: Dr. Wer"), False, "1003"),
)
UNREAD = {
    "twins.pdf": pdfs.text("Naam: Luc Janssens"), "typo.pdf": pdfs.text("Naam: Jan Peters"),
    "two.pdf": pdfs.text("Jan Peeters en Mia Claes"),
    "wrong.pdf": pdfs.text("Rijksregisternummer 85.07.30-033.29"),
    "foreign.pdf": pdfs.text("Personeelsnummer 5001"),
    "against.pdf": pdfs.text("Personeelsnummer 1003", "Naam: Jan Peeters"),
    "doctor.pdf": pdfs.text("Patiënt: Jan Onbekend", "De arts,", "Mia Claes"),
    "ours.pdf": pdfs.text("Ter attentie van Hugo Hendrickx"),
    "loose.pdf": pdfs.text("Dossier 1003, kamer 1004"),
    "scanned.pdf": pdfs.scanned(), "locked.pdf": pdfs.encrypted("Personeelsnummer 1003"),
    "broken.pdf": pdfs.text("Personeelsnummer 1003")[:300], "none.pdf": b"%PDF-1.4 nothing of it",
    "later.pdf": pdfs.pages([pdfs.stream(pdfs.shown(["x"]))] * 5
                            + [pdfs.stream(pdfs.shown(["Personeelsnummer 1003"]))]),
}


def test_pdf_text(t):
    """Where nothing else says whose it is, a PDF's number or whole name does; never a guess"""
    desk = t.desk(ELSEWHERE, people=REGISTERED)
    files = [(f"scan{i:03}.pdf", PDF, pdfs.text(*lines, flate=flate))
             for i, (lines, flate, _) in enumerate(READ)]
    files += [(name, PDF, data) for name, data in UNREAD.items()]
    desk.send(HUGO, "Attesten", "Zie bijlagen.", files=files)
    desk.step()
    digest = desk.one(HUGO)
    found = left(digest)
    assert sorted(found) == sorted(UNREAD), found
    assert mails.plain(digest).count("(volgens de tekst van het document)") == len(READ)
    for i, (_, _, number) in enumerate(READ):
        assert f"scan{i:03}.pdf" in filed(desk, number)[1], (i, found)
    assert "Luc Janssens (1101), Luc Janssens (1102)" in found["twins.pdf"][1], found
    (desk.folder / "again").mkdir()
    again = desk.run("replay", desk.folder / "again" / "desk.db", status=None)
    differ = [line for line in again.out.splitlines() if line.startswith("different")]
    assert not [line for line in differ if ", events:" not in line], differ  # but for the second


def test_pdf_text_comes_last(t):
    """What the list, the file name or the sender says stands; PdfText=no reads nothing"""
    other = pdfs.text("Personeelsnummer: 1003")
    files = [("Peeters_Jan.pdf", PDF, other), ("scan1.pdf", PDF, other + b"%1"),
             ("scan2.pdf", PDF, other + b"%2")]
    desk = t.desk(ELSEWHERE, people=REGISTERED)
    desk.send(HUGO, "Attesten", "Zie bijlagen.", files=files + [
        ("scan3.pdf", PDF, other + b"%3"),
        ("lijst.csv", "text/csv",
         b"bestand;personeelsnummer\nscan1.pdf;1002\nscan3.pdf;77777\n")])
    desk.step()
    assert list(left(desk.one(HUGO))) == ["scan3.pdf"]
    assert [filed(desk, n)[1] for n in ("1001", "1002", "1003")] == [
        ["Peeters_Jan.pdf"], ["scan1.pdf"], ["scan2.pdf"]]
    desk = t.desk({**ELSEWHERE, "Desk": {"PdfText": "no"}}, people=REGISTERED, name="desk2")
    desk.send(HUGO, "Attesten", "Zie bijlagen.", files=files)
    desk.step()
    assert sorted(left(desk.one(HUGO))) == ["scan1.pdf", "scan2.pdf"]


def test_pdf_harms_nobody(t):
    """A PDF that takes its reader's memory or time costs its own text, and no other's"""
    desk = t.desk(ELSEWHERE, people=REGISTERED)
    bad = {"bomb.pdf": pdfs.bomb(), "endless.pdf": pdfs.endless(), "deep.pdf": pdfs.deep(),
           "pages.pdf": pdfs.many_pages()}
    files = [(name, PDF, data) for name, data in bad.items()]
    files.insert(2, ("good.pdf", PDF, pdfs.text("Personeelsnummer 1003")))
    desk.send(HUGO, "Attesten", "Zie bijlagen.", files=files)
    done = desk.run("gateway", "--once", timeout=180)
    assert done.err.count("its text is not read") >= 2, done.err
    desk.notifier()
    assert sorted(left(desk.one(HUGO))) == sorted(bad)
    assert filed(desk, "1003")[1] == ["good.pdf"]
    assert {m["state"] for m in desk.receipts()} == {"done"}
