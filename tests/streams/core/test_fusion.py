"""Fusion's own rules, on sightings alone: order, ties, and the line in which they stand."""

from msgspec.structs import replace

from schemas.categories import Category
from schemas.distance import METRES_PER_DEGREE
from schemas.feeds import Source
from schemas.journal import Reported
from schemas.times import HOUR, MINUTE, Instant, from_rfc3339
from streams.core.fusion import Cluster, fused, linked
from streams.core.rules import Rules
from streams.core.sightings import Sighting
from streams.core.timelines import Timelines
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


def _at(name: str, lat: float, lon: float) -> Sighting:
    return Sighting(f"sbn:{name}", replace(_seen(name).fact, lat=lat, lon=lon), late=False)


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
    assert linked(first, second, RULES)
    assert linked(second, first, RULES)
    later = _seen("c", 15.001, 0)
    assert not linked(first, later, RULES)
    assert not linked(later, first, RULES)
    assert not linked(first, _seen("d", by=first.reporter), RULES), "of one reporter"


def test_sightings_of_two_families_are_never_one_cluster() -> None:
    assert _names([_seen("a"), _seen("b", category=Category.THEFT), _seen("c", category=Category.WEAPON)]) == [
        ["a", "c"],
        ["b"],
    ]


def test_what_lies_on_either_side_of_the_equator_or_of_greenwich_is_as_near_as_elsewhere() -> None:
    for lat, lon in ((0.0, 0.0), (-33.9, 151.2), (69.9, -0.00001)):
        west, east = _at("a", lat - 1e-4, lon - 1e-4), _at("b", lat + 1e-4, lon + 1e-4)
        assert [len(cluster.members) for cluster in fused([west, east], RULES)] == [2], (lat, lon)


def test_a_cluster_knows_its_reporters_also_when_a_snapshot_put_them_in() -> None:
    cluster = Cluster(_seen("a"))
    assert (cluster.has("venue:a"), cluster.has("venue:b")) == (True, False)
    cluster.members.append(_seen("b"))
    assert cluster.has("venue:b")
    cluster.admit(_seen("c"))
    assert (cluster.has("venue:c"), cluster.has("venue:d")) == (True, False)


def test_what_was_taken_out_is_no_longer_in_the_line() -> None:
    timelines = Timelines()
    one, other = _seen("a"), _seen("b", 1)
    timelines.insert(other)
    timelines.insert(one)
    timelines.remove(other)
    assert timelines.between(one.family, START, START + HOUR) == [one]
    assert timelines.is_last(one, RULES.longest_fusion)


def test_a_sighting_is_last_when_nothing_within_reach_follows_it() -> None:
    timelines = Timelines()
    one = _seen("a")
    timelines.insert(one)
    timelines.insert(_seen("late", 31))
    assert timelines.is_last(one, RULES.longest_fusion)
    timelines.insert(_seen("soon", 30))
    assert not timelines.is_last(one, RULES.longest_fusion)
