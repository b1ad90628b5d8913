"""The compiled policy: which dated rule is in force at an instant."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.categories import GROUP_OF, URGENCY_OF, Category, Urgency
from schemas.policy import CameraThreshold, FusionRule, HarmWeight
from schemas.times import MINUTE, Instant, from_rfc3339
from streams.core.rules import FAMILY_OF, Rules
from tests.builders_night import westminster

POLICY = westminster().policy
NOW: Instant = from_rfc3339("2026-05-16T22:00:00Z")


def test_every_category_has_limits_of_fusion() -> None:
    rules = Rules(POLICY)
    for category in Category:
        metres, within = rules.fusion_limits(category, NOW)
        assert metres > 0
        assert within > 0
    assert rules.fusion_limits(Category.FIRE, NOW) == (100, 30 * MINUTE)
    assert rules.fusion_limits(Category.SPIKING, NOW) == (75, 15 * MINUTE)
    assert rules.longest_fusion == 30 * MINUTE


def test_a_rule_is_in_force_from_its_local_midnight() -> None:
    later = FusionRule(since=date(2026, 5, 16), urgency=Urgency.OTHER, metres=5, minutes=1)
    rules = Rules(replace(POLICY, fusion=(later, *POLICY.fusion)))
    midnight = from_rfc3339("2026-05-15T23:00:00Z")
    assert rules.fusion_limits(Category.THEFT, midnight - 1) == (30, 10 * MINUTE)
    assert rules.fusion_limits(Category.THEFT, midnight) == (5, MINUTE)


def test_before_the_first_rule_nothing_fuses() -> None:
    rules = Rules(replace(POLICY, fusion=tuple(replace(one, since=date(2030, 1, 1)) for one in POLICY.fusion)))
    _, within = rules.fusion_limits(Category.THEFT, NOW)
    assert within < 0, "not even two at the same instant"


def test_a_weight_of_harm_is_dated_and_nought_where_the_policy_is_silent() -> None:
    weights = (
        HarmWeight(since=date(2026, 1, 1), category=Category.THEFT, weight=7),
        HarmWeight(since=date(2026, 6, 1), category=Category.THEFT, weight=9),
    )
    rules = Rules(replace(POLICY, harm=weights))
    assert rules.harm_weight(Category.THEFT, NOW) == 7
    assert rules.harm_weight(Category.THEFT, from_rfc3339("2026-05-31T23:00:00Z")) == 9
    assert rules.harm_weight(Category.DRUGS, NOW) == 0


@pytest.mark.parametrize(
    ("at", "threshold"),
    [
        ("2022-01-31T23:59:59Z", None),
        ("2022-02-01T00:00:00Z", 80.0),
        ("2026-05-16T22:59:59Z", 80.0),
        ("2026-05-16T23:00:00Z", None),
    ],
)
def test_an_order_is_in_force_until_the_end_of_its_last_local_day(at: str, threshold: float | None) -> None:
    order = CameraThreshold(since=date(2022, 2, 1), until=date(2026, 5, 16), camera="mall", threshold_db=80.0)
    rules = Rules(replace(POLICY, cameras=(order,)))
    assert rules.threshold_db("mall", from_rfc3339(at)) == threshold
    assert rules.threshold_db("another", from_rfc3339(at)) is None


def test_families_are_the_groups_but_for_protective_categories() -> None:
    for category in Category:
        if URGENCY_OF[category] is Urgency.PROTECTIVE:
            assert FAMILY_OF[category] == category.value
            assert list(FAMILY_OF.values()).count(FAMILY_OF[category]) == 1
        else:
            assert FAMILY_OF[category] == GROUP_OF[category].value
