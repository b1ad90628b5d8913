"""Who has looked, drawn in time: a report is seen once and for ever, an incident when all of its reports are."""

from schemas.picture import Incident, Kind
from schemas.times import moment
from streams.core.records import record_of
from streams.restore import current
from tests.builders_night import Night, correct, encounter, report, withdraw

SATURDAY = "2026-05-16"


def _seen(night: Night) -> list[str | None]:
    """When each incident of the live picture was seen, as local times."""
    return [None if one.seen_at is None else one.seen_at.strftime("%H:%M") for one in night.incidents()]


def _members(night: Night) -> dict[str, str | None]:
    members = [member for one in night.incidents() for member in one.members]
    return {one.id: None if one.seen_at is None else one.seen_at.strftime("%H:%M") for one in members}


def test_a_report_is_unseen_until_somebody_opens_its_incident() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", id="r1"))
    night.looks("23:02", "sbn:r1")
    night.to("23:01")
    assert _seen(night) == [None]
    night.to("23:02")
    assert _seen(night) == ["22:02"]
    assert night.run.told[-1].kind is Kind.INCIDENTS


def test_the_first_look_stands() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", id="r1"))
    night.looks("23:02", "sbn:r1")
    night.looks("23:30", "sbn:r1", "sbn:r1")
    night.to("23:29")
    told = len(night.run.told)
    night.to("23:30")
    assert _seen(night) == ["22:02"]
    assert [one for one in night.run.told[told:] if one.kind is Kind.INCIDENTS] == [], "nothing new is told"


def test_a_second_witness_makes_the_incident_unseen_again() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence", id="r1"))
    night.looks("23:01", "sbn:r1")
    night.at("23:02", encounter("serious_violence", id="e1"))
    night.to("23:03")
    assert _seen(night) == [None]
    assert _members(night) == {"sbn:r1:0": "22:01", "nightstars:e1:0": None}
    night.looks("23:04", "sbn:r1", "nightstars:e1")
    night.to("23:04")
    assert _seen(night) == ["22:04"], "the last of its reports to be seen"


def test_what_was_seen_stays_seen_when_it_is_corrected_moved_and_taken_back() -> None:
    night = Night(SATURDAY)
    first = report("theft", id="r1")
    moved = correct(first, metres_from=("blue-door", 100), category="drugs")
    night.at("23:00", first)
    night.looks("23:01", "sbn:r1")
    night.at("23:05", moved)
    night.to("23:05")
    assert _members(night) == {"sbn:r1:1": "22:01"}
    night.at("23:06", withdraw(moved))
    night.at("23:07", correct(moved, revision=3))
    night.to("23:07")
    assert _members(night) == {"sbn:r1:3": "22:01"}


def test_a_report_that_was_taken_back_can_still_be_seen() -> None:
    night = Night(SATURDAY)
    first = report("theft", id="r1")
    night.at("23:00", first)
    night.at("23:01", withdraw(first))
    night.looks("23:02", "sbn:r1")
    night.to("23:02")
    standing = night.run.desk.reports.standing("sbn:r1")
    assert standing is not None
    assert (standing.counts, standing.incident, standing.seen_at) == (False, None, night.time("23:02"))


def test_a_look_at_a_report_that_nobody_knows_is_nothing() -> None:
    night = Night(SATURDAY)
    night.looks("23:00", "sbn:r1")
    night.at("23:01", report("theft", id="r1"))
    night.to("23:02")
    assert _seen(night) == [None]


def test_a_look_after_the_night_is_told_and_kept() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", id="r1"))
    night.looks("09:00", "sbn:r1")
    night.to("09:00")
    assert night.incidents() == [], "it has left the live picture"
    told = night.run.told[-1]
    assert isinstance(told.record, Incident)
    assert (told.live, told.record.seen_at) == (False, moment(night.time("09:00")))


def test_a_crash_forgets_no_look() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", id="r1"))
    night.looks("23:02", "sbn:r1")
    night.to("23:03")
    shown = night.run.shown()
    night.run.crash()
    assert night.run.shown() == shown
    assert _seen(night) == ["22:02"]
    (incident,) = (one.record for one in current(night.run.desk) if one.kind is Kind.INCIDENTS)
    assert incident == record_of(night.run.desk, Kind.INCIDENTS, night.incidents()[0].id)
