"""The embedded engine: journal durable, record and snapshots written, at least 5,000 entries/s."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from api.record.dead_letters import DeadLetters
from api.record.keeping import RecordKeeper
from api.record.kept import open_kept
from api.record.words import Words
from schemas.command_line import wall
from schemas.dead_letters import DeadLetter
from schemas.picture import Change
from schemas.reference import load_area
from schemas.telemetry import Metric
from streams.folder import DataFolder
from streams.folder_run import FolderRun
from streams.restore import Told
from tests.benchmarks.figure import Clock, Figure, Sense, Unit
from tests.benchmarks.night_replay import Replay, memory_figure, replay, speed_figures
from tests.benchmarks.nights import ManyNights, written_nights

ENTRIES_A_SECOND_MIN: Final = 5_000.0
SNAPSHOT_PERCENT_MAX: Final = 10.0
REALM: Final = "replay-bench"


class Stopwatch:
    """Seconds a metric took, and how often."""

    def __init__(self) -> None:
        self.seconds: dict[Metric, float] = {}
        self.times: dict[Metric, int] = {}

    @contextmanager
    def measure(self, metric: Metric) -> Iterator[None]:
        """The engine's measure."""
        began = time.perf_counter()
        yield
        self.seconds[metric] = self.seconds.get(metric, 0.0) + time.perf_counter() - began
        self.times[metric] = self.times.get(metric, 0) + 1


class Keeping:
    """Words and refused rows, durable before what is built on them."""

    def __init__(self, words: Words, letters: DeadLetters) -> None:
        self._words = words
        self._letters = letters

    def keep(self, letters: list[DeadLetter]) -> None:
        """Both; the simulator's rows are all read, so letters are none."""
        self._words.commit()
        if letters:
            self._letters.keep(letters, wall())


def measure(work: Path) -> list[Figure]:
    """One replay of all nights into a data folder of its own."""
    nights = written_nights(work)
    watch = Stopwatch()
    with TemporaryDirectory(dir=work) as folder:
        played = replay_in_folder(nights, Path(folder), watch)
    return [
        *speed_figures(played, ENTRIES_A_SECOND_MIN, Clock.WALL),
        _snapshot_figure(watch, played),
        _shown("journal appends", watch.seconds[Metric.JOURNAL_APPEND]),
        _shown("fold", watch.seconds[Metric.FOLD]),
        _shown("record writes", watch.seconds[Metric.RECORD_WRITE]),
        memory_figure(played, nights),
    ]


def replay_in_folder(nights: ManyNights, path: Path, watch: Stopwatch) -> Replay:
    """A replay as `nightdesk replay --engine embedded` does it, its record and words included."""
    area = load_area()
    with DataFolder(path, realm=REALM, area=area.id, now=wall()) as folder, FolderRun(folder) as run:
        kept = open_kept(folder.path / "kept.db")
        record = RecordKeeper(folder.record, area.id, wall, journal_end=run.journal.end)
        words = Words(kept, wall, grouped=True)

        def tell(changes: list[Change]) -> Told:
            with watch.measure(Metric.RECORD_WRITE):
                return Told(record.write(changes).value)

        engine = run.engine(area, tell, time.monotonic, watch.measure)
        played = replay(area, engine, nights, Keeping(words, DeadLetters(kept)), words)
        record.close()
        kept.close()
    return played


def _snapshot_figure(watch: Stopwatch, played: Replay) -> Figure:
    return Figure(
        name="snapshots, of the time",
        value=100 * watch.seconds[Metric.SNAPSHOT] / played.wall_s,
        unit=Unit.PERCENT,
        sense=Sense.AT_MOST,
        bound=SNAPSHOT_PERCENT_MAX,
        note=f"{watch.times[Metric.SNAPSHOT]} of them",
    )


def _shown(name: str, seconds: float) -> Figure:
    return Figure(name=name, value=seconds, unit=Unit.SECONDS, sense=Sense.AT_MOST, bound=None)
