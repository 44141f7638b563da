"""A desk of a test: its folder, configuration and people, and its commands as people type them."""
import email.utils
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import time

from . import mails
from .common import AUTHSERV, PASSWORD, wait_for

ADDRESS = "desk@desk.example"
JAN, MARIE, GRETA, EVE = (f"{name}@minfin.example" for name in ("jan", "marie", "greta", "eve"))
MIA, HUGO, STRANGER = "mia@minfin.example", "hugo@minfin.example", "stranger@elsewhere.example"
DINA, DIRK, ADA = "dina@desk.example", "dirk@desk.example", "ada@desk.example"
TEAMS = ("front", "pay", "career", "data", "absence", "exit", "hr")
PEOPLE = """number,name,addresses,organisation,language,manager,roles,teams,national_number
1001,Jan Peeters,jan@minfin.example jan.peeters@minfin.example,MINFIN,nl,1005,employee,,
1002,Marie Dubois,marie@minfin.example,MINFIN,fr,1005,employee,,
1003,Greta Müller,greta@minfin.example,MINFIN,de,1005,employee,,
1004,Eve O'Brien,eve@minfin.example,MINFIN,en,1005,employee,,
1005,Mia Claes,mia@minfin.example,MINFIN,nl,,employee manager,,
1006,Hugo Hendrickx,hugo@minfin.example,MINFIN,nl,1005,employee hr,,
1007,Unknown Mailbox,unknown@minfin.example,MINFIN,nl,1005,employee,,
1008,Busy Mailbox,busy@minfin.example,MINFIN,nl,1005,employee,,
1009,Gone Mailbox,gone@minfin.example,MINFIN,nl,1005,employee,,
2001,Dina Dossier,dina@desk.example,,nl,,dossier-manager,absence data front,
2002,Dirk Dossier,dirk@desk.example,,nl,,dossier-manager,pay,
2009,Ada Admin,ada@desk.example,,nl,,admin,,
"""
TROUBLE = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|-(CRITICAL|WARNING) \*\*")


class Result:
    def __init__(self, command, status, out, err):
        self.command, self.status, self.out, self.err = command, status, out, err


class Desk:
    """groups: {"Desk": {"Unverified": "hold"}, …} changes the configuration; None takes out."""

    forms, templates = {}, {}

    def __init__(self, servers, program, folder, groups=None, people=PEOPLE, smtp=None):
        self.servers, self.program, self.folder = servers, program, pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        for name in ("tmp", "home", "here"):
            (self.folder / name).mkdir()
        self.smtp = smtp or ("postfix" if servers.postfix else "directory")
        self.log, self.processes, self.read = [], [], set()
        self.secret("secret", secrets.token_hex(32))
        self.secret("imap.password", PASSWORD)
        self.secret("smtp.password", PASSWORD)
        self.conf = self.folder / "desk.conf"
        self.settings = self._defaults()
        self.configure(groups or {})
        if people is not None:
            (self.folder / "people.csv").write_text(people)
            self.run("person", "import", self.folder / "people.csv")

    def secret(self, name, content):
        path = self.folder / name
        path.write_text(content + "\n")
        path.chmod(0o600)
        return path

    def _defaults(self):
        s = self.servers
        smtp = {"Server": "directory:outgoing"}
        if self.smtp == "postfix":
            smtp = {"Server": f"smtp://127.0.0.1:{s.postfix.submission}", "User": ADDRESS,
                    "Password": "file:smtp.password", "CaFile": s.pki.ca}
        return {
            "Desk": {"Name": "PersoContact", "Address": ADDRESS, "Secret": "file:secret",
                     "Url": "http://127.0.0.1:8025", "Language": "nl", "TrustAuthserv": AUTHSERV},
            "Store": {"Database": "sqlite:desk.db"},
            "Mailbox inbox": {"Source": self.source(), "Password": "file:imap.password",
                              "CaFile": s.pki.ca},
            "Smtp": smtp,
            **{f"Team {team}": {"Name": team.capitalize(), "Address": f"{team}@desk.example"}
               for team in TEAMS},
            "Organisation MINFIN": {"Name": "FOD Financiën", "Domains": "minfin.example"},
            "Elsewhere scope": {"Name": "SCOPE", "Url": "https://selfservice.example"},
            "Elsewhere hr-local": {"Name": "HR", "Telephone": "02 123 45 67"},
        }

    def source(self, user=ADDRESS, scheme="imaps", port=None, folder="INBOX"):
        port = port or getattr(self.servers.dovecot, scheme)
        return f"{scheme}://{user.replace('@', '%40')}@127.0.0.1:{port}/{folder}"

    def configure(self, groups):
        """Changes keys of groups (None takes a key or a whole group out) and writes the file."""
        for group, keys in groups.items():
            if keys is None:
                self.settings.pop(group, None)
                continue
            merged = {**self.settings.get(group, {}), **keys}
            self.settings[group] = {k: v for k, v in merged.items() if v is not None}
        self.conf.write_text("".join(
            f"[{group}]\n" + "".join(f"{k}={v}\n" for k, v in keys.items()) + "\n"
            for group, keys in self.settings.items()))

    # ---- commands ----

    def environment(self):
        keep = {k: v for k, v in os.environ.items()
                if k in ("PATH", "PERSOCONTACT_DATA") or k.endswith("SAN_OPTIONS")}
        return {**keep, "LANG": "C.UTF-8", "HOME": str(self.folder / "home"),
                "TMPDIR": str(self.folder / "tmp"), "G_DEBUG": "fatal-criticals"}

    def command(self, args, config=True):
        extra = ["--config", str(self.conf)] if config else []
        return [str(self.program), *map(str, args), *extra]

    def run(self, *args, status=0, input=None, config=True, timeout=60, cwd=None, env=None):
        """Runs a command, which must end with this status (None: any)."""
        command = self.command(args, config)
        data = input.encode() if isinstance(input, str) else input
        done = subprocess.run(command, input=data, capture_output=True, timeout=timeout,
                              stdin=subprocess.DEVNULL if data is None else None, check=False,
                              cwd=cwd or self.folder / "here",
                              env={**self.environment(), **(env or {})})
        result = Result(command, done.returncode, done.stdout.decode(errors="replace"),
                        done.stderr.decode(errors="replace"))
        self.log.append(f"$ persocontact {' '.join(map(str, args))}  -> {result.status}\n"
                        + result.out[-1500:] + result.err[-3000:])
        assert not TROUBLE.search(result.err), f"{' '.join(map(str, args))}: {result.err[-3000:]}"
        if status is not None:
            assert result.status == status, (
                f"persocontact {' '.join(map(str, args))}: status {result.status}, "
                f"expected {status}: {result.err.strip()[-1000:]}")
        return result

    def json(self, *args, **options):
        out = self.run(*args, "--json", **options).out
        try:
            return json.loads(out)
        except ValueError:
            raise AssertionError(f"{' '.join(map(str, args))} --json prints no JSON: {out[:300]!r}")

    def start(self, *args):
        """Starts a command that stays; stop() or the end of the test ends it."""
        name = f"{len(self.processes)}-{args[0]}.err"
        with open(self.folder / name, "wb") as err:
            process = subprocess.Popen(self.command(args), stdin=subprocess.DEVNULL, stdout=err,
                                       stderr=err, cwd=self.folder / "here", env=self.environment())
        process.errors, process.began = self.folder / name, time.monotonic()
        self.processes.append(process)
        return process

    def stop(self, process, status=0, seconds=10):
        """SIGTERM: it ends within 10 seconds, status 0."""
        began = time.monotonic()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{process.args[1]} did not end within {seconds} s of SIGTERM")
        said = process.errors.read_text(errors="replace")
        assert not TROUBLE.search(said), said[-3000:]
        assert process.returncode == status, (
            f"{process.args[1]} ended with {process.returncode}, expected {status}: {said[-1000:]}")
        return time.monotonic() - began

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        left = [str(p) for name in ("tmp", "home", "here")
                for p in (self.folder / name).rglob("*")]
        assert not left, f"files were left behind: {left}"

    def gateway(self, **options):
        return self.run("gateway", "--once", **options)

    def notifier(self, **options):
        return self.run("notifier", "--once", **options)

    def step(self):
        """All that is in the mailbox is worked off, and all that is owed is sent."""
        self.gateway()
        self.notifier()

    # ---- mails ----

    def send(self, sender, subject, text, *, to=ADDRESS, verdict="pass", envelope=None, **options):
        """Somebody writes to the desk (or to another address); gives the mail."""
        return self.send_mail(mails.compose(sender, to, subject, text, **options), to, verdict,
                              sender if envelope is None else envelope)

    def send_mail(self, mail, to=ADDRESS, verdict="pass", envelope=None):
        data = mail if isinstance(mail, bytes) else mail.as_bytes(policy=mails.POLICY)
        if envelope is None:
            envelope = email.utils.parseaddr(str(mails.parse(data)["From"]))[1]
        self.servers.deliver(data, envelope, to, verdict)
        return mail

    def reply(self, mail, sender, text, *, quote=True, headers=None, subject=None, to=None,
              **options):
        """Somebody presses Reply on a mail, with the original quoted below."""
        text = text + "\n\n" + mails.quoted(mail) if quote else text
        return self.send(sender, subject or mails.reply_subject(mail), text,
                         to=to or mails.reply_address(mail),
                         headers={**mails.reply_headers(mail), **(headers or {})}, **options)

    def new(self, address):
        """The mails that reached this address since they were last asked for, oldest first."""
        if self.smtp == "directory":
            found = []
            for path in sorted((self.folder / "outgoing").glob("*.eml")):
                mail = mails.parse(path.read_bytes())
                if path not in self.read and address in str(mail["To"]).lower():
                    self.read.add(path)
                    found.append(mail)
            return found
        return [mails.parse(data) for data in self.servers.new(address)]

    def one(self, address):
        """The one new mail at this address."""
        found = self.new(address)
        assert len(found) == 1, (f"{address} has {len(found)} new mails, expected 1: "
                                 f"{[str(m['Subject']) for m in found]}")
        return found[0]

    def none(self, *addresses):
        for address in addresses:
            found = self.new(address)
            assert not found, f"{address} got a mail: {found[0]['Subject']}"

    def wait_new(self, address, seconds=20):
        return wait_for(f"a mail to {address}", lambda: self.new(address), seconds)

    # ---- what stands in the desk ----

    def cases(self, *args):
        return self.json("case", "list", *args)

    def case(self, number="1"):
        return self.json("case", "show", number)

    def receipts(self):
        return self.json("mail", "list")

    def outbox(self, state=None):
        return self.json("outbox", "list", *(["--state", state] if state else []))

    def has_text(self, text, number="1"):
        """Whether a mail of the case says this."""
        return any(text in (m["text"] or "") for m in self.case(number)["mails"])

    def form(self, form):
        if form not in Desk.forms: # they are the same in every desk
            Desk.forms[form] = self.json("form", "show", form)
        return Desk.forms[form]

    def template(self, form, language):
        if (form, language) not in Desk.templates:
            Desk.templates[form, language] = self.run("form", "template", form, "--language",
                                                      language).out
        return Desk.templates[form, language]

    # ---- forms ----

    def label(self, form, field, language="nl"):
        for f in self.form(form)["fields"]:
            if f["id"] == field:
                label = f["label"]
                return label[language] if isinstance(label, dict) else label
        raise AssertionError(f"form {form} has no field {field}")

    def fill(self, form, language, values, text=None):
        """A template (as the desk writes it, unless it is given) with these values filled in."""
        text = text or self.template(form, language)
        for field, value in values.items():
            label = self.label(form, field, language)
            pattern = re.compile(rf"^((?:> ?)*{re.escape(label)}\b[^\n]*:)[ \t]*$", re.M)
            assert pattern.search(text), f"the template of {form} has no line {label!r}:\n{text}"
            text = pattern.sub(lambda m, v=value: f"{m[1]} {v}", text, count=1)
        return text


def cpu_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii", errors="replace") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
