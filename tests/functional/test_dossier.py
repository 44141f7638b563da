"""What a dossier manager does by mail."""
from lib import mails
from lib.desk import ADA, DINA, DIRK, JAN
from lib.given import ABSENCE, ATTEST, PARENTAL, complete_case, parental_mail

ANSWER = "Uw ouderschapsverlof is goedgekeurd vanaf 1 februari."


def events(case, what):
    return [e for e in case["events"] if what in e["what"]]


def nothing_done(desk, before):
    """The case is as it was, and the requester heard nothing."""
    case = desk.case()
    for key in ("state", "team", "form", "assignee", "answers", "documents"):
        assert case[key] == before[key], f"{key}: {before[key]} became {case[key]}"
    desk.none(JAN)


def test_answer(t):
    """The text above the quote is the answer; the requester gets the link, not the answer"""
    desk, ack, team = complete_case(t)
    assert ".\n\nMet vriendelijke groeten" in mails.plain(team), mails.plain(team)[-600:]
    paper = mails.pdf("decision")
    desk.reply(team, DINA, ANSWER, files=[("beslissing.pdf", "application/pdf", paper)])
    desk.step()
    case = desk.case()
    assert case["state"] == "answered", case["state"]
    answer = [m for m in case["mails"] if ANSWER in (m["text"] or "")]
    assert answer and answer[0]["public"] is True and DINA in answer[0]["from"], case["mails"]
    for quote in ("schreef", "Emma Claes"):
        assert quote not in answer[0]["text"], answer[0]["text"]
    assert "beslissing.pdf" in [d["name"] for d in case["documents"]], case["documents"]
    event = events(case, "answer")[-1]
    assert (event["who"], event["way"]) == ("2001", "mail"), event
    told = desk.one(JAN)
    for text in (mails.plain(told), mails.html(told)):
        assert case["number"] in text and "http://127.0.0.1:8025/r/" in text, text
        assert "goedgekeurd vanaf" not in text, "the answer stands in the mail"
    assert mails.message_id(ack) in (told["References"] or ""), "the answer is not in the thread"
    desk.none(ABSENCE)


def test_answer_in_mail(t):
    """AnswerInMail=yes puts the answer in the mail"""
    desk, _, team = complete_case(t, {"Desk": {"AnswerInMail": "yes"}})
    desk.reply(team, DINA, ANSWER)
    desk.step()
    assert ANSWER in mails.plain(desk.one(JAN))


def test_note(t):
    """#note is for the desk only"""
    desk, _, team = complete_case(t)
    before = desk.case()
    desk.reply(team, DINA, "#note\nGebeld met de dienst: in orde.")
    desk.step()
    nothing_done(desk, before)
    event = events(desk.case(), "note")[-1]
    assert "in orde" in event["text"] and event["who"] == "2001", event
    assert not any(m["public"] and "in orde" in (m["text"] or "") for m in desk.case()["mails"])


def test_close(t):
    """#close alone closes and says so; with text it answers and closes"""
    for name, text in (("alone", "#close"), ("answer", f"#CLOSE\n{ANSWER}")):
        t.servers.clear()
        desk, _, team = complete_case(t, name=name)
        desk.reply(team, DINA, text)
        desk.step()
        case = desk.case()
        assert case["state"] == "closed", case["state"]
        answers = [m for m in case["mails"] if m["public"] and ANSWER in (m["text"] or "")]
        assert len(answers) == (name == "answer"), case["mails"]
        told = desk.one(JAN)
        assert case["number"] in mails.plain(told)


def test_wait(t):
    """#wait asks the requester, whose reply goes to who asked"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, "#take\n#wait\nOp welke dag begint u?")
    desk.step()
    assert desk.case()["state"] == "waiting", desk.case()["state"]
    question = desk.one(JAN)
    assert "http://127.0.0.1:8025/r/" in mails.plain(question)
    desk.new(DINA), desk.new(ABSENCE)
    desk.reply(question, JAN, "Op maandag.")
    desk.step()
    assert desk.case()["state"] == "assigned", desk.case()["state"]
    told = desk.one(DINA)
    assert "Op maandag." in mails.plain(told)
    desk.none(ABSENCE, JAN)

    # and she answers by a reply to that
    desk.reply(told, DINA, ANSWER)
    desk.step()
    assert desk.case()["state"] == "answered"
    desk.one(JAN)


def test_take(t):
    """#take gives the case to the sender, and tells the requester nothing"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, "#take")
    desk.step()
    case = desk.case()
    assert case["state"] == "assigned" and case["assignee"] == "2001", case
    desk.none(JAN)


def test_to(t):
    """#to TEAM hands on, with the text as a note for the new team"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, "#to pay\nDit gaat over de wedde.",
               files=[("loonfiche.pdf", "application/pdf", mails.pdf("pay slip"))])
    desk.step()
    case = desk.case()
    assert case["team"] == "pay" and case["state"] == "open", case
    new = desk.one("pay@desk.example")
    assert case["number"] in mails.plain(new) and "Dit gaat over de wedde." in mails.plain(new)
    assert "loonfiche.pdf" in mails.attachments(new), mails.attachments(new).keys()
    desk.none(JAN)
    desk.reply(new, DIRK, ANSWER) # the new team may answer
    desk.step()
    assert desk.case()["state"] == "answered", desk.case()["held"]


def test_form(t):
    """#form FORM makes it another form, of the form's team"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, "#form absence-long-personal")
    desk.step()
    case = desk.case()
    assert case["form"] == "absence-long-personal", case["form"]


def test_reopen(t):
    """#reopen opens a closed case again, and the requester is told"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, "#close")
    desk.step()
    desk.one(JAN)
    desk.reply(team, DINA, "#reopen\nEr was nog iets.")
    desk.step()
    assert desk.case()["state"] in ("open", "assigned"), desk.case()["state"]
    desk.one(JAN)


def test_help_and_mistakes(t):
    """#help, an unknown command, team or form: nothing is done, the sender gets the list"""
    desk, _, team = complete_case(t)
    before = desk.case()
    for line in ("#help", "#frobnicate", "#to nowhere", "#form nothing", "#take now\n#frobnicate"):
        desk.reply(team, DINA, f"{line}\n{ANSWER}")
        desk.step()
        nothing_done(desk, before)
        answer = desk.one(DINA)
        text = mails.plain(answer)
        for command in ("#note", "#close", "#wait", "#take", "#to", "#form", "#reopen", "#help"):
            assert command in text, f"{command} is not in the list:\n{text}"
        for wrong in ("frobnicate", "nowhere", "nothing"):
            if wrong in line:
                assert wrong in text, f"what was wrong is not said:\n{text}"
        desk.none(ABSENCE)


def test_two_commands(t):
    """Commands one a line above the text; a # later is text"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, f"#take\n#close\n{ANSWER}\n#note dit hoort bij de tekst")
    desk.step()
    case = desk.case()
    assert case["state"] == "closed" and case["assignee"] == "2001", case
    answers = [m["text"] for m in case["mails"] if m["public"] and ANSWER in (m["text"] or "")]
    assert len(answers) == 1 and "#note dit hoort" in answers[0], case["mails"]


def test_html_command(t):
    """Commands are read in HTML mail too"""
    desk, _, team = complete_case(t)
    mail = mails.compose(DINA, mails.reply_address(team), mails.reply_subject(team), "x",
                         headers=mails.reply_headers(team))
    mail.set_content(f"<html><body><div>#close</div><div>{ANSWER}</div>"
                     "<blockquote>vorige</blockquote></body></html>", subtype="html")
    desk.send_mail(mail, mails.reply_address(team))
    desk.step()
    assert desk.case()["state"] == "closed", desk.case()["state"]
    desk.one(JAN)


def test_requester_cannot_command(t):
    """A requester's #close is only text"""
    desk, ack, _ = complete_case(t)
    desk.reply(ack, JAN, "#close\nDank u.")
    desk.step()
    assert desk.case()["state"] == "open", desk.case()["state"]


def test_unverified_manager(t):
    """A dossier manager whose address is not verified is held, and the team told once"""
    for verdict in ("none", "fail"):
        t.servers.clear()
        desk, _, team = complete_case(t, name=verdict)
        before = desk.case()
        desk.reply(team, DINA, ANSWER, verdict=verdict)
        desk.step()
        nothing_done(desk, before)
        assert len(desk.json("held", "list")) == 1
        if verdict == "none": # it stands on its case, and the team is told; else the admins
            held, = desk.case()["held"]
            assert held["why"] and held["mail"], held
        told = ABSENCE if verdict == "none" else ADA
        desk.one(told)
        desk.step()
        desk.none(ABSENCE, ADA)
        receipt = desk.receipts()[-1]
        assert (receipt["state"], receipt["decision"]) == ("held", "held"), receipt


def test_other_team(t):
    """A dossier manager of another team with this team's key is held"""
    desk, _, team = complete_case(t)
    before = desk.case()
    desk.reply(team, DIRK, ANSWER)
    desk.step()
    nothing_done(desk, before)
    assert len(desk.json("held", "list")) == 1


def test_held_completes(t):
    """A held reply that is let in, or added to its case, brings what was missing"""
    desk = t.desk()
    for place, way in enumerate(("mail", "command"), 1):
        parental_mail(desk, JAN, "nl", {**PARENTAL["nl"], "end": ""})
        desk.step()
        asked, number = desk.one(JAN), desk.cases()[0]["number"]
        desk.reply(asked, JAN, "Einddatum: 31/3/2027", files=[ATTEST], verdict="fail")
        desk.step()
        assert desk.case(number)["state"] == "incomplete", desk.case(number)
        held, = desk.json("held", "list")
        desk.run("held", "add", held["id"], "--case", "77", status=65)
        assert len(desk.json("held", "list")) == 1
        desk.run("held", "add", held["id"], *(["--case", number] if way == "command" else []))
        desk.step()
        case = desk.case(number)
        assert case["state"] == "open" and case["problems"] == [], case
        assert case["answers"]["end"] == "2027-03-31", case["answers"]
        assert [d["kind"] for d in case["documents"]] == ["geboorteattest"], case["documents"]
        assert [(e["what"], e["way"]) for e in case["events"]] == [
            ("opened", "mail"), ("completed", way)], case["events"]
        assert desk.json("held", "list") == [] and len(desk.receipts()) == 2 * place
        assert number in mails.plain(desk.one(ABSENCE)) and number in mails.plain(desk.one(JAN))
    (desk.folder / "again").mkdir()
    desk.run("replay", desk.folder / "again" / "desk.db")


def test_held_add(t):
    """held add lets the held mail in; held drop says why it does not come in"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, ANSWER, verdict="none")
    desk.reply(team, DINA, "Een tweede antwoord.", verdict="none")
    desk.step()
    first, second = [r for r in desk.receipts() if r["state"] == "held"]
    number = [h["id"] for h in desk.json("held", "list") if h["mail"] == first["sha256"]][0]
    desk.run("held", "add", number)
    desk.run("held", "drop", second["sha256"][:12], status=64) # --why is needed
    desk.run("held", "drop", second["sha256"][:12], "--why", "dubbel")
    assert desk.json("held", "list") == []
    case = desk.case()
    assert any(ANSWER in (m["text"] or "") for m in case["mails"]), case["mails"]
    assert not any("tweede antwoord" in (m["text"] or "") for m in case["mails"])
    desk.run("held", "add", first["sha256"][:12], status=None)
    assert sum(ANSWER in (m["text"] or "") for m in desk.case()["mails"]) == 1
