"""What befalls the platform: seeded kills, pauses, losses, and workers that come and go, at random moments."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from tests.kill.kafka.platform import BROKER, GUEST, POSTGRES, REDIS, ROLES, WORKERS, Platform


class What(StrEnum):
    """What may befall it."""

    KILL = "kill"
    PAUSE = "pause"
    BROKER = "broker killed"
    REDIS = "Redis killed, its data lost"
    POSTGRES = "PostgreSQL killed"
    JOIN = "a worker joins"
    LEAVE = "a worker leaves"


_LOOK_S: Final = 0.02
_SERVICE: Final = {What.BROKER: BROKER, What.REDIS: REDIS, What.POSTGRES: POSTGRES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing, `after_s` after the one before; a pause lasts `for_s`."""

    what: What
    name: str
    after_s: float
    for_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of each."""

    kills_a_role: int
    pauses: int
    pause_s: tuple[float, float]
    losses: int
    """Of the broker, of Redis, of PostgreSQL, each."""
    rebalances: int
    """A worker that joins, and leaves again, and one of the two that leaves and comes back."""
    between_s: tuple[float, float]
    pause_of_phones_s: tuple[float, float]
    """Between two reports of a phone: for ten minutes and more, fewer than a flood that no night has."""
    pause_of_feeds_s: tuple[float, float]
    """The same between two slabs of the feeds."""

    def drawn(self, rng: Random) -> list[Event]:
        """All events in a random order; a guest joins before it leaves."""
        whats = [(What.KILL, name) for name in ROLES for _ in range(self.kills_a_role)]
        whats += [(What.PAUSE, rng.choice(ROLES)) for _ in range(self.pauses - 1)] + [(What.PAUSE, rng.choice(WORKERS))]
        whats += [(what, name) for what, name in _SERVICE.items() for _ in range(self.losses)]
        rng.shuffle(whats)
        for number in range(self.rebalances):
            at = sorted(rng.sample(range(len(whats)), 2))
            name = GUEST if number % 2 == 0 else rng.choice(WORKERS)
            first, then = (What.JOIN, What.LEAVE) if name == GUEST else (What.LEAVE, What.JOIN)
            whats.insert(at[1], (then, name))
            whats.insert(at[0], (first, name))
        return [self._event(what, name, rng) for what, name in whats]

    def _event(self, what: What, name: str, rng: Random) -> Event:
        for_s = rng.uniform(*self.pause_s) if what is What.PAUSE else 0.0
        return Event(what=what, name=name, after_s=rng.uniform(*self.between_s), for_s=for_s)


async def befall(platform: Platform, events: list[Event]) -> Counter[What]:
    """All of it, one after another; a pause goes on while the next ones happen. What happened, counted."""
    happened: Counter[What] = Counter()
    pauses: dict[str, asyncio.Task[None]] = {}
    for event in events:
        await asyncio.sleep(event.after_s)
        match event.what:
            case What.PAUSE:
                if event.name in pauses:
                    await pauses[event.name]
                if platform.runs(event.name):
                    pauses[event.name] = asyncio.create_task(_pause(platform, event))
            case What.JOIN:
                _join(platform, event.name)
            case What.LEAVE:
                if event.name in pauses:
                    await pauses[event.name]
                if platform.runs(event.name):
                    await asyncio.to_thread(platform.leave, event.name)
            case _:
                await _kill(platform, event.name)
        happened[event.what] += 1
        platform.say(f"{event.what}: {event.name}")
    for pause in pauses.values():
        await pause
    for name in WORKERS:
        _join(platform, name)
    return happened


async def _kill(platform: Platform, name: str) -> None:
    """Kill what runs, so that each kill ends a process; a worker that has left is started for it."""
    _join(platform, name)
    while not platform.is_up(name):
        await asyncio.sleep(_LOOK_S)
    platform.kill(name)


def _join(platform: Platform, name: str) -> None:
    if not platform.runs(name):
        platform.join(name)


async def _pause(platform: Platform, event: Event) -> None:
    with platform.paused(event.name):
        await asyncio.sleep(event.for_s)
