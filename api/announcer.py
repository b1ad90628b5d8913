"""From the desk's thread into the push loop: changes are projected there, and go out at most fifty times a second."""

import asyncio
from collections.abc import Sequence
from typing import Final

from api.live.hand_over import LoopEnded, hand_over
from api.live.hub import Hub
from api.projector import REST_LEAST_S, Projector
from schemas.picture import Change

REST_MOST_S: Final = 0.05
RESTS_PER_SENDING: Final = 4
"""To send deltas to everybody takes at most a fifth of the loop's time, until the rests are REST_MOST_S long."""


class AnnouncerClosed(Exception):
    """Nobody is there to be told any more: the site has stopped, or what projected for it failed."""


class Announcer:
    """The only one that touches the projector, and only in its loop.

    Changes wait until `show`: a desk that restores says thousands of things that the next moment makes old, and people
    get the outcome at once. `failed` is done when a planned flush failed; all others fail in whoever announces.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, projector: Projector, hub: Hub) -> None:
        self.failed: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._projector = projector
        self._hub = hub
        self._is_closed = False
        self._planned: asyncio.TimerHandle | None = None
        self._rest_s = REST_LEAST_S

    def announce(self, changes: Sequence[Change]) -> None:
        """Called in the desk's thread; waits until the projector has them, so that a fast desk cannot run ahead.

        Raises AnnouncerClosed, or what the projector raised.
        """
        try:
            hand_over(self._loop, self._project, changes)
        except LoopEnded as error:
            raise AnnouncerClosed(str(error)) from error

    def show(self) -> None:
        """From any thread: the desk is restored; what it said goes out, and with it the news that it is live."""
        try:
            self._loop.call_soon_threadsafe(self._show)
        except RuntimeError as error:  # the loop is closed
            raise AnnouncerClosed(str(error)) from error

    def close(self) -> None:
        """In the loop: send what still waits, and take no more."""
        self._is_closed = True
        if self._planned is not None:
            self._planned.cancel()
        due = self._projector.due_at
        if self._hub.is_shown and due is not None:
            self._hub.publish(self._projector.flush(due))

    def _project(self, changes: Sequence[Change]) -> None:
        if self._is_closed:
            raise AnnouncerClosed("the site has stopped")
        self._projector.apply(changes)
        if self._hub.is_shown:
            self._flush()

    def _show(self) -> None:
        self._flush_as_planned()
        self._hub.show()

    def _flush(self) -> None:
        began = self._loop.time()
        self._hub.publish(self._projector.flush(began, self._rest_s))
        self._rest_s = rest_after(self._loop.time() - began)
        due = self._projector.due_at
        if due is not None and self._planned is None:
            self._planned = self._loop.call_at(due, self._flush_as_planned)

    def _flush_as_planned(self) -> None:
        self._planned = None
        try:
            self._flush()
        except Exception as error:  # noqa: BLE001 - the boundary of the loop: a page that stands still must end the process
            if not self.failed.done():
                self.failed.set_exception(error)


def rest_after(sending_s: float) -> float:
    """How long to rest before the next delta when one took so long to send."""
    return min(REST_MOST_S, max(REST_LEAST_S, RESTS_PER_SENDING * sending_s))
