"""The history: what was seen stays readable as it was seen, and a repeat changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.record.history import HistoryWriter
from api.record.place import Place
from api.record.record import Record, open_record
from schemas.picture import Change, Incident, Kind, Window
from schemas.times import SECOND, Instant
from tests.builders_postgres import ON_BOTH, Where, realm_in
from tests.builders_record import SATURDAY, change, incident, window


def _opened(place: Place) -> tuple[Record, HistoryWriter]:
    record = open_record(place)
    return record, record.history("westminster")


def test_the_picture_of_a_moment_is_what_was_seen_then(where: Where) -> None:
    record, history = _opened(where.record)
    history.write([change(incident(), offset=3, at=SATURDAY)], SATURDAY)
    history.write([change(incident(reports=2), offset=9, at=SATURDAY + 60 * SECOND)], SATURDAY + 60 * SECOND)
    before, first, second = (history.rewind.picture_at(SATURDAY + at) for at in (-1, 0, 60_000))
    record.close()
    assert before[Kind.INCIDENTS] == {}
    assert first[Kind.INCIDENTS]["a"] == incident()
    assert second[Kind.INCIDENTS]["a"] == incident(reports=2)


def test_what_was_withdrawn_or_closed_has_left_the_picture(where: Where) -> None:
    record, history = _opened(where.record)
    history.write([change(incident(), key=key, offset=1) for key in ("withdrawn", "closed", "stays")], SATURDAY)
    later = SATURDAY + SECOND
    history.write([change(None, key="withdrawn", offset=2, at=later)], later)
    history.write([change(incident(), key="closed", offset=3, at=later, live=False)], later)
    pictures = history.rewind.picture_at(SATURDAY), history.rewind.picture_at(later)
    record.close()
    assert [sorted(picture[Kind.INCIDENTS]) for picture in pictures] == [["closed", "stays", "withdrawn"], ["stays"]]


def test_a_repeat_of_a_version_changes_nothing(where: Where) -> None:
    record, history = _opened(where.record)
    history.write([change(incident(reports=1), offset=5)], SATURDAY)
    history.write([change(incident(reports=7), offset=5)], SATURDAY + 99)
    found = history.rewind.picture_at(SATURDAY)[Kind.INCIDENTS]["a"]
    record.close()
    assert found == incident(reports=1)


def test_a_record_is_read_as_it_was_written_to_the_millisecond(where: Where) -> None:
    record, history = _opened(where.record)
    history.write([change(incident(at=SATURDAY + 250))], SATURDAY)
    found = history.rewind.picture_at(SATURDAY)[Kind.INCIDENTS]["a"]
    record.close()
    assert found == incident(at=SATURDAY + 250)


def test_areas_do_not_see_each_other(where: Where) -> None:
    record, history = _opened(where.record)
    history.write([change(incident())], SATURDAY)
    elsewhere = record.history("leuven")
    picture, newest = elsewhere.rewind.picture_at(SATURDAY), elsewhere.newest()
    record.close()
    assert not any(picture.values())
    assert newest is None


def test_the_newest_version_says_how_far_the_record_has_come(where: Where) -> None:
    record, history = _opened(where.record)
    assert history.newest() is None
    history.write([change(window(), kind=Kind.WINDOWS, key="w", offset=4, index=i) for i in range(3)], SATURDAY)
    assert history.newest() == (4, 2)
    record.close()


def test_the_newest_change_is_as_old_as_the_earlier_of_its_two_times(where: Where) -> None:
    record, history = _opened(where.record)
    assert history.newest_at() is None
    history.write([change(window(), kind=Kind.WINDOWS, key="w", offset=4, at=SATURDAY)], SATURDAY + 60 * SECOND)
    assert history.newest_at() == SATURDAY
    history.write([change(window(), kind=Kind.WINDOWS, key="w", offset=5, at=SATURDAY + 90 * SECOND)], SATURDAY + 1)
    assert history.newest_at() == SATURDAY + 1
    history.write([change(window(), kind=Kind.WINDOWS, key="v", offset=3, at=SATURDAY)], SATURDAY)
    assert history.newest_at() == SATURDAY + 1
    record.close()


def test_an_empty_write_writes_nothing(where: Where) -> None:
    record, history = _opened(where.record)
    history.write([], SATURDAY)
    assert history.newest() is None
    record.close()


def test_it_is_read_while_it_is_written(where: Where) -> None:
    record, history = _opened(where.record)
    written = Event()
    sizes: list[int] = []

    def read_until_written() -> None:
        while not written.is_set():
            sizes.append(len(history.rewind.picture_at(SATURDAY)[Kind.INCIDENTS]))

    readers = [Thread(target=read_until_written) for _ in range(3)]
    for reader in readers:
        reader.start()
    for offset in range(60):
        history.write([change(incident(), key=f"{offset}-{i}", offset=offset, index=i) for i in range(10)], SATURDAY)
    written.set()
    for reader in readers:
        reader.join()
    final = len(history.rewind.picture_at(SATURDAY)[Kind.INCIDENTS])
    record.close()
    assert final == 600
    assert sizes
    assert all(size % 10 == 0 for size in sizes), "a reader saw half a transaction"


_VERSIONS = st.lists(
    st.tuples(
        st.sampled_from([Kind.INCIDENTS, Kind.WINDOWS]),
        st.sampled_from("abc"),
        st.integers(0, 2),  # seconds since the last change
        st.booleans(),  # the same journal entry as the last change
        st.sampled_from(["live", "closed", "gone"]),
    ),
    max_size=24,
)


def _changes(drawn: list[tuple[Kind, str, int, bool, str]]) -> list[Change]:
    changes: list[Change] = []
    offset = index = 0
    at = SATURDAY
    for number, (kind, key, seconds, same_entry, state) in enumerate(drawn):
        at += seconds * SECOND
        offset, index = (offset, index + 1) if same_entry else (offset + 1, 0)
        record = None if state == "gone" else incident(reports=number) if kind is Kind.INCIDENTS else window(number)
        changes.append(
            change(record, kind=kind, key=key, offset=offset, index=index, at=at, live=state != "closed"),
        )
    return changes


def _model_at(changes: list[Change], at: Instant) -> dict[tuple[Kind, str], int]:
    """The newest version by then of each key, where it was live: its offset and index, by brute force."""
    newest = {(change.kind, change.key): change for change in changes if change.at <= at}
    counts: dict[tuple[Kind, str], int] = {}
    for place, change_ in newest.items():
        if change_.record is not None and change_.live:
            counts[place] = changes.index(change_)
    return counts


@pytest.fixture(params=ON_BOTH)
def place(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[Place]]:
    """A new one each time it is called, for as many as a property wants."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")

    @contextmanager
    def new() -> Iterator[Place]:
        with TemporaryDirectory() as folder:
            yield Path(folder) / "record.db" if url is None else realm_in(url)

    return new


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=_VERSIONS, batch=st.integers(1, 7), repeats=st.integers(0, 24))
def test_the_picture_at_any_time_equals_a_plain_model(
    place: Callable[[], AbstractContextManager[Place]],
    drawn: list[tuple[Kind, str, int, bool, str]],
    batch: int,
    repeats: int,
) -> None:
    changes = _changes(drawn)
    with place() as new:
        record, history = _opened(new)
        for start in range(0, len(changes), batch):
            history.write(changes[start : start + batch], SATURDAY)
        history.write(changes[:repeats], SATURDAY + 1)
        times = sorted({change_.at + step for change_ in changes for step in (-1, 0, 1)})
        pictures = {at: history.rewind.picture_at(at) for at in times}
        record.close()
    for at, picture in pictures.items():
        found = {
            (kind, key): record.reports if isinstance(record, Incident) else record.count
            for kind, records in picture.items()
            for key, record in records.items()
            if isinstance(record, (Incident, Window))
        }
        assert found == _model_at(changes, at)
