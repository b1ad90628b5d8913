"""The server of push_load: the real hub, view and sockets, and a publisher that keeps to a rate."""

import asyncio
import resource
import time
from typing import Any, Final

from api.live.door import Limits
from api.live.hub import DeskState, Hub
from api.live.server import LiveServer
from api.memory_view import MemoryView
from api.view import Update
from schemas.audiences import Audience, Role
from schemas.picture import Kind
from tests.benchmarks.push_load_orders import obey

TOPIC: Final = "westminster/operations"
FILL_BYTES: Final = 16 * 1024
"""Larger deltas, until the kernel's buffers and ours of those who do not read are full."""
FILL_EVERY_S: Final = 0.2
FILLS_MAX: Final = 100
FRAME_BYTES: Final = 150
"""What a delta weighs beside its padding."""


class Publisher:
    """A push server, and deltas whose last field is the moment they were published."""

    def __init__(self) -> None:
        self._view = MemoryView(lambda: "bench")
        self._hub = Hub(
            "westminster",
            view=self._view,
            desk=lambda: DeskState(at=0, state="live"),
            clock=asyncio.get_running_loop().time,
        )
        self._hub.show()
        self._server = LiveServer(
            self._hub,
            identify=lambda _: Audience(role=Role.OPERATIONS),
            origins=frozenset(),
            host="127.0.0.1",
            port=0,
            limits=Limits(sockets=100_000, sockets_an_address=100_000),
        )
        self._offset = 0

    async def serve(self) -> dict[str, Any]:
        """Listen."""
        await self._server.start()
        return {"port": self._server.port}

    async def fill(self, slow: int) -> dict[str, Any]:
        """Publish until so many clients have been skipped."""
        for _ in range(FILLS_MAX):
            if self._hub.counters.skipped >= slow:
                break
            self._publish(FILL_BYTES, key="fill")
            await asyncio.sleep(FILL_EVERY_S)
        return {"skipped": self._hub.counters.skipped}

    async def publish(self, deltas: int, rate: float, size: int) -> dict[str, Any]:
        """Publish at a rate, whatever a publish takes; the share of the core that it cost."""
        loop = asyncio.get_running_loop()
        began, cpu = loop.time(), time.process_time()
        for number in range(deltas):
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
            self._publish(size, key="a")
        await asyncio.sleep(max(0.0, began + deltas / rate - loop.time()))
        share = (time.process_time() - cpu) / (loop.time() - began)
        rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"cpu": round(share, 3), "rss_mb": round(rss_mb)}

    def _publish(self, size: int, key: str) -> None:
        self._offset += 1
        pad, at = "x" * max(0, size - FRAME_BYTES), time.monotonic_ns()
        record = b'{"id":"%b","pad":"%b","at":%d}' % (key.encode(), pad.encode(), at)
        update = Update(kind=Kind.INCIDENTS, key=key, version=(self._offset, 0), shown={TOPIC: record})
        self._hub.publish(self._view.put([update]))


async def _serve() -> dict[str, Any]:
    _publishers.append(Publisher())
    return await _publishers[0].serve()


async def _fill(slow: int) -> dict[str, Any]:
    return await _publishers[0].fill(slow)


async def _publish(deltas: int, rate: float, size: int) -> dict[str, Any]:
    return await _publishers[0].publish(deltas, rate, size)


_publishers: list[Publisher] = []

if __name__ == "__main__":
    obey({"serve": _serve, "fill": _fill, "publish": _publish})
