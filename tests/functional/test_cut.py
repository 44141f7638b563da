"""A running desk whose connections are cut one after the other, by FIN or by RST.

EVERY_BYTE=1 (make outside) cuts at every byte instead of at some of them."""
import contextlib
import sqlite3

from lib.common import wait_for
from lib.desk import ADDRESS
from lib.outside import Crowd, calm, chance, places, say
from lib.meddle import TO_CLIENT, TO_SERVER, Cut, Line

QUIET = 0.4 # a session that waits for news is over


def cut_list(length, count, rng):
    """[(way, after)] in random order."""
    cuts = [Cut(way, at, rng.random() < 0.5) for way in (TO_CLIENT, TO_SERVER)
            for at in places(length[way], count[way], rng)]
    rng.shuffle(cuts)
    return cuts


def cut_imap(t, port, count, **mailbox):
    """A gateway whose connections are cut, one place after the other, while mail comes in."""
    rng, state = chance(), {"cuts": []}
    wire = Line(port, lambda n: state["cuts"][n - state["from"]]
                if state["cuts"] and 0 <= n - state["from"] < len(state["cuts"]) else None,
                quiet=QUIET)
    t.at_end(wire.close)
    crowd = Crowd(t)
    scheme = "imap" if mailbox else "imaps"
    crowd.desk.configure({"Mailbox inbox": {
        "Source": crowd.desk.source(port=wire.port, scheme=scheme), **mailbox}})
    with t.servers.imap(ADDRESS) as imap:
        crowd.put(imap, 2)
        crowd.desk.gateway()
        crowd.put(imap, 2) # a session in which the folder Processed is there already
        gateway = crowd.desk.start("gateway")
        crowd.wait_taken()
        length = wire.links[-1].bytes
        state["cuts"] = cut_list(length, count, rng)
        state["from"] = len(wire.links)
        wire.drop()
        done = 0
        while done < len(state["cuts"]):
            wire.ended.wait(20)
            wire.ended.clear()
            now = sum(not link.is_open for link in wire.links[state["from"]:])
            if now > done: # two mails every few connections: all places meet mails
                done = now
                if len(crowd.inbox()) < 4:
                    crowd.put(imap, 2)
        crowd.wait_taken()
        gateway_said = calm(gateway)
        crowd.desk.stop(gateway)
    cuts = state["cuts"]
    made = sum(link.was_cut for link in wire.links)
    say(f"a session of {length[TO_CLIENT]} and {length[TO_SERVER]} bytes was cut at {made} places"
        f" of {len(cuts)}, {len(crowd.sent)} mails")
    assert made > len(cuts) * 0.5, f"only {made} of {len(cuts)} were cut"
    assert "inbox" in gateway_said
    crowd.check()


def test_gateway(t):
    """A running gateway's IMAP cut after any byte: received once, said once a minute"""
    cut_imap(t, t.servers.dovecot.imap, {TO_CLIENT: 40, TO_SERVER: 20}, Tls="none", CaFile=None)


def cut_smtp(t, port, count, **smtp):
    """A notifier whose connections are cut, while many acknowledgements are owed."""
    t.need_postfix()
    rng, cuts = chance(), []
    wire = Line(port, lambda n: cuts.pop() if cuts else None)
    t.at_end(wire.close)
    crowd = Crowd(t, {"Smtp": {"Server": f"smtp://127.0.0.1:{wire.port}", "Connections": "1",
                               **smtp}})
    with t.servers.imap(ADDRESS) as imap:
        crowd.put(imap)
        crowd.desk.step()
        length = wire.links[-1].bytes
        cuts += cut_list(length, count, rng)
        number = len(cuts)
        crowd.put(imap, min(number, 300))
    crowd.desk.gateway()
    for _ in range(number * 2):
        if not cuts:
            break
        crowd.desk.notifier(status=None)
        with contextlib.closing(sqlite3.connect(crowd.desk.folder / "desk.db")) as db:
            db.execute("UPDATE outbox SET next = 0 WHERE state = 'owed'") # the pause is over
            db.commit()
    notifier = crowd.desk.start("notifier")
    wait_for("all mails are sent", lambda: not crowd.desk.outbox(), 60)
    calm(notifier)
    crowd.desk.stop(notifier)
    made = sum(link.was_cut for link in wire.links)
    crowd.check()
    more = crowd.check_sent(copies=number)
    say(f"a session of {length[TO_CLIENT]} and {length[TO_SERVER]} bytes was cut at {made} places"
        f" of {number}, {len(crowd.sent)} mails; {more} copies more than mails")
    assert not cuts and made > number * 0.5, f"only {made} of {number} were cut"
    assert more <= made, f"{more} copies too many of {made} cuts"


def test_starttls(t):
    """SMTP with STARTTLS and a login, cut after any byte: each notice arrives, as one mail"""
    cut_smtp(t, t.servers.postfix and t.servers.postfix.submission,
             {TO_CLIENT: 15, TO_SERVER: 15})
