"""The real servers of the functional tests: a private Dovecot and a private Postfix.

Both run from one temporary folder on free ports of 127.0.0.1, with certificates of a test CA, and
are stopped by their process id.  Dovecot serves every address of the test world as a mailbox (IMAP
with STARTTLS, IMAPS, LMTP; PLAIN and XOAUTH2); Postfix takes mail from "outside" on one port for
each verdict of a mail filter (it puts Authentication-Results on top, as a filter does), takes the
desk's own mail by submission with TLS and SASL, and delivers all of it to Dovecot by LMTP.  As an
ordinary user there is no Postfix: mail goes to Dovecot's LMTP, and the desk writes into a folder.
"""
import imaplib
import os
import pathlib
import re
import shutil
import smtplib
import subprocess
import tempfile

from .common import AUTHSERV, PASSWORD
from .dovecot import Dovecot
from .postfix import Postfix
from .tls import Pki, TokenServer


class Servers:
    """Everything that runs beside the desk, shared by all tests of one run."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pcf-", dir="/tmp"))
        self.root.chmod(0o755)
        self.postfix = self.dovecot = self.tokens = None
        self.why_no_postfix = None
        self.seen = {}
        try:
            self.pki = Pki(self.root / "pki")
            self.tokens = TokenServer(self.pki)
            self.dovecot = Dovecot(self.root, self.pki, self.tokens)
            self.dovecot.start()
            if os.geteuid() == 0:
                self.postfix = Postfix(self.root, self.pki, self.dovecot)
                self.postfix.start()
            else:
                self.why_no_postfix = "Postfix can only be started by root"
        except BaseException:
            self.stop()
            raise

    def pids(self):
        return [pid for pid in (self.dovecot.process.pid, self.postfix and self.postfix.pid) if pid]

    def stop(self):
        for server in (self.postfix, self.dovecot, self.tokens):
            if server:
                server.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def clear(self):
        """Between two tests: no mail anywhere."""
        if self.postfix:
            self.postfix.settle()
            if self.postfix.queued("deferred", "hold"):
                subprocess.run(["postsuper", "-c", self.postfix.etc, "-d", "ALL"], check=True,
                               capture_output=True)
        self.dovecot.clear()
        self.seen.clear()

    # ---- mail to a mailbox ----

    def deliver(self, data, sender, to, verdict="pass"):
        """Hands bytes over as the outside world does: by SMTP to Postfix (by LMTP where there is
        none), which puts Authentication-Results on top.  verdict None: by LMTP as it is."""
        to = [to] if isinstance(to, str) else to
        if verdict and self.postfix:
            with smtplib.SMTP("127.0.0.1", self.postfix.mx[verdict]) as smtp:
                smtp.sendmail(sender, to, data)
            self.postfix.settle()
            return
        if verdict:
            domain = sender.rpartition("@")[2] or "none"
            data = (f"Authentication-Results: {AUTHSERV}; spf={verdict} smtp.mailfrom={domain};"
                    f" dmarc={verdict} header.from={domain}\r\n").encode() + data
        with smtplib.LMTP("127.0.0.1", self.dovecot.lmtp) as lmtp:
            lmtp.sendmail(sender or "<>", to, data)

    def imap(self, user, password=PASSWORD):
        client = imaplib.IMAP4_SSL("127.0.0.1", self.dovecot.imaps, ssl_context=self.pki.context)
        client.login(user, password)
        return client

    def messages(self, user, folder="INBOX"):
        """[(uid, flags, bytes)] of a folder, read by IMAP; [] where there is no such folder."""
        with self.imap(user) as client:
            if client.select(folder, readonly=True)[0] != "OK":
                return []
            _, data = client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
        found = []
        for item in data:
            if isinstance(item, tuple):
                head = item[0].decode()
                flags = re.search(r"FLAGS \(([^)]*)\)", head)
                found.append((int(re.search(r"UID (\d+)", head)[1]),
                              flags[1].split() if flags else [], item[1]))
        return found

    def new(self, user):
        """The bytes of the mails in INBOX that were not asked for before."""
        if self.postfix:
            self.postfix.settle()
        last = self.seen.get(user, 0)
        mails = [(uid, data) for uid, _, data in self.messages(user) if uid > last]
        if mails:
            self.seen[user] = mails[-1][0]
        return [data for _, data in mails]
