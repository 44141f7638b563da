"""A private Dovecot: every address is a mailbox, by IMAP (STARTTLS), IMAPS and LMTP.

As root it keeps Dovecot's own users and gives the mail to `mail`; as an ordinary user all of it
runs as that user.
"""
import grp
import os
import pwd
import shutil
import subprocess

from .common import PASSWORD, Missing, free_ports, listens, need, stop_process, wait_for


class Dovecot:
    def __init__(self, root, pki, tokens):
        self.root, self.folder, self.pki = root, root / "dovecot", pki
        self.program = need("dovecot", "dovecot-imapd dovecot-lmtpd")
        if not os.path.exists("/usr/lib/dovecot/lmtp"):
            raise Missing("Dovecot's lmtp is missing: apt-get install dovecot-lmtpd")
        if not os.path.exists("/usr/lib/dovecot/imap"):
            raise Missing("Dovecot's imap is missing: apt-get install dovecot-imapd")
        self.imap, self.imaps, self.lmtp, self.other_imaps = free_ports(4)
        self.mail = root / "mail"
        self.auth = self.folder / "run" / "postfix-auth"
        is_root = os.geteuid() == 0
        self.user = "mail" if is_root else pwd.getpwuid(os.geteuid()).pw_name
        for folder in (self.folder, self.folder / "run", self.folder / "state", self.mail):
            folder.mkdir()
        if is_root:
            shutil.chown(self.mail, "mail", "mail")
        me = "" if is_root else "".join(
            f"default_{kind}_user = {self.user}\n" for kind in ("login", "internal"))
        gid = "mail" if is_root else grp.getgrgid(os.getegid()).gr_name
        no_chroot = "" if is_root else "".join(
            f"service {s} {{\n  chroot =\n}}\n" for s in ("imap-login", "anvil", "stats"))
        (self.folder / "oauth2.conf").write_text(
            f"introspection_mode = post\nintrospection_url = {tokens.introspection_url}\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
            "force_introspection = yes\n")
        self.conf = self.folder / "dovecot.conf"
        self.conf.write_text(f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
{me}default_internal_group = {'dovecot' if is_root else gid}
protocols = imap lmtp
listen = 127.0.0.1
mail_location = maildir:{self.mail}/%Lu
mail_uid = {self.user}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
recipient_delimiter = +
ssl = yes
ssl_cert = <{pki.cert}
ssl_key = <{pki.key}
disable_plaintext_auth = yes
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
auth_cache_size = 0
mail_max_userip_connections = 0
{no_chroot}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {self.folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={self.user} gid={gid} home={self.mail}/%Lu allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
local_name other.example {{
  ssl_cert = <{pki.other_cert}
  ssl_key = <{pki.other_key}
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = {self.imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp}
  }}
}}
service auth {{
  unix_listener postfix-auth {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
""")
        self.process = None

    def start(self):
        out = open(self.folder / "out", "ab")
        with out:
            self.process = subprocess.Popen([self.program, "-F", "-c", self.conf],
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        def up():
            if self.process.poll() is not None:
                raise AssertionError("dovecot does not start: " + self.log())
            return all(map(listens, (self.imap, self.imaps, self.lmtp)))
        wait_for("dovecot answers", up)

    def stop(self):
        if self.process:
            stop_process(self.process)
            self.process = None

    def log(self):
        parts = [self.folder / "out", self.folder / "log"]
        return "".join(p.read_text(errors="replace")[-3000:] for p in parts if p.exists())

    def clear(self):
        """Empties every mailbox: each test begins with none."""
        for folder in self.mail.iterdir():
            shutil.rmtree(folder, ignore_errors=True)
