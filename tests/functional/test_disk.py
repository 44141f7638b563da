"""A disk without room, and one that cannot be written: nothing is marked, and it goes on by itself."""
import os
import subprocess

from lib import mails
from lib.common import wait_for
from lib.desk import ADDRESS, JAN
from lib.given import in_folder, tax_mail


def small_disk(t, mebibytes):
    """A file system of this size, where the tests may mount one."""
    disk = t.folder / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        return None
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "none", disk],
                          capture_output=True, check=False)
    if done.returncode != 0:        # a container without the right to mount
        return None
    t.at_end(lambda: subprocess.run(["umount", "-l", disk], check=True))
    return disk


def put(t, number, size):
    mail = mails.compose(JAN, ADDRESS, f"vraag {number}", "Ik heb een weddevraag.", files=[
        (f"bijlage-{number}.pdf", "application/pdf", os.urandom(size))])
    with t.servers.imap(ADDRESS) as imap:
        imap.append("INBOX", None, None, mail.as_bytes(policy=mails.POLICY))


def test_full(t):
    """A full disk: what does not fit stays in the mailbox unmarked; room comes, and all is done"""
    disk = small_disk(t, 12)
    if disk is None:
        return                      # tests/faults/run fails single writes for everybody
    desk = t.desk({"Store": {"Database": f"sqlite:{disk}/desk.db"}, "Desk": {"TestClock": "60"}})
    filler = disk / "filler"
    filler.write_bytes(bytes(8 << 20))
    for number in range(6):
        put(t, number, 700 << 10)
    running = [desk.start("gateway"), desk.start("notifier")]
    wait_for("the gateway says that there is no room",
             lambda: "No space left" in running[0].errors.read_text() or
             "is full" in running[0].errors.read_text(), 30)
    left = in_folder(t)
    assert left and all("\\Seen" not in flags for _, flags, _ in left), left
    words = running[0].errors.read_text()
    filler.unlink()
    wait_for("everything is done", lambda: len(desk.cases()) == 6 and not in_folder(t), 60)
    assert words.count("No space left") + words.count("is full") <= 3, words
    for process in running:
        desk.stop(process)
    desk.notifier()
    assert len(desk.new(JAN)) == 6
    desk.run("verify")
    desk.run("reconcile")


def test_read_only(t):
    """A disk that has become read-only: the same"""
    disk = small_disk(t, 12)
    if disk is None:
        return
    desk = t.desk({"Store": {"Database": f"sqlite:{disk}/desk.db"}, "Desk": {"TestClock": "60"}})
    tax_mail(desk)
    desk.step()
    desk.one(JAN)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    tax_mail(desk)
    done = desk.gateway(status=None)
    assert done.status in (74, 75), (done.status, done.err)
    assert done.err.strip(), "not a word"
    assert len(in_folder(t)) == 1
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    desk.step()
    desk.one(JAN)
    assert not in_folder(t)


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
