"""`nightdesk doctor`: what this machine and data folder are like, and what to do about what is wrong."""

import importlib.util
import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer

from schemas.checks import Check, Checks
from schemas.command_line import DataOption, JsonOption, settings_of
from schemas.journal import ReferenceAdopted
from schemas.reference import ReferenceFileError, load_area
from schemas.settings import Settings
from streams.alarm import ALARM_NAME
from streams.commands import is_on_kafka
from streams.engines import EngineChoice
from streams.folder import FolderError, holder_of, read_mark
from streams.journal import JournalError
from streams.sqlite_file import connect
from streams.sqlite_journal import SqliteJournal

_OTHERS: Final = (
    ("kept.db", "Put a copy from your backup in its place: nothing can rebuild it"),
    ("record.db", "Restart Nightdesk: it is set aside and built again from the journal"),
    ("snapshots.db", "Restart Nightdesk: it is set aside, and the start takes longer once"),
)
FREE_BYTES_LEAST: Final = 1 << 30
PYTHON_LEAST: Final = (3, 11)


EngineOption = Annotated[
    EngineChoice | None, typer.Option(help="embedded or kafka; else what NIGHTDESK_KAFKA or the data folder tell.")
]


def doctor_with(children: Checks, services: Checks) -> Callable[..., None]:
    """The command, with what the Kafka engine has beside the brokers: its processes here, and its services."""

    def doctor(engine: EngineOption = None, data: DataOption = None, json: JsonOption = False) -> None:
        """Check this machine, the data folder or the services, and say what to do about what is wrong."""
        if engine is not None:
            engine.refuse_unless(EngineChoice.EMBEDDED, EngineChoice.KAFKA)
        settings = settings_of(data)
        is_kafka_s = bool(os.environ.get("NIGHTDESK_KAFKA", "").strip()) or is_on_kafka(settings)
        chosen = engine or (EngineChoice.KAFKA if is_kafka_s else EngineChoice.EMBEDDED)
        of_kafka = chosen is EngineChoice.KAFKA
        found = list(checks_of_kafka(settings, children, services) if of_kafka else checks(settings))
        typer.echo(orjson.dumps(found).decode() if json else "\n".join(map(str, found)))
        if not all(check.ok or not check.is_grave for check in found):
            raise SystemExit(1)

    return doctor


def checks_of_kafka(settings: Settings, children: Checks, services: Checks) -> Iterator[Check]:
    """The same for one machine of the Kafka engine, whose truth is on the brokers."""
    from streams.kafka_checks import kafka_checks  # noqa: PLC0415 - Kafka is there for the Kafka engine alone

    yield from _machine(settings)
    yield from children(settings)
    yield from kafka_checks(settings)
    yield from services(settings)
    yield _pages()


def _machine(settings: Settings) -> Iterator[Check]:
    yield _python()
    yield _reference(settings)
    yield _space(settings.data)


def checks(settings: Settings) -> Iterator[Check]:
    """Everything that is looked at, in the order of what depends on what."""
    yield from _machine(settings)
    holder = holder_of(settings.data)
    if holder is not None:
        yield Check(what="Running", ok=True, found=f"process {holder} works in {settings.data}")
    yield from _journal(settings.data)
    yield from (_file(settings.data / name, do) for name, do in _OTHERS)
    if holder is None:  # else the ports are its own
        yield from (_port(settings.host, port) for port in (settings.port, settings.push_port))
    yield _pages()


def _python() -> Check:
    found = ".".join(str(number) for number in sys.version_info[:3])
    is_enough = sys.version_info >= PYTHON_LEAST
    do = "" if is_enough else f"Run it with Python {'.'.join(str(number) for number in PYTHON_LEAST)} or later"
    return Check(what="Python", ok=is_enough, found=found, do=do)


def _reference(settings: Settings) -> Check:
    try:
        area = load_area(settings.area, settings.reference)
    except ReferenceFileError as error:
        return Check(what="Reference files", ok=False, found=str(error), do="Put that line right")
    return Check(
        what="Reference files", ok=True, found=f"{area.name}, {len(area.wards)} wards, {len(area.venues)} venues"
    )


def _space(folder: Path) -> Check:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    found = f"{free / (1 << 30):.1f} GiB free at {there}"
    do = "" if free >= FREE_BYTES_LEAST else "Make room: under 1 GiB a full disk is near"
    return Check(what="Disk", ok=free >= FREE_BYTES_LEAST, found=found, do=do)


def _journal(folder: Path) -> Iterator[Check]:
    """The journal read from its first entry to its last, each checked; and the entries that the fold had to skip."""
    try:
        mark = read_mark(folder)
    except FolderError as error:
        yield Check(what="Data folder", ok=False, found=str(error), do="")
        return
    if mark is None or not (folder / "journal.db").exists():
        yield Check(what="Data folder", ok=True, found=f"{folder} is empty; the first start makes what it needs")
        return
    try:
        journal = SqliteJournal(folder / "journal.db", realm=mark.realm, area=mark.area)
        with closing(journal):
            read, skips = _read(journal), journal.skips()
    except JournalError as error:
        yield Check(what="Journal", ok=False, found=str(error), do="")
        return
    yield Check(what="Journal", ok=True, found=f"{read} entries of realm {mark.realm}, all whole")
    if (folder / ALARM_NAME).exists():
        yield Check(
            what="Journal's end", ok=False, found="it lost its newest entries", do=f"Follow {folder / ALARM_NAME}"
        )
    for skip in skips.values():
        cause = (skip.trace.strip() or "its cause was not kept").splitlines()[-1]
        yield Check(what=f"Entry {skip.offset}", ok=False, found=f"left out: {cause}", do="Report it, with this line")


def _read(journal: SqliteJournal) -> int:
    """How many entries there are: each is read, and each policy that one names."""
    read = 0
    for _, entry in journal.read():
        read += 1
        if isinstance(entry.fact, ReferenceAdopted):
            journal.blob(entry.fact.sha256)
    return read


def _file(path: Path, do: str) -> Check:
    """A file beside the journal, every page of it, read without writing."""
    if not path.exists():
        return Check(what=path.name, ok=True, found="not there yet")
    try:
        with closing(connect(path, "ro")) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return Check(what=path.name, ok=False, found=str(error), do=do)
    whole = found == "ok"
    return Check(what=path.name, ok=whole, found="whole" if whole else str(found), do="" if whole else do)


def _port(host: str, port: int) -> Check:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            do = "Nightdesk may be running already; else choose another with --port"
            return Check(what=f"Port {port}", ok=False, found=error.strerror or str(error), do=do)
    return Check(what=f"Port {port}", ok=True, found="free")


def _pages() -> Check:
    """Found beside the api package without loading it: this part may not import that one."""
    spec = importlib.util.find_spec("schemas")
    root = Path(spec.origin).parents[1] if spec is not None and spec.origin else Path()
    there = (root / "api" / "pages" / "index.html").exists()
    return Check(what="Pages", ok=there, found="built" if there else "not built", do="" if there else "Run make pages")
