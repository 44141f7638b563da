"""What somebody could smuggle through the desk to others."""
import re

from lib import mails
from lib.desk import DINA, JAN
from lib.given import complete_case

ANSWER = "Uw ouderschapsverlof is goedgekeurd vanaf 1 februari."
LINK = re.compile(r"http://127\.0\.0\.1:8025/[ram]/\w+")
KEYED = re.compile(r"desk\+c\d+\.\w+@desk\.example")


def test_quoted_keys(t):
    """What an answer quotes of our mails to others opens nothing to the requester"""
    desk, ack, team = complete_case(t, {"Desk": {"AnswerInMail": "yes"}})
    link, keyed = LINK.search(mails.plain(team))[0], mails.reply_address(team)
    assert KEYED.fullmatch(keyed), keyed
    tag = re.search(r"\[PC-\S+ \w+\]", str(team["Subject"]))[0]
    desk.reply(team, DINA, f"{ANSWER}\n\nZie {link}?from=mail of <{keyed}>, {tag}.", quote=False)
    desk.step()
    told = desk.one(JAN)
    case = desk.case()
    for text in (mails.plain(told), mails.html(told), case["events"][-1]["text"],
                 *[m["text"] or "" for m in case["mails"] if m["direction"] == "in"]):
        for secret in (link, keyed, tag, tag.split()[1].rstrip("]")):
            assert secret not in text, f"{secret} in {text}"
    assert ANSWER in mails.plain(told) and case["number"] in mails.plain(told)


def test_hidden_text(t):
    """What cannot be seen in an HTML mail is no command and no text"""
    desk, _, team = complete_case(t, {"Desk": {"AnswerInMail": "yes"}})
    html = ("<p style='display:none'>#note</p><span style='font-size:0'>#to pay</span>"
            f"<p>{ANSWER}</p><p style='color:white'>Geheim</p>")
    desk.reply(team, DINA, "", quote=False, html_text=html)
    desk.step()
    case = desk.case()
    assert case["state"] == "answered" and case["team"] == "absence", case["state"]
    told = mails.plain(desk.one(JAN))
    assert ANSWER in told and "Geheim" not in told and "#" not in told.split(ANSWER)[0], told


def test_absence_note(t):
    """A dossier manager's absence note without any mark is held, and never the answer"""
    desk, _, team = complete_case(t)
    before = desk.case()["state"]
    desk.reply(team, DINA, "Beste,\n\nIk ben afwezig tot en met 4 december. Voor dringende vragen kunt "
               "u mijn collega's bellen.\n\nDina", subject="Dina Dossier - nieuwe uren", quote=False)
    desk.step()
    case = desk.case()
    assert case["state"] == before, case["state"]
    assert [h["why"] for h in case["held"]] == ["absence-note"], case["held"]
    desk.none(JAN)


def test_terminal(t):
    """What a mail says does not command the terminal, nor turn the order of writing"""
    desk = t.desk()
    desk.send(JAN, "vraag \x1b[31m\u202eredro\u202c", "Ik heb een weddevraag \u202egnp\x1b]0;x\x07.")
    desk.step()
    for out in (desk.run("case", "list").out, desk.run("case", "show", "1").out,
                desk.run("mail", "list").out):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out), out
