"""`nightdesk keys`: keys and sign-in links, made beside a running Nightdesk or without one."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer

from api.addresses import addresses_of
from api.auth.grants import Grant, GrantRefused
from api.auth.keys import Keys
from api.auth.links import SignInLinks
from api.record.kept import Kept, open_kept
from api.record.place import place_of
from schemas.audiences import Role
from schemas.command_line import DataOption, JsonOption, fail, settings_of, tell, wall
from schemas.realms import LIVE, Realm
from schemas.reference import load_area
from schemas.settings import Settings
from schemas.times import rfc3339

VenueOption = Annotated[str | None, typer.Option(help="For business: the venue's id.")]
HavenOption = Annotated[str | None, typer.Option(help="For haven: the haven's id.")]
TeamOption = Annotated[str | None, typer.Option(help="For nightstars: the team's id.")]

keys = typer.Typer(no_args_is_help=True, help="Keys and links to sign in with.", rich_markup_mode=None)


@keys.command("add", epilog="Example: nightdesk keys add --role operations")
def add(
    role: Annotated[Role, typer.Option(help="What the key may do.")],
    venue: VenueOption = None,
    haven: HavenOption = None,
    team: TeamOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Make a key. It is shown once, here."""
    settings = settings_of(data)
    grant = known_grant(settings, role, venue, haven, team)
    with kept_of(settings) as kept:
        tell({"key": Keys(kept, os.urandom).add(grant, wall())}, as_json=json)


@keys.command("list", epilog="Example: nightdesk keys list")
def listed(data: DataOption = None, json: JsonOption = False) -> None:
    """Every key that was ever made, without its secret."""
    with kept_of(settings_of(data)) as kept:
        for key in Keys(kept, os.urandom).listed():
            audience = key.grant.audience
            revoked = None if key.revoked_at is None else rfc3339(key.revoked_at)
            line = {"key": key.id, "role": audience.role, "subject": audience.subject, "made": rfc3339(key.created_at)}
            tell_line(line | {"revoked": revoked}, as_json=json)


@keys.command("revoke", epilog="Example: nightdesk keys revoke 3")
def revoke(key: Annotated[int, typer.Argument(help="Its number, from keys list.")], data: DataOption = None) -> None:
    """From now on a key, the sessions that it opened and their live sockets are nobody's."""
    with kept_of(settings_of(data)) as kept:
        if not Keys(kept, os.urandom).revoke(key, wall()):
            fail(f"there is no key {key} that is still good: see nightdesk keys list")
    typer.echo(f"key {key} is revoked")


@keys.command("link", epilog="Example: nightdesk keys link")
def link(data: DataOption = None) -> None:
    """Print a new one-use sign-in link for operations."""
    settings = settings_of(data)
    with kept_of(settings) as kept:
        typer.echo(page_of(settings) + SignInLinks(kept, os.urandom).make(wall()))


@contextmanager
def kept_of(settings: Settings) -> Iterator[Kept]:
    """The accounts of a data folder, made where there are none; GrantRefused where it is somebody else's.

    Where the record is a database, they are those of the folder's realm there, or where it has none, of
    NIGHTDESK_REALM, which is live where nothing else is said.
    """
    is_elsewhere = settings.record is not None and not (settings.data / "realm.json").exists()
    file = settings.data / "kept.db" if is_elsewhere else _our_folder(settings.data) / "kept.db"
    realm = settings.realm.name if is_elsewhere else _realm_of(settings.data)
    with closing(open_kept(place_of(settings.record, realm, file))) as kept:
        yield kept


def known_grant(settings: Settings, role: Role, venue: str | None, haven: str | None, team: str | None) -> Grant:
    """The grant of a command's options, its subject known in the area."""
    grant = Grant(role=role, venue=venue, haven=haven, team=team)
    grant.check_known(load_area(settings.area, settings.reference))
    return grant


def page_of(settings: Settings) -> str:
    """The address to tell people."""
    first, *_ = addresses_of(
        host=settings.host,
        port=settings.port,
        push_port=settings.push_port,
        public_origin=settings.public_origin,
    )
    return first.page


def tell_line(line: Mapping[str, object], *, as_json: bool) -> None:
    """One thing of a list: an object a line, or its values beside each other."""
    if as_json:
        tell(dict(line), as_json=True)
    else:
        typer.echo("  ".join("-" if value is None else str(value) for value in line.values()))


def _realm_of(folder: Path) -> str:
    """The realm that a folder was first used for; a new one is live."""
    try:
        return Realm(str(orjson.loads((folder / "realm.json").read_bytes())["realm"])).name
    except FileNotFoundError:
        return LIVE.name
    except (ValueError, KeyError, TypeError) as error:
        raise GrantRefused(f"{folder / 'realm.json'} names no realm") from error


def _our_folder(folder: Path) -> Path:
    """The data folder, made where there is none; GrantRefused where it is somebody else's."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {path.name for path in folder.iterdir()}
    if names and not names & {"realm.json", "kept.db"}:
        raise GrantRefused(f"{folder} holds {sorted(names)[0]} and nothing of Nightdesk's: choose another with --data")
    return folder
