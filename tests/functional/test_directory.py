"""People of a directory (LDAP), from a real slapd."""
import contextlib

from lib.slapd import ADMIN, ADMIN_PASSWORD, BASE, Slapd, dn, person


@contextlib.contextmanager
def directory(t, people, **options):
    """A desk and a directory that it reads: (desk, slapd)."""
    slapd = Slapd(t.folder / "slapd", t.servers.pki, **options)
    try:
        for ldif in people:
            slapd.change(ldif)
        desk = t.desk(groups={"Directory": {
            "Url": slapd.url, "BindDn": ADMIN, "Password": "file:directory.password",
            "Base": BASE, "CaFile": t.servers.pki.ca, "Page": "2"}}, people=None)
        desk.secret("directory.password", ADMIN_PASSWORD)
        yield desk, slapd
    finally:
        slapd.stop()


FEW = [person("mia", "1005", "Mia Claes"), person("jan", "1001", "Jan Peeters", "mia"),
       person("marie", "1002", "Marie Dubois", "mia", ["marie@minfin.example",
                                                      "m.dubois@minfin.example"]),
       person("greta", "1003", "Greta Mueller", "mia"), person("eve", "1004", "Eve O'Brien", "mia")]


def counts(import_):
    return tuple(import_[key] for key in ("read", "added", "changed", "left"))


def test_directory_sync(t):
    """All come page by page; later only who changed; who is gone leaves with --full"""
    with directory(t, FEW) as (desk, slapd):
        assert counts(desk.json("person", "sync")) == (5, 5, 0, 0)
        marie = desk.json("person", "show", "1002")
        assert marie["manager"] == "1005" and marie["language"] == "nl", marie
        assert set(marie["addresses"]) == {"marie@minfin.example", "m.dubois@minfin.example"}
        assert marie["organisation"] == "MINFIN"
        slapd.change(f"dn: {dn('jan')}\nchangetype: modify\nreplace: cn\ncn: Jan Peeters-Claes\n")
        slapd.change(person("new", "1010", "Nora New", "mia"))
        slapd.change(f"dn: {dn('eve')}\nchangetype: delete\n")
        read, added, changed, left = counts(desk.json("person", "sync"))
        assert (added, changed, left) == (1, 1, 0), (read, added, changed, left)
        assert desk.json("person", "show", "1001")["name"] == "Jan Peeters-Claes"
        assert desk.json("person", "show", "1010")["manager"] == "1005"
        assert not desk.json("person", "show", "1004")["left"]
        assert counts(desk.json("person", "sync", "--full")) == (5, 0, 0, 1)
        assert desk.json("person", "show", "1004")["left"]
        assert counts(desk.json("person", "sync", "--full")) == (5, 0, 0, 0)


def test_directory_mistakes(t):
    """Each wrong entry is named by its DN, and nothing is changed"""
    wrong = FEW + [person("twice", "1001", "Twice Number"), person("lost", "1020", "Lost Manager",
                                                                   "nobody")]
    with directory(t, wrong) as (desk, slapd):
        done = desk.run("person", "sync", status=65)
        assert f"{dn('twice')}: column number: 1001 stands in {dn('jan')} already" in done.err
        assert f"{dn('lost')}: column manager: " in done.err, done.err
        assert desk.json("person", "list") == []
        slapd.change(f"dn: {dn('twice')}\nchangetype: delete\n")
        slapd.change(f"dn: {dn('lost')}\nchangetype: modify\nreplace: manager\n"
                     f"manager: {dn('mia')}\n")
        assert counts(desk.json("person", "sync")) == (6, 6, 0, 0)


def test_directory_refused(t):
    """A wrong password, a certificate that is not good, a base that is empty: each its own error"""
    with directory(t, FEW) as (desk, slapd):
        group = {"Url": slapd.url, "BindDn": ADMIN, "Password": "file:directory.password",
                 "Base": BASE, "CaFile": t.servers.pki.ca}
        plain = {"Filter": None, "Attributes": None, "Tls": None}
        for change, status, said in (
                ({"Password": "env:WRONG"}, 77, "Invalid credentials"),
                ({"CaFile": t.servers.pki.other_cert}, 69, "certificate is not of CaFile"),
                ({"Url": "ldaps://127.0.0.1:1"}, 69, "contact LDAP server"),
                ({"Base": "dc=nowhere,dc=example"}, 78, "No such object"),
                ({"Filter": "(mail=nobody@*)"}, 65, "shows nobody"),
                ({"Attributes": "number=uid colour=red"}, 78, "colour=red"),
                ({"Url": "http://127.0.0.1"}, 78, "ldaps://HOST"),
                ({"Tls": "none", "Url": "ldap://directory.example"}, 78, "in the clear")):
            desk.configure({"Directory": {**plain, **group, **change}})
            done = desk.run("person", "sync", status=status, env={"WRONG": "not-the-password"})
            assert said in done.err, (change, done.err)
        assert "not-the-password" not in "".join(desk.log)
        desk.configure({"Directory": {**plain, **group, "Url": slapd.plain_url}})  # StartTLS
        assert counts(desk.json("person", "sync")) == (5, 5, 0, 0)
