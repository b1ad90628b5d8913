"""A real `nightdesk up --demo` on a folder and ports of its own, and one console that follows it to the letter."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from websockets.sync.client import ClientConnection, connect

from tests.builders_client import Picture, apply_frame
from tests.builders_journals import ROOT
from tests.builders_running import free_port

KEY_WITHIN_S = 30.0
STOP_WITHIN_S = 5.0
FRAME_WITHIN_S = 30.0
TOPIC = "westminster/operations"


@contextmanager
def demo_desk(folder: Path, speed: float) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The process, once it listens, and its push port; killed at the end if it still runs."""
    port = free_port()
    command = [*_nightdesk("up", "--demo"), "--data", str(folder), "--port", str(port), "--speed", str(speed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith(b"Console: "), "it ended before it listened; see above"
            yield process, port + 1
        finally:
            process.kill()


def operations_key(folder: Path) -> str:
    """A new key for the folder."""
    command = _nightdesk("keys", "add", "--role", "operations", "--json", "--data", str(folder))
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=KEY_WITHIN_S)
    key = json.loads(done.stdout)["key"]
    assert isinstance(key, str)
    return key


def digest_of(folder: Path) -> str:
    """What `nightdesk digest` says of a folder that nobody works in."""
    command = _nightdesk("digest", "--json", "--data", str(folder))
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=120)
    return str(json.loads(done.stdout)["digest"])


@contextmanager
def console(push_port: int, key: str) -> Iterator[ClientConnection]:
    """A socket that follows operations."""
    headers = {"Authorization": f"Bearer {key}"}
    with connect(
        f"ws://127.0.0.1:{push_port}/live", additional_headers=headers, compression=None, max_size=None
    ) as client:
        client.send(orjson.dumps({"op": "subscribe", "topic": TOPIC}).decode())
        yield client


def next_frame(client: ClientConnection, picture: Picture) -> tuple[dict[str, object], Picture]:
    """The next frame and the picture after it, which must never have missed a delta."""
    frame: dict[str, object] = orjson.loads(client.recv(timeout=FRAME_WITHIN_S))
    picture = apply_frame(picture, frame)
    assert picture.standing != "lost", f"a delta was missed before {frame['t']} {frame.get('s')}"
    return frame, picture


def _nightdesk(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "nightdesk", *arguments]
