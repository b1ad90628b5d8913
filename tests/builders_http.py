"""The HTTP side without a socket: one application over accounts and pages of a test's own."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI

from api.addresses import Address, addresses_of
from api.app import create_app
from api.auth.disclosures import Disclosures
from api.auth.remembered import Remembered
from api.rates import Rates
from api.reports.incoming import Incoming
from api.routes.services import Services
from schemas.audiences import Role
from schemas.meters import Meters
from schemas.telemetry import Metric
from tests.builders_auth import Accounts
from tests.builders_incoming import nobody_comes
from tests.builders_night import westminster
from tests.builders_reads import Told

LOCAL = addresses_of(host="127.0.0.1", port=8000, push_port=8001, public_origin=None)
PUBLIC = (Address(page="https://desk.example", push="wss://desk.example/live"),)
ELSEWHERE = "192.0.2.9"
"""The address of a caller that is not on this machine."""


@dataclass(slots=True)
class Site:
    """An application and who asks it."""

    app: FastAPI
    services: Services
    house: Accounts
    told: Told
    origin: str = "http://localhost:8000"
    address: str = ELSEWHERE
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """One request. Cookies that an answer sets are sent from then on, as a browser would."""
        return asyncio.run(self._ask(method, path, dict(headers or {}), json, content))

    def as_role(self, role: Role) -> dict[str, str]:
        """The header of a new key of a role."""
        return {"Authorization": f"Bearer {self.house.key(role)}"}

    def sign_in(self, role: Role = Role.OPERATIONS) -> httpx.Response:
        """Sign in with a new key, as our page does."""
        answer = self.ask(
            "POST", "/api/v1/session", json={"key": self.house.key(role)}, headers={"Origin": self.origin}
        )
        assert answer.status_code == 200, answer.text
        return answer

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], json: object, content: bytes | None
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(self.address, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=self.origin) as client:
            if self.cookies:
                headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            answer = await client.request(method, path, headers=headers, json=json, content=content)
        self._remember(answer)
        return answer

    def _remember(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value, _, flags = rest.partition(";")
            self.cookies[name] = value
            if "Max-Age=0" in flags:
                del self.cookies[name]


def site(
    house: Accounts,
    pages: Path,
    *,
    ready: Callable[[], tuple[bool, str]] = lambda: (True, ""),
    incoming: Incoming | None = None,
) -> Site:
    """The built-in area in a replay, on localhost, or on a public name where the house is secure."""
    meters, told = Meters(), Told(house.record)
    house.open.callback(told.close)
    meters.count(Metric.READ, 7, "sbn")
    holdings = house.holdings
    services = Services(
        area=westminster(),
        realm="replay-demo",
        version="0.1.0",
        speed=60.0,
        addresses=PUBLIC if house.secure else LOCAL,
        authenticator=house.authenticator,
        now=house.clock,
        holdings=holdings,
        disclosures=Disclosures(house.kept, house.clock, holdings.incident, westminster()),
        ready=ready,
        meters=meters,
        pages=pages,
        sources=told.sources,
        remembered=Remembered(house.authenticator, house.kept.store.version, house.seconds),
        rates=Rates(house.seconds),
        incoming=incoming or nobody_comes(house.kept),
    )
    return Site(app=create_app(services), services=services, house=house, told=told, origin=services.addresses[-1].page)
