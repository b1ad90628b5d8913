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

from ingest.feeding import Keeper, Records, Tally, batches
from ingest.merge import merged, merged_name
from ingest.outcomes import Outcome, Read, SourceUnreadable
from ingest.pacing import Submit, play
from ingest.progress import shown
from ingest.reading import read, stream_name
from ingest.words import WordsPort
from schemas.area import Area
from schemas.dead_letters import DeadLetter
from schemas.feeds import FeedHeartbeat, Source
from schemas.night import NightCalendar
from schemas.times import Instant


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
        try:
            yield from batches(self._of_the_night(outcomes), self.stream, keeper, self.tally)
        except SourceUnreadable as error:
            self.failure = error

    def _of_the_night(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        night = self._night
        if night is None:
            return outcomes
        return (o for o in outcomes if isinstance(o, DeadLetter) or (isinstance(o, Read) and night.holds(_when(o))))


def given(file: Path, stack: ExitStack) -> Given:
    """The file itself; for `-`, standard input as a file that lives as long as `stack`, so that it can be named."""
    if str(file) != "-":
        return Given(file, str(file))
    kept = stack.enter_context(tempfile.NamedTemporaryFile(prefix="nightdesk-stdin-"))  # noqa: SIM115
    shutil.copyfileobj(sys.stdin.buffer, kept)
    kept.flush()
    return Given(Path(kept.name), "standard input")


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
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise ValueError(f"--speed: {text!r} is neither max nor a number above 0, as in 60")
    return speed


def _when(outcome: Read) -> int:
    record = outcome.record
    if isinstance(record, FeedHeartbeat):
        return record.at
    return getattr(record, "occurred_at", record.received_at)
