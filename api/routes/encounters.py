"""Encounters of street teams, singly or as a batch: `/api/v1/encounters`."""

import asyncio
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import Field

from api.rates import A_KEY, A_VENUE
from api.reports.incoming import Incoming
from api.reports.receipts import Receipt
from api.reports.statements import Statement
from api.routes.bodies import EncounterBody, Sender, encountered
from api.routes.caller import caller_of
from api.routes.described import said
from api.routes.examples import BATCH_EXAMPLE, RECEIPT_EXAMPLE
from api.routes.limits import limit
from api.routes.problems import Reason, Refused
from api.routes.reports import receipt_in
from api.routes.saying import IdempotencyKey, Told, caller_name, key_name, say
from api.routes.services import Services
from api.routes.validators import JSON
from schemas.audiences import Audience, Role

BATCH_MAX: Final = 100
_EXAMPLE: Final[dict[str, Any]] = {
    "one": {
        "summary": "Somebody was walked home",
        "value": {
            "category": "vulnerable_person",
            "severity": 1,
            "helped": 2,
            "position": {"lat": 51.5136, "lon": -0.1318},
        },
    },
    "batch": {
        "summary": "What was logged without a signal",
        "value": [
            {"id": "e-1", "category": "vulnerable_person", "position": {"lat": 51.5136, "lon": -0.1318}},
            {"id": "e-2", "category": "harassment", "severity": 3, "position": {"lat": 51.5121, "lon": -0.1345}},
        ],
    },
}

Batch = Annotated[list[EncounterBody], Field(min_length=1, max_length=BATCH_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What became of one of a batch: its status and receipt, or why it is refused."""

    status: int
    receipt: Receipt | None = None
    type: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A batch's, in its order."""

    items: list[Item]


def encounter_routes(services: Services) -> APIRouter:
    """The one call."""
    router = APIRouter(prefix="/api/v1/encounters", tags=["reports"])
    caller, incoming = caller_of(services.authenticator), services.incoming
    examples = {"one": {"value": RECEIPT_EXAMPLE}, "batch": {"value": BATCH_EXAMPLE}}
    answers = said(
        {"model": Receipt | Items, "content": {JSON: {"examples": examples}}},
        *(Reason.NOT_UNDERSTOOD, Reason.NOT_SIGNED_IN, Reason.NOT_ALLOWED, Reason.TOO_OFTEN, Reason.NOT_NOW),
        *(Reason.CONFLICT, Reason.TOO_OLD, Reason.OUTSIDE_AREA, Reason.UNKNOWN_VENUE),
    )

    @router.post("", status_code=201, summary="Log one encounter, or several", responses=answers)
    async def log(
        body: Annotated[EncounterBody | Batch, Body(openapi_examples=_EXAMPLE)],
        key: IdempotencyKey, request: Request, response: Response, audience: Annotated[Audience, Depends(caller)],
    ) -> Receipt | Items:  # fmt: skip
        several = body if isinstance(body, list) else [body]
        teams = [_reporter(services, audience, one.team) for one in several]
        limit(services.rates, key_name(request, services.authenticator), A_KEY, len(several))
        for reporter in dict.fromkeys(teams):
            limit(services.rates, reporter, A_VENUE, teams.count(reporter))
        sender = Sender(reporter="", caller=caller_name(audience), key=key, now=incoming.desk.time())
        if not isinstance(body, list):
            return receipt_in(await say(incoming, encountered(body, replace(sender, reporter=teams[0]))), response)
        statements = [
            encountered(one, replace(sender, reporter=team, key=one.id or f"{key}/{number}"))
            for number, (one, team) in enumerate(zip(body, teams, strict=True))
        ]
        return await _batch(incoming, statements, response)

    return router


async def _batch(incoming: Incoming, statements: list[Statement], response: Response) -> Items:
    """All at once, so that they are saved together; one that is refused harms no other."""
    found = await asyncio.gather(*(say(incoming, one) for one in statements), return_exceptions=True)
    items = [_item(one) for one in found]
    statuses = {item.status for item in items}
    response.status_code = 202 if 202 in statuses else 201 if 201 in statuses else 200
    return Items(items=items)


def _item(found: Told | BaseException) -> Item:
    if isinstance(found, Refused):
        return Item(status=found.status, type=f"/problems/{found.reason}", detail=found.detail)
    if isinstance(found, BaseException):
        raise found
    return Item(status=found.status, receipt=found.receipt)


def _reporter(services: Services, audience: Audience, team: str | None) -> str:
    """The team of an encounter: the caller's own or, of a key for all teams, the one that it names."""
    if audience.role is not Role.NIGHTSTARS:
        raise Refused(Reason.NOT_ALLOWED, "Encounters are logged by street teams.")
    if audience.subject is not None:
        if team not in (None, audience.subject):
            raise Refused(Reason.NOT_ALLOWED, "A team logs its own encounters alone.")
        team = audience.subject
    if team is None:
        raise Refused(Reason.NOT_UNDERSTOOD, "team: is missing.")
    if team not in services.area.teams:
        raise Refused(Reason.UNKNOWN_VENUE, "This area has no such team.")
    return f"team:{team}"
