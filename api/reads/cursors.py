"""Cursors: where a page ended, in a text that is nobody's business, and that is good only for the same question."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec
import orjson

from api.reads.rows import Place

CHARS_MAX: Final = 512
_decoder: Final = msgspec.json.Decoder(tuple[str, str, str])


class BadCursor(ValueError):
    """It was not made here, or for another question."""


def cursor_of(place: Place, question: str) -> str:
    """The cursor of the last row of a page."""
    return urlsafe_b64encode(orjson.dumps((*place, _mark(question)))).decode().rstrip("=")


def place_of(cursor: str, question: str) -> Place:
    """The place of a cursor. BadCursor: not one of ours for this question."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        first, key, mark = _decoder.decode(urlsafe_b64decode(padded))
    except (ValueError, msgspec.DecodeError) as error:
        raise BadCursor("is not a cursor that Nightdesk gave") from error
    if mark != _mark(question):
        raise BadCursor("belongs to another question: ask again without it")
    return first, key


def _mark(question: str) -> str:
    return hashlib.blake2b(question.encode(), digest_size=6).hexdigest()
