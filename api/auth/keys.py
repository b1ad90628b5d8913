"""Keys of programs and people: added, listed, revoked; a secret is shown once and kept only as its hash."""

from dataclasses import dataclass

from sqlalchemy import Row, Select, select, update
from sqlalchemy import insert as insert_into

from api.auth.audit import Action, note
from api.auth.grants import Grant
from api.auth.tokens import KEY_PREFIX, RandomBytes, hashed, new_secret
from api.record.kept import Kept
from api.record.kept_tables import keys
from schemas.audiences import Role
from schemas.times import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key without its secret."""

    id: int
    grant: Grant
    created_at: Instant
    revoked_at: Instant | None


class Keys:
    """The keys of one data folder."""

    def __init__(self, kept: Kept, random_bytes: RandomBytes) -> None:
        self._store = kept.store
        self._random_bytes = random_bytes

    def add(self, grant: Grant, now: Instant) -> str:
        """Make a key and return its secret (`nd_` and 32 characters), which is never shown again."""
        secret = KEY_PREFIX + new_secret(self._random_bytes)
        row = {"hash": hashed(secret), **grant.columns, "created_at": now}
        with self._store.writing() as connection:
            key_id = connection.execute(insert_into(keys).values(row).returning(keys.c.id)).scalar_one()
            note(connection, now, Action.KEY_ADDED, grant.audience, key_id)
        return secret

    def revoke(self, key_id: int, now: Instant) -> bool:
        """From now on the key and every session that it opened are nobody; False when there is no such live key."""
        live = update(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None)).values(revoked_at=now)
        with self._store.writing() as connection:
            if connection.execute(live).rowcount == 0:
                return False
            revoked = _key(connection.execute(_KEYS.where(keys.c.id == key_id)).one())
            note(connection, now, Action.KEY_REVOKED, revoked.grant.audience, key_id)
        return True

    def listed(self) -> list[Key]:
        """Every key there ever was, in the order made."""
        with self._store.reading() as connection:
            return [_key(row) for row in connection.execute(_KEYS.order_by(keys.c.id))]

    def find(self, secret: str) -> Key | None:
        """The live key of a secret."""
        if not secret.startswith(KEY_PREFIX):
            return None
        with self._store.looking() as connection:
            live = _KEYS.where(keys.c.hash == hashed(secret), keys.c.revoked_at.is_(None))
            row = connection.execute(live).one_or_none()
        return None if row is None else _key(row)


_KEYS: Select[int, str, str | None, str | None, str | None, Instant, Instant | None] = select(
    keys.c.id, keys.c.role, keys.c.venue, keys.c.haven, keys.c.team, keys.c.created_at, keys.c.revoked_at
)


def _key(row: Row[int, str, str | None, str | None, str | None, Instant, Instant | None]) -> Key:
    grant = Grant(role=Role(row.role), venue=row.venue, haven=row.haven, team=row.team)
    return Key(id=row.id, grant=grant, created_at=row.created_at, revoked_at=row.revoked_at)
