"""The world that the torture lives in: who wrote what, and what must be true of it at the end."""
import collections
import hashlib
import pathlib
import random
import sqlite3
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "functional"))

from lib import mails                                       # noqa: E402
from lib.common import AUTHSERV, wait_for                   # noqa: E402
from lib.desk import ADDRESS, DINA, PEOPLE                  # noqa: E402

TEAM = "pay@desk.example"


def people(count):
    """people.csv with so many requesters more: nobody comes near the limit of an hour."""
    return (PEOPLE.replace("dossier-manager,absence data front", "dossier-manager,pay")
            + "".join(f"{5000 + i},Person {i},p{i}@minfin.example,MINFIN,nl,1005,employee,,\n"
                      for i in range(count)))


class World:
    """Sends mails, remembers them, and checks what the desk made of them."""

    def __init__(self, servers, desk, requesters, seed):
        self.servers, self.desk, self.random = servers, desk, random.Random(seed)
        self.requesters = [f"p{i}@minfin.example" for i in range(requesters)]
        self.turn = 0
        self.requests = {}                      # Message-ID -> (sender, [sha256 of documents])
        self.additions = {}                     # word -> Message-ID of the request
        self.answers = {}                       # word -> case
        self.delivered = self.retried = 0
        self.on_page = False                    # what was written on the page is not replayed
        self.sent, self.maybe = collections.Counter(), set()    # the bytes of mails
        self.unsure = set()                     # words and Message-IDs that a dying server may have
        self.heard = collections.defaultdict(list)     # address -> mails not used yet
        self.seen = collections.defaultdict(int)

    # ---- sending ----

    def deliver(self, mail, *names):
        """Puts a mail into the desk's mailbox as a mail server does that has looked at its sender.
        When the server dies over it, nobody knows whether it is there: names are unsure."""
        data = mail.as_bytes(policy=mails.POLICY)
        domain = str(mail["From"]).rpartition("@")[2].strip(">")
        top = (f"Authentication-Results: {AUTHSERV}; spf=pass smtp.mailfrom={domain};"
               f" dmarc=pass header.from={domain}\r\nDelivered-To: {mail['To']}\r\n").encode()
        try:
            with self.servers.imap(ADDRESS) as client:
                client.append("INBOX", None, None, top + data)
        except Exception:
            self.unsure |= set(names)
            self.maybe.add(top + data)
            raise
        self.sent[top + data] += 1
        self.delivered += 1

    def word(self):
        return f"w{self.random.getrandbits(48):012x}"

    def request(self, folder=None, size=0):
        """Somebody asks, with documents of their own (one of so many bytes, or some of any size); now
        and then the mail comes twice."""
        sender = self.requesters[self.turn % len(self.requesters)]
        self.turn += 1
        files = [(f"{self.word()}.pdf", "application/pdf",
                  mails.pdf(self.word())
                  + self.random.randbytes(size or self.random.randrange(60000)))
                 for _ in range(1 if size else self.random.randrange(3))]
        mail = mails.compose(sender, ADDRESS, f"Fiche {self.word()}",
                             "Ik heb mijn fiscale fiche niet gekregen.", files=files)
        self.requests[mails.message_id(mail)] = (
            sender, sorted(hashlib.sha256(data).hexdigest() for _, _, data in files))
        if folder:
            domain = sender.rpartition("@")[2]
            (folder / "new" / self.word()).write_bytes(
                f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n".encode()
                + mail.as_bytes(policy=mails.POLICY))
            return
        self.deliver(mail, mails.message_id(mail))
        if self.random.random() < 0.1:
            self.deliver(mail, mails.message_id(mail))

    def hear(self, address):
        for uid, _, data in self.servers.messages(address):
            if uid > self.seen[address]:
                self.seen[address] = uid
                self.heard[address].append(mails.parse(data))

    def add(self):
        """A requester who got an acknowledgement writes once more."""
        sender = self.random.choice(self.requesters[:max(1, min(self.turn, len(self.requesters)))])
        self.hear(sender)
        for mail in self.heard[sender]:
            request = str(mail["In-Reply-To"] or "").strip("<>")
            if request in self.requests and request not in self.additions.values():
                word = self.word()
                self.additions[word] = request
                self.deliver(mails.compose(
                    sender, mails.reply_address(mail), mails.reply_subject(mail),
                    f"Nog iets: {word}\n\n{mails.quoted(mail)}", headers=mails.reply_headers(mail)),
                    word)
                return

    def answer(self):
        """A dossier manager answers a new case."""
        self.hear(TEAM)
        if not self.heard[TEAM]:
            return
        mail = self.heard[TEAM].pop(self.random.randrange(len(self.heard[TEAM])))
        word = self.word()
        self.answers[word] = str(mail["Subject"]).partition("[")[2].split()[0]
        self.deliver(mails.compose(
            DINA, mails.reply_address(mail), mails.reply_subject(mail),
            f"Het antwoord is {word}\n\n{mails.quoted(mail)}", headers=mails.reply_headers(mail)),
            word)

    def something(self):
        self.random.choices((self.request, self.add, self.answer), (6, 2, 2))[0]()

    # ---- the end ----

    def rest(self, seconds=120):
        """Undisturbed, the desk ends its work.  A mail whose reader was killed twice by chance is in
        quarantine, as it should be: somebody has it read again."""
        left = {}

        def quiet():
            self.desk.run("gateway", "--once", status=None)
            self.desk.run("notifier", "--once", status=None)
            receipts = self.desk.receipts()
            for receipt in receipts:
                if receipt["state"] == "quarantined":
                    self.retried += 1
                    self.desk.run("quarantine", "retry", receipt["id"])
            left.update(receipts=[r for r in receipts if r["state"] != "done"][:3],
                        owed=self.desk.outbox()[:3], inbox=len(self.servers.messages(ADDRESS)))
            return not any(left.values())
        try:
            wait_for("the desk has ended its work", quiet, seconds)
        except AssertionError as e:
            raise AssertionError(f"{e}: {left}") from e
        if self.servers.postfix:
            self.flush(self.servers.postfix)

    @staticmethod
    def flush(postfix):
        """What Postfix took while Dovecot was dead waits there: it is delivered now."""
        def empty():
            if postfix.queued("deferred"):
                subprocess.run(["postqueue", "-c", postfix.etc, "-f"], check=False,
                               capture_output=True)
            time.sleep(0.2)
            return not postfix.queued("incoming", "active", "maildrop", "deferred")
        wait_for("postfix has delivered everything", empty, 60)

    def check(self):
        """Everything that was promised; a figure or two for the report."""
        desk = self.desk
        cases = [desk.case(c["number"]) for c in desk.json("case", "list", "--limit", "100000")]
        self.check_requests(cases)
        self.check_words(cases)
        figures = self.check_mails()
        # two gateways that move a mail at the same moment leave it there twice, to the byte
        taken = collections.Counter(data for _, _, data in
                                    self.servers.messages(ADDRESS, "Processed"))
        missing = self.sent - taken
        assert not missing, f"{len(missing)} mails are not in Processed"
        assert set(taken) <= set(self.sent) | self.maybe, "a mail that nobody sent is in Processed"
        for command in ("verify", "reconcile"):
            desk.run(command, timeout=300)
        if not self.on_page:
            self.check_replay()
        with sqlite3.connect(f"file:{desk.folder / 'desk.db'}?mode=ro", uri=True) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return {"cases": len(cases), "mails in": self.delivered, **figures,
                "read again after quarantine": self.retried,
                "copies in Processed": (taken - self.sent).total()}

    def check_replay(self):
        """From the raw messages and the actions the same desk comes about, page and all."""
        copy = self.desk.folder.parent / f"replay-{self.word()}" / "again.db"
        copy.parent.mkdir()
        done = self.desk.run("replay", copy, status=None, timeout=600)
        assert done.status == 0 and "equal" in done.out, done.out[-2000:] + done.err[-1000:]

    def check_requests(self, cases):
        """One case a request, with every document whole."""
        of_request = collections.Counter()
        for case in cases:
            first = case["mails"][0]
            assert first["direction"] == "in" and first["message_id"] in self.requests, first
            of_request[first["message_id"]] += 1
            sender, wanted = self.requests[first["message_id"]]
            assert case["requester"]["address"] == sender, case["requester"]
            found = sorted(d["sha256"] for d in case["documents"])
            assert found == wanted, f"{case['number']}: documents {found}, sent {wanted}"
        lost = set(self.requests) - set(of_request) - self.unsure
        double = [r for r, n in of_request.items() if n > 1]
        assert not lost and not double, f"lost {len(lost)}: {lost}; double {len(double)}: {double}"

    def check_words(self, cases):
        """Each reply is on one case, once: the one it was meant for."""
        for words, what in ((self.additions, "added"), (self.answers, "answered")):
            for word, meant in words.items():
                on = [c for c in cases for e in c["events"] if word in e["text"]]
                if not on and word in self.unsure:
                    continue
                assert len(on) == 1, f"{what} {word} stands on {[c['number'] for c in on]}"
                assert meant in (on[0]["number"], on[0]["mails"][0]["message_id"]), (word, meant)

    def check_mails(self):
        """One acknowledgement a request, at least once; nothing goes out that nobody owes."""
        rows = self.desk.outbox("all")
        ids = collections.Counter(r["message_id"] for r in rows)
        assert all(n == 1 for n in ids.values()), ids.most_common(3)
        twice = [k for k, n in collections.Counter(
            (r["case"], r["kind"], r["to"]) for r in rows if r["kind"] == "acknowledgement").items()
            if n > 1]
        assert not twice, f"two acknowledgements: {twice}"
        copies = collections.Counter()
        acknowledged = collections.defaultdict(set)
        for address in {r["to"] for r in rows}:
            for _, _, data in self.servers.messages(address):
                mail = mails.parse(data)
                copies[mails.message_id(mail)] += 1
                if "Ontvangen" in str(mail["Subject"]):
                    acknowledged[str(mail["In-Reply-To"]).strip("<>")].add(mails.message_id(mail))
        assert set(copies) <= set(ids), f"owed by nobody: {set(copies) - set(ids)}"
        missing = [r for r in rows if r["state"] == "sent" and not copies[r["message_id"]]]
        assert not missing, f"sent and not there: {missing[:3]}"
        assert all(r["state"] == "sent" for r in rows), [r for r in rows if r["state"] != "sent"][:3]
        for request in set(self.requests) - (self.unsure - set(acknowledged)):
            assert len(acknowledged[request]) == 1, (request, acknowledged[request])
        return {"mails out": len(rows),
                "copies more than one": sum(n - 1 for n in copies.values())}
