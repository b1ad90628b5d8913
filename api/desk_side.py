"""What the side of people is given of the desk: how it stands, what is wrong, and the record of what it told."""

from collections.abc import Callable
from dataclasses import dataclass

from api.live.hub import DeskState
from api.record.rewind import Rewind


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSide:
    """Called from any thread; `rewind` gives another record after the file was made anew.

    `troubles` are why the picture is not what is now, and what is wrong while it is; each None where nothing is.
    """

    state: Callable[[], DeskState]
    troubles: Callable[[], tuple[str | None, str | None]]
    rewind: Callable[[], Rewind]

    def ready(self) -> tuple[bool, str]:
        """Whether requests should come here, and the reason when not, or what is wrong all the same."""
        not_now, beside = self.troubles()
        return not_now is None, not_now or beside or ""
