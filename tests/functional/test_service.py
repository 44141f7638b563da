"""How the programs tell that they are well, take up a new configuration, and are watched."""
import os
import shutil
import signal
import socket
import subprocess
import time

from lib import mails
from lib.common import free_ports, listens, wait_for
from lib.desk import ADA, ADDRESS, JAN
from lib.given import tax_mail


class Manager:
    """What systemd is to a service: a socket on which it tells how it is."""

    def __init__(self, t):
        self.path = t.folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.settimeout(20)
        t.at_end(self.socket.close)

    def environment(self, watchdog=None):
        return {"NOTIFY_SOCKET": str(self.path),
                **({"WATCHDOG_USEC": str(int(watchdog * 1e6))} if watchdog else {})}

    def wait_for(self, word):
        while True:
            if word in self.socket.recv(4096).decode().splitlines():
                return


def started(desk, name, env):
    before = desk.environment
    desk.environment = lambda: {**before(), **env}
    try:
        return desk.start(name)
    finally:
        desk.environment = before


def test_notify(t):
    """Each process tells when it is ready, that it lives, and when it stops"""
    port, = free_ports(1)
    desk = t.desk({"Portal": {"Listen": f"127.0.0.1:{port}"}})
    for name in ("gateway", "notifier", "portal", "run"):
        manager = Manager(t)
        process = started(desk, name, manager.environment(watchdog=3))
        manager.wait_for("READY=1")
        manager.wait_for("WATCHDOG=1")
        manager.wait_for("WATCHDOG=1")
        desk.stop(process)
        manager.wait_for("STOPPING=1")
        manager.path.unlink()


def test_no_manager(t):
    """A socket that is not there, or no path at all, troubles nobody"""
    desk = t.desk()
    for where in ("/nowhere/notify", "@", "no path", "x" * 300, ""):
        process = started(desk, "notifier", {"NOTIFY_SOCKET": where, "WATCHDOG_USEC": "junk"})
        time.sleep(0.3)
        desk.stop(process)


def test_reload(t):
    """SIGHUP: a new configuration is taken up by the same process; a broken one is not"""
    desk = t.desk()
    running = {name: desk.start(name) for name in ("gateway", "notifier")}
    tax_mail(desk)
    desk.wait_new(JAN)
    desk.configure({"Desk": {"Name": "Loket"}})
    for process in running.values():
        process.send_signal(signal.SIGHUP)
    for process in running.values():
        wait_for("it has begun anew", lambda: "taken up anew" in process.errors.read_text())
    time.sleep(0.5)
    tax_mail(desk)
    ack, = desk.wait_new(JAN)
    assert "Loket" in str(ack["From"]), ack["From"]

    desk.conf.write_text(desk.conf.read_text() + "\n[Desk]\nNoSuchKey=1\n")
    for process in running.values():
        process.send_signal(signal.SIGHUP)
    for process in running.values():
        wait_for("it says what is wrong", lambda: "desk.conf:" in process.errors.read_text()
                 and "goes on" in process.errors.read_text())
    tax_mail(desk)
    desk.wait_new(JAN)
    desk.configure({})
    for process in running.values():
        assert process.poll() is None
        desk.stop(process)
    assert len(desk.cases()) == 3


def test_reload_in_work(t):
    """SIGHUP again and again in the middle of work loses nothing and doubles nothing"""
    desk = t.desk()
    with t.servers.imap(ADDRESS) as imap:
        for i in range(60):
            mail = mails.compose(JAN, ADDRESS, f"vraag {i}", "Ik heb een weddevraag.")
            imap.append("INBOX", None, None, mail.as_bytes(policy=mails.POLICY))
    process = desk.start("gateway")
    for _ in range(6):
        time.sleep(0.4)
        process.send_signal(signal.SIGHUP)
    wait_for("all are decided", lambda: len(desk.cases("--limit", "1000")) == 60, 60)
    desk.stop(process)
    assert len(desk.receipts()) == 60
    desk.run("reconcile")


def test_run_reloads(t):
    """SIGHUP to `run` reaches its processes, and a process that dies is replaced"""
    port, = free_ports(1)
    desk = t.desk({"Portal": {"Listen": f"127.0.0.1:{port}"}})
    running = desk.start("run")
    wait_for("the portal listens", lambda: listens(port))
    running.send_signal(signal.SIGHUP)
    wait_for("all three begin anew", lambda: running.errors.read_text().count("taken up anew") == 3)
    children = subprocess.run(["pgrep", "-P", str(running.pid), "-f", "notifier"],
                              capture_output=True, text=True, check=True).stdout.split()
    os.kill(int(children[0]), signal.SIGKILL)
    tax_mail(desk)
    desk.wait_new(JAN, 30)
    assert desk.stop(running) < 10


def test_hanging(t):
    """A process of `run` that hangs and says nothing any more is killed, and begins anew"""
    port, = free_ports(1)
    desk = t.desk({"Desk": {"TestClock": "60"}, "Portal": {"Listen": f"127.0.0.1:{port}"}})
    running = desk.start("run")
    wait_for("the portal listens", lambda: listens(port))
    for name in ("notifier", "gateway"):
        child = int(subprocess.run(["pgrep", "-P", str(running.pid), "-f", f" {name} "],
                                   capture_output=True, text=True, check=True).stdout.split()[0])
        os.kill(child, signal.SIGSTOP)
        wait_for("it is found out", lambda: f"process={name} said nothing" in
                 running.errors.read_text(), 30)
        tax_mail(desk)
        desk.wait_new(JAN, 30)
    assert running.errors.read_text().count("said nothing") == 2, running.errors.read_text()
    assert desk.stop(running) < 10


def test_second_run(t):
    """Two `run` on one database share the work; the second portal says that its place is taken"""
    port, = free_ports(1)
    desk = t.desk({"Portal": {"Listen": f"127.0.0.1:{port}"}})
    first = desk.start("run")
    wait_for("the portal listens", lambda: listens(port))
    second = desk.start("run")
    for _ in range(10):
        tax_mail(desk)
    wait_for("10 cases", lambda: len(desk.cases()) >= 10, 30)
    wait_for("all is sent", lambda: not desk.outbox(), 30)
    assert f"127.0.0.1:{port}" in second.errors.read_text(), second.errors.read_text()
    for process in (first, second):
        desk.stop(process)
    assert len(desk.cases()) == 10 and len(desk.new(JAN)) == 10


def test_daily(t):
    """Once a day the gateway looks the desk over; a difference is a line, and a mail to the admins"""
    desk = t.desk({"Desk": {"TestClock": "40000"}})
    tax_mail(desk)
    desk.step()
    desk.one(JAN)
    running = [desk.start("gateway"), desk.start("gateway"), desk.start("notifier")]
    wait_for("it looked", lambda: any("all is well" in p.errors.read_text() for p in running), 40)
    desk.none(ADA)
    segment, = (desk.folder / "raw").glob("000001.seg")
    kept = segment.read_bytes()
    segment.chmod(0o600)
    segment.write_bytes(kept[:100])
    told, = desk.wait_new(ADA, 40)
    text = mails.plain(told)
    assert "000001.seg is cut off" in text and "persocontact reconcile --repair" in text, text
    assert "000001.seg is cut off" in "".join(p.errors.read_text() for p in running)
    segment.write_bytes(kept)
    for process in running:
        desk.stop(process)
    desk.run("reconcile", status=None)


def test_units(t):
    """The units name the program where it is installed, and systemd finds nothing wrong in them"""
    source = t.program.parent / "systemd"
    units = sorted(source.glob("*.service"))
    assert len(units) == 3, f"no units in {source}"
    for unit in units:
        text = unit.read_text()
        assert "@" not in text.replace("@system-service", ""), text
        assert "Type=notify" in text and "ExecReload=" in text and "WatchdogSec=" in text
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        return
    folder = t.folder / "units"
    folder.mkdir()
    for unit in units:
        text = unit.read_text()
        program = next(line for line in text.splitlines() if line.startswith("ExecStart="))
        (folder / unit.name).write_text(text.replace(program.split("=")[1].split()[0],
                                                     str(t.program)))
    done = subprocess.run([analyze, "verify", *folder.glob("*.service")], capture_output=True,
                          text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "persocontact" in line
            and "'man " not in line]         # the manual is not installed yet
    assert not ours, ours
