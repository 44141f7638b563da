"""Clients that are slow, too many, cut off, or that attack: what the portal does with each."""
import contextlib
import re
import secrets
import socket
import time

from lib.common import wait_for
from test_portal import Browser, check_headers, link_of, open_case, open_portal

CLOCK = {"Desk": {"TestClock": "10"}} # 20 seconds of a request are 2, 60 of an answer 6


def lasts(port, first, more=b"", pause=0.1, most=30):
    """Seconds until the portal ends a connection that sends on and on."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), most) as slow:
        slow.sendall(first)
        slow.settimeout(pause)
        while time.monotonic() - began < most:
            try:
                if slow.recv(4096) == b"":
                    break
            except TimeoutError:
                pass
            except OSError:
                break
            try:
                slow.sendall(more)
            except OSError:
                break
    return time.monotonic() - began


def test_portal_slow_loris(t):
    """Who sends header or body drop by drop, or nothing, is cut off; the others are served"""
    _, port = open_portal(t, CLOCK)
    post = b"POST /link HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    whole = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" # the slow one is the second of its connection
    for first, more in ((b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n"), (b"GET /", b"a"), (b"", b""),
                        (whole + b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n"),
                        (post + b"Content-Length: 5000\r\n\r\naddress=", b"x"),
                        (post + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")):
        seconds = lasts(port, first, more)
        assert 1 < seconds < 12, (first, seconds)
        Browser(port).get("/")


def test_portal_slow_reader(t):
    """Who does not take an answer is cut off; who takes it slowly gets all of it"""
    desk, link, browser = open_case(t, groups=CLOCK)
    where, _ = browser.enter(link)
    data = secrets.token_bytes(6_000_000)
    browser.send(where + "/write", {"csrf": browser.csrf(where), "text": "x"},
                 [("big.bin", "application/octet-stream", data)])
    path, = re.findall(r'href="(/case/[^"]+/document/\d+)">big.bin', browser.get(where).text)
    ask = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {browser.cookie}\r\nConnection: close\r\n\r\n"

    def reader():
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(30)
        client.connect(("127.0.0.1", browser.port))
        client.sendall(ask.encode())
        return contextlib.closing(client)

    with reader() as asleep, reader() as slow:
        got = b""
        for _ in range(20):
            got += slow.recv(50_000)
            time.sleep(0.05)
        while piece := slow.recv(1_000_000):
            got += piece
        assert got.endswith(data), len(got)
        Browser(browser.port).get("/")
        time.sleep(8) # its time is over: what lies in the buffers of the kernel is all that comes
        taken = 0
        with contextlib.suppress(OSError):
            while piece := asleep.recv(1_000_000):
                taken += len(piece)
        assert 0 < taken < len(data), taken


def test_portal_many(t):
    """One address has at most half of all connections; another one is served all the same"""
    _, port = open_portal(t)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 20)) for _ in range(450)]

        def closed():
            count = 0
            for one in idle:
                one.settimeout(0.001)
                with contextlib.suppress(TimeoutError):
                    try:
                        count += one.recv(1) == b""
                    except ConnectionError:
                        count += 1
            return count

        wait_for("those over the limit are closed", lambda: closed() >= 50, 10)
        assert closed() < 60, closed()
        other = stack.enter_context(socket.create_connection(("127.0.0.1", port), 20,
                                                             source_address=("127.0.0.2", 0)))
        other.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert other.recv(100).startswith(b"HTTP/1.1 200 ")

    def served():
        try:
            return Browser(port).ask("GET", "/").status == 200
        except ConnectionError: # the portal has not seen yet that they are gone
            return False

    wait_for("it is served again", served)


def test_portal_proxy_lines(t):
    """A client's own X-Forwarded-For before that of the proxy does not make it somebody else"""
    _, port = open_portal(t, {"Portal": {"TrustedProxies": "127.0.0.1", "RequestsPerMinute": "10"}})

    def ask(n):
        with socket.create_connection(("127.0.0.1", port), 20) as client:
            client.sendall(f"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Forwarded-For: "
                           f"198.51.100.{n}\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n".encode())
            return client.makefile("rb").read()[9:12]

    statuses = [ask(n) for n in range(20)]
    assert statuses[0] == b"200" and statuses[-1] == b"429", statuses
    with socket.create_connection(("127.0.0.1", port), 20) as client: # and nobody else pays for it
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.10\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")


def test_portal_upload_cut(t):
    """An upload that is cut off leaves nothing; the next one is kept"""
    desk, link, browser = open_case(t)
    where, _ = browser.enter(link)
    csrf = browser.csrf(where)
    part = (f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n--x\r\nContent-Disposition:'
            ' form-data; name="files"; filename="a.bin"\r\n\r\n').encode()
    before = len(desk.case()["documents"])
    for sent in (part[:100], part, part + secrets.token_bytes(2_000_000)):
        with socket.create_connection(("127.0.0.1", browser.port), 20) as client:
            client.sendall(f"POST {where}/write HTTP/1.1\r\nHost: localhost\r\nCookie: {browser.cookie}\r\n"
                           "Content-Type: multipart/form-data; boundary=x\r\n"
                           f"Content-Length: 5000000\r\n\r\n".encode() + sent)
            time.sleep(0.2)
    browser.get(where)
    assert len(desk.case()["documents"]) == before
    browser.send(where + "/write", {"csrf": csrf, "text": "x"}, [("a.bin", "text/plain", b"all of it")])
    assert len(desk.case()["documents"]) == before + 1
    desk.run("verify")


ATTACKS = ("/\\evil.example", "//evil.example", "https:evil.example", "%0d%0aSet-Cookie:%20x=y",
           "\r\nX-Evil: yes", "/%5cevil.example", "@evil.example", "/r/../..//evil.example")


def test_portal_redirects(t):
    """No parameter, path or header makes a redirect that leads away, or a header of its own"""
    _, link, browser = open_case(t)
    where, _ = browser.enter(link)
    for attack in ATTACKS:
        quoted = attack.replace("\r\n", "%0d%0a").replace(" ", "%20")
        answers = [browser.ask("GET", f"/{name}={quoted}") for name in ("?next", "mine?show", "link?to")]
        answers += [browser.ask("GET", "/" + quoted.lstrip("/")), browser.ask("GET", where + quoted)]
        browser.enter(link)
        csrf = browser.csrf(where)
        answers += [browser.ask("POST", f"/language?next={quoted}", f"csrf={csrf}&language=fr&next={quoted}", {
            "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-Host": "evil.example",
            "X-Original-URL": "/team", "X-Forwarded-Proto": "javascript",
            "Referer": "https://evil.example/"})]
        for answer in answers:
            place = answer.getheader("Location") or "/mine"
            assert place.startswith("/") and "evil" not in place and place[1:2] not in ("/", "\\"), place
            assert answer.getheader("X-Evil") is None and "x=y" not in str(answer.getheaders())
            check_headers(answer)


def test_portal_smuggled(t):
    """Two lengths, or a length beside chunks, are one request at the most, and no answer to another"""
    _, port = open_portal(t)
    head = b"POST /link HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    hidden = b"GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for lines in (b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(hidden),
                  b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (len(hidden) + 5),
                  b"Content-Length: +%d\r\n\r\n" % len(hidden), b"Content-Length: -1\r\n\r\n",
                  b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"):
        with socket.create_connection(("127.0.0.1", port), 20) as client:
            client.sendall(head + lines + hidden)
            client.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                assert b"text/css" not in client.makefile("rb").read(), lines
    Browser(port).get("/")


def test_portal_odd_requests(t):
    """Ranges, fields and forms that make no sense are answered, never with 500"""
    desk, link, browser = open_case(t)
    where, page = browser.enter(link)
    path, = re.findall(r'href="(/case/[^"]+/document/\d+)"', page)
    for value in ("bytes=-0", "bytes=5-1", "bytes=99999999999999999999-", "bytes=0-0,1-1,-1", "bytes=--1",
                  "lines=1-2", "bytes=" + "0-1," * 2000):
        assert browser.ask("GET", path, headers={"Range": value}).status in (200, 206, 416), value
    csrf = browser.csrf(where)
    for kind, body in (("multipart/form-data", b"x"), ("multipart/form-data; boundary=", b"--\r\n"),
                       ("multipart/form-data; boundary=" + "x" * 5000, b"--"), ("text/plain", b"csrf=x"),
                       ("application/x-www-form-urlencoded", b"%" * 3000),
                       ("application/x-www-form-urlencoded", b"a=1&" * 20000),
                       ("application/x-www-form-urlencoded", b"csrf=" + csrf.encode() + b"=&text=a=b"),
                       ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nx")):
        answer = browser.ask("POST", where + "/withdraw", body, {"Content-Type": kind})
        assert answer.status in (400, 403, 413), (kind, body[:40], answer.status)
        check_headers(answer)
    assert desk.case()["state"] == "open"
