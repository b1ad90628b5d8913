"""The pages and HTTP of one site, in the loop of whoever starts it: started, watched and stopped."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from api.routes.services import Services
from schemas.ports import listen

if TYPE_CHECKING:
    import uvicorn

STOP_SECONDS: Final = 2


class HttpSide:
    """Takes its port first, and loads its code, which takes most of a second, away from the loop afterwards."""

    def __init__(self, services: Services, host: str, port: int) -> None:
        self._services = services
        self._host, self._port = host, port
        self._listening: socket.socket | None = None
        self._http: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    def take_port(self) -> None:
        """Listen; nobody is answered yet. PortTaken."""
        self._listening = listen(self._host, self._port, "--port")

    def serve(self) -> None:
        """Answer on the port that was taken."""
        if self._listening is None:
            raise RuntimeError("the port is not taken")
        self._serving = asyncio.create_task(self._serve(self._listening))

    async def watch(self) -> None:
        """Return when it ended; raise what ended it."""
        if self._serving is None:
            raise RuntimeError("the pages are not served")
        await asyncio.shield(self._serving)

    async def stop(self) -> None:
        """Finish what is being answered. Also after a failed start."""
        if self._serving is None:
            if self._listening is not None:
                self._listening.close()
            return
        if self._http is None:
            self._serving.cancel()
        else:
            self._http.should_exit = True
        await asyncio.wait([self._serving], timeout=STOP_SECONDS)
        self._serving.cancel()

    async def _serve(self, listening: socket.socket) -> None:
        with listening:
            self._http = await asyncio.to_thread(_http_server, self._services)
            await self._http.serve(sockets=[listening])


def _http_server(services: Services) -> "uvicorn.Server":
    """Loads what HTTP needs."""
    import uvicorn  # noqa: PLC0415

    from api.app import create_app  # noqa: PLC0415

    class Server(uvicorn.Server):
        """Leaves signals to whoever runs the process."""

        @contextlib.contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            yield

    config = uvicorn.Config(
        create_app(services), ws="none", server_header=False, access_log=False, log_config=None, lifespan="off",
        timeout_graceful_shutdown=STOP_SECONDS, proxy_headers=False,
    )  # fmt: skip
    return Server(config)
