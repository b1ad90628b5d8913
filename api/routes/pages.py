"""The built pages, served from memory: each at its own address, so that no path can lead anywhere else.

Files under assets/ carry a hash in their name and never change; the others are asked for anew each time, by ETag.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BYTES_MAX: Final = 32 * 1024 * 1024
"""All pages together; more than this is no build of ours."""
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
_ADDRESSES: Final = {"index.html": "/", "sign-in.html": "/sign-in", "account.html": "/account"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_EACH_TIME: Final = "no-cache"
_NOT_BUILT: Final = b"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Nightdesk: the pages are not built</title></head>
<body><h1>The pages are not built</h1>
<p>Nightdesk runs, and its pages are missing. In the project's folder run <code>make pages</code>, then start Nightdesk
again. <code>make run</code> does both.</p></body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file in every encoding that lies beside it; `contents` is by encoding, "" for the file itself."""

    address: str
    media_type: str
    caching: str
    etag: str
    contents: dict[str, bytes]


class PagesTooLarge(ValueError):
    """The folder holds more than a build of ours could."""


def page_routes(folder: Path) -> list[Route]:
    """A route for each page of a folder, or for one page that says how to build them."""
    pages = read_pages(folder) or [_not_built(address) for address in _ADDRESSES.values()]
    return [Route(page.address, _serve(page), methods=["GET"], include_in_schema=False) for page in pages]


def read_pages(folder: Path) -> list[Page]:
    """The pages of a folder, read whole; PagesTooLarge over 32 MiB. None at all where there is no index.html."""
    if not (folder / "index.html").is_file():
        return []
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in _TYPES and file.is_file()]
    pages, size = [], 0
    for file in files:
        page = _read(folder, file)
        size += sum(map(len, page.contents.values()))
        if size > BYTES_MAX:
            raise PagesTooLarge(f"{folder} holds over {BYTES_MAX // 2**20} MiB of pages: is it the right folder?")
        pages.append(page)
    return pages


def _read(folder: Path, file: Path) -> Page:
    name = file.relative_to(folder).as_posix()
    contents = {"": file.read_bytes()}
    for encoding, ending in _ENCODINGS.items():
        beside = file.with_name(file.name + ending)
        if beside.is_file():
            contents[encoding] = beside.read_bytes()
    return Page(
        address=_ADDRESSES.get(name, f"/{name}"),
        media_type=_TYPES[file.suffix],
        caching=_FOR_EVER if name.startswith("assets/") else _ASK_EACH_TIME,
        etag=hashlib.sha256(contents[""]).hexdigest()[:24],
        contents=contents,
    )


def _not_built(address: str) -> Page:
    html = _TYPES[".html"]
    return Page(address=address, media_type=html, caching="no-store", etag="not-built", contents={"": _NOT_BUILT})


def _serve(page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        encoding = _encoding(page, request.headers.get("accept-encoding", ""))
        etag = f'"{page.etag}-{encoding}"' if encoding else f'"{page.etag}"'
        headers = {"Cache-Control": page.caching, "ETag": etag, "Vary": "Accept-Encoding"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(page.contents[encoding], headers=headers, media_type=page.media_type)

    return serve


def _encoding(page: Page, accepted: str) -> str:
    """The smallest encoding that the browser takes; those refused with q=0 are not taken."""
    offers = {}
    for offer in accepted.lower().split(","):
        name, _, quality = offer.partition(";")
        offers[name.strip()] = quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    taken = [encoding for encoding in _ENCODINGS if encoding in page.contents and offers.get(encoding)]
    return min(taken, key=lambda encoding: len(page.contents[encoding]), default="")
