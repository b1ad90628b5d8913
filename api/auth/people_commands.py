"""`nightdesk enrol` and `nightdesk people`: who may come in, from the machine itself, where the first admin begins."""

import os
from typing import Annotated, Final

import typer

from api.auth.audit import Doer
from api.auth.commands import (
    HavenOption,
    TeamOption,
    VenueOption,
    kept_of,
    keys,
    known_grant,
    page_of,
    tell_line,
)
from api.auth.enrolments import HOURS_MAX, HOURS_USUAL, Enrolments
from api.auth.people import People
from schemas.audiences import Audience, Role
from schemas.command_line import DataOption, JsonOption, fail, settings_of, tell, wall
from schemas.times import rfc3339

_SHELL: Final = Doer(audience=Audience(role=Role.ADMIN), name="the command line")
HoursOption = Annotated[int, typer.Option(min=1, max=HOURS_MAX, help="How long the link is good.")]
RoleOption = Annotated[Role, typer.Option(help="What they may do.")]

people = typer.Typer(no_args_is_help=True, help="People who sign in with a password.", rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Put every command of accounts on the command line."""
    app.add_typer(keys, name="keys")
    app.add_typer(people, name="people")
    app.command(epilog="Example: nightdesk enrol --role business --venue blue-door")(enrol)


def enrol(
    role: RoleOption,
    venue: VenueOption = None,
    haven: HavenOption = None,
    team: TeamOption = None,
    hours: HoursOption = HOURS_USUAL,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Print a one-use link; the phone that opens it is from then on that venue's, haven's or team's."""
    _tell_link(role, venue, haven, team, None, hours, data_of=data, as_json=json)


@people.command("add", epilog="Example: nightdesk people add ann --role operations")
def add(
    name: Annotated[str, typer.Argument(help="What they sign in with.")],
    role: RoleOption,
    venue: VenueOption = None,
    haven: HavenOption = None,
    team: TeamOption = None,
    hours: HoursOption = HOURS_USUAL,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Print a one-use link with which somebody chooses their password; again for who forgot theirs."""
    _tell_link(role, venue, haven, team, name, hours, data_of=data, as_json=json)


@people.command("list", epilog="Example: nightdesk people list")
def listed(data: DataOption = None, json: JsonOption = False) -> None:
    """Everybody who may sign in with a name."""
    with kept_of(settings_of(data)) as kept:
        for person in People(kept).listed():
            audience = person.grant.audience
            password = "has a password" if person.password else "no password yet"
            line = {"name": person.name, "role": audience.role, "subject": audience.subject, "password": password}
            tell_line(line | {"since": rfc3339(person.created_at)}, as_json=json)


@people.command("remove", epilog="Example: nightdesk people remove ann")
def remove(name: Annotated[str, typer.Argument(help="Whom.")], data: DataOption = None) -> None:
    """From now on a person, their sessions and their live sockets are nobody's."""
    with kept_of(settings_of(data)) as kept:
        if not People(kept).remove(name, wall(), _SHELL):
            fail(f"there is nobody with the name {name!r}: see nightdesk people list")
    typer.echo(f"{name} is removed")


def _tell_link(
    role: Role, venue: str | None, haven: str | None, team: str | None, name: str | None, hours: int,
    *, data_of: DataOption, as_json: bool,
) -> None:  # fmt: skip
    settings = settings_of(data_of)
    grant = known_grant(settings, role, venue, haven, team)
    with kept_of(settings) as kept:
        made, path = Enrolments(kept, os.urandom).make(grant, name, wall(), _SHELL, hours)
    tell({"link": page_of(settings) + path, "good_until": rfc3339(made.expires_at)}, as_json=as_json)
