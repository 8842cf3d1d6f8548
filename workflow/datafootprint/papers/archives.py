"""Archives of PDFs, which a server sends and which may hold anything."""

import io
import logging
import lzma
import re
import struct
import zipfile
import zlib

from datafootprint.papers.pdfs import FetchError

log = logging.getLogger(__name__)

#: What damaged or foreign bytes provoke in zipfile: RuntimeError for a password, ValueError for
#: names and offsets that cannot be.
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)


class PdfArchive:
    """A zip archive of PDFs, unpacked one member at a time and never onto the disk.

    Parameters
    ----------
    archive : bytes
        The archive; bytes that are none give no members.
    max_bytes : int
        Largest PDF, whatever size the archive declares.

    Attributes
    ----------
    members : dict
        The paper number that a member's name begins with (`<number>_<title>.pdf`) -> the member.
    """

    def __init__(self, archive: bytes, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._archive: zipfile.ZipFile | None = None
        self.members: dict[int, zipfile.ZipInfo] = {}
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(archive))
        except _BROKEN_ARCHIVE as error:
            log.warning("Archive that cannot be read: %s.", error)
            return
        for member in self._archive.infolist():
            number = re.match(r"[0-9]{1,9}(?=_|$)", member.filename.rpartition("/")[2])
            if number:
                self.members[int(number[0])] = member

    def read(self, number: int | None) -> bytes | FetchError | None:
        """Return the PDF of a paper; None if the archive has none that can be unpacked."""
        member = None if number is None else self.members.get(number)
        if self._archive is None or member is None:
            return None
        try:
            with self._archive.open(member) as stream:
                content = stream.read(self._max_bytes + 1)
        except _BROKEN_ARCHIVE as error:
            name = member.filename[:80]
            log.warning("Archive: %r cannot be unpacked: %s.", name, error)
            return None
        if len(content) > self._max_bytes:
            return FetchError("too_large", f"more than {self._max_bytes / 1e6:.1f} MB")
        return content
