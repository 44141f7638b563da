"""A private Postfix: a port a verdict for mail from outside, and submission with TLS and SASL."""
import contextlib
import os
import shutil
import signal
import subprocess

from .common import (
    AUTHSERV, BUSY, DOMAINS, GONE, UNKNOWN, VERDICTS, free_ports, listens, need, process_ended,
    wait_for)


class Postfix:
    """Real Postfix; it can only be run by root (it changes to its own users)."""

    def __init__(self, root, pki, dovecot):
        self.folder = root / "postfix"
        self.program = need("postfix", "postfix")
        *mx, self.submission, self.smtps, self.gone = free_ports(len(VERDICTS) + 3)
        self.mx = dict(zip(VERDICTS, mx))
        self.etc, self.spool = self.folder / "etc", self.folder / "spool"
        for folder in (self.folder, self.etc, self.spool, self.folder / "lib"):
            folder.mkdir()
        shutil.chown(self.folder / "lib", "postfix")
        for verdict in VERDICTS:
            (self.etc / f"verdict-{verdict}").write_text(
                f"/^.*@(.*)$/ PREPEND Authentication-Results: {AUTHSERV};"
                f" spf={verdict} smtp.mailfrom=$1; dmarc={verdict} header.from=$1\n"
                f"/^/ PREPEND Authentication-Results: {AUTHSERV}; dmarc=none\n")
        (self.etc / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {self.spool}
data_directory = {self.folder}/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.desk.example
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {' '.join(DOMAINS)}
virtual_mailbox_maps = static:here
virtual_transport = lmtp:inet:127.0.0.1:{dovecot.lmtp}
lmtp_destination_concurrency_limit = 10
transport_maps = inline:{{ {{ {GONE} = smtp:[127.0.0.1]:{self.gone} }} }}
recipient_delimiter = +
message_size_limit = 80000000
virtual_mailbox_limit = 0
mailbox_size_limit = 0
smtpd_tls_cert_file = {pki.cert}
smtpd_tls_key_file = {pki.key}
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dovecot.auth}
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_recipient_restrictions =
  check_recipient_access inline:{{ {{ {UNKNOWN} = 550 5.1.1 no such user }} }}
  check_recipient_access inline:{{ {{ {BUSY} = 451 4.2.1 the mailbox is busy }} }}
  permit
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
maillog_file = {self.folder}/log
maillog_file_prefixes = {root}
""")
        services = "".join(
            f"127.0.0.1:{port} inet n - n - - smtpd\n  -o smtpd_sender_restrictions="
            f"check_sender_access,regexp:{self.etc}/verdict-{verdict}\n"
            for verdict, port in self.mx.items())
        auth = ("  -o smtpd_sasl_auth_enable=yes\n"
                "  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n")
        services += (f"127.0.0.1:{self.submission} inet n - n - - smtpd\n"
                     f"  -o smtpd_tls_security_level=encrypt\n{auth}"
                     f"127.0.0.1:{self.smtps} inet n - n - - smtpd\n"
                     f"  -o smtpd_tls_wrappermode=yes\n{auth}"
                     f"127.0.0.1:{self.gone} inet n - n - - smtpd\n  -o myhostname=gone.example\n"
                     "  -o { smtpd_recipient_restrictions ="
                     " check_recipient_access static:{550 5.1.1 this mailbox is gone} }\n")
        (self.etc / "master.cf").write_text(services + """
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
""")
        self.pid = None

    def start(self):
        with open(self.folder / "out", "ab") as out:
            started = subprocess.run([self.program, "-c", self.etc, "start"], stdout=out,
                                     stdin=subprocess.DEVNULL, stderr=out, check=False)
        if started.returncode != 0:
            raise AssertionError("postfix does not start: " + self.log())
        pid = self.spool / "pid" / "master.pid"
        wait_for("postfix answers", lambda: pid.exists() and pid.read_text().strip() and
                 all(map(listens, (*self.mx.values(), self.submission, self.smtps))))
        self.pid = int(pid.read_text())

    def stop(self):
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
            with contextlib.suppress(ChildProcessError): # ours when the runner adopts orphans
                os.waitpid(self.pid, 0)
            wait_for("postfix has ended", lambda: process_ended(self.pid))
            self.pid = None

    def log(self):
        parts = [self.folder / "out", self.folder / "log"]
        return "".join(p.read_text(errors="replace")[-3000:] for p in parts if p.exists())

    def queued(self, *queues):
        return sum(len(files) for queue in queues for _, _, files in os.walk(self.spool / queue))

    def settle(self):
        """Waits until everything it took has been delivered."""
        wait_for("postfix's queue is empty",
                 lambda: not self.queued("incoming", "active", "maildrop"), 20)
