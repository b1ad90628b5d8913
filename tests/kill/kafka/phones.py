"""Phones that report to any api process over HTTP, each statement under its key until it is answered."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import UUID

import httpx

from schemas.reference import load_area

VENUES: Final = sorted(load_area().venues)
ANSWERED: Final = (200, 201, 202)
TRIED_AGAIN: Final = (429, 503)
WAITS_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a phone was told of one statement."""

    report: str
    revision: int
    status: int
    receipt: dict[str, Any]


@dataclass(slots=True)
class Phone:
    """Reports, puts right, and takes back. `said` is each report that was answered, as it must stand in the end."""

    ports: Sequence[int]
    key: str
    rng: Random
    pause_s: tuple[float, float]
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    tries: int = 0

    async def report(self, stop: asyncio.Event) -> None:
        """Until it is told to stop, and then to the end of the report it is on."""
        headers = {"Authorization": f"Bearer {self.key}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=WAITS_S) as client:
            while not stop.is_set():
                id_, severity = str(UUID(int=self.rng.getrandbits(128))), self.rng.randint(1, 3)
                body = {
                    "category": "theft",
                    "severity": severity,
                    "venue": self.rng.choice(VENUES),
                    "words": f"w {id_}",
                }
                await self._say(client, id_, 0, "", id_, body)
                self.said[id_] = {"severity": severity, "revision": 0, "gone": False}
                if self.rng.random() < 0.2:
                    await self._say(client, id_, 1, f"/{id_}/corrections", f"c-{id_}", {"severity": 4})
                    self.said[id_] |= {"severity": 4, "revision": 1}
                if self.rng.random() < 0.1:
                    revision = self.said[id_]["revision"] + 1
                    await self._say(client, id_, revision, f"/{id_}/withdrawal", f"w-{id_}", None)
                    self.said[id_] |= {"revision": revision, "gone": True}
                await asyncio.sleep(self.rng.uniform(*self.pause_s))

    async def _say(
        self, client: httpx.AsyncClient, report: str, revision: int, path: str, key: str, body: object
    ) -> None:
        """The same request again and again, to whichever process: only no answer, 429 and 503 are tried again."""
        while True:
            self.tries += 1
            with suppress(httpx.TransportError):
                url = f"http://127.0.0.1:{self.rng.choice(self.ports)}/api/v1/reports{path}"
                got = await client.post(url, json=body, headers={"Idempotency-Key": key})
                if got.status_code in ANSWERED:
                    answer = Answer(report=report, revision=revision, status=got.status_code, receipt=got.json())
                    self.answers.append(answer)
                    return
                assert got.status_code in TRIED_AGAIN, f"POST /reports{path}: {got.status_code} {got.text}"
            await asyncio.sleep(self.rng.uniform(0.05, 0.3))
