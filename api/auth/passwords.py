"""Passwords: what one must be, and argon2id, a few at a time because each takes 19 MiB and a core.

Both calls take tens of milliseconds: from a thread, never from the loop.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

CHARS_LEAST: Final = 12
CHARS_MAX: Final = 128
DIFFERENT_LEAST: Final = 5
AT_ONCE: Final = 2
WAITING_MAX: Final = 8
"""Calls at work or in line; one more is refused, so that they never take all of the server's threads."""

_TRIED_FIRST: Final = """
password passwort passphrase qwerty qwertyuiop qwertyuiopasdfghjkl qwertyqwerty asdfghjkl zxcvbnm qazwsx
qazwsxedc letmein welcome admin administrator login master secret default changeme test iloveyou monkey dragon
sunshine princess football baseball liverpool liverpoolfc arsenal arsenalfc chelsea chelseafc tottenham
manchester london england spring summer autumn winter january february october november december superman batman
pokemon starwars whatever trustno shadow michael jessica charlotte nightdesk westminster citywestminster westend
soho abc abcd abcdef abcdefgh passwordpassword
"""
_EASY: Final = frozenset(_TRIED_FIRST.split())
"""What is left of the passwords that everybody tries, once digits and signs are taken away."""
_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_STEPS: Final = (
    "01234567890123456789",
    "98765432109876543210",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
)


class PasswordRefused(ValueError):
    """It may not be a password; the text says which rule it breaks, and never the password."""


class PasswordsBusy(Exception):
    """Too many passwords are being looked at: try again in a second."""


class Passwords:
    """Makes and checks hashes. Safe from any thread; PasswordsBusy."""

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        self._hash = PasswordHash([hasher or Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1)])
        self._line, self._work = BoundedSemaphore(WAITING_MAX), BoundedSemaphore(AT_ONCE)
        self._nobodys: str | None = None

    def hashed(self, password: str) -> str:
        """What is kept of a password."""
        with self._turn():
            return self._hash.hash(password)

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one of a hash; with None it takes as long and is wrong."""
        with self._turn():
            if self._nobodys is None:
                self._nobodys = self._hash.hash("nobody has this one")
            return self._hash.verify(password, kept or self._nobodys) and kept is not None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._line.acquire(blocking=False):
            raise PasswordsBusy
        try:
            with self._work:
                yield
        finally:
            self._line.release()


def check_new(password: str, name: str) -> None:
    """PasswordRefused when it is too short, too long, or one of the first that anybody would try."""
    if len(password) < CHARS_LEAST:
        raise PasswordRefused(
            f"A password has at least {CHARS_LEAST} characters. A sentence that only you know is good."
        )
    if len(password) > CHARS_MAX:
        raise PasswordRefused(f"A password has at most {CHARS_MAX} characters.")
    plain = password.casefold()
    if name.casefold() in plain:
        raise PasswordRefused("Your name must not be part of your password.")
    if len(set(plain)) < DIFFERENT_LEAST or _NO_LETTERS.sub("", plain) in _EASY or _is_a_step(plain):
        raise PasswordRefused("That is one of the first that anybody would try. Take another.")


def _is_a_step(plain: str) -> bool:
    """Whether it is a walk along the keys, the digits or the alphabet, perhaps more than once."""
    return any(plain in steps * 2 or (plain[: len(plain) // 2] * 2 == plain and plain[:4] in steps) for steps in _STEPS)
