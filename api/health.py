"""How Nightdesk is, for pages and for whoever sends requests: made of what its parts say of themselves."""

from collections.abc import Callable, Sequence
from typing import Protocol

from api.live.hub import DeskState
from schemas.times import Instant

Trouble = Callable[[], str | None]
"""What is wrong with one part, in plain words, or None."""


class Standing(Protocol):
    """How the desk stands: starting, catching_up, live or stopped, its clock, and what is wrong with it."""

    @property
    def word(self) -> str: ...
    @property
    def at(self) -> Instant: ...
    @property
    def trouble(self) -> str | None: ...


class Health:
    """`not_now` say why the picture is not what is now, `beside` what is wrong while it is; the first one counts."""

    def __init__(self, state: Callable[[], Standing], *, not_now: Sequence[Trouble], beside: Sequence[Trouble]) -> None:
        self._state, self._not_now, self._beside = state, not_now, beside

    def desk(self) -> DeskState:
        """For the pages: the desk, and why not all is well, which beside a live desk is what looks after itself."""
        state = self._state()
        if state.word != "live":
            return DeskState(
                at=state.at, state="stopped" if state.word == "stopped" else "catching_up", why=state.trouble
            )
        not_now = _first(self._not_now)
        return DeskState(at=state.at, state="catching_up" if not_now else "live", why=not_now or _first(self._beside))

    def ready(self) -> tuple[bool, str]:
        """Whether requests should come here, and what is wrong."""
        not_now = _first(self._not_now)
        return not_now is None, not_now or _first(self._beside) or ""


def _first(troubles: Sequence[Trouble]) -> str | None:
    return next((text for text in (trouble() for trouble in troubles) if text), None)
