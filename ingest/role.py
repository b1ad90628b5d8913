"""The `ingest` process of the Kafka engine: the watched folder, or the demo's nights, onto feed topics. One an area."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Final, Protocol

from ingest.desk_feed import Letters
from ingest.desk_port import DeskPort
from ingest.feeding import Keeper
from ingest.feeds import Feeds
from ingest.kafka_feed import KafkaFeed
from ingest.kafka_letters import TellingKeeper
from ingest.patience import ToldToStop
from ingest.simulate.stage import seed_of
from ingest.words import WordsPort
from schemas.brokers import Brokers
from schemas.command_line import wall
from schemas.health_server import HealthServer
from schemas.journal import Entry
from schemas.kafka_log import KafkaClients, LogUnreachable
from schemas.log import log_of
from schemas.meters import Meters
from schemas.realms import Realm
from schemas.reference import load_area
from schemas.settings import Settings
from schemas.times import Instant

_log: Final = log_of("ingest")


class Played(Protocol):
    """The journal of a demo: how far it has come. OSError: it cannot be reached now."""

    def read(self) -> Iterator[tuple[int, Entry]]: ...
    def position(self, stream: str) -> int: ...
    def clock(self) -> Instant: ...


class OpenPlayed(Protocol):
    """Opens it."""

    def __call__(self, clients: KafkaClients, *, realm: Realm, area: str) -> Played: ...


@dataclass(frozen=True, slots=True)
class Nights:
    """The demo's nights: where their journal is, how much faster than the world they run, and their seed."""

    journal: OpenPlayed
    speed: float
    seed: int | None


def follow_feeds(
    settings: Settings,
    keeper: Keeper,
    words: WordsPort,
    letters: Letters,
    *,
    passes: tuple[type[Exception], ...],
    nights: Nights | None,
) -> None:
    """Until SIGTERM or Ctrl-C; what is one of `passes`, or brokers that do not answer, is waited out."""
    stop, meters = threading.Event(), Meters()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    realm, area = settings.realm, load_area(settings.area, settings.reference)
    with ExitStack() as opened:
        clients = opened.enter_context(closing(KafkaClients(Brokers.of(settings), "ingest")))
        played = None if nights is None else nights.journal(clients, realm=realm, area=area.id)
        port = DeskPort(
            area=area, submit=KafkaFeed(clients, realm=realm, area=area.id),
            keeper=TellingKeeper(keeper, clients, realm=realm, area=area.id), words=words,
            known=(lambda _: 0) if played is None else played.position,
            clock=wall if played is None else played.clock, count=meters.count,
        )  # fmt: skip
        feeds = Feeds(
            port, letters=letters, now=wall, clock=time.monotonic, stop=stop, passes=(*passes, LogUnreachable), over=()
        )
        ready = HealthServer(settings.host, settings.health_port, ready=lambda: feeds.trouble.text, meters=meters)
        opened.enter_context(closing(ready))
        if nights is None or played is None:
            _log.info("Watches %s", settings.inbox)
            feeds.follow(settings.inbox)
        else:
            wanted, journal = nights.seed, played
            try:
                seed = feeds.patience(lambda: seed_of(journal.read(), wanted))
            except ToldToStop:
                return
            _log.info("Plays nights of seed %d, %g times as fast as the world", seed, nights.speed)
            feeds.play(seed, nights.speed)
