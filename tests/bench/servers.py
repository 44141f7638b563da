"""What runs beside the desk in the benchmark: Dovecot, the sink, and a look at processes.

Everything is started here, is known by its process id, and is stopped by it.
"""
import grp
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import time

PASSWORD = "bench"
TICKS = os.sysconf("SC_CLK_TCK")


class Missing(Exception):
    """Something that the benchmark needs is not there."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Missing(f"{what} did not come up in {seconds} s")
        time.sleep(0.02)


def stop(process):
    """SIGTERM, and after ten seconds SIGKILL."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# ---- processes ----

def tree(pid):
    """The process and all that it started and that still run."""
    pids = [pid]
    for p in pids:
        for tasks in pathlib.Path(f"/proc/{p}/task").glob("*/children"):
            try:
                pids += map(int, tasks.read_text().split())
            except OSError:
                pass
    return pids


def peak_kb(pid):
    """VmHWM of a process, in KB; 0 when it is gone.  (What wait4 tells began before exec.)"""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def peaks_kb(name, pid):
    """{name of the process, of a child with its number: KB} of the tree."""
    return {name if p == pid else f"{name}'s child {p}": peak_kb(p) for p in tree(pid)}


def cpu_seconds(pid):
    total = 0
    for p in tree(pid):
        fields = pathlib.Path(f"/proc/{p}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / TICKS


# ---- the sink ----

class Sink:
    def __init__(self, program, folder, domain="desk.example"):
        self.file = folder / f"sink-{time.monotonic_ns()}"
        self.process = subprocess.Popen([program, self.file, domain], stdout=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise Missing("the sink did not start")
        self.port = int(line)
        self.url = f"smtp://127.0.0.1:{self.port}"

    def counters(self):
        """(mails, acknowledgements, bytes, monotonic seconds of the last acknowledgement)"""
        mails, acknowledgements, size, last = struct.unpack("=4Q", self.file.read_bytes())
        return mails, acknowledgements, size, last / 1e9

    def stop(self):
        stop(self.process)
        self.process.stdout.close()
        self.file.unlink(missing_ok=True)


# ---- Dovecot ----

class Dovecot:
    """IMAP on a free port of 127.0.0.1; every user has a Maildir, with one password."""

    def __init__(self, folder):
        self.folder, self.boxes = folder / "dovecot", folder / "boxes"
        program = shutil.which("dovecot", path=os.environ["PATH"] + ":/usr/sbin")
        if not program:
            raise Missing("dovecot is missing: apt-get install dovecot-imapd")
        self.is_root = os.geteuid() == 0
        self.user = "mail" if self.is_root else pwd.getpwuid(os.geteuid()).pw_name
        self.group = "mail" if self.is_root else grp.getgrgid(os.getegid()).gr_name
        for path in (self.folder, self.folder / "run", self.folder / "state", self.boxes):
            path.mkdir()
        self.own(self.boxes)
        self.port = free_port()
        conf = self.folder / "dovecot.conf"
        conf.write_text(self.configuration())
        self.process = subprocess.Popen([program, "-F", "-c", conf], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for("Dovecot", self.listens)
        except BaseException:
            self.stop()
            raise

    def own(self, path):
        if self.is_root:
            shutil.chown(path, self.user, self.group)

    def listens(self):
        if self.process.poll() is not None:
            log = self.folder / "log"
            raise Missing("Dovecot ended: " + (log.read_text()[-600:] if log.exists() else ""))
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def configuration(self):
        mine = "" if self.is_root else (
            f"default_login_user = {self.user}\ndefault_internal_user = {self.user}\n"
            f"default_internal_group = {self.group}\n"
            + "".join(f"service {s} {{\n  chroot =\n}}\n" for s in ("imap-login", "anvil", "stats")))
        return f"""{mine}
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{self.boxes}/%u
mail_uid = {self.user}
mail_gid = {self.group}
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={self.user} gid={self.group} home={self.folder}/state/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
"""

    def box(self, user, mails):
        """A fresh INBOX with these files, as links; they must be of the file system of the folder."""
        box = self.boxes / user
        box.mkdir()
        self.own(box)
        for name in ("new", "cur", "tmp"):
            (box / name).mkdir()
            self.own(box / name)
        for path in mails:
            os.link(path, box / "new" / path.name)
            self.own(path)
        return box

    def drop(self, user, data):
        """One more mail for the user."""
        box = self.boxes / user
        (box / "tmp" / "late.bench").write_bytes(data)
        self.own(box / "tmp" / "late.bench")
        os.rename(box / "tmp" / "late.bench", box / "new" / f"{int(time.time())}.late.bench")

    def stop(self):
        stop(self.process)


# ---- a desk ----

class Desk:
    """A folder with configuration, people and database, and the commands on it."""

    def __init__(self, program, data, folder, people, groups):
        self.program, self.folder, self.processes = program, folder, {}
        folder.mkdir()
        (folder / "secret").write_text("0123456789abcdef" * 4 + "\n")
        (folder / "imap.password").write_text(PASSWORD + "\n")
        for name in ("secret", "imap.password"):
            (folder / name).chmod(0o600)
        (folder / "desk.conf").write_text("".join(
            f"[{group}]\n" + "".join(f"{k}={v}\n" for k, v in keys.items())
            for group, keys in groups.items()))
        self.environment = {**os.environ, "PERSOCONTACT_DATA": str(data)}
        self.run("person", "import", people)

    def command(self, *args):
        return [str(self.program), *map(str, args), "--config", str(self.folder / "desk.conf")]

    def run(self, *args):
        done = subprocess.run(self.command(*args), capture_output=True, env=self.environment,
                              stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise Missing(f"persocontact {' '.join(map(str, args))}: status {done.returncode}: "
                          + done.stderr.decode(errors="replace").strip()[-600:])
        return done.stdout

    def json(self, *args):
        return json.loads(self.run(*args, "--json"))

    def start(self, name):
        with open(self.folder / f"{name}.log", "wb") as log:
            self.processes[name] = subprocess.Popen(self.command(name), env=self.environment,
                                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self.processes[name]

    def check_alive(self):
        for name, process in self.processes.items():
            if process.poll() is not None:
                log = (self.folder / f"{name}.log").read_text(errors="replace")
                raise Missing(f"{name} ended with status {process.returncode}: {log[-600:]}")

    def is_done(self, count):
        """Whether count mails were received and dealt with, and nothing is owed."""
        mails = self.json("mail", "list")
        waiting = [m for m in mails if m["state"] in ("received", "read")]
        return len(mails) >= count and not waiting and not self.json("outbox", "list")

    def stop(self):
        for process in self.processes.values():
            stop(process)
