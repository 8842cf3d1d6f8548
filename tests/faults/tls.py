"""Certificates made on the spot, and a front that puts TLS before a loopback server."""

import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)


class Authority:
    """A certificate authority whose own certificate lies in `file`."""

    def __init__(self, folder: Path, name: str = "company") -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._sign(self.name, self.key.public_key(), [], 365 * DAY, True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, host: str, valid: datetime.timedelta = 30 * DAY, own: bool = False) -> Path:
        """Return a file with key and certificate of a host; `own` is signed by nobody else."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        issuer = Authority.__new__(Authority) if own else self
        if own:
            issuer.key, issuer.name = key, name
        certificate = issuer._sign(name, key.public_key(), [host], valid, False)
        file = self.folder / f"{host}-{valid.days}-{own}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return file

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        hosts: list[str],
        valid: datetime.timedelta,
        authority: bool,
    ) -> x509.Certificate:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        identifier = x509.SubjectKeyIdentifier.from_public_key(key)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 60 * DAY)
            .not_valid_after(NOW + valid)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(identifier, critical=False)
            .add_extension(issuer, critical=False)
        )
        if hosts:
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())


@contextmanager
def encrypted(url: str, certificate: Path) -> Iterator[str]:
    """Serve what a loopback server serves over TLS; gives the new URL, on `localhost`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, context, url), daemon=True).start()
    yield f"https://localhost:{listener.getsockname()[1]}"
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _accept(listener: socket.socket, context: ssl.SSLContext, url: str) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection, context, url), daemon=True).start()


def _serve(connection: socket.socket, context: ssl.SSLContext, url: str) -> None:
    with suppress(OSError), context.wrap_socket(connection, server_side=True) as outer:
        inner = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port))
        with inner:
            back = threading.Thread(target=pump, args=(inner, outer), daemon=True)
            back.start()
            pump(outer, inner)
            back.join()


def pump(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes until the end."""
    with suppress(OSError, ValueError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
