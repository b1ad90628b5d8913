"""Fusion, drawn in time: which reports are one incident, and what it goes by."""

import pytest

from schemas.categories import Category
from schemas.feeds import Source
from tests.builders_night import Night, call, encounter, report, trigger, withdraw

SATURDAY = "2026-05-16"


def test_a_second_assault_at_the_same_door_is_a_second_incident() -> None:
    night = Night(SATURDAY)
    night.at("23:10", report("serious_violence", venue="blue-door"))
    night.at("23:11", encounter("serious_violence", metres_from=("blue-door", 20)))
    night.at("23:48", report("serious_violence", venue="blue-door"))
    night.wants("23:12", incidents=1, reports=2).because("two witnesses, one fight")
    night.wants("23:49", incidents=2, reports=3).because("38 minutes apart: somebody else is hurt")


def test_a_team_that_comes_while_a_second_fight_begins_joins_the_fight_it_is_within_reach_of() -> None:
    night = Night(SATURDAY)
    night.at("23:10", report("serious_violence", venue="blue-door"))
    night.at("23:26", report("serious_violence", venue="blue-door"))
    night.at("23:27", encounter("serious_violence"))
    night.wants("23:28", incidents=2, reports=3).because("the first fight was 17 minutes ago")
    assert [one.reports for one in night.incidents()] == [1, 2]


@pytest.mark.parametrize(
    ("category", "metres", "minutes"),
    [
        ("serious_violence", 75, 15),
        ("sexual_assault", 75, 15),
        ("spiking", 75, 15),
        ("vulnerable_person", 75, 15),
        ("harassment", 75, 15),
        ("public_order", 75, 15),
        ("theft", 30, 10),
        ("drugs", 30, 10),
        ("asb", 30, 10),
        ("suspicious_behaviour", 30, 10),
        ("hidden_harm", 30, 10),
    ],
)
class TestLimits:
    """Each distance class, just inside and just outside."""

    def test_at_the_limit_of_metres_and_minutes_it_is_one(self, category: str, metres: int, minutes: int) -> None:
        night = Night(SATURDAY)
        night.at("23:00", report(category, venue="blue-door"))
        night.at(f"23:{minutes}", encounter(category, metres_from=("blue-door", metres - 0.1)))
        night.wants("23:30", incidents=1, reports=2).because("within both limits of the policy")
        (member, other) = night.incidents()[0].members
        assert (member.metres, member.seconds) == (0, 0)
        assert (other.metres, other.seconds) == (metres, minutes * 60)

    def test_a_step_further_it_is_two(self, category: str, metres: int, minutes: int) -> None:
        night = Night(SATURDAY)
        night.at("23:00", report(category, venue="blue-door"))
        night.at(f"23:{minutes}", encounter(category, metres_from=("blue-door", metres + 0.1)))
        night.wants("23:30", incidents=2).because("too far away")

    def test_a_moment_later_it_is_two(self, category: str, metres: int, minutes: int) -> None:
        night = Night(SATURDAY)
        night.at("23:00", report(category, venue="blue-door"))
        night.at_instant(night.time(f"23:{minutes}") + 1, encounter(category))
        night.wants("23:30", incidents=2).because("a millisecond past the limit")


@pytest.mark.parametrize(("metres", "at", "incidents"), [(99.9, "23:30", 1), (100.1, "23:30", 2), (0, "23:30:01", 2)])
def test_fires_are_one_within_a_hundred_metres_and_half_an_hour(metres: float, at: str, incidents: int) -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("fire"))
    night.at(at, call("automatic_fire_alarm", metres_from=("blue-door", metres)))
    night.wants("23:59", incidents=incidents).because("the fire group has one rule, whatever the urgency")


def test_the_category_of_the_first_report_gives_the_limits() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.at("23:05", encounter("theft_from_person", metres_from=("blue-door", 40)))
    night.at("23:06", encounter("serious_violence", metres_from=("blue-door", 40), team="mayfair"))
    night.wants("23:07", incidents=3).because("30 metres for theft, and violence is another group")


def test_the_same_reporter_never_fuses_with_itself() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft", id="one"), report("theft", id="two"))
    night.at("23:01", encounter("theft"))
    night.wants("23:02", incidents=2, reports=3).because("a venue that says it twice tells of two thefts")


def test_a_reporter_already_in_an_incident_does_not_join_it_again_through_another() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence"))
    night.at("23:01", encounter("serious_violence"))
    night.at("23:02", report("serious_violence"))
    night.wants("23:03", incidents=2, reports=3).because("the venue is a witness of the first already")
    assert [one.reports for one in night.incidents()] == [2, 1]


def test_calls_of_the_fire_brigade_never_fuse_with_each_other() -> None:
    night = Night(SATURDAY)
    night.at("23:00", call("fire"), call("fire"))
    night.at("23:01", report("fire"))
    night.wants("23:02", incidents=2, reports=3).because("the brigade numbers its own incidents")
    assert sorted(one.reports for one in night.incidents()) == [1, 2]


def test_a_fight_that_three_sources_see_is_one_incident_with_its_reasons_kept() -> None:
    night = Night(SATURDAY)
    night.at("23:10", report("public_order", venue="blue-door", severity=2))
    night.at("23:12", report("serious_violence", venue="lantern-yard", severity=4))
    night.at("23:15", encounter("violence_against_staff", metres_from=("blue-door", 50)))
    night.wants("23:16", incidents=1, reports=3).because("three witnesses of one group within 75 m and 15 min")
    (fight,) = night.incidents()
    assert fight.category is Category.SERIOUS_VIOLENCE, "the most harmful category names it"
    assert fight.severity == 4
    assert fight.sources == (Source.SBN, Source.NIGHTSTARS)
    assert fight.reporters == ("venue:blue-door", "venue:lantern-yard", "team:soho")
    assert [one.metres for one in fight.members] == [0, 21, 50]
    assert [one.seconds for one in fight.members] == [0, 120, 300]
    assert (fight.limit_m, fight.limit_s) == (75, 900)


def test_the_first_of_equal_harm_names_the_incident() -> None:
    night = Night(SATURDAY)
    night.at("23:10", report("theft"))
    night.at("23:11", encounter("theft", severity=4))
    night.wants("23:12", incidents=1, categories=("theft",)).because("both say theft")


def test_protective_categories_fuse_only_with_their_own() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("suspicious_behaviour"))
    night.at("23:01", encounter("other"))
    night.at("23:02", encounter("suspicious_behaviour", team="mayfair"))
    night.at("23:03", report("hidden_harm", venue="lantern-yard"))
    night.at("23:04", encounter("vulnerable_person"))
    night.wants("23:05", incidents=4, reports=5).because("else one record would mix what few may see with the rest")
    assert sorted(one.reports for one in night.incidents()) == [1, 1, 1, 2]


def test_the_nearest_of_two_incidents_takes_the_witness() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence", metres_from=("blue-door", 0)))
    night.at("23:01", report("serious_violence", metres_from=("blue-door", 80), venue="lantern-yard"))
    night.at("23:02", encounter("serious_violence", metres_from=("blue-door", 50)))
    night.wants("23:03", incidents=2, reports=3).because("30 m from the second, 50 m from the first")
    assert [one.reports for one in night.incidents()] == [1, 2]


def test_distances_are_from_the_first_report_and_do_not_chain() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence"))
    night.at("23:01", encounter("serious_violence", metres_from=("blue-door", 60)))
    night.at("23:02", encounter("serious_violence", metres_from=("blue-door", 120), team="mayfair"))
    night.wants("23:03", incidents=2, reports=3).because("a crowd of chained witnesses is not one incident")


def test_one_camera_never_fuses_with_itself_and_never_with_a_report_of_another_group() -> None:
    night = Night(SATURDAY)
    night.at("23:00", trigger("pall-mall", 90), trigger("pall-mall", 91))
    night.wants("23:01", incidents=2, categories=("noise", "noise")).because("one camera is one witness")


def test_when_the_only_other_witness_takes_it_back_one_remains() -> None:
    night = Night(SATURDAY)
    seen = encounter("serious_violence", id="e1")
    night.at("23:10", report("serious_violence"))
    night.at("23:11", seen)
    night.at("23:20", withdraw(seen))
    night.wants("23:12", incidents=1, reports=2).because("both saw it")
    night.wants("23:21", incidents=1, reports=1).because("fusion is taken back with the witness")
