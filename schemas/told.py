"""What the desk tells on the picture topic: changes, how it stands, and where its list of all that is begins and ends.

A line is `{"v":1,"t":kind,"k":key,"o":[offset,index],"a":at,"l":live,"d":record|null}` for a change, else
`{"v":1,"t":"desk"|"census","d":word}`.
"""

from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from schemas.codec import UNREADABLE, VERSION, CodecError
from schemas.picture import RECORD_OF, Change, Kind
from schemas.times import Instant


class DeskWord(StrEnum):
    """How the desk stands."""

    STARTING = "starting"
    CATCHING_UP = "catching_up"
    LIVE = "live"
    STOPPED = "stopped"


class DeskTold(Struct, frozen=True, kw_only=True):
    """How the desk stood: its clock, the journal offset it had folded up to, and what is wrong, in plain words."""

    word: DeskWord
    at: Instant
    next_offset: int
    trouble: str | None = None


class Census(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Between a census that began and the one that ended, both of the same offset and `by` the same teller, stood the
    current record of every key at that offset, but of those that are `waiting`: what is in neither, and is not newer,
    is no more.

    The one that ended names what waits: keys that stand, and whose next record is told a little later.
    """

    offset: int
    ended: bool
    by: str = ""
    waiting: tuple[tuple[Kind, str], ...] = ()


Told = Change | DeskTold | Census
WORDS: Final[dict[str, type[DeskTold | Census]]] = {"desk": DeskTold, "census": Census}


class _Line(Struct):
    v: int
    t: str
    d: msgspec.Raw
    k: str = ""
    o: tuple[int, int] = (0, 0)
    a: int = 0
    l: bool = True  # noqa: E741 - one letter, as all of the line


_encode: Final = msgspec.json.Encoder().encode
_line: Final = msgspec.json.Decoder(_Line)
_KINDS: Final = {kind.value: (kind, msgspec.json.Decoder(record | None)) for kind, record in RECORD_OF.items()}
_words: Final = {name: msgspec.json.Decoder(kind) for name, kind in WORDS.items()}
_WORD_NAMES: Final = {kind: name for name, kind in WORDS.items()}


def encode_told(told: Told) -> bytes:
    """One line of the picture topic."""
    if isinstance(told, Change):
        place = {"k": told.key, "o": (told.offset, told.index), "a": told.at, "l": told.live}
        return _encode({"v": VERSION, "t": told.kind.value, **place, "d": told.record})
    return _encode({"v": VERSION, "t": _WORD_NAMES[type(told)], "d": told})


def decode_told(body: bytes) -> Told:
    """What a line tells; CodecError says what is wrong."""
    try:
        line = _line.decode(body)
        if line.v != VERSION:
            raise CodecError(f"version {line.v} is not known here; this code reads version {VERSION}")
        if line.t in _words:
            return _words[line.t].decode(line.d)
        if line.t not in _KINDS:
            raise CodecError(f"what is told of {line.t!r} is not one of {', '.join([*_KINDS, *_words])}")
        kind, decoder = _KINDS[line.t]
        record = decoder.decode(line.d)
    except UNREADABLE as error:
        raise CodecError(f"a line of the picture: {error}") from error
    return Change(kind=kind, key=line.k, offset=line.o[0], index=line.o[1], at=line.a, record=record, live=line.l)
