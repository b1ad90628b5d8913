"""Embedded engines for tests: on a journal in memory or in a file, with a clock that the test moves."""

from collections.abc import Sequence
from pathlib import Path

from schemas.area import Area
from schemas.feeds import FeedRecord
from schemas.journal import Entry, FoldVersion, Origin, ReferenceAdopted
from schemas.picture import Change
from schemas.policy import Policy
from streams.core.desk import FOLD_VERSION
from streams.embedded import Engine
from streams.restore import Restored, Told
from streams.sqlite_journal import SqliteJournal
from streams.sqlite_snapshots import SqliteSnapshots
from tests.builders_night import westminster

REALM = "replay-test"


class House:
    """A data folder with an engine in it that can be killed and started again; None: all in memory.

    Whoever listens answers with `answers`, one each time, then that all is safe.
    """

    def __init__(self, folder: Path | None = None, *, policy: Policy | None = None) -> None:
        self.folder = folder
        self.area: Area = westminster()
        self.policy = policy or self.area.policy
        self.seconds, self.pace = 0.0, 0.0
        """The clock of the engine, and how far each look at it moves it on."""
        self.told: list[Change] = []
        self.answers: list[Told] = []
        self.engine, self.restored = self._started()

    @property
    def journal(self) -> SqliteJournal:
        """The journal of the engine that runs."""
        journal = self.engine.journal
        assert isinstance(journal, SqliteJournal)
        return journal

    def start_again(self, policy: Policy | None = None) -> Restored:
        """Kill the engine, as a process that ends without a word, and start another on the same folder."""
        assert self.folder is not None, "nothing is left of an engine in memory"
        self.close()
        self.policy = policy or self.policy
        self.told.clear()
        self.engine, self.restored = self._started()
        return self.restored

    def replay(self, records: Sequence[tuple[FeedRecord, Origin]], batch: int = 500) -> None:
        """Replay records in batches of a size."""
        for start in range(0, len(records), batch):
            self.engine.replay(records[start : start + batch])

    def entries(self) -> list[Entry]:
        """The whole journal."""
        return [entry for _, entry in self.journal.read()]

    def adoptions(self) -> list[Entry]:
        """The entries that adopt a fold or a policy."""
        return [entry for entry in self.entries() if isinstance(entry.fact, (FoldVersion, ReferenceAdopted))]

    def folder_path(self) -> Path:
        """Where the files lie."""
        assert self.folder is not None
        return self.folder

    def desk_policy(self) -> Policy:
        """The policy in force."""
        return self.engine.desk.rules.policy

    def newest(self) -> int | None:
        """The offset behind the newest snapshot."""
        assert self.snapshots is not None
        found = self.snapshots.newest(self.journal.end)
        return None if found is None else found.next_offset

    def close(self) -> None:
        """Let go of the files."""
        self.journal.close()
        if self.snapshots is not None:
            self.snapshots.close()

    def _started(self) -> tuple[Engine, Restored]:
        journal, self.snapshots = self._files()
        engine = Engine(self.area, journal, self.snapshots, tell=self._hear, clock=self._now)
        return engine, engine.open(self.policy)

    def _now(self) -> float:
        self.seconds += self.pace
        return self.seconds

    def _hear(self, changes: list[Change]) -> Told:
        self.told.extend(changes)
        return self.answers.pop(0) if self.answers else Told.SAFE

    def _files(self) -> tuple[SqliteJournal, SqliteSnapshots | None]:
        if self.folder is None:
            return SqliteJournal(":memory:", realm=REALM, area=self.area.id), None
        journal = SqliteJournal(self.folder / "journal.sqlite", realm=REALM, area=self.area.id)
        return journal, SqliteSnapshots(
            self.folder / "snapshots.sqlite", realm=REALM, area=self.area.id, fold_version=FOLD_VERSION
        )
