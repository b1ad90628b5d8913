"""Keeping the record: nothing the desk tells is lost, whatever becomes of it, and the desk is never held up."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.record.errors import RecordUnavailable
from api.record.keeping import REOPEN_AFTER, Kept, RecordKeeper
from api.record.place import Place
from api.record.record import open_record
from api.record.schema import HISTORY, open_store
from api.record.store import Store
from schemas.picture import Change, Kind
from schemas.set_aside import KEPT_MAX
from schemas.times import Instant
from tests.builders_postgres import Where, realm_in
from tests.builders_record import SATURDAY, change, incident

AREA = "westminster"


class Desk:
    """A desk's journal, as far as a record knows it: one change an entry."""

    def __init__(self) -> None:
        self.end = 0

    def tells(self, count: int = 10) -> list[Change]:
        """What the next entries say."""
        first, self.end = self.end, self.end + count
        return self.told()[first:]

    def told(self) -> list[Change]:
        """All that it ever said, in the journal's order."""
        return [change(incident(), key=f"k{offset}", offset=offset) for offset in range(self.end)]


class Folder:
    """A record's file or realm, with a clock."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.now: Instant = SATURDAY
        self._open: list[RecordKeeper] = []

    @property
    def path(self) -> Path:
        assert isinstance(self.place, Path)
        return self.place

    def keeper(self, journal_end: int = 0, pending_max: int = 200_000) -> RecordKeeper:
        keeper = RecordKeeper(self.place, AREA, lambda: self.now, journal_end=journal_end, pending_max=pending_max)
        self._open.append(keeper)
        return keeper

    def keys(self) -> set[str]:
        """What the record answers."""
        record = open_record(self.place)
        try:
            return set(record.history(AREA).rewind.picture_at(SATURDAY)[Kind.INCIDENTS])
        finally:
            record.close()

    def damage(self) -> None:
        """So that whoever has it open meets it with the next statement."""
        with closing(sqlite3.connect(self.path)) as other:
            other.execute("PRAGMA writable_schema = ON")
            other.execute("UPDATE sqlite_schema SET sql = 'rubbish' WHERE name = 'history'")
            other.commit()
            other.execute("PRAGMA schema_version = 1000")

    def close(self) -> None:
        for keeper in self._open:
            keeper.close()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def folder(where: Where) -> Iterator[Folder]:
    folder = Folder(where.record)
    yield folder
    folder.close()


@pytest.fixture
def in_a_file(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder(tmp_path / "record.db")
    yield folder
    folder.close()


@pytest.fixture
def other(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Somebody else's hands, for whose writing nobody waits long."""
    monkeypatch.setattr("api.record.record.open_record.__defaults__", (100,))
    with closing(open_store(folder.place, HISTORY)) as opened:
        yield opened


def needs_all(keeper: RecordKeeper) -> bool:
    return keeper.needs_all


def keys(changes: list[Change]) -> set[str]:
    return {change.key for change in changes}


def test_what_is_told_is_safe_at_once(folder: Folder, desk: Desk) -> None:
    keeper = folder.keeper()
    assert keeper.write(desk.tells()) is Kept.SAFE
    assert keeper.write([]) is Kept.SAFE
    assert (keeper.trouble, folder.keys()) == (None, keys(desk.told()))


def test_a_new_record_needs_all_until_it_was_told_something_new(folder: Folder, desk: Desk) -> None:
    keeper = folder.keeper()
    assert needs_all(keeper)
    keeper.write(desk.tells())
    assert not needs_all(keeper)
    keeper.close()
    assert not needs_all(folder.keeper(journal_end=desk.end))


def test_a_rebuild_that_is_killed_before_its_end_needs_all_again(folder: Folder, desk: Desk) -> None:
    desk.tells(50)
    keeper = folder.keeper(journal_end=desk.end)
    keeper.write(desk.told()[:20])
    keeper.close()
    again = folder.keeper(journal_end=desk.end)
    assert needs_all(again)
    again.write(desk.told())
    assert needs_all(again), "whether that was all is known when something new is told"
    again.write(desk.tells())
    assert not needs_all(again)
    assert folder.keys() == keys(desk.told())


def test_what_cannot_be_written_waits_and_goes_first_when_it_can(other: Store, folder: Folder, desk: Desk) -> None:
    keeper = folder.keeper()
    keeper.write(desk.tells())
    with other.writing(AREA):
        assert [keeper.write(desk.tells()) for _ in range(3)] == [Kept.BEHIND] * 3
    assert "The picture goes on" in (keeper.trouble or "")
    assert "30 changes wait" in (keeper.trouble or "")
    assert str(folder.place) not in (keeper.trouble or ""), "paths are for the log"
    assert keeper.write([]) is Kept.SAFE, "without anything new to tell"
    assert (keeper.trouble, folder.keys()) == (None, keys(desk.told()))


def test_more_than_memory_may_hold_is_let_go_and_told_again_once_there_is_room(
    other: Store, folder: Folder, desk: Desk
) -> None:
    keeper = folder.keeper(pending_max=25)
    keeper.write(desk.tells())
    with other.writing(AREA):
        assert [keeper.write(desk.tells()) for _ in range(4)] == [Kept.BEHIND] * 4, "while others write nobody begins"
    assert keeper.write(desk.tells()) is Kept.LOST
    assert needs_all(keeper)
    assert keeper.write(desk.told()) is Kept.SAFE
    keeper.write(desk.tells())
    assert (keeper.needs_all, folder.keys()) == (False, keys(desk.told()))


def test_damage_while_running_sets_the_file_aside_and_asks_for_all(in_a_file: Folder, desk: Desk) -> None:
    keeper = in_a_file.keeper()
    keeper.write(desk.tells())
    in_a_file.damage()
    assert keeper.write(desk.tells()) is Kept.LOST
    assert in_a_file.path.with_name("record.db.damaged-1").exists()
    assert needs_all(keeper)
    assert keeper.write(desk.told()) is Kept.SAFE
    assert keeper.write(desk.tells()) is Kept.SAFE
    assert (keeper.trouble, keeper.needs_all, in_a_file.keys()) == (None, False, keys(desk.told()))


def test_a_disk_that_damages_the_record_again_and_again_is_not_filled_up_with_what_was_set_aside(
    in_a_file: Folder, desk: Desk
) -> None:
    keeper = in_a_file.keeper()
    for _ in range(KEPT_MAX + 3):
        keeper.write(desk.tells())
        in_a_file.damage()
        assert keeper.write(desk.tells()) is Kept.LOST
        assert keeper.write(desk.told()) is Kept.SAFE
    asides = sorted(file.name for file in in_a_file.path.parent.iterdir() if "damaged" in file.name)
    assert [name for name in asides if not name.endswith(("-wal", "-shm"))] == [
        "record.db.damaged-4",
        "record.db.damaged-5",
        "record.db.damaged-6",
    ]
    assert in_a_file.keys() == keys(desk.told())


def test_damage_found_at_the_start_sets_the_file_aside_and_asks_for_all(in_a_file: Folder, desk: Desk) -> None:
    keeper = in_a_file.keeper()
    keeper.write(desk.tells())
    keeper.close()
    in_a_file.path.write_bytes(b"rubbish" * 2_000)
    assert needs_all(in_a_file.keeper(journal_end=desk.end))
    assert in_a_file.keys() == set()


@pytest.mark.server
def test_a_database_that_knows_more_than_the_journal_is_anothers_and_refused(postgres_url: str, desk: Desk) -> None:
    folder = Folder(realm_in(postgres_url))
    keeper = folder.keeper()
    keeper.write(desk.tells(40))
    keeper.close()
    with pytest.raises(RecordUnavailable, match=r"knows entry 39, and the journal .* drop schema replay_.*_history"):
        folder.keeper(journal_end=30)
    assert len(folder.keys()) == 40


def test_a_record_that_knows_more_than_the_journal_is_set_aside(in_a_file: Folder, desk: Desk) -> None:
    folder = in_a_file
    keeper = folder.keeper()
    keeper.write(desk.tells(40))
    keeper.close()
    desk.end = 30  # the journal lost its end, and other entries will stand there
    again = folder.keeper(journal_end=desk.end)
    assert (again.was_ahead, again.needs_all) == (True, True)
    again.write(desk.told())
    again.write(desk.tells(2))
    assert folder.keys() == keys(desk.told())
    again.close()
    assert not folder.keeper(journal_end=desk.end).was_ahead


def test_a_file_that_stays_unavailable_is_opened_anew_now_and_then(in_a_file: Folder, desk: Desk) -> None:
    keeper = in_a_file.keeper()
    older = in_a_file.path.read_bytes()
    keeper.write(desk.tells())
    in_a_file.path.unlink()
    in_a_file.path.mkdir()  # as after a mistake of somebody's hands
    for name in ("record.db-wal", "record.db-shm"):
        in_a_file.path.with_name(name).unlink(missing_ok=True)
    keeper.close()
    assert keeper.write(desk.tells()) is Kept.BEHIND
    in_a_file.now += REOPEN_AFTER
    assert keeper.write(desk.tells()) is Kept.BEHIND
    in_a_file.path.rmdir()
    in_a_file.path.write_bytes(older)
    in_a_file.now += REOPEN_AFTER
    assert keeper.write(desk.tells()) is Kept.LOST, "a file came back, and it is not the one that was written"
    assert keeper.write(desk.told()) is Kept.SAFE
    assert in_a_file.keys() == keys(desk.told())


def test_a_folder_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(RecordUnavailable):
        RecordKeeper(tmp_path / "gone" / "record.db", AREA, lambda: SATURDAY, journal_end=0)
