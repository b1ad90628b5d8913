"""The view in Redis: what a step costs, and how soon a follower has a delta after a projector began to put it."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Final

from api.redis_view.connection import connect
from api.redis_view.mirror import Mirror
from api.redis_view.writer import RedisView
from api.view import Published, Update
from schemas.command_line import wall
from schemas.picture import Kind
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.builders_services import started_redis

AREA: Final = "westminster"
TOPICS: Final = (f"{AREA}/operations", f"{AREA}/group", f"{AREA}/nightstars")
KEYS: Final = 50
RECORD: Final = "x" * 600
STEPS: Final = 300
SINGLE: Final = 3_000
TOPICS_MANY: Final = 1_000


def measure(work: Path) -> list[Figure]:
    """One run."""
    with started_redis(work, memory_mb=256) as redis, closing(connect(redis.url, "bench")) as server:
        view = RedisView(server, "live", AREA, new_run=lambda: os.urandom(8).hex())
        view.begin()
        view.put([_update(0, f"k{n}", (f"{AREA}/business/{n}",)) for n in range(TOPICS_MANY)])
        view.mark_whole()
        with _followed(redis.url, view) as heard:
            began = time.perf_counter()
            for step in range(1, STEPS):
                view.put([_update(step, f"k{n}", TOPICS[:1]) for n in range(KEYS)])
            step_us = (time.perf_counter() - began) / STEPS * 1e6
            began = time.perf_counter()
            for step in range(SINGLE):
                view.put([_update(STEPS + step, "one", TOPICS)])
            _until(heard, view)
            deltas_s = SINGLE * len(TOPICS) / (time.perf_counter() - began)
            heard.clear()
            sent = {}
            for step in range(400):
                sent[f"n{step}"] = time.perf_counter()
                view.put([_update(10_000 + step, f"n{step}", TOPICS[:1])])
                time.sleep(0.005)
            _until(heard, view)
        took_ms = sorted((heard[key] - at) * 1e3 for key, at in sent.items())
        booted = _boot(redis.url)
    cuts = quantiles(took_ms, n=100)
    return [
        _most(f"Redis: a step of {KEYS} keys", step_us, Unit.MICROSECONDS, 5_000.0, "600 bytes a record"),
        Figure(
            name="Redis: deltas to a follower", value=deltas_s, unit=Unit.ENTRIES_A_SECOND, sense=Sense.AT_LEAST,
            bound=1_000.0, note=f"records of one, to {len(TOPICS)} topics each",
        ),
        _most("Redis: put to follower, p50", cuts[49], Unit.MILLISECONDS, 5.0, "200 a second"),
        _most("Redis: put to follower, p99", cuts[98], Unit.MILLISECONDS, 50.0, "200 a second"),
        _most("Redis: a follower's start", booted, Unit.SECONDS, 2.0, f"{TOPICS_MANY} topics, a full stream"),
    ]  # fmt: skip


@contextmanager
def _followed(url: str, view: RedisView) -> Iterator[dict[str, float]]:
    """When each delta's newest key was heard; the number of the last delta under ''."""
    heard: dict[str, float] = {}

    def publish(deltas: Sequence[Published]) -> None:
        now = time.perf_counter()
        for delta in deltas:
            heard[delta.frame.partition(b'"incidents":{"')[2].partition(b'"')[0].decode()] = now
        heard[""] = mirror.number

    with closing(connect(url, "follower")) as server:
        mirror = Mirror(server, "live", AREA, now=wall, clock=time.monotonic)
        mirror.start(publish)
        while not mirror.is_shown:
            time.sleep(0.01)
        yield heard
        mirror.stop()


def _until(heard: dict[str, float], view: RedisView) -> None:
    while heard.get("", 0) < view.number():
        time.sleep(0.001)


def _boot(url: str) -> float:
    with closing(connect(url, "follower")) as server:
        mirror = Mirror(server, "live", AREA, now=wall, clock=time.monotonic)
        began = time.perf_counter()
        mirror.follow_once()
        return time.perf_counter() - began


def _update(offset: int, key: str, topics: Sequence[str]) -> Update:
    body = f'{{"id":"{key}","n":{offset},"pad":"{RECORD}"}}'.encode()
    return Update(kind=Kind.INCIDENTS, key=key, version=(offset, 0), shown=dict.fromkeys(topics, body))


def _most(name: str, value: float, unit: Unit, bound: float, note: str) -> Figure:
    return Figure(name=name, value=value, unit=unit, sense=Sense.AT_MOST, bound=bound, note=note)
