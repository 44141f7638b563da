"""Mails made to crash, stall or bloat whoever reads them; each is made when it is asked for.

BOMBS: name -> (function that gives the bytes, whether something of it can be read).
"""
import base64
import io
import struct
import zipfile
import zlib

from .desk import ADDRESS, JAN

HEAD = f"From: {JAN}\r\nTo: {ADDRESS}\r\nSubject: weddevraag\r\n".encode()
BARE = f"From: {JAN}\r\nTo: {ADDRESS}\r\n".encode()
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
TEXT = b"--b\r\n\r\nIk heb mijn fiscale fiche niet gekregen.\r\n"
END = b"\r\n\r\nIk heb mijn fiscale fiche niet gekregen.\r\n"


def nested(count, line):
    return HEAD + b"".join(line(i) for i in range(count)) + b"Content-Type: text/plain\r\n\r\nx\r\n"


def deep_multipart(i):
    return b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)


def attached(name, kind, data):
    return (MIXED + TEXT + f"--b\r\nContent-Type: {kind}; name={name}\r\nContent-Transfer-Encoding: base64\r\n"
            f"Content-Disposition: attachment; filename={name}\r\n\r\n".encode()
            + base64.encodebytes(data).replace(b"\n", b"\r\n") + b"--b--\r\n")


def encoded(kind, encoding, unit, count):
    return (HEAD + f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
            + unit * count + b"\r\n")


def pdfs(count):
    pdf = base64.encodebytes(b"%PDF-1.4\n" + bytes(range(256)) * 590)
    part = (b"--b\r\nContent-Type: application/pdf; name=a%d.pdf\r\nContent-Transfer-Encoding: base64"
            b"\r\nContent-Disposition: attachment\r\n\r\n")
    return MIXED + TEXT + b"".join(part % i + pdf for i in range(count)) + b"--b--\r\n"


def messages(count):
    text = b"\r\n".join([b"woord " * 150] * 1100)
    part = b"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.c\r\nSubject: m%d\r\n\r\n"
    return MIXED + TEXT + b"".join(part % i + text + b"\r\n" for i in range(count)) + b"--b--\r\n"


def nested_base64(depth):
    inner = b"Subject: x\r\n\r\nx\r\n"
    for _ in range(depth):
        inner = (b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                 + base64.encodebytes(inner))
    return HEAD + inner


# ---- ZIP ----

def zipped(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in files:
            z.writestr(name, data)
    return out.getvalue()


def zip_within(depth):
    data = b"0" * 100_000
    for i in range(depth):
        data = zipped([(f"{n}-{i}.zip", data) for n in range(4)])
    return data


def zip_entry(name, packed, size, crc, offset, method=8):
    """The local header and the central one."""
    central = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 0x21, crc, len(packed), size, len(name), 0)
    local = b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 0x21, crc, len(packed), size,
                                    len(name), 0) + name
    return (local + packed, b"PK\1\2" + struct.pack("<H", 20) + central
            + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name)


def zip_end(central, count, at):
    return b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count & 0xffff, count & 0xffff, len(central), at, 0)


def deflated(data):
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    return c.compress(data) + c.flush()


def zip_overlapping(count):
    """Every entry is the same bytes (as zbsm.zip): small, and without end when unpacked."""
    data = b"\0" * 10_000_000
    local, _ = zip_entry(b"a", deflated(data), len(data), zlib.crc32(data), 0)
    central = b"".join(zip_entry(b"a%d" % i, deflated(b""), 0, 0, 0)[1][:20]
                       + struct.pack("<II", len(local) - 31, len(data))
                       + struct.pack("<HHHHHII", len(b"a%d" % i), 0, 0, 0, 0, 0, 0) + b"a%d" % i
                       for i in range(count))
    return local + central + zip_end(central, count, len(local))


def zip_lying():
    data = b"A" * 50_000_000
    local, central = zip_entry(b"klein.txt", deflated(data), 10, zlib.crc32(data), 0)
    return local + central + zip_end(central, 1, len(local))


# ---- TNEF ----

def tnef_attribute(level, kind, data, length=None):
    return struct.pack("<BII", level, kind, len(data) if length is None else length) + data \
        + struct.pack("<H", sum(data) & 0xffff)


def tnef(*attributes):
    return struct.pack("<IH", 0x223e9f78, 1) + b"".join(attributes)


def tnef_many(count):
    one = tnef_attribute(2, 0x00069002, b"\0" * 14) + tnef_attribute(2, 0x00018010, b"a.txt\0") \
        + tnef_attribute(2, 0x0006800f, b"xyz")
    return tnef(one * count)


BOMBS = {
    # size
    "one line of 60 MB": (lambda: HEAD + b"\r\n" + b"x" * 60_000_000, True),
    "a PDF of 42 MB": (lambda: attached("a.pdf", "application/pdf", b"%PDF-1.4\n" + bytes(range(256))
                                        * 164_000), True),
    "300 PDFs": (lambda: pdfs(300), True),
    "60 mails of 1 MB in a mail": (lambda: messages(60), True),
    "base64 in one line of 60 MB": (lambda: encoded("application/pdf", "base64", b"QUFB", 15_000_000), True),
    "a text of 40 MB in base64": (lambda: encoded("text/plain", "base64", b"QUFB" * 19 + b"\r\n", 700_000), True),
    "quoted-printable, 50 MB of soft breaks":
        (lambda: encoded("text/plain", "quoted-printable", b"=\r\n", 17_000_000), True),
    "quoted-printable, one line of 30 MB": (lambda: encoded("text/plain", "quoted-printable", b"=41", 10_000_000), True),
    "uuencoded, 30 MB": (lambda: encoded("text/plain", "x-uuencode", b"begin 644 a\r\n#86)C\r\n", 1_400_000), True),
    "lines end in CR alone, 10 MB": (lambda: HEAD.replace(b"\r\n", b"\r") + b"\r" + b"woord\r" * 1_700_000, None),
    "10 MB of NUL": (lambda: HEAD + b"\r\nIk heb een weddevraag.\r\n" + b"\0" * 10_000_000, True),
    # parts
    "multipart, 10,000 deep": (lambda: nested(10_000, deep_multipart), True),
    "multipart, 100,000 deep": (lambda: nested(100_000, deep_multipart), True),
    "mail in mail, 100,000 deep": (lambda: nested(100_000, lambda i: b"Content-Type: message/rfc822\r\n\r\n"), True),
    "mail in base64 in mail, 40 deep": (lambda: nested_base64(40), True),
    "10,000 parts": (lambda: MIXED + TEXT + b"--b\r\n\r\nx\r\n" * 10_000 + b"--b--\r\n", True),
    "1,000,000 parts": (lambda: MIXED + TEXT + b"--b\r\n\r\nx\r\n" * 1_000_000 + b"--b--\r\n", True),
    "a multipart that does not end": (lambda: MIXED + TEXT + b"--b\r\nContent-Type: application/pdf\r\n\r\n"
                                      + b"x" * 70 * 100_000, True),
    "a boundary of 70,000": (lambda: HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 70_000
                             + b"\r\n\r\n--" + b"b" * 70_000 + END, True),
    "100,000 lines like boundaries": (lambda: HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 400
                                      + b"\r\n\r\n" + (b"--" + b"b" * 399 + b"\r\n") * 100_000, True),
    # headers
    "2,001 header fields": (lambda: b"X-H: v\r\n" * 2_001 + HEAD + END, True),
    "1,000,000 header fields": (lambda: BARE + b"".join(b"X-H%d: v\r\n" % i for i in range(1_000_000)) + HEAD[
        len(BARE):] + END, True),
    "a header of 3 MB": (lambda: (b"X-H: " + b"v" * 70 + b"\r\n") * 40_000 + HEAD + END, True),
    "a field of 5 MB": (lambda: HEAD + b"X-H: " + b"v" * 5_000_000 + END, True),
    "a field of 100,000 lines": (lambda: HEAD + b"X-H: v" + b"\r\n " + b"v" * 60 + b"\r\n v" * 100_000 + END, True),
    "10 MB of folds": (lambda: BARE + b"Subject: a" + b"\r\n x" * 2_500_000 + END, True),
    "subject of 50 MB": (lambda: BARE + b"Subject: " + b"A" * 50_000_000 + END, True),
    "100,000 addresses in To": (lambda: f"From: {JAN}\r\nSubject: x\r\nTo: {ADDRESS}".encode() + b"".join(
        b",\r\n u%d@example.org" % i for i in range(100_000)) + END, True),
    "40,000 groups in groups": (lambda: HEAD + b"Cc: " + b"a:" * 40_000 + END, True),
    "50,000 groups in groups": (lambda: HEAD + b"Cc: " + b"a:" * 50_000 + END, True),
    "the same in an attached mail": (lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\nTo: " + b"a:" * 50_000 + END,
                                     None),
    "200,000 parameters": (lambda: HEAD + b"Content-Type: text/plain" + b"".join(
        b";\r\n p%d=v" % i for i in range(200_000)) + END, True),
    "20,000 pieces of a parameter": (lambda: HEAD + b"Content-Type: text/plain" + b"".join(
        b";\r\n name*%d*=%%41" % i for i in range(20_000)) + END, True),
    "300,000 references": (lambda: HEAD + b"References:" + b"".join(
        b"\r\n <%d@x.y>" % i for i in range(300_000)) + END, True),
    "100,000 encoded words": (lambda: BARE + b"Subject:" + b"\r\n =?utf-8?B?w6k=?=" * 100_000 + END, True),
    "encoded word, charset of 20 MB": (lambda: BARE + b"Subject: =?" + b"a" * 20_000_000 + b"?Q?x?=" + END, True),
    "parameter, charset of 20 MB":
        (lambda: HEAD + b"Content-Type: text/plain; name*=" + b"a" * 20_000_000 + b"''x" + END, True),
    "a parameter's name of 71": (lambda: HEAD + b"Content-Type: multipart/mixed; " + b"a" * 71 + b'="\xc3\xa9"' + END,
                                 True),
    "NUL in the header": (lambda: BARE + b"Subject: x\0y\r\n\r\nbody\0z\r\n", True),
    "nothing": (lambda: b"", False),
    # charsets
    "an unknown charset": (lambda: encoded("text/plain; charset=x-\xe9-none".encode().decode("latin-1"), "8bit",
                                           b"caf\xe9 ", 100_000), True),
    "ISO-2022-JP, 10 MB of escapes": (lambda: encoded("text/plain; charset=iso-2022-jp", "7bit", b"\x1b$B\x1b(B",
                                                      1_700_000), True),
    "UTF-16, 20 MB": (lambda: encoded("text/plain; charset=utf-16", "8bit", b"a\0", 10_000_000), True),
    "UTF-7, 10 MB": (lambda: encoded("text/plain; charset=utf-7", "7bit", b"+AGE-", 2_000_000), True),
    # HTML
    "HTML, 1,000,000 deep": (lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 1_000_000 + b"x", True),
    "HTML, 1,000,000 entities": (lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"&amp;&#x41;" * 1_000_000, True),
    "HTML, entities within entities": (lambda: HEAD + b"Content-Type: text/html\r\n\r\n<!DOCTYPE x [<!ENTITY a0 'x'>"
        + b"".join(b"<!ENTITY a%d '%s'>" % (i + 1, b"&a%d;" % i * 10) for i in range(12)) + b"]><p>&a12;</p>x", True),
    "HTML, one style of 2 MB": (lambda: HEAD + b"Content-Type: text/html\r\n\r\n<p style='" + b"color:red;" * 200_000
                                + b"'>x</p>", True),
    # containers
    "ZIP, ratio of 1,000": (lambda: attached("a.zip", "application/zip", zipped([("a.txt", b"0" * 100_000_000)])), True),
    "ZIP, 6 deep": (lambda: attached("a.zip", "application/zip", zip_within(6)), True),
    "ZIP, 60,000 entries": (lambda: attached("a.zip", "application/zip", zipped(
        ((f"{i}", b"") for i in range(60_000)), zipfile.ZIP_STORED)), True),
    "ZIP, 900 entries that overlap": (lambda: attached("a.zip", "application/zip", zip_overlapping(900)), True),
    "ZIP, a size that is a lie": (lambda: attached("a.zip", "application/zip", zip_lying()), True),
    "TNEF, a length that is a lie": (lambda: attached("winmail.dat", "application/ms-tnef", tnef(
        tnef_attribute(2, 0x0006800f, b"x" * 100, 0xffffffff))), True),
    "TNEF, 100,000 attachments": (lambda: attached("winmail.dat", "application/ms-tnef", tnef_many(100_000)), True),
    "TNEF, within itself": (lambda: attached("winmail.dat", "application/ms-tnef", tnef(
        tnef_attribute(2, 0x0006800f, tnef_many(1_000) * 20))), True),
}
