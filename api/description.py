"""The OpenAPI document: what the routes say of themselves, and what is true of all of them.

Run `python -m api.description` after a route changed: it writes api/openapi.json, of which the pages' client is made.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.routes.components import components
from api.routes.described import problems
from api.routes.problems import Reason

Json = dict[str, Any]

FILE: Final = Path(__file__).parent / "openapi.json"
_UNSAFE: Final = frozenset({"post", "put", "patch", "delete"})
_NEVER_OURS: Final = ("HTTPValidationError", "ValidationError")


def operation_id(route: APIRoute) -> str:
    """The route's own name, as programs in other languages write it."""
    first, *rest = route.name.split("_")
    return first + "".join(word.title() for word in rest)


def describe(app: FastAPI) -> None:
    """Have the application serve our document; it is made when it is first asked for."""

    def document() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = described(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def described(app: FastAPI) -> Json:
    """The document of an application's routes."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes, summary=_SUMMARY)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(components())
    for name in _NEVER_OURS:
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = _SCHEMES
    for method, operation in _operations(document):
        _complete(method, operation)
    return document


def written(app: FastAPI) -> bytes:
    """The document as the file holds it: without the version, which is the program's."""
    document = described(app)
    document["info"]["version"] = ""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for methods in document["paths"].values():
        yield from methods.items()


def _complete(method: str, operation: Json) -> None:
    """What any request can end in, and how one signs in."""
    responses = operation["responses"]
    reasons = [Reason.UNKNOWN_HOST, Reason.FAILED]
    if method in _UNSAFE:
        reasons += [Reason.OTHER_SITE, Reason.TOO_LARGE]
    if operation.get("parameters") or "requestBody" in operation:
        reasons += [Reason.BAD_REQUEST, Reason.NOT_UNDERSTOOD]
        responses.pop("422", None) if _is_frameworks(responses.get("422")) else None
    for status, described_ in problems(*reasons).items():
        known = responses.setdefault(str(status), described_)
        for media_type, content in described_["content"].items():
            shown = known.setdefault("content", {}).setdefault(media_type, content)
            shown["examples"] = {**content["examples"], **shown.get("examples", {})}
    if "401" in responses:
        operation["security"] = [{"key": []}, {"session": []}]


def _is_frameworks(response: Json | None) -> bool:
    return response is not None and "HTTPValidationError" in str(response)


_SUMMARY: Final = "An operational picture for a city's night-time economy. It does not replace 999."
_SCHEMES: Final[Json] = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key made with `nightdesk keys add`."},
    "session": {"type": "apiKey", "in": "cookie", "name": "nightdesk", "description": "What signing in sets."},
}
