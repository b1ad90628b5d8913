"""Who reads, and whether they may now: signed in, of a role that is shown this, and not too fast."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request

from api.rates import READS_A_KEY
from api.reads.sources import Asker, asker_of
from api.routes.caller import BEARER
from api.routes.limits import limit
from api.routes.problems import Reason, Refused
from api.routes.services import Services
from schemas.audiences import Audience, may_see
from schemas.picture import Kind

Known = Callable[[Request], Coroutine[Any, Any, Audience]]
Reader = Callable[[Request], Coroutine[Any, Any, Asker]]


def known_of(services: Services, cost: int = 1) -> Known:
    """A dependency that gives the audience of a request, without the disk where it was asked a moment ago: 401, 429."""

    async def known(request: Request) -> Audience:
        found = await services.remembered.identify(request.headers)
        if found is None:
            raise Refused(Reason.NOT_SIGNED_IN, "Sign in at /sign-in, or send a key.", BEARER)
        audience, credential = found
        limit(services.rates, credential, READS_A_KEY, cost)
        return audience

    return known


def reader_of(services: Services, *kinds: Kind, cost: int = 1) -> Reader:
    """A dependency that gives who reads: 401, 429, or 403 where none of the kinds is shown to the role."""

    known = known_of(services, cost)

    async def reader(request: Request) -> Asker:
        audience = await known(request)
        if not any(may_see(kind, audience.role) for kind in kinds):
            raise Refused(Reason.NOT_ALLOWED, f"Nothing here is shown to the role {audience.role}.")
        return asker_of(services.area.id, audience)

    return reader
