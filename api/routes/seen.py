"""Somebody has opened an incident: `/api/v1/incidents/{id}/seen`."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from api.reports.incoming import JUDGED_WITHIN_S
from api.routes.caller import caller_of
from api.routes.described import shown_as
from api.routes.examples import SEEN_EXAMPLE
from api.routes.problems import Reason, Refused
from api.routes.saying import AGAIN
from api.routes.services import Services
from schemas.audiences import Audience, Role, redact
from schemas.picture import Kind
from schemas.times import rfc3339

LOOKERS: Final = frozenset({Role.OPERATIONS, Role.LEAD, Role.PROTECT, Role.SAFEGUARD})
_REASONS: Final = (Reason.NOT_UNDERSTOOD, Reason.NOT_SIGNED_IN, Reason.NOT_ALLOWED, Reason.NOT_FOUND, Reason.NOT_NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAt:
    """Since when somebody has seen all of an incident's reports (RFC 3339 UTC)."""

    seen_at: str


def seen_routes(services: Services) -> APIRouter:
    """The one call."""
    router = APIRouter(prefix="/api/v1/incidents", tags=["incidents"])
    caller, incoming = caller_of(services.authenticator), services.incoming

    @router.post("/{id}/seen", summary="I have opened this incident", responses=shown_as(SEEN_EXAMPLE, *_REASONS))
    async def seen(
        incident: Annotated[str, Path(alias="id", max_length=64)], audience: Annotated[Audience, Depends(caller)]
    ) -> SeenAt:
        if audience.role not in LOOKERS:
            raise Refused(Reason.NOT_ALLOWED, "Whoever looks for the desk says so; for others it changes nothing.")
        try:
            see = await asyncio.to_thread(  # it may read the disk
                incoming.desk.see,
                incident,
                lambda record: redact(Kind.INCIDENTS, record, audience) is not None,
                audience.role,
            )
            looked = asyncio.wrap_future(see)
            await asyncio.wait([looked], timeout=JUDGED_WITHIN_S)
            if not looked.done():
                raise Refused(Reason.NOT_NOW, "The desk is busy. Try again.", AGAIN)
            at = looked.result()
        except incoming.passes as error:
            raise Refused(Reason.NOT_NOW, "The desk takes nothing just now. Try again.", AGAIN) from error
        if at is None:
            raise Refused(Reason.NOT_FOUND, "You see no such incident.")
        return SeenAt(seen_at=rfc3339(at))

    return router
