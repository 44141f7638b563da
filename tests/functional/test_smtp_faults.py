"""What an SMTP server may say and do: each notice arrives, as one mail, or its refusal is known."""
import contextlib
import sqlite3

from lib.desk import ADDRESS
from lib.meddle import PASS, SHUT, Meddler
from lib.outside import Crowd, requester

PLAIN = {"Tls": "none", "User": None, "Password": None, "CaFile": None, "Connections": "1"}
MAIL, RCPT, END = b"^MAIL FROM", b"^RCPT TO", rb"^\.\r\n"


class Place:
    def __init__(self, t, port=None, **smtp):
        t.need_postfix()
        self.wire = Meddler(port or t.servers.postfix.mx["none"])
        t.at_end(self.wire.close)
        self.crowd = Crowd(t, {"Smtp": {"Server": f"smtp://127.0.0.1:{self.wire.port}",
                                        **(smtp or PLAIN)}})
        self.desk, self.imap = self.crowd.desk, t.servers.imap(ADDRESS)
        t.at_end(self.imap.logout)

    def due(self):
        """What was put off is due: the pause is over."""
        with contextlib.closing(sqlite3.connect(self.desk.folder / "desk.db")) as db:
            db.execute("UPDATE outbox SET next = 0 WHERE state = 'owed'")
            db.commit()

    def meet(self, fault, most=1):
        """A request's notices are sent while the server has this fault."""
        self.crowd.put(self.imap)
        self.desk.gateway()
        self.wire.set(fault, most)
        said = self.desk.notifier(status=None)
        assert said.status in (0, 69, 75), (fault, said.status, said.err)
        assert self.wire.hits, f"the fault {fault} was not met"
        self.wire.set(None)
        self.due()
        return said

    def end(self, copies=1):
        for _ in range(4):
            self.desk.notifier()
            self.due()
        self.crowd.check()
        return self.crowd.check_sent(copies)


def mute(link, line):
    link.is_mute = True # the server hears it, and its answer is lost
    return PASS


def test_for_now(t):
    """421, 4xx, nonsense, endless lines and an end to each command: all arrive, once"""
    place = Place(t)
    for command in (b"", b"^EHLO", MAIL, RCPT, b"^DATA", END):
        for answer in (b"421 4.3.2 going down\r\n", b"451 4.3.0 later\r\n", SHUT,
                       b"\0\xff what?\r\n"):
            if command == b"" and answer[:2] == b"45":
                continue
            # in the middle of a mail the server would take what comes next for text
            end = answer if answer == SHUT or answer[:2] == b"45" and command != END else (
                lambda link, line, said=answer: link.near.sendall(said) or SHUT)
            place.meet((command, end))
    for command in (b"^EHLO", RCPT):
        place.meet((command, lambda link, line: link.near.sendall(b"250-" + b"x" * 500_000) or SHUT))
    assert place.end() == 0


def test_answer_lost(t):
    """The answer to the whole mail is lost: the same bytes come again, with one Message-ID"""
    place = Place(t)
    for _ in range(3):
        place.meet((END, mute))
    assert 1 <= place.end(copies=4) <= 3


def test_one_of_many(t):
    """5xx for one recipient of many, 4xx for another: the others have their mail at once"""
    place = Place(t)
    place.crowd.put(place.imap, 8)
    place.desk.gateway()

    def some(link, line):
        if requester(3).encode() in line:
            return b"550 5.1.1 no such user\r\n"
        return b"450 4.2.1 greylisted\r\n" if requester(5).encode() in line else PASS
    place.wire.set((RCPT, some))
    place.desk.notifier()
    left = {n["to"]: n for n in place.desk.outbox()}
    refused, = place.desk.outbox("refused")
    assert refused["to"] == requester(3) and "550" in refused["why"], refused
    assert list(left) == [requester(5)] and "greylisted" in left[requester(5)]["why"], left
    for i in range(8):
        (place.desk.none if i in (3, 5) else place.desk.one)(requester(i))
    place.wire.set(None)
    place.due()
    place.desk.notifier()
    place.desk.one(requester(5))
    place.desk.none(requester(3))


def test_little_server(t):
    """A server with no extension at all, and one that only knows HELO"""
    place = Place(t)

    def bare(link, line):
        return b"250 small.example\r\n" if line[:4].upper() == b"EHLO" else PASS
    place.meet((b"^EHLO", bare))
    assert not any(b"SIZE=" in line or b"SMTPUTF8" in line or b"BODY=" in line
                   for line in place.wire.heard if line.startswith(b"MAIL"))
    place.meet((b"^EHLO", b"502 5.5.1 what?\r\n"))
    assert any(line.startswith(b"HELO") for line in place.wire.heard)
    assert place.end() == 0


def test_tls_stripped(t):
    """STARTTLS not offered, refused, or with answers slipped in behind it: no password, no mail"""
    t.need_postfix()
    place = Place(t, t.servers.postfix.submission, Connections="1")
    for fault in ((b"^EHLO", b"250-mx.example\r\n250 AUTH PLAIN LOGIN\r\n"),
                  (b"^STARTTLS", b"454 4.7.0 not now\r\n"), (b"^STARTTLS", SHUT),
                  (b"^STARTTLS", b"220 go\r\n250-mx.example\r\n250 AUTH PLAIN\r\n")):
        place.wire.heard.clear()
        said = place.meet(fault, most=9)
        assert said.status == 69, (fault, said.status, said.err)
        assert not any(line[:4].upper() in (b"AUTH", b"MAIL") for line in place.wire.heard), fault
    assert place.end() == 0
