"""Two processes at one record: whatever they do at once, it is as if one had come after the other."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from api.auth.audit import endings_since
from api.auth.grants import Grant
from api.auth.people import PersonRefused
from api.auth.sessions import Opening, Sessions
from api.record.history import HistoryWriter
from api.record.history_table import frames, history, past
from api.record.kept_tables import people, reports
from api.record.record import Record, open_record
from api.record.reports import SavedReports
from api.record.schema import HISTORY, open_store
from api.reports.statements import Statement
from api.routes.bodies import ReportBody, Sender, reported
from schemas.audiences import Role
from schemas.categories import Category
from schemas.picture import Change
from tests.builders_auth import GRANTS, SHELL, Accounts, accounts
from tests.builders_night import westminster
from tests.builders_postgres import Where
from tests.builders_record import SATURDAY, change, incident
from tests.builders_running import until


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each gives or raises, begun at the same moment."""
    barrier, answers = Barrier(len(deeds)), list[Any]([None] * len(deeds))

    def do(number: int, deed: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            answers[number] = deed()
        except BaseException as error:  # noqa: BLE001 - given to the test
            answers[number] = error

    threads = [Thread(target=do, args=(number, deed)) for number, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def houses(where: Where) -> Iterator[tuple[Accounts, Accounts]]:
    """The accounts as two processes have them open."""
    with (
        closing(accounts(where.folder, kept=where.kept)) as one,
        closing(accounts(where.folder, kept=where.kept)) as two,
    ):
        two.random_bytes = random.Random(8).randbytes  # noqa: S311
        yield one, two


def theft(key: str) -> Statement:
    sender = Sender(reporter="venue:blue-door", caller="business:blue-door", key=key, now=SATURDAY)
    return reported(ReportBody(category=Category.THEFT, severity=2, words="he ran"), sender, westminster())


def test_the_same_report_posted_twice_at_once_is_one_row_and_one_of_them_is_new(
    houses: tuple[Accounts, Accounts],
) -> None:
    tables = [SavedReports(house.kept) for house in houses]
    for number in range(20):
        statement = theft(f"k-{number}")
        (one,), (two,) = at_once(*(partial(table.save, [statement], [], SATURDAY) for table in tables))
        assert isinstance(one, tuple)
        assert isinstance(two, tuple)
        assert {one[1], two[1]} == {True, False}
        assert one[0] == two[0]
    with houses[0].kept.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(reports)).scalar_one() == 20


def test_of_two_who_open_a_link_at_once_one_is_let_in(houses: tuple[Accounts, Accounts]) -> None:
    for _ in range(10):
        link, enrolment = houses[0].token(), houses[0].enrolment()
        for token in (link, enrolment):
            found = at_once(*(partial(house.authenticator.sign_in, {}, link=token) for house in houses))
            assert sum(one is not None for one in found) == 1


def test_a_name_that_is_given_twice_at_once_is_one_person_and_of_two_passwords_one_stands(
    houses: tuple[Accounts, Accounts],
) -> None:
    for number in range(10):
        name = f"ann{number}"
        roles = zip(houses, (Role.OPERATIONS, Role.LEAD), strict=True)
        make = [
            partial(house.authenticator.enrolments.make, GRANTS[role], name, SATURDAY, SHELL) for house, role in roles
        ]
        made = at_once(*make)
        assert sum(isinstance(one, PersonRefused) for one in made) == 1, made
        person = houses[0].authenticator.people.find(name)
        assert person is not None
        words = zip(houses, "ab", strict=True)
        choose = [partial(house.authenticator.people.set_password, person, word, SATURDAY) for house, word in words]
        assert sorted(at_once(*choose)) == [False, True]
    with houses[0].kept.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(people)).scalar_one() == 10


def test_whoever_follows_the_audit_misses_no_ending_however_many_end_sessions_at_once(
    houses: tuple[Accounts, Accounts],
) -> None:
    venues = [f"venue-{number}" for number in range(40)]
    mark, _ = endings_since(houses[0].kept, None)
    seen = set[str | None]()

    def end(house: Accounts, names: list[str]) -> None:
        sessions = Sessions(house.kept, house.random_bytes)
        for name in names:
            found = sessions.open(Opening(grant=Grant(role=Role.BUSINESS, venue=name)), SATURDAY, None)
            assert found is not None
            sessions.end(found[1], SATURDAY)

    def follow() -> None:
        nonlocal mark
        while len(seen) < len(venues):
            mark, ended = endings_since(houses[0].kept, mark)
            seen.update(one.subject for one in ended)

    at_once(lambda: end(houses[0], venues[:20]), lambda: end(houses[1], venues[20:]), follow)
    assert seen == set(venues)


def settled(house: Accounts) -> int:
    """The version once it has not changed for a while."""
    marks = list[int]()

    def is_settled() -> bool:
        marks.append(house.kept.store.version())
        return len(marks) > 6 and len(set(marks[-6:])) == 1

    until(is_settled, "nothing is written any more")
    return marks[-1]


def test_a_session_that_another_process_ends_is_noticed_at_once(houses: tuple[Accounts, Accounts]) -> None:
    here, there = houses
    key = here.key()
    signed = there.authenticator.sign_in({}, key=key)
    assert signed is not None
    before = settled(here)
    there.authenticator.sessions.end(signed.session, there.clock())
    until(lambda: here.kept.store.version() != before, "the end is seen")
    assert here.authenticator.identify({"cookie": f"nightdesk={signed.secret}"}) is None


def _night() -> list[Change]:
    """Incidents that open, close and open again, at the sparse offsets of a broker."""
    drawn, changes = random.Random(5), list[Change]()  # noqa: S311
    for number in range(600):
        key, state = f"k{drawn.randrange(120)}", drawn.choice(["live", "live", "closed", "gone"])
        record = None if state == "gone" else incident(reports=number)
        offset = 2**53 - 10_000 + number * 7
        changes.append(change(record, key=key, offset=offset, at=SATURDAY + number, live=state != "closed"))
    return changes


def _tables(record: Record) -> list[list[tuple[object, ...]]]:
    found = []
    with record._store.reading() as connection:
        for table in (history, frames, past):
            columns = [column for column in table.c if column.name != "recorded_at"]
            found.append([tuple(row) for row in connection.execute(select(*columns).order_by(*columns))])
    return found


def test_two_who_write_the_same_history_at_once_write_what_one_would(where: Where) -> None:
    changes = _night()
    with ExitStack() as opened:
        alone = opened.enter_context(closing(open_store(where.folder / "alone.db", HISTORY)))
        HistoryWriter(alone, "soho", frame_every=50).write(changes, SATURDAY)
        both = [opened.enter_context(closing(open_record(where.record))) for _ in range(2)]
        writers = [HistoryWriter(record._store, "soho", frame_every=50) for record in both]

        def write(writer: HistoryWriter, at_a_time: int) -> None:
            for start in range(0, len(changes), at_a_time):
                writer.write(changes[start : start + at_a_time], SATURDAY)

        at_once(lambda: write(writers[0], 7), lambda: write(writers[1], 13))
        written, wanted = _tables(both[0]), _tables(Record(alone))
    assert written[0] == wanted[0], "the history"
    assert written[2] == wanted[2], "what is over"
    assert written[1], "frames"


def test_a_gap_that_is_filled_late_leaves_no_frame_that_was_made_over_it(where: Where) -> None:
    changes = _night()
    moments = [SATURDAY + number for number in range(0, 600, 7)]
    with closing(open_record(where.record)) as record:
        whole, gappy = (HistoryWriter(record._store, area, frame_every=50) for area in ("whole", "gappy"))
        whole.write(changes, SATURDAY)
        for start, stop in ((0, 100), (300, 600), (100, 150), (150, 300), (0, 600)):
            gappy.write(changes[start:stop], SATURDAY)
        assert [gappy.rewind.picture_at(at) for at in moments] == [whole.rewind.picture_at(at) for at in moments]


def test_one_to_whom_an_area_comes_back_knows_what_others_wrote_meanwhile(where: Where) -> None:
    changes = _night()
    moments = [SATURDAY + number for number in range(0, 600, 7)]
    with closing(open_record(where.record)) as record:
        whole, one, other = (
            HistoryWriter(record._store, area, frame_every=50) for area in ("whole", "shared", "shared")
        )
        whole.write(changes, SATURDAY)
        for writer, start, stop in ((one, 0, 100), (other, 100, 400), (one, 400, 600)):
            writer.write(changes[start:stop], SATURDAY)
        assert [one.rewind.picture_at(at) for at in moments] == [whole.rewind.picture_at(at) for at in moments]


def test_one_that_slept_while_another_went_on_changes_nothing_when_it_wakes(where: Where) -> None:
    changes = _night()
    with ExitStack() as opened:
        sleeper, other = (opened.enter_context(closing(open_record(where.record))) for _ in range(2))
        late = HistoryWriter(sleeper._store, "soho", frame_every=50)
        late.write(changes[:100], SATURDAY)
        HistoryWriter(other._store, "soho", frame_every=50).write(changes[100:], SATURDAY)
        before = _tables(other)
        for start in range(80, 400, 40):
            late.write(changes[start : start + 40], SATURDAY + 9)
        after = _tables(other)
        moments = [SATURDAY + number for number in range(0, 600, 7)]
        pictures = [other.history("soho").rewind.picture_at(at) for at in moments]
        with other._store.writing("soho") as connection:
            connection.execute(frames.delete())
        assert [other.history("soho").rewind.picture_at(at) for at in moments] == pictures
    assert (after[0], after[2]) == (before[0], before[2])
