"""Who asked a moment ago: looked up once, and remembered for a second while nobody has written to the accounts.

A key that is revoked, or a session that is ended, by whatever process, is nobody at once: the file's version says so.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from api.auth.authenticator import Authenticator
from schemas.audiences import Audience

SECONDS: Final = 1.0
"""A session may live so much longer than it should."""
CALLERS_MAX: Final = 4_096
"""Callers remembered; the one remembered for the longest is forgotten first."""


class Remembered:
    """Callers of one site, for the loop's thread. `version` changes with every write; `clock` is monotonic seconds."""

    def __init__(self, authenticator: Authenticator, version: Callable[[], int], clock: Callable[[], float]) -> None:
        self._authenticator = authenticator
        self._version = version
        self._clock = clock
        self._known: OrderedDict[str, tuple[Audience | None, int, float]] = OrderedDict()

    async def identify(self, headers: Headers) -> tuple[Audience, str] | None:
        """The audience of a request and the hash of what it showed; None: nobody we know. It never blocks the loop."""
        credential = self._authenticator.credential(headers)
        if credential is None:
            return None
        version, now = self._version(), self._clock()
        audience, seen, at = self._known.get(credential, (None, -1, 0.0))
        if seen != version or now - at >= SECONDS:
            audience = await run_in_threadpool(self._authenticator.identify, headers)
            self._known.pop(credential, None)
            self._known[credential] = (audience, version, now)
            if len(self._known) > CALLERS_MAX:
                self._known.popitem(last=False)
        return None if audience is None else (audience, credential)
