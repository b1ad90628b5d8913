"""A helper's side of the bench: pinned to a core, it does the orders it reads, one a line, and answers each."""

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

Order = Callable[..., Awaitable[dict[str, Any]]]


def obey(orders: Mapping[str, Order]) -> None:
    """Run until standard input ends; the core's number is the one argument."""
    os.sched_setaffinity(0, {int(sys.argv[1])})
    asyncio.run(_obey(orders))


async def _obey(orders: Mapping[str, Order]) -> None:
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        asked = orjson.loads(line)
        gc.collect()
        answer = await orders[asked.pop("order")](**asked)
        print(orjson.dumps(answer).decode(), flush=True)
