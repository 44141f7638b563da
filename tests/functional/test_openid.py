"""Signing in by OpenID Connect at a certified provider: plainly, and as itsme has it."""
import json
import re
import signal
import subprocess
import urllib.parse

from lib.common import wait_for
from lib.desk import JAN, STRANGER
from lib.given import tax_mail
from lib.openid import ADVANCED, BASIC, NUMBER, Provider
from lib.signing import (JAN_NUMBER, LEAVER, LEFT_NUMBER, NUMBERED, TWIN_NUMBER, Site, Surfer,
                         plain)
from lib.tls import Authority
from test_portal import check_headers


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


def test_openid_tls(t):
    """At a portal with TLS of its own, which begins anew (SIGHUP) while people are at the provider"""
    authority = Authority(t.folder / "authority")
    site = Site(t, authority=authority)
    provider = Provider(site.url, t.folder)
    t.at_end(provider.stop)
    site.desk.secret("plain.secret", provider.world["secret"])
    site.desk.configure(plain(provider.issuer))
    site.start()
    me = Surfer(authority.context())
    callback = callback_of(site, me)
    assert callback.startswith(f"{site.url}/login/plain/callback?"), callback
    assert {n for h, n in me.cookies if h.endswith(f":{site.port}")} == {"__Host-persocontact-login"}
    site.portal.send_signal(signal.SIGHUP)
    wait_for("it listens anew", lambda: site.log().count("listens on") == 2)
    page = me.open(callback, origin=provider.issuer)
    assert "Secure" in page.getheader("Set-Cookie") and "SameSite=Strict" in page.getheader("Set-Cookie")
    assert site.onward(me, page).url == f"{site.url}/mine"


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
    """New keys, of other algorithms too, are found while the portal runs; not of any algorithm"""
    site, provider = open_plain(t)
    me = Surfer()
    site.onward(me, site.sign_in(me, "plain", mail_of(JAN)))
    for algorithm in ("ES256", "PS256"):
        provider.restart(algorithm=algorithm)
        # new keys are looked for every 30 s; the desk's clock is ten times as fast
        page = wait_for("the new keys are found", lambda: next(
            (p for p in [site.sign_in(me, "plain", mail_of(JAN))] if p.status == 200), None))
        site.onward(me, page)
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
    site.restart()
    site.onward(me, site.sign_in(me, "itsme", has_number(JAN_NUMBER)))
    provider.restart(userinfo_jwt=True)
    site.restart() # new keys are looked for once in a while only
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
    site.restart()
    page = site.sign_in(Surfer(), "plain", mail_of(JAN))
    assert page.status == 502 and "is not encrypted" in site.log(), site.log()
