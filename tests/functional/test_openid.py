"""Signing in by OpenID Connect: at a certified provider, and at some that lie or are away."""
import base64
import html
import json
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from lib.common import free_ports, listens, wait_for
from lib.desk import JAN, PEOPLE, STRANGER
from lib.given import tax_mail
from lib.openid import ADVANCED, BASIC, NUMBER, Liar, Provider
from test_portal import check_headers

JAN_NUMBER, TWIN_NUMBER, LEFT_NUMBER = "85073003328", "90010100155", "75120500296"
NUMBERED = (PEOPLE.replace(",1005,employee,,\n1002", ",1005,employee,,85.07.30-033.28\n1002")
            + f"1501,Twin A,twin.a@minfin.example,MINFIN,nl,,employee,,{TWIN_NUMBER}\n"
            + f"1502,Twin B,twin.b@minfin.example,MINFIN,nl,,employee,,{TWIN_NUMBER}\n")
LEAVER = f"1503,Leaver,leaver@minfin.example,MINFIN,nl,,employee,,{LEFT_NUMBER}\n"


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.url = response.status, response.headers, response.url
        self.text = response.read().decode(errors="replace")

    def getheader(self, name):
        return self.headers.get(name)


class Surfer:
    """A browser with a cookie jar that keeps to SameSite: a request that another site led to (a
    redirect's too) carries no Strict cookie, and Lax ones only when it is a GET."""

    def __init__(self):
        self.cookies = {} # (host:port, name) -> (value, site)
        self.trail = []

    def open(self, url, fields=None, origin=None, follow=True, headers=None):
        """origin: the page whose link or form it is; None: typed in."""
        trusted = origin is None or urllib.parse.urlsplit(origin).netloc == urllib.parse.urlsplit(url).netloc
        for _ in range(20):
            answer = self._once(url, fields, trusted, headers)
            self.trail.append((answer.status, url))
            where = answer.getheader("Location")
            if not follow or answer.status not in (302, 303) or not where:
                return answer
            to = urllib.parse.urljoin(url, where)
            trusted = trusted and urllib.parse.urlsplit(to).netloc == urllib.parse.urlsplit(url).netloc
            url, fields = to, None
        raise AssertionError(f"redirects without end: {self.trail[-20:]}")

    def _once(self, url, fields, trusted, headers):
        host = urllib.parse.urlsplit(url).netloc
        sent = "; ".join(f"{name}={value}" for (place, name), (value, site) in self.cookies.items()
                         if place == host and (trusted or site == "lax" and fields is None))
        request = urllib.request.Request(
            url, fields and urllib.parse.urlencode(fields).encode(),
            {"Accept-Language": "en", **({"Cookie": sent} if sent else {}), **(headers or {})})
        opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
        try:
            answer = Answer(opener.open(request, timeout=30))
        except urllib.error.HTTPError as e:
            answer = Answer(e)
        for line in answer.headers.get_all("Set-Cookie") or []:
            pair, *attributes = [part.strip() for part in line.split(";")]
            name, _, value = pair.partition("=")
            words = {a.lower() for a in attributes}
            self.cookies[host, name] = (value, "lax" if "samesite=lax" in words or not any(
                w.startswith("samesite") for w in words) else "strict")
            if "max-age=0" in words or "expires=thu, 01 jan 1970 00:00:00 gmt" in words:
                del self.cookies[host, name]
        return answer


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Site:
    """The desk's pages, as one who signs in sees them."""

    def __init__(self, t, providers=None, people=NUMBERED, clock="100", name="desk"):
        self.port, = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.desk = t.desk({"Desk": {"Url": self.url, "TestClock": clock},
                            "Portal": {"Listen": f"127.0.0.1:{self.port}"}, **(providers or {})},
                           people=people, name=name)
        self.portal = None

    def start(self):
        self.portal = self.desk.start("portal")
        wait_for("the portal listens", lambda: listens(self.port))
        return self

    def log(self):
        return self.portal.errors.read_text()

    def begin(self, surfer, name, path=""):
        """Presses the button; gives the provider's page, which remembers nobody."""
        surfer.cookies = {k: v for k, v in surfer.cookies.items() if k[0].endswith(f":{self.port}")}
        page = surfer.open(f"{self.url}/link")
        link = re.search(rf'href="(/login/{name})"', page.text)
        assert link, page.text
        return surfer.open(self.url + link[1] + path, origin=page.url)

    def sign_in(self, surfer, name, who, do="yes", follow=True, path=""):
        """All of it; gives what the callback shows."""
        form = self.begin(surfer, name, path)
        assert '<input name="who"' in form.text, (form.url, form.text[:1500])
        return surfer.open(form.url, {"who": json.dumps(who), "do": do}, origin=form.url, follow=follow)

    def onward(self, surfer, page):
        """Follows the page that begins the session."""
        where = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
        assert where and page.status == 200, (page.url, page.status, page.text[:1500])
        return surfer.open(urllib.parse.urljoin(page.url, html.unescape(where[1])), origin=page.url)


def plain(issuer):
    return {"OpenID plain": {"Name": "Example login", "Name[fr]": "Connexion Exemple", "Issuer": issuer,
                             "ClientId": "desk", "ClientSecret": "file:plain.secret"}}


def open_plain(t, **options):
    """A desk with the plain provider, which runs: (site, provider)."""
    site = Site(t)
    provider = Provider(site.url, t.folder, **options)
    t.at_end(provider.stop)
    site.desk.secret("plain.secret", provider.world["secret"])
    site.desk.configure(plain(provider.issuer))
    return site.start(), provider


def mail_of(address, verified=True):
    return {"email": address, "email_verified": verified}


def test_openid_address(t):
    """The address of an id_token leads to My cases; the session is new, and says how it began"""
    site, provider = open_plain(t)
    tax_mail(site.desk)
    site.desk.step()
    number = site.desk.case()["number"]
    me = Surfer()
    page = site.sign_in(me, "plain", mail_of(JAN.upper()))
    assert page.url.startswith(f"{site.url}/login/plain/callback?"), page.url
    check_headers(page)
    assert number not in page.text
    mine = site.onward(me, page)
    assert mine.url == f"{site.url}/mine" and number in mine.text, mine.text[:1500]
    assert "via Example login" in me.open(f"{site.url}/sessions").text
    # what went to the provider
    asked = {k: v[0] for k, v in urllib.parse.parse_qs(urllib.parse.urlsplit(
        next(u for _, u in me.trail if u.startswith(provider.issuer))).query).items()}
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256", asked
    assert len(asked["state"]) >= 26 and len(asked["nonce"]) >= 26 and asked["nonce"] != asked["state"]
    assert asked["redirect_uri"] == f"{site.url}/login/plain/callback" and asked["ui_locales"] == "en"
    # again: another session, the old one is over
    name = next(n for h, n in me.cookies if h.endswith(f":{site.port}") and n == "persocontact")
    old = dict(me.cookies)
    first = me.cookies[f"127.0.0.1:{site.port}", name]
    site.onward(me, site.sign_in(me, "plain", mail_of(JAN)))
    assert me.cookies[f"127.0.0.1:{site.port}", name] != first
    stale = Surfer()
    stale.cookies = old
    assert stale.open(f"{site.url}/mine").status == 404
    # signing out
    csrf = re.search(r'name="csrf" value="([a-z2-7]+)"', me.open(f"{site.url}/mine").text)[1]
    me.open(f"{site.url}/leave", {"csrf": csrf}, origin=site.url)
    assert me.open(f"{site.url}/mine").status == 404
    # nothing of the person is in the log
    log = site.log()
    assert "login=plain result=entered" in log and JAN not in log.lower() and "1001" not in log, log


def test_openid_unknown(t):
    """Nobody, not verified, not there: one page that says what to do, and no session"""
    site, provider = open_plain(t)
    pages = {}
    for what, who in (("a stranger", mail_of(STRANGER)), ("not verified", mail_of(JAN, False)),
                      ("no word on it", {"email": JAN}), ("no address", {}),
                      ("an address that is none", mail_of("jan")), ("markup", mail_of("<b>@x.y"))):
        me = Surfer()
        page = site.sign_in(me, "plain", who)
        assert page.status == 403, (what, page.status, page.text[:500])
        check_headers(page)
        assert (f"127.0.0.1:{site.port}", "persocontact") not in me.cookies, what
        pages[what] = page.text
    assert len(set(pages.values())) == 1, "the page tells who is known"
    assert "HR service" in pages["a stranger"] and 'href="/link"' in pages["a stranger"]
    log = site.log()
    assert STRANGER not in log and JAN not in log, log


def test_openid_cancelled(t):
    """Who breaks it off gets a page in their language, with the other ways; no session"""
    site, provider = open_plain(t)
    me = Surfer()
    page = site.sign_in(me, "plain", {}, do="no")
    assert page.status == 200 and "broken off" in page.text and 'href="/link"' in page.text
    check_headers(page)
    assert me.open(f"{site.url}/mine").status == 404
    words = me.open(f"{site.url}/link", headers={"Accept-Language": "fr"}).text
    assert "Se connecter avec Connexion Exemple" in words and 'name="address"' in words, words


def callback_of(site, surfer):
    """A sign-in up to its last step: the address to which the provider sends the browser back."""
    page = site.sign_in(surfer, "plain", mail_of(JAN), follow=False)
    while not page.getheader("Location").startswith(site.url):
        page = surfer.open(urllib.parse.urljoin(page.url, page.getheader("Location")), follow=False,
                           origin=page.url)
    return page.getheader("Location")


def test_openid_once(t):
    """An answer counts once, in the browser that asked, at the provider that was asked, as it was"""
    site, provider = open_plain(t)
    me, other = Surfer(), Surfer()
    callback = callback_of(site, me)
    parts = urllib.parse.urlsplit(callback)
    query = dict(urllib.parse.parse_qsl(parts.query))
    assert query.get("iss") == provider.issuer, query

    def with_(**changes):
        changed = {k: v for k, v in {**query, **changes}.items() if v is not None}
        return parts._replace(query=urllib.parse.urlencode(changed)).geturl()

    # another browser, with and without a sign-in of its own; a scanner; an altered state
    assert other.open(callback, origin=provider.issuer).status == 400
    site.begin(other, "plain")
    page = other.open(callback, origin=provider.issuer)
    assert page.status == 400 and "another browser" in page.text, page.text
    head = subprocess.run(["curl", "-sI", callback], capture_output=True, text=True, check=True).stdout
    assert " 400 " in head.splitlines()[0], head
    for state in ("a" * 26, "", None, "x" * 5000):
        assert me.open(with_(state=state), origin=provider.issuer).status == 400, state
    # now it counts, and not twice
    page = me.open(callback, origin=provider.issuer)
    site.onward(me, page)
    again = me.open(callback, origin=provider.issuer)
    assert again.status == 400 and "http-equiv" not in again.text
    # another issuer's answer, and one that does not say whose it is (RFC 9207), end the sign-in
    for iss in ("https://evil.example", None, provider.issuer + "/"):
        parts = urllib.parse.urlsplit(callback_of(site, me))
        query = dict(urllib.parse.parse_qsl(parts.query))
        page = me.open(with_(iss=iss), origin=provider.issuer)
        assert page.status == 502 and "cannot trust" in page.text, (iss, page.status, page.text)
        assert me.open(with_(), origin=provider.issuer).status == 400, "it counted twice"
    # a code that the provider does not know
    form = site.begin(me, "plain")
    state = re.search(r"state%22%3A%22([a-z2-7]+)%22", form.text)[1]
    page = me.open(with_(state=state, code="wrong"), origin=provider.issuer)
    assert page.status == 502 and "cannot trust" in page.text
    assert "invalid_grant" in site.log()


def test_openid_begin(t):
    """A sign-in is begun by a person on our page: not by HEAD, another site, or for another place"""
    site, provider = open_plain(t)
    me = Surfer()
    for name in ("nothing", "PLAIN", "plain/callback/x", "..", "plain%00"):
        assert me.open(f"{site.url}/login/{name}").status == 404, name
    for header in ("cross-site", "same-site"):
        page = me.open(f"{site.url}/login/plain", headers={"Sec-Fetch-Site": header}, follow=False)
        assert (page.status, page.getheader("Location")) == (303, "/link"), header
        page = me.open(f"{site.url}/login/plain?to=/content", headers={"Sec-Fetch-Site": header})
        assert 'href="/login/plain?to=/content"' in page.text, page.text
    assert 'href="/login/plain"' in me.open(f"{site.url}/link?to=//evil.example").text
    head = subprocess.run(["curl", "-sI", f"{site.url}/login/plain"], capture_output=True, text=True,
                          check=True).stdout
    assert "Location: /link" in head and "Set-Cookie" not in head, head
    for to, where in (("/content", "/content"), ("/case/PC-2026-000001", "/case/PC-2026-000001"),
                      ("//evil.example", "/mine"), ("https://evil.example", "/mine"), ("/\\evil", "/mine"),
                      ("/login/plain", "/mine"), ("/m/" + "a" * 26, "/mine"), ("/leave", "/mine"),
                      ("/mine?x=\"><script>", "/mine"), ("/no/such", "/mine")):
        page = site.sign_in(me, "plain", mail_of(JAN), path="?" + urllib.parse.urlencode({"to": to}))
        assert f'url={where}"' in page.text, (to, page.text[:600])
        site.onward(me, page)
    cookie = me.open(f"{site.url}/login/plain", follow=False).getheader("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; ")), cookie


def test_openid_rotation(t):
    """New keys at the provider are found while the portal runs; so is another issuer"""
    site, provider = open_plain(t)
    me = Surfer()
    site.onward(me, site.sign_in(me, "plain", mail_of(JAN)))
    for algorithm in ("RS256", "ES256", "PS256"):
        provider.restart(algorithm=algorithm)
        time.sleep(0.31) # new keys are looked for every 30 s; the desk's clock is 100 times as fast
        site.onward(me, site.sign_in(me, "plain", mail_of(JAN)))
    # not of Algorithms=
    provider.restart(algorithm="RS512")
    page = site.sign_in(me, "plain", mail_of(JAN))
    assert page.status == 502 and "cannot trust" in page.text and "Algorithms=" in site.log()


def new_key(desk, name, *options):
    """A private key in a file that only its owner reads."""
    pem = subprocess.run(["openssl", "genpkey", *options], capture_output=True, text=True,
                         check=True).stdout
    return desk.secret(name, pem.strip())


def open_itsme(t, settings=None, **options):
    """A desk and a provider as itsme's documentation has them."""
    site = Site(t)
    provider = Provider(site.url, t.folder, **options)
    t.at_end(provider.stop)
    for name in ("sign.pem", "open.pem", "other.pem"):
        new_key(site.desk, name, "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    site.desk.configure({"OpenID itsme": {
        "Name": "itsme®", "Issuer": provider.issuer, "ClientId": "itsme-desk", "PrivateKey": "file:sign.pem",
        "EncryptionKey": "file:open.pem", "Scope": "openid service:TEST eid", "Claim": NUMBER,
        "Who": "national-number", "AcrValues": ADVANCED, **(settings or {})}})
    return site.start(), provider


def has_number(number, acr=ADVANCED):
    return {NUMBER: number, "acr": acr}


def test_openid_itsme(t):
    """As itsme's documentation says: private_key_jwt, encrypted id_tokens, the national number"""
    site, provider = open_itsme(t)
    me = Surfer()
    page = site.sign_in(me, "itsme", has_number(JAN_NUMBER))
    mine = site.onward(me, page)
    assert mine.status == 200 and mine.url == f"{site.url}/mine", (mine.url, mine.text)
    assert "via itsme®" in me.open(f"{site.url}/sessions").text
    asked = {k: v[0] for k, v in urllib.parse.parse_qs(urllib.parse.urlsplit(
        next(u for _, u in me.trail if u.startswith(provider.issuer))).query).items()}
    assert asked["acr_values"] == ADVANCED and asked["scope"] == "openid service:TEST eid", asked
    assert json.loads(asked["claims"]) == {"id_token": {NUMBER: None}}, asked
    # somebody who has left
    for people in (NUMBERED + LEAVER, NUMBERED):
        site.desk.run("person", "import", "-", input=people)
    assert "1 left" in site.desk.log[-1], site.desk.log[-1]
    page = site.sign_in(Surfer(), "itsme", has_number(LEFT_NUMBER))
    assert page.status == 403 and "do not find you" in page.text, page.status
    # who is not known in this way; nobody's number is the number of those who have none
    for what, number in (("nobody", "85073003427"), ("two people", TWIN_NUMBER), ("no number", ""),
                         ("ten digits", "8507300332"), ("words", "1' OR '1'='1")):
        page = site.sign_in(Surfer(), "itsme", has_number(number))
        assert page.status == 403 and "do not find you" in page.text, (what, page.status)
    # a lower level than is asked for
    page = site.sign_in(Surfer(), "itsme", has_number(JAN_NUMBER, BASIC))
    assert page.status == 502 and "cannot trust" in page.text and "AcrValues=" in site.log()
    # dots and dashes are the same number
    site.onward(me, site.sign_in(me, "itsme", has_number("85.07.30-033.28")))
    for number in (JAN_NUMBER, TWIN_NUMBER, "85073003427"):
        assert number not in site.log(), "a national number is in the log"
    # the public halves of the keys, and nothing else of them
    keys = json.loads(me.open(f"{site.url}/login/itsme/keys").text)["keys"]
    assert [(k["use"], k["kty"]) for k in keys] == [("sig", "RSA"), ("enc", "RSA")], keys
    assert all(set(k) == {"use", "kty", "n", "e", "kid"} for k in keys), keys


def test_openid_encryption(t):
    """Other contents of encryption; UserInfo, plain and as a token; the wrong key opens nothing"""
    site, provider = open_itsme(t, enc="A256GCM")
    me = Surfer()
    site.onward(me, site.sign_in(me, "itsme", has_number(JAN_NUMBER)))
    provider.restart(no_claims=True) # then the claim is in the UserInfo answer alone
    restart_portal(site)
    site.onward(me, site.sign_in(me, "itsme", has_number(JAN_NUMBER)))
    provider.restart(userinfo_jwt=True)
    site.onward(me, site.sign_in(me, "itsme", has_number(JAN_NUMBER)))
    # another key than the one that it was encrypted for
    (site.desk.folder / "open.pem").write_text((site.desk.folder / "other.pem").read_text())
    page = site.sign_in(me, "itsme", has_number(JAN_NUMBER))
    assert page.status == 502 and "cannot be decrypted" in site.log(), site.log()


def test_openid_not_encrypted(t):
    """Where encryption is set an id_token that is not encrypted is refused, and the other way round"""
    site, provider = open_plain(t)
    new_key(site.desk, "open.pem", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    site.desk.configure({"OpenID plain": {"EncryptionKey": "file:open.pem"}})
    restart_portal(site)
    page = site.sign_in(Surfer(), "plain", mail_of(JAN))
    assert page.status == 502 and "is not encrypted" in site.log(), site.log()


def restart_portal(site):
    site.desk.stop(site.portal)
    site.start()


# ---- providers that lie, stall or are away ----

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
    site, provider = Site(t, clock="10000"), Liar()
    t.at_end(provider.stop)
    site.desk.secret("plain.secret", "x")
    site.desk.configure(plain(provider.issuer))
    site.start()
    me = Surfer()
    assert me.open(f"{site.url}/login/plain", follow=False).status == 303
    provider.document(issuer="https://evil.example")
    # its document is read anew every hour: the desk's clock is 10,000 times as fast
    wait_for("it is refused", lambda: me.open(f"{site.url}/login/plain", follow=False).status == 502)
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
