"""Answers that say whether they changed: an ETag each, and 304 to whoever has it already."""

from typing import Final

from fastapi import Request, Response

from api.reads.pages import tag_of

JSON: Final = "application/json"
GEO_JSON: Final = "application/geo+json"
_HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization, Cookie"}


def unchanged(request: Request, etag: str) -> Response | None:
    """304, where the caller has what this validator stands for."""
    given = request.headers.get("if-none-match", "")
    if etag not in given and given.strip() != "*":
        return None
    return Response(status_code=304, headers={**_HEADERS, "ETag": etag})


def answered(request: Request, body: bytes, media_type: str = JSON, etag: str | None = None) -> Response:
    """200 with its ETag (that of the body, where none is given), or 304."""
    etag = etag or tag_of(body)
    return unchanged(request, etag) or Response(body, headers={**_HEADERS, "ETag": etag}, media_type=media_type)
