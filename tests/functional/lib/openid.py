"""OpenID providers for the tests: a certified one (oidc-provider, by node), and one that lies."""
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import threading
import urllib.request

from .common import free_ports, need, stop_process, wait_for
from .npm import install

HERE = pathlib.Path(__file__).resolve().parent.parent / "openid"
NUMBER = "http://itsme.services/v2/claim/BENationalNumber"
BASIC, ADVANCED = (f"http://itsme.services/v2/claim/acr_{level}" for level in ("basic", "advanced"))
_modules = None


def modules():
    """The folder with oidc-provider, installed once a run."""
    global _modules
    if _modules is None:
        need("node", "nodejs")
        need("npm", "npm")
        _modules = tempfile.TemporaryDirectory(prefix="pco-", dir="/tmp")
        why = install(HERE, _modules.name)
        assert why is None, why
        for path in HERE.glob("*.mjs"):
            shutil.copy(path, _modules.name)
    return _modules.name


class Provider:
    """oidc-provider at a free port of the loopback; options: of provider.mjs."""

    def __init__(self, desk_url, folder, **options):
        self.port, = free_ports(1)
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.world = {"issuer": self.issuer, "desk": desk_url, "secret": "s3cret + % &", **options}
        self.errors = pathlib.Path(folder) / "provider.err"
        self.process = None
        self.start()

    def start(self, **options):
        self.world |= options
        with open(self.errors, "ab") as err:
            self.process = subprocess.Popen(
                ["node", "provider.mjs"], cwd=modules(), stdin=subprocess.DEVNULL, stdout=err,
                stderr=err, env={**os.environ, "WORLD": json.dumps(self.world), "NO_COLOR": "1"})
        wait_for("the provider answers", self.answers, 30)

    def answers(self):
        assert self.process.poll() is None, self.errors.read_text()[-2000:]
        try:
            with urllib.request.urlopen(f"{self.issuer}/.well-known/openid-configuration", timeout=5) as f:
                return json.load(f)
        except OSError:
            return False

    def stop(self):
        stop_process(self.process)

    def restart(self, **options):
        """The same address, new keys; nothing is remembered."""
        self.stop()
        self.start(**options)


class Liar:
    """A provider of one's own making: answers maps a path to (status, headers, body) or to a
    function of the request, which may take its time; keeps what was asked."""

    def __init__(self, cert=None, key=None):
        """By https where there is a certificate."""
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                size = int(self.headers.get("Content-Length") or 0)
                self.form = self.rfile.read(size).decode()
                path = self.path.split("?")[0]
                liar.asked.append((self.command, self.path, self.form, dict(self.headers)))
                found = liar.answers.get(path, (404, {}, b""))
                status, headers, body = found(self) if callable(found) else found
                body = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass # who asked has gone

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.asked, self.answers = [], {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if cert:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(cert, key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                     do_handshake_on_connect=False)
        self.issuer = f"http{'s' if cert else ''}://127.0.0.1:{self.server.server_port}"
        self.over = threading.Event() # set at the end: for answers that wait
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.document()

    def document(self, **changes):
        document = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks",
                    "authorization_endpoint": f"{self.issuer}/auth",
                    "token_endpoint": f"{self.issuer}/token"} | changes
        self.answers["/.well-known/openid-configuration"] = (
            200, {}, {k: v for k, v in document.items() if v is not None})
        self.answers["/jwks"] = (200, {}, {"keys": []})

    def stop(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
