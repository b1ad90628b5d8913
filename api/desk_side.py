"""What the side of people is given of the desk: how it stands, whether it is ready, and the record of what it told."""

from collections.abc import Callable
from dataclasses import dataclass

from api.live.hub import DeskState
from api.record.rewind import Rewind

Ready = Callable[[], tuple[bool, str]]
"""Whether requests should come here, and the reason when not, or what is wrong all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSide:
    """Called from any thread; `rewind` gives another record after the file was made anew."""

    state: Callable[[], DeskState]
    ready: Ready
    rewind: Callable[[], Rewind]
