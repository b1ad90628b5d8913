"""People: a name, a role and, once they chose one, a password. Nobody has a password that they did not choose."""

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, insert, select, update

from api.auth.audit import Action, Doer, note
from api.auth.grants import Grant
from api.record.kept import Kept
from api.record.kept_tables import people, sessions
from schemas.audiences import Role
from schemas.times import Instant

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.@_-]{1,63}")


class PersonRefused(ValueError):
    """The name cannot be one, or is somebody's already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in; `password` is its argon2id hash, None until one was chosen."""

    id: int
    name: str
    grant: Grant
    password: str | None
    created_at: Instant


class People:
    """The people of one data folder."""

    def __init__(self, kept: Kept) -> None:
        self._store = kept.store

    def listed(self) -> list[Person]:
        """Everybody, by name."""
        everybody = select(people).where(people.c.removed_at.is_(None)).order_by(people.c.name)
        with self._store.reading() as connection:
            return [_person(row) for row in connection.execute(everybody).mappings()]

    def find(self, name: str) -> Person | None:
        """Who has a name, capitals apart."""
        with self._store.reading() as connection:
            return found(connection, name)

    def remove(self, name: str, now: Instant, by: Doer) -> bool:
        """From now on the person and every session of theirs are nobody; False when there is no such person."""
        with self._store.writing() as connection:
            person = found(connection, name)
            if person is None:
                return False
            gone = {"removed_at": now, "password": None}
            connection.execute(update(people).where(people.c.id == person.id).values(gone))
            end_sessions(connection, person, now)
            whose = person.grant.audience
            note(connection, now, Action.PERSON_REMOVED, whose, who=by.name, about=person.name)
        return True

    def set_password(self, person: Person, password: str, now: Instant) -> bool:
        """Give a person a new password (its hash) and end all their sessions; False when another came before."""
        is_as_it_was = people.c.password.is_(None) if person.password is None else people.c.password == person.password
        alike = people.c.id == person.id, people.c.removed_at.is_(None), is_as_it_was
        with self._store.writing() as connection:
            if connection.execute(update(people).where(*alike).values(password=password)).rowcount == 0:
                return False
            end_sessions(connection, person, now)
            note(connection, now, Action.PASSWORD_CHANGED, person.grant.audience, who=person.name)
        return True


def added(connection: Connection, name: str, grant: Grant, now: Instant, by: Doer) -> Person:
    """The person of a name, made where there is none; PersonRefused when it is somebody's with another role."""
    wanted = name.strip().casefold()
    if not _NAME.fullmatch(wanted):
        raise PersonRefused(f"name {name[:80]!r} must be 2 to 64 letters, digits, dots, hyphens, underscores or @")
    person = found(connection, wanted)
    if person is not None:
        if person.grant != grant:
            raise PersonRefused(
                f"name {wanted!r} is somebody's with role {person.grant.role}: remove them, or take another"
            )
        return person
    row = {"name": wanted, **grant.columns, "created_at": now}
    connection.execute(insert(people).values(row))
    note(connection, now, Action.PERSON_ADDED, grant.audience, who=by.name, about=wanted)
    person = found(connection, wanted)
    if person is None:
        raise LookupError(f"{wanted} was added and is not there")
    return person


def found(connection: Connection, name: str) -> Person | None:
    """Who has a name, capitals apart."""
    wanted = people.c.name == name.strip().casefold(), people.c.removed_at.is_(None)
    row = connection.execute(select(people).where(*wanted)).mappings().one_or_none()
    return None if row is None else _person(row)


def with_id(connection: Connection, person_id: int) -> Person | None:
    """Who has an id."""
    wanted = people.c.id == person_id, people.c.removed_at.is_(None)
    row = connection.execute(select(people).where(*wanted)).mappings().one_or_none()
    return None if row is None else _person(row)


def forget_password(connection: Connection, person: Person, now: Instant) -> None:
    """A new link takes the place of the password, and of every session."""
    connection.execute(update(people).where(people.c.id == person.id).values(password=None))
    end_sessions(connection, person, now)


def end_sessions(connection: Connection, person: Person, now: Instant) -> None:
    """End every session of a person."""
    theirs = sessions.c.person_id == person.id, sessions.c.ended_at.is_(None)
    connection.execute(update(sessions).where(*theirs).values(ended_at=now))


def _person(row: RowMapping) -> Person:
    grant = Grant(role=Role(row["role"]), venue=row["venue"], haven=row["haven"], team=row["team"])
    own = {name: row[name] for name in ("id", "name", "password", "created_at")}
    return Person(grant=grant, **own)
