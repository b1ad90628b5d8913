"""A whole desk for tests of what comes in by HTTP: kept.db, outbox, the desk's own thread, and the application."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from typing import Any

import httpx

from api.auth.grants import Grant
from api.record.errors import RecordUnavailable
from api.reports.incoming import Incoming, incoming_of
from schemas.audiences import Role
from schemas.picture import Incident, Kind
from schemas.times import Instant
from schemas.verdicts import Standing
from streams.core.records import record_of
from streams.owner import Owner
from tests.builders_auth import Accounts, accounts
from tests.builders_http import Site, site
from tests.builders_incoming import PASSES, uploads_of
from tests.simulation.engines import House

WITHIN_S = 20.0
UUID = "0190b1b0-1111-7abc-8def-123456789abc"
GONE = RecordUnavailable(Path("record.db"), "cannot be read")
THEFT: dict[str, Any] = {"category": "theft", "severity": 2}


@dataclass(slots=True)
class Door:
    """A site with a desk behind it, and callers with keys."""

    site: Site
    house: Accounts
    owner: Owner
    incoming: Incoming

    def key(self, role: Role = Role.BUSINESS, *, venue: str | None = None, team: str | None = None) -> str:
        """The secret of a new key."""
        venue = venue or ("blue-door" if role is Role.BUSINESS else None)
        return self.house.keys.add(Grant(role=role, venue=venue, team=team), self.house.clock())

    def post(self, path: str, body: object = None, *, key: str, name: str | None = None, **more: Any) -> httpx.Response:
        """A POST with a key; `name` is its Idempotency-Key."""
        headers = {"Authorization": f"Bearer {key}"} | ({} if name is None else {"Idempotency-Key": name})
        return self.site.ask("POST", f"/api/v1/{path}", headers=headers, json=body, **more)

    def get(self, path: str, *, key: str) -> httpx.Response:
        """A GET with a key."""
        return self.site.ask("GET", f"/api/v1/{path}", headers={"Authorization": f"Bearer {key}"})

    def incident(self, id_: str) -> Incident:
        """What the desk's picture says of an incident."""
        found = record_of(self.owner.engine.desk, Kind.INCIDENTS, id_)
        assert isinstance(found, Incident)
        return found


@contextmanager
def door(folder: Path, *, is_open: bool = True, now: Callable[[], Instant] | None = None) -> Iterator[Door]:
    """The whole of it; with `is_open` False the desk's thread is not started, as while it restores."""
    house, desk = accounts(folder), House()
    owner = Owner(desk.engine, desk.policy, now=now or house.clock, clock=time.monotonic, virtual=False)
    incoming = incoming_of(house.kept, owner, uploads_of(house.kept, owner), passes=PASSES)
    try:
        if is_open:
            owner.start()
            assert owner.wait_until_ready(WITHIN_S)
        incoming.outbox.start()
        yield Door(site(house, folder / "pages", incoming=incoming), house, owner, incoming)
    finally:
        incoming.outbox.stop(WITHIN_S)
        owner.stop(WITHIN_S)
        house.kept.close()


@dataclass
class Unreadable:
    """A desk that judges, and whose record cannot be read; in which threads it was tried."""

    owner: Owner
    tried_in: list[int]

    def __post_init__(self) -> None:
        self.judge, self.time = self.owner.judge, self.owner.time

    def see(self, _incident: str, _may_see: Callable[[Incident], bool], _by: Role) -> "Future[Instant | None]":
        self.tried_in.append(get_ident())
        raise GONE

    def standing(self, _report: str) -> Standing | None:
        self.tried_in.append(get_ident())
        raise GONE
