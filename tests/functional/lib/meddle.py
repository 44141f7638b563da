"""Wires between the desk and a server that are cut, one after the other, or answered by somebody else."""
import contextlib
import re
import socket
import struct
import threading
import time

TO_SERVER, TO_CLIENT = "to server", "to client"
PASS, SHUT = b"pass", b"shut"


class Cut:
    """Cut after this many bytes on this way; by RST or by an ordinary end."""

    def __init__(self, way, after, reset=False):
        self.way, self.after, self.reset = way, after, reset

    def __repr__(self):
        return f"{self.way} after {self.after} bytes{' by RST' if self.reset else ''}"


class Link:
    """One connection through a wire."""

    def __init__(self, wire, near, far, cut):
        self.wire, self.near, self.far, self.cut = wire, near, far, cut
        self.bytes = {TO_SERVER: 0, TO_CLIENT: 0}
        self.lock, self.is_open, self.was_cut = threading.Lock(), True, False
        self.last, self.pending, self.is_mute = time.monotonic(), b"", False
        self.is_raw = False

    def end(self, reset=False):
        with self.lock:
            if not self.is_open:
                return
            self.is_open = False
        for s in (self.near, self.far):
            with contextlib.suppress(OSError):
                if reset: # sent when the thread that reads, woken by this, has let go of it
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                s.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
            with contextlib.suppress(OSError):
                s.close()
        self.wire.ended.set()

    def give(self, target, way, data):
        """Passes bytes on, up to the cut; false when it is cut."""
        cut = self.cut
        self.last = time.monotonic()
        if cut and cut.way == way and self.bytes[way] + len(data) >= cut.after:
            data = data[:cut.after - self.bytes[way]]
            with contextlib.suppress(OSError):
                target.sendall(data)
            self.bytes[way] += len(data)
            self.was_cut = True
            self.end(cut.reset)
            return False
        self.bytes[way] += len(data)
        target.sendall(data)
        return True

    def run(self, source, target, way, pass_on):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not pass_on(self, target, way, data):
                    return
        self.end()


class Line:
    """A port that leads to another.  cut(n) tells the Cut of the n-th connection, or None; a link
    on which nothing passes for quiet seconds is ended when there is a cut to come."""

    def __init__(self, to, cut=lambda n: None, quiet=None):
        self.to, self.cut, self.quiet = to, cut, quiet
        self.links, self.ended = [], threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                near.close()
                continue
            for s in (near, far):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(self, near, far, self.cut(len(self.links)))
            self.links.append(link)
            if link.cut and link.cut.after == 0:
                link.was_cut = True
                link.end(link.cut.reset)
                continue
            for way in ((near, far, TO_SERVER), (far, near, TO_CLIENT)):
                threading.Thread(target=link.run, args=(*way, self.pass_on), daemon=True).start()
            if self.quiet and link.cut:
                threading.Thread(target=self._watch, args=(link,), daemon=True).start()

    def _watch(self, link):
        while link.is_open:
            time.sleep(self.quiet / 4)
            if time.monotonic() - link.last > self.quiet:
                link.end()

    @staticmethod
    def pass_on(link, target, way, data):
        return link.give(target, way, data)

    def drop(self):
        """Ends what is open; the port stays."""
        for link in self.links:
            link.end()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.drop()


class Meddler(Line):
    """A wire of lines: what the desk says is looked at, and may be answered by somebody else.

    fault: (pattern, answer).  A line of the client that matches is not passed on but answered:
    bytes, in which {tag} is the line's tag; SHUT ends the connection; None says nothing any more;
    a function gets (link, line) and gives one of these, or PASS.  The pattern b"" stands for
    the greeting.  most: so many times, then never again.  Once link.is_mute, the next answer of
    the server is lost, and the connection ends."""

    def __init__(self, to, **options):
        self.fault, self.hits, self.most, self.heard = None, 0, None, []
        super().__init__(to, **options)

    def set(self, fault, most=None):
        self.fault, self.hits, self.most = fault, 0, most

    def _answer(self, link, line):
        fault = self.fault
        if not fault or (self.most is not None and self.hits >= self.most):
            return PASS
        pattern, answer = fault
        if (line is None) != (pattern == b"") or (line and not re.search(pattern, line, re.I)):
            return PASS
        self.hits += 1
        if callable(answer):
            answer = answer(link, line)
        return answer

    def _say(self, link, answer, line):
        """Answers in place of the server; false when the link is ended by that."""
        if answer == SHUT:
            link.end()
            return False
        if answer is None:
            return True
        tag = line.split(b" ", 1)[0].strip() if line else b"*"
        with contextlib.suppress(OSError):
            link.near.sendall(answer.replace(b"{tag}", tag))
        return True

    def pass_on(self, link, target, way, data):
        if way == TO_CLIENT:
            if link.is_mute:
                link.end()
                return False
            if link.bytes[way] == 0 and (answer := self._answer(link, None)) != PASS:
                link.bytes[way] += len(data)
                return self._say(link, answer, None)
            return link.give(target, way, data)
        if link.is_raw: # TLS
            return link.give(target, way, data)
        link.pending += data
        while b"\n" in link.pending:
            line, _, link.pending = link.pending.partition(b"\n")
            line += b"\n"
            self.heard.append(line)
            answer = self._answer(link, line)
            if answer == PASS:
                link.is_raw = line.split()[-1:] == [b"STARTTLS"]
                if not link.give(target, way, line):
                    return False
            elif not self._say(link, answer, line):
                return False
        return True
