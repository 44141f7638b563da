"""What must be true of the desk at the end of the torture."""
import collections
import sqlite3
import subprocess
import time

from traffic import Traffic, mails, request_of, same
from lib.common import wait_for
from lib.desk import ADDRESS


class World(Traffic):
    """Brings the desk to rest, and checks what it made of all that was written."""

    def __init__(self, *args):
        super().__init__(*args)
        self.retried = 0

    def rest(self, seconds=120):
        """Undisturbed, the desk ends its work.  A mail whose reader was killed twice by chance is in
        quarantine, as it should be: somebody has it read again."""
        left = {}
        if self.servers.postfix:
            self.flush(self.servers.postfix)

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
        # two gateways that move a mail at the same moment may leave it there twice, and so may a
        # Dovecot that dies over one that Postfix brings
        taken = collections.Counter(same(data) for _, _, data in
                                    self.servers.messages(ADDRESS, "Processed"))
        missing = self.sent - taken
        assert not missing, f"{len(missing)} mails are not in Processed"
        assert set(taken) <= set(self.sent) | self.maybe, "a mail that nobody sent is in Processed"
        for command in ("verify", "reconcile"):
            desk.run(command, timeout=300)
        self.check_replay()
        with sqlite3.connect(f"file:{desk.folder / 'desk.db'}?mode=ro", uri=True) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return {"cases": len(cases), "mails in": self.delivered,
                "half-filled templates": sum(r.half for r in self.requests.values()),
                "completed": sum(bool(r.completion) for r in self.requests.values()),
                "written on the page": len(self.on_page), **figures,
                "read again after quarantine": self.retried,
                "copies in Processed": (taken - self.sent).total()}

    def check_replay(self):
        """From the raw messages and the actions the same desk comes about, page and all."""
        copy = self.desk.folder.parent / f"replay-{self.word()}" / "again.db"
        copy.parent.mkdir()
        done = self.desk.run("replay", copy, status=None, timeout=600)
        assert done.status == 0 and "equal" in done.out, done.out[-2000:] + done.err[-1000:]

    def check_requests(self, cases):
        """One case a request, with every document whole, and every answer."""
        of_request = collections.Counter()
        for case in cases:
            first = case["mails"][0]
            assert first["direction"] == "in" and first["message_id"] in self.requests, first
            of_request[first["message_id"]] += 1
            request = self.requests[first["message_id"]]
            assert case["requester"]["address"] == request.sender, case["requester"]
            self.check_case(case, request)
        lost = set(self.requests) - set(of_request) - self.unsure
        double = [r for r, n in of_request.items() if n > 1]
        assert not lost and not double, f"lost {len(lost)}: {lost}; double {len(double)}: {double}"

    def check_case(self, case, request):
        found, wanted = sorted(d["sha256"] for d in case["documents"]), list(request.documents)
        answers = dict(request.answers)
        brought = request.completion and not (request.completion in self.unsure
                                              and case["state"] == "incomplete")
        if brought:
            wanted = sorted(wanted + request.brought)
            answers["end"] = "2027-03-31"
        assert found == wanted, f"{case['number']}: documents {found}, sent {wanted}"
        assert (case["state"] == "incomplete") == (request.half and not brought), case
        for field, value in answers.items():
            assert case["answers"].get(field) == value, (case["number"], field, case["answers"])

    def check_words(self, cases):
        """What was written on a case is on that case, once."""
        for words, what in ((self.additions, "added"), (self.answers, "answered"),
                            (self.on_page, "written")):
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
        acknowledgements = {r["message_id"] for r in rows if r["kind"] == "acknowledgement"}
        copies = collections.Counter()
        acknowledged = collections.defaultdict(set)
        for address in {r["to"] for r in rows}:
            for _, _, data in self.servers.messages(address):
                mail = mails.parse(data)
                copies[mails.message_id(mail)] += 1
                if mails.message_id(mail) in acknowledgements:
                    acknowledged[request_of(mail)].add(mails.message_id(mail))
        assert set(copies) <= set(ids), f"owed by nobody: {set(copies) - set(ids)}"
        missing = [r for r in rows if r["state"] == "sent" and not copies[r["message_id"]]]
        assert not missing, f"sent and not there: {missing[:3]}"
        assert all(r["state"] == "sent" for r in rows), [r for r in rows if r["state"] != "sent"][:3]
        for request in set(self.requests) - (self.unsure - set(acknowledged)):
            assert len(acknowledged[request]) == 1, (request, acknowledged[request])
        return {"mails out": len(rows),
                "copies more than one": sum(n - 1 for n in copies.values())}
