"""The commands of this side: accounts, and the map under the picture."""

import typer

from api.auth.people_commands import add_to
from api.basemap.commands import basemap


def add_commands(app: typer.Typer) -> None:
    """Put them into the command line."""
    add_to(app)
    app.add_typer(basemap, name="basemap")
