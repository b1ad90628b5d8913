"""What was sent and what should stand of it: the simulated night's own count, for tests to hold the desk against."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.simulate.messages import Fault, Message, Status
from schemas.categories import Category
from schemas.feeds import Source
from schemas.night import OperatingNight
from schemas.times import HOUR

_VERY_LATE = 3 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A night in figures, counted from the rows that the files hold.

    `sent` counts rows a source, repeats included, level rows apart in `levels`. `duplicates` and `retries` repeat an
    earlier row of the same id and revision. `overtaken` are originals that arrive after their revision. `late` were
    held back on purpose; `very_late` arrive over three hours after what they tell, `after_close` after the night.
    `silenced` rows and levels were lost to a silence and are in no file. `stands` is what should stand at the end, by
    source and id: withdrawn reports, triggers (which have no id) and other boroughs' calls (`outside`) are left out.
    """

    sent: dict[Source, int]
    levels: int
    outside: int
    duplicates: int
    retries: int
    corrections: int
    withdrawals: int
    overtaken: int
    late: int
    very_late: int
    after_close: int
    silenced: int
    stands: dict[tuple[Source, str], Category]

    def standing(self, source: Source) -> int:
        """How many reports of a source stand at the end."""
        return sum(held is source for held, _ in self.stands)


def truth_of(messages: Sequence[Message], night: OperatingNight, *, levels: int, silenced: int) -> Truth:
    """The count of messages given in the order in which they are sent."""
    repeats = _repeats(messages)
    return Truth(
        sent={source: _sent(messages, source) for source in Source if source is not Source.POINTS},
        levels=levels,
        outside=sum(message.outside for message in messages),
        duplicates=sum(message.sent_at == first for message, first in repeats),
        retries=sum(message.sent_at != first for message, first in repeats),
        corrections=sum(message.status is Status.CORRECTED for message in messages),
        withdrawals=sum(message.status is Status.WITHDRAWN for message in messages),
        overtaken=_overtaken(messages),
        late=sum(message.fault is Fault.LATE for message in messages),
        very_late=sum(message.sent_at - message.happening.at > _VERY_LATE for message in messages),
        after_close=sum(message.sent_at >= night.closes_at for message in messages),
        silenced=silenced,
        stands=_stands(messages),
    )


def _sent(messages: Sequence[Message], source: Source) -> int:
    return sum(message.source is source for message in messages)


def _repeats(messages: Sequence[Message]) -> list[tuple[Message, int]]:
    """Each row that says again what an earlier one of its id and revision said, with when that one was sent."""
    first: dict[tuple[Source, str, int], int] = {}
    repeats = []
    for message in messages:
        if not message.source_id:
            continue
        key = message.source, message.source_id, message.revision
        if key in first:
            repeats.append((message, first[key]))
        else:
            first[key] = message.sent_at
    return repeats


def _overtaken(messages: Sequence[Message]) -> int:
    revised: set[tuple[Source, str]] = set()
    count = 0
    for message in messages:
        if message.revision:
            revised.add((message.source, message.source_id))
        elif (message.source, message.source_id) in revised:
            count += 1
    return count


def _stands(messages: Sequence[Message]) -> dict[tuple[Source, str], Category]:
    last: dict[tuple[Source, str], Message] = {}
    for message in messages:
        key = message.source, message.source_id
        if message.source_id and not message.outside and (key not in last or message.revision > last[key].revision):
            last[key] = message
    return {key: message.happening.category for key, message in last.items() if message.status is not Status.WITHDRAWN}
