"""An engine on a data folder: journal, snapshots and desk opened together, and closed together."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Self

from schemas.area import Area
from schemas.picture import Change
from streams.core.desk import FOLD_VERSION
from streams.embedded import Engine
from streams.folder import DataFolder
from streams.kept_desk import Clock, Measure, unmeasured
from streams.restore import Told
from streams.sqlite_journal import SqliteJournal
from streams.sqlite_snapshots import SqliteSnapshots


class FolderRun:
    """One realm's folder in use by this process. `journal` first: what is beside it is made from it."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        realm, area = folder.mark.realm, folder.mark.area
        with ExitStack() as opening:
            self.journal = SqliteJournal(folder.journal, realm=realm, area=area)
            opening.callback(self.journal.close)
            self.snapshots = SqliteSnapshots(folder.snapshots, realm=realm, area=area, fold_version=FOLD_VERSION)
            opening.pop_all()

    def engine(
        self, area: Area, tell: Callable[[list[Change]], Told], clock: Clock, measure: Measure = unmeasured
    ) -> Engine:
        """An engine on this folder."""
        return Engine(area, self.journal, self.snapshots, tell=tell, clock=clock, measure=measure)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.snapshots.close()
        self.journal.close()


def engine_in_memory(area: Area, realm: str, clock: Clock) -> Engine:
    """An engine that leaves nothing behind: tests, replays, benchmarks."""
    journal = SqliteJournal(":memory:", realm=realm, area=area.id)
    return Engine(area, journal, None, tell=None, clock=clock)
