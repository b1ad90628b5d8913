"""Enrolments: a one-use link that makes a phone a venue's, haven's or team's, or opens a person's account."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import RowMapping, insert, select, update

from api.auth.audit import Action, Doer, note
from api.auth.grants import Grant
from api.auth.people import Person, added, forget_password, with_id
from api.auth.tokens import RandomBytes, hashed, new_secret
from api.record.kept import Kept
from api.record.kept_tables import enrolments, people, sessions
from schemas.audiences import Role
from schemas.times import HOUR, Instant

HOURS_USUAL: Final = 24
HOURS_MAX: Final = 168
LISTED_MAX: Final = 500
_OF_A_PERSON: Final = frozenset(Role) - {Role.BUSINESS, Role.HAVEN, Role.NIGHTSTARS}
"""Roles that hold a name: what is done in them is somebody's deed."""


class EnrolmentRefused(ValueError):
    """What is asked for cannot be enrolled; the text says why."""


class State(StrEnum):
    """Waiting to be opened; opened; not opened in time; or taken back, with the session that it had opened."""

    WAITING = "waiting"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One link, without its token; `name` is the person's whose account it opens."""

    id: int
    grant: Grant
    name: str | None
    state: State
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A link that was good, and is now used up."""

    id: int
    grant: Grant
    person: Person | None


class Enrolments:
    """The enrolments of one data folder."""

    def __init__(self, kept: Kept, random_bytes: RandomBytes) -> None:
        self._store = kept.store
        self._random_bytes = random_bytes

    def make(
        self, grant: Grant, name: str | None, now: Instant, by: Doer, hours: int = HOURS_USUAL
    ) -> tuple[Enrolment, str]:
        """A link and its path, `/account#token=...`, shown once. With a name it opens that person's account.

        EnrolmentRefused: a person's role without a name, or hours out of 1 to 168. PersonRefused: the name.
        """
        if grant.role is Role.FEED:
            raise EnrolmentRefused("role feed is for programs: make a key with nightdesk keys add")
        if name is None and grant.role in _OF_A_PERSON:
            raise EnrolmentRefused(f"role {grant.role} is held by people: give the name that they will sign in with")
        if not 1 <= hours <= HOURS_MAX:
            raise EnrolmentRefused(f"hours {hours} must lie between 1 and {HOURS_MAX}")
        token = new_secret(self._random_bytes)
        row = {"hash": hashed(token), **grant.columns, "created_at": now, "expires_at": now + hours * HOUR}
        with self._store.writing() as connection:
            person = None if name is None else added(connection, name, grant, now, by)
            row["person_id"] = None if person is None else person.id
            made = connection.execute(insert(enrolments).values(row).returning(enrolments.c.id)).scalar_one()
            about = f"enrolment {made}" if person is None else f"enrolment {made} of {person.name}"
            note(connection, now, Action.ENROLMENT_MADE, grant.audience, who=by.name, about=about)
            return _found(connection.execute(_ALL.where(enrolments.c.id == made)).mappings().one(), now), _path(token)

    def use(self, token: str, now: Instant) -> Enrolled | None:
        """What a link that is still good gives; None otherwise. Of two at once, one wins.

        A person's password and sessions are over with it: whoever holds the link chooses a new one.
        """
        good = enrolments.c.used_at.is_(None), enrolments.c.revoked_at.is_(None), enrolments.c.expires_at > now
        used = update(enrolments).where(enrolments.c.hash == hashed(token), *good).values(used_at=now)
        with self._store.writing() as connection:
            row = connection.execute(used.returning(*enrolments.c)).mappings().one_or_none()
            if row is None:
                return None
            person = None if row["person_id"] is None else with_id(connection, row["person_id"])
            if person is None and row["person_id"] is not None:
                return None  # removed since
            grant = _grant(row)
            if person is not None:
                forget_password(connection, person, now)
            who = None if person is None else person.name
            note(connection, now, Action.ENROLLED, grant.audience, who=who, about=f"enrolment {row['id']}")
        return Enrolled(id=row["id"], grant=grant, person=person)

    def revoke(self, enrolment_id: int, now: Instant, by: Doer) -> bool:
        """The link is no good any more, and the session that it opened is over; False when there is none to revoke."""
        live = enrolments.c.id == enrolment_id, enrolments.c.revoked_at.is_(None)
        revoked = update(enrolments).where(*live).values(revoked_at=now)
        theirs = sessions.c.enrolment_id == enrolment_id, sessions.c.ended_at.is_(None)
        with self._store.writing() as connection:
            row = connection.execute(revoked.returning(*enrolments.c)).mappings().one_or_none()
            if row is None:
                return False
            connection.execute(update(sessions).where(*theirs).values(ended_at=now))
            about = f"enrolment {enrolment_id}"
            note(connection, now, Action.ENROLMENT_REVOKED, _grant(row).audience, who=by.name, about=about)
        return True

    def listed(self, now: Instant) -> list[Enrolment]:
        """The newest first, at most 500."""
        newest = _ALL.order_by(enrolments.c.id.desc()).limit(LISTED_MAX)
        with self._store.reading() as connection:
            return [_found(row, now) for row in connection.execute(newest).mappings()]


_ALL: Final = select(*enrolments.c, people.c.name).join_from(
    enrolments, people, people.c.id == enrolments.c.person_id, isouter=True
)


def _path(token: str) -> str:
    return f"/account#token={token}"


def _found(row: RowMapping, now: Instant) -> Enrolment:
    own = {name: row[name] for name in ("id", "name", "created_at", "expires_at", "used_at")}
    return Enrolment(grant=_grant(row), state=_state(row, now), **own)


def _state(row: RowMapping, now: Instant) -> State:
    if row["revoked_at"] is not None:
        return State.REVOKED
    if row["used_at"] is not None:
        return State.USED
    return State.WAITING if row["expires_at"] > now else State.EXPIRED


def _grant(row: RowMapping) -> Grant:
    return Grant(role=Role(row["role"]), venue=row["venue"], haven=row["haven"], team=row["team"])
