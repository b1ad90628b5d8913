"""`up --engine kafka --demo` from exec to the first frame that a console gets: at most 20 s on an empty data folder;
and from SIGTERM to the end: at most 5 s.

Jars and class archive are there, as after the first start on a machine; databases are made on the way.
"""

import os
import signal
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import orjson
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import connect

from api.auth.grants import Grant
from api.auth.keys import Keys
from api.record.errors import RecordError
from api.record.kept import open_kept
from api.record.place import place_of
from deploy.local.class_archive import class_archive
from deploy.local.jars import fetch_jars
from deploy.local.java import find_java
from deploy.local.postgres import LocalPostgres, PostgresRefused
from schemas.audiences import Role
from schemas.realms import DEMO
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.builders_running import ROOT, environment, nightdesk
from tests.builders_services import JARS
from tests.kill.harness import quiet_port

START_S_MAX: Final = 20.0
STOP_S_MAX: Final = 5.0
WITHIN_S: Final = 90.0
_TURN_S: Final = 0.05
_ASK: Final = orjson.dumps({"op": "subscribe", "topic": "westminster/operations"}).decode()


def measure(_work: Path) -> list[Figure]:
    """A first start, then one more on what it left, both from exec."""
    fetch_jars(JARS)
    class_archive(JARS, find_java(os.environ))
    with tempfile.TemporaryDirectory(prefix="nightdesk-up-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        (first_s, stopped_s), (again_s, again_stopped_s) = _started(data), _started(data)
    return [
        _figure("up --engine kafka to first frame, empty folder", first_s, START_S_MAX),
        _figure("and started again", again_s, START_S_MAX),
        _figure("SIGTERM to the end", max(stopped_s, again_stopped_s), STOP_S_MAX),
    ]


def _started(data: Path) -> tuple[float, float]:
    """Seconds to the first frame, and from SIGTERM to the end."""
    port = quiet_port()
    command = [*nightdesk("up"), "--engine", "kafka", "--demo", "--data", str(data), "--port", str(port)]
    environ = environment({"NIGHTDESK_KAFKA_JARS": str(JARS), "PYTHONDONTWRITEBYTECODE": ""})
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as up:
        try:
            _first_frame(port + 1, _key(data))
            frame_s = time.perf_counter() - began
        finally:
            began = time.perf_counter()
            up.send_signal(signal.SIGTERM)
            up.wait(WITHIN_S)
    return frame_s, time.perf_counter() - began


def _key(data: Path) -> str:
    """A key for operations, put where the desk keeps them as soon as that is there."""
    ends = time.monotonic() + WITHIN_S
    while time.monotonic() < ends:
        with suppress(OSError, ValueError, KeyError, RecordError, PostgresRefused):
            place = place_of(_record(data), DEMO.name, data / "kept.db")
            with closing(open_kept(place)) as kept:
                return Keys(kept, os.urandom).add(Grant(role=Role.OPERATIONS), 0)
        time.sleep(_TURN_S)
    raise TimeoutError("there is no record to put a key into")


def _record(data: Path) -> str | None:
    """The address of the engine's own PostgreSQL; None where there is none on the machine. KeyError: not yet known."""
    services = data / "services"
    ports = orjson.loads((services / "ports.json").read_bytes())
    try:
        postgres = LocalPostgres(services / "postgres", ports["postgres"])
    except PostgresRefused:
        return None
    return postgres.url


def _first_frame(port: int, key: str) -> None:
    """Knock until let in, then listen until the picture is there."""
    ends, headers = time.monotonic() + WITHIN_S, {"Authorization": f"Bearer {key}"}
    while time.monotonic() < ends:
        with suppress(OSError, InvalidHandshake, WebSocketException):
            url = f"ws://127.0.0.1:{port}/live"
            with connect(url, additional_headers=headers, proxy=None, compression=None) as line:
                line.send(_ASK)
                while orjson.loads(line.recv(timeout=WITHIN_S))["t"] != "snapshot":
                    continue
                return
        time.sleep(_TURN_S)
    raise TimeoutError("nightdesk up let nobody in")


def _figure(name: str, value: float, bound: float) -> Figure:
    return Figure(name=name, value=value, unit=Unit.SECONDS, sense=Sense.AT_MOST, bound=bound)
