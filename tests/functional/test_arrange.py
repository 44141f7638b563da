"""What dossier managers arrange by mail: canned answers, a day, one case for two, two for one."""
from lib import mails
from lib.desk import DINA, DIRK, JAN, MARIE, PEOPLE
from lib.given import ABSENCE, ATTEST, complete_case, parental_mail

CANNED = """\
title: {nl: In orde, fr: En ordre, de: In Ordnung, en: All right}
text:
  nl: "Uw verlof van {start} tot {end} is toegekend ({number})."
  fr: "Votre congé du {start} au {end} est accordé ({number})."
  de: "Ihr Urlaub vom {start} bis {end} ist bewilligt ({number})."
  en: "Your leave from {start} to {end} is granted ({number})."
teams: [absence]
"""


def with_canned(t, canned=CANNED, **options):
    desk = t.desk({"Desk": {"Forms": "forms"}}, **options)
    (desk.folder / "forms" / "answers").mkdir(parents=True)
    (desk.folder / "forms" / "answers" / "parental-ok.yaml").write_text(canned)
    return desk


def opened(desk):
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.step()
    return desk.one(JAN), desk.one(ABSENCE)


def what(case):
    return [e["what"] for e in case["events"]]


def test_canned(t):
    """#answer sends a canned answer with the case's own details, in the requester's language"""
    desk = with_canned(t)
    _, team = opened(desk)
    desk.reply(team, DINA, "#answer parental-ok\n#close\nMet vriendelijke groeten, Dina")
    desk.step()
    case = desk.case()
    assert case["state"] == "closed", case
    answer = [e for e in case["events"] if e["what"] == "answered"][-1]["text"]
    assert answer.startswith("Uw verlof van 1 februari 2027 tot 31 maart 2027 is toegekend "
                             f"({case['number']})."), answer
    assert answer.endswith("Met vriendelijke groeten, Dina"), answer
    desk.one(JAN)
    done = mails.plain(desk.one(DINA))
    assert "Uw antwoord is verstuurd en het dossier is gesloten." in done, done


def test_canned_mistakes(t):
    """An unknown canned answer, or one that lacks a detail, does nothing and says so"""
    desk = with_canned(t, CANNED.replace("{start}", "{iban}"))
    _, team = opened(desk)
    for command, word in (("#answer nothing", "nothing"), ("#answer parental-ok", "iban")):
        desk.reply(team, DINA, command)
        desk.step()
        assert desk.case()["state"] == "open"
        text = mails.plain(desk.one(DINA))
        assert word in text and "parental-ok (In orde)" in text, text
        desk.none(JAN)


def test_canned_broken(t):
    """A broken canned answer is named with its place, before anything is read"""
    desk = with_canned(t, "title: {nl: x}\n")
    result = desk.run("check", status=1)
    assert "parental-ok.yaml:1:" in result.out + result.err, result.out + result.err


def test_due(t):
    """#due sets a day, as people write it; a day that has passed does nothing"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, "#due 1 december 2031\n#take")
    desk.step()
    case = desk.case()
    assert case["due"] == "2031-12-01T22:59:59Z", case["due"]
    assert case["assignee"] == "2001" and what(case)[-2:] == ["taken", "due"], what(case)
    assert "1 december 2031" in mails.plain(desk.one(DINA))
    desk.reply(team, DINA, "#due 1/12/2019")
    desk.step()
    assert desk.case()["due"] == "2031-12-01T22:59:59Z"
    assert "geen datum" in mails.plain(desk.one(DINA))
    desk.none(JAN)


def test_merge(t):
    """#merge makes one case of two: documents go with it, replies find it, the requester is told"""
    desk, ack, team = complete_case(t)
    parental_mail(desk, JAN, "nl", files=[("tweede.pdf", "application/pdf", mails.pdf("second"))])
    desk.step()
    second_ack, second = desk.one(JAN), desk.one(ABSENCE)
    first, other = desk.case("1"), desk.case("2")
    desk.reply(second, DINA, f"#merge {first['number']}\nStaat al in het eerste.")
    desk.step()
    case = desk.case("2")
    assert case["state"] == "closed" and case["merged"] == first["number"], case
    merged = desk.case("1")
    assert "tweede.pdf" in [d["name"] for d in merged["documents"]], merged["documents"]
    assert "Staat al in het eerste." in [e["text"] for e in merged["events"]], merged["events"]
    told = desk.one(JAN)
    assert first["number"] in mails.plain(told) and other["number"] in mails.plain(told)
    desk.one(DINA), desk.none(ABSENCE)
    # a reply to any mail of the second one, its last one too, is added to the first
    for mail, text in ((second_ack, "Nog iets."), (told, "Bedankt."), (ack, "En dit.")):
        desk.reply(mail, JAN, text)
        desk.step()
        assert desk.has_text(text, "1") and not desk.has_text(text, "2"), text
    assert desk.case("1")["held"] == [] and desk.case("2")["held"] == []
    assert len(desk.cases()) == 2


def test_merge_refused(t):
    """Cases of two people, a case of another team, a case that is not there: nothing is done"""
    desk, _, team = complete_case(t)
    parental_mail(desk, MARIE, "nl", files=[("ander.pdf", "application/pdf", mails.pdf("other"))])
    desk.send(JAN, "Fiche", "Ik heb mijn fiscale fiche van 2025 niet gekregen.")
    desk.step()
    desk.new(JAN), desk.new(ABSENCE), desk.new(MARIE)
    for number in ("2", "3", "99"):
        desk.reply(team, DINA, f"#merge {number}")
        desk.step()
        assert desk.case()["state"] == "open" and desk.case()["merged"] is None
        desk.one(DINA)
        desk.none(JAN, MARIE)


def test_split(t):
    """#split opens a second case on a form, with the text as what is asked"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, "#split pay-tax-statement\nInkomstenjaar: 2025\n"
                           "Vraag: Mijn fiche ontbreekt.")
    desk.step()
    second = desk.case("2")
    assert second["form"] == "pay-tax-statement" and second["state"] == "open", second
    assert second["answers"]["year"] == "2025", second["answers"]
    assert second["requester"]["address"] == JAN and second["team"] == "pay", second
    assert what(desk.case("1"))[-1] == "split" and desk.case("1")["state"] == "open"
    assert second["number"] in mails.plain(desk.one(JAN))
    desk.one("pay@desk.example")
    assert second["number"] in mails.plain(desk.one(DINA))
    desk.reply(team, DINA, "#split nothing\nx")
    desk.step()
    assert len(desk.cases()) == 2
    desk.one(DINA)


def test_watch(t):
    """#watch tells of what others do with the case, until #unwatch"""
    desk, ack, team = complete_case(t)
    desk.reply(team, DINA, "#watch")
    desk.step()
    desk.one(DINA)
    desk.run("case", "ask", "1", "--text", "Wanneer?")
    desk.notifier()
    told = desk.one(DINA)
    assert "Wanneer?" in mails.plain(told), mails.plain(told)
    desk.reply(desk.one(JAN), JAN, "Morgen.")
    desk.step()
    assert "Morgen." in mails.plain(desk.one(DINA))
    desk.reply(told, DINA, "#unwatch")
    desk.step()
    desk.one(DINA)
    desk.run("case", "close", "1")
    desk.notifier()
    desk.none(DINA)


def test_crossing(t):
    """Two dossier managers answer at the same time: both stand, and the second is told"""
    people = PEOPLE.replace("dossier-manager,pay,", "dossier-manager,pay absence,")
    desk, _, team = complete_case(t, people=people)
    desk.reply(team, DINA, "Dit is mijn antwoord.")
    desk.step()
    desk.none(DINA)
    desk.reply(team, DIRK, "En dit het mijne.")
    desk.step()
    assert [e["text"] for e in desk.case()["events"] if e["what"] == "answered"] == \
        ["Dit is mijn antwoord.", "En dit het mijne."]
    told = mails.plain(desk.one(DIRK))
    assert "Dina" in told and "Dit is mijn antwoord." in told, told
    desk.none(DINA)
    assert len(desk.new(JAN)) == 2
