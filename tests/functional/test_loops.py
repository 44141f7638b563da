"""Mails that answer each other: they end, whatever a relay takes out of them."""
import contextlib
import re
import sqlite3

from lib import mails
from lib.desk import ADDRESS, DINA, PEOPLE

OTHER = "loket@rail.example"
STRIPPED = ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence")
THREAD = ("In-Reply-To", "References", "Message-ID", "Reply-To")


def two_desks(t, extra=None):
    """Two desks that know each other as people of an affiliated organisation."""
    extra = extra or {}
    one = t.desk({"Desk": extra}, name="one", smtp="directory",
                 people=PEOPLE + f"7001,Other Desk,{OTHER},MINFIN,nl,1005,employee,,\n")
    two = t.desk({"Desk": {"Address": OTHER, "Name": "Loket", **extra},
                  "Mailbox inbox": {"Source": one.source(OTHER)}}, name="two", smtp="directory",
                 people=PEOPLE + f"7001,First Desk,{ADDRESS},MINFIN,nl,1005,employee,,\n")
    return one, two


def relayed(mail, taken_out, keeps_tags=True):
    """The mail behind a relay that takes fields out of it."""
    for field in taken_out:
        del mail[field]
    if "Message-ID" in taken_out:
        mail["Message-ID"] = f"<{abs(hash(mail.as_bytes()))}@relay.example>"
    if not keeps_tags:
        subject = re.sub(r"\[PC-[^]]*\]\s*", "", str(mail["Subject"]))
        del mail["Subject"]
        mail["Subject"] = subject
    return mail


def play(t, one, two, taken_out, keeps_tags=True):
    """Lets them write to each other until nobody does; gives how many mails there were."""
    t.servers.deliver(mails.compose(OTHER, ADDRESS, "vraag", "Ik heb een weddevraag.").as_bytes(
        policy=mails.POLICY), OTHER, [ADDRESS])
    passed = 0
    for _ in range(60):
        news = 0
        for desk, own, other in ((one, ADDRESS, OTHER), (two, OTHER, ADDRESS)):
            desk.step()
            for mail in desk.new(other):
                mail = relayed(mail, taken_out, keeps_tags)
                t.servers.deliver(mail.as_bytes(policy=mails.POLICY), own, [other])
                news += 1
        passed += news
        if news == 0:
            return passed
    raise AssertionError(f"after {passed} mails they still write to each other")


def test_as_they_are(t):
    """Two desks that write to each other stop at once: each says that it is automatic"""
    one, two = two_desks(t)
    assert play(t, one, two, ()) == 1
    assert len(one.cases()) == 1 and not two.cases()


def test_marks_taken_out(t):
    """Behind a relay that takes the marks of automatic mail out, the thread is known"""
    one, two = two_desks(t)
    assert play(t, one, two, STRIPPED) <= 6
    assert len(one.cases()) == 1 and len(two.cases()) <= 1


def test_all_taken_out(t):
    """Behind a relay that takes everything out, the limits of each address end it"""
    one, two = two_desks(t)
    passed = play(t, one, two, STRIPPED + THREAD, keeps_tags=False)
    assert passed <= 2 * 21, passed
    assert sum(e["what"] == "dropped" for c in one.cases() + [] for e in
               one.case(c["number"])["events"]) <= 1
    # an hour of quiet later nothing begins again by itself
    one.step(), two.step()
    assert not one.new(OTHER) and not two.new(ADDRESS)


def test_own_address(t):
    """The desk's own address is no team's; in a reply's and a person's nothing goes round"""
    desk = t.desk(smtp="directory", people=PEOPLE + f"7001,The Desk,{ADDRESS},MINFIN,nl,1005,"
                                                    "employee dossier-manager,pay,\n")
    desk.send("jan@minfin.example", "vraag", "Ik heb mijn fiscale fiche niet gekregen.",
              headers={"Reply-To": ADDRESS})
    desk.send(ADDRESS, "vraag", "Ik heb een weddevraag.")
    for _ in range(3):
        desk.step()
    assert len(desk.cases()) == 1
    assert [(n["kind"], n["to"]) for n in desk.outbox("all")] == [
        ("acknowledgement", "jan@minfin.example")], desk.outbox("all")
    desk.configure({"Team pay": {"Address": ADDRESS}})
    assert "own address" in desk.run("gateway", "--once", status=78).err


def test_responder(t):
    """A requester's responder without any mark that answers everything anew is answered 20 times"""
    desk = t.desk(smtp="directory")
    desk.send("jan@minfin.example", "vraag", "Ik heb een weddevraag.")
    answered = 0
    for number in range(30):
        desk.step()
        news = desk.new("jan@minfin.example")
        if not news:
            break
        answered += len(news)
        for mail in news:
            desk.send("jan@minfin.example", f"Antwoord {number}", "Wij lezen uw bericht later.")
    assert answered <= 20, answered
    assert any(e["what"] == "dropped" for e in desk.case("21")["events"])


def test_dossier_managers_responder(t):
    """What the mails of one sender cause ends, a dossier manager's too"""
    desk = t.desk(smtp="directory")
    # as many mails of hers as a program writes in an hour, put there by hand: 1,000 take minutes
    desk.send(DINA, "vraag 0", "Ik heb een weddevraag.")
    desk.step()
    told = len(desk.outbox("all"))
    assert told > 0
    with contextlib.closing(sqlite3.connect(desk.folder / "desk.db")) as db, db:
        db.executemany("INSERT INTO mails (segment, raw_offset, raw_length, sha256, message_id,"
                       " direction, sender, recipients, subject, body, at, case_id, is_public, receipt,"
                       " outbox) SELECT segment, raw_offset, raw_length, sha256, '', direction, sender,"
                       " recipients, subject, body, at, NULL, 0, NULL, NULL FROM mails WHERE id = ?",
                       [(1,)] * 1000)
    desk.send(DINA, "vraag 1", "Ik heb een weddevraag.")
    desk.step()
    assert len(desk.outbox("all")) == told, desk.outbox("all")[told:]
    assert [e["what"] for e in desk.json("mail", "show", "2")["events"]] == ["dropped"]
    assert len(desk.json("held", "list")) == 2


def test_slow_desk(t):
    """AutomaticPerHour: what the whole desk sends over it waits, and is not lost"""
    desk = t.desk({"Desk": {"AutomaticPerHour": "2"}}, smtp="directory")
    for sender in ("jan", "marie", "greta", "eve"):
        desk.send(f"{sender}@minfin.example", "vraag", "Ik heb een weddevraag.")
    desk.step()
    sent, owed = desk.outbox("sent"), desk.outbox("owed")
    assert len(sent) == 2 and len(owed) == 2, (len(sent), len(owed))
    assert all(n["next"] > n2["next"] for n in owed for n2 in sent)
    desk.run("reconcile")


def test_bounces_of_bounces(t):
    """What comes back settles its notice and never makes a mail to the address that it came from"""
    desk = t.desk(smtp="directory")
    desk.send("jan@minfin.example", "vraag", "Ik heb een weddevraag.")
    desk.step()
    ack, = desk.new("jan@minfin.example")
    for number in range(3):
        desk.send("jan@minfin.example", "Undeliverable: " + str(ack["Subject"]),
                  "Your message could not be delivered: user unknown (550 5.1.1)\n\n"
                  + mails.plain(ack), to=mails.reply_address(ack), envelope="",
                  headers={"Auto-Submitted": "auto-replied", "X-Number": str(number)})
    desk.step()
    assert not desk.new("jan@minfin.example")
    assert len(desk.cases()) == 1
