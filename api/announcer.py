"""From the desk's thread into the push loop: changes are projected there, and go out at most twenty times a second."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future

from api.live.hub import Hub
from api.projector import Projector
from schemas.picture import Change


class Announcer:
    """The only one that touches the projector, and only in its loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, projector: Projector, hub: Hub) -> None:
        self._loop = loop
        self._projector = projector
        self._hub = hub
        self._planned: asyncio.TimerHandle | None = None

    def announce(self, changes: Sequence[Change]) -> None:
        """Called in the desk's thread; waits until the projector has them, so that a fast desk cannot run ahead."""
        done: Future[None] = Future()
        self._loop.call_soon_threadsafe(self._project, changes, done)
        done.result()

    def _project(self, changes: Sequence[Change], done: "Future[None]") -> None:
        try:
            self._projector.apply(changes)
            self._flush()
        except BaseException as error:
            done.set_exception(error)
            raise
        done.set_result(None)

    def _flush(self) -> None:
        self._hub.publish(self._projector.flush(self._loop.time()))
        due = self._projector.due_at
        if due is not None and self._planned is None:
            self._planned = self._loop.call_at(due, self._flush_as_planned)

    def _flush_as_planned(self) -> None:
        self._planned = None
        self._flush()
