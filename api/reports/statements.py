"""Statements: what somebody says by HTTP, under a key of theirs, before it has an id and a revision."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

import orjson

from schemas.feeds import NightStarsEncounter, SbnReport, Withdrawal

Report = SbnReport | NightStarsEncounter
Record = Report | Withdrawal
Build = Callable[[str, int, Report | None], Record]
"""The record of a statement, from the report's id, its revision, and what was said before it, if anything was."""


class NothingToPutRight(Exception):
    """The report that a statement is about is not known, or not theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is said. `key` is the caller's own name for it, `of` the report that it puts right (None: a new one).

    `body` is the hash of all that it says but its words; `reporter` is whose the report is.
    """

    caller: str
    key: str
    reporter: str
    of: str | None
    body: str
    words: str | None
    build: Build


def body_of(*parts: object) -> str:
    """The hash of what is said: the same for the same parts, in any process."""
    return blake2b(orjson.dumps(parts), digest_size=16).hexdigest()


def wished_id(caller: str, key: str) -> str:
    """The id of a new report: the key where it is a UUID, as phones make them, else one that only this caller has."""
    try:
        return str(UUID(key))
    except ValueError:
        return own_id(caller, key)


def own_id(caller: str, key: str) -> str:
    """An id that no other caller's key leads to."""
    return "r" + blake2b(orjson.dumps([caller, key]), digest_size=15).hexdigest()
