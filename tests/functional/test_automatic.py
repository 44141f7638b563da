"""Mail that is never answered, bounces of our own, doubles and limits."""
from lib import mails
from lib.desk import ADDRESS, JAN, MARIE
from lib.given import ABSENCE, parental_mail, tax_case, tax_mail
from lib.common import BUSY, GONE, UNKNOWN

RECEIPT = b"""From: jan@minfin.example\r
To: desk@desk.example\r
Subject: Gelezen: uw bericht\r
Message-ID: <receipt-1@minfin.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
Uw bericht is gelezen. Ik wil ouderschapsverlof.\r
--b\r
Content-Type: message/disposition-notification\r
\r
Final-Recipient: rfc822;jan@minfin.example\r
Disposition: manual-action/MDN-sent-manually; displayed\r
\r
--b--\r
"""


def test_never_answered(t):
    """Auto-replies, lists, receipts, null senders and our own mails: no case, no answer"""
    desk = t.desk()
    rows = (("auto-reply", {"Auto-Submitted": "auto-replied"}, None),
            ("old auto-reply", {"X-Autoreply": "yes", "Precedence": "auto_reply"}, None),
            ("list", {"List-Id": "<news.minfin.example>"}, None),
            ("bulk", {"Precedence": "bulk", "List-Unsubscribe": "<mailto:x@minfin.example>"}, None),
            ("null sender", {}, ""))
    for what, headers, envelope in rows:
        desk.send(JAN, f"ouderschapsverlof {what}", "Ik wil ouderschapsverlof.", headers=headers,
                  envelope=envelope)
    desk.send_mail(RECEIPT)
    desk.send(ADDRESS, "ouderschapsverlof", "Ik wil ouderschapsverlof.")
    desk.step()
    assert desk.cases() == [], [c["subject"] for c in desk.cases()]
    assert desk.outbox("all") == []
    desk.none(JAN, ABSENCE)
    receipts = desk.receipts()
    assert len(receipts) == len(rows) + 2
    for receipt in receipts:
        assert (receipt["decision"], receipt["state"]) == ("ignored", "done"), receipt
        assert receipt["why"], "it is not said why"


def test_auto_reply_to_ours(t):
    """Somebody's out-of-office to our acknowledgement changes nothing on the case but a note"""
    desk, ack, _ = tax_case(t)
    before = desk.case()["state"]
    desk.reply(ack, JAN, "Ik ben met verlof tot maandag.",
               headers={"Auto-Submitted": "auto-replied"})
    desk.step()
    assert desk.case()["state"] == before and len(desk.cases()) == 1
    desk.none(JAN, "pay@desk.example")


def test_bounce_of_ours(t):
    """A real bounce of our mail is noted on its case, and the team is told once"""
    t.need_postfix()
    desk = t.desk()
    tax_mail(desk, GONE)
    desk.step()
    desk.one("pay@desk.example")
    t.servers.postfix.settle()
    bounces = t.servers.messages(ADDRESS)
    assert len(bounces) == 1 and b"\nFinal-Recipient:" in bounces[0][2], bounces
    desk.step()
    case = desk.case()
    assert any(GONE in e["text"] and "bounce" in e["what"] for e in case["events"]), case["events"]
    assert len(desk.cases()) == 1
    told = desk.one("pay@desk.example")
    assert GONE in mails.plain(told)
    settled, = [n for n in desk.outbox("all") if n["to"] == GONE]
    assert settled["state"] == "refused" and "5." in settled["why"], settled
    assert desk.receipts()[-1]["case"] in (case["number"], 1), desk.receipts()[-1]
    desk.step()
    desk.none("pay@desk.example")


def test_refused_recipient(t):
    """A 5xx of a recipient is final at once: on the case, and told to the team"""
    t.need_postfix()
    desk = t.desk()
    tax_mail(desk, UNKNOWN)
    desk.gateway()
    desk.notifier()
    desk.notifier()
    refused = [n for n in desk.outbox("all") if n["state"] == "refused"]
    assert [n["to"] for n in refused] == [UNKNOWN] and "5.1.1" in refused[0]["why"], refused
    assert any(UNKNOWN in e["text"] for e in desk.case()["events"]), desk.case()["events"]
    told = [mails.plain(m) for m in desk.new("pay@desk.example")]
    assert len(told) == 2 and any(UNKNOWN in text for text in told), told


def test_busy_recipient(t):
    """A 4xx of a recipient waits its time and is told as owed; the others are sent"""
    t.need_postfix()
    desk = t.desk()
    tax_mail(desk, BUSY)
    desk.step()
    owed, = desk.outbox()
    assert owed["to"] == BUSY and owed["state"] == "owed" and owed["tries"] == 1, owed
    assert "busy" in owed["why"], owed
    desk.one("pay@desk.example")
    desk.notifier() # not yet due
    assert desk.outbox()[0]["tries"] == 1
    sent = [m["sha256"] for m in desk.case()["mails"] if m["direction"] == "out"]
    desk.run("outbox", "retry", owed["id"]) # the same mail again, and not a twin
    desk.notifier()
    again, = desk.outbox()
    assert again["tries"] and again["message_id"] == owed["message_id"], again
    assert sent == [m["sha256"] for m in desk.case()["mails"] if m["direction"] == "out"]
    desk.run("outbox", "drop", owed["id"], "--why", "test", status=None)
    assert desk.outbox() == []


def test_same_bytes_again(t):
    """The same bytes again: nothing new, and the second receipt says duplicate"""
    desk = t.desk()
    data = tax_mail(desk).as_bytes(policy=mails.POLICY)
    desk.step()
    desk.one(JAN), desk.one("pay@desk.example")
    (_, _, raw), = t.servers.messages(ADDRESS, "Processed")
    with t.servers.imap(ADDRESS) as imap:
        imap.append("INBOX", None, None, raw)
    desk.step()
    assert len(desk.cases()) == 1
    desk.none(JAN, "pay@desk.example")
    first, second = desk.receipts()
    assert first["sha256"] == second["sha256"]
    assert (second["decision"], second["why"]) == ("ignored", "duplicate"), second


def test_same_message_id(t):
    """The same Message-ID with other bytes is a case of its own"""
    desk = t.desk()
    for text in ("Ik heb mijn fiscale fiche niet.", "Ik heb een weddevraag."):
        desk.send(JAN, "vraag", text, headers={"Message-ID": "<same@minfin.example>"})
    desk.step()
    assert len(desk.cases()) == 2
    assert len(desk.json("mail", "show", "same@minfin.example")) == 2


def test_limit_per_case(t):
    """At most three automatic mails an hour to one address for one case; noted once"""
    desk = t.desk()
    parental_mail(desk, JAN, "nl")
    desk.step()
    ack = desk.one(JAN)
    for i in range(5):
        desk.reply(ack, JAN, f"{desk.label('absence-parental', 'child')}: Emma {i}", quote=False)
        desk.step()
    assert len(desk.new(JAN)) == 2, "more or fewer than three automatic mails"
    dropped = [e for e in desk.case()["events"] if "drop" in e["what"] or "limit" in e["what"]]
    assert len(dropped) == 1, desk.case()["events"]


def test_two_in_one_go(t):
    """Mails of several people in one go each get theirs"""
    desk = t.desk()
    tax_mail(desk, JAN)
    tax_mail(desk, MARIE)
    desk.step()
    assert len(desk.cases()) == 2
    desk.one(JAN), desk.one(MARIE)
    assert len(desk.new("pay@desk.example")) == 2
