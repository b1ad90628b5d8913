"""Reports posted with retries while the desk is killed: what was answered is in the picture once, its receipt right."""

import asyncio
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

import httpx
import pytest

from schemas.journal import Reported
from schemas.realms import LIVE
from schemas.reference import load_area
from streams.core.desk import Desk as Fold
from streams.restore import refold
from streams.sqlite_journal import SqliteJournal
from tests.kill.harness import TURN_S, Desk, Moment, drawn, kill_at

VENUES: Final = sorted(load_area().venues)
POSTERS: Final = 4
ANSWERED: Final = (200, 201, 202)
MOMENTS: Final = (Moment.NIGHT, Moment.RESTORE, Moment.START, Moment.STOPPING, Moment.NIGHT)
POSTED_A_KILL = 10


@dataclass(slots=True)
class Poster:
    """A phone that posts report after report, each until it is answered; some it puts right, some it takes back."""

    desk: Desk
    rng: Random
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Each report that was answered, as it must stand now."""
    tries: int = 0

    async def post(self, stop: asyncio.Event) -> None:
        """Until it is told to stop, and then to the end of the report it is on."""
        base = f"http://127.0.0.1:{self.desk.port}/api/v1"
        headers = {"Authorization": f"Bearer {self.desk.key}"}
        async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False, timeout=5) as client:
            while not stop.is_set():
                id_, venue = str(UUID(int=self.rng.getrandbits(128))), self.rng.choice(VENUES)
                body = {"category": "theft", "severity": self.rng.randint(1, 3), "venue": venue, "words": f"w {id_}"}
                await self._until_answered(client, "", id_, body)
                self.said[id_] = {"severity": body["severity"], "revision": 0}
                if self.rng.random() < 0.2:
                    await self._until_answered(client, f"/{id_}/corrections", f"c-{id_}", {"severity": 4})
                    self.said[id_] = {"severity": 4, "revision": 1}
                if self.rng.random() < 0.1:
                    await self._until_answered(client, f"/{id_}/withdrawal", f"w-{id_}", None)
                    self.said[id_] |= {"revision": self.said[id_]["revision"] + 1, "gone": True}

    async def _until_answered(self, client: httpx.AsyncClient, path: str, key: str, body: object) -> None:
        """The same request again and again, as a page does: only no answer, 429 and 5xx are tried again."""
        while True:
            self.tries += 1
            with suppress(httpx.TransportError):
                answer = await client.post(f"/reports{path}", json=body, headers={"Idempotency-Key": key})
                if answer.status_code in ANSWERED:
                    return
                assert answer.status_code in (429, 503), answer.text
            await asyncio.sleep(self.rng.uniform(TURN_S, 0.05))


@pytest.mark.server
@pytest.mark.timeout(200)
def test_five_kills_lose_no_report_and_double_none(tmp_path: Path) -> None:
    _live_and_check(tmp_path, 5)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_fifty_kills_lose_no_report_and_double_none(tmp_path: Path) -> None:
    _live_and_check(tmp_path, 50)


def _live_and_check(folder: Path, kills: int) -> None:
    rng = drawn()
    desk = Desk(folder)
    posters = [Poster(desk, Random(rng.random())) for _ in range(POSTERS)]  # noqa: S311
    try:
        receipts = asyncio.run(_live(desk, posters, kills, rng))
    finally:
        if desk.process is not None:
            asyncio.run(desk.kill())
    said = {id_: standing for poster in posters for id_, standing in poster.said.items()}
    assert sum(poster.tries for poster in posters) > len(said) + kills, "some had to be tried again"
    _the_picture_holds_each_once(desk.data, said, receipts)


async def _live(desk: Desk, posters: list[Poster], kills: int, rng: Random) -> dict[str, dict[str, Any]]:
    stop = asyncio.Event()
    posting = [asyncio.create_task(poster.post(stop)) for poster in posters]
    for number in range(kills):
        await kill_at(desk, MOMENTS[number % len(MOMENTS)], rng)
        for task in posting:
            assert not task.done(), task.exception()
    starts = desk.starts()
    desk.start()
    await desk.until(lambda: desk.starts() > starts, "start")
    await desk.until(lambda: sum(len(one.said) for one in posters) > POSTED_A_KILL * kills, "enough was posted")
    stop.set()
    await asyncio.wait_for(asyncio.gather(*posting), 30)
    receipts = await _receipts(desk, [id_ for poster in posters for id_ in poster.said])
    code = await desk.stop()
    assert code == 0
    return receipts


async def _receipts(desk: Desk, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Every receipt, once nothing of it is only saved."""
    found: dict[str, dict[str, Any]] = {}
    headers = {"Authorization": f"Bearer {desk.key}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers, timeout=10) as client:
        for id_ in ids:
            while id_ not in found:
                answer = await client.get(f"http://127.0.0.1:{desk.port}/api/v1/reports/{id_}")
                assert answer.status_code == 200, answer.text
                if answer.json()["status"] != "saved":
                    found[id_] = answer.json()
    return found


def _the_picture_holds_each_once(data: Path, said: dict[str, Any], receipts: dict[str, Any]) -> None:
    area = load_area()
    with closing(SqliteJournal(data / "journal.db", realm=LIVE.name, area=area.id)) as journal:
        fold = refold(journal, area.borough)
        entries = [entry for _, entry in journal.read() if entry.origin is not None]
    places = Counter((entry.origin.stream, entry.origin.position) for entry in entries if entry.origin is not None)
    assert set(places.values()) <= {1}, "a position of the API's stream was given twice"
    told = {entry.fact.source_id for entry in entries if isinstance(entry.fact, Reported)}
    assert told >= said.keys()
    assert told - said.keys() == set(), "nothing is there that nobody was answered for"
    members = _members(fold)
    for id_, stands in said.items():
        receipt, key = receipts[id_], f"sbn:{id_}"
        assert (receipt["revision"], receipt["severity"]) == (stands["revision"], stands["severity"]), id_
        if stands.get("gone"):
            assert (receipt["status"], receipt["incident"], members[key]) == ("withdrawn", None, [])
        else:
            assert members[key] == [(receipt["incident"], stands["revision"], stands["severity"])]
            assert receipt["status"] == ("corrected" if stands["revision"] else "received")


def _members(fold: Fold) -> dict[str, list[tuple[str, int, int]]]:
    """Where each report is: its incidents, and what it says there."""
    found: dict[str, list[tuple[str, int, int]]] = {key: [] for key in fold.reports.known}
    for id_, incident in fold.incidents.known.items():
        for member in incident.cluster.members:
            found[member.key].append((id_, member.fact.revision, member.fact.severity))
    return found
