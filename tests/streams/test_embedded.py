"""The embedded engine: append, fold, tell, snapshot; what cannot be folded is left out, and no kill loses anything."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.feeds import LfbCall, Source
from schemas.journal import Entry, FeedHeard, FoldVersion, Origin, ReferenceAdopted, Tick
from schemas.picture import Kind
from schemas.policy import encode_policy
from schemas.times import MINUTE
from streams.core.desk import FOLD_VERSION, UnknownFoldVersion
from streams.core.digest import digest
from streams.core.records import drain, picture
from streams.embedded import Engine
from streams.journal import fingerprint
from streams.kept_desk import SKIPS_AN_HOUR_MAX, SNAPSHOT_ENTRIES, SNAPSHOT_REST, SNAPSHOT_SECONDS, AreaStopped
from streams.restore import Told, refold
from streams.sqlite_journal import SqliteJournal
from tests.simulation import seeded
from tests.simulation.engines import REALM, House
from tests.simulation.run import state

RECORDS = seeded.records(11, nights=2, reports=60)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


def _bad(house: House, number: int = 1) -> Entry:
    """An entry that the fold cannot apply: it adopts bytes that are no policy."""
    return Entry(fact=ReferenceAdopted(sha256=house.journal.put_blob(b'{"not": "a policy", "number": %d}' % number)))


def _whole(house: House) -> str:
    """The digest of the journal folded anew: what every engine on it must come to."""
    return digest(refold(house.journal, house.area.borough))


def test_a_new_journal_begins_with_the_fold_version_and_the_policy(house: House) -> None:
    assert [type(entry.fact) for entry in house.entries()] == [FoldVersion, ReferenceAdopted]
    assert house.desk_policy() == house.policy


def test_the_same_policy_is_not_adopted_again(house: House) -> None:
    house.start_again()
    assert len(house.adoptions()) == 2


def test_another_policy_is_adopted_by_one_entry(house: House) -> None:
    house.replay(RECORDS[:20])
    other = replace(house.policy, late_after_minutes=3)
    house.start_again(other)
    assert [type(entry.fact) for entry in house.adoptions()] == [FoldVersion, ReferenceAdopted, ReferenceAdopted]
    assert house.desk_policy() == other
    assert house.journal.blob(house.engine.desk.policy_sha256) == encode_policy(other)


def test_what_is_told_is_what_is_shown(house: House) -> None:
    house.replay(RECORDS, batch=7)
    house.engine.tick(house.engine.desk.clock + MINUTE, live=False)
    shown: dict[tuple[Kind, str], object] = {}
    for change in house.told:
        shown[change.kind, change.key] = change.record if change.live else None
    assert {key: one for key, one in shown.items() if one is not None} == {
        (kind, key): one for kind, of_kind in picture(house.engine.desk).items() for key, one in of_kind.items()
    }


def test_before_each_record_of_a_replay_comes_one_tick_to_it(house: House) -> None:
    house.replay(RECORDS[:50])
    clock = 0
    for entry in house.entries()[2:]:
        if isinstance(entry.fact, Tick):
            assert entry.fact.at > clock
            assert not entry.fact.live
            clock = entry.fact.at
        else:
            assert getattr(entry.fact, "received_at", clock) == clock


def test_what_lies_outside_is_counted_and_not_written(house: House) -> None:
    house.replay(RECORDS)
    inside = sum(entry.origin is not None for entry in house.entries())
    assert house.engine.outside > 0
    assert inside + house.engine.outside == len(RECORDS)


def test_outside_records_of_each_live_batch_are_counted_apart(house: House) -> None:
    far = [sent for sent in RECORDS if isinstance(sent[0], LfbCall) and sent[0].borough_code != "E09000033"]
    house.engine.tick(RECORDS[0][0].received_at, live=True)
    assert house.engine.live([far[:2], RECORDS[:1], far[2:3]]) == [2, 0, 1]
    assert house.engine.outside == 3


def test_live_records_are_folded_without_a_tick_of_their_own(house: House) -> None:
    house.engine.tick(RECORDS[0][0].received_at, live=True)
    before = house.journal.end
    assert house.engine.live([RECORDS[:3], RECORDS[3:5]]) == [0, 0]
    assert house.journal.end == before + 5
    assert house.engine.desk.clock == RECORDS[0][0].received_at


def test_a_tick_that_is_not_later_is_not_written(house: House) -> None:
    house.engine.tick(RECORDS[0][0].received_at, live=True)
    before = house.journal.end
    house.engine.tick(RECORDS[0][0].received_at, live=True)
    house.engine.append([])
    assert house.journal.end == before


def test_records_sent_again_after_a_kill_change_nothing(house: House) -> None:
    house.replay(RECORDS[:60])
    wanted = _whole(house)
    house.start_again()
    house.engine.live([RECORDS[:60]])
    assert digest(house.engine.desk) == wanted


def test_a_replay_goes_on_behind_the_position_that_the_journal_knows(house: House) -> None:
    house.replay(RECORDS[:70])
    house.start_again()
    rest = [(one, origin) for one, origin in RECORDS if origin.position > house.journal.position(origin.stream)]
    assert len(rest) < len(RECORDS)
    house.replay(rest)
    through = House()
    through.replay(RECORDS)
    assert digest(house.engine.desk) == digest(through.engine.desk)
    assert house.entries() == through.entries()


def _heard(first: int, last: int) -> list[Entry]:
    """Entries that come from outside, by their positions."""
    fact = FeedHeard(source=Source.LFB, at=RECORDS[0][0].received_at)
    return [Entry(fact=fact, origin=Origin(stream="lfb", position=at)) for at in range(first, last + 1)]


def test_after_so_many_entries_a_snapshot_is_written(house: House) -> None:
    at = RECORDS[0][0].received_at
    house.engine.append([Entry(fact=Tick(at=at + number, live=False)) for number in range(SNAPSHOT_ENTRIES)])
    heard = _heard(1, SNAPSHOT_ENTRIES)
    house.engine.append(heard[:-1])
    assert house.newest() is None, "ticks are not counted"
    house.engine.append(heard[-1:])
    assert house.newest() == 2 * SNAPSHOT_ENTRIES + 2, "the two adoptions come first"


def test_a_long_restore_is_saved_on_the_way(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.replay(RECORDS)
    wanted = _whole(house)
    (house.folder_path() / "snapshots.sqlite").unlink()
    monkeypatch.setattr("streams.restore.DRAIN_EVERY", 20)
    house.pace = 1.0
    house.start_again()
    assert digest(house.engine.desk) == wanted
    assert house.snapshots is not None
    found = house.snapshots.newest(house.journal.end - 1)
    assert found is not None
    house.pace = 0.0
    assert house.start_again().from_snapshot == found.next_offset < house.journal.end
    assert digest(house.engine.desk) == wanted


def test_a_snapshot_that_takes_long_is_not_followed_by_another_at_once(house: House) -> None:
    house.pace = 0.5
    house.engine.append(_heard(1, SNAPSHOT_ENTRIES))
    first = house.newest()
    assert first == house.journal.end
    house.pace = 0.0
    house.engine.append(_heard(SNAPSHOT_ENTRIES + 1, 3 * SNAPSHOT_ENTRIES))
    assert house.newest() == first
    house.seconds += 0.5 * SNAPSHOT_REST
    house.engine.append(_heard(3 * SNAPSHOT_ENTRIES + 1, 3 * SNAPSHOT_ENTRIES + 1))
    assert house.newest() == house.journal.end


def test_snapshots_that_cannot_be_written_are_said_so_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    assert house.snapshots is not None
    house.snapshots._connection.execute("PRAGMA query_only = 1")
    for number in (1, 2):
        house.engine.append(_heard(number, number))
        house.engine.snapshot()
    assert caplog.text.count("Snapshots cannot be written") == 1


def test_after_so_many_seconds_a_snapshot_is_written_if_anything_came(house: House) -> None:
    house.seconds = SNAPSHOT_SECONDS - 0.1
    house.replay(RECORDS[:3])
    assert house.newest() is None
    house.seconds = SNAPSHOT_SECONDS
    house.replay(RECORDS[3:4])
    first = house.newest()
    assert first == house.journal.end
    house.seconds = 3 * SNAPSHOT_SECONDS
    house.engine.snapshot()
    assert house.newest() == first, "nothing new, nothing written"


def test_a_kill_after_a_snapshot_folds_only_what_came_after_it(house: House) -> None:
    house.replay(RECORDS[:60])
    house.engine.snapshot()
    at = house.journal.end
    house.replay(RECORDS[60:])
    wanted, shown = state(house.engine.desk), picture(house.engine.desk)
    restored = house.start_again()
    assert (restored.from_snapshot, restored.folded) == (at, house.journal.end - at)
    assert state(house.engine.desk) == wanted
    assert picture(house.engine.desk) == shown


@pytest.mark.parametrize("every", [1, 13, 50])
def test_kills_and_snapshots_at_any_time_give_the_desk_of_the_journal(house: House, every: int) -> None:
    for start in range(0, len(RECORDS), 25):
        house.replay(RECORDS[start : start + 25])
        if start % every == 0:
            house.engine.snapshot()
        house.start_again()
    assert digest(house.engine.desk) == _whole(house)
    through = House()
    through.replay(RECORDS)
    assert digest(house.engine.desk) == digest(through.engine.desk)


def test_while_what_was_told_is_not_yet_safe_no_snapshot_is_written(house: House) -> None:
    house.answers = [Told.BEHIND, Told.BEHIND]
    house.replay(RECORDS[:5])
    house.engine.snapshot()
    assert house.newest() is None
    house.replay(RECORDS[5:10])
    house.engine.snapshot()
    assert house.newest() is None
    house.replay(RECORDS[10:15])
    house.engine.snapshot()
    assert house.newest() == house.journal.end


def test_a_listener_that_lost_what_it_had_is_told_everything_again(house: House) -> None:
    house.replay(RECORDS[:60])
    all_that_was_told = {(one.kind, one.key) for one in house.told}
    house.told.clear()
    house.answers = [Told.LOST]
    house.replay(RECORDS[60:62])
    assert {(one.kind, one.key) for one in house.told} >= all_that_was_told
    assert digest(house.engine.desk) == _whole(house)


def test_where_nobody_listens_no_record_is_made_and_the_picture_is_the_same() -> None:
    heard = House()
    heard.replay(RECORDS)
    journal = SqliteJournal(":memory:", realm=REALM, area=heard.area.id)
    unheard = Engine(heard.area, journal, None, tell=None, clock=lambda: 0.0)
    unheard.open(heard.policy)
    unheard.replay(RECORDS)
    assert drain(unheard.desk) == []
    assert picture(unheard.desk) == picture(heard.engine.desk)
    assert digest(unheard.desk) == digest(heard.engine.desk)


def test_an_entry_that_cannot_be_folded_is_left_out_and_shown(house: House) -> None:
    house.replay(RECORDS[:20])
    bad, at = _bad(house), house.journal.end
    house.engine.append([bad])
    (skip,) = house.journal.skips().values()
    assert (skip.offset, skip.sha256) == (at, fingerprint(bad))
    assert "ValidationError" in skip.trace
    house.replay(RECORDS[20:])
    without = House()
    without.replay(RECORDS)
    assert digest(house.engine.desk) == digest(without.engine.desk)
    assert digest(house.engine.desk) == _whole(house), "the skip list is input to every refold"


def test_what_stands_behind_a_bad_entry_in_its_batch_is_folded(house: House) -> None:
    house.replay(RECORDS[:20])
    good = _entries_of(RECORDS[20:40])
    house.engine.append([*good[:7], _bad(house), *good[7:]])
    without = House()
    without.replay(RECORDS[:40])
    assert digest(house.engine.desk) == digest(without.engine.desk)


def test_two_bad_entries_in_one_batch_are_both_left_out(house: House) -> None:
    house.replay(RECORDS[:20])
    good = _entries_of(RECORDS[20:40])
    house.engine.append([*good[:7], _bad(house, 1), *good[7:9], _bad(house, 2), *good[9:]])
    assert len(house.journal.skips()) == 2
    without = House()
    without.replay(RECORDS[:40])
    assert digest(house.engine.desk) == digest(without.engine.desk)


def test_a_bad_entry_written_before_a_kill_is_left_out_at_the_next_start(house: House) -> None:
    house.replay(RECORDS[:20])
    house.journal.append([_bad(house)])
    house.start_again()
    assert len(house.journal.skips()) == 1
    house.replay(RECORDS[20:40])
    without = House()
    without.replay(RECORDS[:40])
    assert digest(house.engine.desk) == digest(without.engine.desk)


def test_a_skip_is_remembered_over_a_kill(house: House) -> None:
    house.engine.append([_bad(house)])
    restored = house.start_again()
    assert restored.skipped == (2,)


def test_three_bad_entries_within_an_hour_stop_the_area_loudly(house: House) -> None:
    for number in range(SKIPS_AN_HOUR_MAX - 1):
        house.engine.append([_bad(house, number)])
    with pytest.raises(AreaStopped, match=r"could not be folded, the last at offset 4.*nothing is lost"):
        house.engine.append([_bad(house, SKIPS_AN_HOUR_MAX)])


def test_three_bad_entries_over_two_hours_do_not(house: House) -> None:
    for number in range(SKIPS_AN_HOUR_MAX + 1):
        house.engine.append([_bad(house, number)])
        house.seconds += 1_801
    assert len(house.journal.skips()) == SKIPS_AN_HOUR_MAX + 1


def test_a_fold_version_that_this_code_does_not_know_stops_the_owner_and_is_never_skipped(house: House) -> None:
    with pytest.raises(UnknownFoldVersion):
        house.engine.append([Entry(fact=FoldVersion(version=FOLD_VERSION + 1))])
    assert house.journal.skips() == {}
    with pytest.raises(UnknownFoldVersion):
        house.start_again()


def _entries_of(records: list[seeded.Sent]) -> list[Entry]:
    """The entries that a replay of these would write, ticks included."""
    other = House()
    other.replay(RECORDS[:20])
    before = other.journal.end
    other.replay(records)
    return other.entries()[before:]
