"""A view in a real Redis, written by one process and followed by another, as one view; and pieces of it."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from time import monotonic, sleep

from api.redis_view.connection import ANSWER_S, Server, connect
from api.redis_view.mirror import Mirror
from api.redis_view.writer import Bounds, RedisView
from api.versions import Version
from api.view import Held, Missed, Published, Update, Whole
from schemas.picture import Kind
from tests.builders_push import AREA, AT

WITHIN_S = 30.0
_realms = count(1)


def a_realm(name: str = "live") -> str:
    """A realm that nobody used before in this session's Redis."""
    return f"{name}-{os.getpid()}-{next(_realms)}"


def new_run() -> str:
    return os.urandom(8).hex()


def until(is_true: Callable[[], bool], what: str = "it") -> None:
    """Wait for a condition, within bounds."""
    ends = monotonic() + WITHIN_S
    while not is_true():
        assert monotonic() < ends, f"{what} did not come true within {WITHIN_S} s"
        sleep(0.002)


def a_writer(server: Server, realm: str, *, bounds: Bounds | None = None, is_whole: bool = True) -> RedisView:
    """A projector's side that has begun."""
    view = RedisView(server, realm, AREA, new_run=new_run, bounds=bounds)
    view.begin()
    if is_whole:
        view.mark_whole()
    return view


def cut(server: Server) -> None:
    """Break its lines to Redis, wherever they are in what they say."""
    pool = server.client.connection_pool
    for line in (*pool._in_use_connections, *pool._available_connections):
        if (sock := line._sock) is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class Follower:
    """A mirror, and all that it handed on."""

    def __init__(self, server: Server, realm: str, clock: Callable[[], float] = monotonic, **bounds: int) -> None:
        self.deltas: list[Published] = []
        self.begun = 0
        self.server = server
        self.mirror = Mirror(server, realm, AREA, now=lambda: AT, clock=clock, **bounds)

    def start(self) -> None:
        """Follow, and note what is handed on."""
        self.mirror.start(self.deltas.extend, self._begins)

    def _begins(self) -> None:
        self.begun += 1

    def reaches(self, view: RedisView) -> None:
        """Wait until it has all that was put."""
        until(lambda: self.mirror.is_shown and self.mirror.run == view.run and self.mirror.number == view.number())


@contextmanager
def following(
    url: str, realm: str, clock: Callable[[], float] = monotonic, *, answer_s: float = ANSWER_S, **bounds: int
) -> Iterator[Follower]:
    """A mirror that follows until the end of the block, and whose thread came to no harm."""
    follower = Follower(connect(url, "follower", answer_s=answer_s), realm, clock, **bounds)
    follower.start()
    try:
        yield follower
    finally:
        follower.mirror.stop()
        follower.server.close()
        follower.mirror.ended.result(WITHIN_S)


class Followed:
    """Puts into Redis, and shows what a mirror shows once that has got it."""

    def __init__(self, writer: RedisView, follower: Follower) -> None:
        self.writer, self.follower = writer, follower
        self.refused = 0

    def put(self, updates: Sequence[Update]) -> list[Published]:
        before = len(self.follower.deltas)
        self.writer.put(updates)
        self.follower.reaches(self.writer)
        return self.follower.deltas[before:]

    def forget(self, before: Version) -> None:
        self.writer.forget(before)

    def resume(self, topic: str, epoch: str | None, seq: int | None) -> Whole | Missed | None:
        return self.follower.mirror.resume(topic, epoch, seq)

    def held(self, topic: str, kind: Kind) -> Held | None:
        return self.follower.mirror.held(topic, kind)
