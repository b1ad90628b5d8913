"""The OpenAPI document: what the routes say of themselves, and what is true of all of them.

Run `python -m api.openapi` after a route changed: it writes api/openapi.json, of which the pages' client is made.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.routes.components import components
from api.routes.described import problems
from api.routes.problems import Reason

Json = dict[str, Any]

_UNSAFE: Final = frozenset({"post", "put", "patch", "delete"})
_NEVER_OURS: Final = ("HTTPValidationError", "ValidationError")


def operation_id(route: APIRoute) -> str:
    """The route's own name, as programs in other languages write it."""
    first, *rest = route.name.split("_")
    return first + "".join(word.title() for word in rest)


def describe(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Have the application serve our document; it is made when it is first asked for."""

    def document() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = described(app, routers)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def described(app: FastAPI, routers: Sequence[APIRouter]) -> Json:
    """The document of an application's routers."""
    document = get_openapi(
        title=app.title, version=app.version, routes=app.routes, summary=_SUMMARY, separate_input_output_schemas=False
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(components())
    for name in _NEVER_OURS:
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = _SCHEMES
    _put_back_examples(document, routers)
    for method, operation in _operations(document):
        _complete(method, operation)
    return document


def _put_back_examples(document: Json, routers: Sequence[APIRouter]) -> None:
    """The framework leaves out whatever is null, in examples too."""
    for route in (route for router in routers for route in router.routes):
        if not isinstance(route, APIRoute):
            continue
        for method in route.methods or ():
            responses = document["paths"][route.path_format][method.lower()]["responses"]
            for status, given in route.responses.items():
                for media_type, content in given.get("content", {}).items():
                    responses[str(status)]["content"][media_type].update(content)


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
        if "HTTPValidationError" in str(responses.get("422")):
            del responses["422"]
    for status, described_ in problems(*reasons).items():
        known = responses.setdefault(str(status), described_)
        for media_type, content in described_["content"].items():
            shown = known.setdefault("content", {}).setdefault(media_type, content)
            shown["examples"] = {**content["examples"], **shown.get("examples", {})}
    if "401" in responses:
        operation["security"] = [{"key": []}, {"session": []}]


_SUMMARY: Final = "An operational picture for a city's night-time economy. It does not replace 999."
_SCHEMES: Final[Json] = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key made with `nightdesk keys add`."},
    "session": {"type": "apiKey", "in": "cookie", "name": "nightdesk", "description": "What signing in sets."},
}
