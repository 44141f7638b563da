"""The real servers of the functional tests: a private Dovecot and a private Postfix.

Both run from one temporary folder on free ports of 127.0.0.1, with certificates of a test CA, and
are stopped by their process id.  Dovecot serves every address of the test world as a mailbox (IMAP
with STARTTLS, IMAPS, LMTP; PLAIN and XOAUTH2); Postfix takes mail from "outside" on one port for
each verdict of a mail filter (it puts Authentication-Results on top, as a filter does), takes the
desk's own mail by submission with TLS and SASL, and delivers all of it to Dovecot by LMTP.  As an
ordinary user there is no Postfix: mail goes to Dovecot's LMTP, and the desk writes into a folder.
"""
import base64
import contextlib
import grp
import http.server
import imaplib
import json
import os
import pathlib
import pwd
import re
import secrets
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

AUTHSERV = "mx.desk.example"
PASSWORD = "secret"
DOMAINS = ("desk.example", "minfin.example", "rail.example", "elsewhere.example")
VERDICTS = ("pass", "none", "fail")
# What Postfix thinks of these recipients: known bad at once, busy for ever, and taken but then gone.
UNKNOWN, BUSY, GONE = ("unknown@minfin.example", "busy@minfin.example", "gone@minfin.example")


class Missing(Exception):
    """A program that the tests need is not installed."""


def need(program, package):
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise Missing(f"{program} is missing: apt-get install {package}")
    return path


def free_ports(count):
    """Ports nobody listens on; they are all held until all are chosen, so none comes twice."""
    with contextlib.ExitStack() as stack:
        ports = []
        for _ in range(count):
            s = stack.enter_context(socket.socket())
            s.bind(("127.0.0.1", 0))
            ports.append(s.getsockname()[1])
        return ports


def wait_for(what, condition, seconds=10):
    """Polls until condition() is true, and gives its value; a failure names what was waited for."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def process_ended(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def stop_process(process, seconds=10):
    """SIGTERM, and SIGKILL when that is not enough; gives the exit status."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


class Pki:
    """A test CA, a server certificate for 127.0.0.1 and localhost, and one for somebody else."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        openssl = need("openssl", "openssl")
        run = lambda *args: subprocess.run(
            [openssl, *args], cwd=folder, check=True, capture_output=True, text=True)
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2", "-subj", "/CN=Functional test CA", "-keyout", "ca.key", "-out", "ca.pem",
            "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        for name, alt in (("server", "IP:127.0.0.1,DNS:localhost,DNS:imap.test"),
                          ("other", "DNS:other.example")):
            (folder / f"{name}.ext").write_text(
                f"subjectAltName={alt}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
            run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
            run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")
        self.ca, self.cert, self.key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
        self.other_cert, self.other_key = folder / "other.pem", folder / "other.key"
        self.context = ssl.create_default_context(cafile=self.ca)


class TokenServer:
    """An OAuth 2.0 endpoint: /token gives tokens over https, /introspect tells Dovecot over http."""

    def __init__(self, pki):
        self.tokens, self.asked, self.lifetime = {}, [], 3600
        self.refresh_token, self.client_id, self.client_secret = "refresh-1", "desk", "client-secret"
        handler = self._handler()
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.https = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pki.cert, pki.key)
        self.https.socket = context.wrap_socket(self.https.socket, server_side=True)
        for server in (self.http, self.https):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.token_url = f"https://127.0.0.1:{self.https.server_port}/token"
        self.introspection_url = f"http://127.0.0.1:{self.http.server_port}/introspect"

    def _handler(self):
        tokens = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                form = {k: v[0] for k, v in urllib.parse.parse_qs(body).items()}
                status, answer = tokens.answer(self.path, form, self.headers)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        return Handler

    def answer(self, path, form, headers):
        if path.startswith("/introspect"):
            user = self.tokens.get(form.get("token"))
            return 200, {"active": bool(user), **({"username": user, "email": user} if user else {})}
        basic = "Basic " + base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        known = headers.get("Authorization") == basic or (
            form.get("client_id") == self.client_id
            and form.get("client_secret") == self.client_secret)
        self.asked.append(form)
        if not known:
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") == "refresh_token" and \
                form.get("refresh_token") != self.refresh_token:
            return 400, {"error": "invalid_grant", "error_description": "the refresh token is stale"}
        token = secrets.token_urlsafe(24)
        self.tokens[token] = "desk@desk.example"
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}

    def stop(self):
        for server in (self.http, self.https):
            server.shutdown()
            server.server_close()


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
        me = "" if is_root else f"default_login_user = {self.user}\ndefault_internal_user = {self.user}\n"
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


class Postfix:
    """Real Postfix; it can only be run by root (it changes to its own users)."""

    def __init__(self, root, pki, dovecot):
        self.folder = root / "postfix"
        self.program = need("postfix", "postfix")
        *mx, self.submission, self.smtps = free_ports(len(VERDICTS) + 2)
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
transport_maps = inline:{{ {{ {GONE} = error:5.1.1 this mailbox is gone }} }}
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
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ {UNKNOWN} = 550 5.1.1 no such user }} {{ {BUSY} = 451 4.2.1 the mailbox is busy }} }}, permit
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
maillog_file = {self.folder}/log
maillog_file_prefixes = {root}
""")
        services = "".join(
            f"127.0.0.1:{port} inet n - n - - smtpd\n"
            f"  -o smtpd_sender_restrictions=check_sender_access,regexp:{self.etc}/verdict-{verdict}\n"
            for verdict, port in self.mx.items())
        auth = ("  -o smtpd_sasl_auth_enable=yes\n"
                "  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n")
        services += (f"127.0.0.1:{self.submission} inet n - n - - smtpd\n"
                     f"  -o smtpd_tls_security_level=encrypt\n{auth}"
                     f"127.0.0.1:{self.smtps} inet n - n - - smtpd\n"
                     f"  -o smtpd_tls_wrappermode=yes\n{auth}")
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


class Relay:
    """A port that leads to another one, and can be shut: a server that goes away and comes back."""

    def __init__(self, to):
        self.to, self.port, self.connections = to, free_ports(1)[0], 0
        self.listener, self.open = None, []

    def start(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
                self.connections += 1
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            self.open += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(a, b), daemon=True).start()

    @staticmethod
    def _copy(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for s in (source, target):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)

    def stop(self):
        for s in [self.listener, *self.open]:
            if s:
                with contextlib.suppress(OSError):
                    s.shutdown(socket.SHUT_RDWR)
                s.close()
        self.listener, self.open = None, []


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
