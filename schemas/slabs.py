"""Slabs: the messages of every topic, 1 to SLAB_MAX lines of JSON each, so that a broker's cost is shared by many."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

SLAB_MAX: Final = 200
"""Lines of a slab."""
SLAB_BYTES_MAX: Final = 512 * 1024
"""A slab is closed before it would grow beyond; one line that is longer stands alone."""


def slabs(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """How many lines, and the slab of them; lines hold no newline, as JSON without blanks never does."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        if held and (len(held) >= SLAB_MAX or size + len(line) >= SLAB_BYTES_MAX):
            yield len(held), b"\n".join(held)
            held, size = [], 0
        held.append(line)
        size += len(line) + 1
    if held:
        yield len(held), b"\n".join(held)


def lines_of(slab: bytes) -> Sequence[bytes]:
    """The lines of a slab."""
    return slab.split(b"\n")
