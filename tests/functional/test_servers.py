"""The test world itself: what the other tests rely on."""
import imaplib
import smtplib
import subprocess

from lib import mails
from lib.desk import ADDRESS, JAN
from lib.common import AUTHSERV, PASSWORD, UNKNOWN, need


def test_delivery(t):
    """A mail from outside reaches its mailbox, with the filter's verdict on top"""
    for verdict in ("pass", "none", "fail"):
        mail = mails.compose(JAN, ADDRESS, f"verdict {verdict}", "hello")
        t.servers.deliver(mail.as_bytes(policy=mails.POLICY), JAN, "desk+c1.abc@desk.example",
                          verdict)
        data, = t.servers.new(ADDRESS)
        came = mails.parse(data)
        assert came["Subject"] == f"verdict {verdict}"
        assert came["Delivered-To"] == "desk+c1.abc@desk.example"
        results = came.get_all("Authentication-Results")
        assert results[0].startswith(AUTHSERV) and f"dmarc={verdict}" in results[0], results


def test_swaks_and_curl(t):
    """swaks delivers and curl reads: clients that are not ours"""
    t.need_postfix()
    subprocess.run([need("swaks", "swaks"), "--server", "127.0.0.1", "--port",
                    str(t.servers.postfix.mx["pass"]), "--from", JAN, "--to", ADDRESS,
                    "--header", "Subject: by swaks", "--body", "hello"],
                   check=True, capture_output=True)
    t.servers.postfix.settle()
    read = subprocess.run([need("curl", "curl"), "-sS", "--cacert", t.servers.pki.ca, "-u",
                           f"{ADDRESS}:{PASSWORD}",
                           f"imaps://127.0.0.1:{t.servers.dovecot.imaps}/INBOX;MAILINDEX=1"],
                          check=True, capture_output=True, text=True).stdout
    assert "Subject: by swaks" in read and "hello" in read, read


def test_logins(t):
    """Dovecot and Postfix take the right password and token, and no other"""
    t.servers.imap(ADDRESS).logout()
    try:
        t.servers.imap(ADDRESS, "wrong")
        raise AssertionError("a wrong password was taken")
    except imaplib.IMAP4.error:
        pass
    for token, works in (("good", True), ("bad", False)):
        t.servers.tokens.tokens["good"] = ADDRESS
        client = imaplib.IMAP4_SSL("127.0.0.1", t.servers.dovecot.imaps,
                                   ssl_context=t.servers.pki.context)
        try:
            client.authenticate("XOAUTH2", lambda challenge, token=token: b"" if challenge else
                                f"user={ADDRESS}\1auth=Bearer {token}\1\1".encode())
            assert works, "a wrong token was taken"
        except imaplib.IMAP4.error:
            assert not works, "the right token was not taken"
        client.shutdown()
    t.need_postfix()
    with smtplib.SMTP("127.0.0.1", t.servers.postfix.submission) as smtp:
        smtp.starttls(context=t.servers.pki.context)
        smtp.login(ADDRESS, PASSWORD)
        refused = smtp.sendmail(ADDRESS, [JAN, UNKNOWN], b"Subject: s\r\n\r\nhello\r\n")
    assert list(refused) == [UNKNOWN], refused
    assert len(t.servers.new(JAN)) == 1
