"""Who is believed: keys, verdicts, and who wrote."""
import re

from lib import mails
from lib.desk import ADDRESS, DINA, JAN, MARIE, STRANGER
from lib.given import complete_case, tax_case, tax_mail

SECRET_TEXT = "Dit is een toevoeging."


def not_added(desk, number="1"):
    assert not desk.has_text(SECRET_TEXT, number), "it was added"


def held_once(desk):
    held = desk.json("held", "list")
    assert len(held) == 1, held
    assert [r["decision"] for r in desk.receipts()][-1] == "held"


def added(desk, number="1"):
    assert desk.has_text(SECRET_TEXT, number), desk.case(number)["mails"]


def test_key_of_another(t):
    """A right key used by another known person is held; the requester hears nothing"""
    desk, ack, _ = tax_case(t)
    desk.reply(ack, MARIE, SECRET_TEXT)
    desk.step()
    not_added(desk)
    held_once(desk)
    desk.none(JAN, MARIE)
    desk.one("pay@desk.example")


def test_stranger_with_key(t):
    """A stranger with a right key is refused, and nothing is added"""
    desk, ack, _ = tax_case(t)
    for _ in range(2):
        desk.reply(ack, STRANGER, SECRET_TEXT)
        desk.step()
    not_added(desk)
    desk.one(STRANGER)
    desk.none(JAN, "pay@desk.example")
    assert len(desk.cases()) == 1


def test_each_key_alone(t):
    """The reply address, the subject's tag, or the references: each finds the case alone"""
    for name in ("address", "subject", "references"):
        t.servers.clear()
        desk, ack, _ = tax_case(t, name=name)
        address = mails.reply_address(ack) if name == "address" else ADDRESS
        subject = mails.reply_subject(ack) if name == "subject" else "antwoord"
        headers = mails.reply_headers(ack) if name == "references" else {}
        desk.send(JAN, subject, SECRET_TEXT, to=address, headers=headers)
        desk.step()
        assert len(desk.cases()) == 1, f"{name} made a new case"
        added(desk)


def test_references_of_another(t):
    """References alone, of somebody who is no party to the case, do not lead into it"""
    desk, ack, _ = tax_case(t)
    desk.send(MARIE, "antwoord", SECRET_TEXT, headers=mails.reply_headers(ack))
    desk.step()
    not_added(desk)


def test_wrong_hash(t):
    """An altered key opens nothing, not even for the case's own people"""
    desk, ack, team = complete_case(t)
    number = desk.case()["number"]
    for sender, mail in ((JAN, ack), (DINA, team), (MARIE, ack)):
        address = re.sub(r"\.[a-z2-7]+@", ".aaaaaaaaaaaaa@", mails.reply_address(mail))
        desk.send(sender, "antwoord", SECRET_TEXT, to=address)
        desk.send(sender, f"antwoord [{number} aaaaaaaaaaaaa]", SECRET_TEXT)
    desk.send(MARIE, f"antwoord [{number}]", SECRET_TEXT)
    desk.step()
    not_added(desk)
    assert desk.case()["state"] == "open", desk.case()["state"]
    assert len(desk.receipts()) == 8


def test_damaged_key(t):
    """A reply address that lost or won a letter is held, and never a new case"""
    for number, change in enumerate((lambda key: key[:-1], lambda key: key + "x",
                                     lambda key: key.split(".")[0])):
        t.servers.clear()
        desk, ack, _ = tax_case(t, name=f"desk{number}")
        local, domain = mails.reply_address(ack).split("@")
        desk.send(JAN, "iets", SECRET_TEXT, to=f"{change(local)}@{domain}")
        desk.step()
        assert len(desk.cases()) == 1, desk.cases()
        not_added(desk)
        held_once(desk)
        desk.none(JAN)


def test_keys_disagree(t):
    """Keys that name different cases are held"""
    desk, ack, _ = tax_case(t)
    tax_mail(desk)
    desk.step()
    other = desk.one(JAN)
    desk.new("pay@desk.example")
    assert len(desk.cases()) == 2
    desk.send(JAN, mails.reply_subject(other), SECRET_TEXT, to=mails.reply_address(ack))
    desk.step()
    not_added(desk, "1")
    not_added(desk, "2")
    held_once(desk)


def test_dmarc_fail(t):
    """dmarc=fail is never accepted from anyone"""
    desk = t.desk()
    tax_mail(desk, verdict="fail")
    desk.step()
    assert desk.cases() == []
    held_once(desk)
    desk.none(JAN)


def test_forged_verdict(t):
    """Only the topmost results of TrustAuthserv count: no forged pass below, none of another"""
    forged = {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=desk.example"}
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, SECRET_TEXT, verdict="none", headers=forged)
    desk.step()
    not_added(desk)
    held_once(desk)
    other = {"Authentication-Results": "mx.elsewhere.example; dmarc=pass header.from=desk.example"}
    desk.reply(team, DINA, SECRET_TEXT, verdict=None, headers=other)
    desk.step()
    not_added(desk)
    assert len(desk.json("held", "list")) == 2
    forged = {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=minfin.example"}
    tax_mail(desk, verdict="fail", headers=forged)
    desk.step()
    assert len(desk.cases()) == 1, "a forged verdict below a true dmarc=fail was believed"


def test_dkim_verifies(t):
    """dkim=pass of From's own domain verifies, of another domain does not"""
    for domain, state in (("other.example", "open"), ("desk.example", "answered")):
        t.servers.clear()
        desk, _, team = complete_case(t, name=domain)
        address = mails.reply_address(team)
        mail = mails.compose(DINA, address, mails.reply_subject(team), SECRET_TEXT,
                             headers=mails.reply_headers(team)).as_bytes(policy=mails.POLICY)
        results = f"Authentication-Results: mx.desk.example; dkim=pass header.d={domain}\r\n"
        desk.send_mail(results.encode() + mail, address, verdict=None)
        desk.step()
        assert desk.case()["state"] == state, f"header.d={domain}: {desk.case()['state']}"


def test_unverified(t):
    """Unverified=accept takes it with a warning on the case; hold waits for an eye"""
    desk = t.desk(name="accept")
    tax_mail(desk, verdict="none")
    desk.step()
    case = desk.case()
    assert case["state"] == "open"
    assert any("warning" in e["what"] for e in case["events"]), case["events"]
    desk.one(JAN)
    t.servers.clear()
    desk = t.desk({"Desk": {"Unverified": "hold"}}, name="hold")
    tax_mail(desk, verdict="none")
    desk.step()
    assert desk.cases() == []
    held_once(desk)
    desk.none(JAN)


def test_two_froms(t):
    """Two addresses in From are held"""
    desk = t.desk()
    tax_mail(desk, headers={"From": f"{JAN}, {MARIE}"}, envelope=JAN)
    desk.step()
    assert desk.cases() == []
    held_once(desk)


def test_other_sender(t):
    """A Sender that differs, with no verification, is held"""
    desk = t.desk()
    tax_mail(desk, headers={"Sender": STRANGER}, verdict="none")
    desk.step()
    assert desk.cases() == []
    held_once(desk)


def test_second_address(t):
    """A person is known by each of their addresses"""
    desk = t.desk()
    tax_mail(desk, "jan.peeters@minfin.example")
    desk.step()
    assert desk.case()["requester"]["number"] == "1001"
    desk.one("jan.peeters@minfin.example")
