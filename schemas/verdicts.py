"""Verdicts: what the fold made of what somebody said, and how a report stands with it now."""

from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from schemas.journal import Origin
from schemas.times import Instant


class Judgement(StrEnum):
    """What became of one thing that was said. Every word that the fold says is counted."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    """The same id and revision as something known, and another body: what was said first stands."""
    SUPERSEDED = "superseded"
    HELD = "held"
    TOO_OLD = "too_old"
    OUTSIDE = "outside"
    """It lies outside the area, so it never came to the journal."""
    LEFT_OUT = "left_out"
    """The fold could not apply it: it stands in the journal and on the skip list, and people look into it."""


NOT_TAKEN: Final = frozenset({Judgement.CONFLICT, Judgement.TOO_OLD, Judgement.OUTSIDE, Judgement.LEFT_OUT})
"""Judgements after which nothing of what was said stands."""


class Verdict(Struct, frozen=True, kw_only=True):
    """The fold's answer to one record, and the incident that its report is in, where it is in one.

    `seen_at` answers `Seen`: since when all of its reports are.
    """

    judgement: Judgement
    incident: str | None = None
    seen_at: Instant | None = None


class Judged(Struct, frozen=True, kw_only=True):
    """A verdict on its way to whoever asked: of the line at this place of the api topic."""

    origin: Origin
    verdict: Verdict


class Standing(Struct, frozen=True, kw_only=True):
    """How a report stands: the revision in force (`counts` False: taken back), its incident, when it was first seen."""

    revision: int
    counts: bool
    incident: str | None
    seen_at: Instant | None


_encode: Final = msgspec.json.Encoder().encode
_judged: Final = msgspec.json.Decoder(Judged)


def encode_judged(judged: Judged) -> bytes:
    """One line of the verdicts topic."""
    return _encode(judged)


def decode_judged(body: bytes) -> Judged:
    """The verdict of a line; ValueError says what is wrong."""
    try:
        return _judged.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"a line of the verdicts: {error}") from error
