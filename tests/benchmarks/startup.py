"""From exec to the first frame, caught up after a SIGKILL with 5,000 entries past the snapshot, and from SIGTERM to
the end; caches warm.

`python -m tests.benchmarks.startup` prints one JSON object, and ends with 1 when a bound is missed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from websockets.exceptions import InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from api.record.keeping import RecordKeeper
from ingest.feeding import Records
from schemas.command_line import wall
from schemas.realms import DEMO
from schemas.reference import load_area
from streams.embedded import Engine
from streams.folder import DataFolder
from streams.folder_run import FolderRun
from streams.restore import Told
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.builders_running import ROOT, environment, key_of, nightdesk
from tests.kill.harness import quiet_port
from tests.kill.oracles import demo_nights

START_S_MAX: Final = 3.0
STOP_S_MAX: Final = 5.0
PAST_THE_SNAPSHOT: Final = 5_000
BEFORE_THE_SNAPSHOT: Final = 2_000
SEED: Final = 7
WITHIN_S: Final = 60.0
_BATCH: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Seconds from exec to the first frame that a console gets and to the word that the desk is live, and from SIGTERM
    to the end.
    """

    frame_s: float
    caught_up_s: float
    stopped_s: float


def measure(work: Path) -> list[Figure]:
    """Both figures, on folders of their own in `work`."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        empty, killed = Path(folder) / "empty", Path(folder) / "killed"
        _started(Path(folder) / "warm")
        first = _started(empty)
        subprocess.run([sys.executable, "-m", "tests.benchmarks.startup", "build", str(killed)], cwd=ROOT, check=False)
        again = _started(killed)
    return [
        _figure("exec to first frame", first.frame_s, START_S_MAX),
        _figure("exec to caught up, 5,000 entries past", again.caught_up_s, START_S_MAX),
        _figure("SIGTERM to the end", max(first.stopped_s, again.stopped_s), STOP_S_MAX),
    ]


def build(path: Path) -> None:
    """A demo's folder whose process was killed so many entries after its last snapshot; does not return."""
    area = load_area()
    with ExitStack() as stack:
        folder = stack.enter_context(DataFolder(path, realm=DEMO.name, area=area.id, now=wall()))
        run = stack.enter_context(FolderRun(folder))
        keeper = RecordKeeper(folder.record, area.id, wall, journal_end=run.journal.end)
        record = stack.enter_context(closing(keeper))
        engine = run.engine(area, lambda changes: Told(record.write(changes).value), time.monotonic)
        engine.open(area.policy, tell_all=record.needs_all)
        records = [one for night in demo_nights(area, SEED) for one in night.records]
        rest = _play(engine, records, BEFORE_THE_SNAPSHOT)
        engine.snapshot()
        later = Engine(
            area, run.journal, None, tell=lambda changes: Told(record.write(changes).value), clock=time.monotonic
        )
        later.open(area.policy)
        _play(later, rest, run.journal.end + PAST_THE_SNAPSHOT)
        os.kill(os.getpid(), signal.SIGKILL)


def _play(engine: Engine, records: Records, until_end: int) -> Records:
    """Play until the journal is so long; what is left of the records."""
    for start in range(0, len(records), _BATCH):
        if engine.journal.end >= until_end:
            return records[start:]
        engine.play(records[start : start + _BATCH])
    raise ValueError(f"the demo has too few records: the journal ends at {engine.journal.end}, not {until_end}")


def _started(data: Path) -> Life:
    key, port = key_of(data), quiet_port()
    command = [*nightdesk("up"), "--demo", "--seed", str(SEED), "--data", str(data), "--port", str(port)]
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment({"PYTHONDONTWRITEBYTECODE": ""}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            with _line(port, key, process) as line:
                line.send(orjson.dumps({"op": "subscribe", "topic": "westminster/operations"}).decode())
                frame = _next(line)
                frame_s = time.perf_counter() - began
                while frame.get("desk") != "live":
                    frame = _next(line)
                caught_up_s = time.perf_counter() - began
        finally:
            began = time.perf_counter()
            process.send_signal(signal.SIGTERM)
            process.communicate()
    return Life(frame_s=frame_s, caught_up_s=caught_up_s, stopped_s=time.perf_counter() - began)


def _line(port: int, key: str, process: "subprocess.Popen[bytes]") -> ClientConnection:
    """A console that knocks until it is let in."""
    ends, turn = time.monotonic() + WITHIN_S, threading.Event()
    headers = {"Authorization": f"Bearer {key}"}
    while time.monotonic() < ends and process.poll() is None:
        with suppress(OSError, InvalidHandshake):
            return connect(f"ws://127.0.0.1:{port + 1}/live", additional_headers=headers, proxy=None, compression=None)
        turn.wait(0.01)
    raise RuntimeError("nightdesk up let nobody in")


def _next(line: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = orjson.loads(line.recv(timeout=WITHIN_S))
    return frame


def _figure(name: str, value: float, bound: float) -> Figure:
    return Figure(name=name, value=value, unit=Unit.SECONDS, sense=Sense.AT_MOST, bound=bound)


def main(argv: list[str]) -> int:
    """Measure and print, or build a folder."""
    if argv[:1] == ["build"]:
        build(Path(argv[1]))
    with tempfile.TemporaryDirectory(prefix="nightdesk-startup-") as work:
        figures = measure(Path(work))
    print(orjson.dumps(figures).decode())
    return 0 if all(figure.passed for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
