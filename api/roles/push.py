"""The `push` process: sockets over the view in Redis. Any number of these may run."""

import asyncio
import os
import time
from contextlib import ExitStack, closing

from api.auth.authenticator import Authenticator
from api.push_role import serve_push
from api.record.kept import open_kept
from api.record.place import place_of
from api.redis_view.connection import connect
from api.redis_view.mirror import Mirror
from api.roles.running import answering_at, stopped_by_signal
from api.site_settings import SiteSettings
from schemas.command_line import wall
from schemas.log import logging_to
from schemas.meters import Meters
from schemas.settings import Settings


def push(settings: Settings, version: str, health_host: str | None = None) -> None:
    """Until SIGTERM or Ctrl-C. RecordError: accounts cannot be opened; whoever supervises tries again."""
    with ExitStack() as opened:
        opened.enter_context(logging_to(None, settings.log_level))
        place = place_of(settings.record, settings.realm.name, settings.data / "kept.db")
        kept = opened.enter_context(closing(open_kept(place)))
        server = opened.enter_context(closing(connect(settings.redis, "push")))
        mirror = Mirror(server, settings.realm.name, settings.area, now=wall, clock=time.monotonic)
        site = SiteSettings.of(settings, realm=settings.realm.name, version=version, speed=None)
        authenticator, meters = Authenticator(kept, wall, os.urandom, secure=site.is_secure), Meters()

        async def run() -> None:
            await serve_push(
                settings.area, site, mirror, authenticator=authenticator, meters=meters, clock=time.monotonic,
                stopped=stopped_by_signal(), answering=answering_at(health_host, settings, meters),
            )  # fmt: skip

        asyncio.run(run())
