"""A database of a million cases, in minutes: the rows of a few real cases, again and again.

A few real mails make real cases, through the gateway.  SQL then copies their rows (case, answers,
mail, parts, documents, events) under new numbers, for other people, on other days, in other states;
all mails of one kind share the raw bytes of the one they are copied from.  Words are indexed at the
end, by the statement with which an upgrade reads those of old cases, and timed.  The chain of events
is not that of the desk (`persocontact verify` says so); nothing else is out of order.
"""
import datetime
import hashlib
import re
import secrets
import sqlite3
import time

DAY = 24 * 60 * 60
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def people_csv(count):
    """count employees and as many numbers from 100000 on."""
    names = ("An", "Luc", "Eva", "Jan", "Marie", "Greta", "Karim", "Sofie")
    families = ("Peeters", "Dubois", "Klein", "Janssens", "Lambert", "Özdemir", "Maes", "Leroy")
    languages = ("nl", "fr", "nl", "de")
    return "".join(
        f"{100000 + i},{names[i % 8]} {families[i // 8 % 8]} {i},p{i}@minfin.example,MINFIN,"
        f"{languages[i % 4]},1005,employee,,\n" for i in range(count))


def step_of_words(source):
    """The statements of the schema that read the words of old cases."""
    text = (source / "store" / "driver_words.c").read_text()
    body = text[text.index('"INSERT INTO pieces (id, case_id) SELECT'):]
    return "".join(STRING.findall(body[:body.index('\n\n')]))


def columns(db, table, without):
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in without]


class Fill:
    """few: who has 20 cases; many: who has 1,000."""

    def __init__(self, path, cases, now, few=20, many=1000):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute("PRAGMA temp_store = MEMORY")
        self.db.execute("PRAGMA cache_size = -400000")
        self.cases, self.now, self.few, self.many = cases, now, few, many

    def plan(self):
        """What each new case is: the case it is copied from, of whom, when, in which state."""
        one = self.db.execute
        models = [row[0] for row in one("SELECT id FROM cases ORDER BY id")]
        people = [row[0] for row in one(
            "SELECT id FROM people WHERE number >= '100000' ORDER BY id")]
        few, many = (one("SELECT id FROM people WHERE number = ?", (n,)).fetchone()[0]
                     for n in ("1003", "1004"))
        first = one("SELECT MAX(id) FROM cases").fetchone()[0] + 1
        one("CREATE TEMP TABLE plan (id INTEGER PRIMARY KEY, model INTEGER, person INTEGER,"
            " state TEXT, opened INTEGER, closed INTEGER, nth INTEGER)")
        every_few, every_many = self.cases // self.few, self.cases // self.many

        def rows():
            for i in range(self.cases):
                opened = self.now - 6 * 365 * DAY + i * (6 * 365 * DAY) // self.cases
                # one in a hundred still runs, nearly all of them new
                age = self.now - opened
                runs = age < 20 * DAY or i % 3000 == 0
                state = (("open", "assigned", "waiting", "open")[i % 4] if runs
                         else ("answered", "closed", "closed", "redirected")[i % 4])
                person = (few if i % every_few == every_few - 1
                          else many if i % every_many == every_many - 1
                          else people[i % len(people)])
                yield (first + i, models[i % len(models)], person, state, opened,
                       0 if runs else opened + 3 * DAY, i // len(models))

        one("BEGIN")
        self.db.executemany("INSERT INTO plan VALUES (?, ?, ?, ?, ?, ?, ?)", rows())
        one("COMMIT")

    def copy(self, table, changes, source, order):
        """changes: {column: SQL} instead of what the model has; the model's row is t, the plan's p."""
        names = columns(self.db, table, ())
        values = [changes.get(name, f"t.{name}") for name in names]
        self.db.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} "
                        f"FROM plan p {source} ORDER BY {order}")

    def copy_all(self):
        """Numbers of copied rows: so many thousands behind those of the models."""
        one = self.db.execute
        most = {t: one(f"SELECT COALESCE(MAX(id), 0) FROM {t}").fetchone()[0]
                for t in ("mails", "parts", "documents", "events", "answers")}

        def later(table, column):
            return f"t.{column} + (p.nth + 1) * {most[table]}"

        one("BEGIN")
        self.copy("cases", {
            "id": "p.id", "state": "p.state", "requester": "p.person", "employee": "NULL",
            "requester_address": "(SELECT address FROM addresses WHERE person = p.person AND place = 0)",
            "assignee": "CASE p.state WHEN 'assigned' THEN (SELECT id FROM people WHERE number ="
                        " CASE t.team WHEN 'pay' THEN '2002' ELSE '2001' END) ELSE NULL END",
            "due": "CASE WHEN p.closed = 0 AND p.id % 50 = 0 THEN p.opened + 864000 ELSE 0 END",
            "opened": "p.opened", "changed": "MAX(p.opened, p.closed)", "closed": "p.closed",
            "subject": "t.subject || ' dossier' || p.id"},
            "JOIN cases t ON t.id = p.model", "p.id")
        self.copy("mails", {
            "id": later("mails", "id"), "case_id": "p.id", "at": "p.opened + t.at - m.opened",
            "message_id": "'copy.' || p.id || '.' || t.message_id", "receipt": "NULL",
            "outbox": "NULL", "sender": "CASE t.direction WHEN 'in' THEN (SELECT address FROM"
                                        " addresses WHERE person = p.person AND place = 0)"
                                        " ELSE t.sender END"},
            "JOIN cases m ON m.id = p.model JOIN mails t ON t.case_id = p.model", "1")
        self.copy("parts", {"id": later("parts", "id"), "mail_id": later("mails", "mail_id")},
                  "JOIN mails m ON m.case_id = p.model JOIN parts t ON t.mail_id = m.id", "1")
        self.copy("documents", {"id": later("documents", "id"), "case_id": "p.id",
                                "requester": "p.person", "part": later("parts", "part"),
                                "mail": later("mails", "mail")},
                  "JOIN documents t ON t.case_id = p.model", "1")
        self.copy("answers", {"id": later("answers", "id"), "case_id": "p.id"},
                  "JOIN answers t ON t.case_id = p.model", "1")
        self.copy("events", {"id": later("events", "id"), "case_id": "p.id", "chain": "''",
                             "at": "p.opened + t.at - m.opened",
                             "mail": later("mails", "mail")},
                  "JOIN cases m ON m.id = p.model JOIN events t ON t.case_id = p.model", "1")
        one("COMMIT")

    def fill(self, source):
        """Gives the seconds that rows and words took."""
        one = self.db.execute
        began = time.monotonic()
        self.plan()
        triggers = one("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                       " AND name LIKE 'words_of_%'").fetchall()
        for name, _ in triggers:
            one(f"DROP TRIGGER {name}")
        self.copy_all()
        rows, began = time.monotonic() - began, time.monotonic()
        one("INSERT INTO piece_words (piece_words) VALUES ('delete-all')")
        one("DELETE FROM pieces")
        self.db.execute("BEGIN")
        for statement in step_of_words(source).split(";"):
            if statement.strip():
                one(statement)
        for _, sql in triggers:
            one(sql)
        one("COMMIT")
        one("PRAGMA wal_checkpoint(TRUNCATE)")
        return rows, time.monotonic() - began

    def session(self, holder):
        """A cookie's token."""
        token = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(26))
        now = int(datetime.datetime.now().timestamp())
        self.db.execute("INSERT INTO sessions (hash, holder, began, used, expires) VALUES (?, ?, ?, ?, ?)",
                        (hashlib.sha256(token.encode()).hexdigest(), holder, now, now, now + DAY))
        return token

    def number(self, where):
        row = self.db.execute(f"SELECT id, opened FROM cases WHERE {where} ORDER BY id DESC LIMIT 1"
                              ).fetchone()
        year = datetime.datetime.fromtimestamp(row[1], datetime.timezone.utc).year
        return row[0], f"PC-{year}-{row[0]:06d}"
