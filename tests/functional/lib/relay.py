"""A port that leads to a server, and can be shut."""
import contextlib
import socket
import threading

from .common import free_ports


class Relay:
    """A port that leads to another one, and can be shut: a server that goes away and comes back.
    rewrite changes what the server says."""

    def __init__(self, to, rewrite=None):
        self.to, self.port, self.connections = to, free_ports(1)[0], 0
        self.rewrite = rewrite or (lambda data: data)
        self.listener, self.open = None, []

    def start(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
                self.connections += 1
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            self.open += [near, far]
            for way in ((near, far, lambda data: data), (far, near, self.rewrite)):
                threading.Thread(target=self._copy, args=way, daemon=True).start()

    @staticmethod
    def _copy(source, target, rewrite):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(rewrite(data))
        for s in (source, target):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)

    def stop(self):
        for s in [self.listener, *self.open]:
            if s:
                with contextlib.suppress(OSError):
                    s.shutdown(socket.SHUT_RDWR)
                s.close()
        self.listener, self.open = None, []
