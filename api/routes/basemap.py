"""What lies under the picture, for whoever is signed in: `/api/v1/basemap`, asked for anew each time, by ETag."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from api.basemap.answer import basemap_of
from api.routes.described import a_basemap
from api.routes.reader import known_of
from api.routes.services import Services
from schemas.audiences import Audience

BASEMAP: Final = "/api/v1/basemap"


def basemap_routes(services: Services) -> APIRouter:
    """The one call. The pack is read here, once."""
    router = APIRouter(tags=["basemap"])
    basemap = basemap_of(services.area, services.basemap)

    @router.get(
        BASEMAP,
        summary="Streets, water, parks, wards and cells to draw",
        description="Lines are whole numbers: x and y in 1/100,000 degree, then the steps on.",
        **a_basemap(),
    )
    async def get_basemap(request: Request, _: Annotated[Audience, Depends(known_of(services))]) -> Response:
        is_packed = "gzip" in request.headers.get("accept-encoding", "")
        etag = f'"{basemap.etag}{"-gzip" if is_packed else ""}"'
        headers = {"Cache-Control": "private, no-cache", "ETag": etag, "Vary": "Accept-Encoding"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if is_packed:
            headers["Content-Encoding"] = "gzip"
        body = basemap.gzipped if is_packed else basemap.plain
        return Response(body, headers=headers, media_type="application/json")

    return router
