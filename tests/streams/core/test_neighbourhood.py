"""Neighbourhoods: whom a change may touch, found by few looks however many stand in one place."""

import cProfile
import dataclasses
import pstats
from collections.abc import Iterable
from math import cos, radians
from random import Random

import pytest
from msgspec.structs import replace

from schemas.categories import Category
from schemas.distance import METRES_PER_DEGREE, metres_between
from schemas.feeds import Source
from schemas.journal import Reported
from schemas.times import HOUR, MINUTE, SECOND, Instant, from_rfc3339
from streams.core.fusion import Cluster, best_home, fused, linked
from streams.core.neighbourhood import Neighbourhood
from streams.core.rules import Rules
from streams.core.sightings import Sighting
from streams.core.timelines import Timelines
from tests.builders_night import westminster
from tests.simulation.run import Run

RULES = Rules(westminster().policy)
START: Instant = from_rfc3339("2026-05-16T22:00:00Z")
LOOKS_A_SIGHTING_MAX = 4
"""Distances worked out for each sighting of a neighbourhood, whenever one more comes: one for its home, and a few."""


def _told(name: str, at: Instant, metres: float = 0, east: float = 0, *, by: str = "") -> Reported:
    return Reported(
        source=Source.SBN,
        source_id=name,
        revision=0,
        reporter=by or f"venue:{name}",
        category=Category.SERIOUS_VIOLENCE,
        severity=1,
        at=at,
        occurred_at=at,
        received_at=at,
        lat=51.513 + metres / METRES_PER_DEGREE,
        lon=-0.131 + east / METRES_PER_DEGREE / 0.6224,
        cell="c",
    )


def _seen(name: str, minutes: float = 0, metres: float = 0, *, by: str = "") -> Sighting:
    return Sighting(f"sbn:{name}", _told(name, START + round(minutes * MINUTE), metres, by=by), late=False)


def _line(sightings: Iterable[Sighting]) -> Timelines:
    timelines = Timelines()
    for one in sightings:
        timelines.insert(one)
    return timelines


def _found(timelines: Timelines, seed: Sighting, rules: Rules = RULES) -> list[str]:
    near = Neighbourhood(timelines, lambda sighting: [sighting], rules)
    near.reach(seed)
    return [one.fact.source_id for one in near.sightings()]


def test_a_neighbourhood_reaches_along_a_chain_and_no_further() -> None:
    chain = [_seen(str(n), n * 10, n * 50) for n in range(5)]
    far = _seen("far", 120, 0)
    timelines = _line([*chain, far])
    assert _found(timelines, chain[2]) == ["0", "1", "2", "3", "4"]
    assert _found(timelines, far) == ["far"]


def test_the_members_of_one_incident_are_found_together_however_far_apart_an_older_policy_let_them_be() -> None:
    first, far, beside = _seen("first"), _seen("far", 1, 500), _seen("beside", 2, 560)
    first.incident = far.incident = "i"
    near = Neighbourhood(_line([first, far, beside]), lambda one: [first, far] if one.incident else [one], RULES)
    near.reach(first)
    assert near.sightings() == [first, far, beside]


def test_under_a_policy_by_which_nothing_fuses_everybody_is_alone() -> None:
    never = Rules(dataclasses.replace(westminster().policy, fusion=()))
    one, other = _seen("a"), _seen("b")
    assert _found(_line([one, other]), one, never) == ["a"]
    assert len(fused([one, other], never)) == 2


@pytest.mark.parametrize("lat", [0.0, 51.513, -69.9])
@pytest.mark.parametrize("seed", range(10))
def test_it_is_all_that_a_chain_of_links_joins_and_fuses_as_if_all_were_looked_at(seed: int, lat: float) -> None:
    random = Random(seed)  # noqa: S311 - drawn sightings, not secrets
    width, people = random.choice((40, 120, 400)), random.choice((2, 30))
    sightings = [
        _moved(_seen(str(n), random.randrange(60), by=f"by:{random.randrange(people)}"), random, lat, width)
        for n in range(80)
    ]
    wanted, frontier = {sightings[0]}, [sightings[0]]
    while frontier:
        one = frontier.pop()
        frontier += [other for other in sightings if other not in wanted and linked(one, other, RULES)]
        wanted.update(frontier)
    assert set(_found(_line(sightings), sightings[0])) == {one.fact.source_id for one in wanted}
    ordered = sorted(sightings, key=lambda one: one.order)
    assert [cluster.members for cluster in fused(ordered, RULES)] == _slowly_fused(ordered)


def _moved(sighting: Sighting, random: Random, lat: float, width: float) -> Sighting:
    north, east = (random.uniform(-width, width) / METRES_PER_DEGREE for _ in "ne")
    fact = replace(sighting.fact, lat=lat + north, lon=east / cos(radians(lat)))
    return Sighting(sighting.key, fact, late=False)


def _slowly_fused(ordered: list[Sighting]) -> list[list[Sighting]]:
    clusters: list[Cluster] = []
    for one in ordered:
        home = best_home(one, clusters, RULES)
        if home is None:
            clusters.append(Cluster(one))
        else:
            home.admit(one)
    return [cluster.members for cluster in clusters]


_CROWDS = {
    "different reporters at one door": [_told(str(n), START + n) for n in range(200)],
    "at two doors 80 metres apart": [_told(str(n), START + n, east=80 * (n % 2)) for n in range(200)],
    "one that reports and reports, and few others": [
        _told(str(n), START + n, by="" if n % 40 == 20 else "keen") for n in range(200)
    ],
    "spread over a square": [_told(str(n), START + n, n % 14 * 9, n * 5 % 13 * 9) for n in range(200)],
}


@pytest.mark.parametrize("crowd", _CROWDS.values(), ids=_CROWDS)
@pytest.mark.parametrize("order", ["latest first", "shuffled"])
def test_one_more_costs_a_few_looks_a_sighting_however_many_stand_near(crowd: list[Reported], order: str) -> None:
    arriving = crowd[::-1]
    if order == "shuffled":
        Random(7).shuffle(arriving)  # noqa: S311 - drawn order, not secrets
    run = Run(westminster().policy)
    run.tick(START + HOUR)
    most = LOOKS_A_SIGHTING_MAX * len(crowd) * len(crowd) // 2  # the n-th to come finds n, each of whom moves home
    with cProfile.Profile() as profile:
        for position, fact in enumerate(arriving, 1):
            run.hear(fact, "sbn", position)
    assert len(run.desk.reports.known) == len(crowd)
    assert 0 < _calls(profile) <= most


def test_in_the_order_in_which_things_happened_each_looks_at_first_members_alone() -> None:
    crowd = _CROWDS["different reporters at one door"]
    run = Run(westminster().policy)
    run.tick(START + HOUR)
    with cProfile.Profile() as profile:
        for position, fact in enumerate(crowd, 1):
            run.hear(fact, "sbn", position)
    assert _calls(profile) == len(crowd) - 1


def test_a_late_report_in_a_large_city_does_not_look_at_those_elsewhere() -> None:
    run = Run(westminster().policy)
    run.tick(START + HOUR)
    for n in range(300):
        run.hear(_told(str(n), START + n * SECOND, 200 * (n % 20), 200 * (n // 20)), "sbn", n + 1)
    with cProfile.Profile() as profile:
        run.hear(_told("late", START + 5 * SECOND, 10), "sbn", 1_000)
    assert 0 < _calls(profile) <= 5


def _calls(profile: cProfile.Profile) -> int:
    """How often a distance was worked out."""
    profile.create_stats()
    code = metres_between.__code__
    counted = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    key = (code.co_filename, code.co_firstlineno, code.co_name)
    return int(counted[key][1])
