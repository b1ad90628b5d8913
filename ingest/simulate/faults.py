"""What goes wrong on the way: late, corrected, withdrawn, retried and doubled messages, and a feed's silence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from ingest.simulate.city import City
from ingest.simulate.draws import moved
from ingest.simulate.messages import Fault, Message, Status, whole_second
from ingest.simulate.mix import KINDS, Kind
from schemas.feeds import Source
from schemas.night import OperatingNight
from schemas.times import HOUR, MINUTE, SECOND, Instant

SHARES: Final[dict[Fault, float]] = {
    Fault.LATE: 0.04,
    Fault.CORRECTION: 0.04,
    Fault.WITHDRAWAL: 0.02,
    Fault.RETRY: 0.03,
    Fault.DUPLICATE: 0.03,
}
"""Of the reports of businesses and street teams; no report has two faults, and a night has one of each at least."""

SILENCE_MINUTES: Final = 40
_DOUBLED_CALLS: Final = 1
_REVISED: Final = (3 * MINUTE, 40 * MINUTE)
_OVERTAKEN: Final = (1 * MINUTE, 6 * MINUTE)
_RETRIED: Final = (2 * SECOND, 9 * SECOND)
_LATE: Final = ((30 * MINUTE, 150 * MINUTE), (190 * MINUTE, 5 * HOUR))
_AFTER_CLOSE: Final = (5 * MINUTE, 90 * MINUTE)
_MOVED_M: Final = (40.0, 200.0)
_SILENCE_MARGIN: Final = HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A feed sends nothing, heartbeats included, from `starts_at` until just before `ends_at`."""

    source: Source
    starts_at: Instant
    ends_at: Instant

    def swallows(self, source: Source, sent_at: Instant) -> bool:
        """Whether a row of a feed is lost."""
        return source is self.source and self.starts_at <= sent_at < self.ends_at


def with_faults(messages: Sequence[Message], city: City, night: OperatingNight, rng: Random) -> list[Message]:
    """The messages, some of them late, revised, overtaken by their revision, retried or doubled; none left out."""
    spare = [index for index, message in enumerate(messages) if _may_fail(message)]
    rng.shuffle(spare)
    total = len(spare)
    result = list(messages)
    for fault, share in SHARES.items():
        for ordinal in range(max(1, round(share * total))):
            if spare:
                index = spare.pop()
                result[index], extra = _failed(fault, result[index], ordinal, city, night, rng)
                result.extend(extra)
    calls = [message for message in messages if message.source is Source.LFB and not message.staged]
    doubled = rng.sample(calls, min(_DOUBLED_CALLS, len(calls)))
    return result + [replace(call, fault=Fault.DUPLICATE) for call in doubled]


def random_silence(night: OperatingNight, rng: Random) -> Silence:
    """Some feed, 40 minutes, well inside the night."""
    span = SILENCE_MINUTES * MINUTE
    starts_at = rng.randrange(night.opens_at + _SILENCE_MARGIN, night.closes_at - _SILENCE_MARGIN - span, MINUTE)
    source = rng.choice((Source.LFB, Source.SBN, Source.NIGHTSTARS, Source.NOISE))
    return Silence(source=source, starts_at=starts_at, ends_at=starts_at + span)


def _may_fail(message: Message) -> bool:
    return message.source in (Source.SBN, Source.NIGHTSTARS) and not message.staged


def _failed(
    fault: Fault, message: Message, ordinal: int, city: City, night: OperatingNight, rng: Random
) -> tuple[Message, list[Message]]:
    """The message as it is sent now, and what is sent besides. Every fourth revision overtakes its original."""
    if fault is Fault.LATE:
        return replace(message, sent_at=_late(message, ordinal, night, rng), fault=fault), []
    if fault is Fault.DUPLICATE:
        return message, [replace(message, fault=fault)]
    if fault is Fault.RETRY:
        return message, [replace(message, sent_at=_after(message.sent_at, _RETRIED, rng), fault=fault)]
    revised_at = _after(message.sent_at, _REVISED, rng)
    original = message
    if ordinal % 4 == 0:
        original = replace(message, sent_at=_after(revised_at, _OVERTAKEN, rng))
    if fault is Fault.WITHDRAWAL:
        return original, [replace(message, sent_at=revised_at, revision=1, status=Status.WITHDRAWN, fault=fault)]
    corrected = replace(message, sent_at=revised_at, revision=1, status=Status.CORRECTED, fault=fault)
    return original, [_corrected(corrected, ordinal, city, rng)]


def _late(message: Message, ordinal: int, night: OperatingNight, rng: Random) -> Instant:
    """In turn: some while, more than three hours, after the night's close."""
    if ordinal % 3 == 2:
        return _after(max(night.closes_at, message.sent_at), _AFTER_CLOSE, rng)
    return _after(message.sent_at, _LATE[ordinal % 3], rng)


def _corrected(message: Message, ordinal: int, city: City, rng: Random) -> Message:
    """In turn: another category, another place."""
    happening = message.happening
    if ordinal % 2 == 0:
        kind = _other_kind(message, rng)
        changed = replace(
            happening,
            category=kind.category,
            detail=kind.detail,
            severity=rng.choice(kind.severities),
            words=rng.choice(kind.words),
        )
        return replace(message, happening=changed)
    position = moved(happening.position, rng.uniform(*_MOVED_M), rng.uniform(0, 360))
    if not city.inside(position):
        position = city.near(rng, happening.position, _MOVED_M[0])
    return replace(message, happening=replace(happening, lat=position[0], lon=position[1]))


def _other_kind(message: Message, rng: Random) -> Kind:
    others = [kind for kind in KINDS[message.happening.stream] if kind.category is not message.happening.category]
    return rng.choices(others, weights=[kind.share for kind in others])[0]


def _after(at: Instant, span: tuple[int, int], rng: Random) -> Instant:
    return whole_second(at + rng.randint(*span))
