"""Reads of the record: a few at once, a few that wait, and the rest told to come back."""

import asyncio
from threading import Event

import pytest

from api.reads.pool import Pool, TooBusy


def test_one_more_than_may_wait_is_refused_and_room_comes_back() -> None:
    async def act() -> None:
        pool, may_end = Pool(threads=1, waiting_max=1), Event()
        running = [asyncio.create_task(pool.run(may_end.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            await pool.run(lambda: None)
        may_end.set()
        assert await asyncio.gather(*running) == [True, True]
        assert await pool.run(lambda: 7) == 7

    asyncio.run(act())


def test_what_fails_leaves_its_room_behind() -> None:
    def fail() -> None:
        raise ValueError("on purpose")

    async def act() -> None:
        pool = Pool(threads=1, waiting_max=0)
        for _ in range(3):
            with pytest.raises(ValueError, match="on purpose"):
                await pool.run(fail)

    asyncio.run(act())
