"""Connections that a server can neither keep waiting nor lead to an address of its choice."""

import contextlib
import io
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from datafootprint.certificates import OF_HTTPX, OF_REQUESTS, authorities

CHUNK_BYTES = 1 << 16

#: Addresses of IPv6 whose last 32 bits are the address of IPv4 that is meant: IPv4-compatible
#: (RFC 4291, 2.5.5.1) and behind a translator (RFC 6052, 2.1).
_HOLD_IPV4 = (ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("64:ff9b::/96"))
#: A translator's own addresses (RFC 8215), which mean what the network says they mean.
_LOCAL_USE = ipaddress.IPv6Network("64:ff9b:1::/48")


class TooLargeError(requests.RequestException):
    """The answer is larger than allowed."""


class PrivatePeerError(Exception):
    """A connection would lead to an address that is not public."""


def is_public_address(address: str) -> bool:
    """Whether an IP address is one of the public internet, also in forms that hide another one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found.teredo:
            inner = found.teredo[1]
        if any(found in network for network in _HOLD_IPV4):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public_address(str(inner))
        if found.is_site_local or found in _LOCAL_USE:
            return False
    return found.is_global and not found.is_multicast


def bounded_pools(
    head_s: float, check_peer: Callable[[str, int, str], None] | None = None
) -> dict[str, type[HTTPConnectionPool]]:
    """Make connection pools for `pool_classes_by_scheme` of a urllib3 pool manager.

    Parameters
    ----------
    head_s : float
        Longest time in seconds for a handshake, and until the head of an answer is there, however
        they trickle.
    check_peer : callable, optional
        Called with host, port and the address that the connection has reached, before anything is
        sent; raises what is no `OSError` to refuse it. What a name meant a moment before does not
        count here.
    """

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            if check_peer is not None:
                try:
                    check_peer(self.host, int(self.port or 0), str(sock.getpeername()[0]))
                except PrivatePeerError:
                    sock.close()
                    raise
            return sock

        def getresponse(self) -> Any:
            with _deadline(self.sock, head_s):
                return super().getresponse()

    class Encrypted(Plain, HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            # The handshake takes the socket away; a second handle on it stays.
            handle = self.handshake.enter_context(contextlib.closing(sock.dup()))
            self.handshake.enter_context(_deadline(handle, head_s))
            return sock

        def connect(self) -> None:
            with contextlib.ExitStack() as self.handshake:
                super().connect()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def read_body(response: requests.Response, max_bytes: int, end: float) -> None:
    """Read the whole body of a streamed response into memory, where `response.content` finds it.

    Parameters
    ----------
    response : requests.Response
        Asked for with ``stream=True``.
    max_bytes : int
        Largest body, unpacked.
    end : float
        Time by `time.monotonic` at which the reading stops.

    Raises
    ------
    TooLargeError
        If there is more.
    TimeoutError
        If time is up.
    requests.ConnectionError
        If the connection breaks.
    """
    body = io.BytesIO()
    try:
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            body.write(chunk)
            if body.tell() > max_bytes:
                raise TooLargeError(f"more than {max_bytes / 1e6:.0f} MB")
            if time.monotonic() > end:
                raise TimeoutError
    except (TooLargeError, TimeoutError):
        raise
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.ConnectionError(f"answer cut off ({type(error).__name__})") from None
    finally:
        response.raw.close()
    body.seek(0)
    response.raw = body


class BoundedAdapter(HTTPAdapter):
    """Transport of a `requests` session whose answers have a limit of time and size.

    Parameters
    ----------
    max_bytes : int
        Largest answer.
    request_s : float
        Longest time for one answer in seconds.
    check_peer : callable, optional
        As for `bounded_pools`; not called for a proxy, which is the user's choice.
    """

    def __init__(
        self,
        max_bytes: int,
        request_s: float,
        check_peer: Callable[[str, int, str], None] | None = None,
    ) -> None:
        super().__init__(max_retries=0)
        self.max_bytes = max_bytes
        self.request_s = request_s
        self.authorities = authorities(*OF_REQUESTS, *OF_HTTPX)
        self.poolmanager.pool_classes_by_scheme = bounded_pools(request_s, check_peer)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Return the pool manager of a proxy, with the same limits of time."""
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = bounded_pools(self.request_s)
        return manager

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send a request and read the answer; the arguments are those of `HTTPAdapter`."""
        end = time.monotonic() + self.request_s
        kwargs |= {"stream": True, "verify": self.authorities or True}
        response = super().send(request, *args, **kwargs)
        try:
            read_body(response, self.max_bytes, end)
        except TimeoutError:
            raise requests.Timeout(f"no whole answer within {self.request_s:.0f} s") from None
        return response


@contextlib.contextmanager
def _deadline(sock: socket.socket | None, seconds: float) -> Iterator[None]:
    """Break a connection when time is up: its own timeout starts anew with every byte."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError(f"no answer within {seconds:.0f} s")
