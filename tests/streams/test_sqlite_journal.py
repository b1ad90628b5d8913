"""The SQLite journal keeps the journal's contract, in a file and in memory, and survives a kill and a full disk."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from streams import sqlite_file
from streams.journal import JournalBusy, JournalForeign, JournalFull
from streams.slabs import SLAB_ENTRIES
from streams.sqlite_file import Belonging
from streams.sqlite_journal import LAYOUT, SqliteJournal
from tests.builders_journals import ROOT, environment, on_a_private_disk, python, reported, reports
from tests.contracts.journal_contract import DurableJournalContract, JournalContract, OpenJournal


def opened(path: Path, *, realm: str = "live", area: str = "westminster") -> SqliteJournal:
    return SqliteJournal(path, realm=realm, area=area)


def in_memory() -> SqliteJournal:
    return SqliteJournal(":memory:", realm="replay-1", area="westminster")


class TestSqliteFileKeepsTheContract(DurableJournalContract):
    @pytest.fixture
    def open_journal(self, tmp_path: Path) -> Iterator[OpenJournal]:
        with ExitStack() as stack:
            yield lambda: stack.enter_context(closing(opened(tmp_path / "journal.db")))


class TestSqliteMemoryKeepsTheContract(JournalContract):
    @pytest.fixture
    def open_journal(self) -> Iterator[OpenJournal]:
        with ExitStack() as stack:
            yield lambda: stack.enter_context(closing(in_memory()))


def test_two_journals_in_memory_are_two() -> None:
    with closing(in_memory()) as one, closing(in_memory()) as two:
        one.append(reports(2))
        assert (one.end, two.end) == (2, 0)


def test_offsets_start_at_0_and_leave_none_out() -> None:
    with closing(in_memory()) as journal:
        assert [journal.append(reports(3)), journal.append([]), journal.append(reports(2))] == [
            range(3),
            range(3, 3),
            range(3, 5),
        ]
        assert (journal.end, [offset for offset, _ in journal.read()]) == (5, [0, 1, 2, 3, 4])


def test_appends_are_on_the_disk_before_they_return(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "journal.db")) as journal:
        settings = [
            journal._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        ]
    assert settings == ["wal", 2]  # 2 is FULL


def test_a_reader_holds_one_page_and_does_not_hold_up_the_appender(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "journal.db")) as journal:
        journal.append(reports(40 * SLAB_ENTRIES))
        reading = journal.read()
        next(reading)
        journal.append(reports(10))
        # all of the WAL can be put into the file while the reader is in the middle
        busy, logged, moved = journal._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert (busy, logged, moved) == (0, 0, 0)
        assert sum(1 for _ in reading) == 40 * SLAB_ENTRIES - 1


def test_a_full_file_refuses_the_batch_whole_and_takes_the_next_when_there_is_room(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "journal.db")) as journal:
        journal.append(reports(100))
        (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
        journal._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(JournalFull, match="no room left") as refusal:
            journal.append(reports(5_000, first=101))
        assert str(tmp_path / "journal.db") in str(refusal.value)
        assert (journal.end, journal.position("file:one")) == (100, 100)
        journal._connection.execute("PRAGMA max_page_count = 100000")
        assert journal.append(reports(5_000, first=101)) == range(100, 5_100)
    with closing(opened(tmp_path / "journal.db")) as again:
        assert [entry for _, entry in again.read()] == reports(5_100)
        assert again.position("file:one") == 5_100


FILL_AND_FREE = """
import sys
from pathlib import Path
from streams.journal import JournalFull
from streams.sqlite_journal import SqliteJournal
from tests.builders_journals import reports

disk = Path(sys.argv[1])
journal = SqliteJournal(disk / "journal.db", realm="live", area="westminster")
journal.append(reports(100))
ballast = disk / "ballast"
ballast.write_bytes(bytes(600_000))
refusals = []
while not refusals:
    try:
        journal.append(reports(500, first=journal.end + 1))
    except JournalFull as refusal:
        refusals.append(refusal)
held = journal.end
assert journal.position("file:one") == held, (journal.position("file:one"), held)
assert [entry for _, entry in journal.read()] == reports(held)
try:
    journal.append(reports(500, first=held + 1))
except JournalFull as refusal:
    refusals.append(refusal)
ballast.unlink()
assert journal.append(reports(500, first=held + 1))[0] == held
journal.close()
again = SqliteJournal(disk / "journal.db", realm="live", area="westminster")
assert [entry for _, entry in again.read()] == reports(held + 500)
again.close()
print(len(refusals), "refused, then written")
"""


@pytest.mark.server
def test_a_full_disk_loses_nothing_and_the_next_batch_goes_in_when_there_is_room(tmp_path: Path) -> None:
    assert on_a_private_disk(tmp_path, "size=2m", FILL_AND_FREE) == "2 refused, then written\n"


APPEND_FOR_EVER = """
import sys
from pathlib import Path
from streams.sqlite_journal import SqliteJournal
from tests.builders_journals import reports

journal = SqliteJournal(Path(sys.argv[1]), realm="live", area="westminster")
while True:
    journal.append(reports(7, first=journal.end + 1))
    print(journal.end, flush=True)
"""


@pytest.mark.server
def test_what_was_confirmed_outlives_sigkill_and_batches_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    confirmed = 0
    for kill in range(1, 4):
        with subprocess.Popen(
            python(APPEND_FOR_EVER, str(path)), cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            for _ in range(20 * kill):
                confirmed = int(child.stdout.readline())
            child.kill()
            confirmed = max([confirmed, *map(int, child.stdout.read().split("\n")[:-1])])
        with closing(opened(path)) as journal:
            assert journal.end >= confirmed
            assert journal.end % 7 == 0
            assert journal.position("file:one") == journal.end
            assert [entry for _, entry in journal.read()] == reports(journal.end)


def test_a_second_writer_is_noticed(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "journal.db")) as one, closing(opened(tmp_path / "journal.db")) as two:
        two.append(reports(1))
        with pytest.raises(JournalForeign, match="another program has written to it"):
            one.append(reports(1))


def test_a_file_locked_by_another_program_is_a_refusal(tmp_path: Path) -> None:
    with (
        closing(opened(tmp_path / "journal.db")) as journal,
        closing(sqlite3.connect(tmp_path / "journal.db")) as other,
    ):
        journal._connection.execute("PRAGMA busy_timeout = 1")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBusy, match="locked by another program"):
            journal.append(reports(1))
        other.rollback()
        assert journal.append(reports(1)) == range(1)


def test_a_backup_made_while_it_runs_is_a_journal(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "journal.db")) as journal, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        journal.append([reported(1)])
        journal._connection.backup(copy)
    with closing(opened(tmp_path / "copy.db")) as restored:
        assert [entry for _, entry in restored.read()] == [reported(1)]


def test_a_new_file_is_in_wal_mode_before_it_bears_its_name(tmp_path: Path) -> None:
    """Else a process killed while it changes the mode leaves a rollback journal, which no reader may roll back."""
    path = tmp_path / "journal.db"
    sqlite_file._make(path, LAYOUT, Belonging(realm="live", area="square"))
    assert path.read_bytes()[18:20] == b"\2\2", "SQLite's two bytes for write-ahead logging"
    assert [file.name for file in tmp_path.iterdir()] == ["journal.db"]
