"""A disk without room, and one that cannot be written: nothing is marked, and it goes on by itself."""
import collections
import os

from lib import mails
from lib.common import wait_for
from lib.desk import ADDRESS, JAN
from lib.disk import SmallDisk
from lib.given import in_folder, tax_mail
from test_portal import Browser, link_of, open_portal

FAST = {"Desk": {"TestClock": "60"}}


def put(t, number, size):
    mail = mails.compose(JAN, ADDRESS, f"vraag {number}", "Ik heb een weddevraag.", files=[
        (f"bijlage-{number}.pdf", "application/pdf", os.urandom(size))])
    with t.servers.imap(ADDRESS) as imap:
        imap.append("INBOX", None, None, mail.as_bytes(policy=mails.POLICY))


def warnings(process):
    """How often each sentence was said, whenever it was."""
    return collections.Counter(line.partition("warning")[2] for line in
                               process.errors.read_text().splitlines() if "warning" in line)


def test_full(t):
    """A full disk: what does not fit stays in the mailbox unmarked; room comes, and all is done"""
    disk = SmallDisk(t, 12)
    desk = t.desk({**disk.groups, **FAST})
    disk.fill(8 << 20)
    for number in range(6):
        put(t, number, 700 << 10)
    running = [desk.start("gateway"), desk.start("notifier")]
    wait_for("the gateway says that there is no room",
             lambda: any("No space left" in s or "is full" in s for s in warnings(running[0])), 60)
    tries = set()

    def has_tried_again():
        tries.add(disk.changed("raw/*"))
        return len(tries) > 5

    wait_for("it has tried some more times", has_tried_again, 60)
    left = in_folder(t)
    assert left and all("\\Seen" not in flags for _, flags, _ in left), left
    for process in running:             # the same sentence again only after a minute
        assert all(n == 1 for n in warnings(process).values()), warnings(process)
        assert len(warnings(process)) <= 3, warnings(process)
    disk.make_room()
    wait_for("everything is done", lambda: len(desk.cases()) == 6 and not in_folder(t), 60)
    for process in running:
        desk.stop(process)
    desk.notifier()
    assert len(desk.new(JAN)) == 6
    desk.run("verify")
    desk.run("reconcile")


def test_full_page(t):
    """A page on a full disk says to try again; nothing is half done; with room, it is done once"""
    disk = SmallDisk(t, 12)
    desk, port = open_portal(t, disk.groups)
    tax_mail(desk)
    desk.step()
    browser = Browser(port)
    where, _ = browser.enter(link_of(desk.one(JAN)))
    csrf = browser.csrf(where)
    before = desk.case()
    disk.fill()
    scan = ("scan.pdf", "application/pdf", mails.pdf("scan") + os.urandom(300 << 10))
    for files in ([scan], []):          # the segment, and the database alone, have no room
        answer = browser.send(f"{where}/write", {"csrf": csrf, "text": "Hierbij."}, files, 503)
        assert "Er is niets gewijzigd. Probeer het" in answer.text, answer.text
    assert desk.portal.poll() is None, "the portal has ended"
    disk.make_room()
    for command in ("verify", "reconcile"):
        desk.run(command)
    after = desk.case()
    assert [after[k] for k in ("events", "mails", "documents")] == [
        before[k] for k in ("events", "mails", "documents")], after
    browser.send(f"{where}/write", {"csrf": csrf, "text": "Hierbij."}, [scan])
    after = desk.case()
    assert len([e for e in after["events"] if "Hierbij." in e["text"]]) == 1, after["events"]
    assert [d["name"] for d in after["documents"]] == ["scan.pdf"], after["documents"]
    for command in ("verify", "reconcile"):
        desk.run(command)


def comes_through_read_only(t, name):
    """While the disk, or this folder of it, cannot be written, the mail stays; then it is done."""
    disk = SmallDisk(t, 12)
    path = disk.path / name
    desk = t.desk({**disk.groups, **FAST})
    tax_mail(desk)
    desk.step()
    desk.one(JAN)
    disk.read_only(path, True)
    tax_mail(desk)
    done = desk.gateway(status=None)
    assert done.status in (74, 75), (done.status, done.err)
    assert "desk.db" in done.err or "raw/" in done.err, f"what cannot be written? {done.err}"
    left = in_folder(t)
    assert len(left) == 1 and "\\Seen" not in left[0][1], left
    disk.read_only(path, False)
    assert len(desk.receipts()) == 1
    desk.step()
    desk.one(JAN)
    assert not in_folder(t)
    for command in ("verify", "reconcile"):
        desk.run(command)


def test_read_only(t):
    """A disk that has become read-only: the same"""
    comes_through_read_only(t, "")


def test_read_only_raw(t):
    """raw/ alone has become read-only: the same"""
    comes_through_read_only(t, "raw")


def test_nowhere_to_write_aside(t):
    """Without room for what is written aside, mails go on, or wait, and none is lost"""
    desk = t.desk()
    nowhere = t.folder / "nowhere"
    nowhere.mkdir()
    tax_mail(desk)
    tax_mail(desk, files=[("bijlage.pdf", "application/pdf", os.urandom(200000))])
    for command in (desk.gateway, desk.notifier):
        command(status=None, env={"TMPDIR": str(nowhere / "is-not-there")})
    desk.step()
    assert len(desk.new(JAN)) == 2
