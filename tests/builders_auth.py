"""Accounts for tests: a clock that is set, random bytes from a seed, and keys by role."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from api.auth.authenticator import Authenticator
from api.auth.grants import Grant
from api.auth.keys import Keys
from api.auth.links import SignInLinks
from api.record.kept import Kept, open_kept
from schemas.audiences import Role
from schemas.times import SECOND, Instant
from tests.builders_record import SATURDAY

GRANTS: dict[Role, Grant] = {role: Grant(role=role) for role in Role if role not in {Role.BUSINESS, Role.HAVEN}} | {
    Role.BUSINESS: Grant(role=Role.BUSINESS, venue="blue-door"),
    Role.HAVEN: Grant(role=Role.HAVEN, haven="lamp-room"),
}
"""One grant a role."""


@dataclass(slots=True)
class Clock:
    """A clock that tests set."""

    now: Instant = SATURDAY

    def __call__(self) -> Instant:
        return self.now


@dataclass(slots=True)
class Accounts:
    """One kept.db with all that opens it."""

    kept: Kept
    clock: Clock = field(default_factory=Clock)
    random_bytes: Callable[[int], bytes] = field(default_factory=lambda: random.Random(7).randbytes)  # noqa: S311
    secure: bool = False
    open: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """Close the file, and what was opened beside it."""
        self.open.close()
        self.kept.close()

    @property
    def authenticator(self) -> Authenticator:
        return Authenticator(self.kept, self.clock, self.random_bytes, secure=self.secure)

    @property
    def keys(self) -> Keys:
        return Keys(self.kept, self.random_bytes)

    @property
    def links(self) -> SignInLinks:
        return SignInLinks(self.kept, self.random_bytes)

    def seconds(self) -> float:
        """The same clock as monotonic seconds."""
        return self.clock.now / SECOND

    def key(self, role: Role = Role.OPERATIONS) -> str:
        """The secret of a new key."""
        return self.keys.add(GRANTS[role], self.clock())

    def token(self) -> str:
        """The token of a new sign-in link."""
        return self.links.make(self.clock()).partition("#token=")[2]


def accounts(folder: Path, *, secure: bool = False) -> Accounts:
    """Accounts in a new kept.db of a folder."""
    return Accounts(kept=open_kept(folder / "kept.db"), secure=secure)
