"""The desk's answer: each record's verdict, positions that nobody is given twice, and who has looked."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.audiences import Role
from schemas.categories import Category
from schemas.feeds import SbnReport, Source, Withdrawal
from schemas.journal import Entry, Origin, Reported, Seen
from schemas.times import DAY, MINUTE
from schemas.verdicts import Judgement, Verdict
from streams.core.desk import Desk, fold
from streams.core.sightings import incident_id
from streams.kept_desk import AreaStopped
from streams.owner import WORK_MAX, DeskBusy, Owner
from tests.builders_night import westminster
from tests.simulation.engines import House
from tests.streams.test_owner import WITHIN_S, Gate, moody

NOW = 1_778_972_400_000


def said(number: int, **changes: Any) -> SbnReport:
    """A theft at the blue door."""
    venue = westminster().venues["blue-door"]
    report = SbnReport(
        source_id=f"r{number}", venue="blue-door", category=Category.THEFT, severity=2, body="a bag",
        occurred_at=NOW, received_at=NOW, lat=venue.lat, lon=venue.lon,
    )  # fmt: skip
    return replace(report, **changes)


@pytest.fixture
def owner() -> Iterator[Owner]:
    house = House()
    owner = Owner(house.engine, house.policy, now=lambda: NOW, clock=lambda: 0.0, virtual=False)
    owner.start()
    assert owner.wait_until_ready(WITHIN_S)
    yield owner
    owner.stop(WITHIN_S)


def judged(owner: Owner, *records: SbnReport | Withdrawal) -> list[Judgement]:
    return [verdict.judgement for verdict in owner.judge(records).result(WITHIN_S)]


def test_each_record_has_its_own_verdict(owner: Owner) -> None:
    taken_back = Withdrawal(source=Source.SBN, source_id="r1", revision=2, received_at=NOW)
    assert judged(
        owner,
        said(1),
        said(1),
        said(1, body="a coat"),
        said(1, revision=1, body="two bags"),
        taken_back,
        said(2, lat=48.85, lon=2.35),
        said(3, occurred_at=NOW - 93 * DAY),
        said(4, revision=1),
    ) == [
        Judgement.ACCEPTED,
        Judgement.REPEATED,
        Judgement.CONFLICT,
        Judgement.CORRECTED,
        Judgement.WITHDRAWN,
        Judgement.OUTSIDE,
        Judgement.TOO_OLD,
        Judgement.HELD,
    ]
    assert owner.engine.outside == 1


def test_a_verdict_names_the_incident(owner: Owner) -> None:
    assert owner.judge([said(1)]).result(WITHIN_S) == [
        Verdict(judgement=Judgement.ACCEPTED, incident=incident_id("sbn:r1"))
    ]
    standing = owner.standing("sbn:r1")
    assert standing is not None
    assert (standing.revision, standing.counts, standing.incident, standing.seen_at) == (
        0, True, incident_id("sbn:r1"), None,
    )  # fmt: skip
    assert owner.standing("sbn:r9") is None


def test_positions_of_the_api_rise_whoever_asks_and_stand_in_the_journal_once(owner: Owner) -> None:
    futures = [owner.judge([said(number), said(number)]) for number in range(12)]
    assert all(future.result(WITHIN_S)[0].judgement is Judgement.ACCEPTED for future in futures)
    origins = [entry.origin for _, entry in owner.engine.journal.read() if entry.origin is not None]
    assert [origin.position for origin in origins if origin.stream == "api"] == list(range(1, 25))


def test_rows_of_a_file_are_judged_under_their_own_positions_and_again_they_are_repeats(owner: Owner) -> None:
    rows = [(said(number), Origin(stream="file:1", position=number)) for number in (1, 2)]
    first = owner.submit_and_judge(rows)
    again = owner.submit_and_judge(rows)
    assert [one.judgement for one in first] == [Judgement.ACCEPTED] * 2
    assert [one.judgement for one in again] == [Judgement.REPEATED] * 2
    assert owner.engine.journal.position("file:1") == 2


def test_whoever_opens_an_incident_has_seen_its_reports(owner: Owner) -> None:
    (verdict,) = owner.judge([said(1)]).result(WITHIN_S)
    assert verdict.incident is not None
    assert owner.see(verdict.incident, lambda _: False, Role.OPERATIONS).result(WITHIN_S) is None
    assert owner.see("i0", lambda _: True, Role.OPERATIONS).result(WITHIN_S) is None
    assert owner.see(verdict.incident, lambda one: one.reports == 1, Role.LEAD).result(WITHIN_S) == NOW
    assert owner.see(verdict.incident, lambda _: True, Role.OPERATIONS).result(WITHIN_S) == NOW
    looks = [entry.fact for _, entry in owner.engine.journal.read() if isinstance(entry.fact, Seen)]
    assert looks == [Seen(reports=("sbn:r1",), by=Role.LEAD, at=NOW)], "a second look adds nothing"
    standing = owner.standing("sbn:r1")
    assert standing is not None
    assert standing.seen_at == NOW


def test_in_virtual_time_what_people_say_has_the_desks_time() -> None:
    house = House()
    owner = Owner(house.engine, house.policy, now=lambda: NOW, clock=lambda: 0.0, virtual=True)
    owner.start()
    owner.submit([], NOW - 5 * MINUTE)
    assert owner.time() == NOW - 5 * MINUTE
    (verdict,) = owner.judge([said(1, received_at=owner.time())]).result(WITHIN_S)
    assert verdict.judgement is Judgement.ACCEPTED
    assert owner.desk_clock() == NOW - 5 * MINUTE, "it moves no clock"
    owner.stop(WITHIN_S)


def test_too_much_work_is_refused_at_once_and_nothing_of_it_is_written(owner: Owner) -> None:
    gate = Gate()
    owner.engine._kept._tell = gate
    waiting = [owner.judge([said(0)])]
    assert gate.reached.wait(WITHIN_S)
    waiting += [owner.judge([said(number)]) for number in range(1, WORK_MAX + 1)]
    with pytest.raises(DeskBusy, match="16 batches wait"):
        owner.judge([said(99)])
    gate.is_open.set()
    assert [future.result(WITHIN_S)[0].judgement for future in waiting] == [Judgement.ACCEPTED] * len(waiting)
    assert owner.standing("sbn:r99") is None


def test_an_entry_that_cannot_be_folded_is_left_out_and_its_verdict_says_so(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(desk: Desk, offset: int, entry: Entry) -> Judgement | None:
        if isinstance(entry.fact, Reported) and entry.fact.source_id == "r2":
            raise ZeroDivisionError
        return fold(desk, offset, entry)

    monkeypatch.setattr("streams.restore.fold", breaks)
    assert judged(owner, said(1), said(2, venue="lantern-yard"), said(3)) == [
        Judgement.REPEATED,
        Judgement.LEFT_OUT,
        Judgement.REPEATED,
    ]
    assert len(owner.engine.journal.skips()) == 1


def test_a_desk_that_is_over_says_so_at_once() -> None:
    owner, _ = moody()
    assert owner.stop(WITHIN_S)
    with pytest.raises(AreaStopped):
        owner.judge([said(1)])
    with pytest.raises(AreaStopped):
        owner.see("i0", lambda _: True, Role.LEAD)
