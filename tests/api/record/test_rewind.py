"""Frames shorten a rewind and change nothing about what it shows."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from api.record.errors import RecordDamaged
from api.record.history import HistoryWriter
from api.record.history_table import frames
from api.record.rewind import Rewind
from api.record.schema import HISTORY, bring_up_to_date
from api.record.store import Store
from schemas.times import SECOND
from tests.builders_record import SATURDAY, change, incident

AREA = "westminster"
CHANGES = 60


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Sixty changes, one a second, of seven incidents; every fifth closes or withdraws one."""
    store = Store(tmp_path_factory.mktemp("record") / "record.db", RecordDamaged)
    bring_up_to_date(store, HISTORY)
    changes = [
        change(
            None if number % 10 == 0 else incident(reports=number),
            key=f"k{number % 7}",
            offset=number // 2,
            index=number % 2,
            at=SATURDAY + number * SECOND,
            live=number % 5 != 0,
        )
        for number in range(CHANGES)
    ]
    HistoryWriter(store, AREA).write(changes, SATURDAY)
    yield store
    store.close()


@settings(deadline=None, max_examples=40)
@given(seconds=st.lists(st.integers(-1, CHANGES + 1), min_size=1, max_size=8), every=st.integers(1, 9))
def test_a_rewind_that_leaves_frames_shows_what_one_without_shows(store: Store, seconds: list[int], every: int) -> None:
    plain = Rewind(store, AREA)
    framed = Rewind(store, AREA, frame_every=every)
    for second in seconds:
        at = SATURDAY + second * SECOND
        with store.writing() as connection:
            kept = connection.execute(select(frames)).all()
            connection.execute(frames.delete())
        expected = plain.picture_at(at)
        with store.writing() as connection:
            if kept:
                connection.execute(frames.insert(), [dict(row._mapping) for row in kept])
        assert framed.picture_at(at) == expected
    with store.writing() as connection:
        connection.execute(frames.delete())


def test_a_frame_is_left_for_every_so_many_changes_read(store: Store) -> None:
    Rewind(store, AREA, frame_every=20).picture_at(SATURDAY + CHANGES * SECOND)
    with store.writing() as connection:
        number = connection.execute(select(func.count()).select_from(frames)).scalar_one()
        connection.execute(frames.delete())
    assert number == 3
