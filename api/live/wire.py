"""WebSocket framing (RFC 6455, 5.2) of what we send: unmasked, so the same bytes go to everyone.

A long message goes out in fragments, each a view of the same text, so that a hundred clients on a slow line share
one snapshot in memory, and a ping or a close may pass between two fragments.
"""

from collections.abc import Iterator
from struct import pack
from typing import Final

FRAGMENT_BYTES: Final = 32 * 1024

_FINAL: Final = 0x80
_TEXT: Final = 0x01
_CONTINUED: Final = 0x00


def text_frame(payload: bytes) -> bytes:
    """A whole text message as one frame."""
    return _head(_FINAL | _TEXT, len(payload)) + payload


def fragments(payload: bytes) -> Iterator[bytes]:
    """A text message as frames of at most FRAGMENT_BYTES each."""
    view = memoryview(payload)
    for start in range(0, max(len(payload), 1), FRAGMENT_BYTES):
        part = view[start : start + FRAGMENT_BYTES]
        first = _TEXT if start == 0 else _CONTINUED
        final = _FINAL if start + FRAGMENT_BYTES >= len(payload) else 0
        yield _head(first | final, len(part)) + part


def _head(first: int, length: int) -> bytes:
    if length < 126:
        return pack("!BB", first, length)
    if length < 65_536:
        return pack("!BBH", first, 126, length)
    return pack("!BBQ", first, 127, length)
