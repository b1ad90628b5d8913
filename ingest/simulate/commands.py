"""`nightdesk simulate`: a simulated night as the four feeds' own files, and what to look for when."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ingest.simulate.night import simulate as simulated
from ingest.simulate.night import write
from ingest.simulate.scenario import load_scenario
from ingest.simulate.stage import STORY_NIGHT, STORY_SEED
from schemas.command_line import settings_of
from schemas.reference import load_area


def simulate(
    night: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=f"The evening's date; else {STORY_NIGHT}.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed.")] = STORY_SEED,
    scenario: Annotated[Path | None, typer.Option(help="A story of your own, as a TOML file.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("night"),
) -> None:
    """Write a simulated night as the four feeds' own files, and say what to look for when."""
    settings = settings_of(None)
    area = load_area(settings.area, settings.reference)
    made = simulated(area, STORY_NIGHT if night is None else night.date(), seed, load_scenario(scenario))
    for path in write(made, out):
        typer.echo(path)
    for beat in made.programme:
        typer.echo(f"{beat.clock}  {beat.title}: {beat.watch}")
