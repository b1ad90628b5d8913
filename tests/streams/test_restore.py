"""Recovery: snapshot and journal; damaged and impossible snapshots; a journal that lost its tail."""

import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from schemas.journal import Entry, FoldVersion, ReferenceAdopted, Tick
from schemas.picture import Change, Kind
from schemas.policy import encode_policy
from schemas.verdicts import Judgement
from streams.core.desk import FOLD_VERSION, UnknownFoldVersion
from streams.core.digest import digest
from streams.core.records import picture
from streams.core.state import LEDGERS, TONIGHT, StateUnreadable, decode, encode_ledgers, encode_tonight
from streams.journal import fingerprint
from streams.restore import Told, current, refold, restore
from streams.snapshots import Why
from streams.sqlite_journal import SqliteJournal
from streams.sqlite_snapshots import SqliteSnapshots
from tests.builders_night import westminster
from tests.simulation import seeded
from tests.simulation.engines import REALM, House
from tests.simulation.run import state

RECORDS = seeded.records(5, nights=2, reports=50)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An engine with three snapshots on the way and some entries behind the last."""
    built = House(tmp_path)
    for start in range(0, len(RECORDS) - 30, 40):
        built.replay(RECORDS[start : start + 40])
        built.engine.snapshot()
    built.replay(RECORDS[-30:])
    yield built
    built.close()


def _unheard(_changes: list[Change]) -> Told:
    return Told.SAFE


def _damage(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "snapshots.sqlite") as file:
        changed = file.execute(statement).rowcount
    file.close()
    assert changed


def test_a_restart_reads_the_newest_snapshot_and_what_came_after_it(house: House) -> None:
    wanted = state(house.engine.desk)
    restored = house.start_again()
    assert restored.from_snapshot > 0
    assert restored.folded == house.journal.end - restored.from_snapshot
    assert restored.passed_over == ()
    assert not restored.tail_lost
    assert state(house.engine.desk) == wanted


def test_without_a_snapshot_the_whole_journal_is_folded(house: House) -> None:
    wanted = state(house.engine.desk)
    house.close()
    (house.folder_path() / "snapshots.sqlite").unlink()
    restored = house.start_again()
    assert (restored.from_snapshot, restored.folded) == (0, house.journal.end)
    assert state(house.engine.desk) == wanted


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE chunks SET packed = x'00' || packed",
        "DELETE FROM chunks",
        "UPDATE manifests SET sha256 = 'no'",
        "UPDATE manifests SET body = x'7B7D'",
    ],
)
def test_damaged_snapshots_are_passed_over_and_the_journal_is_folded(house: House, statement: str) -> None:
    wanted = state(house.engine.desk)
    house.close()
    _damage(house.folder_path(), statement)
    restored = house.start_again()
    assert restored.from_snapshot == 0
    assert {passed.why for passed in restored.passed_over} == {Why.DAMAGED}
    assert not restored.tail_lost
    assert state(house.engine.desk) == wanted


def test_one_damaged_snapshot_falls_back_to_the_one_before_it(house: House) -> None:
    wanted = state(house.engine.desk)
    newest = house.newest()
    house.close()
    _damage(house.folder_path(), f"UPDATE manifests SET sha256 = 'no' WHERE next_offset = {newest}")
    restored = house.start_again()
    assert newest is not None
    assert 0 < restored.from_snapshot < newest
    assert state(house.engine.desk) == wanted


def test_a_journal_that_lost_its_tail_is_folded_without_the_snapshot_and_said_so(house: House, tmp_path: Path) -> None:
    newest = house.newest()
    assert newest is not None
    kept = house.entries()[: newest - 5]
    house.close()
    shorter = tmp_path / "shorter"
    shorter.mkdir()
    journal = SqliteJournal(shorter / "journal.sqlite", realm=REALM, area="westminster")
    journal.put_blob(encode_policy(house.policy))
    journal.append(kept)
    journal.close()
    (tmp_path / "snapshots.sqlite").rename(shorter / "snapshots.sqlite")
    house.folder = shorter
    restored = house.start_again()
    assert restored.tail_lost
    assert restored.from_snapshot < newest
    assert digest(house.engine.desk) == digest(refold(house.journal, house.area.borough))


def test_a_snapshot_of_another_owner_who_went_on_meanwhile_is_no_lost_tail(house: House) -> None:
    class Read(SqliteJournal):
        """A journal that grows as soon as its end is read."""

        ends = itertools.chain([house.journal.end - 5], itertools.repeat(house.journal.end))

        @property
        def end(self) -> int:
            return next(self.ends)

    assert house.snapshots is not None
    house.engine.snapshot()
    journal = Read(house.folder_path() / "journal.sqlite", realm=REALM, area="westminster")
    restored = restore(journal, house.snapshots, house.area.borough, _unheard)
    assert not restored.tail_lost
    assert restored.next_offset == house.journal.end - 5
    journal.close()


def test_that_the_tail_is_lost_is_said_also_when_the_snapshot_beyond_it_cannot_be_thrown_away(house: House) -> None:
    assert isinstance(house.snapshots, SqliteSnapshots)
    desk = house.engine.desk
    house.snapshots.write(house.journal.end + 5, {TONIGHT: encode_tonight(desk), LEDGERS: encode_ledgers(desk)})
    house.snapshots._connection.execute("PRAGMA query_only = ON")  # as on a disk that is full or read-only
    restored = restore(house.journal, house.snapshots, house.area.borough, _unheard)
    assert restored.tail_lost
    assert (restored.from_snapshot, restored.folded) == (0, house.journal.end), "a snapshot only shortens the start"
    assert state(restored.desk) == state(house.engine.desk)


def test_a_snapshot_whose_bytes_are_no_state_is_passed_over(house: House) -> None:
    wanted = state(house.engine.desk)
    assert house.snapshots is not None
    house.snapshots.write(house.journal.end, {TONIGHT: b'{"v": 1}', LEDGERS: b"{}"})
    restored = house.start_again()
    assert [passed.why for passed in restored.passed_over] == [Why.DAMAGED]
    assert "not a state of version 2" in restored.passed_over[0].text
    assert state(house.engine.desk) == wanted


def test_a_snapshot_without_one_of_its_parts_is_passed_over(house: House) -> None:
    wanted = state(house.engine.desk)
    assert house.snapshots is not None
    house.snapshots.write(house.journal.end, {TONIGHT: encode_tonight(house.engine.desk)})
    restored = house.start_again()
    assert [passed.why for passed in restored.passed_over] == [Why.DAMAGED]
    assert state(house.engine.desk) == wanted


def test_a_snapshot_of_another_state_version_is_refused_by_its_number(house: House) -> None:
    desk = house.engine.desk
    tonight = orjson.dumps(orjson.loads(encode_tonight(desk)) | {"v": 9})
    with pytest.raises(StateUnreadable, match="version 9; this code reads version 2"):
        decode(tonight, encode_ledgers(desk), house.area.borough, house.journal.blob)


def test_a_snapshot_of_a_newer_fold_is_not_used(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.replay(RECORDS[:20])
    desk = house.engine.desk
    newer = SqliteSnapshots(":memory:", realm=REALM, area="westminster", fold_version=FOLD_VERSION + 1)
    newer.write(house.journal.end, {TONIGHT: encode_tonight(desk), LEDGERS: encode_ledgers(desk)})
    with pytest.raises(UnknownFoldVersion, match=f"fold version {FOLD_VERSION + 1}; this code knows {FOLD_VERSION}"):
        restore(house.journal, newer, house.area.borough, _unheard)
    house.close()
    newer.close()


def test_a_journal_of_a_newer_fold_is_not_folded() -> None:
    journal = SqliteJournal(":memory:", realm=REALM, area="westminster")
    journal.append([Entry(fact=FoldVersion(version=FOLD_VERSION + 1))])
    with pytest.raises(UnknownFoldVersion):
        restore(journal, None, "E09000033", _unheard)


def test_restoring_tells_what_every_entry_said_and_then_every_keys_current_record(house: House) -> None:
    house.start_again()
    now = current(house.engine.desk)
    assert house.told[-len(now) :] == now
    newest = {(change.kind, change.key): change for change in house.told}
    waiting = {(kind, key) for kind, keys in house.engine.desk.changes.waiting.items() for key in keys}
    shown = {
        (kind, key): record for kind, of_kind in picture(house.engine.desk).items() for key, record in of_kind.items()
    }
    for address, record in shown.items():
        if address not in waiting:
            assert newest[address].record == record
            assert newest[address].live


def test_an_empty_journal_is_an_empty_desk() -> None:
    journal = SqliteJournal(":memory:", realm=REALM, area="westminster")
    restored = restore(journal, None, "E09000033", _unheard)
    assert (restored.next_offset, restored.folded) == (0, 0)
    assert picture(restored.desk) == {kind: {} for kind in Kind}


def test_an_entry_on_the_skip_list_is_left_out_and_not_counted() -> None:
    journal = SqliteJournal(":memory:", realm=REALM, area="westminster")
    adopted = ReferenceAdopted(sha256=journal.put_blob(encode_policy(westminster().policy)))
    at = seeded.FIRST_OPENING
    left_out = Entry(fact=Tick(at=at + 5, live=False))
    journal.append([Entry(fact=adopted), Entry(fact=Tick(at=at, live=False)), left_out])
    journal.skip(2, fingerprint(left_out), "a trace")
    heard: list[tuple[Entry, Judgement | None]] = []
    restored = restore(
        journal, None, "E09000033", _unheard, heard=lambda _, entry, judgement: heard.append((entry, judgement))
    )
    assert (restored.skipped, restored.folded, restored.next_offset) == ((2,), 2, 3)
    assert heard[-1] == (left_out, Judgement.LEFT_OUT)
    assert restored.desk.clock == at
    assert refold(journal, "E09000033").clock == at


def test_an_entry_on_the_skip_list_under_another_fingerprint_is_folded() -> None:
    policy = encode_policy(westminster().policy)
    journal = SqliteJournal(":memory:", realm=REALM, area="westminster")
    adopted = ReferenceAdopted(sha256=journal.put_blob(policy))
    at = seeded.FIRST_OPENING
    journal.append([Entry(fact=adopted), Entry(fact=Tick(at=at, live=False))])
    journal.skip(1, "of quite another entry", "a trace")
    restored = restore(journal, None, "E09000033", _unheard)
    assert restored.skipped == ()
    assert restored.desk.clock == at
    assert refold(journal, "E09000033").clock == at
