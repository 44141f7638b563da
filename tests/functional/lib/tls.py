"""Certificates of a test CA, and an OAuth 2.0 endpoint that uses them."""
import base64
import http.server
import json
import secrets
import ssl
import subprocess
import threading
import time
import urllib.parse

from .common import need


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
        self.ca = folder / "ca.pem"
        self.cert, self.key = folder / "server.pem", folder / "server.key"
        self.other_cert, self.other_key = folder / "other.pem", folder / "other.key"
        self.context = ssl.create_default_context(cafile=self.ca)


class Authority:
    """A CA in a folder of its own, by `openssl ca`: its certificates hold at any time, and say
    anything.  parent: its own certificate is of that one, else of itself."""

    def __init__(self, folder, name="authority", parent=None):
        self.folder, self.name = folder, name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.index").touch()
        (folder / f"{name}.index.attr").write_text("unique_subject = no\n")
        (folder / f"{name}.number").write_text("01\n")
        self.conf = folder / f"{name}.cnf"
        self.conf.write_text(
            f"[ca]\ndefault_ca=a\n[a]\ndatabase={name}.index\nnew_certs_dir=.\n"
            f"crlnumber={name}.number\ncertificate={name}.pem\nprivate_key={name}.key\n"
            "default_md=sha256\npolicy=p\nrand_serial=yes\nunique_subject=no\nemail_in_dn=no\n"
            "[p]\ncommonName=optional\n[req]\ndistinguished_name=d\n[d]\n")
        self.key, self.pem = folder / f"{name}.key", folder / f"{name}.pem"
        (parent or self).issue(name, f"/CN={name}", "basicConstraints=critical,CA:TRUE\n"
                               "keyUsage=critical,keyCertSign,cRLSign\n", ends=3,
                               self_signed=parent is None, out=self.pem)

    def openssl(self, *args):
        subprocess.run([need("openssl", "openssl"), *map(str, args)], cwd=self.folder, check=True,
                       capture_output=True, text=True)

    def issue(self, name, subject, extensions, *, begins=-1, ends=2, self_signed=False, out=None):
        """The path of a certificate that holds from begins to ends, in days from now; its key is
        NAME.key beside it."""
        key, request, out = (self.folder / f"{name}{end}" for end in (".key", ".csr", ".crt")) \
            if out is None else (out.with_suffix(".key"), out.with_suffix(".csr"), out)
        (self.folder / "extensions").write_text(extensions)
        self.openssl("req", "-config", self.conf, "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-subj", subject, "-keyout", key,
                     "-out", request)
        signing = ["-selfsign", "-keyfile", key] if self_signed else []
        self.openssl("ca", "-config", self.conf, "-batch", "-notext", "-preserveDN", "-in", request,
                     "-out", out, "-extfile", self.folder / "extensions",
                     "-startdate", day(begins), "-enddate", day(ends), *signing)
        return out

    def server(self, name, hosts, **options):
        """(certificate, key): the paths of a server's."""
        names = ",".join(("IP:" if host[0].isdigit() else "DNS:") + host for host in hosts)
        return self.issue(name, f"/CN={name}", f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n"
                          "extendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\n",
                          **options), self.folder / f"{name}.key"

    def revoke(self, certificate):
        self.openssl("ca", "-config", self.conf, "-revoke", certificate)

    def crl(self, path, begins=-1, ends=1):
        """Writes the list of what it has revoked."""
        self.openssl("ca", "-config", self.conf, "-gencrl", "-crl_lastupdate", day(begins),
                     "-crl_nextupdate", day(ends), "-out", path)
        return path

    def context(self):
        return ssl.create_default_context(cafile=self.pem)


def day(days):
    """The time so many days from now, as openssl wants it."""
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 24 * 60 * 60))


class TokenServer:
    """An OAuth 2.0 endpoint: /token gives tokens by https, /introspect tells Dovecot by http."""

    def __init__(self, pki):
        self.tokens, self.asked, self.lifetime = {}, [], 3600
        self.client_id, self.client_secret = "desk", "client-secret"
        self.refresh_token = "refresh-1"
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
            return 200, {"active": True, "username": user} if user else {"active": False}
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        known = headers.get("Authorization") == f"Basic {pair}" or (
            form.get("client_id") == self.client_id
            and form.get("client_secret") == self.client_secret)
        self.asked.append(form)
        if not known:
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") == "refresh_token" and \
                form.get("refresh_token") != self.refresh_token:
            return 400, {"error": "invalid_grant",
                         "error_description": "the refresh token is stale"}
        token = secrets.token_urlsafe(24)
        self.tokens[token] = "desk@desk.example"
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}

    def stop(self):
        for server in (self.http, self.https):
            server.shutdown()
            server.server_close()
