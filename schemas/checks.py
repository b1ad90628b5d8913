"""One thing that `nightdesk doctor` looked at; each part of Nightdesk has checks of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from schemas.settings import Settings

_HERE: Final = {"", "localhost", "127.0.0.1", "::1", "[::1]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found and, where it is not as it should be, what to do. `is_grave` False: it works, and is a risk."""

    what: str
    ok: bool
    found: str
    do: str = ""
    is_grave: bool = True

    def __str__(self) -> str:
        mark = "ok " if self.ok else "BAD" if self.is_grave else "!! "
        return f"{mark} {self.what}: {self.found}" + (f". {self.do}" if self.do else "")


Checks = Callable[[Settings], Iterator[Check]]


def is_here(host: str) -> bool:
    """Whether what is said to a host stays on this machine."""
    return host.lower() in _HERE
