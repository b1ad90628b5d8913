"""Files to replay: opened together, merged by their own times, and numbered as one stream."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from ingest.feeding import Keeper, Records, Tally, batches
from ingest.merge import merged, merged_name
from ingest.outcomes import DeadLetter, Outcome, Read, SourceUnreadable
from ingest.reading import read, stream_name
from ingest.words import WordsPort
from schemas.area import Area
from schemas.feeds import FeedHeartbeat, Source
from schemas.night import NightCalendar


class Nobody:
    """Keeps nothing: a replay in memory leaves no trace."""

    def keep(self, *_: object) -> None:
        """Let it go."""


class Replayed:
    """Some files of one source. `tally` counts what they gave, `failure` is what ended one of them early."""

    def __init__(
        self, area: Area, source: Source, files: Sequence[Path], columns: Mapping[str, str], night: date | None = None
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

    def stream(self) -> str:
        """The stream's name: the files' own bytes, so the same files are the same stream wherever they lie."""
        names: list[str] = []
        for file in self._files:
            try:
                names.append(stream_name(file))
            except OSError:
                names.append(f"unreadable:{file.name}")
        name = merged_name(names)
        return name if self._night is None else f"{name}:{self._night.key}"

    def batches(self, stream: str, keeper: Keeper, words: WordsPort, known: int) -> Iterator[Records]:
        """Records in batches; a file that ends early leaves its reason in `failure`, after all that could be read."""
        readers = [read(self.source, file, self.area, words=words, columns=self._columns) for file in self._files]
        outcomes = readers[0] if len(readers) == 1 else merged(readers)
        try:
            yield from batches(self._of_the_night(outcomes), stream, keeper, self.tally, known=known)
        except SourceUnreadable as error:
            self.failure = error

    def _of_the_night(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        night = self._night
        if night is None:
            return outcomes
        return (o for o in outcomes if isinstance(o, DeadLetter) or (isinstance(o, Read) and night.holds(_when(o))))


def spooled(file: Path, stack: ExitStack) -> Path:
    """The file itself; for `-`, standard input as a file that lives as long as `stack`, so that it can be named."""
    if str(file) != "-":
        return file
    kept = stack.enter_context(tempfile.NamedTemporaryFile(prefix="nightdesk-stdin-"))  # noqa: SIM115
    shutil.copyfileobj(sys.stdin.buffer, kept)
    kept.flush()
    return Path(kept.name)


def columns_of(text: str) -> dict[str, str]:
    """`time=Date,lat=Latitude` as a mapping; ValueError names the part that is none."""
    pairs = [part.partition("=") for part in text.split(",") if part]
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise ValueError(f"--columns: {name + equals + column!r} is not name=column, as in time=Date")
    return {name.strip(): column.strip() for name, _, column in pairs}


def _when(outcome: Read) -> int:
    record = outcome.record
    if isinstance(record, FeedHeartbeat):
        return record.at
    return getattr(record, "occurred_at", record.received_at)
