"""Nightdesk's command line and composition root: the only module that knows every part."""

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from api.commands import add_commands
from api.desk_side import DeskSide
from api.health import Health
from api.holdings import Holdings
from api.record.errors import RecordError, RecordFull, RecordUnavailable
from api.record.keeping import RecordKeeper
from api.record.kept import open_kept
from api.record.place import place_of
from api.record.safekeeping import Safekeeping
from api.reports.incoming import incoming_of
from api.service_checks import service_checks
from api.site import Site
from api.site_settings import SiteSettings
from deploy.local.children_checks import children_checks
from ingest.desk_feed import corrections_of
from ingest.desk_port import DeskPort
from ingest.feeding import Keeper
from ingest.feeds import Feeds
from ingest.replaying import Nobody, Replayed, checked_speed, columns_of, given, speed_of
from ingest.simulate.commands import simulate
from ingest.simulate.stage import seed_of
from ingest.uploading import Uploads, uploads_to
from ingest.words import WordsPort
from schemas.command_line import DataOption, HealthHostOption, JsonOption, fail, said, settings_of, tell, used, wall
from schemas.feeds import Source
from schemas.log import log_of, logging_to
from schemas.meters import Meters
from schemas.picture import Change
from schemas.ports import PortTaken
from schemas.realms import DEMO, LIVE, REPLAY, Realm
from schemas.reference import load_area, load_area_file
from schemas.settings import SettingError, Settings
from schemas.telemetry import Metric
from streams.alarm import TailAlarm
from streams.checks import doctor_with
from streams.commands import check_is_kafka_s, check_is_live, check_is_retried, digest, is_on_kafka
from streams.core.desk import UnknownFoldVersion
from streams.embedded import Engine
from streams.engines import UP_WITH, EngineChoice
from streams.folder import DataFolder, FolderBusy, FolderError
from streams.folder_run import FolderRun, engine_in_memory
from streams.journal import JournalError
from streams.kafka_commands import add_to as add_kafka_commands
from streams.kept_desk import AreaStopped
from streams.owner import PATIENT_WITH, DeskBusy, Owner
from streams.readings import readings
from streams.replaying import replay_policy, result_of
from streams.restore import Restored, Told
from streams.snapshots import SnapshotRefused

VERSION: Final = "0.1.0"
STOP_SECONDS: Final = 2.5
PASSES: Final = (*PATIENT_WITH, RecordFull, RecordUnavailable, OSError)
"""What a feed waits out: it passes when somebody makes room or gives the folder back."""
REFUSALS: Final = (
    *(FolderError, JournalError, RecordError, SnapshotRefused, PortTaken),
    *(AreaStopped, UnknownFoldVersion, ValueError, OSError),
)

_log: Final = log_of("run")
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
letters_app = typer.Typer(help="What came in and was refused.", rich_markup_mode=None)
add_commands(app, VERSION)
add_kafka_commands(app)
app.add_typer(letters_app, name="ingest")
app.command(epilog="Example: nightdesk digest --data ./var")(digest)
app.command(epilog="Example: nightdesk simulate --night 2026-05-16 --out ./night")(simulate)
app.command(epilog="Example: nightdesk doctor")(doctor_with(children_checks, service_checks))


def main() -> None:
    """Run the command line: 0 done, 1 refused or failed with the reason on standard error, 2 wrong use."""
    gc.set_threshold(50_000, 20, 50)  # the fold makes no cycles; looking for them often costs a fifth of its speed
    sys.setswitchinterval(0.0005)  # what people say goes through many threads, and waited 5 ms for its turn in each
    try:
        app()
    except SettingError as error:
        fail(str(error), code=2)
    except REFUSALS as error:
        fail(said(error))


@app.command(epilog="Example: nightdesk up --demo --speed 60")
def up(
    engine: Annotated[EngineChoice, typer.Option(help=UP_WITH)] = EngineChoice.EMBEDDED,
    data: DataOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the page and HTTP; the socket takes the next.")] = None,
    push_port: Annotated[int | None, typer.Option(help="Port of the live socket.")] = None,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Play a simulated night.")] = False,
    speed: Annotated[float, typer.Option(help="How much faster than the world the demo runs.", min=1)] = 60.0,
    seed: Annotated[int | None, typer.Option(help="Seed of the demo's nights; else its folder's, else 7.")] = None,
) -> None:
    """Run everything on this machine; Ctrl-C stops it, and started again it goes on where it was."""
    engine.refuse_unless(EngineChoice.EMBEDDED, EngineChoice.KAFKA)
    settings, pace = settings_of(data, HOST=host, PORT=port, PUSH_PORT=push_port), used(checked_speed, speed)
    if engine is EngineChoice.KAFKA:
        check_is_kafka_s(settings.data)
        from api.roles.pages import greeting  # noqa: PLC0415 - Kafka and Redis are there for the Kafka engine alone
        from deploy.local.engine import Demo, run_engine  # noqa: PLC0415

        def greet(environ: Mapping[str, str]) -> None:
            typer.echo("\n".join(greeting(Settings.from_environ(environ), VERSION)))

        run_engine(settings, Demo(speed=pace, seed=seed) if demo else None, greet)
        return
    with closing(Running(settings, DEMO if demo else LIVE, speed=pace, seed=seed)) as running:
        asyncio.run(running.run())


@app.command(epilog="Example: nightdesk replay lfb calls.csv.gz --json")
def replay(
    source: Source,
    files: Annotated[list[Path], typer.Argument(help="Files, plain or .gz; - for standard input.")],
    engine: Annotated[EngineChoice | None, typer.Option(help="memory; embedded, which --data means; or kafka.")] = None,
    data: DataOption = None,
    area: Annotated[Path | None, typer.Option(help="An area's TOML file; else the configured area.")] = None,
    columns: Annotated[str, typer.Option(help="Column names: time=...,lat=...,lon=...")] = "",
    night: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only this evening's night.")] = None,
    speed: Annotated[str, typer.Option(help="How much faster than the world; max: as fast as it goes.")] = "max",
    json: JsonOption = False,
) -> None:
    """Put real files through the whole path in a replay realm; killed and run again with the same folder it goes on."""
    engine = engine or (EngineChoice.MEMORY if data is None else EngineChoice.EMBEDDED)
    settings, pace, named = settings_of(data), used(speed_of, speed), used(columns_of, columns)
    where = load_area(settings.area, settings.reference) if area is None else load_area_file(area)
    with ExitStack() as stack:
        found, evening = [given(file, stack) for file in files], None if night is None else night.date()
        replayed = Replayed(where, source, found, named, evening)
        if engine is EngineChoice.MEMORY:
            memory = engine_in_memory(where, REPLAY.name, time.monotonic)
            result = run_replay(replayed, memory, Nobody(), Nobody(), pace)
        elif engine is EngineChoice.KAFKA:
            result = replay_by_kafka(replayed, settings, area, pace)
        else:
            result = replay_in_folder(replayed, settings.data if data is not None else settings.data / "replay", pace)
    tell(result, as_json=json)
    if replayed.failure is not None:
        fail(str(replayed.failure))


def replay_in_folder(replayed: Replayed, path: Path, speed: float | None) -> dict[str, object]:
    """A replay that is durable, with its record, and goes on where it was."""
    with ExitStack() as stack:
        folder = stack.enter_context(DataFolder(path, realm=REPLAY.name, area=replayed.area.id, now=wall()))
        run = stack.enter_context(FolderRun(folder))
        keeper = Safekeeping(stack.enter_context(closing(open_kept(folder.path / "kept.db"))), wall)
        record = stack.enter_context(
            closing(RecordKeeper(folder.record, replayed.area.id, wall, journal_end=run.journal.end))
        )
        engine = run.engine(replayed.area, lambda changes: Told(record.write(changes).value), time.monotonic)
        result = run_replay(replayed, engine, keeper, keeper.words, speed, tell_all=record.needs_all)
        engine.snapshot()
    return result


def run_replay(
    replayed: Replayed, engine: Engine, keeper: Keeper, words: WordsPort, speed: float | None, *, tell_all: bool = False
) -> dict[str, object]:
    """Fold every row that the journal does not know yet; the result as `replay --json` prints it."""
    began = time.perf_counter()
    engine.open(replay_policy(replayed.area.policy, replayed.source), tell_all=tell_all)
    replayed.give(engine.play, keeper, words, speed, engine.desk.clock or None)
    tally, elapsed = replayed.tally, time.perf_counter() - began
    outside = tally.outside + engine.outside
    return result_of(engine.desk, replayed.stream, tally.read, outside, tally.rejected, elapsed)


def replay_by_kafka(
    replayed: Replayed, settings: Settings, area_file: Path | None, speed: float | None
) -> dict[str, object]:
    """A replay by a worker of its own on the brokers of the settings; run again it goes on where it was."""
    from ingest.kafka_feed import KafkaFeed  # noqa: PLC0415 - Kafka is there for the Kafka engine alone
    from schemas.kafka_log import KafkaClients  # noqa: PLC0415
    from streams.kafka_replay import replay_on_kafka  # noqa: PLC0415

    began, area = time.perf_counter(), replayed.area

    def give(clients: KafkaClients, realm: Realm) -> int:
        feed = KafkaFeed(clients, realm=realm, area=area.id)
        replayed.give(feed, Nobody(), Nobody(), speed, None)
        return feed.fed

    policy = replay_policy(area.policy, replayed.source)
    desk, elsewhere = replay_on_kafka(settings, area, area_file, policy, replayed.stream, give)
    tally, elapsed = replayed.tally, time.perf_counter() - began
    return result_of(desk, replayed.stream, tally.read, tally.outside + elsewhere, tally.rejected, elapsed)


@letters_app.command("retry", epilog="Example: nightdesk ingest retry --set venue_id=blue-door")
def ingest_retry(
    corrections: Annotated[list[str] | None, typer.Option("--set", help="FIELD=VALUE in rows refused for it.")] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Read refused rows again, under today's reference files; what still cannot be read waits on."""
    settings, changes = settings_of(data), used(corrections_of, corrections or [])
    if is_on_kafka(settings):
        check_is_retried(settings.realm, changes)
        ask_retry(settings, settings.realm, "the ingest process, within seconds", as_json=json)
        return
    check_is_live(settings.data)
    try:
        running = Running(settings, LIVE)
    except FolderBusy as busy:
        if changes:
            fail(f"{busy} --set works only while Nightdesk is stopped; without it the running one reads rows again.")
        ask_retry(settings, LIVE, "the running Nightdesk, within seconds", as_json=json)
        return
    with closing(running):
        tell(running.retry(changes), as_json=json)


def ask_retry(settings: Settings, realm: Realm, by: str, *, as_json: bool) -> None:
    """Leave word, where refused rows are kept, that they are to be read again by whoever reads feeds."""
    with closing(open_kept(place_of(settings.record, realm.name, settings.data / "kept.db"))) as kept:
        tell({"asked": Safekeeping(kept, wall).letters.ask_retry(), "by": by}, as_json=as_json)


@letters_app.callback(invoke_without_command=True, epilog="Example: nightdesk ingest --data ./var")
def ingest(
    context: typer.Context,
    data: DataOption = None,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Play a simulated night.")] = False,
    speed: Annotated[float, typer.Option(help="How much faster than the world the demo runs.", min=1)] = 60.0,
    seed: Annotated[int | None, typer.Option(help="Seed of the demo's nights; else its journal's, else 7.")] = None,
) -> None:
    """Read feeds into the Kafka engine: the watched folder, or the demo's nights. With a command: what was refused."""
    if context.invoked_subcommand is None:
        from ingest.role import Nights, follow_feeds  # noqa: PLC0415 - Kafka is there for the Kafka engine alone
        from streams.kafka_journal import KafkaJournal  # noqa: PLC0415

        settings, pace = settings_of(data), used(checked_speed, speed)
        place = place_of(settings.record, settings.realm.name, settings.data / "kept.db")
        with closing(open_kept(place)) as kept, logging_to(None, settings.log_level):
            keeper, nights = Safekeeping(kept, wall), Nights(KafkaJournal, pace, seed) if demo else None
            follow_feeds(settings, keeper, keeper.words, keeper.letters, passes=PASSES, nights=nights)


@app.command(epilog="Example: NIGHTDESK_REDIS=redis://redis:6379/0 nightdesk api")
def api(
    data: DataOption = None,
    speed: Annotated[float | None, typer.Option(help="How much faster than the world a replay's clock runs.")] = None,
    health_host: HealthHostOption = None,
) -> None:
    """Serve pages and REST on the Kafka engine; any number of these may run."""
    from api.roles.pages import Bringing, pages  # noqa: PLC0415

    def upload_of(bringing: Bringing) -> Uploads:
        keeper, desk = bringing.keeper, bringing.desk
        return uploads_to(bringing.area, keeper, keeper.words, bringing.meters.count, desk.submit_and_judge, desk.time)

    pages(settings_of(data), VERSION, upload_of, speed, health_host)


class Running:
    """Nightdesk at work in one data folder: record, desk and feed; `run` adds sockets and pages."""

    def __init__(self, settings: Settings, realm: Realm, *, speed: float = 1.0, seed: int | None = None) -> None:
        self._settings, self._realm, self._stop = settings, realm, threading.Event()
        area, meters = load_area(settings.area, settings.reference), Meters()
        with ExitStack() as opening:
            folder = opening.enter_context(DataFolder(settings.data, realm=realm.name, area=area.id, now=wall()))
            opening.enter_context(logging_to(folder.log, settings.log_level))
            run = opening.enter_context(FolderRun(folder))
            self._demo = (seed_of(run.journal.read(), seed), speed) if realm == DEMO else None
            place = partial(place_of, settings.record, realm.name)
            kept = opening.enter_context(closing(open_kept(place(folder.path / "kept.db"))))
            record = RecordKeeper(place(folder.record), area.id, wall, journal_end=run.journal.end)
            opening.callback(record.close)
            self.close = opening.pop_all().close
        self._journal, self._record, self._meters = run.journal, record, meters
        self._alarm, keeper = TailAlarm(folder.path, time.monotonic), Safekeeping(kept, wall)
        owner = self._owner = Owner(
            run.engine(area, self._told, time.monotonic, meters.measure), area.policy, now=wall, clock=time.monotonic,
            virtual=realm.is_replay, tell_all=record.needs_all, opened=self._opened,
        )  # fmt: skip
        port = DeskPort(
            area=area, submit=owner.submit, known=run.journal.position, clock=owner.desk_clock,
            keeper=keeper, words=keeper.words, count=meters.count,
        )  # fmt: skip
        uploads = Uploads(port, judge=owner.submit_and_judge, now=owner.time)
        incoming = incoming_of(kept, owner, uploads, passes=(*PASSES, DeskBusy, AreaStopped))
        self._outbox, self._keeper = incoming.outbox, keeper
        self._feeds = Feeds(
            port, letters=keeper.letters, now=wall, clock=time.monotonic, stop=self._stop, passes=PASSES,
            over=(AreaStopped,),
        )  # fmt: skip
        kept_well = lambda: self._outbox.trouble.text, lambda: record.trouble, lambda: keeper.trouble
        health = self._health = Health(
            lambda: owner.state,
            not_now=(lambda: owner.state.why_not_now(time.monotonic()), lambda: self._feeds.trouble.text),
            beside=(*kept_well, lambda: self._alarm.text),
        )
        self._holdings = Holdings(
            kept, area.retention, letters=keeper.letters, history=lambda: record.history, now=wall,
            desk_clock=owner.desk_clock, stop=self._stop,
        )  # fmt: skip
        self._site = Site(
            area, SiteSettings.of(settings, realm=realm.name, version=VERSION, speed=speed if realm == DEMO else None),
            holdings=self._holdings, meters=meters, incoming=incoming,
            desk=DeskSide(state=health.desk, ready=health.ready, rewind=lambda: record.history.rewind),
            now=wall, clock=time.monotonic, random_bytes=os.urandom,
        )  # fmt: skip
        meters.read_by(readings(owner, time.monotonic))

    async def run(self) -> None:
        """Until SIGTERM or Ctrl-C; raises what could not be mended."""
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        ends: list[asyncio.Future[object]] = []
        try:
            await self._site.start()
            typer.echo("\n".join(self._site.greeting()))
            _log.info("%s started: realm %s, data %s", VERSION, self._realm, self._settings.data)
            self._owner.start()
            self._outbox.start()
            work = stopped.wait(), self._site.watch(), self._holdings.keep_house(), asyncio.to_thread(self._feed)
            threads = asyncio.wrap_future(self._owner.ended), asyncio.wrap_future(self._outbox.ended)
            ends = [asyncio.ensure_future(one) for one in (*threads, *work)]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stop.set()
            await asyncio.to_thread(self._outbox.stop, 1.0)
            is_at_rest = await asyncio.to_thread(self._owner.stop, STOP_SECONDS)
            await self._site.stop()
            if not is_at_rest:
                os._exit(0)  # as a kill, which loses nothing: it is too busy to be waited for
            for end in ends:
                end.cancel()
        self._owner.ended.result()
        for end in ends:
            if end.done() and not end.cancelled():
                end.result()
        _log.info("Stopped at entry %d", self._journal.end)

    def retry(self, changes: dict[str, str]) -> dict[str, object]:
        """Ask for all refused rows to be read again, and read them, without sockets."""
        self._owner.start()
        try:
            if not self._owner.wait_until_ready():
                fail(str(self._owner.ended.exception()))
            asked, again = self._keeper.letters.ask_retry(), self._feeds.read_again(changes)
        finally:
            self._owner.stop()
        return {"asked": asked, "back_in": again.back_in, "waiting": again.waiting}

    def _told(self, changes: list[Change]) -> Told:
        self._site.announce(changes)
        with self._meters.measure(Metric.RECORD_WRITE):
            return Told(self._record.write(changes).value)

    def _opened(self, restored: Restored) -> None:
        """The desk is restored; one whose journal lost its end says so until somebody has seen to it."""
        if self._record.was_ahead or restored.tail_lost:
            self._alarm.raise_it(wall(), self._journal.end)
        self._site.show()

    def _feed(self) -> None:
        if self._owner.wait_until_ready():
            if self._demo is not None:
                self._feeds.play(*self._demo)
            else:
                self._feeds.follow(self._settings.inbox)


if __name__ == "__main__":
    main()
