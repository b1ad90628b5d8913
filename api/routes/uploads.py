"""Vendors' files, posted instead of dropped into the watched folder: `/api/v1/feeds/{source}`."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request

from api.rates import UPLOADS_A_KEY
from api.routes.caller import caller_of
from api.routes.described import shown_as
from api.routes.examples import UPLOADED_EXAMPLE
from api.routes.limits import limit
from api.routes.problems import Reason, Refused
from api.routes.saying import AGAIN, key_name
from api.routes.services import Services
from schemas.audiences import Audience, Role
from schemas.feeds import Source
from schemas.uploads import Uploaded, UploadUnreadable

AT_ONCE: Final = 2
"""Files read at once; the next one is asked to come again."""
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file as its vendor exports it, also gzipped.",
        "content": {
            "application/x-ndjson": {
                "example": '{"report_id":"r1","revision":0,"status":"new","reported_at":"2026-05-16T22:10:00Z",'
                '"occurred_at":"2026-05-16T22:05:00Z","venue_id":"blue-door","category":"theft","severity":2}\n'
            },
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


def upload_routes(services: Services) -> APIRouter:
    """The one call."""
    router = APIRouter(prefix="/api/v1/feeds", tags=["feeds"])
    caller, incoming, busy = caller_of(services.authenticator), services.incoming, asyncio.Semaphore(AT_ONCE)
    reasons = (Reason.NOT_SIGNED_IN, Reason.NOT_ALLOWED, Reason.TOO_LARGE, Reason.TOO_OFTEN, Reason.NOT_NOW)

    @router.post(
        "/{source}",
        summary="Hand in a vendor's file: JSON, NDJSON or CSV",
        responses=shown_as(UPLOADED_EXAMPLE, *reasons, Reason.UNREADABLE, Reason.NOT_UNDERSTOOD),
        openapi_extra=_BODY,
    )
    async def upload(source: Source, request: Request, audience: Annotated[Audience, Depends(caller)]) -> Uploaded:
        if audience.role is not Role.FEED:
            raise Refused(Reason.NOT_ALLOWED, "Files are handed in with a feed key.")
        limit(services.rates, key_name(request, services.authenticator), UPLOADS_A_KEY)
        body = await request.body()
        if busy.locked():
            raise Refused(Reason.NOT_NOW, f"{AT_ONCE} files are being read. Try again.", AGAIN)
        async with busy:
            try:
                return await asyncio.to_thread(incoming.upload, source, body)
            except UploadUnreadable as unreadable:
                raise Refused(Reason.UNREADABLE, str(unreadable)) from unreadable
            except incoming.passes as error:
                detail = "The desk takes nothing just now. Send the same file again: nothing is doubled."
                raise Refused(Reason.NOT_NOW, detail, AGAIN) from error

    return router
