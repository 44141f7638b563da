"""What an employee sends, and what the employee and the team get for it."""
import hashlib
import re
import subprocess

from lib import mails
from lib.common import PASSWORD, need
from lib.desk import ADDRESS, DINA, DIRK, EVE, GRETA, HUGO, JAN, MARIE, PEOPLE
from lib.given import (
    ABSENCE, ATTEST, PARENTAL, choice, complete_case, parental_mail, tax_case)

NUMBER = re.compile(r"PC-\d{4}-000001\b")


def check_request(t, sender, name, language):
    desk = t.desk({"Desk": {"Documents": "attach"}})
    attest = ATTEST[2]
    request = parental_mail(desk, sender, language, files=[ATTEST])
    desk.step()

    case = desk.case()
    assert NUMBER.fullmatch(case["number"]), case["number"]
    assert case["state"] == "open", (case["state"], case["problems"])
    assert (case["form"], case["team"]) == ("absence-parental", "absence"), case
    requester = case["requester"]
    assert (requester["name"], requester["address"]) == (name, sender), requester
    assert case["employee"]["number"] == case["requester"]["number"]
    expected = {"child": "Emma Claes", "born": "2026-10-03", "start": "2027-02-01",
                "end": "2027-03-31", "regime": "full"}
    assert {k: case["answers"].get(k) for k in expected} == expected, case["answers"]
    assert case["problems"] == [], case["problems"]
    document, = case["documents"]
    assert document["kind"] == "geboorteattest" and document["type"] == "application/pdf", document
    assert document["name"] == "geboorteattest.pdf" and document["size"] == len(attest), document
    assert document["sha256"] == hashlib.sha256(attest).hexdigest()

    # the requester: one acknowledgement, in the language of the template, with each answer
    ack = desk.one(sender)
    text = mails.plain(ack)
    assert ack["Auto-Submitted"] == "auto-replied", ack["Auto-Submitted"]
    assert ack["X-Auto-Response-Suppress"], "no X-Auto-Response-Suppress"
    assert ack["Precedence"] is None
    assert mails.message_id(request) in ack["In-Reply-To"], ack["In-Reply-To"]
    assert mails.message_id(request) in ack["References"]
    assert ADDRESS in ack["From"], ack["From"]
    assert re.fullmatch(r"desk\+c1\.[a-z2-7]{12,}@desk\.example", mails.reply_address(ack))
    assert re.search(rf"\[{case['number']} [a-z2-7]{{12,}}\]", str(ack["Subject"])), ack["Subject"]
    assert ack.get_content_type() == "multipart/alternative", ack.get_content_type()
    for what in (text, mails.html(ack)):
        assert case["number"] in what, what
        assert "http://127.0.0.1:8025/r/" in what, "no link to the case"
        assert "Emma Claes" in what and "geboorteattest.pdf" in what, what
    for field in ("child", "born", "start", "end", "regime"):
        label = desk.label("absence-parental", field, language)
        assert label in text, f"the acknowledgement does not say {label!r}:\n{text}"
    assert re.search(r'<html[^>]* lang="?' + language, mails.html(ack)), "no language in the HTML"

    # the team: the same, with the person's data and the document, and how to answer
    new = desk.one(ABSENCE)
    text = mails.plain(new)
    for what in (case["number"], name, case["requester"]["number"], sender, "Emma Claes", "#"):
        assert what in text, f"the team's mail does not say {what!r}:\n{text}"
    assert attest in mails.attachments(new).values(), "the document is not attached"
    assert mails.reply_address(new) != mails.reply_address(ack), "the team has the requester's key"
    if t.servers.postfix:
        for mail in (ack, new): # the envelope's sender is keyed, never <>
            envelope = mail["Return-Path"]
            assert re.fullmatch(r"<desk\+b\d+\.[a-z2-7]{12,}@desk\.example>", envelope), envelope

    # once: nothing more comes of it
    desk.step()
    desk.none(sender, ABSENCE)
    assert len(desk.cases()) == 1


def test_new_request_nl(t):
    """A request in Dutch becomes a case; its requester and the team hear of it, once"""
    check_request(t, JAN, "Jan Peeters", "nl")


def test_new_request_fr(t):
    """A request in French"""
    check_request(t, MARIE, "Marie Dubois", "fr")


def test_new_request_de(t):
    """A request in German"""
    check_request(t, GRETA, "Greta Müller", "de")


def test_new_request_en(t):
    """A request in English"""
    check_request(t, EVE, "Eve O'Brien", "en")


def test_language_of_template(t):
    """A mail is answered in the language of its template, not in the person's"""
    desk = t.desk()
    parental_mail(desk, JAN, "fr", files=[ATTEST])
    desk.step()
    assert desk.label("absence-parental", "start", "fr") in mails.plain(desk.one(JAN))


def test_incomplete_then_completed(t):
    """What is wrong is listed once each; a reply with only the missing pieces completes the case"""
    desk = t.desk()
    values = {**PARENTAL["nl"], "start": "30 februari 2027"}
    del values["end"]
    parental_mail(desk, JAN, "nl", values=values)
    desk.step()
    case = desk.case()
    assert case["state"] == "incomplete", case["state"]
    fields = sorted(p["field"] for p in case["problems"])
    assert fields == sorted(["start", "end", "geboorteattest"]), case["problems"]
    assert all(p["code"] for p in case["problems"])
    ack = desk.one(JAN)
    text = mails.plain(ack)
    assert text.count("30 februari 2027") == 1, f"the wrong value is not quoted once:\n{text}"
    end = desk.label("absence-parental", "end", "nl")
    assert end in text and case["number"] in text
    desk.none(ABSENCE)

    # one piece only: what is still missing is said again
    desk.reply(ack, JAN, f"{desk.label('absence-parental', 'start')}: 1/2/2027\n{end}: 31/3/2027")
    desk.step()
    case = desk.case()
    assert case["state"] == "incomplete", case["state"]
    assert [p["field"] for p in case["problems"]] == ["geboorteattest"], case["problems"]
    assert case["answers"]["start"] == "2027-02-01" and case["answers"]["end"] == "2027-03-31"
    again = desk.one(JAN)
    desk.none(ABSENCE)

    # the document, with a phone's short reply
    desk.reply(again, JAN, "In bijlage.", quote=False,
               files=[("IMG_0123.png", "image/png", mails.png())])
    desk.step()
    case = desk.case()
    assert case["state"] == "open" and case["problems"] == [], case
    assert [d["kind"] for d in case["documents"]] == ["geboorteattest"], case["documents"]
    assert case["answers"]["child"] == "Emma Claes", "an answer given before was lost"
    done = desk.one(JAN)
    assert case["number"] in mails.plain(done)
    assert case["number"] in mails.plain(desk.one(ABSENCE))
    assert len(desk.cases()) == 1


def test_end_before_start(t):
    """An end before the start is a problem of the end"""
    desk = t.desk()
    parental_mail(desk, JAN, "nl", values={**PARENTAL["nl"], "end": "31/1/2027"},
                  files=[ATTEST])
    desk.step()
    case = desk.case()
    assert case["state"] == "incomplete", case["state"]
    problem, = case["problems"]
    assert (problem["field"], problem["code"]) == ("end", "before-start"), problem


def test_attestation_alone(t):
    """A photo sent alone goes to the sender's one case that waits for it"""
    desk = t.desk()
    parental_mail(desk, JAN, "nl")
    desk.step()
    desk.one(JAN)
    assert desk.case()["state"] == "incomplete"
    desk.send(JAN, "", "\n", files=[("IMG_0123.png", "image/png", mails.png())])
    desk.step()
    assert len(desk.cases()) == 1, desk.cases()
    assert desk.case()["state"] == "open"
    desk.one(JAN)
    desk.one(ABSENCE)


def test_free_text(t):
    """Free text finds its form by its words, else it is a general question"""
    desk = t.desk()
    rows = (("Ik heb mijn fiscale fiche niet gekregen.", "pay-tax-statement"),
            ("Je n'ai pas reçu ma fiche fiscale.", "pay-tax-statement"),
            ("Ik zou graag ouderschapsverlof nemen.", "absence-parental"),
            ("Je voudrais un congé parental.", "absence-parental"),
            ("Wanneer kan ik met pensioen?", "exit-pension"),
            ("Ik heb een weddevraag.", "pay-question"),
            ("Ik wil telewerk doen.", "telework"),
            ("De koffie in de refter is koud.", "question"))
    ids = {}
    for i, (text, form) in enumerate(rows):
        mail = desk.send(JAN, f"Bericht {i}", text)
        ids[mails.message_id(mail)] = text, form
    desk.gateway()
    assert len(desk.cases()) == len(rows), desk.cases()
    for receipt in desk.receipts():
        text, form = ids[receipt["message_id"]]
        case = desk.case(receipt["case"])
        assert form in case["form"], f"{text!r} became {case['form']}"
        if form == "question":
            assert case["state"] == "open" and text in case["answers"]["question"], case


def test_requester_writes(t):
    """What the requester writes on an open case goes to the team, and is not acknowledged"""
    desk, ack, _ = tax_case(t)
    desk.reply(ack, JAN, "Het gaat over de fiche van mijn tweede job.")
    desk.step()
    desk.none(JAN)
    told = desk.one("pay@desk.example")
    assert "de fiche van mijn tweede job" in mails.plain(told)
    case = desk.case()
    assert case["state"] == "open" and len(desk.cases()) == 1
    assert any("tweede job" in m["text"] and m["public"] is True and m["direction"] == "in"
               for m in case["mails"]), case["mails"]


def test_reply_reopens(t):
    """A requester's reply to an answered case reopens it, and who answered it hears of it"""
    desk, _, team = complete_case(t)
    desk.reply(team, DINA, "Uw verlof is goedgekeurd.")
    desk.step()
    answered = desk.one(JAN)
    assert desk.case()["state"] == "answered"
    desk.new(ABSENCE), desk.new(DINA)
    desk.reply(answered, JAN, "Toch nog een vraag: vanaf welk uur?")
    desk.step()
    case = desk.case()
    assert case["state"] in ("open", "assigned"), case["state"]
    assert len(desk.cases()) == 1
    told = desk.new(ABSENCE) + desk.new(DINA)
    assert len(told) == 1, [m["Subject"] for m in told]
    assert "vanaf welk uur?" in mails.plain(told[0])
    assert any(e["what"].startswith("reopen") for e in case["events"]), case["events"]


def test_redirect(t):
    """What is asked elsewhere is answered with where to go and why, and kept as redirected"""
    desk = t.desk()
    desk.send(JAN, "Verlof", "Ik wil volgende week jaarlijks vakantieverlof nemen.")
    desk.step()
    case = desk.case()
    assert case["state"] == "redirected", case
    told = desk.one(JAN)
    assert "https://selfservice.example" in mails.plain(told), mails.plain(told)
    for team in ("absence", "front"):
        desk.none(f"{team}@desk.example")

    # a reply opens it again
    desk.reply(told, JAN, "Neen, ik bedoel iets anders: mijn saldo klopt niet.", quote=False)
    desk.step()
    assert desk.case()["state"] in ("open", "incomplete"), desk.case()["state"]


def test_header_injection(t):
    """What a person wrote makes no header of ours"""
    desk = t.desk()
    mail = mails.compose(JAN, ADDRESS, "x", "Ik heb mijn fiscale fiche niet gekregen.")
    data = mail.as_bytes(policy=mails.POLICY).replace(
        b"Subject: x",
        b"Subject: =?utf-8?Q?fiscale_fiche=0D=0ABcc:_eve=40minfin.example=0D=0A=0D=0ABody?=")
    desk.send_mail(data)
    desk.step()
    ack = desk.one(JAN)
    assert ack["Bcc"] is None
    desk.none(EVE)
    for mail in desk.new("pay@desk.example"):
        assert mail["Bcc"] is None


def test_team_without_address(t):
    """A team without an address: each of its members gets the mail, and may answer it"""
    desk = t.desk({"Team absence": {"Address": None}})
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.step()
    desk.one(JAN)
    new = desk.one(DINA)
    desk.none(DIRK)
    desk.reply(new, DINA, "In orde.")
    desk.step()
    assert desk.case()["state"] == "answered", desk.case()["held"]


def test_documents_by_link(t):
    """Documents=link keeps documents out of the team's mail"""
    desk = t.desk({"Desk": {"Documents": "link"}})
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.step()
    new = desk.one(ABSENCE)
    assert not mails.attachments(new), list(mails.attachments(new))
    assert "geboorteattest.pdf" in mails.plain(new)


def test_without_sub_addresses(t):
    """SubAddress empty: replies go to the desk's address, and the other keys find the case"""
    desk, ack, team = tax_case(t, {"Desk": {"SubAddress": ""}})
    assert mails.reply_address(ack) == mails.reply_address(team) == ADDRESS
    desk.reply(ack, JAN, "Nog iets.", headers={"In-Reply-To": None, "References": None})
    desk.step()
    assert len(desk.cases()) == 1
    assert any("Nog iets." in (m["text"] or "") for m in desk.case()["mails"])


def test_swaks_to_curl(t):
    """Sent by swaks, read by curl: the whole way of a request with clients that are not ours"""
    t.need_postfix()
    desk = t.desk()
    paper = desk.folder / "geboorteattest.pdf"
    paper.write_bytes(mails.pdf())
    values = {**PARENTAL["nl"], "regime": choice(desk, "absence-parental", "regime", "full", "nl")}
    subprocess.run([need("swaks", "swaks"), "--server", "127.0.0.1", "--port",
                    str(t.servers.postfix.mx["pass"]), "--from", JAN, "--to", ADDRESS,
                    "--header", "Subject: Aanvraag",
                    "--body", desk.fill("absence-parental", "nl", values),
                    "--attach-type", "application/pdf", "--attach", f"@{paper}"],
                   check=True, capture_output=True)
    t.servers.postfix.settle()
    desk.step()
    case = desk.case()
    assert case["state"] == "open" and len(case["documents"]) == 1, case
    t.servers.postfix.settle()
    read = subprocess.run([need("curl", "curl"), "-sS", "--cacert", t.servers.pki.ca,
                           "-u", f"{JAN}:{PASSWORD}",
                           f"imaps://127.0.0.1:{t.servers.dovecot.imaps}/INBOX;MAILINDEX=1"],
                          check=True, capture_output=True).stdout
    ack = mails.parse(read)
    assert case["number"] in ack["Subject"] and "Emma Claes" in mails.plain(ack)


def test_hr_for_its_own(t):
    """HR asks for anyone of its own organisation and nobody else's; a reply with the name completes"""
    people = PEOPLE + "3001,Piet Elders,piet@other.example,OTHER,nl,,employee,,\n"
    desk = t.desk({"Organisation OTHER": {"Name": "Elders", "Domains": "other.example"}},
                  people=people)
    values = {"as-of": "1/1/2027", "change": "Voltijds"}
    decree = [("besluit.pdf", "application/pdf", mails.pdf("besluit"))]
    for who in ("Piet Elders", "3001", "Niemand Bekend"):
        desk.send(HUGO, "wijziging", desk.fill("hr-contract-change", "nl", {
            **values, "employee": who}), files=decree)
    desk.step()
    acks = desk.new(HUGO)
    assert len(acks) == 3 and all("kennen wij niet in uw organisatie" in mails.plain(m)
                                  for m in acks), mails.plain(acks[0])
    assert {c["state"] for c in desk.cases()} == {"incomplete"}
    assert not [c for c in desk.cases() if c["employee"]["number"] == "3001"]
    desk.reply(acks[0], HUGO, f"{desk.label('hr-contract-change', 'employee')}: 3001", quote=False)
    desk.step()
    ack = desk.one(HUGO)
    assert {c["state"] for c in desk.cases()} == {"incomplete"}
    desk.reply(ack, HUGO, f"{desk.label('hr-contract-change', 'employee')}: Jan Peeters",
               quote=False)
    desk.step()
    case, = [c for c in desk.cases() if c["state"] == "open"]
    assert case["employee"]["number"] == "1001" and case["requester"]["number"] == "1006", case
    assert "Jan Peeters" in mails.plain(desk.one("hr@desk.example"))
    desk.send(JAN, "wijziging", desk.fill("hr-contract-change", "nl", {
        **values, "employee": "1002"}), files=decree)
    desk.step()
    assert len(desk.cases()) == 3, "an employee spoke for another"


def test_hr_cooperation(t):
    """HR asks the dossier managers a question of its own, and reads their answer"""
    desk = t.desk(people=PEOPLE.replace("dossier-manager,pay,", "dossier-manager,pay hr,"))
    desk.send(HUGO, "Samenwerking", desk.fill("hr-cooperation", "nl", {
        "subject": "Eindejaar", "question": "Wanneer moeten de attesten binnen zijn?"}))
    desk.step()
    case = desk.case()
    assert (case["form"], case["state"], case["team"]) == ("hr-cooperation", "open", "hr"), case
    ack, asked = desk.one(HUGO), desk.one("hr@desk.example")
    assert "Wanneer moeten" in mails.plain(asked)
    desk.reply(asked, DIRK, "Uiterlijk op 20 december.")
    desk.step()
    assert desk.case()["state"] == "answered"
    desk.one(HUGO)
    desk.reply(ack, HUGO, "En de loonfiches?")
    desk.step()
    assert desk.case()["state"] == "assigned"
    assert "loonfiches" in mails.plain(desk.one(DIRK))
    desk.send(JAN, "Samenwerking", desk.fill("hr-cooperation", "nl", {
        "subject": "x", "question": "Mag ik dat ook?"}))
    desk.step()
    assert len(desk.cases()) == 1
