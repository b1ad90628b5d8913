"""The `push` role: sockets over a view that others put into Redis, as a process of its own, any number of them."""

import asyncio
from collections.abc import Callable

from api.auth.authenticator import Authenticator
from api.live.hand_over import hand_over
from api.live.readings import readings
from api.push_side import PushSide
from api.redis_view.mirror import Mirror
from api.redis_view.readings import readings as mirror_readings
from api.site_settings import SiteSettings
from schemas.meters import Meters


async def serve_push(
    area_id: str,
    settings: SiteSettings,
    mirror: Mirror,
    *,
    authenticator: Authenticator,
    meters: Meters,
    clock: Callable[[], float],
    stopped: asyncio.Event,
) -> None:
    """Until `stopped` is set; PortTaken, and what could not be mended.

    It serves from the start: until it has a picture, whoever comes keeps theirs and hears why.
    """
    push = PushSide(
        area_id, settings, view=mirror, state=mirror.state, ready=mirror.ready, authenticator=authenticator,
        meters=meters, clock=clock,
    )  # fmt: skip
    meters.read_by(readings(push.hub, mirror) | mirror_readings(mirror))
    loop, ends = asyncio.get_running_loop(), list[asyncio.Future[object]]()
    try:
        await push.start()
        mirror.start(
            publish=lambda deltas: hand_over(loop, push.hub.publish, deltas),
            begun=lambda: hand_over(loop, push.hub.begin_anew),
        )
        work = stopped.wait(), push.watch(), asyncio.wrap_future(mirror.ended)
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
