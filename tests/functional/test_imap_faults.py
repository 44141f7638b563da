"""What an IMAP server may say and do, and what another program may do in the mailbox at that moment."""
import re
import time

from lib.common import wait_for
from lib.desk import ADDRESS, cpu_seconds
from lib.given import in_folder
from lib.meddle import PASS, SHUT, Meddler
from lib.outside import Crowd, calm, is_long

PLAIN = {"Tls": "none", "CaFile": None}
BODY = rb"UID FETCH \S+ \(UID BODY"


class Place:
    """A running gateway behind a server that can be made to misbehave."""

    def __init__(self, t, clock="1000", **mailbox):
        self.t, self.wire = t, Meddler(t.servers.dovecot.imap)
        t.at_end(self.wire.close)
        self.crowd = Crowd(t, {"Desk": {"TestClock": clock}})
        self.desk = self.crowd.desk
        self.desk.configure({"Mailbox inbox": {
            "Source": self.desk.source(port=self.wire.port, scheme="imap"), **PLAIN, **mailbox}})
        self.imap = t.servers.imap(ADDRESS)
        t.at_end(self.imap.logout)
        self.crowd.put(self.imap) # makes the folders
        self.desk.gateway()
        self.gateway = self.desk.start("gateway")

    def meet(self, fault, most=2, seconds=30, again=True, what=None):
        """Two mails come in while the server has this fault; then it is well again."""
        what = what or fault
        self.wire.set(fault, most)
        self.crowd.put(self.imap, 2)
        if again:
            self.wire.drop() # greeting, login and SELECT are met again
        wait_for(f"{what} is met", lambda: self.wire.hits >= most, seconds)
        assert self.gateway.poll() is None, f"the gateway ended at {what}"
        self.wire.set(None)
        wait_for(f"the mails after {what} are taken", lambda: not self.crowd.inbox(), seconds)

    def end(self, processed=None):
        self.crowd.wait_taken()
        assert cpu_seconds(self.gateway) < 10, cpu_seconds(self.gateway)
        said = calm(self.gateway)
        self.desk.stop(self.gateway)
        self.crowd.check(processed)
        return said


def test_refused(t):
    """NO, BAD and BYE to each command, and an end without a word: nothing lost, nothing twice"""
    place = Place(t)
    commands = (b"CAPABILITY", b"LOGIN|AUTHENTICATE", b"SELECT", b"UID SEARCH",
                rb"UID FETCH \S+ \(UID RFC822", BODY, b"UID MOVE", b"IDLE")
    for command in commands:
        for answer in (b"{tag} NO [SERVERBUG] not now\r\n", b"{tag} BAD what?\r\n",
                       b"* BYE going down\r\n", SHUT):
            if answer[:1] == b"{" and command == b"IDLE" or \
                    command == BODY and b"NO" in answer: # below: fetched one by one
                continue
            end = (lambda link, line, said=answer: link.near.sendall(said) or SHUT) \
                if answer[:5] == b"* BYE" else answer
            place.meet((command, end), most=1)
    place.meet((b"", lambda link, line: link.near.sendall(b"* BYE too many\r\n") or SHUT))
    assert "not now" in place.end()


def test_one_refused(t):
    """A mail that the server refuses to hand over stays, and the others go on"""
    place = Place(t)
    place.wire.set((BODY, b"{tag} NO [SERVERBUG] damaged\r\n"))
    place.crowd.put(place.imap, 2)
    wait_for("it is said", lambda: "damaged" in place.gateway.errors.read_text(), 30)
    assert len(place.crowd.inbox()) == 2
    last = max(uid for uid, _, _ in in_folder(t))
    place.wire.set((rb"UID FETCH (\d+:)?%d \(UID BODY" % last, b"{tag} NO damaged\r\n"))
    wait_for("the other one is taken", lambda: len(place.crowd.inbox()) == 1, 30)
    place.wire.set(None)
    place.end()


NONSENSE = (
    b"\r\n", b"\0\0\0\0\r\n", b"* \r\n", b"*\r\n", b"+\r\n", b"* 1\r\n", b"HTTP/1.1 400 Bad\r\n\r\n",
    b"* 4294967295 EXISTS\r\n{tag} OK\r\n", b"* 99999999999999999999 EXISTS\r\n{tag} OK\r\n",
    b"* LIST (" + b"(" * 20_000 + b"\r\n", b"* SEARCH " + b"1 " * 5_000 + b"\r\n{tag} OK x\r\n",
    b"x" * 300_000, b"* OK " + b"y" * 300_000 + b"\r\n{tag} OK\r\n",
    b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\nabc)\r\n{tag} OK x\r\n",
    b"* 1 FETCH (UID 1 BODY[] {-1}\r\nabc)\r\n{tag} OK x\r\n",
    b"* 1 FETCH (UID 1 BODY[] {2}\r\nabcdef)\r\n{tag} OK x\r\n",
    b"* 1 FETCH (UID 1 BODY[] {60}\r\nabc)\r\n{tag} OK x\r\n",
    b"* 1 FETCH (UID 1 BODY[] \"abc\r\n{tag} OK x\r\n",
    b"* 1 FETCH (UID 0 BODY[] {3}\r\nabc)\r\n{tag} OK x\r\n",
    b"* 1 FETCH (UID 77777 BODY[] {3}\r\nabc UID 77778)\r\n{tag} OK x\r\n",
    b"* 1 FETCH (ENVELOPE (((((((((((((((((((((((((\r\n",
    b"* 1 FETCH (BODYSTRUCTURE " + b"(" * 50_000 + b")" * 50_000 + b")\r\n",
    b"other OK done\r\n", b"\xff\xfe{tag} OK done\r\n", b"{tag} OK", b"{tag} WHAT\r\n",
)


def test_nonsense(t):
    """Answers that make no sense, to each command: the connection is left, and nothing is taken"""
    place = Place(t)
    commands = (b"", b"CAPABILITY", b"LOGIN|AUTHENTICATE", b"SELECT", b"UID SEARCH",
                rb"UID FETCH \S+ \(UID RFC822", BODY, b"UID MOVE", b"IDLE")
    for i, answer in enumerate(NONSENSE):
        # in ./check each answer to one of the commands
        for command in commands if is_long() else commands[i % len(commands):][:1]:
            place.meet((command, lambda link, line, said=answer: link.near.sendall(said.replace(
                b"{tag}", (line or b"* ").split()[0])) or SHUT), most=1,
                       again=command != b"IDLE", what=(command, answer[:60]))
    place.end()


def test_news(t):
    """News that was not asked for, before any answer: no harm, and nothing is overlooked"""
    place = Place(t)
    news = (b"* OK [ALERT] lunch\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* LIST () \"/\" x\r\n"
            b"* 1 FETCH (FLAGS (\\Seen))\r\n* CAPABILITY IMAP4rev1 MOVE UIDPLUS IDLE\r\n"
            b"* NO a warning\r\n* BAD another\r\n")
    for command in (b"LOGIN|AUTHENTICATE", b"SELECT", b"UID SEARCH", b"UID FETCH", b"UID MOVE",
                    b"IDLE", b"DONE"):
        place.meet((command, lambda link, line: link.near.sendall(news) or PASS), most=1,
                   again=command not in (b"IDLE", b"DONE"))
    place.end()


def test_stalls(t):
    """A server that says nothing any more in the middle of a session is left after its time"""
    place = Place(t, clock="6") # 60 s become 10
    began = time.monotonic()
    place.meet((BODY, None), most=1, seconds=60)
    assert 8 < time.monotonic() - began < 40, time.monotonic() - began
    assert "says nothing" in place.end()


def test_tls_stripped(t):
    """STARTTLS that is not offered, refused, answered with nonsense, or with commands slipped in
    behind it: no password is said"""
    wire = Meddler(t.servers.dovecot.imap)
    t.at_end(wire.close)
    desk = t.desk({"Desk": {"TestClock": "1000"}})
    desk.configure({"Mailbox inbox": {"Source": desk.source(port=wire.port, scheme="imap")}})
    desk.gateway()
    assert any(b"STARTTLS" in line for line in wire.heard)
    inject = b"{tag} OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
    for answer in (b"{tag} NO not here\r\n", b"{tag} BAD unknown\r\n", inject, SHUT,
                   b"{tag} OK begin\r\n" + b"\x16\x03\x01\x00\x05hello"):
        wire.heard.clear()
        wire.set((b"STARTTLS", answer))
        said = desk.gateway(status=None)
        assert said.status in (69, 78) and "inbox" in said.err, (answer, said.status, said.err)
        assert not any(re.search(rb"LOGIN|AUTHENTICATE|secret", line) for line in wire.heard), answer
    wire.set((b"", b"* PREAUTH you are in\r\n"))
    wire.heard.clear()
    assert "before TLS" in desk.gateway(status=78).err
    assert not any(b"SELECT" in line for line in wire.heard)
    wire.set(None)
    desk.gateway()


# ---- the folder Processed ----

def test_no_folder(t):
    """No folder may be made, or none is left for a mail (quota): kept once, said, moved when it can be"""
    place = Place(t)
    for answer in (b"{tag} NO [OVERQUOTA] the mailbox is full\r\n",
                   b"{tag} NO [NOPERM] not allowed\r\n"):
        place.wire.set((b"UID MOVE|CREATE", answer))
        before = len(place.desk.receipts())
        place.crowd.put(place.imap, 2)
        wait_for("they are received", lambda: len(place.desk.receipts()) == before + 2, 30)
        wait_for("it is tried", lambda: place.wire.hits >= 4, 30)
        assert len(place.crowd.inbox()) == 2 and len(place.desk.receipts()) == before + 2
        place.wire.set(None)
        wait_for("they are moved", lambda: not place.crowd.inbox(), 30)
    assert "full" in place.end()


def test_copy_and_delete(t):
    """A server without MOVE: COPY, STORE or EXPUNGE refused or cut, and then done"""
    place = Place(t)
    less = (b"CAPABILITY", b"* CAPABILITY IMAP4rev1 UIDPLUS IDLE SASL-IR AUTH=PLAIN\r\n{tag} OK x\r\n")
    for command in (b"UID COPY", b"UID STORE", b"UID EXPUNGE"):
        for answer in (b"{tag} NO not now\r\n", SHUT):
            left = [1]

            def fault(link, line, command=command, answer=answer, left=left):
                if re.search(less[0], line):
                    return less[1]
                left[0] -= 1
                return answer if left[0] >= 0 else PASS
            place.wire.set((less[0] + b"|" + command, fault))
            place.crowd.put(place.imap, 2)
            place.wire.drop()
            wait_for(f"taken after {answer} to {command}", lambda: not place.crowd.inbox() and
                     left[0] < 0, 30)
    assert not any(line.split()[1:2] == [b"EXPUNGE"] for line in place.wire.heard)
    place.end()


# ---- somebody else at the same moment ----

def test_between(t):
    """Another program marks, copies, moves or expunges a mail between two of our commands"""
    place = Place(t)
    place.imap.create("Elsewhere")
    lost = 0
    for command in (b"UID SEARCH", rb"UID FETCH \S+ \(UID RFC822", BODY, b"UID MOVE"):
        for what in ("seen", "deleted", "copy", "move", "expunge"):
            def act(link, line, what=what):
                place.imap.select("INBOX")
                uid = place.imap.uid("SEARCH", "ALL")[1][0].split()[:1]
                if not uid:
                    pass
                elif what in ("seen", "deleted"):
                    place.imap.uid("STORE", uid[0], "+FLAGS", f"\\{what.capitalize()}")
                elif what in ("copy", "move"):
                    place.imap.uid(what.upper(), uid[0], "Elsewhere")
                else:
                    place.imap.uid("STORE", uid[0], "+FLAGS", "\\Deleted")
                    place.imap.uid("EXPUNGE", uid[0])
                place.imap.unselect()
                return PASS
            number, receipts = len(place.crowd.sent), len(place.desk.receipts())
            place.meet((command, act), most=1, again=False)
            wait_for("all is decided", place.crowd.settled, 30)
            cases = len(place.desk.cases("--limit", "1000"))
            gone = what in ("move", "expunge") and command != b"UID MOVE"
            assert number + 2 - lost - cases == (1 if gone else 0), (command, what, receipts)
            lost += number + 2 - lost - cases
    place.crowd.sent = [c["requester"]["address"]
                        for c in place.desk.cases("--limit", "1000")]
    calm(place.gateway)
    place.desk.stop(place.gateway)
    place.crowd.check(processed=False)


def test_folder_made_anew(t):
    """The mailbox is deleted and restored from a copy while the gateway runs: nothing twice"""
    place = Place(t, After="flag")
    place.crowd.put(place.imap, 3)
    wait_for("they are received", lambda: len(place.desk.receipts()) == 4, 30)
    wait_for("and flagged", lambda: all("$PersoContact" in flags
                                        for _, flags, _ in in_folder(t)), 30)
    old = [data for _, _, data in in_folder(t)]
    place.imap.create("Old")
    time.sleep(1.1) # UIDVALIDITY is the second in which a folder is made
    t.servers.dovecot.clear()
    place.imap = t.servers.imap(ADDRESS)
    t.at_end(place.imap.logout)
    for data in old:
        place.imap.append("INBOX", None, None, data)
    place.crowd.put(place.imap)
    place.wire.drop()
    wait_for("all is received once more", lambda: len(place.desk.receipts()) == 9, 40)
    wait_for("all is decided", lambda: all(r["state"] == "done" for r in place.desk.receipts()), 30)
    receipts = place.desk.receipts()
    assert sum(r["why"] == "duplicate" for r in receipts) == 4, receipts
    assert len(place.desk.cases()) == 5
    place.desk.stop(place.gateway)
    place.desk.run("verify")
