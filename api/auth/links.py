"""One-use sign-in links: how the first operator gets in, without any default password.

The secret stands in the fragment, which browsers send to no server and link previewers do not run: the page
`/sign-in` reads it there and posts it.
"""

from typing import Final

from sqlalchemy import exists, insert, select, update

from api.auth.audit import Action, note
from api.auth.tokens import RandomBytes, hashed, new_secret
from api.record.kept import Kept
from api.record.kept_tables import audit, signin_links
from schemas.audiences import Audience, Role
from schemas.times import MINUTE, Instant

VALID_FOR: Final = 15 * MINUTE
_OPERATORS: Final = (Role.OPERATIONS, Role.LEAD, Role.ADMIN)


class SignInLinks:
    """The links of one data folder."""

    def __init__(self, kept: Kept, random_bytes: RandomBytes) -> None:
        self._store = kept.store
        self._random_bytes = random_bytes

    def make(self, now: Instant, role: Role = Role.OPERATIONS) -> str:
        """The path of a new link, `/sign-in#token=...`: good once, for 15 minutes."""
        token = new_secret(self._random_bytes)
        row = {"hash": hashed(token), "role": role, "created_at": now, "expires_at": now + VALID_FOR}
        with self._store.writing() as connection:
            connection.execute(insert(signin_links).values(row))
            note(connection, now, Action.LINK_MADE, Audience(role=role))
        return f"/sign-in#token={token}"

    def first_run(self, now: Instant) -> str | None:
        """A new link while no operator has ever signed in, else None: asked at each start."""
        came = exists().where(audit.c.action == Action.SIGNED_IN, audit.c.role.in_(_OPERATORS))
        with self._store.reading() as connection:
            if connection.execute(select(came)).scalar_one():
                return None
        return self.make(now)

    def use(self, token: str, now: Instant) -> Role | None:
        """The role of a link that is still good, which is then used up; None otherwise. Of two at once, one wins."""
        good = (signin_links.c.used_at.is_(None), signin_links.c.expires_at > now)
        used = update(signin_links).where(signin_links.c.hash == hashed(token), *good).values(used_at=now)
        with self._store.writing() as connection:
            role = connection.execute(used.returning(signin_links.c.role)).scalar_one_or_none()
        return None if role is None else Role(role)
