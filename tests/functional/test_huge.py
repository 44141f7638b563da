"""Huge and hostile mails: each is accounted for, the ones beside it are not delayed, memory is bounded."""
import base64
import io
import sys
import time
import zipfile

from lib import mails
from lib.common import wait_for
from lib.desk import ADDRESS

MIB = 1024 * 1024
MOST = 256 * MIB


def head(extra="", subject="vraag"):
    return (f"From: p0@minfin.example\r\nTo: {ADDRESS}\r\nSubject: {subject}\r\n"
            f"Message-ID: <{time.monotonic_ns()}@minfin.example>\r\nDate: {mails.email.utils.formatdate()}"
            f"\r\nMIME-Version: 1.0\r\n{extra}").encode()


def plain(body):
    return head("Content-Type: text/plain; charset=utf-8\r\n\r\n") + body


def attached(data, name="x.pdf", kind="application/pdf"):
    mail = mails.compose("p0@minfin.example", ADDRESS, "vraag", "Ik heb een weddevraag.",
                         files=[(name, kind, data)])
    return mail.as_bytes(policy=mails.POLICY)


def many(count, part=b"Content-Type: text/plain\r\n\r\nx\r\n"):
    return (head('Content-Type: multipart/mixed; boundary="b"\r\n\r\n')
            + b"".join(b"--b\r\n" + part for _ in range(count)) + b"--b--\r\n")


def nested(depth):
    lines = [head('Content-Type: multipart/mixed; boundary="b0"\r\n\r\n')]
    for i in range(depth):
        lines.append(f'--b{i}\r\nContent-Type: multipart/mixed; boundary="b{i + 1}"\r\n\r\n'.encode())
    return b"".join(lines) + b"Content-Type: text/plain\r\n\r\nx\r\n"


def zipped(entries, size, inner=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(entries):
            archive.writestr(f"file{i}.pdf", inner if inner is not None else bytes(size))
    return out.getvalue()


def three_hundred_pdfs():
    mail = mails.compose("p0@minfin.example", ADDRESS, "vraag", "Ik heb een weddevraag.", files=[
        (f"attest{i}.pdf", "application/pdf", mails.pdf(str(i)) + bytes(100000)) for i in range(300)])
    return mail.as_bytes(policy=mails.POLICY)


KINDS = {
    "60 MB attachment": lambda: attached(bytes(44 * MIB)),
    "300 PDFs": three_hundred_pdfs,
    "10,000 parts": lambda: many(10000),
    "10,000 nested parts": lambda: nested(10000),
    "100,000 addresses": lambda: head("Cc: " + ",\r\n ".join(
        f"a{i}@x.example" for i in range(100000)) + "\r\n\r\n") + b"Ik heb een weddevraag.\r\n",
    "100,000 references": lambda: head("References: " + "\r\n ".join(
        f"<{i}@x.example>" for i in range(100000)) + "\r\n\r\n") + b"Ik heb een weddevraag.\r\n",
    "3,000 header fields": lambda: head("".join(f"X-{i}: y\r\n" for i in range(3000)) + "\r\n") + b"x\r\n",
    "a header of 3 MB": lambda: head("".join(
        f"X-{i}: {'y' * 900}\r\n" for i in range(3500)) + "\r\n") + b"x\r\n",
    "a field of 5 MB": lambda: head("X-Long: " + "y" * (5 * MIB) + "\r\n\r\n") + b"x\r\n",
    "100,000 folded lines": lambda: head("X-Folded: a" + "\r\n b" * 100000 + "\r\n\r\n") + b"x\r\n",
    "5,000 continuations": lambda: head("Content-Type: application/pdf;\r\n" + ";\r\n".join(
        f" name*{i}*=%41" for i in range(5000)) + "\r\n\r\n") + b"x\r\n",
    "encoded words": lambda: head(subject="\r\n ".join("=?utf-8?q?a?=" for _ in range(20000)))
    + b"\r\nx\r\n",
    "a line of 40 MB": lambda: plain(b"x" * (40 * MIB)),
    "base64 in one line": lambda: head("Content-Transfer-Encoding: base64\r\n\r\n")
    + base64.b64encode(bytes(20 * MIB)) + b"\r\n",
    "soft line ends": lambda: head("Content-Transfer-Encoding: quoted-printable\r\n\r\n")
    + b"=\r\n" * (10 * MIB),
    "100,000 tags": lambda: head("Content-Type: text/html\r\n\r\n") + b"<div>" * 100000 + b"x\r\n",
    "entities": lambda: head("Content-Type: text/html\r\n\r\n") + b"&amp;" * (4 * MIB) + b"\r\n",
    "quotes 50,000 deep": lambda: plain(b">" * 50000 + b" x\r\n") * 1,
    "NULs": lambda: head() + b"\r\n" + bytes(4 * MIB),
    "carriage returns alone": lambda: head().replace(b"\r\n", b"\r") + b"\r" + b"x\r" * MIB,
    "a boundary of 70,000": lambda: head(f'Content-Type: multipart/mixed; boundary="{"b" * 70000}"\r\n\r\n')
    + b"--" + b"b" * 70000 + b"\r\n\r\nx\r\n",
    "a ZIP of zeros": lambda: attached(zipped(1, 200 * MIB), "x.zip", "application/zip"),
    "a ZIP of 5,000": lambda: attached(zipped(5000, 10), "x.zip", "application/zip"),
    "a ZIP in a ZIP": lambda: attached(zipped(10, 0, zipped(1, 20 * MIB)), "x.zip", "application/zip"),
    "no header": lambda: b"Ik heb een weddevraag.\r\n" * 100000,
    "nothing": lambda: b"\r\n",
}


def peaks(processes):
    """The most memory that each process, and each of their children, has had."""
    found = {}
    pids = [p.pid for p in processes]
    for pid in list(pids):
        try:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
                pids += map(int, f.read().split())
        except OSError:
            continue
    for pid in pids:
        try:
            with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as f:
                found[pid] = next(int(line.split()[1]) * 1024 for line in f
                                  if line.startswith("VmHWM"))
        except (OSError, StopIteration):
            continue
    return found


def test_each(t):
    """Each of them has an outcome, a request behind it is a case within seconds, memory is bounded"""
    people = "number,name,addresses,organisation,language,manager,roles,teams,national_number\n" + "".join(
        f"{5000 + i},Person {i},p{i}@minfin.example,MINFIN,nl,,employee,,\n" for i in range(60)
    ) + "2001,Dina,dina@desk.example,,nl,,dossier-manager,pay,\n2009,Ada,ada@desk.example,,nl,,admin,,\n"
    desk = t.desk(people=people, smtp="directory")
    running = [desk.start("gateway"), desk.start("notifier")]
    most, figures = {}, []
    for number, (name, make) in enumerate(KINDS.items(), 1):
        beside = f"p{number}@minfin.example"
        began = time.monotonic()
        for data in (make(), mails.compose(beside, ADDRESS, "vraag", "Ik heb een weddevraag.")
                     .as_bytes(policy=mails.POLICY)):
            with t.servers.imap(ADDRESS) as imap:
                imap.append("INBOX", None, None, data)
        sent = time.monotonic()

        def seen():
            for pid, peak in peaks(running).items():
                most[pid] = max(most.get(pid, 0), peak)
            return desk.json("case", "list", "--requester", beside)
        wait_for(f"{name}: the request behind it is a case", seen, 40)
        beside_took = time.monotonic() - sent
        hostile = wait_for(f"{name}: it has an outcome", lambda: seen() and [
            r for r in desk.receipts()[2 * (number - 1):] if r["state"] in ("done", "quarantined", "held")
            and r["id"] == 2 * number - 1], 40)[0]
        figures.append(f"{name}: {hostile['decision']}{' (' + hostile['why'] + ')' if hostile['why'] else ''};"
                       f" built and sent {sent - began:.1f} s, beside {beside_took:.1f} s,"
                       f" peak {max(most.values()) // MIB} MiB")
    for line in figures:
        print(f"# {line}", file=sys.stderr)
    assert max(most.values()) < MOST, {pid: f"{peak // MIB} MiB" for pid, peak in most.items()}
    for process in running:
        desk.stop(process)
    desk.run("verify", timeout=120)
