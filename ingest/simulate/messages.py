"""From what happened to what is sent: delays on the phone, batches of the street teams, and the vendors' ids."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from math import log
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from ingest.simulate.happenings import Happening
from schemas.feeds import Source
from schemas.night import OperatingNight
from schemas.times import MINUTE, SECOND, Instant

_DELAY_MEDIAN_MS: Final = 3.5 * MINUTE
_DELAY_SIGMA: Final = 0.7
_BATCH_MINUTES: Final = (8.0, 30.0)
_CALLS_A_DAY: Final = 300
"""London's incidents in a day, about: how fast the brigade's running number grows."""
_FIRST_CALL: Final = 150


class Status(StrEnum):
    """What a message says of its report, as the vendors write it."""

    NEW = "new"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class Fault(StrEnum):
    """What is wrong with a message, on purpose."""

    DUPLICATE = "duplicate"
    RETRY = "retry"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One row of a vendor's file to be. Messages of one `thread` are about one report and get one id.

    `staged` marks what the story needs: no fault touches it. `outside` marks a neighbouring borough's call.
    """

    happening: Happening
    sent_at: Instant
    thread: str = ""
    source_id: str = ""
    revision: int = 0
    status: Status = Status.NEW
    fault: Fault | None = None
    staged: bool = False
    outside: bool = False

    @property
    def source(self) -> Source:
        """The feed it comes in by."""
        return self.happening.source


def sent(happenings: Iterable[Happening], night: OperatingNight, teams: Iterable[str], rng: Random) -> list[Message]:
    """One message for each happening, sent as its feed sends."""
    batches = {team: _batches(night, rng) for team in teams}
    return [_sent(happening, batches, rng) for happening in happenings]


def numbered(messages: Iterable[Message], evening: date, zone: ZoneInfo) -> list[Message]:
    """The messages with their vendors' ids, each id once over all nights, in order of what happened when."""
    ids: dict[str, str] = {}
    counts = dict.fromkeys(Source, 0)
    result = []
    for message in sorted(messages, key=lambda message: (message.happening.at, message.sent_at)):
        source_id = ids.get(message.thread)
        if source_id is None:
            counts[message.source] += 1
            source_id = _id(message, counts[message.source], evening, zone)
            if message.thread:
                ids[message.thread] = source_id
        result.append(replace(message, source_id=source_id))
    return result


def whole_second(at: Instant) -> Instant:
    """An instant as a phone writes it down."""
    return at // SECOND * SECOND


def _sent(happening: Happening, batches: dict[str, list[Instant]], rng: Random) -> Message:
    if happening.source is Source.SBN:
        delay = rng.lognormvariate(log(_DELAY_MEDIAN_MS), _DELAY_SIGMA)
        told = replace(happening, at=happening.at // MINUTE * MINUTE)
        return Message(happening=told, sent_at=whole_second(happening.at + int(delay)))
    if happening.source is Source.NIGHTSTARS:
        told = replace(happening, at=happening.at // MINUTE * MINUTE)
        return Message(happening=told, sent_at=next(at for at in batches[happening.reporter] if at >= happening.at))
    told = replace(happening, at=whole_second(happening.at)) if happening.source is Source.LFB else happening
    return Message(happening=told, sent_at=told.at)


def _batches(night: OperatingNight, rng: Random) -> list[Instant]:
    """When a team's phone finds signal, past the night's close."""
    batches, at = [], night.opens_at
    while at < night.closes_at:
        at = whole_second(at + int(rng.uniform(*_BATCH_MINUTES) * MINUTE))
        batches.append(at)
    return [*batches, night.closes_at + int(_BATCH_MINUTES[1]) * MINUTE]


def _id(message: Message, ordinal: int, evening: date, zone: ZoneInfo) -> str:
    if message.source is Source.SBN:
        return f"SBN-{evening:%Y%m%d}-{ordinal:04d}"
    if message.source is Source.NIGHTSTARS:
        return f"NS-{evening:%Y%m%d}-{ordinal:04d}"
    if message.source is Source.LFB:
        called = datetime.fromtimestamp(message.happening.at // SECOND, zone)
        number = evening.timetuple().tm_yday * _CALLS_A_DAY + _FIRST_CALL + ordinal
        return f"{number:06d}-{called:%d%m%Y}"
    return ""
