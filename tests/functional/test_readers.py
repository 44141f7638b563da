"""Mails that crash, stall or bloat whoever reads them: accounted for, and nobody else is delayed."""
import contextlib
import pathlib
import threading
import time

from lib.bombs import BARE, BOMBS
from lib.desk import ADA, JAN
from lib.given import free_mail

MOST = 256 * 1024  # KiB that a process may take


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
    for i, (make, _) in enumerate(BOMBS.values()):
        (box / f"{i:02}-bomb.eml").write_bytes(make())
        (box / f"{i:02}-good.eml").write_bytes(free_mail(text=f"Ik heb mijn fiscale fiche {i} niet gekregen."))
    with Watch(t.program) as watch:
        desk.run("ingest", box, timeout=300)
    receipts = desk.receipts()
    assert len(receipts) == 2 * len(BOMBS), len(receipts)
    waiting = [r for r in receipts if r["state"] == "received"]
    assert not waiting, waiting
    for (name, (_, readable)), receipt in zip(BOMBS.items(), receipts[::2]):
        desk.log.append(f"{name}: {receipt['decision']} {receipt['why']}\n")
        assert receipt["decision"], receipt
        assert readable is None or readable == (receipt["decision"] != "quarantined"), (name, receipt)
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
        (box / f"{i:02}-bad.eml").write_bytes(BARE + f"X-Failpoint: reader.{deed}\r\n\r\nx\r\n".encode())
    for i in range(40):
        (box / f"{i + 10:02}-good.eml").write_bytes(free_mail(text=f"Ik heb mijn fiscale fiche {i} niet gekregen."))
    points = ",".join(f"reader.{deed}={deed}" for deed in deeds)
    with Watch(t.program) as watch:
        desk.run("ingest", box, timeout=180, env={"PERSOCONTACT_FAILPOINTS": points})
    receipts = desk.receipts()
    for receipt, (deed, why) in zip(receipts, deeds.items()):
        # on a busy machine 20 s are over before 10 s of processor time are
        assert receipt["why"] in ((why, deeds["hang"]) if deed == "spin" else (why,)), receipt
    assert all(r["decision"] == "request" for r in receipts[len(deeds):]), receipts
    for receipt in receipts[:len(deeds)]: # what is known without reading it
        shown = desk.json("quarantine", "show", receipt["id"])
        assert shown["from"] == JAN and shown["tries"] == 2 and shown["size"] > 0, shown
    told = [n for n in desk.outbox("all") if n["kind"] == "quarantined"]
    assert [n["to"] for n in told] == [ADA] * len(deeds), told
    # after an upgrade (here: without the point that kills) it is read, as if it came now
    desk.run("quarantine", "retry", receipts[0]["id"])
    desk.run("ingest", box / "10-good.eml")
    again = desk.json("mail", "show", receipts[0]["id"])
    assert again["state"] == "done" and again["decision"] != "quarantined", again
    assert [e["what"] for e in again["events"]] == ["retried"], again
    check_memory(t, watch)
