"""What a service is to the supervisor: something to prepare, a command, a cheap probe and the signal that ends it."""

import time
from collections.abc import Callable
from typing import Final, Protocol

PROBE_SECONDS: Final = 0.4
"""How long one step of a probe may take; no probe takes over a second."""
_TURN_SECONDS: Final = 0.05


class CannotServe(OSError):
    """What a service needs is not on this machine, or would not work; the text names it and says what to do."""


class Service(Protocol):
    """One child process: a broker, a cache, a database or a role of our own."""

    @property
    def name(self) -> str:
        """One word, as the log shows it."""

    @property
    def command(self) -> list[str]:
        """Program and arguments; it stays in the foreground."""

    @property
    def env(self) -> dict[str, str]:
        """Its variables; beside these it gets PATH and the like, and nothing else of ours."""

    @property
    def stop_signal(self) -> int:
        """The signal that ends it cleanly."""

    def prepare(self) -> None:
        """Make its folder, configuration and files, where they are not there yet. Raises CannotServe."""

    def is_ready(self) -> bool:
        """Whether it serves now: one cheap probe of at most a second that never raises."""


def until_ready(service: Service, within_s: float, has_ended: Callable[[], bool] = lambda: False) -> None:
    """Wait until a service that was started serves. CannotServe when its process ends or the time is over."""
    deadline = time.monotonic() + within_s
    while not service.is_ready():
        if has_ended():
            raise CannotServe(f"{service.name} ended before it was ready; its own lines say why.")
        if time.monotonic() > deadline:
            raise CannotServe(f"{service.name} is not ready after {within_s:g} s.")
        time.sleep(_TURN_SECONDS)
