"""Reports posted at 100 a second, from the sending to the frame at each of 100 consoles: p50 <= 25, p99 <= 100 ms.

The desk has one core to itself; who posts and all consoles share the other, and one clock.
"""

import asyncio
import os
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from tempfile import mkdtemp
from typing import Final

import httpx
import psutil

from api.auth.grants import Grant
from api.auth.keys import Keys
from api.record.kept import open_kept
from schemas.audiences import Role
from schemas.reference import load_area
from tests.benchmarks.consoles import Consoles, Shown
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.builders_running import ROOT, environment, nightdesk
from tests.kill.harness import quiet_port

RATE: Final = 100
CONSOLES: Final = 100
KEYS: Final = 6
WARM_UP: Final = 300
MEASURED: Final = 1_500
P50_MS_MAX: Final = 25.0
P99_MS_MAX: Final = 100.0
WITHIN_S: Final = 20.0
_TURN_S: Final = 0.05


def measure(work: Path) -> list[Figure]:
    """One desk, one warm-up, one run."""
    data, port, cores = Path(mkdtemp(dir=work)), quiet_port(), sorted(os.sched_getaffinity(0))
    with closing(open_kept(data / "kept.db")) as kept:
        keys = [Keys(kept, os.urandom).add(Grant(role=Role.OPERATIONS), 0) for _ in range(KEYS)]
    command = [*nightdesk("up"), "--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL) as process:
        try:
            psutil.Process(process.pid).cpu_affinity(cores[:1])
            os.sched_setaffinity(0, cores[-1:])
            return asyncio.run(_measured(port, keys))
        finally:
            os.sched_setaffinity(0, cores)
            process.send_signal(signal.SIGTERM)


async def _measured(port: int, keys: list[str]) -> list[Figure]:
    loop, sent, answers = asyncio.get_running_loop(), dict[int, float](), list[int]()
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10, limits=limits
    ) as http:
        await _until_ready(http)
        venues = sorted(load_area().venues)
        with Consoles(port + 1, keys[0], CONSOLES) as consoles:
            began, tasks = loop.time() + 0.5, []
            for number in range(WARM_UP + MEASURED):
                await asyncio.sleep(max(0.0, began + number / RATE - loop.time()))
                post = _post(http, number, keys[number % KEYS], venues[number % len(venues)], sent)
                tasks.append(asyncio.create_task(post))
            answers = list(await asyncio.gather(*tasks))
            return _figures(consoles.shown(len(sent)), sent, answers)


async def _post(http: httpx.AsyncClient, number: int, key: str, venue: str, sent: dict[int, float]) -> int:
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"00000000-0000-4000-8000-{number:012}"}
    sent[number] = time.monotonic()
    answer = await http.post(
        "/api/v1/reports", headers=headers, json={"category": "theft", "severity": 2, "venue": venue, "words": "A bag."}
    )
    return answer.status_code


async def _until_ready(http: httpx.AsyncClient) -> None:
    ends = time.monotonic() + WITHIN_S
    while time.monotonic() < ends:
        try:
            if (await http.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(_TURN_S)
    raise TimeoutError(f"the desk was not ready within {WITHIN_S:.0f} s")


def _figures(shown: Shown, sent: dict[int, float], answers: list[int]) -> list[Figure]:
    measured = range(WARM_UP, WARM_UP + MEASURED)
    took = [1_000 * (console[n] - sent[n]) for console in shown for n in measured if n in console]
    lost = len(measured) * len(shown) - len(took)
    cut = quantiles(took, n=100) if took else [float("inf")] * 99
    note = f"{RATE}/s to {len(shown)} consoles, most {max(took, default=0):.0f} ms"
    return [
        _at_most("report to frame, p50", cut[49], P50_MS_MAX, note),
        _at_most("report to frame, p99", cut[98], P99_MS_MAX, ""),
        _none("reports that no console was shown", lost),
        _none("reports not answered 201", sum(status != 201 for status in answers)),
    ]


def _at_most(name: str, value: float, bound: float, note: str) -> Figure:
    return Figure(name=name, value=value, unit=Unit.MILLISECONDS, sense=Sense.AT_MOST, bound=bound, note=note)


def _none(name: str, value: int) -> Figure:
    return Figure(name=name, value=float(value), unit=Unit.ONE, sense=Sense.AT_MOST, bound=0.0)
