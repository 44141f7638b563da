"""What the tests of faults from outside share: many requesters, mails that are told apart, and what
must be so afterwards."""
import collections
import os
import random
import re
import sys
import time

from . import mails
from .common import AUTHSERV, wait_for
from .desk import ADDRESS

HEADER = "number,name,addresses,organisation,language,manager,roles,teams,national_number\n"
STAFF = ("2001,Dina Dossier,dina@desk.example,,nl,,dossier-manager,pay,\n"
         "2009,Ada Admin,ada@desk.example,,nl,,admin,,\n")
# TestClock: 1000 makes a reconnection after 1 ms; no limit of the whole desk is in the way
QUICK = {"Desk": {"TestClock": "1000"}}


def say(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def chance():
    """Random numbers whose seed is told; SEED= repeats a run."""
    seed = int(os.environ.get("SEED") or random.randrange(1 << 32))
    say(f"SEED={seed}")
    return random.Random(seed)


def is_long():
    """All places instead of some."""
    return bool(os.environ.get("EVERY_BYTE"))


def places(length, count, rng, first=0):
    """Some of the numbers below length, spread, or all of them."""
    if is_long() or length <= count:
        return list(range(first, length))
    step = (length - first) / count
    return [first + int(step * i + rng.random() * step) for i in range(count)]


def requester(i):
    return f"p{i}@minfin.example"


def people(count):
    return HEADER + STAFF + "".join(
        f"{10000 + i},Person {i},{requester(i)},MINFIN,nl,,employee,,\n" for i in range(count))


class Crowd:
    """Requests of many people, each with one of them."""

    def __init__(self, t, groups=None, count=600, **options):
        self.t, self.sent = t, []
        merged = {k: {**QUICK.get(k, {}), **(groups or {}).get(k, {})}
                  for k in {**QUICK, **(groups or {})}}
        self.desk = t.desk(merged, people=people(count), **options)
        self.count = count

    def mail(self, i=None, text="Ik heb mijn fiscale fiche niet gekregen.", **options):
        """The bytes of the next request, as a mail filter of the desk hands them on."""
        i = len(self.sent) if i is None else i
        data = mails.compose(requester(i % self.count), ADDRESS, f"vraag {len(self.sent)}", text,
                             **options).as_bytes(policy=mails.POLICY)
        verdict = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=minfin.example\r\n"
        self.sent.append(requester(i % self.count))
        return verdict.encode() + data

    def put(self, imap, number=1, folder="INBOX"):
        """Puts requests into the mailbox, over an open connection of imaplib."""
        for _ in range(number):
            status, said = imap.append(folder, None, None, self.mail())
            assert status == "OK", said

    def inbox(self):
        """The files in the mailbox: quicker than to ask by IMAP."""
        box = self.t.servers.dovecot.mail / ADDRESS
        return [f for sub in ("new", "cur") for f in (box / sub).glob("*")]

    def settled(self):
        return not self.inbox() and all(r["state"] != "received" for r in self.desk.receipts())

    def wait_taken(self, seconds=60):
        wait_for("the inbox is empty", lambda: not self.inbox(), seconds)
        wait_for("every mail is decided", self.settled, seconds)

    def check(self, processed=None):
        """No mail is lost, none counts twice, and each has one acknowledgement."""
        desk, wanted = self.desk, collections.Counter(self.sent)
        assert not self.inbox(), "mails are left in the inbox"
        cases = desk.cases("--limit", "100000")
        got = collections.Counter(c["requester"]["address"] for c in cases)
        assert got == wanted, f"lost {wanted - got}, twice {got - wanted}"
        told = collections.Counter(n["to"] for n in desk.outbox("all")
                                   if n["kind"] == "acknowledgement")
        assert told == wanted, f"not acknowledged {wanted - told}, twice {told - wanted}"
        kept = self.t.servers.messages(ADDRESS, "Processed")
        if processed is not False:
            assert len({data for _, _, data in kept}) == (processed or len(self.sent)), len(kept)
        assert desk.run("reconcile").status == 0
        assert desk.run("verify").status == 0

    def check_sent(self, copies=1):
        """Every acknowledgement arrived, as one mail; gives how many copies there are too many."""
        desk, more = self.desk, 0
        assert desk.outbox() == [], desk.outbox()[:3]
        for address, number in collections.Counter(self.sent).items():
            ids = collections.Counter(mails.message_id(m) for m in desk.new(address))
            assert len(ids) == number, f"{address} has {ids}, expected {number} mails"
            assert max(ids.values()) <= copies, ids
            more += sum(ids.values()) - number
        return more


def calm(process):
    """The log says no warning more than once a minute; gives what it said."""
    said = process.errors.read_text(errors="replace")
    most = 1 + (time.monotonic() - process.began) // 60
    lines = collections.Counter(re.sub(r"^\S*\d{2}:\d{2}:\d{2}\S*\s*", "", line)
                                for line in said.splitlines() if "warning" in line)
    loud = [(n, line) for line, n in lines.items() if n > most]
    assert not loud, f"said again and again: {loud[:3]}"
    return said
