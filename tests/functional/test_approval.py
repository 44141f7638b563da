"""Requests that a manager must agree to."""
import datetime
from pathlib import Path

from lib import mails
from lib.desk import DINA, HUGO, JAN, MARIE, MIA, PEOPLE
from lib.given import ABSENCE, first_line


def test_approval_yes(t):
    """What needs approval waits for the manager; a yes opens it and all hear of it"""
    desk, ack, asked = approval(t)
    desk.reply(asked, MIA, "Akkoord.\nVeel succes ermee.")
    desk.step()
    assert desk.case()["state"] == "open"
    desk.one(JAN)
    desk.one(ABSENCE)


def test_approval_no(t):
    """A no refuses it, and the requester is told why"""
    desk, ack, asked = approval(t)
    desk.reply(asked, MIA, "Niet akkoord. De dienst kan u in maart niet missen.")
    desk.step()
    case = desk.case()
    assert case["state"] == "refused"
    desk.one(JAN)
    desk.none(ABSENCE)
    assert any("in maart niet missen" in e["text"] for e in case["events"]), case["events"]


def test_approval_doubt(t):
    """Both, neither or a "but" asks back and decides nothing"""
    for i, words in enumerate(("Ja, maar niet in maart.", "Daar moet ik over nadenken.")):
        desk, ack, asked = approval(t, name=f"desk{i}")
        desk.reply(asked, MIA, words)
        desk.step()
        assert desk.case()["state"] == "awaiting-approval", words
        desk.one(MIA)
        desk.none(JAN, ABSENCE)


def day(from_now):
    return (datetime.date.today() + datetime.timedelta(days=from_now)).isoformat()


def away(desk, number, *more):
    desk.run("person", "absent", number, "--from", day(-2), "--until", day(5), *more)


def test_substitute_decides(t):
    """While the manager is away the substitute is asked, and decides for them by mail"""
    desk = asked_of(t, HUGO, lambda desk: away(desk, "1005", "--substitute", "1006"))
    assert desk.case()["deputy"]["number"] == "1006"
    desk.reply(desk.asked, HUGO, "Akkoord, namens Mia.")
    desk.step()
    case = desk.case()
    assert case["state"] == "open"
    done = [(e["who"], e["what"]) for e in case["events"]]
    assert ("1006", "decided-for") in done and ("1006", "approved") in done, case["events"]
    assert [e["text"] for e in case["events"] if e["what"] == "decided-for"] == ["1005"]
    desk.one(JAN)
    desk.one(ABSENCE)


def test_manager_decides_all_the_same(t):
    """The manager's own yes counts while the substitute is asked"""
    desk = asked_of(t, HUGO, lambda desk: away(desk, "1005", "--substitute", "1006"))
    desk.send(MIA, f"Re: {desk.case()['number']}", "Akkoord.",
              headers={"In-Reply-To": desk.asked["Message-ID"],
                       "References": desk.asked["Message-ID"]})
    desk.step()
    case = desk.case()
    assert case["state"] == "open", case
    assert not [e for e in case["events"] if e["what"] == "decided-for"]


def test_substitute_never_is_the_requester(t):
    """A chain of substitutes ends with somebody who is here, and never with who asks"""
    def chain(desk):
        away(desk, "1005", "--substitute", "1006")
        away(desk, "1006", "--substitute", "1002")
    asked_of(t, MARIE, chain)
    asked_of(t, MIA, lambda desk: away(desk, "1005", "--substitute", "1001"), name="desk2")

    def round_in_circles(desk):
        away(desk, "1005", "--substitute", "1006")
        away(desk, "1006", "--substitute", "1005")
    asked_of(t, MIA, round_in_circles, name="desk3")

    def back(desk):
        away(desk, "1005", "--substitute", "1006")
        desk.run("person", "absent", "1005", "--back")
    asked_of(t, MIA, back, name="desk4")


def test_absences_of_the_list(t):
    """people.csv says who is away; what is wrong with it is named, and changes nothing"""
    desk = t.desk()
    lines = PEOPLE.strip().splitlines()
    lines = [lines[0] + ",absent_from,absent_until,substitute"] + [x + ",,," for x in lines[1:]]
    lines[5] = lines[5][:-3] + f",{day(-1)},{day(3)},1006"
    given = desk.folder / "away.csv"
    given.write_text("\n".join(lines) + "\n")
    assert desk.json("person", "import", given)["changed"] == 1
    assert desk.json("person", "import", given)["changed"] == 0
    assert desk.json("person", "show", "1005")["absence"] == {
        "from": day(-1), "until": day(3), "substitute": "1006"}
    for wrong, said in ((f",{day(3)},{day(1)},1006", "is before the first"),
                        (",31/12/2026,2027-01-02,1006", "is no day"),
                        (f",{day(0)},{day(1)},1005", "own number"),
                        (f",{day(0)},,1006", "absent_until: it is empty"),
                        (f",{day(0)},{day(1)},9999", "nobody of this list")):
        given.write_text("\n".join(lines[:5] + [lines[5].split(",,,")[0] + ",,"
                                               + wrong] + lines[6:]) + "\n")
        error = desk.run("person", "import", given, status=65).err
        assert "away.csv:6: " in error and said in error, (wrong, error)
    assert desk.json("person", "show", "1005")["absence"]["until"] == day(3)
    desk.run("person", "absent", "1005", "--until", "tomorrow", status=65)
    desk.run("person", "absent", "1005", status=64)
    desk.run("person", "absent", "1005", "--until", day(3), "--substitute", "9999", status=65)


def test_dossier_manager_away(t):
    """What is written on a case of a dossier manager who is away goes to the team"""
    desk, ack, asked = approval(t)
    desk.reply(asked, MIA, "Akkoord.")
    desk.step()
    decided, _ = desk.one(JAN), desk.one(ABSENCE)
    desk.run("case", "take", "1", "--as", "2001")
    desk.reply(decided, JAN, "Ik vergat te zeggen dat het om de kinderen gaat.")
    desk.step()
    desk.one(DINA)
    away(desk, "2001", "--substitute", "2002")
    desk.reply(decided, JAN, "En nog iets.")
    desk.step()
    desk.one(ABSENCE)
    desk.none(DINA)


def test_withdrawn_while_asked(t):
    """A request that is withdrawn while it waits: the approver is told, and decides no more"""
    desk, ack, asked = approval(t)
    desk.run("case", "withdraw", "1", "--as", "2009")
    desk.notifier()
    assert "Jan Peeters" in mails.plain(desk.one(MIA))
    desk.one(JAN)
    desk.reply(asked, MIA, "Akkoord.")
    desk.step()
    assert desk.case()["state"] == "withdrawn"


def test_two_levels(t):
    """With levels: 2 the manager's manager is asked after the first yes, the employee told at last"""
    lines = PEOPLE.replace("1005,Mia Claes,mia@minfin.example,MINFIN,nl,,",
                           "1005,Mia Claes,mia@minfin.example,MINFIN,nl,1006,")
    lines = lines.replace("MINFIN,nl,1005,employee hr", "MINFIN,nl,,employee hr")
    desk = t.desk(people=lines)
    forms = desk.folder / "forms"
    forms.mkdir()
    name = "absence-career-break-full.yaml"
    source = next(Path(__file__).parents[2].glob(f"forms/definitions/**/{name}"))
    (forms / name).write_text(source.read_text().replace("approval: yes",
                                                         "approval: yes\nlevels: 2"))
    desk.configure({"Desk": {"Forms": "forms"}})
    request(desk)
    desk.one(JAN)
    desk.reply(desk.one(MIA), MIA, "Akkoord.")
    desk.step()
    case = desk.case()
    assert case["state"] == "awaiting-approval" and case["approver"]["number"] == "1006", case
    asked = desk.one(HUGO)
    desk.none(JAN, MIA, ABSENCE)
    desk.reply(asked, HUGO, "Ik keur dit goed.")
    desk.step()
    case = desk.case()
    assert case["state"] == "open", case
    assert [(e["who"], e["what"]) for e in case["events"] if "approved" in e["what"]] == [
        ("1005", "approved-level"), ("1006", "approved")]
    desk.one(JAN)
    desk.one(ABSENCE)


def test_scanned_approval(t):
    """A signed approval that comes as a document counts when the desk is set so, else not"""
    scan = ("goedkeuring Mia Claes.pdf", "application/pdf", mails.pdf("signed"))
    desk, ack, _ = approval(t)
    desk.reply(ack, JAN, "Hier is de goedkeuring.", files=[scan])
    desk.step()
    assert desk.case()["state"] == "awaiting-approval"
    desk, ack, _ = approval(t, name="desk2")
    desk.configure({"Desk": {"ScannedApproval": "yes"}})
    desk.reply(ack, JAN, "Hier is de goedkeuring.", files=[scan])
    desk.step()
    case = desk.case()
    assert case["state"] == "open", case
    assert ("approved-scan", scan[0]) in [(e["what"], e["text"]) for e in case["events"]]
    assert len(desk.new(ABSENCE)) == 2  # what was written, and the case


def asked_of(t, who, prepare, name="desk"):
    """A desk where a request for approval was sent to who, as .asked, and to nobody else."""
    t.servers.clear()
    desk = t.desk(name=name)
    prepare(desk)
    request(desk)
    desk.one(JAN)
    desk.asked = desk.one(who)
    assert "Jan Peeters" in mails.plain(desk.asked)
    desk.none(*({MIA, HUGO, MARIE} - {who}), ABSENCE)
    return desk


def request(desk):
    text = desk.fill("absence-career-break-full", "nl", {"start": "1/3/2027", "end": "30/6/2027"})
    form = ("formulier C61.pdf", "application/pdf", mails.pdf("C61"))
    desk.send(JAN, first_line(text), text, files=[form])
    desk.step()
    return desk.case()


def approval(t, name="desk"):
    t.servers.clear()
    desk = t.desk(name=name)
    text = desk.fill("absence-career-break-full", "nl", {"start": "1/3/2027", "end": "30/6/2027"})
    form = ("formulier C61.pdf", "application/pdf", mails.pdf("C61"))
    desk.send(JAN, first_line(text), text, files=[form])
    desk.step()
    case = desk.case()
    assert case["state"] == "awaiting-approval", (case["state"], case["problems"])
    ack, asked = desk.one(JAN), desk.one(MIA)
    desk.none(ABSENCE)
    assert "Jan Peeters" in mails.plain(asked)
    assert "formulier C61.pdf" in [part.get_filename() for part in asked.walk()]
    assert "http://127.0.0.1:8025/a/" in mails.plain(asked), mails.plain(asked)
    return desk, ack, asked
