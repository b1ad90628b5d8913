"""Realms: which world a record belongs to. Live, exercise, or one replay by its id; nothing crosses between them."""

import re
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"live|exercise|replay-[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Realm:
    """A world by name. ValueError: not `live`, `exercise` or `replay-<id>` (letters, digits, hyphens; at most 32)."""

    name: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"realm {self.name!r} must be live, exercise or replay- and an id of at most 32 small letters, "
                "digits and hyphens"
            )

    def __str__(self) -> str:
        return self.name

    @property
    def is_replay(self) -> bool:
        """Whether time is virtual here and nobody is ever paged."""
        return self.name.startswith("replay-")


LIVE: Final = Realm("live")
EXERCISE: Final = Realm("exercise")
DEMO: Final = Realm("replay-demo")
REPLAY: Final = Realm("replay-files")
