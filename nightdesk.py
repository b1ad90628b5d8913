"""Nightdesk's command line and composition root: the only module that knows every part."""

import asyncio
import gc
import os
import signal
import threading
import time
from contextlib import ExitStack
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from api.auth.commands import keys
from api.auth.grants import GrantRefused
from api.auth.links import SignInLinks
from api.live.hub import DeskState
from api.metrics import Meters
from api.record.dead_letters import DeadLetters
from api.record.errors import RecordError
from api.record.keeping import RecordKeeper
from api.record.kept import open_kept
from api.record.words import Words
from api.site import PortTaken, Site, SiteSettings
from ingest.desk_feed import DeskFeed
from ingest.feeding import Keeper, Tally
from ingest.outcomes import DeadLetter
from ingest.replaying import Nobody, Replayed, columns_of, spooled
from ingest.simulate.commands import simulate
from ingest.simulate.stage import STORY_NIGHT, Stage
from ingest.watch import Inbox
from ingest.words import WordsPort
from schemas.command_line import DataOption, JsonOption, fail, settings_of, tell, wall
from schemas.feeds import Source
from schemas.picture import Change
from schemas.realms import DEMO, LIVE, Realm
from schemas.reference import load_area, load_area_file
from schemas.settings import Settings
from schemas.telemetry import Metric
from streams.checks import doctor
from streams.commands import digest
from streams.embedded import AreaStopped, Engine
from streams.folder import DataFolder, FolderBusy, FolderError
from streams.folder_run import FolderRun, engine_in_memory
from streams.journal import JournalError, JournalFull, JournalReadOnly
from streams.owner import DeskWord, Owner
from streams.replaying import replay_policy, result_of
from streams.restore import Told

VERSION: Final = "0.1.0"
PAGES: Final = Path(__file__).resolve().parent / "api" / "pages"
REPLAY: Final = Realm("replay-files")
HOUSEKEEPING_SECONDS: Final = 3600.0
READY_TICK_SECONDS: Final = 15.0
PATIENT_WITH: Final = (JournalFull, JournalReadOnly)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
letters_app = typer.Typer(no_args_is_help=True, help="What came in and was refused.", rich_markup_mode=None)
app.add_typer(keys, name="keys")
app.add_typer(letters_app, name="ingest")
app.command(epilog="Example: nightdesk digest --data ./var")(digest)
app.command(epilog="Example: nightdesk simulate --night 2026-05-16 --out ./night")(simulate)
app.command(epilog="Example: nightdesk doctor")(doctor)


class EngineChoice(StrEnum):
    """Where a replay runs."""

    MEMORY = "memory"
    EMBEDDED = "embedded"


def main() -> None:
    """Run the command line: 0 done, 1 refused or failed with the reason on standard error, 2 wrong use."""
    try:
        app()
    except (FolderError, JournalError, RecordError, PortTaken, AreaStopped, GrantRefused, ValueError) as error:
        fail(str(error))


@app.command(epilog="Example: nightdesk up --demo --speed 60")
def up(
    data: DataOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the page and HTTP; the socket takes the next.")] = None,
    push_port: Annotated[int | None, typer.Option(help="Port of the live socket.")] = None,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Play a simulated night.")] = False,
    speed: Annotated[float, typer.Option(help="How much faster than the world the demo runs.", min=1)] = 60.0,
    seed: Annotated[int, typer.Option(help="Seed of the demo's nights.")] = 7,
) -> None:
    """Run everything on this machine; Ctrl-C stops it, and started again it goes on where it was."""
    settings = settings_of(data, HOST=host, PORT=port, PUSH_PORT=push_port)
    running = Running(settings, demo=demo, speed=speed, seed=seed)
    asyncio.run(running.run())
    if running.owner.failure is not None:
        fail(str(running.owner.failure))


@app.command(epilog="Example: nightdesk replay lfb calls.csv.gz --json")
def replay(
    source: Source,
    files: Annotated[list[Path], typer.Argument(help="Files, plain or .gz; - for standard input.")],
    engine: Annotated[EngineChoice, typer.Option(help="In memory, or on a data folder.")] = EngineChoice.MEMORY,
    data: DataOption = None,
    area: Annotated[Path | None, typer.Option(help="An area's TOML file; else the configured area.")] = None,
    columns: Annotated[str, typer.Option(help="Column names: time=...,lat=...,lon=...")] = "",
    night: Annotated[str | None, typer.Option(help="Only this operating night, by its evening's date.")] = None,
    json: JsonOption = False,
) -> None:
    """Put real files through the whole path in a replay realm; killed and run again with the same folder it goes on."""
    gc.set_threshold(50_000, 20, 50)
    settings = settings_of(data)
    where = load_area(settings.area, settings.reference) if area is None else load_area_file(area)
    evening = None if night is None else date.fromisoformat(night)
    with ExitStack() as stack:
        found = [spooled(file, stack) for file in files]
        replayed = Replayed(where, source, found, columns_of(columns), evening)
        if engine is EngineChoice.MEMORY:
            memory = engine_in_memory(where, REPLAY.name, time.monotonic)
            result = run_replay(replayed, memory, Nobody(), Nobody())
        else:
            result = replay_in_folder(replayed, settings.data if data is not None else settings.data / "replay")
    tell(result, as_json=json)
    if replayed.failure is not None:
        fail(str(replayed.failure))


def replay_in_folder(replayed: Replayed, path: Path) -> dict[str, object]:
    """A replay that is durable, with its record, and goes on where it was."""
    with DataFolder(path, realm=REPLAY.name, area=replayed.area.id, now=wall()) as folder, FolderRun(folder) as run:
        kept = open_kept(folder.path / "kept.db")
        record = RecordKeeper(folder.record, replayed.area.id, wall)
        words = Words(kept, wall, grouped=True)
        engine = run.engine(replayed.area, lambda changes: Told(record.write(changes).value), time.monotonic)
        keeping = Keeping(words, DeadLetters(kept))
        result = run_replay(replayed, engine, keeping, words, tell_all=record.is_empty)
        engine.snapshot()
        record.close()
        kept.close()
    return result


def run_replay(
    replayed: Replayed, engine: Engine, keeper: Keeper, words: WordsPort, *, tell_all: bool = False
) -> dict[str, object]:
    """Fold every batch that the journal does not know yet; the result as `replay --json` prints it."""
    began = time.perf_counter()
    engine.open(replay_policy(replayed.area.policy, replayed.source), tell_all=tell_all)
    stream = replayed.stream()
    for records in replayed.batches(stream, keeper, words, engine.journal.position(stream)):
        engine.replay(records)
    tally, elapsed = replayed.tally, time.perf_counter() - began
    return result_of(engine, stream, tally.read, tally.outside, tally.rejected, elapsed)


@letters_app.command("retry", epilog="Example: nightdesk ingest retry --set venue_id=blue-door")
def ingest_retry(
    corrections: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE to put right in each row.")
    ] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Read refused rows again, under today's reference files; what still cannot be read waits on."""
    settings = settings_of(data)
    kept = open_kept(settings.data / "kept.db")
    asked = DeadLetters(kept).ask_retry()
    kept.close()
    changes = columns_of(",".join(corrections or []))
    try:
        running = Running(settings, demo=False, speed=1, seed=0)
    except FolderBusy:
        if changes:
            raise
        tell({"asked": asked, "by": "the running Nightdesk, within seconds"}, as_json=json)
        return
    back, waiting = running.retry(changes)
    tell({"asked": asked, "back_in": back, "waiting": waiting}, as_json=json)


class Keeping:
    """Refused rows and words of one folder, kept before what is built on them goes on."""

    def __init__(self, words: Words, letters: DeadLetters) -> None:
        self._words = words
        self._letters = letters

    def keep(self, letters: list[DeadLetter]) -> None:
        """Both, durably."""
        self._words.commit()
        if letters:
            self._letters.keep(letters, wall())


class Running:
    """One running Nightdesk on one data folder: feeds in, desk, record, sockets."""

    def __init__(self, settings: Settings, *, demo: bool, speed: float, seed: int) -> None:
        self.settings = settings
        self.realm = DEMO if demo else LIVE
        self.area = load_area(settings.area, settings.reference)
        self._folder = DataFolder(settings.data, realm=self.realm.name, area=self.area.id, now=wall())
        self._run = FolderRun(self._folder)
        self._kept = open_kept(settings.data / "kept.db")
        self._record = RecordKeeper(self._folder.record, self.area.id, wall)
        self._words = Words(self._kept, wall, grouped=True)
        self._letters = DeadLetters(self._kept)
        self._keeping = Keeping(self._words, self._letters)
        self._meters = Meters()
        self._stop = threading.Event()
        self._site: Site | None = None
        self._speed, self._seed = speed, seed
        engine = self._run.engine(self.area, self._told, time.monotonic, self._meters.measure)
        self.owner = Owner(
            engine, self.area.policy, now=wall, clock=time.monotonic, virtual=demo, tell_all=self._record.is_empty
        )

    async def run(self) -> None:
        """Until SIGTERM, Ctrl-C, or something that cannot be mended."""
        gc.set_threshold(50_000, 20, 50)  # the fold makes no cycles; looking for them often costs a fifth of its speed
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        site = self._site = Site(
            self.area, self.realm.name, self._site_settings(), kept=self._kept, meters=self._meters,
            desk=self._desk, ready=self._ready, now=wall, clock=time.monotonic, random_bytes=os.urandom,
        )  # fmt: skip
        await site.start()
        self._greet()
        self.owner.start()
        feed = threading.Thread(target=self._feed, name="feed", daemon=True)
        feed.start()
        house = threading.Thread(target=self._keep_house, name="house", daemon=True)
        house.start()
        owner_ended = asyncio.create_task(asyncio.to_thread(self.owner.wait_until_ended))
        waits = [asyncio.create_task(ended.wait()), asyncio.create_task(site.watch()), owner_ended]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        self._stop.set()
        await asyncio.to_thread(self.owner.stop)
        await asyncio.to_thread(feed.join, 1.0)
        await site.stop()
        for wait in waits:
            wait.cancel()
        self._close()

    def retry(self, changes: dict[str, str]) -> tuple[int, int]:
        """Read refused rows again, without sockets."""
        self.owner.start()
        if not self.owner.wait_until_ready():
            fail(str(self.owner.failure))
        result = self._desk_feed().read_again(changes)
        self.owner.stop()
        self._close()
        return result

    def _told(self, changes: list[Change]) -> Told:
        if self._site is not None:
            self._site.announce(changes)
        with self._meters.measure(Metric.RECORD_WRITE):
            return Told(self._record.write(changes).value)

    def _feed(self) -> None:
        if not self.owner.wait_until_ready():
            return
        try:
            if self.realm is DEMO:
                self._stage().run()
            else:
                self._desk_feed().run(Inbox(self.settings.inbox, self.area, self._words))
        except AreaStopped:
            return

    def _stage(self) -> Stage:
        return Stage(
            self.area, night=STORY_NIGHT, seed=self._seed, speed=self._speed, submit=self.owner.submit,
            known=self._run.journal.position, desk_clock=lambda: self.owner.state.at, keeper=self._keeping,
            words=self._words, clock=time.monotonic, wait=self._stop.wait,
        )  # fmt: skip

    def _desk_feed(self) -> DeskFeed:
        return DeskFeed(
            self.area, submit=self.owner.submit, known=self._run.journal.position, letters=self._letters,
            keeper=self._keeping, words=self._words, now=wall, wait=self._stop.wait,
            report=self._report, patient_with=PATIENT_WITH,
        )  # fmt: skip

    def _report(self, source: Source, tally: Tally) -> None:
        self._meters.count(Metric.READ, tally.read, source.value)
        self._meters.count(Metric.OUTSIDE, tally.outside, source.value)
        for reason, count in tally.rejected.items():
            self._meters.count(Metric.REJECTED, count, source.value, reason)

    def _desk(self) -> DeskState:
        state = self.owner.state
        if state.word is DeskWord.STOPPED:
            return DeskState(at=state.at, state="stopped")
        live = state.word is DeskWord.LIVE and self._tick_age() < READY_TICK_SECONDS
        return DeskState(at=state.at, state="live" if live else "catching_up")

    def _ready(self) -> tuple[bool, str]:
        state = self.owner.state
        trouble = state.trouble or self._record.trouble
        if state.word is not DeskWord.LIVE:
            return False, trouble or f"The desk is {state.word.value.replace('_', ' ')}."
        if trouble is not None:
            return False, trouble
        if self._tick_age() > READY_TICK_SECONDS:
            return False, f"The desk has not ticked for {self._tick_age():.0f} s."
        return True, "The desk is live."

    def _tick_age(self) -> float:
        return time.monotonic() - self.owner.state.ticked_at

    def _keep_house(self) -> None:
        while True:
            self._letters.erase_expired(wall())
            if self._stop.wait(HOUSEKEEPING_SECONDS):
                return

    def _greet(self) -> None:
        page = self.settings.public_origin or f"http://{self.settings.host}:{self.settings.port}"
        typer.echo(f"Console: {page}/")
        link = SignInLinks(self._kept, os.urandom).first_run(wall())
        if link is not None:
            typer.echo(f"Sign in: {page}{link}")

    def _site_settings(self) -> SiteSettings:
        return SiteSettings(
            host=self.settings.host,
            port=self.settings.port,
            push_port=self.settings.push_port,
            public_origin=self.settings.public_origin,
            pages=PAGES,
            version=VERSION,
            speed=self._speed if self.realm is DEMO else None,
        )

    def _close(self) -> None:
        self._record.close()
        self._run.__exit__()
        self._kept.close()
        self._folder.close()


if __name__ == "__main__":
    main()
