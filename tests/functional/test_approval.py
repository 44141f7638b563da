"""Requests that a manager must agree to."""
from lib import mails
from lib.desk import JAN, MIA
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
    assert "http://127.0.0.1:8025/a/" in mails.plain(asked), mails.plain(asked)
    return desk, ack, asked
