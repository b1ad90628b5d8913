"""Physical lines of a text, whatever ends them (LF, CRLF or a lone CR), in batches as the bytes come in."""

from collections.abc import Iterator
from typing import Final

LINE_BYTES_MAX: Final = 256 * 1024
"""A longer line is handed on cut to a little over this, so that its reader sees that it is too long."""


class Lines:
    """Batches of lines without their ends. `unterminated`, once all are read: the last one had no end.

    A batch holds what one chunk of bytes completed, so that a pipe's lines are not kept waiting for more.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.unterminated = False

    def __iter__(self) -> Iterator[list[bytes]]:
        carry = b""
        returned = False  # the last chunk ended in a CR, which may be half of a CRLF
        for chunk in self._chunks:
            text = b"\r" + chunk if returned else chunk
            returned = text.endswith(b"\r")
            if returned:
                text = text[:-1]
            if b"\r" in text:
                text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            lines = (carry + text).split(b"\n")
            carry = lines.pop()
            if len(carry) > LINE_BYTES_MAX:
                carry = carry[: LINE_BYTES_MAX + 1]
            if lines:
                yield lines
        if carry or returned:
            self.unterminated = not returned
            yield [carry]


def decoded(raw: bytes) -> str:
    """UTF-8, else the Windows code page that British office software writes, else Latin-1, which takes any byte."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
