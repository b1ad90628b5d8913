"""Frames shorten a rewind and change nothing about what it shows; what is over and histories, against a model."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from api.record.errors import RecordDamaged, RecordUnavailable
from api.record.history import HistoryWriter
from api.record.history_table import frames
from api.record.keeping import RecordKeeper
from api.record.migrate import configured
from api.record.rewind import VERSIONS_MAX, Rewind
from api.record.schema import HISTORY, open_store
from api.record.sqlite_store import SqliteStore
from api.record.store import Store
from schemas.picture import Change, Kind, PictureRecord
from schemas.times import SECOND, Instant
from tests.builders_contracts import night_summary
from tests.builders_postgres import ON_BOTH, realm_in
from tests.builders_record import SATURDAY, change, incident, window

AREA = "westminster"
STATES = ("live", "closed", "gone")
DRAWN = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.sampled_from(STATES)), max_size=24)


Opened = Callable[[], AbstractContextManager[Store]]


@pytest.fixture(params=ON_BOTH)
def opened(request: pytest.FixtureRequest) -> Opened:
    """A new record each time it is called, for as many as a property wants."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")

    @contextmanager
    def new() -> Iterator[Store]:
        with TemporaryDirectory() as folder:
            store = open_store(Path(folder) / "record.db" if url is None else realm_in(url), HISTORY)
            yield store
            store.close()

    return new


def changes_of(drawn: Sequence[tuple[str, int, str]]) -> list[Change]:
    """Two changes to an entry, each incident told apart by its reports."""
    changes, at = list[Change](), SATURDAY
    for number, (key, seconds, state) in enumerate(drawn):
        at += seconds * SECOND if number % 2 == 0 else 0
        record = None if state == "gone" else incident(at=SATURDAY + ord(key), reports=number)
        live = state != "closed"
        changes.append(change(record, key=key, at=at, live=live, offset=number // 2, index=number % 2))
    return changes


def written(store: Store, changes: Sequence[Change], batch: int, every: int) -> Rewind:
    """Written in batches by a writer that is opened anew for each other one."""
    writer = HistoryWriter(store, AREA, frame_every=every)
    for number, start in enumerate(range(0, len(changes), batch)):
        writer = HistoryWriter(store, AREA, frame_every=every) if number % 2 else writer
        writer.write(changes[start : start + batch], SATURDAY)
    return writer.rewind


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=DRAWN, batch=st.integers(1, 7), every=st.integers(1, 9), repeats=st.integers(0, 24))
def test_a_rewind_by_frames_shows_what_one_without_shows(
    opened: Opened, drawn: list[tuple[str, int, str]], batch: int, every: int, repeats: int
) -> None:
    changes = changes_of(drawn)
    with opened() as store:
        framed = written(store, changes, batch, every)
        HistoryWriter(store, AREA, frame_every=every).write(changes[:repeats], SATURDAY)
        times = [SATURDAY + second * SECOND for second in range(-1, 50, 3)]
        shown = [framed.picture_at(at) for at in times]
        with store.writing() as connection:
            connection.execute(frames.delete())
        assert [framed.picture_at(at) for at in times] == shown


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=DRAWN, batch=st.integers(1, 7), repeats=st.integers(0, 24))
def test_what_is_over_is_the_last_word_on_each_that_left(
    opened: Opened, drawn: list[tuple[str, int, str]], batch: int, repeats: int
) -> None:
    changes = changes_of(drawn)
    last = {one.key: one for one in changes}
    wanted = {key: one.record for key, one in last.items() if not one.live and one.record is not None}
    with opened() as store:
        rewind = written(store, changes, batch, every=100)
        HistoryWriter(store, AREA).write(changes[:repeats], SATURDAY)
        found = list(rewind.over(Kind.INCIDENTS))
        assert dict(found) == wanted
        assert [key for key, _ in found] == sorted(wanted, reverse=True)
        histories = {key: rewind.versions(Kind.INCIDENTS, key) for key in "abc"}
        newest = {key: rewind.newest(Kind.INCIDENTS, key) for key in "abc"}
    for key in "abc":
        assert [(one.at, one.record) for one in histories[key]] == [(c.at, c.record) for c in changes if c.key == key]
        assert newest[key] == (last[key].record if key in last else None)


def test_frames_lie_so_close_that_no_rewind_has_far_to_read_however_often_the_writer_began_anew(opened: Opened) -> None:
    changes = [change(incident(), key=f"k{number % 5}", offset=number, at=SATURDAY + number) for number in range(100)]
    with opened() as store:
        written(store, changes, batch=7, every=10)
        with store.reading() as connection:
            found = connection.execute(select(frames.c.offset).order_by(frames.c.offset)).scalars().all()
    assert {later - earlier for earlier, later in pairwise([-1, *found, 99])} <= set(range(1, 11))


def test_frames_of_much_that_is_live_are_rarer_and_still_come(opened: Opened) -> None:
    changes = [change(incident(), key=f"k{number}", offset=number, at=SATURDAY + number) for number in range(500)]
    with opened() as store:
        HistoryWriter(store, AREA, frame_every=10).write(changes, SATURDAY)
        with store.reading() as connection:
            found = connection.execute(select(frames.c.offset).order_by(frames.c.offset)).scalars().all()
    gaps = [(later, later - earlier) for earlier, later in pairwise([-1, *found, 499])]
    assert all(gap <= max(10, live // 2 + 1) for live, gap in gaps)
    assert len(found) < 20


def test_a_writer_that_is_told_all_again_makes_its_frames_of_what_it_is_told(opened: Opened) -> None:
    changes = [change(incident(), key=f"k{number % 5}", offset=number, at=SATURDAY + number) for number in range(40)]
    with opened() as store:
        HistoryWriter(store, AREA, frame_every=1_000).write(changes[30:], SATURDAY)
        HistoryWriter(store, AREA, anew=True, frame_every=10).write(changes, SATURDAY)
        with store.reading() as connection:
            assert connection.execute(select(func.min(frames.c.offset))).scalar_one() == 9


def test_only_the_kinds_and_the_mentions_that_are_wanted_are_read(opened: Opened) -> None:
    with opened() as store:
        writer = HistoryWriter(store, AREA)
        mine = change(incident("mine"), key="mine")
        other = change(window(place="E0501"), key="w", kind=Kind.WINDOWS, index=1)
        writer.write([mine, other], SATURDAY)
        assert set(writer.rewind.picture_at(SATURDAY, {Kind.WINDOWS})) == {Kind.WINDOWS}
        assert set(writer.rewind.picture_at(SATURDAY, mentioned='"venue:blue-door"')[Kind.INCIDENTS]) == {"mine"}
        assert not any(writer.rewind.picture_at(SATURDAY, mentioned='"venue:elsewhere"').values())


@pytest.mark.parametrize(("since", "until", "keys"), [(0, 9, "hgfedcba"), (3, 6, "fed"), (9, 9, "")])
def test_what_is_over_is_read_between_two_times_newest_first(
    opened: Opened, since: Instant, until: Instant, keys: str
) -> None:
    records: list[tuple[str, PictureRecord]] = [
        (key, incident(at=SATURDAY + number)) for number, key in enumerate("abcdefgh")
    ]
    with opened() as store:
        writer = HistoryWriter(store, AREA)
        changes = [
            Change(kind=Kind.INCIDENTS, key=key, offset=1, index=0, at=SATURDAY, record=record, live=False)
            for key, record in records
        ]
        writer.write(changes, SATURDAY)
        found = writer.rewind.over(Kind.INCIDENTS, SATURDAY + since, SATURDAY + until)
        assert "".join(key for key, _ in found) == keys


def test_more_than_is_read_at_once_comes_whole_and_a_long_history_keeps_its_end(opened: Opened) -> None:
    with opened() as store:
        writer = HistoryWriter(store, AREA)
        many = [change(incident(), key=f"{n:04}", offset=n, live=False) for n in range(450)]
        again = [change(incident(reports=n), key="again", offset=n) for n in range(1_000, 1_001 + VERSIONS_MAX)]
        writer.write(many + again, SATURDAY)
        assert [key for key, _ in writer.rewind.over(Kind.INCIDENTS)] == [f"{n:04}" for n in reversed(range(450))]
        versions = writer.rewind.versions(Kind.INCIDENTS, "again")
    assert len(versions) == VERSIONS_MAX
    assert versions[-1].record == incident(reports=1_000 + VERSIONS_MAX)


def test_what_was_usual_by_each_moment_of_a_night(opened: Opened) -> None:
    with opened() as store:
        writer = HistoryWriter(store, AREA)
        changes = [
            Change(
                kind=Kind.NIGHT, key="2026-05-16", offset=n, index=0, at=SATURDAY + n, record=night_summary(expected=e)
            )
            for n, e in enumerate((None, 1.5, 4.0))
        ]
        writer.write(changes, SATURDAY)
        assert writer.rewind.usual_so_far("2026-05-16") == [(SATURDAY, None), (SATURDAY + 1, 1.5), (SATURDAY + 2, 4.0)]
        assert writer.rewind.usual_so_far("2026-05-15") == []


def test_a_record_that_cannot_be_read_is_refused_by_name(opened: Opened) -> None:
    with opened() as store:
        writer = HistoryWriter(store, AREA)
        writer.write([change(incident(), live=False)], SATURDAY)
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE past SET body = '{}'")
        with pytest.raises(RecordUnavailable, match="holds a record that cannot be read"):
            list(writer.rewind.over(Kind.INCIDENTS))


def test_an_older_record_is_migrated_and_told_everything_again(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    store = SqliteStore(path, RecordDamaged)
    with store.writing() as connection:
        config = configured(HISTORY)
        config.attributes["connection"] = connection
        command.upgrade(config, "history_1")
        connection.exec_driver_sql("PRAGMA user_version = 1")
    store.close()
    keeper = RecordKeeper(path, AREA, lambda: SATURDAY, journal_end=9)
    assert keeper.needs_all
    keeper.write([change(incident(), offset=8, live=False), change(incident(), key="b", offset=9)])
    assert [key for key, _ in keeper.history.rewind.over(Kind.INCIDENTS)] == ["a"]
    assert keeper.history.rewind.versions(Kind.INCIDENTS, "b")
    keeper.close()
