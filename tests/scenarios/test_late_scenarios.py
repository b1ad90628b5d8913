"""Late records and wrong clocks, drawn in time: they count where they belong, marked, and nothing is lost silently."""

from schemas.picture import IncidentStatus, Kind
from schemas.times import DAY
from schemas.verdicts import Judgement
from tests.builders_night import Night, call, correct, encounter, report, withdraw

SATURDAY = "2026-05-16"


def test_a_late_report_joins_every_window_it_still_belongs_to() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", happened="22:20"))
    night.wants("23:01", windows={"theft/15": 0, "theft/60": 1, "theft/180": 1, "theft/night": 1}).because(
        "it was 41 minutes ago"
    )
    night.wants("23:20", windows={"theft/60": 0, "theft/180": 1}).because(
        "an hour after it happened, not after it came"
    )
    (theft,) = night.incidents()
    assert theft.late
    assert theft.members[0].late
    assert night.summary().late == 1
    assert night.counted("sbn").late == 1


def test_fifteen_minutes_is_not_late_and_a_moment_more_is() -> None:
    night = Night(SATURDAY)
    night.at("23:15", report("theft", happened="23:00", id="on-time"))
    night.at("23:15:01", report("drugs", happened="23:00", id="late"))
    night.to("23:16")
    assert {one.category.value: one.late for one in night.incidents()} == {"theft": False, "drugs": True}


def test_a_late_witness_that_came_first_in_the_world_becomes_the_first_of_the_incident() -> None:
    night = Night(SATURDAY)
    night.at("23:10", report("serious_violence"))
    night.at("23:40", encounter("serious_violence", happened="23:05", metres_from=("blue-door", 20), id="e1"))
    night.wants("23:41", incidents=1, reports=2).because("what happened, not what came, is put in order")
    (fight,) = night.incidents()
    assert [one.source.value for one in fight.members] == ["nightstars", "sbn"]
    assert fight.members[0].late
    assert not fight.members[1].late
    assert fight.members[1].metres == 20


def test_an_incident_keeps_its_id_when_an_earlier_witness_comes_late() -> None:
    night = Night(SATURDAY)
    night.at("23:10", report("serious_violence"))
    night.at("23:40", encounter("serious_violence", happened="23:05"))
    before = night.to("23:11").incidents()[0].id
    assert night.to("23:41").incidents()[0].id == before


def test_after_the_nights_close_a_late_report_revises_night_and_record_but_not_the_live_picture() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.at("2026-05-17 12:00", report("serious_violence", happened="2026-05-16 23:30", venue="lantern-yard"))
    night.to("2026-05-17 06:01")
    closed = night.summary()
    assert (closed.status.value, closed.incidents, closed.revision) == ("closed", 1, 0)
    night.run.told.clear()
    night.wants("2026-05-17 12:01", incidents=0, windows={"violence/180": 0, "violence/night": 0}).because(
        "its night is over"
    )
    revised = night.summary()
    assert (revised.incidents, revised.reports, revised.late, revised.revision) == (2, 2, 1, 1)
    told = [one for one in night.run.told if one.kind is Kind.INCIDENTS]
    assert [(one.live, getattr(one.record, "status", None)) for one in told] == [(False, IncidentStatus.CLOSED)]


def test_a_withdrawal_after_the_close_revises_the_night() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.at("2026-05-18 10:00", withdraw(stolen))
    night.to("2026-05-18 10:01")
    revised = night.summary()
    assert (revised.incidents, revised.reports, revised.withdrawn, revised.revision) == (0, 0, 1, 1)


def test_a_late_report_counts_late_once_however_often_it_is_put_right_and_not_when_it_is_taken_back() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1", happened="22:20")
    night.at("23:00", stolen)
    night.at("23:05", correct(stolen, category="drugs"))
    night.at("23:10", withdraw(stolen, revision=2))
    assert (night.to("23:04").summary().reports, night.summary().late) == (1, 1)
    assert (night.to("23:06").summary().reports, night.summary().late) == (1, 1), "the same report, put right"
    assert (night.to("23:11").summary().reports, night.summary().late) == (0, 0), "there is no report"
    assert night.counted("sbn").late == 2, "the feed was late twice"


def test_what_is_older_than_the_policy_remembers_is_refused_and_counted() -> None:
    night = Night(SATURDAY)
    days = night.policy.remembered_days
    now = night.time("23:00")
    night.to("22:00")
    night.at_instant(now, report("theft", id="old"))
    night.to(now + days * DAY + 1)
    night.at_instant(now + days * DAY + 1, report("drugs", happened=f"{SATURDAY} 23:00"))
    night.wants(now + days * DAY + 1, incidents=0).because("92 days and a millisecond ago")
    assert night.refused("sbn", Judgement.TOO_OLD) == 1
    assert night.counted("sbn").accepted == 1


def test_what_is_just_as_old_as_the_policy_remembers_is_kept() -> None:
    night = Night(SATURDAY)
    later = night.time("23:00") + night.policy.remembered_days * DAY
    night.to(later)
    night.at_instant(later, report("drugs", happened=f"{SATURDAY} 23:00"))
    night.wants(later, incidents=0).because("its night is over; it stands in the record")
    assert night.refused("sbn", Judgement.TOO_OLD) == 0
    assert len(night.all_incidents()) == 1


def test_a_clock_more_than_two_minutes_ahead_counts_at_its_receipt_and_is_flagged() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", happened="23:02:01"))
    night.at("23:00", report("drugs", happened="23:02:00"))
    night.to("23:01")
    at = {one.category.value: (one.members[0].clock_wrong, one.at.strftime("%H:%M")) for one in night.incidents()}
    assert at == {"theft": (True, "22:00"), "drugs": (False, "22:02")}
    night.wants("23:15:00", windows={"theft/15": 0, "drugs/15": 1}).because("15 minutes from when each counts")


def test_an_incident_of_no_night_stays_twelve_hours() -> None:
    night = Night(SATURDAY, begins="2026-05-16 09:00")
    night.at("2026-05-16 12:00", call("fire"))
    night.wants("2026-05-16 23:59:59", incidents=1).because("a fire at noon belongs to no night")
    night.wants("2026-05-17 00:00", incidents=0).because("twelve hours are over")
    assert night.all_incidents()[0].night is None
    assert night.all_incidents()[0].status is IncidentStatus.CLOSED


def test_what_comes_within_a_past_nights_incident_joins_it() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence"))
    night.at("2026-05-17 12:00", encounter("serious_violence", happened=f"{SATURDAY} 23:05"))
    night.to("2026-05-17 12:01")
    assert [one.reports for one in night.all_incidents()] == [2]
    assert night.summary().incidents == 1
