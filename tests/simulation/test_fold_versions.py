"""What fold version 1 makes of three crowded nights, for ever: a change of the code that changes results needs another.

The nights are drawn from seeds: reports in any order, corrected and withdrawn, before and after the close, under two
policies, near and far. Not only the digest is held fast, but which keys were told at which version.
"""

from hashlib import sha256
from random import Random

import orjson
import pytest
from msgspec.structs import replace

from schemas.categories import Category
from schemas.distance import METRES_PER_DEGREE
from schemas.feeds import Source
from schemas.journal import Reported, Withdrawn
from schemas.times import HOUR, MINUTE, Instant, from_rfc3339
from streams.core.desk import FOLD_VERSION
from streams.core.digest import digest
from tests.simulation.drawn import CLOSER, POLICY
from tests.simulation.run import Run

OPENS: Instant = from_rfc3339("2026-05-16T17:00:00Z")
_CATEGORIES = (
    *[Category.SERIOUS_VIOLENCE] * 4,
    Category.PUBLIC_ORDER,
    Category.THEFT,
    Category.FIRE,
    Category.HIDDEN_HARM,
)


def _report(random: Random, number: int, width_m: int, people: int) -> Reported:
    source = random.choice((Source.SBN, Source.SBN, Source.NIGHTSTARS, Source.LFB))
    at = OPENS + random.randrange(180) * MINUTE
    north, east = random.randrange(width_m), random.randrange(width_m)
    return Reported(
        source=source,
        source_id=f"r{number}",
        revision=0,
        reporter="lfb" if source is Source.LFB else f"by:{random.randrange(people)}",
        category=random.choice(_CATEGORIES),
        severity=random.randint(1, 4),
        at=at,
        occurred_at=at,
        received_at=at,
        lat=51.513 + north / METRES_PER_DEGREE,
        lon=-0.131 + east / METRES_PER_DEGREE,
        ward="W1" if north * 2 < width_m else "W2",
        cell=f"c{north // 50}",
    )


def _put_right(random: Random, told: Reported) -> Reported | Withdrawn:
    revision = random.randint(1, 3)
    if random.random() < 0.3:
        return Withdrawn(source=told.source, source_id=told.source_id, revision=revision, received_at=told.received_at)
    at = told.at + random.choice((-20, 0, 0, 5)) * MINUTE
    return replace(told, revision=revision, at=at, category=random.choice((told.category, *_CATEGORIES)))


def _lived(seed: int) -> Run:
    random = Random(seed)  # noqa: S311 - drawn nights, not secrets
    width_m, people = random.choice((60, 200, 800)), random.choice((4, 40))
    run = Run(POLICY)
    run.tick(OPENS)
    said: list[Reported] = []
    for number in range(300):
        if number % 10 == 0:
            run.tick(run.desk.clock + random.choice((1, 10, 60)) * MINUTE)
            run.drain()
        if number in {150, 200}:
            run.adopt(CLOSER if number == 150 else POLICY)
        if said and random.random() < 0.25:
            run.hear(_put_right(random, random.choice(said)), "s", number + 1)
        else:
            said.append(_report(random, number, width_m, people))
            run.hear(said[-1], "s", number + 1)
    run.tick(OPENS + 30 * HOUR)
    run.drain()
    return run


@pytest.mark.parametrize(
    ("seed", "picture", "versions"),
    [
        (1, "9c6effc46eee8c60", "792d7bcc3327bc2b"),
        (4, "006145113b441a7d", "25634204e3ad007a"),
        (6, "7f1e0a3a3de6263c", "f6a721993b2b17a2"),
    ],
)
def test_a_crowded_night_comes_to_what_it_always_came_to(seed: int, picture: str, versions: str) -> None:
    assert FOLD_VERSION == 1, "results of another version: keep these for the journals that have the first"
    run = _lived(seed)
    told = orjson.dumps([(one.kind, one.key, one.offset, one.index, one.live) for one in run.told])
    assert (digest(run.desk)[:16], sha256(told).hexdigest()[:16]) == (picture, versions)
