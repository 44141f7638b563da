"""Wires that break: between the desk and a server, cut after so many bytes, slow, silent or garbled."""
import contextlib
import socket
import threading
import time

from .common import free_ports


class Wire:
    """A port that leads to a server.  Each connection is treated as `treat` says at that moment:

    cut=("in" or "out", n)   ends after n bytes from the server ("in") or from the desk ("out")
    silent=n                 the server's words stop after n bytes, and the line stays open
    slow=seconds             a byte at a time, with this pause (the first 1500 bytes)
    garble=n                 from byte n on the server says nonsense
    lose=text                what the server says from a reply that begins so on is lost, and the line
    """

    def __init__(self, to):
        self.to, self.port, self.treat = to, free_ports(1)[0], {}
        self.bytes = {"in": 0, "out": 0}
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            self.open += [near, far]
            treat, self.treat = self.treat, {}      # one connection; the next is well
            self.bytes = {"in": 0, "out": 0}
            for source, target, way in ((near, far, "out"), (far, near, "in")):
                threading.Thread(target=self._copy, args=(source, target, way, treat),
                                 daemon=True).start()

    def _copy(self, source, target, way, treat):
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.bytes[way] += len(data)
                for piece in self._treated(data, passed, way, treat):
                    if piece is None:
                        return self._end(source, target)
                    target.sendall(piece)
                passed += len(data)
        self._end(source, target)

    def _treated(self, data, passed, way, treat):
        if treat.get("cut", ("", 0))[0] == way and passed + len(data) > treat["cut"][1]:
            yield data[:max(0, treat["cut"][1] - passed)]
            yield None
        elif way == "in" and "silent" in treat and passed + len(data) > treat["silent"]:
            yield data[:max(0, treat["silent"] - passed)]
            time.sleep(600)
        elif way == "in" and "garble" in treat and passed + len(data) > treat["garble"]:
            at = max(0, treat["garble"] - passed)
            yield data[:at] + b"\x00\xff* {999999999999}\r\n)(\r\n" * 3
            yield None
        elif way == "in" and "lose" in treat and data.startswith(treat["lose"]):
            yield None
        elif "slow" in treat and passed < 1500:
            for byte in data:
                time.sleep(treat["slow"])
                yield bytes((byte,))
        else:
            yield data

    @staticmethod
    def _end(*sockets):
        for s in sockets:
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)

    def close(self):
        for s in [self.listener, *self.open]:
            self._end(s)
            s.close()
