"""The process boundary of a request: what nobody expected is logged, and the caller learns only that it failed."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.routes.problems import Reason, problem
from schemas.log import log_of

_log: Final = log_of("http")


class Crashes:
    """A broad except, the only one here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500 where no answer has begun; a half-sent one is broken off by the server."""
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            _log.exception("%s %s failed", scope.get("method"), scope.get("path"))
            if begun:
                raise
            answer = problem(Reason.FAILED, "It is noted in the log. Try again; if it happens again, tell who runs it.")
            await answer(scope, receive, send)
