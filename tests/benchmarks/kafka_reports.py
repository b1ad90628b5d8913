"""Reports on the Kafka engine, 100 a second, from the sending to the frame at 1,000 consoles: p50 <= 80, p99 <= 250 ms.

Each report is an incident of its own, so that a frame weighs what happened since the last one.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import product
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import aiohttp

from api.auth.grants import Grant
from api.auth.keys import Keys
from api.record.kept import open_kept
from api.record.place import place_of
from deploy.local.broker import FAST_TO_START
from schemas.area import Area
from schemas.audiences import Role
from schemas.geo import Places
from schemas.reference import load_area
from tests.benchmarks.consoles import Consoles, Shown
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.benchmarks.kafka_engine import EXERCISE, Engine, engine

RATE: Final = 100
CONSOLES: Final = 1_000
KEYS: Final = 6
WARM_UP: Final = 1_500
MEASURED: Final = 1_500
P50_MS_MAX: Final = 80.0
P99_MS_MAX: Final = 250.0
WITHIN_S: Final = 30.0
MIDDLE: Final = "blue-door"
CATEGORIES: Final = ("theft", "drugs", "noise")
_APART: Final = 0.00045
Body = dict[str, Any]


def measure(work: Path) -> list[Figure]:
    """One engine, one warm-up, one run."""
    with engine(work, jvm=FAST_TO_START) as running:
        running.topics(EXERCISE)
        keys = _keys(running)
        running.starts_all(EXERCISE)
        before = {role: one.cpu_s for role, one in running.roles.items()}
        figures = asyncio.run(_measured(running, keys))
        busy = ", ".join(f"{role} {one.cpu_s - before[role]:.1f} s" for role, one in running.roles.items())
        return [*figures, _none("processes that ended", _ended(running), f"processor time: {busy}")]


def _keys(running: Engine) -> list[str]:
    data = Path(running.environ["NIGHTDESK_DATA"])
    data.mkdir()
    place = place_of(running.environ["NIGHTDESK_RECORD"] or None, EXERCISE.name, data / "kept.db")
    with closing(open_kept(place)) as kept:
        return [Keys(kept, os.urandom).add(Grant(role=Role.OPERATIONS), 0) for _ in range(KEYS)]


def bodies(area: Area, number: int) -> list[Body]:
    """Reports that no two witnesses share: positions apart, then other categories."""
    places, venues = Places(area), sorted(area.venues.values(), key=lambda venue: venue.id)
    venue = area.venues[MIDDLE]
    steps = [step * _APART for step in range(-20, 20)]
    positions = [(venue.lat + north, venue.lon + 1.6 * east) for north, east in product(steps, steps)]
    inside = [at for at in positions if places.place(*at).inside]
    found = [
        {
            "category": category,
            "severity": 2,
            "venue": venue.id,
            "position": {"lat": lat, "lon": lon},
            "words": "A bag.",
        }
        for category, (lat, lon) in product(CATEGORIES, inside)
    ]
    assert len(found) >= number, f"{len(found)} places are too few"
    return [body | {"venue": venues[n % len(venues)].id} for n, body in enumerate(found[:number])]


async def _measured(running: Engine, keys: Sequence[str]) -> list[Figure]:
    loop, sent, said = asyncio.get_running_loop(), dict[int, float](), bodies(load_area(), WARM_UP + MEASURED)
    url, limit = f"http://127.0.0.1:{running.roles['api'].port}", aiohttp.ClientTimeout(WITHIN_S)
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(url, timeout=limit, connector=connector) as http:
        with Consoles(running.roles["push"].port, keys[0], CONSOLES) as consoles:
            began, tasks = loop.time() + 1.0, []
            for number, body in enumerate(said):
                await asyncio.sleep(max(0.0, began + number / RATE - loop.time()))
                tasks.append(asyncio.create_task(_post(http, number, keys[number % KEYS], body, sent)))
            answers = await asyncio.gather(*tasks)
            return _figures(consoles.shown(len(sent)), sent, answers)


async def _post(
    http: aiohttp.ClientSession, number: int, key: str, body: Body, sent: dict[int, float]
) -> tuple[int, float]:
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"00000000-0000-4000-8000-{number:012}"}
    sent[number] = time.monotonic()
    async with http.post("/api/v1/reports", headers=headers, json=body) as answer:
        await answer.read()
        return answer.status, time.monotonic()


def _figures(shown: Shown, sent: dict[int, float], answers: Sequence[tuple[int, float]]) -> list[Figure]:
    measured = range(WARM_UP, WARM_UP + MEASURED)
    took = [1_000 * (console[n] - sent[n]) for console in shown for n in measured if n in console]
    answered = sorted(1_000 * (answers[n][1] - sent[n]) for n in measured)
    cut = quantiles(took, n=100) if took else [float("inf")] * 99
    note = f"{RATE}/s to {len(shown)} consoles, most {max(took, default=0):.0f} ms"
    beside = f"answered after {answered[len(answered) // 2]:.0f} ms, p50"
    return [
        _at_most("report to frame, p50", cut[49], P50_MS_MAX, note),
        _at_most("report to frame, p99", cut[98], P99_MS_MAX, beside),
        _none("reports that no console was shown", len(measured) * len(shown) - len(took)),
        _none("reports not answered 201", sum(status != 201 for status, _ in answers), _statuses(answers)),
    ]


def _statuses(answers: Sequence[tuple[int, float]]) -> str:
    return ", ".join(f"{status}: {number:,}" for status, number in sorted(Counter(s for s, _ in answers).items()))


def _ended(running: Engine) -> int:
    return sum(one.process is None or one.process.poll() is not None for one in running.roles.values())


def _at_most(name: str, value: float, bound: float, note: str) -> Figure:
    return Figure(name=name, value=value, unit=Unit.MILLISECONDS, sense=Sense.AT_MOST, bound=bound, note=note)


def _none(name: str, value: int, note: str = "") -> Figure:
    return Figure(name=name, value=float(value), unit=Unit.ONE, sense=Sense.AT_MOST, bound=0.0, note=note)
