"""What the servers and the tests share: ports, processes, waiting, the names of the test world."""
import contextlib
import os
import shutil
import socket
import subprocess
import time

AUTHSERV = "mx.desk.example"
PASSWORD = "secret"
DOMAINS = ("desk.example", "minfin.example", "rail.example", "elsewhere.example")
VERDICTS = ("pass", "none", "fail")
# What Postfix thinks of these recipients: known bad at once, busy for ever, taken but then gone.
UNKNOWN, BUSY, GONE = "unknown@minfin.example", "busy@minfin.example", "gone@minfin.example"


class Missing(Exception):
    """A program that the tests need is not installed."""


def need(program, package):
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise Missing(f"{program} is missing: apt-get install {package}")
    return path


def free_ports(count):
    """Ports nobody listens on; they are all held until all are chosen, so none comes twice."""
    with contextlib.ExitStack() as stack:
        ports = []
        for _ in range(count):
            s = stack.enter_context(socket.socket())
            s.bind(("127.0.0.1", 0))
            ports.append(s.getsockname()[1])
        return ports


def wait_for(what, condition, seconds=10):
    """Polls until condition() is true, and gives its value; a failure names what was waited for."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def process_ended(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def stop_process(process, seconds=10):
    """SIGTERM, and SIGKILL when that is not enough; gives the exit status."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()
