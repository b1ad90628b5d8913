"""`nightdesk basemap`: a folder of GeoJSON made into the one file that NIGHTDESK_BASEMAP points to."""

from pathlib import Path
from typing import Annotated

import typer

from api.basemap.build import build_folder
from api.basemap.pack import write_pack
from schemas.command_line import JsonOption, settings_of, tell
from schemas.reference import load_area

basemap = typer.Typer(no_args_is_help=True, help="The map under the picture.", rich_markup_mode=None)


@basemap.callback()
def _basemap() -> None:
    """With one command alone, Typer would leave its name out."""


@basemap.command("build", epilog="Example: nightdesk basemap build ./geo --out ./westminster.basemap")
def build(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of streets, buildings, parks as *.geojson.")],
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("westminster.basemap"),
    credit: Annotated[str, typer.Option(help="Whom the map credits; else what the files say.")] = "",
    json: JsonOption = False,
) -> None:
    """Make a map pack; start Nightdesk with NIGHTDESK_BASEMAP set to it."""
    settings = settings_of(None)
    built = build_folder(folder, load_area(settings.area, settings.reference), credit=credit.strip())
    size = write_pack(built.pack, out)
    drawn = {layer.value: built.drawn[layer] for layer in sorted(built.drawn)}
    left_out = dict(sorted(built.left_out.items()))
    tell({"file": str(out), "bytes": size, "credit": built.pack.credit, **drawn, "left_out": left_out}, as_json=json)
