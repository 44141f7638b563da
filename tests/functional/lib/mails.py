"""Mails as people's programs write them, and what a test wants to know of one that came."""
import email
import email.policy
import email.utils
import re
import struct
import zlib
from email.message import EmailMessage

POLICY = email.policy.SMTP.clone(max_line_length=998)


def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def plain(mail):
    """The text of the text/plain part."""
    part = mail.get_body(("plain",))
    return part.get_content().replace("\r\n", "\n") if part else ""


def html(mail):
    part = mail.get_body(("html",))
    return part.get_content() if part else ""


def attachments(mail):
    return {a.get_filename(): a.get_content() for a in mail.iter_attachments()}


def message_id(mail):
    return str(mail["Message-ID"]).strip().strip("<>")


def reply_address(mail):
    return email.utils.parseaddr(str(mail["Reply-To"] or mail["From"]))[1]


def compose(sender, to, subject, text, *, name=None, files=(), headers=None, html_text=None):
    """A mail; files are (name, content type, bytes); a header of None is taken out."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = email.utils.formataddr((name or "", sender))
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = email.utils.formatdate()
    mail["Message-ID"] = email.utils.make_msgid(domain=sender.rpartition("@")[2])
    mail.set_content(text)
    if html_text is not None:
        mail.add_alternative(html_text, subtype="html")
    for file_name, kind, data in files:
        main, sub = kind.split("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=file_name)
    for header, value in (headers or {}).items():
        del mail[header]
        if value is not None:
            mail[header] = value
    return mail


def quoted(mail):
    """The mail's text as a mail program quotes it under a reply."""
    lines = "".join(f"> {line}".rstrip() + "\n" for line in plain(mail).splitlines())
    return f"Op di 24 nov 2026 om 10:00 schreef PersoContact <desk@desk.example>:\n{lines}"


def reply_headers(mail):
    references = f"{mail['References'] or ''} <{message_id(mail)}>".strip()
    return {"In-Reply-To": f"<{message_id(mail)}>", "References": references}


def reply_subject(mail):
    subject = re.sub(r"\s+", " ", str(mail["Subject"]))
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


# ---- documents, small and real ----

def pdf(text="an attestation"):
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources"
               b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream)]
    out, places = b"%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (b"xref\n0 5\n0000000000 65535 f \n%s"
                  b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(out)))


def png(shade=0):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes((0, shade)))) + chunk(b"IEND", b""))
