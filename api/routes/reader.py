"""Who reads, and whether they may now: signed in, of a role that is shown this, and not too fast."""

from collections.abc import Callable, Coroutine
from math import ceil
from typing import Any

from fastapi import Request

from api.reads.sources import Asker, asker_of
from api.routes.caller import BEARER
from api.routes.problems import Reason, Refused
from api.routes.services import Services
from schemas.audiences import may_see
from schemas.picture import Kind

Reader = Callable[[Request], Coroutine[Any, Any, Asker]]


def reader_of(services: Services, *kinds: Kind, cost: int = 1) -> Reader:
    """A dependency that gives who reads: 401, 429, or 403 where none of the kinds is shown to the role."""

    async def reader(request: Request) -> Asker:
        known = await services.remembered.identify(request.headers)
        if known is None:
            raise Refused(Reason.NOT_SIGNED_IN, "Sign in at /sign-in, or send a key.", BEARER)
        audience, credential = known
        wait_s = ceil(services.rates.wait_s(credential, cost))
        if wait_s:
            raise Refused(Reason.TOO_MANY_ATTEMPTS, f"Read again in {wait_s} s.", {"Retry-After": str(wait_s)})
        if not any(may_see(kind, audience.role) for kind in kinds):
            raise Refused(Reason.NOT_ALLOWED, f"Nothing here is shown to the role {audience.role}.")
        return asker_of(services.area.id, audience)

    return reader
