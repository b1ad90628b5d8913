"""What every command shares: its options, its settings, how it shows a result and how it says no."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, NoReturn, TypeVar

import orjson
import typer

from schemas.settings import Settings
from schemas.times import Instant

S = TypeVar("S")
T = TypeVar("T")
DataOption = Annotated[Path | None, typer.Option("--data", help="Data folder; else NIGHTDESK_DATA, else ./var.")]
HealthHostOption = Annotated[
    str | None, typer.Option("--health-host", help="Where its health port listens; else where it does itself.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, last on standard output.")]


SERVICES: Final = "services"
"""In a data folder: the services of a Kafka engine on this machine."""
VARIABLES_FILE: Final = "variables.json"
"""Among them: where they are, as variables of the environment. It holds passwords: its owner alone reads it."""


def settings_of(data: Path | None, **options: object) -> Settings:
    """The environment's settings with a command's options laid over them, each under its variable's name.

    Under both lies what a Kafka engine of the data folder left: so every command finds its record, brokers and realm.
    """
    given = {"DATA": data, **options}
    over = {f"NIGHTDESK_{name}": str(value) for name, value in given.items() if value is not None}
    settings = Settings.from_environ({**os.environ, **over})
    left = _left_by_engine(settings.data / SERVICES / VARIABLES_FILE)
    return Settings.from_environ({**left, **os.environ, **over}) if left else settings


def _left_by_engine(file: Path) -> dict[str, str]:
    try:
        found = orjson.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def wall() -> Instant:
    """Now, by this machine's clock."""
    return time.time_ns() // 1_000_000


def tell(result: dict[str, object], *, as_json: bool) -> None:
    """A result, as one JSON object or as lines."""
    if as_json:
        typer.echo(orjson.dumps(result).decode())
        return
    for name, value in result.items():
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def fail(why: str, *, code: int = 1) -> NoReturn:
    """Say why on standard error, and end: 1 refused or failed, 2 wrong use."""
    typer.echo(f"nightdesk: {why}", err=True)
    raise SystemExit(code)


def said(error: Exception) -> str:
    """An error in a line for people: ours as it is, the machine's as the file and what is wrong with it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def used(parse: Callable[[S], T], given: S) -> T:
    """An option's value; what `parse` refuses with a ValueError is wrong use, and ends with 2."""
    try:
        return parse(given)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
