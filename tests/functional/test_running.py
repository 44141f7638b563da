"""The programs that stay: seconds to an acknowledgement, several at once, and how they end."""
import sys
import time

from lib import mails
from lib.desk import ADDRESS, DINA, GRETA, JAN, MARIE
from lib.given import ABSENCE, ATTEST, parental_mail, tax_mail
from lib.common import wait_for


def acknowledged(desk):
    return lambda: desk.new(JAN)


def test_idle(t):
    """IDLE: from SMTP delivery to the acknowledgement in the mailbox within seconds"""
    desk = t.desk({"Mailbox inbox": {"Poll": "3600"}})
    processes = [desk.start("gateway"), desk.start("notifier")]
    wait_for("the gateway waits in IDLE", lambda: f"imap({ADDRESS})" in t.servers.dovecot.log()
             or (desk.folder / "desk.db").exists())
    took = []
    for _ in range(3):
        began = time.monotonic()
        tax_mail(desk)
        wait_for("the acknowledgement", acknowledged(desk), 20)
        took.append(time.monotonic() - began)
    print(f"# from SMTP delivery to acknowledgement: {' '.join(f'{s:.2f}' for s in took)} s",
          file=sys.stderr)
    for process in processes:
        assert desk.stop(process) < 10


def test_whole_way(t):
    """`run`: a request by mail, the team's answer by mail, the answer's mail, all by itself"""
    desk = t.desk()
    running = desk.start("run")
    parental_mail(desk, JAN, "nl", files=[ATTEST])
    desk.wait_new(JAN)
    team, = desk.wait_new(ABSENCE)
    desk.reply(team, DINA, "Uw verlof is goedgekeurd.")
    told, = desk.wait_new(JAN)
    assert "/r/" in mails.plain(told)
    assert desk.stop(running) < 10
    assert desk.case()["state"] == "answered"


def test_two_gateways(t):
    """Two gateways and two notifiers on one database share the work: each mail counts once"""
    desk = t.desk()
    processes = [desk.start(name) for name in ("gateway", "gateway", "notifier", "notifier")]
    for i in range(30):
        tax_mail(desk, (JAN, MARIE, GRETA)[i % 3]) # nobody reaches the limit of an hour
    wait_for("30 cases", lambda: len(desk.cases()) >= 30, 30)
    wait_for("all mails are sent", lambda: not desk.outbox() and len(desk.outbox("sent")) >= 60, 30)
    for process in processes:
        desk.stop(process)
    assert len(desk.cases()) == 30
    assert len({n["message_id"] for n in desk.outbox("all")}) == len(desk.outbox("all")) == 60
    assert [len(desk.new(who)) for who in (JAN, MARIE, GRETA)] == [10, 10, 10]
    assert len(desk.new("pay@desk.example")) == 30


def test_sigterm_at_once(t):
    """SIGTERM right after the start, and in the middle of work: status 0 within 10 seconds"""
    desk = t.desk()
    for name in ("gateway", "notifier", "run"):
        process = desk.start(name)
        wait_for(f"{name} has begun", lambda: process.poll() is None)
        time.sleep(0.1)
        assert desk.stop(process) < 10
    with t.servers.imap(ADDRESS) as imap:
        for i in range(60):
            mail = mails.compose(JAN, ADDRESS, f"vraag {i}", "Ik heb een weddevraag.")
            imap.append("INBOX", None, None, mail.as_bytes(policy=mails.POLICY))
    process = desk.start("gateway")
    wait_for("it works", lambda: len(desk.receipts()) > 0)
    desk.stop(process)
    desk.gateway()
    assert len(desk.cases("--limit", "1000")) == 60 and len(desk.receipts()) == 60


def test_killed(t):
    """SIGKILL in the middle of work loses nothing and doubles nothing"""
    desk = t.desk({"Desk": {"TestClock": "60"}})
    with t.servers.imap(ADDRESS) as imap:
        for i in range(100):
            mail = mails.compose(JAN, ADDRESS, f"vraag {i}", "Ik heb een weddevraag.")
            imap.append("INBOX", None, None, mail.as_bytes(policy=mails.POLICY))
    for _ in range(3):
        process = desk.start("gateway")
        wait_for("it works", lambda: len(desk.receipts()) > 0)
        process.kill()
        process.wait()
    # what a killed gateway had claimed is free again after a while
    wait_for("everything is decided", lambda: desk.gateway() and
             all(r["state"] == "done" for r in desk.receipts()) and len(desk.receipts()) >= 100, 30)
    assert len(desk.cases("--limit", "1000")) == 100
