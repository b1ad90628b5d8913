"""From another thread into the loop of the sockets, waiting until it is done: a fast thread cannot run ahead."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Final

LOOK_SECONDS: Final = 1.0
"""How often a thread that waits looks whether the loop is still there."""


class LoopEnded(Exception):
    """Nobody is there any more who could do it."""


def hand_over(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *arguments: object) -> None:
    """Have the loop do a call, and wait for it. Raises LoopEnded, or what the call raised."""
    done: Future[None] = Future()

    def do() -> None:
        try:
            call(*arguments)
        except Exception as error:  # noqa: BLE001 - the boundary of the loop: it fails in whoever handed it over
            done.set_exception(error)
        else:
            done.set_result(None)

    try:
        loop.call_soon_threadsafe(do)
    except RuntimeError as error:  # the loop is closed
        raise LoopEnded(str(error)) from error
    while not wait([done], LOOK_SECONDS).done:
        if loop.is_closed():
            raise LoopEnded("the push loop ended")
    done.result()
