"""The `api` process: pages and REST over the view in Redis and the record, what people say by way of Kafka."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Final

from api.auth.authenticator import Authenticator
from api.auth.links import SignInLinks
from api.desk_side import DeskSide
from api.holdings import Holdings
from api.http_side import HttpSide
from api.kafka.desk import DeskBusy, KafkaDesk
from api.kafka.verdicts import DeskSilent
from api.live.hub import DeskState
from api.projecting import REST_S
from api.reads.sources import Sources
from api.record.kept import open_kept
from api.record.place import Place, place_of
from api.record.record import open_record
from api.record.rewind import Rewind
from api.record.safekeeping import Safekeeping
from api.redis_view.connection import connect
from api.redis_view.mirror import Mirror
from api.redis_view.readings import readings
from api.reports.incoming import incoming_of
from api.reports.ports import Upload
from api.roles.running import answering_at, first_of, look_at, stopped_by_signal
from api.site_services import site_services
from api.site_settings import SiteSettings
from schemas.area import Area
from schemas.brokers import Brokers
from schemas.command_line import wall
from schemas.kafka_log import KafkaClients, LogUnreachable
from schemas.log import log_of, logging_to
from schemas.meters import Meters
from schemas.picture import Incident, Kind
from schemas.reference import load_area
from schemas.settings import Settings
from schemas.times import NEVER

PASSES: Final = (DeskBusy, DeskSilent, LogUnreachable)
"""What passes: it is tried again until it does not come any more."""
STOP_SECONDS: Final = 1.0
GATHER_SECONDS: Final = REST_S + 0.005
"""What is said meanwhile is one transaction and one message, all the way to the view; that rests a little less long, so
that what was gathered here is not kept waiting there once more.
"""
_log: Final = log_of("api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """What whoever reads vendors' files needs to read one that was posted."""

    area: Area
    keeper: Safekeeping
    desk: KafkaDesk
    meters: Meters


def pages(
    settings: Settings, version: str, upload_of: Callable[[Bringing], Upload], speed: float | None = None,
    health_host: str | None = None,
) -> None:  # fmt: skip
    """Until SIGTERM or Ctrl-C. RecordError: the record cannot be opened; whoever supervises tries again.

    `speed` is how much faster than the world a replay's clock runs, for the pages' own clocks.
    """
    site = SiteSettings.of(settings, realm=settings.realm.name, version=version, speed=speed)
    with ExitStack() as opened:
        opened.enter_context(logging_to(None, settings.log_level))
        process = ApiProcess(settings, site, upload_of, opened)
        with answering_at(health_host, settings, process.meters)(process.ready):
            process.run()


class ApiProcess:
    """One process of the API; what it opens is closed with `opened`."""

    def __init__(
        self, settings: Settings, site: SiteSettings, upload_of: Callable[[Bringing], Upload], opened: ExitStack
    ) -> None:
        realm, area, self._stop = settings.realm, load_area(settings.area, settings.reference), threading.Event()
        kept = opened.enter_context(closing(open_kept(_place(settings, "kept.db"))))
        record = opened.enter_context(closing(open_record(_place(settings, "record.db"))))
        clients = opened.enter_context(closing(KafkaClients(Brokers.of(settings), "api")))
        server = opened.enter_context(closing(connect(settings.redis, "api")))
        meters, keeper, history = Meters(), Safekeeping(kept, wall), record.history(area.id)
        self.meters = meters
        mirror = self._mirror = Mirror(server, realm.name, area.id, now=wall, clock=time.monotonic)
        meters.read_by(readings(mirror))
        holdings = self._holdings = Holdings(
            kept, area.retention, letters=keeper.letters, history=lambda: history, now=wall,
            desk_clock=lambda: mirror.state().at, stop=self._stop,
        )  # fmt: skip
        desk = self._desk = KafkaDesk(
            clients, realm=realm, area=area.id, incident=holdings.incident,
            mentioning=lambda text: _mentioning(history.rewind, text),
            now=(lambda: mirror.state().at) if realm.is_replay else wall,
        )  # fmt: skip
        upload = upload_of(Bringing(area=area, keeper=keeper, desk=desk, meters=meters))
        incoming = incoming_of(kept, desk, upload, passes=PASSES, gather_s=GATHER_SECONDS)
        self._outbox = incoming.outbox
        authenticator = Authenticator(kept, wall, os.urandom, secure=site.is_secure)
        rewind = lambda: history.rewind  # noqa: E731
        sources = Sources(view=mirror, rewind=rewind, now=lambda: mirror.state().at, is_shown=lambda: mirror.is_shown)
        services = site_services(
            area, site, sources=sources, authenticator=authenticator, holdings=holdings,
            meters=meters, desk=DeskSide(state=self._state, ready=self.ready, rewind=rewind),
            incoming=incoming, now=wall, clock=time.monotonic,
        )  # fmt: skip
        self._http = HttpSide(services, settings.host, settings.port)

    def run(self) -> None:
        """Until SIGTERM or Ctrl-C; raises what ended a part of it."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        stopped, ends = stopped_by_signal(), list[asyncio.Future[object]]()
        try:
            self._http.take_port()
            self._http.serve()
            self._mirror.start()
            self._desk.start()
            self._outbox.start()
            threads = map(asyncio.wrap_future, (self._mirror.ended, self._outbox.ended, *self._desk.ended))
            ends = await first_of([stopped.wait(), self._http.watch(), self._holdings.keep_house(), *threads])
        finally:
            self._stop.set()
            await asyncio.to_thread(self._outbox.stop, STOP_SECONDS)
            await asyncio.to_thread(self._desk.stop)
            await asyncio.to_thread(self._mirror.stop)
            await self._http.stop()
            for end in ends:
                end.cancel()
        look_at(ends)

    def ready(self) -> tuple[bool, str]:
        """Whether requests should come here, and why not, or what is wrong all the same."""
        is_ready, why = self._mirror.ready()
        return is_ready, " ".join(filter(None, (self._outbox.trouble.text, why)))

    def _state(self) -> DeskState:
        return self._mirror.state().beside(self._outbox.trouble.text)


def _place(settings: Settings, file: str) -> Place:
    return place_of(settings.record, settings.realm.name, settings.data / file)


def _mentioning(rewind: Rewind, text: str) -> Iterator[Incident]:
    """Incidents whose record holds a text: those that are live, then those that are over, the newest first."""
    live = rewind.picture_at(NEVER, (Kind.INCIDENTS,), text)[Kind.INCIDENTS]
    for record in (*live.values(), *(over for _, over in rewind.over(Kind.INCIDENTS, mentioned=text))):
        if isinstance(record, Incident):
            yield record


def greeting(settings: Settings, version: str) -> list[str]:
    """What to tell whoever started the engine: where the console is and, while nobody ever signed in, how to."""
    page = SiteSettings.of(settings, realm=settings.realm.name, version=version, speed=None).addresses[0].page
    with closing(open_kept(_place(settings, "kept.db"))) as kept:
        link = SignInLinks(kept, os.urandom).first_run(wall())
    return [f"Console: {page}/"] + ([] if link is None else [f"Sign in: {page}{link}"])
