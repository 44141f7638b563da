"""Signing in by OpenID Connect at providers that lie, stall or are away."""
import base64
import contextlib
import http.client
import json
import socket
import time
import urllib.parse

from lib.common import wait_for
from lib.desk import JAN
from lib.openid import Liar
from lib.signing import Site, Surfer, plain
from test_portal import check_headers


def open_liar(t, **options):
    liar = Liar()
    t.at_end(liar.stop)
    site = Site(t, **options)
    site.desk.secret("plain.secret", "x")
    site.desk.configure(plain(liar.issuer))
    return site.start(), liar


def back_from(site, liar, surfer):
    """A sign-in that comes back from the liar at once, with a code."""
    page = surfer.open(f"{site.url}/login/plain", follow=False)
    assert page.status == 303, (page.status, page.text, site.log())
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(page.getheader("Location")).query)["state"][0]
    return surfer.open(f"{site.url}/login/plain/callback?" + urllib.parse.urlencode(
        {"state": state, "code": "c"}), origin=liar.issuer)


def test_openid_document(t):
    """A provider's document that is none, of another, or leads elsewhere begins no sign-in"""
    site, liar = open_liar(t)
    me = Surfer()
    path = "/.well-known/openid-configuration"
    good = liar.answers[path]
    for what, answer, status, said in (
            ("not there", (404, {}, b""), 502, "HTTP status 404"),
            ("a page", (200, {}, b"<html>hello</html>"), 502, "expected a JSON object"),
            ("nothing", (200, {}, b""), 502, "expected a JSON object"),
            ("a list", (200, {}, []), 502, "expected a JSON object"),
            ("3 MB", (200, {}, b"{" + b" " * 3_000_000 + b"}"), 502, "more than 262144 bytes"),
            ("elsewhere", (302, {"Location": f"{liar.issuer}/other"}, b""), 502, "HTTP status 302"),
            ("an error", (500, {}, b"{}"), 502, "HTTP status 500")):
        liar.answers[path] = answer
        liar.answers["/other"] = good
        page = me.open(f"{site.url}/login/plain", follow=False)
        assert page.status == status, (what, page.status)
        check_headers(page)
        assert "Example login" in page.text and 'href="/link"' in page.text, page.text
        wait_for(f"the log says so: {what}", lambda: said in site.log())
    for what, changes in (("another issuer", {"issuer": "https://evil.example"}),
                          ("a slash more", {"issuer": liar.issuer + "/"}),
                          ("no token endpoint", {"token_endpoint": None}),
                          ("in the clear", {"token_endpoint": "http://evil.example/token"}),
                          ("a script", {"authorization_endpoint": "javascript:alert(1)"}),
                          ("a file", {"jwks_uri": "file:///etc/passwd"}),
                          ("a line end", {"authorization_endpoint": "https://x.example/\r\nSet-Cookie: a=b"}),
                          ("a user", {"token_endpoint": "https://a:b@x.example/"})):
        liar.document(**changes)
        page = me.open(f"{site.url}/login/plain", follow=False)
        assert page.status == 502 and not page.getheader("Location"), (what, page.status)
    liar.document()
    assert me.open(f"{site.url}/login/plain", follow=False).status == 303


def test_openid_changed_issuer(t):
    """A provider that gives itself another name while the portal runs is not believed any more"""
    site, provider = Site(t, clock="1000"), Liar()
    t.at_end(provider.stop)
    site.desk.secret("plain.secret", "x")
    site.desk.configure(plain(provider.issuer))
    site.start()
    me = Surfer()

    def answers(status): # with that clock a connection has 20 ms for its request: one may be cut
        with contextlib.suppress(OSError, http.client.HTTPException):
            return me.open(f"{site.url}/login/plain", follow=False).status == status

    wait_for("a sign-in begins", lambda: answers(303))
    provider.document(issuer="https://evil.example")
    # its document is read anew every hour; the desk's clock is 1,000 times as fast
    wait_for("it is refused", lambda: answers(502), 20)
    assert "names another issuer" in site.log()


def test_openid_token_endpoint(t):
    """Whatever the token endpoint answers, there is a page, and no session"""
    site, liar = open_liar(t)
    for what, answer, status in (
            ("garbage", (200, {}, b"\x00\xff\xfe{}"), 502),
            ("no token", (200, {}, {"access_token": "x"}), 502),
            ("a token of nothing", (200, {}, {"id_token": "..", "access_token": "x"}), 502),
            ("a number", (200, {}, {"id_token": 7}), 502),
            ("3 MB", (200, {}, {"id_token": "e" * 3_000_000}), 502),
            ("elsewhere", (307, {"Location": f"{liar.issuer}/other"}, b""), 502),
            ("an error", (400, {}, {"error": "invalid_grant", "error_description": "jan@minfin.example"}), 502),
            ("markup", (400, {}, {"error": "<script>\n" * 100}), 502),
            ("away", (503, {}, b""), 502)):
        liar.answers["/token"] = answer
        me = Surfer()
        page = back_from(site, liar, me)
        assert page.status == status, (what, page.status)
        check_headers(page)
        assert "<script>" not in page.text and (f"127.0.0.1:{site.port}", "persocontact") not in me.cookies
    assert not [path for _, path, *_ in liar.asked if path == "/other"], "a redirect was followed"
    assert JAN not in site.log()
    method, _, form, headers = next(a for a in liar.asked if a[1] == "/token")
    form = dict(urllib.parse.parse_qsl(form))
    assert method == "POST" and form["grant_type"] == "authorization_code" and form["code"] == "c", form
    assert len(form["code_verifier"]) >= 43 and headers["Authorization"].startswith("Basic "), form


def test_openid_away(t):
    """A provider that is away or stalls: a page in time, and the portal serves all others meanwhile"""
    site, liar = open_liar(t)
    me = Surfer()

    def stall(_request):
        liar.over.wait(30)
        return 200, {}, {}

    liar.answers["/token"] = stall
    places = list(stalled(site, liar, 68)) # 64 may wait; four of them at a time ask
    waits = [ask_in_parts(site.port, *place) for place in places]
    wait_for("the token endpoint is asked by four", lambda: asked_tokens(liar) >= 4)
    for path, status in 10 * [("/link", 200), ("/login/plain", 303)]:
        began = time.monotonic()
        assert me.open(f"{site.url}{path}", follow=False).status == status
        assert time.monotonic() - began < 2, "others wait for a provider that stalls"
    answers = [answer_in_parts(s) for s in waits]
    statuses = [a.split()[1] for a in answers]
    assert set(statuses) == {b"502", b"503"} and statuses.count(b"503") <= 4, statuses
    assert all(b"cannot be reached" in a for a in answers)
    before = asked_tokens(liar)
    # stopped in the middle of it: it ends in time
    wait, = [ask_in_parts(site.port, *where) for where in stalled(site, liar, 1)]
    wait_for("the token endpoint is asked once more", lambda: asked_tokens(liar) > before)
    assert site.desk.stop(site.portal) < 5
    assert answer_in_parts(wait).split()[1] == b"502"
    # nobody listens
    liar.stop()
    site.start()
    page = me.open(f"{site.url}/login/plain", follow=False)
    assert page.status == 502 and "cannot be reached" in page.text


def asked_tokens(liar):
    return sum(path == "/token" for _, path, *_ in liar.asked)


def stalled(site, liar, count):
    """Comes back from the liar, count times: path and cookie."""
    for _ in range(count):
        me = Surfer()
        page = me.open(f"{site.url}/login/plain", follow=False)
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(page.getheader("Location")).query)["state"][0]
        (value, _), = [v for (_, name), v in me.cookies.items() if name == "persocontact-login"]
        yield f"/login/plain/callback?state={state}&code=c", f"persocontact-login={value}"


def ask_in_parts(port, path, cookie):
    """Asks for a page, and does not wait for it."""
    s = socket.create_connection(("127.0.0.1", port), 30)
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n"
              f"Cookie: {cookie}\r\nConnection: close\r\n\r\n".encode())
    return s


def answer_in_parts(s):
    with s:
        answer = b""
        while part := s.recv(65536):
            answer += part
    return answer


def test_openid_new_keys(t):
    """Tokens with keys that nobody knows do not make the desk ask for keys again and again"""
    site, liar = open_liar(t, clock="1")
    head, claims = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                    for part in ({"alg": "RS256", "kid": "new"}, {"iss": liar.issuer}))
    liar.answers["/token"] = (200, {}, {"id_token": f"{head}.{claims}.AAAA", "access_token": "x"})
    for _ in range(5):
        page = back_from(site, liar, Surfer())
        assert page.status == 502 and "cannot trust" in page.text
    assert sum(path == "/jwks" for _, path, *_ in liar.asked) == 1, liar.asked


def test_openid_https(t):
    """A provider by https: its certificate must be of CaFile or of the system's, and of its name"""
    pki = t.servers.pki
    for cert, key, ca, status, said in (
            (pki.cert, pki.key, None, 502, "set CaFile= to the authority"),
            (pki.other_cert, pki.other_key, pki.ca, 502, "set CaFile= to the authority"),
            (pki.cert, pki.key, pki.ca, 303, "")):
        liar = Liar(cert, key)
        t.at_end(liar.stop)
        site = Site(t, {**plain(liar.issuer), "OpenID plain": {
            **plain(liar.issuer)["OpenID plain"], **({"CaFile": ca} if ca else {})}},
            name=f"desk-{liar.server.server_port}")
        site.desk.secret("plain.secret", "x")
        site.start()
        page = Surfer().open(f"{site.url}/login/plain", follow=False)
        assert page.status == status and said in site.log(), (page.status, site.log())


def checked(site):
    """What `persocontact check` says of the plain provider."""
    lines = site.desk.run("check", status=None).out.splitlines()
    return next(line.split(None, 2) for line in lines if line.split()[1] == "plain")


def test_openid_check(t):
    """check tries a provider: its documents, its keys, the desk's secret; each mistake is named"""
    site, liar = open_liar(t)
    assert checked(site)[::2] == ["BAD", f"{liar.issuer}/jwks: the provider shows no key for Algorithms="]
    public = {"kty": "EC", "crv": "P-256", "x": "a", "y": "b"}
    liar.answers["/jwks"] = (200, {}, {"keys": [public, {**public, "use": "enc"}, {**public, "alg": "ES384"}]})
    assert checked(site) == ["ok", "plain", f"{liar.issuer}: 1 keys; comes back to {site.url}/login/plain/callback"]
    liar.document(issuer="https://evil.example")
    assert "names another issuer than Issuer=" in checked(site)[2]
    site.desk.configure({"OpenID plain": {"ClientSecret": "file:nowhere"}})
    assert checked(site)[2].startswith("ClientSecret: "), checked(site)
    site.desk.configure({"OpenID plain": {"ClientSecret": None, "PrivateKey": "file:plain.secret"}})
    assert checked(site)[2].startswith("PrivateKey: expected a private key as PEM or JWK"), checked(site)
    liar.stop()
    site.desk.configure({"OpenID plain": {"ClientSecret": "file:plain.secret", "PrivateKey": None}})
    assert "the provider's document is away" in checked(site)[2], checked(site)
