"""Where a session's bytes go: a seam, so that sessions run without a socket too."""

from typing import Final, Protocol

UNSENT_MAX: Final = 64 * 1024
"""Bytes that may wait for a client to read; past that it is skipped until it has read them."""
UNSENT_LOW: Final = 16 * 1024
"""When no more than this is left, a client that was skipped is brought up to date."""


class Outlet(Protocol):
    """A way to one client that never waits."""

    @property
    def unsent(self) -> int:
        """Bytes written that the client's line has not taken yet."""

    @property
    def written(self) -> int:
        """Bytes written in all."""

    @property
    def is_open(self) -> bool:
        """Whether a message may still be sent."""

    def write(self, frame: bytes) -> None:
        """Send, or keep for sending, one WebSocket frame."""

    def abort(self) -> None:
        """Give the client up, at once."""
