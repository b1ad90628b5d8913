"""500 REST reads a second while the demo's night runs at sixty times the speed of the world: p99 <= 50 ms.

A request's time runs from when it was due, not from when it could be sent, so that one slow answer counts for all that
waited behind it.
"""

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import orjson

from api.auth.grants import Grant
from api.auth.keys import Keys
from api.record.kept import open_kept
from schemas.audiences import Role
from schemas.command_line import wall
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.builders_running import running

BOUND_MS: Final = 50.0
READS_A_SECOND: Final = 500
SECONDS: Final = 20
CONSOLES: Final = 50
"""Each with a key and a connection of its own."""
WARM_UP_S: Final = 2
ENOUGH_INCIDENTS: Final = 40
BEGINS_WITHIN_S: Final = 120.0
NIGHT: Final = "2026-05-16"

_MIX: Final = (
    *("/api/v1/incidents?limit=100",) * 6,
    *("/api/v1/incidents?category=theft", "/api/v1/incidents?bbox=-0.15,51.50,-0.12,51.52"),
    *("/api/v1/windows?span=60&limit=500",) * 3,
    *("/api/v1/feeds", "/api/v1/nights?status=open") * 2,
    *("/api/v1/incidents/{id}",) * 3,
    "/api/v1/config",
    f"/api/v1/incidents?night={NIGHT}&limit=100",
)
"""What consoles ask, in their shares; every other time with the validator of the answer before."""


@dataclass(slots=True)
class Console:
    """One connection: asks in turn, keeps validators, and notes how long each answer took since it was due."""

    key: str
    port: int
    ids: Sequence[str]
    took_ms: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    etags: dict[str, str] = field(default_factory=dict)

    async def run(self, first: int, began: float, every_s: float, count: int) -> None:
        """Ask `count` times, one each `every_s` seconds from `began` on."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for number in range(count):
            due = began + number * every_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            path = _MIX[(first + number) % len(_MIX)].format(id=self.ids[number % len(self.ids)])
            writer.write(self._request(path, with_etag=number % 2 == 0))
            status, etag = await _answer(reader)
            self.took_ms.append((time.perf_counter() - due) * 1e3)
            self.statuses.append(status)
            self.etags[path] = etag
        writer.close()
        await writer.wait_closed()

    def _request(self, path: str, *, with_etag: bool) -> bytes:
        known = f"If-None-Match: {self.etags[path]}\r\n" if with_etag and path in self.etags else ""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.key}\r\n"
        return f"{head}{known}\r\n".encode()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Status and validator; the body is read and let go."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    await reader.readexactly(int(headers.get("content-length", 0)))
    etag = next((line[6:] for line in lines if line.lower().startswith("etag: ")), "")
    return int(lines[0].split()[1]), etag


def measure(work: Path) -> list[Figure]:
    """A demo in a process of its own, and consoles in this one."""
    with TemporaryDirectory(dir=work) as folder, running(Path(folder) / "data", "--demo", "--seed", "7") as desk:
        desk.until_ready()
        keys = _keys(desk.data)
        ids = _ids_of_the_night(desk.port, keys[0])
        consoles = [Console(key=key, port=desk.port, ids=ids) for key in keys]
        asyncio.run(_all(consoles, WARM_UP_S))
        for console in consoles:
            console.took_ms.clear()
            console.statuses.clear()
        took_s = asyncio.run(_all(consoles, SECONDS))
    took = sorted(ms for console in consoles for ms in console.took_ms)
    statuses = [status for console in consoles for status in console.statuses]
    unasked = sum(status not in {200, 304} for status in statuses)
    unchanged = f"{len(took):,} reads, of which {100 * statuses.count(304) // len(statuses)} % were unchanged"
    return [
        _figure("REST reads at 500/s, p99", took[int(len(took) * 0.99)], BOUND_MS, unchanged),
        _figure("REST reads at 500/s, median", took[len(took) // 2], None, ""),
        Figure(
            name="REST reads refused or failed", value=unasked, unit=Unit.ONE, sense=Sense.AT_MOST, bound=0.0,
            note=f"{len(took) / took_s:.0f} a second were answered",
        ),
    ]  # fmt: skip


async def _all(consoles: Sequence[Console], seconds: int) -> float:
    every_s = len(consoles) / READS_A_SECOND
    began = time.perf_counter()
    await asyncio.gather(
        *(
            console.run(7 * number, began + every_s * number / len(consoles), every_s, round(seconds / every_s))
            for number, console in enumerate(consoles)
        )
    )
    return time.perf_counter() - began


def _keys(data: Path) -> list[str]:
    with closing(open_kept(data / "kept.db")) as kept:
        keys = Keys(kept, os.urandom)
        return [keys.add(Grant(role=Role.OPERATIONS), wall()) for _ in range(CONSOLES)]


def _ids_of_the_night(port: int, key: str) -> list[str]:
    """Once the past weeks are played and the night has begun. RuntimeError: it does not."""
    ends, turn = time.monotonic() + BEGINS_WITHIN_S, threading.Event()
    while time.monotonic() < ends:
        ids = _ids(port, key)
        if len(ids) >= ENOUGH_INCIDENTS:
            return ids
        turn.wait(0.5)
    raise RuntimeError(f"the demo's night has not begun within {BEGINS_WITHIN_S:.0f} s")


def _ids(port: int, key: str) -> list[str]:
    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET /api/v1/incidents HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        whole = await reader.read(-1)
        writer.close()
        await writer.wait_closed()
        return whole.partition(b"\r\n\r\n")[2]

    return [item["id"] for item in orjson.loads(asyncio.run(ask())).get("items", [])]


def _figure(name: str, value: float, bound: float | None, note: str) -> Figure:
    return Figure(name=name, value=value, unit=Unit.MILLISECONDS, sense=Sense.AT_MOST, bound=bound, note=note)
