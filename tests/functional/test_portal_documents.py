"""Documents of a case: parts of them, their names and types, and what is not theirs."""
import re
import secrets

from lib import mails
from lib.given import ATTEST
from test_portal import check_headers, open_case

NASTY = [("<img src=x onerror=alert(1)>.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
         ('a"\r\nSet-Cookie: x=y;.html', b"<script>alert(1)</script>"),
         ("../../../../etc/passwd", b"root:x:0:0"), ("CON.txt", b"plain"), ("\u202efdp.exe", b"MZ\x90"),
         ("x.pdf", b"%PDF-1.4 and <script>alert(1)</script>")]


def test_portal_range(t):
    """A part of a document is given as asked for (206), or said not to be there (416)"""
    desk, link, browser = open_case(t)
    where, _ = browser.enter(link)
    data = secrets.token_bytes(300_000)
    browser.send(where + "/write", {"csrf": browser.csrf(where), "text": "x"},
                 [("big.bin", "application/octet-stream", data)])
    path, = re.findall(r'href="(/case/[^"]+/document/\d+)">big.bin', browser.get(where).text)
    whole = browser.get(path)
    etag = whole.getheader("ETag")
    digest = [d["sha256"] for d in desk.case()["documents"] if d["name"] == "big.bin"][0]
    assert whole.body == data and etag == f'"{digest}"' and whole.getheader("Accept-Ranges") == "bytes"
    for range_, part in (("bytes=0-9", data[:10]), ("bytes=299990-", data[-10:]),
                         ("bytes=-7", data[-7:]), ("bytes=100000-199999", data[100000:200000])):
        for extra in ({}, {"If-Range": etag}):
            answer = browser.get(path, 206, headers={"Range": range_, **extra})
            assert answer.body == part, range_
            first = data.find(part)
            assert answer.getheader("Content-Range") == (
                f"bytes {first}-{first + len(part) - 1}/{len(data)}"), range_
            check_headers(answer)
    for headers in ({"Range": "bytes=0-1,5-6"}, {"Range": "x"},
                    {"Range": "bytes=0-9", "If-Range": '"other"'}):
        assert browser.get(path, headers=headers).body == data, headers
    none = browser.get(path, 416, headers={"Range": "bytes=300000-"})
    assert none.getheader("Content-Range") == "bytes */300000" and none.body == b""
    check_headers(none)
    head = browser.ask("HEAD", path)
    assert head.status == 200 and head.body == b"" and head.getheader("Content-Length") == "300000"


def test_portal_nasty(t):
    """Names and contents that attack are a download under a safe name and type"""
    desk, link, browser = open_case(t)
    where, _ = browser.enter(link)
    for name, data in NASTY:
        browser.send(where + "/write", {
            "csrf": browser.csrf(where), "text": "</textarea><script>alert(1)</script>"},
            [(name.replace('"', "%22").replace("\r\n", "%0D%0A"), "text/html", data)])
    page = browser.get(where).text
    assert "<script" not in page and "<img" not in page and "onerror=alert(1)>" not in page, page
    paths = re.findall(r'href="(/case/[^"]+/document/\d+)"', page)
    assert len(paths) == len(NASTY) + 1, page
    bodies = set()
    for path in paths:
        answer = browser.get(path)
        bodies.add(answer.body)
        kind = answer.getheader("Content-Type").split(";")[0]
        assert kind in ("application/octet-stream", "application/pdf", "text/plain"), (path, kind)
        name = answer.getheader("Content-Disposition")
        assert name.startswith("attachment; filename=") and "/" not in name and "<" not in name, name
        assert answer.getheader("Set-Cookie") is None
        check_headers(answer)
    assert {ATTEST[2], *(data for _, data in NASTY)} == bodies
    for path in ("/case/../mine", "/case/%2e%2e/%2e%2e/etc/passwd", where + "/document/1%00",
                 where + "/document/../../../desk.conf", "//evil.example/", "/style.css/../mine",
                 "/%0d%0aSet-Cookie:%20a=b"):
        answer = browser.ask("GET", path)
        assert answer.status == 404 and "evil.example" not in str(answer.getheaders()), path
        assert answer.getheader("Set-Cookie") is None, path
