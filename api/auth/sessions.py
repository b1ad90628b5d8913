"""Sessions: what a cookie names. They last one operating night, and end with their key."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from api.auth.audit import Action, note
from api.auth.grants import Grant
from api.auth.tokens import RandomBytes, hashed, new_secret
from api.record.kept import Kept
from api.record.kept_tables import keys, sessions
from schemas.audiences import Role
from schemas.times import DAY, HOUR, Instant

LASTS: Final = 12 * HOUR
_FORGOTTEN_AFTER: Final = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in, and until when."""

    grant: Grant
    key_id: int | None
    expires_at: Instant


class Sessions:
    """The sessions of one data folder."""

    def __init__(self, kept: Kept, random_bytes: RandomBytes) -> None:
        self._store = kept.store
        self._random_bytes = random_bytes

    def open(self, grant: Grant, key_id: int | None, now: Instant, replaces: str | None) -> tuple[str, Session]:
        """A new session under a new secret; the one that the browser had until now (`replaces`) ends."""
        secret = new_secret(self._random_bytes)
        session = Session(grant=grant, key_id=key_id, expires_at=now + LASTS)
        subject = {"venue": grant.venue, "haven": grant.haven, "team": grant.team}
        times = {"created_at": now, "expires_at": session.expires_at}
        row = {"hash": hashed(secret), "role": grant.role, **subject, "key_id": key_id, **times}
        with self._store.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at < now - _FORGOTTEN_AFTER))
            if replaces is not None:
                connection.execute(update(sessions).where(*_live(replaces, now)).values(ended_at=now))
            connection.execute(insert(sessions).values(row))
            note(connection, now, Action.SIGNED_IN, grant.audience, key_id)
        return secret, session

    def find(self, secret: str, now: Instant) -> Session | None:
        """The live session of a secret: not over, not ended, its key not revoked."""
        of_live_key = or_(sessions.c.key_id.is_(None), keys.c.revoked_at.is_(None))
        columns = (sessions.c.role, sessions.c.venue, sessions.c.haven, sessions.c.team)
        found = (
            select(*columns, sessions.c.key_id, sessions.c.expires_at)
            .join_from(sessions, keys, keys.c.id == sessions.c.key_id, isouter=True)
            .where(*_live(secret, now), of_live_key)
        )
        with self._store.reading() as connection:
            row = connection.execute(found).one_or_none()
        if row is None:
            return None
        role, venue, haven, team, key_id, expires_at = row
        grant = Grant(role=Role(role), venue=venue, haven=haven, team=team)
        return Session(grant=grant, key_id=key_id, expires_at=expires_at)

    def end(self, secret: str, now: Instant) -> bool:
        """Sign out; False when there was no live session."""
        session = self.find(secret, now)
        if session is None:
            return False
        with self._store.writing() as connection:
            ended = connection.execute(update(sessions).where(*_live(secret, now)).values(ended_at=now)).rowcount
            if ended:
                note(connection, now, Action.SIGNED_OUT, session.grant.audience, session.key_id)
        return ended == 1


def _live(secret: str, now: Instant) -> tuple[ColumnElement[bool], ...]:
    return (sessions.c.hash == hashed(secret), sessions.c.ended_at.is_(None), sessions.c.expires_at > now)
