"""Raw loopback servers that misbehave below the level of HTTP."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

#: What is sent at once and then again and again.
SLOW = {
    "head": (b"HTTP/1.1 200 OK\r\n", b"x-more: 1\r\n"[:1]),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
}


class Trickle:
    """Accepts connections and sends `head` at once, then `drip` again and again, slowly."""

    def __init__(self, head: bytes, drip: bytes, pause_s: float = 0.05) -> None:
        self.head, self.drip, self.pause_s = head, drip, pause_s
        self.accepted = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.accepted += 1
                threading.Thread(target=self._drip, args=(connection,), daemon=True).start()

    def _drip(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.recv(1 << 16)
            connection.sendall(self.head)
            end = time.monotonic() + 30
            while time.monotonic() < end:
                connection.sendall(self.drip)
                time.sleep(self.pause_s)


@contextmanager
def trickling(head: bytes, drip: bytes, pause_s: float = 0.05) -> Iterator[Trickle]:
    server = Trickle(head, drip, pause_s)
    threading.Thread(target=server.serve, daemon=True).start()
    yield server
    server.listener.close()
