"""Corrections and withdrawals, drawn in time: what was put right counts, and only that."""

from dataclasses import replace

from schemas.picture import Kind
from schemas.times import DAY
from schemas.verdicts import Judgement
from streams.core.corrections import HELD_A_REPORT_MAX
from tests.builders_night import Night, correct, encounter, report, withdraw

SATURDAY = "2026-05-16"


def test_a_corrected_category_moves_the_incident_to_the_other_group() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.at("23:05", correct(stolen, category="serious_violence"))
    night.wants("23:01", windows={"theft/60": 1, "violence/60": 0}).because("a theft was told")
    night.wants("23:06", incidents=1, windows={"theft/60": 0, "violence/60": 1}).because("it was robbery by force")
    assert night.incidents()[0].members[0].revision == 1


def test_a_corrected_place_takes_the_report_out_of_the_incident() -> None:
    night = Night(SATURDAY)
    seen = encounter("serious_violence", id="e1")
    night.at("23:00", report("serious_violence"))
    night.at("23:01", seen)
    night.at("23:10", correct(seen, metres_from=("blue-door", 300)))
    night.wants("23:02", incidents=1).because("the same street, it seemed")
    night.wants("23:11", incidents=2).because("it was another street")


def test_a_corrected_place_brings_two_incidents_together() -> None:
    night = Night(SATURDAY)
    seen = encounter("serious_violence", metres_from=("blue-door", 300), id="e1")
    night.at("23:00", report("serious_violence"))
    night.at("23:01", seen)
    night.at("23:10", correct(seen, metres_from=("blue-door", 10)))
    night.wants("23:02", incidents=2).because("300 metres apart")
    night.wants("23:11", incidents=1, reports=2).because("it was at the door")


def test_a_corrected_time_takes_the_incident_out_of_the_short_window() -> None:
    night = Night(SATURDAY)
    drugged = report("spiking", id="r1")
    night.at("23:00", drugged)
    night.at("23:05", correct(drugged, happened="22:40"))
    night.wants("23:04", windows={"person_in_need/15": 1, "person_in_need/60": 1}).because("told as just now")
    night.wants("23:06", windows={"person_in_need/15": 0, "person_in_need/60": 1}).because("it was 25 minutes ago")


def test_taking_the_first_witness_away_leaves_the_incident_to_the_second_at_its_place() -> None:
    night = Night(SATURDAY)
    first = report("serious_violence", id="r1")
    night.at("23:00", first)
    night.at("23:03", encounter("serious_violence", metres_from=("blue-door", 50), id="e1"))
    night.at("23:10", withdraw(first))
    (before,) = night.to("23:04").incidents()
    (after,) = night.to("23:11").incidents()
    assert [one.id for one in after.members] == ["nightstars:e1:0"]
    assert after.lat != before.lat
    assert after.id != before.id, "an incident's id is that of its first member, who is gone"


def test_two_that_hung_together_only_by_the_first_fall_apart_when_it_is_withdrawn() -> None:
    night = Night(SATURDAY)
    middle = report("serious_violence", id="r1")
    night.at("23:00", middle)
    night.at("23:01", encounter("serious_violence", metres_from=("blue-door", 60)))
    night.at("23:02", encounter("serious_violence", metres_from=("blue-door", -60), team="mayfair"))
    night.at("23:10", withdraw(middle))
    night.wants("23:03", incidents=1, reports=3).because("both are within 75 m of the first")
    night.wants("23:11", incidents=2, reports=2).because("120 m lie between them")


def test_a_correction_before_its_original_is_held_and_then_counts_alone() -> None:
    night = Night(SATURDAY)
    original = report("theft", id="r1")
    night.at("23:00", correct(original, category="drugs", happened="22:59"))
    night.at("23:02", original)
    night.wants("23:01", incidents=0).because("a correction of nothing waits")
    assert night.counted("sbn").held == 1
    night.wants("23:03", incidents=1, categories=("drugs",)).because("the correction was what counts all along")


def test_a_withdrawal_before_its_original_leaves_nothing() -> None:
    night = Night(SATURDAY)
    original = report("theft", id="r1")
    night.at("23:00", withdraw(original))
    night.at("23:02", original)
    night.wants("23:03", incidents=0, windows={"theft/60": 0}).because("it was taken back before it came")


def test_a_withdrawn_report_leaves_picture_windows_and_night() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.at("23:10", withdraw(stolen))
    night.wants("23:01", incidents=1, windows={"theft/60": 1, "theft/night": 1}).because("a theft was told")
    night.wants("23:11", incidents=0, windows={"theft/60": 0, "theft/night": 0}).because("it was none")
    summary = night.summary()
    assert (summary.incidents, summary.reports, summary.withdrawn) == (0, 0, 1)


def test_a_withdrawn_report_that_is_reinstated_counts_again() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.at("23:10", withdraw(stolen))
    night.at("23:20", correct(withdraw(stolen), happened="23:00"))
    night.wants("23:21", incidents=1, reports=1, windows={"theft/60": 1}).because("the third word is the last")
    assert night.summary().reports == 1


def test_an_older_revision_that_comes_after_a_newer_one_changes_nothing() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.at("23:10", correct(stolen, revision=3, category="drugs"))
    night.at("23:12", correct(stolen, revision=2, category="damage"))
    night.at("23:13", correct(stolen, revision=2, category="damage"))
    night.wants("23:14", incidents=1, categories=("drugs",)).because("revision 3 stands")
    assert night.counted("sbn").duplicates == 1, "the second telling of revision 2 is a repeat"


def test_a_correction_of_severity_alone_keeps_incident_and_counts() -> None:
    night = Night(SATURDAY)
    hit = report("serious_violence", id="r1", severity=2)
    night.at("23:00", hit)
    night.at("23:05", correct(hit, severity=4, happened="23:00"))
    (before,) = night.to("23:04").incidents()
    (after,) = night.to("23:06").incidents()
    assert (before.severity, after.severity, after.id) == (2, 4, before.id)
    assert night.count("violence") == 1
    assert night.summary().corrected == 1


def test_a_correction_from_one_night_to_the_next_takes_its_report_along() -> None:
    night = Night("2026-05-15")
    told = report("theft", id="r1", happened="2026-05-15 23:00")
    night.at("2026-05-15 23:00", told)
    moved = correct(told, happened="2026-05-16 21:00")
    night.at("2026-05-16 21:30", moved)
    night.to("2026-05-16 21:31")
    assert [night.summary(day).incidents for day in ("2026-05-15", "2026-05-16")] == [0, 1]
    assert [night.summary(day).reports for day in ("2026-05-15", "2026-05-16")] == [0, 1]
    night.at("2026-05-16 21:40", withdraw(moved))
    night.to("2026-05-16 21:41")
    assert [night.summary(day).reports for day in ("2026-05-15", "2026-05-16")] == [0, 0]


def test_a_business_that_sends_its_report_twice_has_told_once() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.at("23:01", stolen)
    night.wants("23:02", incidents=1, reports=1).because("the same report")
    counted = night.counted("sbn")
    assert (counted.accepted, counted.duplicates) == (1, 1)
    assert night.summary().reports == 1


def test_a_transport_repeat_changes_nothing_at_all() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.wants("23:01", incidents=1).because("a theft")
    night.at("23:02", report("theft", venue="lantern-yard"))
    night.to("23:02")
    before = night.run.shown()
    night.repeat_last()
    assert night.run.drain() == []
    assert night.run.shown() == before
    counted = night.counted("sbn")
    assert (counted.accepted, counted.duplicates) == (2, 0), "it is not even a business repeat"


def test_what_is_taken_back_is_told_as_gone() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.at("23:10", withdraw(stolen))
    night.to("23:09")
    night.run.told.clear()
    night.to("23:10:05")
    gone = {(one.kind, one.key.split("/")[-1]) for one in night.run.told if one.record is None}
    assert (Kind.WINDOWS, "60") in gone
    assert (Kind.WINDOWS, "night") in gone
    assert any(kind is Kind.INCIDENTS for kind, _ in gone)


def test_a_witness_who_saw_something_else_after_all_leaves_the_incident() -> None:
    night = Night(SATURDAY)
    seen = encounter("serious_violence", id="e1")
    night.at("23:00", report("serious_violence"))
    night.at("23:01", seen)
    night.at("23:05", correct(seen, category="theft", happened="23:01"))
    night.wants("23:06", incidents=2, windows={"violence/60": 1, "theft/60": 1}).because("a theft is not a fight")


def test_of_revisions_that_wait_for_their_original_the_lowest_give_way() -> None:
    night = Night(SATURDAY)
    original = report("theft", id="r1")
    for revision in range(1, HELD_A_REPORT_MAX + 3):
        night.at("23:00", correct(original, revision=revision, category="drugs", happened="22:59"))
    night.at("23:02", original)
    night.to("23:01")
    (waiting,) = night.run.desk.reports.held.values()
    assert [told.revision for told in waiting] == list(range(3, HELD_A_REPORT_MAX + 3))
    night.wants("23:03", incidents=1, categories=("drugs",)).because("the newest of them counts")
    assert night.run.desk.reports.held == {}


def test_a_report_that_was_withdrawn_and_reinstated_is_forgotten_with_its_incident() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.at("23:10", withdraw(stolen))
    night.at("23:20", correct(withdraw(stolen), happened="23:00"))
    days = night.policy.remembered_days
    night.to(night.time("23:00") + (days - 7) * DAY)
    assert list(night.run.desk.reports.known) == ["sbn:r1"]
    night.to(night.time("23:00") + (days + 14) * DAY)
    assert night.run.desk.reports.known == {}
    assert night.run.desk.incidents.known == {}


def test_another_report_under_the_same_id_is_a_conflict_and_the_first_stands() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", id="r1", body="stolen bag"))
    night.at("23:01", report("theft", id="r1", body="stolen bag"))
    night.at("23:02", report("drugs", id="r1", body="drugs in the yard"))
    night.wants("23:03", categories=("theft",)).because("who says another thing must use another id")
    assert night.refused("sbn", Judgement.CONFLICT) == 1
    assert night.counted("sbn").duplicates == 1


def test_a_body_that_nobody_gave_is_no_conflict() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", id="r1"))
    night.at("23:01", report("drugs", id="r1", body="drugs in the yard"))
    night.at("23:02", report("drugs", id="r2", body="drugs in the yard"))
    night.at("23:03", report("theft", id="r2"))
    night.to("23:04")
    assert night.counted("sbn").duplicates == 2
    assert night.refused("sbn", Judgement.CONFLICT) == 0


def test_each_revision_has_its_own_body_and_a_crash_forgets_none() -> None:
    night = Night(SATURDAY)
    first = report("theft", id="r1", body="a bag")
    night.at("23:00", first)
    night.at("23:01", replace(correct(first, severity=3), body="two bags"))
    night.to("23:02")
    night.run.crash()
    night.at("23:03", replace(first, body="a coat"))
    night.at("23:04", replace(correct(first, severity=3), body="three bags"))
    night.to("23:05")
    assert night.refused("sbn", Judgement.CONFLICT) == 2


def test_a_revision_that_waits_for_its_original_has_its_body_too() -> None:
    night = Night(SATURDAY)
    first = report("theft", id="r1", body="a bag")
    waits = replace(correct(first, severity=3), body="two bags")
    night.at("23:00", waits)
    night.at("23:01", waits)
    night.at("23:02", replace(waits, body="three bags"))
    night.at("23:03", first)
    night.at("23:04", replace(waits, body="four bags"))
    night.to("23:05")
    assert (night.counted("sbn").duplicates, night.refused("sbn", Judgement.CONFLICT)) == (1, 2)
    assert [one.severity for one in night.incidents()] == [3]
