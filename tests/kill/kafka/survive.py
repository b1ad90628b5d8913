"""A platform is lived through: feeds, phones and consoles while things befall it, and then until all is settled."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import httpx
import orjson

from api.record.kept import open_kept
from api.record.place import Database
from api.record.reports import SavedReports
from schemas.area import Area
from schemas.brokers import Brokers
from schemas.kafka_log import KafkaClients
from schemas.realms import EXERCISE
from schemas.reference import load_area
from streams.intake import Intake
from streams.kafka_journal import KafkaJournal
from tests.builders_running import run
from tests.kill.consoles import Console, followed
from tests.kill.kafka.befalling import Plan, What, befall
from tests.kill.kafka.feeds import Feeds
from tests.kill.kafka.left import Left
from tests.kill.kafka.phones import Phone
from tests.kill.kafka.platform import APIS, PUSHES, ROLES, SERVICES, WORKERS, Platform

SETTLED_WITHIN_S: Final = 90.0
PHONES: Final = 4
_LOOK_S: Final = 0.2
_ASKED_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Survived:
    """What there is to look at in the end."""

    left: Left
    feeds: Feeds
    phones: list[Phone]
    consoles: list[Console]
    fresh: list[Console]
    """One for each push process."""
    receipts: list[dict[str, dict[str, Any]]]
    """Of every report, by api process."""
    lists: list[dict[str, Any]]
    """The incidents that each api process lists, by id."""
    happened: Counter[What]


async def survive(platform: Platform, plan: Plan, rng: Random) -> Survived:
    """Live through a plan."""
    key = _key(platform)
    feeds = Feeds(platform.broker.bootstrap, EXERCISE, Random(rng.random()), plan.pause_of_feeds_s)  # noqa: S311
    ports = [platform.port(name) for name in APIS]
    phones = [Phone(ports, key, Random(rng.random()), plan.pause_of_phones_s) for _ in range(PHONES)]  # noqa: S311
    consoles = [Console(platform.port(name), key) for name in PUSHES]
    consoles += [Console(platform.port(name), key, Random(rng.random())) for name in PUSHES]  # noqa: S311
    stop = asyncio.Event()
    reporting = [asyncio.create_task(phone.report(stop)) for phone in phones]
    async with followed(consoles) as following:
        feeds.start()
        happened = await befall(platform, plan.drawn(rng))
        platform.say("all has befallen it")
        await _until(lambda: not platform.unready((*SERVICES, *ROLES)), "everybody is ready", platform.why_not)
        stop.set()
        await asyncio.wait_for(asyncio.gather(*reporting), SETTLED_WITHIN_S)
        await asyncio.to_thread(feeds.finish)
        await _until_in_the_journal(platform, feeds)
        for worker in WORKERS:
            how = await asyncio.to_thread(platform.leave, worker)
            assert how == "ended with code 0", f"{worker} {how}"
        platform.say("the workers have left")
        left = await asyncio.to_thread(Left, platform)
        for console in consoles:
            console.stay()
        platform.say("the journal is folded")
        fresh = await _fresh(platform, key, left)
        await _until(
            lambda: _are_alike(consoles, fresh[0]), "every console is up to date",
            lambda: [(one.picture.e, one.picture.s, one.picture.standing, one.heard) for one in (*consoles, *fresh)],
        )  # fmt: skip
        platform.say("every console is up to date")
        receipts, lists = await _asked(platform, key, phones, left)
        platform.say("everybody was asked")
        for task in following:
            if task.done():
                task.result()
    return Survived(
        left=left, feeds=feeds, phones=phones, consoles=consoles, fresh=fresh, receipts=receipts, lists=lists,
        happened=happened,
    )  # fmt: skip


def _key(platform: Platform) -> str:
    code, out, err = run("keys", "add", "--role", "operations", "--json", environ=platform.environ)
    assert code == 0, err
    return str(orjson.loads(out)["key"])


async def _until(is_so: Callable[[], bool], what: str, instead: Callable[[], object]) -> None:
    ends = time.monotonic() + SETTLED_WITHIN_S
    while not await asyncio.to_thread(is_so):
        assert time.monotonic() < ends, f"not within {SETTLED_WITHIN_S:.0f} s: {what}; {instead()}"
        await asyncio.sleep(_LOOK_S)


async def _until_in_the_journal(platform: Platform, feeds: Feeds) -> None:
    """Every record that was sent was appended, and every report judged."""
    clients = KafkaClients(Brokers(bootstrap=platform.broker.bootstrap), "oracle")
    kept = open_kept(Database(url=platform.record, realm=EXERCISE.name))
    with closing(clients), closing(kept):
        journal = KafkaJournal(clients, realm=EXERCISE, area=load_area().id)
        last = _last_places(feeds, load_area())
        await _until(
            lambda: all(journal.position(stream) >= position for stream, position in last.items()),
            "every record is in the journal", lambda: {name: (journal.position(name), at) for name, at in last.items()},
        )  # fmt: skip
        saved = SavedReports(kept)
        await _until(lambda: not saved.unjudged(0), "every report is judged", lambda: saved.unjudged(0))


def _last_places(feeds: Feeds, area: Area) -> dict[str, int]:
    """The last position of each stream that lies in the area."""
    intake = Intake(area)
    return {at.stream: at.position for record, at in feeds.sent if intake.fact(record) is not None}


async def _fresh(platform: Platform, key: str, left: Left) -> list[Console]:
    """New consoles, one on each push process, as soon as they show what is left."""
    wanted = {(one.kind.value, one.key) for one in left.settled() if one.live and one.record is not None}
    ends = time.monotonic() + SETTLED_WITHIN_S
    while True:
        found = [Console(platform.port(name), key) for name in PUSHES]
        async with followed(found):
            await asyncio.sleep(1.0)
        shown = [{(k, key) for k, records in one.picture.state.items() for key in records} for one in found]
        if all(each >= wanted for each in shown) or time.monotonic() > ends:
            return found


def _are_alike(consoles: Sequence[Console], fresh: Console) -> bool:
    return all(console.picture.state == fresh.picture.state for console in consoles)


async def _asked(
    platform: Platform, key: str, phones: Sequence[Phone], left: Left
) -> tuple[list[dict[str, dict[str, Any]]], list[dict[str, Any]]]:
    """What each api process says of every report, and which incidents it lists.

    They are asked until no report is said to be where it was a while ago: for FRESH_SECONDS after its verdict an api
    process may name the incident that it was in then.
    """
    ids = [id_ for phone in phones for id_ in phone.said]
    ends = time.monotonic() + SETTLED_WITHIN_S
    while True:
        asked = await asyncio.gather(*(_asked_of(platform.port(name), key, ids) for name in APIS))
        receipts = [receipts for receipts, _ in asked]
        if not _are_elsewhere(left, receipts) or time.monotonic() > ends:
            return receipts, [listed for _, listed in asked]
        await asyncio.sleep(_LOOK_S)


def _are_elsewhere(left: Left, receipts: Sequence[dict[str, dict[str, Any]]]) -> bool:
    members = left.folded.members()
    now = {key: {incident for incident, _, _ in found} for key, found in members.items()}
    said = [(id_, receipt["incident"]) for each in receipts for id_, receipt in each.items()]
    return any(incident is not None and incident not in now.get(f"sbn:{id_}", ()) for id_, incident in said)


async def _asked_of(port: int, key: str, ids: Sequence[str]) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    base, headers = f"http://127.0.0.1:{port}/api/v1", {"Authorization": f"Bearer {key}"}
    at_once = asyncio.Semaphore(_ASKED_AT_ONCE)

    async def receipt(id_: str) -> dict[str, Any]:
        async with at_once:
            return await _got(client, f"/reports/{id_}")

    async with httpx.AsyncClient(base_url=base, trust_env=False, headers=headers, timeout=20) as client:
        receipts = dict(zip(ids, await asyncio.gather(*map(receipt, ids)), strict=True))
        listed: dict[str, Any] = {}
        cursor: str | None = ""
        while cursor is not None:
            page = await _got(client, f"/incidents?limit=200{cursor}")
            listed |= {item["id"]: item for item in page["items"]}
            cursor = None if page["next"] is None else f"&cursor={page['next']}"
    return receipts, listed


async def _got(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """An answer; asked again where it is asked too often."""
    while True:
        answer = await client.get(path)
        if answer.status_code != 429:
            assert answer.status_code == 200, f"{path} {answer.text}"
            body: dict[str, Any] = answer.json()
            return body
        await asyncio.sleep(1.0)
