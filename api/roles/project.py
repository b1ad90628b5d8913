"""The `project` process: what the desks tell goes into Redis and into the record. Any number of these may run."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Final

from api.picture_topic import PictureTopic
from api.project_role import HistoryFollower, ViewFollower
from api.projecting import Projecting
from api.record.place import place_of
from api.record.record import open_record
from api.redis_view.connection import connect
from api.redis_view.writer import RedisView
from api.roles.running import told_to_stop
from schemas.brokers import Brokers
from schemas.command_line import wall
from schemas.health_server import HealthServer
from schemas.log import log_of, logging_to
from schemas.meters import Meters
from schemas.settings import Settings
from schemas.telemetry import Metric

RUN_BYTES: Final = 8
HISTORY_GATHERS_MS: Final = 250
"""Nobody waits for the history: what is told meanwhile is one transaction."""
LOOK_SECONDS: Final = 0.5
_log: Final = log_of("project")


def project(settings: Settings) -> None:
    """Until SIGTERM or Ctrl-C. What is not there, Kafka, Redis or the record, is waited for beside all else."""
    stop = threading.Event()
    told_to_stop(stop)
    with ExitStack() as opened:
        opened.enter_context(logging_to(None, settings.log_level))
        place = place_of(settings.record, settings.realm.name, settings.data / "record.db")
        server = opened.enter_context(closing(connect(settings.redis, "project")))
        brokers, realm, meters = Brokers.of(settings), settings.realm, Meters()

        def topic_for(group: str, gather_ms: int = 0) -> Callable[[], PictureTopic]:
            return lambda: PictureTopic(brokers, realm, settings.areas, group=group, gather_ms=gather_ms)

        history = HistoryFollower(
            topic_for("history", HISTORY_GATHERS_MS), lambda: open_record(place), settings.areas,
            clock=time.monotonic, now=wall, stop=stop, measured=lambda: meters.measure(Metric.RECORD_WRITE),
        )  # fmt: skip
        projecting = {
            area: Projecting(
                area,
                RedisView(server, realm.name, area, new_run=lambda: os.urandom(RUN_BYTES).hex()),
                clock=time.monotonic,
                beside=lambda: history.trouble,
            )
            for area in settings.areas
        }
        view = ViewFollower(topic_for("view"), projecting, clock=time.monotonic, now=wall, stop=stop)
        meters.read_by({Metric.PROJECTED_DROPPED: lambda: {(): sum(one.dropped for one in projecting.values())}})

        def why_not() -> str | None:
            beginning = None if view.is_up_to_date else "The picture topic is being read from two hours back."
            return view.trouble or history.trouble or beginning

        opened.enter_context(closing(HealthServer(settings.host, settings.health_port, ready=why_not, meters=meters)))
        _log.info("Projects %s of realm %s", ", ".join(settings.areas), realm)
        _run(view, history, stop)


def _run(view: ViewFollower, history: HistoryFollower, stop: threading.Event) -> None:
    """Both threads until told to stop; one that ends by itself ends the process."""
    failures: list[BaseException] = []

    def guarded(run: Callable[[], None]) -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - the threads' boundary: raised again in the main thread
            failures.append(error)
        finally:
            stop.set()

    threads = [threading.Thread(target=guarded, args=(one.run,), daemon=True) for one in (view, history)]
    for thread in threads:
        thread.start()
    while not stop.wait(LOOK_SECONDS):
        pass
    for thread in threads:
        thread.join(2)
    if failures:
        raise failures[0]
