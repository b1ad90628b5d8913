"""The four lists: `/api/v1/incidents`, `/windows`, `/feeds` and `/nights`."""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api.reads.geojson import WITH_PLACES, Shapes, page_as_geojson
from api.reads.pages import Page, tag_of
from api.reads.rows import encoded
from api.reads.sources import Asker
from api.routes.described import a_list
from api.routes.problems import Reason, Refused
from api.routes.queries import FeedsQuery, IncidentsQuery, ListQuery, NightsQuery, WindowsQuery
from api.routes.reader import reader_of
from api.routes.reading import Reading
from api.routes.services import Services
from api.routes.validators import GEO_JSON, JSON, answered, unchanged
from schemas.picture import Kind

_ANYTHING: Final = frozenset({JSON, "application/*", "*/*"})


def list_routes(services: Services, reading: Reading) -> APIRouter:
    """The four calls, all of one kind."""
    router = APIRouter(prefix="/api/v1", tags=["picture"])
    incidents_reader, windows_reader = reader_of(services, Kind.INCIDENTS), reader_of(services, Kind.WINDOWS)
    feeds_reader, nights_reader = reader_of(services, Kind.FEEDS), reader_of(services, Kind.NIGHT)

    @router.get("/incidents", summary="Incidents, newest first", **a_list(Kind.INCIDENTS))
    async def list_incidents(
        request: Request, query: Annotated[IncidentsQuery, Query()], asker: Annotated[Asker, Depends(incidents_reader)]
    ) -> Response:
        return await _listed(reading, Kind.INCIDENTS, request, query, asker)

    @router.get("/windows", summary="Counts beside what is usual", **a_list(Kind.WINDOWS))
    async def list_windows(
        request: Request, query: Annotated[WindowsQuery, Query()], asker: Annotated[Asker, Depends(windows_reader)]
    ) -> Response:
        return await _listed(reading, Kind.WINDOWS, request, query, asker)

    @router.get("/feeds", summary="How the feeds stand", **a_list(Kind.FEEDS))
    async def list_feeds(
        request: Request, query: Annotated[FeedsQuery, Query()], asker: Annotated[Asker, Depends(feeds_reader)]
    ) -> Response:
        return await _listed(reading, Kind.FEEDS, request, query, asker)

    @router.get("/nights", summary="Operating nights, newest first", **a_list(Kind.NIGHT))
    async def list_nights(
        request: Request, query: Annotated[NightsQuery, Query()], asker: Annotated[Asker, Depends(nights_reader)]
    ) -> Response:
        return await _listed(reading, Kind.NIGHT, request, query, asker)

    return router


async def _listed(reading: Reading, kind: Kind, request: Request, query: ListQuery, asker: Asker) -> Response:
    """One page. What is live alone is made here and now, in under a millisecond; the record is read elsewhere."""
    media_type = _media_type(request, kind)
    question = reading.question(kind, query, asker)
    live, version = reading.live(asker, kind)
    if question.looks_back:
        page = await reading.away(partial(reading.lists.page, question, asker, live))
        return answered(request, _body(page, kind, media_type, reading.shapes), media_type)
    etag = tag_of(question.text, str(query.limit), str(query.cursor), media_type, version)
    known = unchanged(request, etag)
    if known is not None:
        return known
    page = reading.lists.page(question, asker, live)
    return answered(request, _body(page, kind, media_type, reading.shapes), media_type, etag)


def _body(page: Page, kind: Kind, media_type: str, shapes: Shapes) -> bytes:
    if media_type == GEO_JSON:
        return page_as_geojson(page, kind, shapes)
    return b'{"items":[%b],"next":%b}' % (b",".join(row.body for row in page.rows), encoded(page.next))


def _media_type(request: Request, kind: Kind) -> str:
    """GeoJSON where it is asked for and there is ground to show; what has none is refused to who takes no other."""
    accepted = {part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")}
    if GEO_JSON not in accepted:
        return JSON
    if kind in WITH_PLACES:
        return GEO_JSON
    if accepted & _ANYTHING:
        return JSON
    raise Refused(Reason.NOT_ACCEPTABLE, f"Only {JSON}: {kind} have no place on a map.")
