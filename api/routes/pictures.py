"""The picture as it looked then, and a night's quarter hours to rewind by: `/api/v1/picture` and `/picture/marks`."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.reads.filters import Filters
from api.reads.marks import marks_of
from api.reads.pages import Question
from api.reads.past import picture_at
from api.reads.sources import Asker
from api.routes.described import a_picture, its_marks
from api.routes.problems import Reason, Refused
from api.routes.queries import EveningQuery, MomentQuery
from api.routes.reader import reader_of
from api.routes.reading import Reading
from api.routes.services import Services
from api.routes.validators import answered
from schemas.picture import Kind
from schemas.times import rfc3339

PICTURE_COST = 5
"""Reads that one look back counts as."""
INCIDENTS_A_NIGHT_MAX = 100_000


def picture_routes(services: Services, reading: Reading) -> APIRouter:
    """The two calls."""
    router = APIRouter(prefix="/api/v1/picture", tags=["picture"])
    everything = reader_of(services, *Kind, cost=PICTURE_COST)
    incidents = reader_of(services, Kind.INCIDENTS, cost=PICTURE_COST)

    @router.get("", summary="The picture as it looked then", **a_picture())
    async def read_picture(
        request: Request, query: Annotated[MomentQuery, Query()], asker: Annotated[Asker, Depends(everything)]
    ) -> Response:
        now = reading.sources.now()
        if query.at > now:
            raise Refused(Reason.NOT_UNDERSTOOD, f"at: is after the desk's own clock, which is at {rfc3339(now)}.")
        return answered(request, await reading.away(partial(picture_at, reading.sources, asker, query.at)))

    @router.get("/marks", summary="A night in quarter hours", **its_marks())
    async def read_marks(
        request: Request, query: Annotated[EveningQuery, Query()], asker: Annotated[Asker, Depends(incidents)]
    ) -> Response:
        night = reading.night(query.night)
        live, _ = reading.live(asker, Kind.INCIDENTS)
        hours = Filters(since=night.opens_at, until=night.closes_at)
        asked = Question(kind=Kind.INCIDENTS, filters=hours, limit=INCIDENTS_A_NIGHT_MAX, after=None, text="")
        read = partial(marks_of, reading.lists, reading.sources, asker, night, asked, live)
        return answered(request, await reading.away(read))

    return router
