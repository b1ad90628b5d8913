"""A console that stays open over whatever happens: what it was told of the desk, and the picture that it holds."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import orjson
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.builders_client import Picture, apply_frame
from tests.builders_running import until

TOPIC: Final = "westminster/operations"
_LISTEN_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Beat:
    """What a page is told of the desk, and when, on the monotonic clock."""

    at: float
    desk: str
    why: str | None
    said_at: str


class Console:
    """One page: it comes back by its last epoch and seq whenever its socket ends."""

    def __init__(self, port: int, key: str) -> None:
        self.picture = Picture()
        self.beats: list[Beat] = []
        self.is_open = False
        self._url, self._headers = f"ws://127.0.0.1:{port}/live", {"Authorization": f"Bearer {key}"}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def start(self) -> None:
        """Open it."""
        self._thread.start()

    def stop(self) -> None:
        """Close it."""
        self._over.set()
        self._thread.join(10)

    @property
    def last(self) -> Beat:
        """The last that it was told of the desk; nothing yet is as if it had been told so."""
        return self.beats[-1] if self.beats else Beat(0.0, "", None, "")

    def until_told(self, desk: str, why: str | None = None) -> Beat:
        """Wait until a page shows this of the desk, from now on."""
        since = time.monotonic()

        def is_told() -> bool:
            last = self.last
            return (
                last.at > since and last.desk == desk and (last.why == why if why is None else why in (last.why or ""))
            )

        try:
            until(is_told, f"told {desk}: {why}")
        except AssertionError as error:
            raise AssertionError(f"{error}; last {self.last}") from error
        return self.last

    def incidents_of(self, report: str) -> list[str]:
        """The ids of the incidents that hold a report, once for each time that it is in there."""
        incidents = self.picture.state.get("incidents", {})
        members = [(id_, member["id"]) for id_, one in incidents.items() for member in one["members"]]
        return [id_ for id_, member in members if member.rpartition(":")[0].endswith(f":{report}")]

    def _follow(self) -> None:
        while not self._over.is_set():
            with (
                suppress(OSError, EOFError, TimeoutError, WebSocketException),
                connect(self._url, additional_headers=self._headers, proxy=None, open_timeout=10) as line,
            ):
                self.is_open = True
                self._listen(line)
            self.is_open = False
            self._over.wait(_LISTEN_S)

    def _listen(self, line: ClientConnection) -> None:
        ask: dict[str, Any] = {"op": "subscribe", "topic": TOPIC}
        if self.picture.e is not None:
            ask |= {"epoch": self.picture.e, "seq": self.picture.s}
        line.send(orjson.dumps(ask).decode())
        while not self._over.is_set():
            try:
                frame = orjson.loads(line.recv(timeout=_LISTEN_S))
            except TimeoutError:
                continue
            if frame["t"] == "heartbeat":
                self.beats.append(Beat(time.monotonic(), frame["desk"], frame.get("why"), frame["at"]))
            self.picture = apply_frame(self.picture, frame)
            assert self.picture.standing != "lost"


@contextmanager
def console(port: int, key: str) -> Iterator[Console]:
    """A page that is open until the block ends."""
    opened = Console(port, key)
    opened.start()
    try:
        yield opened
    finally:
        opened.stop()


def until_equal_to_a_fresh_one(one: Console, port: int, key: str) -> None:
    """Wait until a console and one that is opened now stand at the same place, and see that they show the same."""
    with console(port, key) as fresh:
        found: list[tuple[Picture, Picture]] = []

        def is_level() -> bool:
            old, new = one.picture, fresh.picture
            if new.e is not None and (old.e, old.s, old.standing) == (new.e, new.s, "following"):
                found.append((old, new))
            return bool(found)

        until(is_level, "both consoles at the same place")
        old, new = found[0]
        assert _shown(old) == _shown(new)


def _shown(picture: Picture) -> dict[str, Any]:
    """Without kinds that nothing is of: whoever saw the last one go has an empty one."""
    return {kind: dict(records) for kind, records in picture.state.items() if records}
