"""A small disk that a test can fill, and make read-only: as root, and as an ordinary user too."""
import pathlib
import subprocess


class Namespace:
    """A place of an ordinary user's own, where mounting is allowed: the desk is run in it."""

    def __init__(self):
        self.process = subprocess.Popen(["unshare", "-rm", "sh", "-c", "echo here; exec cat"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.is_allowed = self.process.stdout.readline() == b"here\n"
        self.prefix = ["nsenter", "-t", str(self.process.pid), "-U", "-m",
                       "--preserve-credentials"]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class SmallDisk:
    """A file system of so many MiB at .path; .groups puts the database of a desk on it."""

    def __init__(self, t, mebibytes):
        self.path, self.prefix = t.folder / "disk", []
        self.path.mkdir()
        self.groups = {"Store": {"Database": f"sqlite:{self.path}/desk.db"}}
        if self.mount("-t", "tmpfs", "-o", f"size={mebibytes}m", "none", self.path):
            t.at_end(lambda: self.run("umount", "-l", self.path))
            return
        space = Namespace()
        t.at_end(space.close)
        self.prefix = space.prefix
        if not space.is_allowed or not self.mount("-t", "tmpfs", "-o", f"size={mebibytes}m",
                                                  "none", self.path):
            t.refused("this user may not mount, nor unshare(1) a place where it may")
        inside = t.folder / "persocontact"      # the same program, run where the disk is seen
        inside.write_text(f'#!/bin/sh\nexec {" ".join(space.prefix)} "{t.program}" "$@"\n')
        inside.chmod(0o755)
        t.program = inside

    def mount(self, *words):
        return self.run("mount", *words, check=False).returncode == 0

    def run(self, *command, check=True):
        """Runs a command that sees the disk."""
        return subprocess.run([*self.prefix, *map(str, command)], capture_output=True, text=True,
                              check=check)

    def fill(self, size=1 << 40):
        """Takes so many bytes, or all there are: dd ends when there is no room."""
        self.run("dd", "if=/dev/zero", f"of={self.path}/filler", "bs=4k",
                 f"count={size // 4096}", check=False)

    def make_room(self):
        self.run("rm", self.path / "filler")

    def changed(self, pattern):
        """When the files of the pattern were changed last."""
        return self.run("sh", "-c", f"stat -c %y {self.path}/{pattern}", check=False).stdout

    def read_only(self, path: pathlib.Path, is_so):
        """Makes a folder (bound onto itself first), or the disk, read-only, or writable again."""
        if path != self.path and is_so:
            self.run("mount", "--bind", path, path)
        mode = "ro" if is_so else "rw"
        # an ordinary user may change where it is mounted, and not what is mounted
        if self.prefix or path != self.path or not self.mount("-o", f"remount,{mode}", path):
            self.run("mount", "-o", f"remount,bind,{mode}", path)
