"""Requests that a manager must agree to."""
import datetime
from pathlib import Path

from lib import mails
from lib.desk import DINA, EVE, GRETA, HUGO, JAN, MARIE, MIA, PEOPLE
from lib.given import ABSENCE, first_line
from test_reminders import wait_days


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


# ---- a manager whom the directory does not know ----

# Mia is Jan's manager no longer, but of the others; Hugo is HR; Greta is Jan's namesake's manager.
UNMANAGED = PEOPLE.replace("MINFIN,nl,1005,employee,,\n1002", "MINFIN,nl,,employee,,\n1002")


def ask(desk, line):
    text = desk.fill("absence-career-break-full", "nl", {"start": "1/3/2027", "end": "30/6/2027"})
    form = ("formulier C61.pdf", "application/pdf", mails.pdf("C61"))
    desk.send(JAN, first_line(text), text + (line + "\n" if line else ""), files=[form])


def named(t, line, people=UNMANAGED, groups=None, name="desk", asked=HUGO):
    """A request of Jan, who has no manager in the directory, with this line in it; what HR (or
    asked) is asked."""
    t.servers.clear()
    desk = t.desk(groups, people=people, name=name)
    ask(desk, line)
    desk.step()
    case = desk.case()
    assert case["state"] == "awaiting-approval" and case["approver"] is None, case
    desk.ack, desk.asked = desk.one(JAN), desk.one(asked)
    desk.none(MIA, *({ABSENCE} - {asked}))
    return desk


def test_named_manager_is_confirmed(t):
    """A manager named in the mail is asked once HR says yes; all is an event, and replay says so"""
    desk = named(t, "Leidinggevende: Mia Claes")
    assert desk.case()["proposed"]["number"] == "1005"
    assert "Mia Claes" in mails.plain(desk.ack)
    text = mails.plain(desk.asked)
    assert "Mia Claes (1005), mia@minfin.example" in text and "Jan Peeters" in text, text
    assert "1 maart 2027" in text and "/a/" not in text and "/r/" not in text, text
    assert not [part for part in desk.asked.walk() if part.get_filename()], "HR needs no document"
    desk.reply(desk.asked, HUGO, "Ja, dat klopt.")
    desk.step()
    case = desk.case()
    assert case["approver"]["number"] == "1005" and case["proposed"] is None, case
    asked = desk.one(MIA)
    desk.none(JAN, HUGO)
    assert "formulier C61.pdf" in [part.get_filename() for part in asked.walk()]
    desk.reply(asked, MIA, "Akkoord.")
    desk.step()
    case = desk.case()
    assert case["state"] == "open", case
    done = [(e["who"], e["what"]) for e in case["events"]]
    for event in (("1001", "manager-named"), ("1006", "manager-confirmed"), ("1005", "approved")):
        assert event in done, (event, done)
    desk.one(JAN)
    desk.one(ABSENCE)
    (desk.folder / "again").mkdir()
    desk.run("replay", desk.folder / "again" / "desk.db")  # status 0: the same, events too


def test_hr_corrects_the_manager(t):
    """HR answers with a number or a name, in the ways of four languages; doubt asks back"""
    hanna = UNMANAGED.replace("1006,Hugo Hendrickx,hugo@minfin.example,MINFIN,nl,1005",
                              "1010,Hanna Hendrickx,hanna@minfin.example,MINFIN,nl,,employee,,\n"
                              "1006,Hugo Hendrickx,hugo@minfin.example,MINFIN,nl,1005")
    t.servers.clear()
    desk = t.desk(people=hanna)
    said = [("Nee, het is 1005.", "1005"), ("Non, c'est Mia Claes.", "1005"),
            ("Nein, mia@minfin.example.", "1005"), ("Yes.", "1010"),
            ("Ja, dat klopt.", "1010"), ("Oui, c'est exact.", "1010"), ("Das stimmt", "1010"),
            ("Nee.\nDe juiste persoon is Mia Claes.\n\nMet vriendelijke groeten\nHugo Hendrickx",
             "1005")]
    said += [(words, None) for words in (
        "Ja, maar vraag het ook aan Mia.", "Daar moet ik over nadenken.", "Ja, 1005.", "Klopt dat wel?",
        "Jan Peeters", "Hendricks Hanna")]
    for _ in said:
        ask(desk, "Leidinggevende: Hanna Hendrickx")
    desk.step()
    asked = sorted(desk.new(HUGO), key=lambda mail: str(mail["Subject"]))
    assert len(asked) == len(said)
    for (words, number), mail in zip(said, asked):
        desk.reply(mail, HUGO, words)
    desk.step()
    for n, (words, number) in enumerate(said, 1):
        case = desk.case(str(n))
        assert (case["approver"] or {"number": None})["number"] == number, (words, case["events"])
        assert number or case["proposed"]["number"] == "1010", (words, case)
    assert len(desk.new(HUGO)) == len([n for _, n in said if n is None])
    assert len(desk.new(MIA)) == len([n for _, n in said if n == "1005"])
    assert len(desk.new("hanna@minfin.example")) == len([n for _, n in said if n == "1010"])


def test_hr_refuses_the_manager(t):
    """HR's no reaches the requester with the reason; a name by reply, or a number of HR, goes on"""
    desk = named(t, "Leidinggevende: Mia Claes")
    desk.reply(desk.asked, HUGO, "Nee. Mia Claes leidt een andere dienst.")
    desk.step()
    case = desk.case()
    assert case["state"] == "awaiting-approval" and case["proposed"] is None, case
    told, again = desk.one(JAN), desk.one(HUGO)
    assert "leidt een andere dienst" in mails.plain(told)
    desk.none(MIA, ABSENCE)
    desk.reply(told, JAN, "Leidinggevende: greta@minfin.example")
    desk.step()
    assert desk.case()["proposed"]["number"] == "1003"
    assert "Greta Müller (1003)" in mails.plain(desk.one(HUGO))
    desk.reply(again, HUGO, "1003")
    desk.step()
    assert desk.case()["approver"]["number"] == "1003"
    desk.one(GRETA)
    desk.reply(again, HUGO, "1005")  # too late
    desk.step()
    assert desk.case()["approver"]["number"] == "1003"
    assert desk.case()["held"][0]["why"] == "decided-already", desk.case()["held"]


def test_manager_nobody_can_be(t):
    """Nobody, two, oneself or no name: HR is told so and asked for a number; oneself never counts"""
    twins = UNMANAGED.replace("1006,Hugo", "1011,Mia Claes,mia2@minfin.example,MINFIN,nl,,,,\n1006,Hugo")
    for i, (line, people, said) in enumerate((
            ("Leidinggevende: Mia Klaas", UNMANAGED, "Mia Klaas"),
            ("Leidinggevende: Mia Claes", twins, "meer dan één"),
            ("Leidinggevende: Jan Peeters (1001)", UNMANAGED, "eigen aanvraag"),
            ("", UNMANAGED, "niemand genoemd"))):
        desk = named(t, line, people=people, name=f"desk{i}")
        assert desk.case()["proposed"] is None
        assert said in mails.plain(desk.asked), (line, mails.plain(desk.asked))
        assert "Leidinggevende: naam" in mails.plain(desk.ack)
        desk.reply(desk.asked, HUGO, "Ja")
        desk.reply(desk.asked, HUGO, "1001")
        desk.step()
        assert desk.case()["approver"] is None, line
        assert any("eigen aanvraag" in mails.plain(mail) for mail in desk.new(HUGO)), line
        desk.reply(desk.asked, HUGO, "1005")
        desk.step()
        assert desk.case()["approver"]["number"] == "1005", line
        desk.one(MIA)


def test_who_may_confirm_a_manager(t):
    """Only HR of the own organisation, verified or with a key; without HR the team says it"""
    people = UNMANAGED + "3001,Harry Hr,harry@minjus.example,MINJUS,nl,,employee hr,,\n"
    groups = {"Organisation MINJUS": {"Name": "FOD Justitie", "Domains": "minjus.example"}}
    desk = named(t, "Leidinggevende: Mia Claes", people=people, groups=groups)
    told = {n["to"] for n in desk.outbox("all") if n["kind"] == "confirm-manager"}
    assert told == {HUGO}, told
    subject = mails.reply_subject(desk.asked)
    # somebody forwards the question to Harry, who presses Reply: his mail names it, without a key
    desk.send("harry@minjus.example", "Wie keurt dit goed?", "Ja",
              headers=mails.reply_headers(desk.asked))
    desk.step()
    assert desk.case()["approver"] is None and len(desk.json("held", "list")) == 1
    for sender, verdict in (("harry@minjus.example", "pass"), (MARIE, "pass"), (JAN, "pass"),
                            (HUGO, "none"), (HUGO, "fail")):
        desk.send(sender, subject, "Ja", verdict=verdict)
        desk.step()
        assert desk.case()["approver"] is None, (sender, verdict)
    desk.send(HUGO, subject, "Ja")
    desk.step()
    assert desk.case()["approver"]["number"] == "1005"
    desk = named(t, "Leidinggevende: Mia Claes", name="desk2", asked=ABSENCE,
                 people=UNMANAGED.replace("employee hr", "employee"))
    desk.reply(desk.asked, DINA, "Akkoord")
    desk.step()
    assert desk.case()["approver"]["number"] == "1005"


def test_manager_that_hr_names_itself(t):
    """HR's own form for somebody says who approves: no second question"""
    desk = t.desk(people=UNMANAGED)
    text = desk.fill("hr-exemption", "nl", {"employee": "1001", "from": "1/3/2027",
                                            "to": "30/6/2027", "extent": "volledig"})
    desk.send(HUGO, first_line(text), text + "Leidinggevende: Mia Claes\n")
    desk.step()
    case = desk.case()
    assert case["state"] == "awaiting-approval" and case["approver"]["number"] == "1005", case
    desk.one(HUGO)
    desk.one(MIA)


def test_withdrawn_while_hr_is_asked(t):
    """HR is told that a request was withdrawn, and decides no more"""
    desk = named(t, "Leidinggevende: Mia Claes")
    desk.run("case", "withdraw", "1", "--as", "2009")
    desk.notifier()
    assert "ingetrokken" in mails.plain(desk.one(HUGO))
    desk.one(JAN)
    desk.reply(desk.asked, HUGO, "Ja.")
    desk.step()
    case = desk.case()
    assert case["state"] == "withdrawn" and case["approver"] is None, case
    assert [h["why"] for h in case["held"]] == ["decided-already"], case["held"]


def test_directory_learns_the_manager(t):
    """Reminders go to HR; when the directory knows the manager by then, that manager is asked"""
    desk = named(t, "", groups={"Desk": {"WorkingHours": "always"}})
    wait_days(desk, 3)
    desk.notifier()
    assert "wacht nog altijd" in mails.plain(desk.one(HUGO))
    (desk.folder / "people.csv").write_text(PEOPLE)
    desk.run("person", "import", desk.folder / "people.csv")
    wait_days(desk, 3)
    desk.notifier()
    assert desk.case()["approver"]["number"] == "1005"
    desk.one(MIA)


def test_template_asks_for_the_manager(t):
    """The template that the desk sends asks for the manager only whom the directory has none for"""
    desk = t.desk(people=UNMANAGED)
    for who, asks in ((JAN, True), (EVE, False)):
        desk.send(who, "absence-career-break-full", "")
        desk.step()
        text = mails.plain(desk.one(who))
        assert ("Leidinggevende" in text or "Line manager" in text) == asks, text
