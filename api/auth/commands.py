"""`nightdesk keys`: keys and sign-in links, made beside a running Nightdesk or without one."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.addresses import addresses_of
from api.auth.grants import Grant, GrantRefused
from api.auth.keys import Keys
from api.auth.links import SignInLinks
from api.record.kept import open_kept
from schemas.audiences import Role
from schemas.command_line import DataOption, JsonOption, settings_of, tell, wall
from schemas.reference import load_area

keys = typer.Typer(no_args_is_help=True, help="Keys and links to sign in with.", rich_markup_mode=None)


@keys.command("add", epilog="Example: nightdesk keys add --role operations")
def add(
    role: Annotated[Role, typer.Option(help="What the key may do.")],
    venue: Annotated[str | None, typer.Option(help="For business: the venue's id.")] = None,
    haven: Annotated[str | None, typer.Option(help="For haven: the haven's id.")] = None,
    team: Annotated[str | None, typer.Option(help="For nightstars: the team's id.")] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Make a key. It is shown once, here."""
    settings = settings_of(data)
    grant = Grant(role=role, venue=venue, haven=haven, team=team)
    grant.check_known(load_area(settings.area, settings.reference))
    kept = open_kept(_our_folder(settings.data) / "kept.db")
    try:
        tell({"key": Keys(kept, os.urandom).add(grant, wall())}, as_json=json)
    finally:
        kept.close()


@keys.command("link", epilog="Example: nightdesk keys link")
def link(data: DataOption = None) -> None:
    """Print a new one-use sign-in link for operations."""
    settings = settings_of(data)
    kept = open_kept(_our_folder(settings.data) / "kept.db")
    try:
        first, *_ = addresses_of(
            host=settings.host,
            port=settings.port,
            push_port=settings.push_port,
            public_origin=settings.public_origin,
        )
        typer.echo(first.page + SignInLinks(kept, os.urandom).make(wall()))
    finally:
        kept.close()


def _our_folder(folder: Path) -> Path:
    """The data folder, made where there is none; GrantRefused where it is somebody else's."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {path.name for path in folder.iterdir()}
    if names and not names & {"realm.json", "kept.db"}:
        raise GrantRefused(f"{folder} holds {sorted(names)[0]} and nothing of Nightdesk's: choose another with --data")
    return folder
