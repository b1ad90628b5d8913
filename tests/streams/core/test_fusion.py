"""Fusion's own rules, on sightings alone: order, ties and neighbourhoods."""

from schemas.categories import Category
from schemas.distance import METRES_PER_DEGREE
from schemas.feeds import Source
from schemas.journal import Reported
from schemas.times import MINUTE, Instant, from_rfc3339
from streams.core.fusion import Timelines, fused, linked, neighbourhood
from streams.core.rules import Rules
from streams.core.sightings import Sighting
from tests.builders_night import westminster

RULES = Rules(westminster().policy)
START: Instant = from_rfc3339("2026-05-16T22:00:00Z")


def _seen(
    name: str, minutes: float = 0, metres: float = 0, *, by: str = "", category: Category = Category.SERIOUS_VIOLENCE
) -> Sighting:
    at = START + round(minutes * MINUTE)
    fact = Reported(
        source=Source.SBN,
        source_id=name,
        reporter=by or f"venue:{name}",
        category=category,
        severity=1,
        at=at,
        occurred_at=at,
        received_at=at,
        lat=51.5 + metres / METRES_PER_DEGREE,
        lon=-0.13,
        cell="c",
    )
    return Sighting(f"sbn:{name}", fact, late=False)


def _names(sightings: list[Sighting]) -> list[list[str]]:
    ordered = sorted(sightings, key=lambda one: one.order)
    return [[member.fact.source_id for member in cluster.members] for cluster in fused(ordered, RULES)]


def test_of_two_anchors_the_nearer_takes_it_then_the_later_then_the_first_by_id() -> None:
    near = [_seen("a", 0, 0, by="x"), _seen("b", 0, 60, by="x"), _seen("c", 1, 40)]
    assert _names(near) == [["a"], ["b", "c"]]
    same_distance = [_seen("a", 0, 0, by="x"), _seen("b", 2, 0, by="x"), _seen("c", 3, 30)]
    assert _names(same_distance) == [["a"], ["b", "c"]], "30 metres from both: the later is nearer in time"
    same_time = [_seen("a", 0, 0, by="x"), _seen("b", 0, 0, by="x"), _seen("c", 3, 30)]
    assert _names(same_time) == [["a", "c"], ["b"]], "the first by id"


def test_a_link_is_the_same_from_either_side_and_decided_by_the_earlier() -> None:
    first, second = _seen("a", 0, 0), _seen("b", 15, 75, category=Category.PUBLIC_ORDER)
    assert linked(first, second, RULES) == linked(second, first, RULES) == (75.0, 15 * MINUTE)


def test_sightings_of_two_families_are_never_one_cluster() -> None:
    assert _names([_seen("a"), _seen("b", category=Category.THEFT), _seen("c", category=Category.WEAPON)]) == [
        ["a", "c"],
        ["b"],
    ]


def test_a_neighbourhood_reaches_along_a_chain_and_no_further() -> None:
    chain = [_seen(str(n), n * 10, n * 50) for n in range(5)]
    far = _seen("far", 120, 0)
    timelines = Timelines()
    for one in (*chain, far):
        timelines.insert(one)
    found = neighbourhood([chain[2]], timelines, RULES)
    assert [one.fact.source_id for one in found] == ["0", "1", "2", "3", "4"]
    assert [one.fact.source_id for one in neighbourhood([far], timelines, RULES)] == ["far"]


def test_what_was_taken_out_is_no_neighbour() -> None:
    timelines = Timelines()
    one, other = _seen("a"), _seen("b", 1)
    timelines.insert(other)
    timelines.insert(one)
    timelines.remove(other)
    assert [found.key for found in neighbourhood([one], timelines, RULES)] == ["sbn:a"]
    assert timelines.is_last(one, RULES.longest_fusion)


def test_a_sighting_is_last_when_nothing_within_reach_follows_it() -> None:
    timelines = Timelines()
    one = _seen("a")
    timelines.insert(one)
    timelines.insert(_seen("late", 31))
    assert timelines.is_last(one, RULES.longest_fusion)
    timelines.insert(_seen("soon", 30))
    assert not timelines.is_last(one, RULES.longest_fusion)
