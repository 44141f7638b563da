"""A private nginx from the example of docs/nginx.conf, with its ports, names and files replaced."""
import os
import pathlib
import subprocess

from .common import free_ports, listens, need, stop_process, wait_for

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "nginx.conf"


class Nginx:
    """Runs until stop(); as whoever runs the tests, in a folder of its own."""

    def __init__(self, folder, upstream, replace):
        program = need("nginx", "nginx-light")
        folder.mkdir()
        self.port, = free_ports(1)
        site = EXAMPLE.read_text()
        for old, new in {"server 127.0.0.1:8025;": f"server {upstream};",
                         "listen 443": f"listen 127.0.0.1:{self.port}", **replace}.items():
            assert old in site, f"the example has no {old!r}"
            site = site.replace(old, str(new))
        (folder / "site.conf").write_text(site)
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        conf = folder / "nginx.conf"
        conf.write_text(
            ("user root;\n" if os.geteuid() == 0 else "")
            + f"daemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
            "events { worker_connections 512; }\n"
            f"http {{\naccess_log {folder}/access.log;\n{temporary}include {folder}/site.conf;\n}}\n")
        self.error_log = folder / "error.log"
        self.process = subprocess.Popen(
            [program, "-p", folder, "-c", conf, "-e", self.error_log], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for("nginx listens", lambda: listens(self.port), 20)
        except BaseException:
            self.stop()
            raise

    def stop(self):
        stop_process(self.process)
