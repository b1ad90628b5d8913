"""One incident, and what it was before: `/api/v1/incidents/{id}` and `/history`."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.reads.past import history_of, incident_of
from api.reads.sources import Asker, Sources
from api.routes.described import an_incident, its_history
from api.routes.problems import Reason, Refused
from api.routes.reader import reader_of
from api.routes.reading import Reading
from api.routes.services import Services
from api.routes.validators import answered
from schemas.picture import Kind

IncidentId = Annotated[str, Path(alias="id", min_length=1, max_length=128, description="The incident's id.")]
Look = Callable[[Sources, Asker, str], bytes | None]


def incident_routes(services: Services, reading: Reading) -> APIRouter:
    """The two calls. One that is not there and one that the caller may not see are answered the same."""
    router = APIRouter(prefix="/api/v1/incidents", tags=["picture"])
    reader = reader_of(services, Kind.INCIDENTS)

    @router.get("/{id}", summary="One incident, live or over", **an_incident())
    async def read_incident(request: Request, id_: IncidentId, asker: Annotated[Asker, Depends(reader)]) -> Response:
        return await _looked_up(reading, incident_of, request, asker, id_)

    @router.get("/{id}/history", summary="What an incident was before", **its_history())
    async def read_history(request: Request, id_: IncidentId, asker: Annotated[Asker, Depends(reader)]) -> Response:
        return await _looked_up(reading, history_of, request, asker, id_)

    return router


async def _looked_up(reading: Reading, look: Look, request: Request, asker: Asker, id_: str) -> Response:
    found = await reading.away(partial(look, reading.sources, asker, id_))
    if found is None:
        raise Refused(Reason.NOT_FOUND, "There is no such incident, or it is not yours to see.")
    return answered(request, found)
