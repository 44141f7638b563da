"""A private OpenLDAP server with a directory of people, by LDAP (StartTLS) and LDAPS."""
import os
import subprocess

from .common import free_ports, listens, need, stop_process, wait_for

BASE = "dc=minfin,dc=example"
ADMIN, ADMIN_PASSWORD = f"cn=admin,{BASE}", "directory-secret"


class Slapd:
    """Runs until stop(); as whoever runs the tests, in a folder of its own."""

    def __init__(self, folder, pki, size_limit=None):
        self.folder, self.pki = folder, pki
        program = need("slapd", "slapd")
        self.modify = need("ldapmodify", "ldap-utils")
        (folder / "db").mkdir(parents=True)
        self.port, self.tls_port = free_ports(2)
        conf = folder / "slapd.conf"
        conf.write_text(f"""
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
TLSCACertificateFile {pki.ca}
TLSCertificateFile {pki.cert}
TLSCertificateKeyFile {pki.key}
sizelimit {size_limit or 'unlimited'}
disallow bind_anon
require authc
database mdb
maxsize 33554432
suffix "{BASE}"
rootdn "{ADMIN}"
rootpw {ADMIN_PASSWORD}
directory {folder}/db
""")
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(
            [program, "-d", "0", "-f", conf, "-h",
             f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.started()
        self.change(f"dn: {BASE}\nchangetype: add\nobjectClass: dcObject\n"
                    "objectClass: organization\no: MINFIN\ndc: minfin\n")

    def started(self):
        try:
            wait_for("slapd listens", lambda: listens(self.port) and listens(self.tls_port), 30)
        except BaseException:
            self.stop()
            raise

    @property
    def url(self):
        return f"ldaps://127.0.0.1:{self.tls_port}"

    @property
    def plain_url(self):
        return f"ldap://127.0.0.1:{self.port}"

    def change(self, ldif):
        """Applies LDIF change records as the administrator."""
        done = subprocess.run(
            [self.modify, "-x", "-H", self.plain_url, "-D", ADMIN, "-w", ADMIN_PASSWORD],
            input=ldif.encode(), capture_output=True, check=False,
            env={**os.environ, "LDAPNOINIT": "1"}, timeout=60)
        assert done.returncode == 0, done.stderr.decode(errors="replace")

    def stop(self):
        stop_process(self.process)
        self.log.close()


def dn(uid):
    return f"uid={uid},{BASE}"


def person(uid, number, name, manager="", mail=None, more=""):
    """The LDIF that adds somebody."""
    lines = [f"dn: {dn(uid)}", "changetype: add", "objectClass: inetOrgPerson", f"uid: {uid}",
             f"cn: {name}", f"sn: {name.split()[-1]}", f"employeeNumber: {number}", "o: MINFIN",
             "preferredLanguage: nl-BE"]
    lines += [f"mail: {each}" for each in (mail or [f"{uid}@minfin.example"])]
    lines += [f"manager: {dn(manager)}"] if manager else []
    return "\n".join(lines) + "\n" + more + "\n"
