"""The live feed of a desk: files from the watched folder, and dead letters whose reason is gone, with patience."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import msgspec

from ingest.dead_letters import reread
from ingest.desk_port import DeskPort
from ingest.feeding import Records, Tally, batches
from ingest.metering import counted
from ingest.outcomes import Read, SourceUnreadable
from ingest.patience import Patience, ToldToStop
from ingest.watch import Arrival, Inbox
from schemas.dead_letters import Asked, DeadLetter
from schemas.feeds import FeedRecord
from schemas.journal import Origin
from schemas.log import log_of
from schemas.telemetry import Metric
from schemas.times import Instant

LOOK_SECONDS: Final = 2.0
"""Between two looks at the watched folder and at what was asked to be read again."""

_log: Final = log_of("feeds")


class Letters(Protocol):
    """Where dead letters are kept."""

    def retries(self, limit: int = 500) -> Sequence[Asked]: ...
    def back_in(self, ids: list[str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What came of reading dead letters again: how many are back in, and how many still wait."""

    back_in: int = 0
    waiting: int = 0


class DeskFeed:
    """Feeds a live desk. The desk's own ports are asked once: let them be patient ones.

    `patience` is for the folder and the kept letters.
    """

    def __init__(self, desk: DeskPort, *, letters: Letters, now: Callable[[], Instant], patience: Patience) -> None:
        self._desk, self._letters, self._now, self._patience = desk, letters, now, patience

    def run(self, open_inbox: Callable[[], Inbox], wait: Callable[[float], bool]) -> None:
        """Follow the watched folder, and read again what was asked for, until `wait(seconds)` is True."""
        try:
            inbox = self._patience(open_inbox)
            while True:
                for arrival in self._patience(inbox.poll):
                    self._read(arrival)
                self.read_again({})
                if wait(LOOK_SECONDS):
                    return
        except ToldToStop:
            return

    def read_again(self, changes: Mapping[str, str]) -> Again:
        """Read the dead letters that were asked for; one that was refused for a field of `changes` is put right first.

        ValueError: none was refused for such a field. ToldToStop.
        """
        back_in = waiting = 0
        seen: set[str] = set()
        fields: set[str] = set()
        while asked := [one for one in self._patience(self._letters.retries) if one.id not in seen]:
            seen.update(one.id for one in asked)
            fields.update(one.letter.field for one in asked if one.letter.field is not None)
            taken, still = self._reread(asked, changes)
            self._patience(partial(self._letters.back_in, taken))
            self._desk.keeper.keep(still)
            back_in, waiting = back_in + len(taken), waiting + len(still)
        if back_in or waiting:
            _log.info("Read refused rows again: %d are back in, %d still wait", back_in, waiting)
        if seen and changes and fields.isdisjoint(changes):
            refused_for = ", ".join(sorted(fields)) or "no field of theirs"
            raise ValueError(f"--set: no row was refused for {', '.join(changes)}; rows were refused for {refused_for}")
        return Again(back_in=back_in, waiting=waiting)

    def _reread(self, asked: Sequence[Asked], changes: Mapping[str, str]) -> tuple[list[str], list[DeadLetter]]:
        """The ids of those that could be read, safe in the journal; and those that could not, as they first came."""
        taken: list[str] = []
        still: list[DeadLetter] = []
        records: Records = []
        for one in asked:
            letter = one.letter
            put_right = changes if letter.field in changes else {}
            outcome = reread(letter, self._desk.area, words=self._desk.words, changes=put_right)
            if isinstance(outcome, DeadLetter):
                still.append(msgspec.structs.replace(outcome, raw=letter.raw, header=letter.header))
                continue
            taken.append(one.id)
            if isinstance(outcome, Read):
                # the letter's own stream: killed between here and `back_in`, its second coming changes nothing
                records.append((self._as_received(outcome.record), Origin(stream=f"retry:{one.id}", position=1)))
        self._desk.keeper.keep([])
        self._desk.submit(records)
        return taken, still

    def _read(self, arrival: Arrival) -> None:
        """Read one file to its end, from where it was left; then it leaves the folder."""
        tally, known, outside = Tally(), self._desk.known(arrival.stream), 0
        rows = counted(arrival.rows(known), arrival.source, self._desk.count)
        try:
            for records in batches(rows, arrival.stream, self._desk.keeper, tally):
                outside += self._desk.submit([(self._as_received(record), origin) for record, origin in records])
        except SourceUnreadable as unreadable:
            why = str(unreadable)
            self._patience(lambda: arrival.refuse(why))
            _log.error("%s (%s) could not be read to its end; why lies beside it in refused", *_name(arrival))
        else:
            self._patience(arrival.done)
        if outside:
            self._desk.count(Metric.OUTSIDE, outside, arrival.source.value)
        _log.info("%s (%s): %s", *_name(arrival), _sentence(tally, outside))

    def _as_received(self, record: FeedRecord) -> FeedRecord:
        """Live, a record was received when we have it, whatever its file says."""
        return msgspec.structs.replace(record, received_at=self._now())


def corrections_of(texts: Sequence[str]) -> dict[str, str]:
    """`venue_id=blue-door` as a mapping; ValueError names the text that is none."""
    pairs = [text.partition("=") for text in texts]
    for name, equals, value in pairs:
        if not (name and equals):
            raise ValueError(f"--set: {name + equals + value!r} is not FIELD=VALUE, as in venue_id=blue-door")
    return {name.strip(): value for name, _, value in pairs}


def _name(arrival: Arrival) -> tuple[str, str]:
    return arrival.path.name, arrival.source.value


def _sentence(tally: Tally, outside: int) -> str:
    refused = ", ".join(f"{count} {reason}" for reason, count in sorted(tally.rejected.items()))
    counts = f"{tally.read} rows read, {tally.outside + outside} outside the area, {tally.rejected.total()} refused"
    return f"{counts} ({refused})" if refused else counts
