"""Accounts for tests: a clock that is set, random bytes from a seed, and keys by role."""

import random
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from pwdlib.hashers.argon2 import Argon2Hasher

from api.auth.audit import Doer
from api.auth.authenticator import Authenticator
from api.auth.grants import Grant
from api.auth.keys import Keys
from api.auth.links import SignInLinks
from api.auth.passwords import Passwords
from api.holdings import Holdings
from api.record.dead_letters import DeadLetters
from api.record.kept import Kept, open_kept
from api.record.place import Place
from api.record.record import open_record
from api.record.words import Words
from schemas.audiences import Audience, Role
from schemas.times import SECOND, Instant
from tests.builders_night import westminster
from tests.builders_postgres import beside, stored
from tests.builders_record import SATURDAY

GRANTS: dict[Role, Grant] = {role: Grant(role=role) for role in Role if role not in {Role.BUSINESS, Role.HAVEN}} | {
    Role.BUSINESS: Grant(role=Role.BUSINESS, venue="blue-door"),
    Role.HAVEN: Grant(role=Role.HAVEN, haven="lamp-room"),
}
"""One grant a role."""
PASSWORD = "a lamp over the blue door"  # noqa: S105 - a test's own
SHELL = Doer(audience=Audience(role=Role.ADMIN))
"""Who sits at the machine itself."""


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
        passwords = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
        return Authenticator(self.kept, self.clock, self.random_bytes, secure=self.secure, passwords=passwords)

    @property
    def holdings(self) -> Holdings:
        """With the record beside it."""
        record = self.open.enter_context(closing(open_record(self.record)))
        return Holdings(
            self.kept, westminster().retention, letters=DeadLetters(self.kept),
            history=lambda: record.history("westminster"), now=self.clock, desk_clock=self.clock, stop=Event(),
        )  # fmt: skip

    @property
    def record(self) -> Place:
        """Where the record lies that belongs to it."""
        return beside(self.kept.store.place)

    def stored(self) -> bytes:
        """All that lies there."""
        return stored(self.kept.store.place)

    @property
    def words(self) -> Words:
        return Words(self.kept, self.clock)

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

    def person(self, name: str = "ann", role: Role = Role.OPERATIONS, password: str | None = PASSWORD) -> None:
        """Somebody with a name and, unless None, a password."""
        house = self.authenticator
        house.enrolments.make(GRANTS[role], name, self.clock(), SHELL)
        person = house.people.find(name)
        assert person is not None
        if password is not None:
            hashed = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)).hashed(password)
            assert house.people.set_password(person, hashed, self.clock())

    def enrolment(self, role: Role = Role.BUSINESS, name: str | None = None) -> str:
        """The token of a new enrolment."""
        _, path = self.authenticator.enrolments.make(GRANTS[role], name, self.clock(), SHELL)
        return path.partition("#token=")[2]

    def token(self) -> str:
        """The token of a new sign-in link."""
        return self.links.make(self.clock()).partition("#token=")[2]


def accounts(folder: Path, *, secure: bool = False, kept: Place | None = None) -> Accounts:
    """Accounts in a new kept.db of a folder, or where else."""
    return Accounts(kept=open_kept(kept or folder / "kept.db"), secure=secure)
