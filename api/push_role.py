"""The `push` role: sockets over a view that others put into Redis, as a process of its own, any number of them."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from api.auth.authenticator import Authenticator
from api.desk_side import Ready
from api.live.hand_over import hand_over
from api.live.hub import DeskState
from api.live.readings import readings
from api.push_side import PushSide
from api.record.errors import RecordError
from api.redis_view.mirror import Mirror
from api.redis_view.readings import readings as mirror_readings
from api.site_settings import SiteSettings
from schemas.meters import Meters
from schemas.trouble import Trouble

LOOK_SECONDS: Final = 2.0
"""How often it looks whether the record answers."""
_UNKEPT: Final = "Nothing that people report can be saved just now, and nobody can sign in. The picture goes on."


async def serve_push(
    area_id: str,
    settings: SiteSettings,
    mirror: Mirror,
    *,
    authenticator: Authenticator,
    meters: Meters,
    clock: Callable[[], float],
    stopped: asyncio.Event,
    answering: Callable[[Ready], AbstractContextManager[object]],
) -> None:
    """Until `stopped` is set, `answering` how it is meanwhile; PortTaken, and what could not be mended.

    It serves from the start: until it has a picture, whoever comes keeps theirs and hears why.
    """
    record = Trouble("record")

    def state() -> DeskState:
        return mirror.state().beside(record.text)

    def ready() -> tuple[bool, str]:
        is_ready, why = mirror.ready()
        return is_ready, " ".join(filter(None, (record.text, why)))

    push = PushSide(
        area_id, settings, view=mirror, state=state, ready=ready, authenticator=authenticator, meters=meters,
        clock=clock,
    )  # fmt: skip
    meters.read_by(readings(push.hub, mirror) | mirror_readings(mirror))
    loop, ends = asyncio.get_running_loop(), list[asyncio.Future[object]]()
    with answering(ready):
        try:
            await push.start()
            mirror.start(
                publish=lambda deltas: hand_over(loop, push.hub.publish, deltas),
                begun=lambda: hand_over(loop, push.hub.begin_anew),
            )
            work = stopped.wait(), push.watch(), asyncio.wrap_future(mirror.ended), _look_at(authenticator, record)
            ends = [asyncio.ensure_future(one) for one in work]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await asyncio.to_thread(mirror.stop)
            await push.stop()
            for end in ends:
                end.cancel()
    for end in ends:
        if end.done() and not end.cancelled():
            end.result()


async def _look_at(authenticator: Authenticator, record: Trouble) -> None:
    """Look again and again whether the record answers: what shows the picture does not need it, what people do does."""
    while True:
        try:
            await asyncio.to_thread(authenticator.endings_since, None)
        except RecordError as error:
            record.set(_UNKEPT, str(error))
        else:
            record.set(None)
        await asyncio.sleep(LOOK_SECONDS)
