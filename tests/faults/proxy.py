"""A loopback proxy that leads every request, by whatever name, to one server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.faults.tls import pump


class Proxy:
    """Notes the request lines that it was sent, and the credentials."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname, parts.port)
        self.asked: list[str] = []
        self.credentials: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._lead, args=(connection,), daemon=True).start()

    def _lead(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(1 << 16)
            line, _, rest = head.partition(b"\r\n")
            method, address, version = line.decode().split()
            self.asked.append(f"{method} {address}")
            self.credentials += [
                field for field in rest.decode().split("\r\n") if "proxy-auth" in field.lower()
            ]
            with socket.create_connection(self.target) as inner:
                if method == "CONNECT":
                    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    path = urlsplit(address)._replace(scheme="", netloc="").geturl() or "/"
                    rest = b"\r\nConnection: close\r\n" + rest
                    inner.sendall(f"{method} {path} {version}".encode() + rest)
                back = threading.Thread(target=pump, args=(inner, connection), daemon=True)
                back.start()
                pump(connection, inner)
                back.join()


@contextmanager
def leading(target: str) -> Iterator[Proxy]:
    proxy = Proxy(target)
    threading.Thread(target=proxy.serve, daemon=True).start()
    yield proxy
    with suppress(OSError):
        proxy.listener.shutdown(socket.SHUT_RDWR)
    proxy.listener.close()
