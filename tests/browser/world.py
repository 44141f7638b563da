"""The desk of the browser tests: real programs, mail by folders, people who have a link to their cases."""
import pathlib
import re
import sys
import tempfile
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "functional"))

from lib import mails                                        # noqa: E402
from lib.common import AUTHSERV, free_ports, listens, wait_for  # noqa: E402
from lib.desk import DINA, EVE, GRETA, HUGO, JAN, MARIE, MIA, PEOPLE, Desk  # noqa: E402
from lib.openid import Provider                              # noqa: E402
from lib.tls import Authority                                # noqa: E402
from lib.given import ATTEST, PARENTAL, parental_mail                  # noqa: E402

POLYGLOT = ("jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//"
            "</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e")
ATTACKS = (POLYGLOT, "<script>document.title='broken'</script>", "\"><img src=x onerror=alert(1)>",
           "{{7*7}}{{{csrf}}}", "\u202egnp.exe", "<svg onload=alert(1)>", "javascript:alert(1)")


class Folders:
    """Stands for the servers: mail comes by a Maildir, and goes into a folder."""

    class Nothing:
        imaps, ca = 1, "/nowhere"

    dovecot = pki = Nothing
    postfix = None

    def __init__(self, maildir):
        self.maildir, self.count = maildir, 0
        for name in ("new", "cur", "tmp"):
            (maildir / name).mkdir(parents=True)

    def deliver(self, data, _envelope, _to, verdict):
        self.count += 1
        domain = re.search(rb"^From:.*@([a-z.]+)", data, re.M)[1].decode()
        stamp = f"Authentication-Results: {AUTHSERV}; dmarc={verdict} header.from={domain}\r\n"
        (self.maildir / "new" / f"{self.count:06}.test").write_bytes(stamp.encode() + data)


class Cards:
    """A second desk, by https: where the identity card is asked for is another site."""

    def __init__(self, program, root):
        self.authority = Authority(root / "cards")
        port, = free_ports(1)
        self.base, self.reader = f"https://127.0.0.1:{port}", f"https://127.0.0.2:{port}"
        cert, key = self.authority.server("portal", ["127.0.0.1", "127.0.0.2"])
        self.card = self.authority.issue(
            "card", "/CN=Jan Peeters (Authentication)/serialNumber=85073003328",
            "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n")
        self.old = self.authority.issue(
            "old", "/CN=Jan Peeters (Authentication)/serialNumber=85073003328",
            "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n", begins=-9, ends=-1)
        people = PEOPLE.replace("employee,,\n", "employee,,85073003328\n", 1)
        self.desk = Desk(Folders(root / "cards-in"), program, root / "cards-desk", {
            "Desk": {"Url": self.base},
            "Mailbox inbox": {"Source": f"maildir:{root / 'cards-in'}", "Password": None,
                              "CaFile": None},
            "Portal": {"Listen": f"127.0.0.1:{port}", "Certificate": cert, "Key": key},
            "Card": {"Url": self.reader, "Listen": f"127.0.0.2:{port}",
                     "Authorities": self.authority.pem,
                     "Revocation": self.authority.crl(root / "cards" / "revoked.crl")}},
            people=people)
        self.desk.start("portal")
        wait_for("the portal of cards listens", lambda: listens(port))

    def told(self):
        """What the browser has to know."""
        return {"base": self.base, "reader": self.reader, "card": str(self.card),
                "old": str(self.old)}


class World:
    """A desk whose portal runs, with cases in several states."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(prefix="pcb-", dir="/tmp")
        root = pathlib.Path(self.folder.name)
        self.port, = free_ports(1)
        url = f"http://127.0.0.1:{self.port}"
        self.provider = Provider(url, root)
        groups = {"Desk": {"Url": url},
                  "Mailbox inbox": {"Source": f"maildir:{root / 'in'}", "Password": None,
                                    "CaFile": None},
                  "Portal": {"Listen": f"127.0.0.1:{self.port}"},
                  "OpenID plain": {"Name": "Example login", "Issuer": self.provider.issuer,
                                   "ClientId": "desk", "ClientSecret": "file:plain.secret"},
                  "Elsewhere scope": {"Name": "SCOPE", "Url": "https://selfservice.example",
                                      "Telephone": "02 765 43 21"}}
        self.desk, self.cards, self.links, self.codes = None, None, {}, {}
        try:
            self.desk = Desk(Folders(root / "in"), program, root / "desk", groups)
            self.desk.secret("plain.secret", self.provider.world["secret"])
            self.fill()
            self.desk.start("portal")
            wait_for("the portal listens", lambda: listens(self.port))
            self.cards = Cards(program, root)
            self.ask_link("dina", DINA)
        except BaseException:
            self.close()
            raise

    def link(self, address):
        """Out of the newest mail of the desk to somebody."""
        text = mails.plain(self.desk.new(address)[-1])
        return re.search(rf"http://127\.0\.0\.1:{self.port}(/[ra]/[a-z2-7]{{26}})\b", text)[1]

    def ask_link(self, name, address):
        """Somebody asks for a link on the page: it opens elsewhere with the code of its mail."""
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/link",
                               urllib.parse.urlencode({"address": address}).encode()).close()
        self.desk.notifier()
        text = mails.plain(self.desk.new(address)[-1])
        self.links[name] = re.search(rf"http://127\.0\.0\.1:{self.port}(/m/[a-z2-7]{{26}})\b", text)[1]
        self.codes[name] = re.search(r"^\s*([a-z2-7]{4}-[a-z2-7]{4})\s*$", text, re.M)[1]

    def fill(self):
        """For each language an open, an incomplete and an answered case, with attacks in all texts."""
        desk = self.desk
        for sender, language in ((JAN, "nl"), (MARIE, "fr"), (GRETA, "de"), (EVE, "en")):
            parental_mail(desk, sender, language, files=[ATTEST])
            parental_mail(desk, sender, language, {**PARENTAL[language], "start": "30/2/2027"})
            desk.send(sender, f"vraag {ATTACKS[1]}", "Een algemene vraag.\n\n"
                      + "\n".join(ATTACKS), files=[
                          (f"{ATTACKS[1]}.txt", "text/plain", b"<script>alert(1)</script>"),
                          ("x.svg", "image/svg+xml", b"<svg onload='alert(1)'/>")])
        for sender in (HUGO, MIA):
            desk.send(sender, "vraag", "Algemene vraag.")
        desk.send(HUGO, "attesten", "In bijlage de attesten van deze week.", files=[
            (name, "application/pdf", mails.pdf(name)) for name in
            ("Peeters_Jan_1001_medisch.pdf", "dubois marie attest.pdf", "scan0001.pdf",
             "een heel lange naam van een attest zonder enig blank_in_zijn_tweede_helft_2026.pdf")])
        desk.step()
        for case in desk.cases("--state", "open"):
            if case["form"] == "question":
                desk.run("case", "answer", case["number"], "--text",
                         "Hier is het antwoord.\n" + "\n".join(ATTACKS))
        desk.notifier()
        for name, address in (("nl", JAN), ("fr", MARIE), ("de", GRETA), ("en", EVE),
                              ("hugo", HUGO), ("mia", MIA)):
            self.links[name] = self.link(address)
        self.cases = desk.cases()

    def close(self):
        if self.desk:
            self.desk.close()
        if self.cards:
            self.cards.desk.close()
        self.provider.stop()
        self.folder.cleanup()

