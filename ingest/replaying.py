"""Files to replay: opened together, merged by their own times, and numbered as one stream."""

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from ingest.feeding import Keeper, Records, Tally, batches
from ingest.merge import merged, merged_name
from ingest.outcomes import Outcome, Read, SourceUnreadable
from ingest.pacing import Submit, play
from ingest.progress import shown
from ingest.reading import read, stream_name
from ingest.words import WordsPort
from schemas.area import Area
from schemas.dead_letters import DeadLetter
from schemas.feeds import FeedHeartbeat, FeedRecord, NightStarsEncounter, SbnReport, Source, Withdrawal
from schemas.night import NightCalendar, OperatingNight
from schemas.times import Instant

SPEED_MAX: Final = 1_000_000_000
"""Times as fast as the world."""


class Nobody:
    """Keeps nothing: a replay in memory leaves no trace."""

    def keep(self, *_: object) -> None:
        """Let it go."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file to replay: where it lies, and what messages call it."""

    path: Path
    name: str


class Replayed:
    """Some files of one source. `tally` counts what they gave, `failure` is what ended one of them early."""

    def __init__(
        self, area: Area, source: Source, files: Sequence[Given], columns: Mapping[str, str], night: date | None = None
    ) -> None:
        self.area = area
        self.source = source
        self.tally = Tally()
        self.failure: SourceUnreadable | None = None
        self._files = files
        self._columns = columns
        self._night = None if night is None else NightCalendar(area.nights).night_on(night)
        if night is not None and self._night is None:
            raise ValueError(f"{night.isoformat()} is not an operating night of {area.name}")

    @cached_property
    def stream(self) -> str:
        """The stream's name: the files' own bytes, so the same files are the same stream wherever they lie."""
        names: list[str] = []
        for file in self._files:
            try:
                names.append(stream_name(file.path))
            except OSError:
                names.append(f"unreadable:{file.name}")
        name = merged_name(names)
        return name if self._night is None else f"{name}:{self._night.key}"

    def give(
        self, submit: Submit, keeper: Keeper, words: WordsPort, speed: float | None, begin: Instant | None
    ) -> None:
        """Submit all records, those too that the journal has: every row is counted again.

        `speed` None: as fast as it goes; else the virtual clock runs from `begin`, or from the first record. A file
        that ends early leaves its reason in `failure`, after all that could be read of all files.
        """
        records = shown(self._batches(keeper, words), self.tally)
        if speed is None:
            for batch in records:
                submit(batch)
        else:
            wait = threading.Event().wait
            play(records, submit, speed=speed, begin=begin, until=None, clock=time.monotonic, wait=wait)

    def _batches(self, keeper: Keeper, words: WordsPort) -> Iterator[Records]:
        readers = [
            read(self.source, file.path, self.area, words=words, columns=self._columns, name=file.name)
            for file in self._files
        ]
        outcomes = readers[0] if len(readers) == 1 else merged(readers)
        if self._night is not None:
            outcomes = _of_night(self._night, outcomes)
        try:
            yield from batches(outcomes, self.stream, keeper, self.tally)
        except SourceUnreadable as error:
            self.failure = error


def given(file: Path, stack: ExitStack) -> Given:
    """The file itself; for `-`, standard input as a file that lives as long as `stack`, so that it can be named."""
    if str(file) != "-":
        return Given(file, str(file))
    path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nightdesk-"))) / "stdin"
    with path.open("wb") as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
    return Given(path, "standard input")


def columns_of(text: str) -> dict[str, str]:
    """`time=Date,lat=Latitude` as a mapping; ValueError names the part that is none."""
    pairs = [part.partition("=") for part in text.split(",") if part]
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise ValueError(f"{name + equals + column!r} is not NAME=VALUE, as in time=Date")
    return {name.strip(): column.strip() for name, _, column in pairs}


def speed_of(text: str) -> float | None:
    """How many times as fast as the world; None for `max`. ValueError names what is neither."""
    if text == "max":
        return None
    try:
        return checked_speed(float(text))
    except ValueError as error:
        rule = f"is neither max nor a number above 0 and at most {SPEED_MAX:,}, as in 60"
        raise ValueError(f"--speed: {text!r} {rule}") from error


def checked_speed(speed: float) -> float:
    """The speed itself. ValueError: no number, none above 0, or so high that no clock can follow."""
    if not 0 < speed <= SPEED_MAX:
        raise ValueError(f"--speed: {speed} is no number above 0 and at most {SPEED_MAX:,}")
    return speed


def _of_night(night: OperatingNight, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """Refused rows, what happened in the night, and what revises a report of it, whenever that came."""
    reports: set[str] = set()
    for outcome in outcomes:
        if isinstance(outcome, DeadLetter):
            yield outcome
        elif isinstance(outcome, Read):
            record = outcome.record
            report = record.source_id if isinstance(record, SbnReport | NightStarsEncounter | Withdrawal) else None
            if night.holds(_when(record)) or report in reports:
                if report is not None:
                    reports.add(report)
                yield outcome


def _when(record: FeedRecord) -> Instant:
    if isinstance(record, FeedHeartbeat):
        return record.at
    return record.received_at if isinstance(record, Withdrawal) else record.occurred_at
