"""One who signs in: a browser's cookies, the desk's pages, and a provider's."""
import html
import json
import re
import urllib.error
import urllib.parse
import urllib.request

from .common import free_ports, listens, wait_for
from .desk import PEOPLE

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

    def __init__(self, context=None):
        self.context = context # what it trusts by https
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
        opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}),
                                             urllib.request.HTTPSHandler(context=self.context))
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

    def __init__(self, t, providers=None, people=NUMBERED, clock="10", name="desk",
                 authority=None):
        """authority: the portal has TLS of its own, with a certificate of that one."""
        self.port, = free_ports(1)
        self.url = f"http{'s' if authority else ''}://127.0.0.1:{self.port}"
        tls = dict(zip(("Certificate", "Key"), authority.server("portal", ["127.0.0.1"]))) if authority else {}
        self.desk = t.desk({"Desk": {"Url": self.url, "TestClock": clock},
                            "Portal": {"Listen": f"127.0.0.1:{self.port}", **tls}, **(providers or {})},
                           people=people, name=name)
        self.portal = None

    def start(self):
        self.portal = self.desk.start("portal")
        wait_for("the portal listens", lambda: listens(self.port))
        return self

    def restart(self):
        self.desk.stop(self.portal)
        return self.start()

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
