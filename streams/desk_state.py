"""How a desk stands, for whoever wants to know: a value that any thread may read."""

from dataclasses import dataclass
from typing import Final

from schemas.times import Instant
from schemas.told import DeskWord

TICK_AGE_SECONDS_MAX: Final = 15.0
"""A desk that has not ticked for longer does not show what is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """How the desk stands, its clock, when that last moved (monotonic seconds), and what is wrong, in plain words."""

    word: DeskWord = DeskWord.STARTING
    at: Instant = 0
    ticked_at: float = 0.0
    trouble: str | None = None

    def why_not_now(self, clock: float) -> str | None:
        """Why the picture is not what is now, in plain words; None: it is. `clock` is monotonic seconds."""
        if self.trouble is not None:
            return self.trouble
        if self.word is not DeskWord.LIVE:
            return f"The desk is {self.word.value.replace('_', ' ')}."
        age = clock - self.ticked_at
        return f"The desk has not ticked for {age:.0f} s." if age > TICK_AGE_SECONDS_MAX else None
