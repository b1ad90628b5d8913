"""From a path or a stream to chunks of text bytes: gzip told by its first bytes, byte order mark off, junk refused."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ingest.outcomes import Broken

CHUNK_BYTES: Final = 65_536
_GZIP: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_NOT_TEXT: Final = {
    b"PK\x03\x04": "is a workbook or a zip archive; save it as CSV, or as .csv.gz",
    b"\xff\xfe": "is UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text; save it as UTF-8",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook; save it as CSV",
    b"%PDF": "is a PDF; CSV or JSON was expected",
}


@dataclass(frozen=True, slots=True)
class Text:
    """An opened source: its first bytes, which hold something other than white space, and the chunks after them."""

    head: bytes
    rest: Iterator[bytes]

    def chunks(self) -> Iterator[bytes]:
        """All of it, once."""
        yield self.head
        yield from self.rest


def open_text(source: Path | BinaryIO) -> Text:
    """Open a file, or a stream such as standard input. Broken says what is wrong with it, now or while reading."""
    chunks = _inflated(_raw_chunks(source))
    head = b""
    while len(head) < len(_BYTE_ORDER_MARK) + 1 or not head.removeprefix(_BYTE_ORDER_MARK).strip():
        chunk = next(chunks, b"")
        if not chunk:
            break
        head += chunk
        if len(head) > 2 * CHUNK_BYTES and not head.strip():
            raise Broken("begins with nothing but white space; a header or JSON was expected")
    _refuse_junk(head)
    head = head.removeprefix(_BYTE_ORDER_MARK)
    if not head.strip():
        raise Broken("is empty; a header line or JSON was expected")
    return Text(head, chunks)


def _refuse_junk(head: bytes) -> None:
    for start, what in _NOT_TEXT.items():
        if head.startswith(start):
            raise Broken(what)
    first_line = head.lstrip().split(b"\n", 1)[0]
    if b"\0" in first_line:
        raise Broken("is not text: its first line holds NUL bytes; CSV or JSON was expected")


def _raw_chunks(source: Path | BinaryIO) -> Iterator[bytes]:
    """The bytes as they come: what a pipe has is read at once, never waited for until a chunk is full."""
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                yield from iter(lambda: file.read1(CHUNK_BYTES), b"")
        else:
            read = getattr(source, "read1", source.read)
            yield from iter(lambda: read(CHUNK_BYTES), b"")
    except IsADirectoryError:
        raise Broken("is a folder; a file was expected (a folder is watched with the inbox)") from None
    except FileNotFoundError:
        raise Broken("does not exist") from None
    except OSError as error:
        raise Broken(f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a stream that was closed under us
        raise Broken(f"cannot be read: {error}") from error


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, or what they hold where they are gzip; never more than a chunk in memory."""
    head = b""
    while len(head) < len(_GZIP) and (chunk := next(chunks, b"")):
        head += chunk
    if not head.startswith(_GZIP):
        yield head
        yield from chunks
        return
    member = zlib.decompressobj(wbits=31)
    packed, unpacked_bytes = head, 0
    try:
        while packed or (packed := next(chunks, b"")):
            if member.eof:
                if not (packed := packed.lstrip(b"\0")):
                    continue
                member = zlib.decompressobj(wbits=31)
            text = member.decompress(packed, CHUNK_BYTES)
            packed = member.unused_data if member.eof else member.unconsumed_tail
            unpacked_bytes += len(text)
            if text:
                yield text
    except zlib.error as error:
        raise Broken(f"is damaged gzip after {unpacked_bytes:,} bytes of text ({error})") from error
    if not member.eof:
        if tail := member.flush():
            yield tail
        raise Broken(f"is gzip cut off after {unpacked_bytes + len(tail):,} bytes of text")
