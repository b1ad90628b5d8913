"""Retention: what is too old goes by itself, a little at a time, and the rest is as it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from threading import Event

import pytest
from sqlalchemy import func, insert, select

from api.auth.audit import Action, newest_lines
from api.holdings import Holdings
from api.record.dead_letters import DeadLetters, State
from api.record.kept_tables import audit, enrolments, people, sessions, signin_links
from api.record.record import open_record
from api.record.reports import SavedReports
from api.routes.bodies import CorrectionBody, ReportBody, Sender, corrected, reported
from schemas.categories import Category
from schemas.picture import Kind
from schemas.reference import load_area
from schemas.retention import Held
from schemas.times import DAY, HOUR
from schemas.verdicts import Judgement
from tests.builders_auth import PASSWORD, SHELL, Accounts
from tests.builders_contracts import a_letter
from tests.builders_postgres import on_both
from tests.builders_record import SATURDAY, change, incident

where = on_both
ACCEPTED = Judgement.ACCEPTED


@pytest.fixture
def holdings(house: Accounts) -> Iterator[Holdings]:
    """With a history of three days' incidents and one from long before that is still live."""
    record = open_record(house.record)
    history = record.history("westminster")
    history.write([change(incident("old"), key="old", offset=0, at=SATURDAY - 500 * DAY)], SATURDAY)
    for day in range(3):
        at = SATURDAY - (402 - day) * DAY
        key = f"d{day}"
        history.write([change(incident(key), key=key, offset=10 + day, at=at)], SATURDAY)
        history.write([change(incident(key), key=key, offset=20 + day, at=SATURDAY - 399 * DAY, live=False)], SATURDAY)
    yield Holdings(
        house.kept, load_area().retention, letters=DeadLetters(house.kept), history=lambda: history,
        now=house.clock, desk_clock=house.clock, stop=Event(),
    )  # fmt: skip
    record.close()


def _of(holdings: Holdings, what: Held) -> tuple[int, int, int | None]:
    [found] = [one.count for one in holdings.shown(counted=True) if one.what is what]
    assert found is not None
    return found.held, found.goes_soon, found.goes_next


def test_words_go_after_92_days_and_do_not_come_back(house: Accounts, holdings: Holdings) -> None:
    house.words.keep("w-old", "blue-door", "a very private sentence")
    house.clock.now += DAY
    house.words.keep("w-young", "blue-door", "another")
    house.clock.now += 91 * DAY - 1
    holdings.tidy()
    assert _of(holdings, Held.WORDS) == (2, 2, SATURDAY + 92 * DAY)
    house.clock.now += 1
    holdings.tidy()
    assert _of(holdings, Held.WORDS) == (1, 1, SATURDAY + 93 * DAY)
    house.words.keep("w-old", "blue-door", "a very private sentence")
    assert (house.words.text("w-old"), house.words.text("w-young")) == (None, "another")
    assert b"a very private sentence" not in house.stored()


def test_refused_rows_lose_their_bytes_after_14_days(house: Accounts, holdings: Holdings) -> None:
    letters = DeadLetters(house.kept)
    letters.keep([a_letter(), a_letter(line=3, position=2)], SATURDAY)
    house.clock.now += 14 * DAY - 1
    holdings.tidy()
    assert letters.counts()[State.GONE] == 0
    assert _of(holdings, Held.DEAD_LETTERS) == (2, 2, SATURDAY + 14 * DAY)
    house.clock.now += 1
    holdings.tidy()
    assert DeadLetters(house.kept).counts()[State.GONE] == 2
    assert _of(holdings, Held.DEAD_LETTERS) == (0, 0, None)


def test_reports_go_400_days_after_their_newest_revision_and_never_before_they_are_judged(
    house: Accounts, holdings: Holdings
) -> None:
    saved = SavedReports(house.kept)
    sender = Sender(reporter="venue:blue-door", caller="business:blue-door", key="k-1", now=SATURDAY)
    bodies = [
        reported(ReportBody(category=Category.THEFT, severity=2), replace(sender, key=key), load_area())
        for key in ("k-1", "k-2", "k-3")
    ]
    first, second, third = (found[0] for found in saved.save(bodies, [], SATURDAY) if isinstance(found, tuple))
    put_right = corrected(first.id, CorrectionBody(severity=3), replace(sender, key="k-4"))
    [again] = saved.save([put_right], [(first.seq, ACCEPTED), (second.seq, ACCEPTED)], SATURDAY + DAY)
    assert isinstance(again, tuple)
    saved.save([], [(again[0].seq, ACCEPTED)], SATURDAY + DAY)
    house.clock.now += 400 * DAY
    holdings.tidy()
    assert [len(saved.revisions(one.id)) for one in (first, second, third)] == [2, 0, 1]
    assert _of(holdings, Held.REPORTS) == (2, 2, SATURDAY + 401 * DAY)
    house.clock.now += DAY
    holdings.tidy()
    assert [len(saved.revisions(one.id)) for one in (first, second, third)] == [0, 0, 1], "the third waits for the desk"


def test_history_goes_after_400_days_and_every_picture_since_is_as_it_was(house: Accounts, holdings: Holdings) -> None:
    history = holdings._history()
    times = [SATURDAY - days * DAY for days in (400, 399, 200, 0)]
    before = [history.rewind.picture_at(at) for at in times]
    assert {len(picture[Kind.INCIDENTS]) for picture in before} == {1, 4}
    held, _, _ = _of(holdings, Held.HISTORY)
    house.clock.now += 12 * HOUR
    holdings.tidy()
    left, _, goes_next = _of(holdings, Held.HISTORY)
    assert [history.rewind.picture_at(at) for at in times[1:]] == before[1:]
    assert (held, left) == (7, 7), "all that was live then is still needed"
    assert goes_next == SATURDAY + DAY
    house.clock.now += 2 * DAY
    holdings.tidy()
    assert _of(holdings, Held.HISTORY)[0] == 2, "one that is live, and the last change of all"
    assert history.newest() == (22, 0)
    assert [history.rewind.picture_at(at) for at in times[2:]] == before[2:]


def test_sign_ins_that_are_over_go_after_30_days_with_links_and_people(house: Accounts, holdings: Holdings) -> None:
    house.person("ann")
    house.token()
    signed = house.authenticator.sign_in({}, name="ann", password=PASSWORD)
    phone = house.authenticator.sign_in({}, link=house.enrolment())
    assert signed is not None
    assert phone is not None
    house.authenticator.people.remove("ann", house.clock(), SHELL)
    house.clock.now += 31 * DAY + HOUR
    holdings.tidy()
    holdings.tidy()
    with house.kept.store.reading() as connection:
        counts = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (sessions, signin_links, enrolments, people)
        }
    assert counts == {"sessions": 1, "signin_links": 0, "enrolments": 1, "people": 0}
    assert house.authenticator.identify({"cookie": f"nightdesk={phone.secret}"}) is not None


def test_the_audit_goes_after_two_years_and_what_went_is_written_in_it(house: Accounts, holdings: Holdings) -> None:
    old = SATURDAY - 731 * DAY
    with house.kept.store.writing() as connection:
        rows = [{"at": old + number, "action": "signed_in", "role": "group"} for number in range(-1, 2)]
        connection.execute(insert(audit), rows)
    holdings.tidy()
    lines = newest_lines(house.kept)
    assert [line.at for line in lines if line.action is Action.SIGNED_IN] == [old + 1]
    assert [(line.who, line.about) for line in lines if line.action is Action.KEPT_NO_LONGER] == [
        ("retention", "2 of audit")
    ]


def test_nothing_goes_before_its_rule_begins(house: Accounts) -> None:
    rules = load_area().retention
    later = replace(rules, rules=tuple(replace(rule, since=date(2030, 1, 1)) for rule in rules.rules))
    record = open_record(house.record)
    holdings = Holdings(
        house.kept, later, letters=DeadLetters(house.kept), history=lambda: record.history("westminster"),
        now=house.clock, desk_clock=house.clock, stop=Event(),
    )  # fmt: skip
    house.words.keep("w-old", "blue-door", "words")
    house.clock.now += 1_000 * DAY
    holdings.tidy()
    assert house.words.text("w-old") == "words"
    assert {one.days for one in holdings.shown(counted=True)} == {None}
    house.clock.now += 1_000 * DAY
    holdings.tidy()
    assert house.words.text("w-old") is None
    record.close()


def test_many_go_in_small_transactions_and_a_stop_waits_for_one(house: Accounts, holdings: Holdings) -> None:
    with house.kept.store.writing() as connection:
        rows = [{"at": SATURDAY - 800 * DAY, "action": "signed_in", "role": "group"} for _ in range(1_200)]
        connection.execute(insert(audit), rows)
    holdings._stop.set()
    holdings.tidy()
    assert _of(holdings, Held.AUDIT)[0] == 700 + 1, "one batch of 500, and the line that says so"
    holdings._stop.clear()
    holdings.tidy()
    assert [line.action for line in newest_lines(house.kept)] == [Action.KEPT_NO_LONGER] * 2
