"""`picture?at`: any moment of a 26-night record, and one with 26,000 live records, answered to operations over HTTP."""

import asyncio
import gc
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from fastapi import FastAPI

from api.app import create_app
from api.memory_view import MemoryView
from api.rates import Rates
from api.reads.sources import Sources
from api.record.record import Record, open_record
from api.record.rewind import Rewind
from schemas.audiences import Role
from schemas.picture import Change, Kind
from schemas.times import HOUR, NEVER, Instant, rfc3339
from tests.benchmarks.demo_record import FILE
from tests.benchmarks.figure import Clock, Figure, Sense, Unit
from tests.builders_auth import accounts
from tests.builders_http import site
from tests.builders_record import SATURDAY, incident, window

BOUND_MS: Final = 300.0
CROWDED_MS_MAX: Final = 600.0
"""Fifty times what a night has live: not promised to anybody, and watched so that it does not get out of hand."""
MOMENTS: Final = 200
LIVE_INCIDENTS: Final = 6_000
LIVE_WINDOWS: Final = 20_000
AREA: Final = "westminster"

Took = tuple[float, float]
"""Milliseconds by the clock, and of the processor."""


def measure(work: Path) -> list[Figure]:
    """Every half hour of all nights, from a record that was just opened; then the crowded one."""
    gc.set_threshold(50_000, 20, 50)  # as the product
    with TemporaryDirectory(dir=work) as folder, closing(open_record(work / FILE)) as record:
        took = _asked(Path(folder), record, _moments(record.history(AREA).rewind))
    with TemporaryDirectory(dir=work) as folder, closing(open_record(Path(folder) / "crowded.db")) as record:
        _crowd(record)
        crowded = _asked(Path(folder), record, [SATURDAY + HOUR] * 5)
    took_ms = sorted(wall for wall, _ in took)
    crowded_ms = max(cpu for _, cpu in crowded)
    return [
        _figure("picture?at, the slowest moment", took_ms[-1], BOUND_MS, f"{len(took_ms)} of 26 nights"),
        _figure("picture?at, the median", took_ms[len(took_ms) // 2], None, ""),
        _figure("picture?at, 26,000 live records", crowded_ms, CROWDED_MS_MAX, "the slowest of five", Clock.PROCESSOR),
    ]


def _moments(rewind: Rewind) -> list[Instant]:
    """Spread over the hours of all nights, the last first: nothing was read before it."""
    nights = [key for key, _ in rewind.over(Kind.NIGHT, until=NEVER)]
    told = [at for night in nights for at, _ in rewind.usual_so_far(night)]
    return [*told[:: max(1, len(told) // MOMENTS)], told[-1]]


def _crowd(record: Record) -> None:
    """As many live records as a replay without nights can have."""
    places = [(Kind.INCIDENTS, f"i{n}") for n in range(LIVE_INCIDENTS)]
    places += [(Kind.WINDOWS, f"w{n}") for n in range(LIVE_WINDOWS)]
    history = record.history(AREA)
    for start in range(0, len(places), 500):
        history.write([_change(start + n, *place) for n, place in enumerate(places[start : start + 500])], SATURDAY)


def _change(number: int, kind: Kind, key: str) -> Change:
    record = incident(key) if kind is Kind.INCIDENTS else window(number)
    return Change(kind=kind, key=key, offset=number, index=0, at=SATURDAY + number, record=record)


def _asked(folder: Path, record: Record, moments: Sequence[Instant]) -> list[Took]:
    """What each answer took."""
    house, rewind = accounts(folder), record.history(AREA).rewind
    view = MemoryView(lambda: "bench")
    sources = Sources(view=view, rewind=lambda: rewind, now=lambda: NEVER, is_shown=lambda: True)
    rates = Rates(count(step=10).__next__)  # nobody asks too often
    services = replace(site(house, folder / "pages").services, sources=sources, rates=rates)
    took = asyncio.run(_timed(create_app(services), house.key(Role.OPERATIONS), moments))
    house.close()
    return took


async def _timed(app: FastAPI, key: str, moments: Sequence[Instant]) -> list[Took]:
    return [await _ask(app, key, at) for at in moments]


async def _ask(app: FastAPI, key: str, at: Instant) -> Took:
    """One request without a socket; RuntimeError: it was refused."""
    status = 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        nonlocal status
        status = int(str(message.get("status", status)))

    headers = [(b"host", b"localhost:8000"), (b"authorization", f"Bearer {key}".encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/api/v1/picture", "raw_path": b"/api/v1/picture", "root_path": "", "headers": headers,
        "query_string": f"at={rfc3339(at)}".encode(), "client": ("127.0.0.1", 1), "server": ("localhost", 8000),
    }  # fmt: skip
    wall, cpu = time.perf_counter(), time.process_time()
    await app(scope, receive, send)  # type: ignore[arg-type]
    if status != 200:
        raise RuntimeError(f"picture?at={rfc3339(at)} was answered {status}")
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3


def _figure(name: str, value: float, bound: float | None, note: str, clock: Clock = Clock.WALL) -> Figure:
    unit, sense = Unit.MILLISECONDS, Sense.AT_MOST
    return Figure(name=name, value=value, unit=unit, sense=sense, bound=bound, clock=clock, note=note)
