"""Sessions: what a cookie names. A person's lasts one operating night, an enrolled phone's half a year; each ends
with the key, person or enrolment that it came from."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, insert, or_, select, update

from api.auth.audit import Action, note
from api.auth.grants import Grant
from api.auth.tokens import RandomBytes, hashed, new_secret
from api.record.kept import Kept
from api.record.kept_tables import keys, people, sessions
from schemas.audiences import Role
from schemas.times import DAY, HOUR, Instant

LASTS: Final = 12 * HOUR
ENROLLED_LASTS: Final = 180 * DAY
_ID_CHARS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a session is opened by; nothing of these: a sign-in link."""

    grant: Grant
    key_id: int | None = None
    person_id: int | None = None
    enrolment_id: int | None = None
    device: str | None = None

    @property
    def lasts(self) -> int:
        """How long the session lasts, in milliseconds: a phone that was enrolled for a place stays so."""
        is_phone = self.enrolment_id is not None and self.person_id is None
        return ENROLLED_LASTS if is_phone else LASTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in, since and until when. `id` tells nothing of the secret; `name` is the person's."""

    id: str
    grant: Grant
    key_id: int | None
    person_id: int | None
    name: str | None
    has_password: bool
    device: str | None
    created_at: Instant
    expires_at: Instant


class Sessions:
    """The sessions of one data folder."""

    def __init__(self, kept: Kept, random_bytes: RandomBytes) -> None:
        self._store = kept.store
        self._random_bytes = random_bytes

    def open(self, opening: Opening, now: Instant, replaces: str | None) -> tuple[str, Session] | None:
        """A new session under a new secret; the one that the browser had until now (`replaces`) ends.

        None: the key or person is gone since it was looked up.
        """
        secret = new_secret(self._random_bytes)
        whose = {"key_id": opening.key_id, "person_id": opening.person_id, "enrolment_id": opening.enrolment_id}
        times = {"created_at": now, "expires_at": now + opening.lasts}
        row = {"hash": hashed(secret), **opening.grant.columns, **whose, "device": opening.device, **times}
        with self._store.writing() as connection:
            before = None if replaces is None else _found(connection, replaces, now)
            if before is not None:
                _end(connection, before, [before.id], now)
            connection.execute(insert(sessions).values(row))
            session = _found(connection, secret, now)
            if session is None:
                return None
            note(connection, now, Action.SIGNED_IN, opening.grant.audience, opening.key_id, who=session.name)
        return secret, session

    def find(self, secret: str, now: Instant) -> Session | None:
        """The live session of a secret: not over, not ended, its key not revoked, its person not removed."""
        with self._store.looking() as connection:
            return _found(connection, secret, now)

    def beside(self, session: Session, now: Instant) -> list[Session]:
        """All live sessions of whoever's this is, it too, newest first: a person's, a place's, a key's."""
        with self._store.reading() as connection:
            return _beside(connection, session, now)

    def end(self, session: Session, now: Instant, ids: list[str] | None = None) -> int:
        """End it, or those of these ids that are beside it; returns how many ended."""
        with self._store.writing() as connection:
            theirs = {one.id for one in _beside(connection, session, now)}
            ended = [one for one in (ids or [session.id]) if one in theirs]
            if ended:
                _end(connection, session, ended, now)
        return len(ended)


def _beside(connection: Connection, session: Session, now: Instant) -> list[Session]:
    alike = _live(now).where(_whose(session)).order_by(sessions.c.created_at.desc(), sessions.c.hash)
    return [_session(row) for row in connection.execute(alike).mappings()]


def _whose(session: Session) -> ColumnElement[bool]:
    if session.person_id is not None:
        return sessions.c.person_id == session.person_id
    if session.grant.audience.subject is not None:
        alike = (sessions.c[name] == value for name, value in session.grant.columns.items() if value is not None)
        return and_(sessions.c.person_id.is_(None), *alike)
    if session.key_id is not None:
        return sessions.c.key_id == session.key_id
    return _row_id == session.id


def _end(connection: Connection, session: Session, ids: list[str], now: Instant) -> None:
    live = _row_id.in_(ids), sessions.c.ended_at.is_(None)
    connection.execute(update(sessions).where(*live).values(ended_at=now))
    about = None if ids == [session.id] else f"{len(ids)} sessions"
    note(connection, now, Action.SIGNED_OUT, session.grant.audience, session.key_id, who=session.name, about=about)


def _found(connection: Connection, secret: str, now: Instant) -> Session | None:
    row = connection.execute(_live(now).where(sessions.c.hash == hashed(secret))).mappings().one_or_none()
    return None if row is None else _session(row)


def _live(now: Instant) -> Select[*tuple[Any, ...]]:
    return _ALL.where(sessions.c.ended_at.is_(None), sessions.c.expires_at > now)


_row_id: Final = func.substr(sessions.c.hash, 1, _ID_CHARS)
_ALL: Final = (
    select(*sessions.c, people.c.name, people.c.password.is_not(None).label("has_password"))
    .join_from(sessions, keys, keys.c.id == sessions.c.key_id, isouter=True)
    .join(people, people.c.id == sessions.c.person_id, isouter=True)
    .where(or_(sessions.c.key_id.is_(None), keys.c.revoked_at.is_(None)))
    .where(or_(sessions.c.person_id.is_(None), and_(people.c.id.is_not(None), people.c.removed_at.is_(None))))
)


def _session(row: RowMapping) -> Session:
    grant = Grant(role=Role(row["role"]), venue=row["venue"], haven=row["haven"], team=row["team"])
    own = {name: row[name] for name in ("key_id", "person_id", "name", "device", "created_at", "expires_at")}
    return Session(id=row["hash"][:_ID_CHARS], grant=grant, has_password=bool(row["has_password"]), **own)
