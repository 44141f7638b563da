"""Who writes to the desk while it is tortured, and what they remember of it."""
import collections
import dataclasses
import hashlib
import http.client
import pathlib
import random
import smtplib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "functional"))

import page                                                 # noqa: E402
from lib import given, mails                                # noqa: E402
from lib.common import AUTHSERV                             # noqa: E402
from lib.desk import ADDRESS, DINA, PEOPLE                  # noqa: E402

TEAMS = ("pay@desk.example", "absence@desk.example", "front@desk.example")


def people(count):
    """people.csv with so many requesters more: nobody comes near the limit of an hour."""
    return (PEOPLE.replace("dossier-manager,absence data front", "dossier-manager,absence pay front")
            + "".join(f"{5000 + i},Person {i},p{i}@minfin.example,MINFIN,nl,1005,employee,,\n"
                      for i in range(count)))


def same(data):
    """What of a mail's bytes no server on its way changes: its Message-ID and all below the header."""
    return mails.message_id(mails.parse(data)), data.partition(b"\r\n\r\n")[2]


@dataclasses.dataclass
class Request:
    sender: str
    documents: list                     # SHA-256, hexadecimal
    answers: dict = dataclasses.field(default_factory=dict)     # that must stand on the case
    half: bool = False                  # a template with something left out
    completion: str = None              # the Message-ID of the reply that brought it
    brought: list = dataclasses.field(default_factory=list)     # the documents of that reply


class Traffic:
    """Sends mails, writes on the page, and remembers all of it."""

    def __init__(self, servers, desk, requesters, seed):
        self.servers, self.desk, self.random = servers, desk, random.Random(seed)
        self.requesters = [f"p{i}@minfin.example" for i in range(requesters)]
        self.turn = 0
        self.requests = {}                      # Message-ID -> Request
        self.additions = {}                     # word -> Message-ID of the request
        self.answers = {}                       # word -> case
        self.on_page = {}                       # word -> Message-ID of the request
        self.delivered = 0
        self.port = None                        # where the portal listens, if it runs
        self.sent, self.maybe = collections.Counter(), set()    # same() of mails
        self.unsure = set()                     # words and Message-IDs that a dying server may have
        self.heard = collections.defaultdict(list)     # address -> mails not used yet
        self.seen = collections.defaultdict(int)

    # ---- how a mail comes ----

    def hand_over(self, data, sender):
        """Into the desk's mailbox: through Postfix as from outside, or as a filter left it there."""
        domain = sender.rpartition("@")[2]
        recipient = str(mails.parse(data)["To"]).strip("<>")
        if self.servers.postfix and self.random.random() < 0.5:
            with smtplib.SMTP("127.0.0.1", self.servers.postfix.mx["pass"], timeout=20) as smtp:
                smtp.sendmail(sender, recipient, data)
            return
        top = (f"Delivered-To: {recipient}\r\nAuthentication-Results: {AUTHSERV}; spf=pass smtp.mailfrom={domain};"
               f" dmarc=pass header.from={domain}\r\n").encode()
        with self.servers.imap(ADDRESS) as client:
            client.append("INBOX", None, None, top + data)

    def deliver(self, mail, *names):
        """When a server dies over the mail, nobody knows whether it is there: names are unsure."""
        data = mail.as_bytes(policy=mails.POLICY)
        try:
            self.hand_over(data, str(mail["From"]).strip("<>"))
        except Exception:
            self.unsure |= set(names)
            self.maybe.add(same(data))
            raise
        self.sent[same(data)] += 1
        self.delivered += 1

    def word(self):
        return f"w{self.random.getrandbits(48):012x}"

    def document(self, size=None):
        """(name, content type, bytes) of a document that nobody else has."""
        return (f"{self.word()}.pdf", "application/pdf", mails.pdf(self.word())
                + self.random.randbytes(size or self.random.randrange(60000)))

    def hear(self, address):
        for uid, _, data in self.servers.messages(address):
            if uid > self.seen[address]:
                self.seen[address] = uid
                self.heard[address].append(mails.parse(data))

    def some_requester(self):
        """One who has asked something; what the desk wrote to them has been heard."""
        sender = self.random.choice(self.requesters[:max(1, min(self.turn, len(self.requesters)))])
        self.hear(sender)
        return sender

    # ---- what they write ----

    def request(self, folder=None, size=None):
        """Somebody asks, with documents of their own (one of so many bytes, or some of any size); now
        and then the mail comes twice."""
        self.ask("Mag ik mijn fiets in de kelder zetten?",
                 [self.document(size) for _ in range(1 if size else self.random.randrange(3))],
                 folder=folder)

    def filled(self):
        """A template, filled in whole."""
        self.ask(self.desk.fill("pay-tax-statement", "nl", given.TAX["nl"]), [],
                 answers={"year": "2025"})

    def half_filled(self):
        """A template without the last day of the leave, and without its attestation."""
        values = dict(given.PARENTAL["nl"])
        del values["end"]
        values["regime"] = given.choice(self.desk, "absence-parental", "regime", "full", "nl")
        self.ask(self.desk.fill("absence-parental", "nl", values), [],
                 answers={"start": "2027-02-01"}, half=True)

    def ask(self, text, files, folder=None, **known):
        sender = self.requesters[self.turn % len(self.requesters)]
        self.turn += 1
        mail = mails.compose(sender, ADDRESS, f"Vraag {self.word()}", text, files=files)
        name = mails.message_id(mail)
        self.requests[name] = Request(sender, digests(files), **known)
        if folder:
            domain = sender.rpartition("@")[2]
            (folder / "new" / self.word()).write_bytes(
                f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n".encode()
                + mail.as_bytes(policy=mails.POLICY))
            return
        self.deliver(mail, name)
        if self.random.random() < 0.1:
            self.deliver(mail, name)

    def reply(self, mail, sender, text, *names, files=()):
        answer = mails.compose(sender, mails.reply_address(mail), mails.reply_subject(mail),
                               f"{text}\n\n{mails.quoted(mail)}", files=files,
                               headers=mails.reply_headers(mail))
        self.deliver(answer, *names)

    def add(self):
        """A requester who got an acknowledgement writes once more."""
        sender = self.some_requester()
        for mail in self.heard[sender]:
            request = request_of(mail)
            if request in self.requests and request not in self.additions.values():
                word = self.word()
                self.additions[word] = request
                self.reply(mail, sender, f"Nog iets: {word}", word)
                return

    def complete(self):
        """Who left something out brings it: the last day and the attestation."""
        for name, request in self.requests.items():
            if not request.half or request.completion:
                continue
            self.hear(request.sender)
            for mail in self.heard[request.sender]:
                if request_of(mail) == name:
                    files = [self.document()]
                    request.completion, request.brought = self.word(), digests(files)
                    self.reply(mail, request.sender,
                               f"{self.desk.label('absence-parental', 'end')}: 31/3/2027",
                               request.completion, files=files)
                    return

    def answer(self):
        """A dossier manager answers a new case."""
        team = self.random.choice(TEAMS)
        self.hear(team)
        if not self.heard[team]:
            return
        mail = self.heard[team].pop(self.random.randrange(len(self.heard[team])))
        if "[" not in str(mail["Subject"]):     # of no case
            return
        word = self.word()
        self.answers[word] = str(mail["Subject"]).partition("[")[2].split()[0]
        self.reply(mail, DINA, f"Het antwoord is {word}", word)

    def write(self):
        """A requester follows the link of a mail and writes on the page; who gets no answer sends
        the same again until there is one."""
        sender = self.some_requester()
        for mail in self.heard[sender]:
            request, link = request_of(mail), page.link_of(mails.plain(mail))
            if link and request in self.requests and request not in self.on_page.values():
                word = self.word()
                self.on_page[word] = request
                self.press(link, word)
                return

    def press(self, link, word):
        for _ in range(200):
            try:
                page.write(self.port, link, word)
                return
            except (http.client.HTTPException, OSError):
                time.sleep(0.1)
        raise AssertionError("the portal did not answer for 20 s")

    def something(self):
        kinds = [(self.request, 4), (self.filled, 2), (self.half_filled, 2), (self.add, 2),
                 (self.complete, 2), (self.answer, 2)] + ([(self.write, 2)] if self.port else [])
        self.random.choices([k for k, _ in kinds], [n for _, n in kinds])[0]()


def digests(files):
    return sorted(hashlib.sha256(data).hexdigest() for _, _, data in files)


def request_of(mail):
    """The request that a mail of the desk answers."""
    return str(mail["In-Reply-To"] or "").strip("<>")
