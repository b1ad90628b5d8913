"""A demo night under SIGKILL: started, killed at seeded moments and started again, while consoles listen."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Final

from tests.builders_running import ROOT, environment, key_of, nightdesk
from tests.kill.consoles import Console, followed

TURN_S: Final = 0.002
WITHIN_S: Final = 60.0


class Moment(StrEnum):
    """When a process is killed."""

    START = "start"
    """Within the first second: imports, opening the files, restore."""
    RESTORE = "restore"
    """Within a tenth of a second after it said that it started: while the desk is restored, or just after."""
    HISTORY = "history"
    """While the journal grows fast: the past nights of a first start, or what a restart takes up."""
    SNAPSHOT = "snapshot"
    """When the file of the snapshots is being written."""
    NIGHT = "night"
    """Some seconds into its life."""
    STOPPING = "stopping"
    """Within half a second after SIGTERM: in the last batch, the last snapshot, the closing of files."""


class Desk:
    """One data folder, one port, and the process that lives there now."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.data = folder / "data"
        self.port = quiet_port()
        self.key = key_of(self.data)
        self.process: subprocess.Popen[bytes] | None = None
        self._options = options
        self._log = folder / "output.txt"

    def start(self) -> None:
        """A new process on the folder."""
        assert self.process is None
        command = [*nightdesk("up"), "--data", str(self.data), "--port", str(self.port), *self._options]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment(), stdout=log, stderr=log, start_new_session=True
            )

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait for something that is seen from outside; fails when the process ends instead, or it does not come."""
        ends = time.monotonic() + WITHIN_S
        while not is_so():
            assert self.process is not None
            assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.output()}"
            assert time.monotonic() < ends, f"not within {WITHIN_S:.0f} s: {what}\n{self.output()}"
            await asyncio.sleep(TURN_S)

    async def kill(self) -> None:
        """SIGKILL, and gone."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait)
        self.process = None

    async def stop(self) -> int:
        """SIGTERM: its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(self.process.wait, WITHIN_S)
        self.process = None
        return code

    def output(self) -> str:
        """What its processes printed, the newest last."""
        return self._log.read_text()[-4_000:]

    def starts(self) -> int:
        """How many processes have said that they started."""
        log = self.data / "log"
        return log.read_text().count(" started: realm ") if log.exists() else 0

    def written(self, name: str) -> tuple[int, int]:
        """Something that changes whenever a file of the folder, or its log, is written."""
        paths = (self.data / name, self.data / f"{name}-wal")
        stats = [path.stat() for path in paths if path.exists()]
        return sum(stat.st_size for stat in stats), sum(stat.st_mtime_ns for stat in stats)


def quiet_port() -> int:
    """A port that is free, the next too, and that no client is ever given: one that knocks on a dead desk's door
    within the range of client ports can be given that very port, and holds it.
    """
    for port in secrets.SystemRandom().sample(range(10_000, 30_000), 1_000):
        with socket.socket() as one, socket.socket() as two, suppress(OSError):
            one.bind(("127.0.0.1", port))
            two.bind(("127.0.0.1", port + 1))
            return port
    raise RuntimeError("no two free ports from 10,000 to 30,000")


def drawn() -> Random:
    """The moments of this run, from a seed that is printed: pytest shows it when the test fails."""
    seed = int(os.environ.get("NIGHTDESK_TEST_KILL_SEED") or secrets.randbelow(1_000_000))
    print(f"NIGHTDESK_TEST_KILL_SEED={seed} draws these moments again")  # noqa: T201
    return Random(seed)  # noqa: S311 - nothing secret


async def kill_at(desk: Desk, moment: Moment, rng: Random) -> None:
    """Start a process and kill it at a moment of its life."""
    starts, snapshots = desk.starts(), desk.written("snapshots.db")
    journal, _ = desk.written("journal.db")
    desk.start()
    match moment:
        case Moment.START:
            await asyncio.sleep(rng.uniform(0.0, 1.0))
        case Moment.RESTORE:
            await desk.until(lambda: desk.starts() > starts, "start")
            await asyncio.sleep(rng.uniform(0.0, 0.1))
        case Moment.HISTORY:
            grown = journal + rng.randrange(20_000, 400_000)
            await desk.until(lambda: desk.written("journal.db")[0] >= grown, "a growing journal")
        case Moment.SNAPSHOT:
            await desk.until(lambda: desk.written("snapshots.db") != snapshots, "a snapshot")
            await asyncio.sleep(rng.uniform(0.0, 0.01))
        case Moment.NIGHT:
            await desk.until(lambda: desk.starts() > starts, "start")
            await asyncio.sleep(rng.uniform(0.3, 2.0))
        case Moment.STOPPING:
            await desk.until(lambda: desk.starts() > starts, "start")
            await asyncio.sleep(rng.uniform(0.2, 1.0))
            assert desk.process is not None
            desk.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(rng.uniform(0.0, 0.5))
    await desk.kill()


@dataclass(slots=True, kw_only=True)
class Survived:
    """What is left when the night is over: the folder, and the consoles' pictures at the end."""

    data: Path
    stopped_with: int
    fresh: Console
    consoles: list[Console]
    kills: list[Moment] = field(default_factory=list)


async def survive(desk: Desk, moments: Sequence[Moment], *, closed: str, rng: Random) -> Survived:
    """Live through all these kills and then until the desk's clock is past `closed` (RFC 3339); then stop it."""
    port = desk.port + 1
    constant = [Console(port, desk.key), Console(port, desk.key)]
    consoles = [*constant, *(Console(port, desk.key, Random(number)) for number in range(3))]  # noqa: S311
    async with followed(consoles) as following:
        for moment in moments:
            await kill_at(desk, moment, rng)
        desk.start()
        await _or_fail(constant[0].until_at(closed), following, 180)
        fresh = Console(port, desk.key)
        async with followed([fresh]) as also:
            for console in consoles:
                console.stay()
            await _or_fail(_all_as_far(consoles, fresh), [*following, *also], 30)
            for console in (*consoles, fresh):
                console.finish()
            code = await desk.stop()
            await _or_fail(asyncio.gather(*following, *also), [], 30)
    return Survived(data=desk.data, stopped_with=code, fresh=fresh, consoles=consoles, kills=list(moments))


async def _all_as_far(consoles: Sequence[Console], fresh: Console) -> None:
    while fresh.picture.e is None:
        await asyncio.sleep(TURN_S)
    for console in consoles:
        await console.until(fresh.picture.e, fresh.picture.s)


async def _or_fail(waiting: Awaitable[object], following: Sequence[asyncio.Task[None]], seconds: float) -> None:
    """Wait for it; a console that fails meanwhile fails the test at once."""
    wanted = asyncio.create_task(_awaited(waiting))
    done, _ = await asyncio.wait([wanted, *following], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if wanted not in done:
        wanted.cancel()
        for ended in done:
            ended.result()
        raise AssertionError(f"not within {seconds:.0f} s")
    wanted.result()


async def _awaited(waiting: Awaitable[object]) -> None:
    await waiting
