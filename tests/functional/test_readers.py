"""Mails that crash, stall or bloat whoever reads them: accounted for, and nobody else is delayed."""
import base64
import contextlib
import pathlib
import threading
import time

from lib.desk import ADDRESS, JAN
from lib.given import free_mail

HEAD = f"From: {JAN}\r\nTo: {ADDRESS}\r\n".encode()
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
MOST = 256 * 1024  # KiB that a process may take


def nested(count, line):
    return HEAD + b"".join(line(i) for i in range(count)) + b"Content-Type: text/plain\r\n\r\nx\r\n"


def deep_multipart(i):
    return b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)


def pdfs(count):
    pdf = base64.encodebytes(b"%PDF-1.4\n" + bytes(range(256)) * 590)
    part = (b"--b\r\nContent-Type: application/pdf; name=a%d.pdf\r\nContent-Transfer-Encoding: base64"
            b"\r\nContent-Disposition: attachment\r\n\r\n")
    return MIXED + b"".join(part % i + pdf for i in range(count)) + b"--b--\r\n"


def messages(count):
    text = b"\r\n".join([b"woord " * 150] * 1100)
    part = b"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.c\r\nSubject: m%d\r\n\r\n"
    return MIXED + b"".join(part % i + text + b"\r\n" for i in range(count)) + b"--b--\r\n"


BOMBS = {
    "multipart, 10,000 deep": lambda: nested(10_000, deep_multipart),
    "multipart, 100,000 deep": lambda: nested(100_000, deep_multipart),
    "mail in mail, 100,000 deep": lambda: nested(100_000, lambda i: b"Content-Type: message/rfc822\r\n\r\n"),
    "1,000,000 parts": lambda: MIXED + b"--b\r\n\r\nx\r\n" * 1_000_000 + b"--b--\r\n",
    "1,000,000 header fields":
        lambda: HEAD + b"".join(b"X-H%d: v\r\n" % i for i in range(1_000_000)) + b"\r\nx\r\n",
    "subject of 50 MB": lambda: HEAD + b"Subject: " + b"A" * 50_000_000 + b"\r\n\r\nx\r\n",
    "10 MB of folds": lambda: HEAD + b"Subject: a" + b"\r\n x" * 2_500_000 + b"\r\n\r\nx\r\n",
    "200,000 addresses": lambda: HEAD + b"Cc: " + b",\r\n ".join(
        b"u%d@example.org" % i for i in range(200_000)) + b"\r\n\r\nx\r\n",
    "200,000 parameters": lambda: HEAD + b"Content-Type: text/plain" + b"".join(
        b";\r\n p%d=v" % i for i in range(200_000)) + b"\r\n\r\nx\r\n",
    "300,000 references": lambda: HEAD + b"References:" + b"".join(
        b"\r\n <%d@x.y>" % i for i in range(300_000)) + b"\r\n\r\nx\r\n",
    "40,000 groups in groups": lambda: HEAD + b"Cc: " + b"a:" * 40_000 + b"\r\n\r\nx\r\n",
    "50,000 groups in groups": lambda: HEAD + b"Cc: " + b"a:" * 50_000 + b"\r\n\r\nx\r\n",
    "the same in an attached mail":
        lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\nTo: " + b"a:" * 50_000 + b"\r\n\r\nx\r\n",
    "encoded word, charset of 20 MB": lambda: HEAD + b"Subject: =?" + b"a" * 20_000_000 + b"?Q?x?=\r\n\r\nx\r\n",
    "parameter, charset of 20 MB":
        lambda: HEAD + b"Content-Type: text/plain; name*=" + b"a" * 20_000_000 + b"''x\r\n\r\nx\r\n",
    "100,000 lines like boundaries": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 400
        + b"\r\n\r\n" + (b"--" + b"b" * 399 + b"\r\n") * 100_000,
    "NUL": lambda: HEAD + b"Subject: x\0y\r\n\r\nbody\0z\r\n",
    "nothing": lambda: b"",
    "one line of 60 MB": lambda: HEAD + b"\r\n" + b"x" * 60_000_000,
    "300 PDFs": lambda: pdfs(300),
    "60 mails of 1 MB in a mail": lambda: messages(60),
    "HTML, 1,000,000 deep": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 1_000_000 + b"x",
}


class Watch:
    """The most memory, in KiB, that each kind of process of ours had."""

    def __init__(self, program):
        self.program, self.most, self.going = str(program), {}, True
        self.thread = threading.Thread(target=self.watch)

    def look(self):
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, StopIteration):
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                if words[0] != self.program and words[:2] != ["persocontact", "reader"]:
                    continue
                line = next(l for l in (folder / "status").read_text().splitlines() if l.startswith("VmHWM"))
                self.most[words[1]] = max(self.most.get(words[1], 0), int(line.split()[1]))

    def watch(self):
        while self.going:
            self.look()
            time.sleep(0.01)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.going = False
        self.thread.join()


def test_bombs(t):
    """inputs that crash or bloat a parser each have one outcome, in bounded memory"""
    desk = t.desk()
    box = desk.folder / "bombs"
    box.mkdir()
    for i, (name, make) in enumerate(BOMBS.items()):
        (box / f"{i:02}-bomb.eml").write_bytes(make())
        (box / f"{i:02}-good.eml").write_bytes(free_mail(text=f"Ik heb mijn fiscale fiche {i} niet gekregen."))
    with Watch(t.program) as watch:
        desk.run("ingest", box, timeout=180)
    receipts = desk.receipts()
    assert len(receipts) == 2 * len(BOMBS), len(receipts)
    waiting = [r for r in receipts if r["state"] == "received"]
    assert not waiting, waiting
    for name, receipt in zip(BOMBS, receipts[::2]):
        desk.log.append(f"{name}: {receipt['decision']} {receipt['why']}\n")
    assert all(r["decision"] == "request" for r in receipts[1::2]), receipts[1::2]
    desk.log.append(f"most memory: {watch.most}\n")
    check_memory(t, watch)


def holds(program, what):
    return what in pathlib.Path(program).read_bytes()


def check_memory(t, watch):
    assert "reader" in watch.most, watch.most
    most = max(watch.most.values())
    assert most < MOST or holds(t.program, b"__asan_init"), watch.most


def test_killers(t):
    """a mail that kills, stalls or bloats its reader is quarantined; admins hear of it once"""
    if not holds(t.program, b"X-Failpoint: ") or holds(t.program, b"__asan_init"):
        return  # a build without failpoints, or with no bound on memory: tests/unit/test_intake.c shows it
    deeds = {"crash": "its reader died of signal 9", "abort": "its reader died of signal 6",
             "memory": "its reader ran out of memory", "hang": "its reader was stopped after 20 s",
             "spin": "its reader was stopped after 10 s of processor time"}
    desk = t.desk()
    box = desk.folder / "mails"
    box.mkdir()
    for i, deed in enumerate(deeds):
        (box / f"{i:02}-bad.eml").write_bytes(HEAD + f"X-Failpoint: reader.{deed}\r\n\r\nx\r\n".encode())
    for i in range(40):
        (box / f"{i + 10:02}-good.eml").write_bytes(free_mail(text=f"Ik heb mijn fiscale fiche {i} niet gekregen."))
    points = ",".join(f"reader.{deed}={deed}" for deed in deeds)
    with Watch(t.program) as watch:
        desk.run("ingest", box, timeout=180, env={"PERSOCONTACT_FAILPOINTS": points})
    receipts = desk.receipts()
    assert [r["why"] for r in receipts[:len(deeds)]] == list(deeds.values()), receipts[:len(deeds)]
    assert all(r["decision"] == "request" for r in receipts[len(deeds):]), receipts
    check_memory(t, watch)
