"""Under a service manager: what the processes tell it, and the units that start them."""
import pathlib
import shutil
import socket
import subprocess

UNITS = pathlib.Path(__file__).resolve().parents[2] / "systemd"


def test_notify(t):
    """READY=1 once it works, STOPPING=1 at SIGTERM: gateway, notifier, portal, and run alone"""
    desk = t.desk()
    before = desk.environment
    for name in ("gateway", "notifier", "portal", "run"):
        path = desk.folder / f"notify-{name}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(60)
            desk.environment = lambda: {**before(), "NOTIFY_SOCKET": str(path)}
            process = desk.start(name)
            assert manager.recv(100) == b"READY=1", name
            desk.stop(process)
            assert manager.recv(100) == b"STOPPING=1", name
            manager.setblocking(False)
            try:
                raise AssertionError(f"{name}: more is said: {manager.recv(100)}")
            except BlockingIOError:
                pass


def test_units(t):
    """The units are what systemd understands"""
    desk = t.desk()
    if not shutil.which("systemd-analyze"):
        return
    units = []
    for template in UNITS.glob("*.service.in"):
        unit = desk.folder / template.stem
        text = template.read_text().replace("@bindir@/persocontact", str(desk.program))
        unit.write_text(text)
        units.append(str(unit))
    assert len(units) == 3
    for made in (pathlib.Path(desk.program).parent / "systemd").glob("*.service"):
        assert "ExecStart=/" in made.read_text(), f"{made}: the program has no path"
    shutil.copy(UNITS / "persocontact.target", desk.folder)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], check=False,
                          capture_output=True, text=True, timeout=120)
    ours = [line for line in done.stderr.splitlines() if "persocontact" in line]
    assert not ours, done.stderr
