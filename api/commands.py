"""The commands of this side: keys and links, and the map under the picture."""

import typer

from api.auth.commands import keys
from api.basemap.commands import basemap


def add_commands(app: typer.Typer) -> None:
    """Put them into the command line."""
    app.add_typer(keys, name="keys")
    app.add_typer(basemap, name="basemap")
