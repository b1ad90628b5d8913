"""Errors as problem+json (RFC 9457): one reason each, a sentence a person can follow, and nothing from inside."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.record.errors import RecordError
from schemas.log import log_of

_log: Final = log_of("http")
_FIELDS_SHOWN_MAX: Final = 20
_RULE_CHARS_MAX: Final = 600
"""The longest of ours names every category."""


class Reason(StrEnum):
    """Why something is refused: the end of the problem's type, `/problems/<reason>`."""

    BAD_REQUEST = "bad_request"
    NOT_SIGNED_IN = "not_signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    NOT_ALLOWED = "not_allowed"
    OTHER_SITE = "other_site"
    UNKNOWN_HOST = "unknown_host"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_LARGE = "too_large"
    NOT_UNDERSTOOD = "not_understood"
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - the name of a reason
    ENROLMENT_REFUSED = "enrolment_refused"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    NOT_ACCEPTABLE = "not_acceptable"
    CONFLICT = "conflict"
    TOO_OLD = "too_old"
    OUTSIDE_AREA = "outside_area"
    UNKNOWN_VENUE = "unknown_venue"
    UNREADABLE = "unreadable"
    TOO_OFTEN = "too_often"
    NOT_NOW = "not_now"
    FAILED = "failed"
    NOT_STORED = "not_stored"


_SAID: Final[dict[Reason, tuple[int, str]]] = {
    Reason.BAD_REQUEST: (400, "The request cannot be read"),
    Reason.NOT_SIGNED_IN: (401, "Nobody is signed in"),
    Reason.SIGN_IN_REFUSED: (401, "That does not sign you in"),
    Reason.NOT_ALLOWED: (403, "You may not see this"),
    Reason.OTHER_SITE: (403, "The request came from another site"),
    Reason.UNKNOWN_HOST: (400, "This server is not known by that name"),
    Reason.NOT_FOUND: (404, "There is nothing at this address"),
    Reason.METHOD_NOT_ALLOWED: (405, "This cannot be done here"),
    Reason.TOO_LARGE: (413, "The request is too large"),
    Reason.NOT_UNDERSTOOD: (422, "The request is not as it should be"),
    Reason.PASSWORD_REFUSED: (422, "That cannot be your password"),
    Reason.ENROLMENT_REFUSED: (422, "That cannot be enrolled"),
    Reason.TOO_MANY_ATTEMPTS: (429, "Too many attempts"),
    Reason.CONFLICT: (422, "The same key was used for something else"),
    Reason.TOO_OLD: (422, "It happened too long ago"),
    Reason.OUTSIDE_AREA: (422, "It lies outside the area"),
    Reason.UNKNOWN_VENUE: (422, "There is no such venue or team"),
    Reason.UNREADABLE: (422, "The file cannot be read"),
    Reason.TOO_OFTEN: (429, "Too many at once"),
    Reason.NOT_ACCEPTABLE: (406, "It cannot be had in that form"),
    Reason.FAILED: (500, "Something failed here"),
    Reason.NOT_STORED: (503, "It could not be stored just now"),
    Reason.NOT_NOW: (503, "It cannot be done just now"),
}
_OF_STATUS: Final = {status: reason for reason, (status, _) in reversed(_SAID.items())}
"""The first reason of each status is what the status alone means."""


class Refused(Exception):
    """Raised by a route to answer with a problem."""

    def __init__(self, reason: Reason, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.status, _ = _SAID[reason]
        self.detail = detail
        self.headers = headers


def status_of(reason: Reason) -> int:
    """The HTTP status of a reason."""
    return _SAID[reason][0]


def problem_body(reason: Reason, detail: str) -> dict[str, object]:
    """What every problem says."""
    status, title = _SAID[reason]
    return {"type": f"/problems/{reason}", "title": title, "status": status, "detail": detail}


def problem(reason: Reason, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """The answer to a request that is refused."""
    body = {**problem_body(reason, detail), **more}
    return Response(orjson.dumps(body), status_of(reason), dict(headers or {}), "application/problem+json")


def answer_with_problems(app: FastAPI) -> None:
    """Every error of the routes below becomes a problem; what they do not expect is caught by crashes.py."""
    app.exception_handler(Refused)(_refused)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(RequestValidationError)(_not_understood)
    app.exception_handler(RecordError)(_not_stored)


async def _refused(_request: Request, error: Refused) -> Response:
    return problem(error.reason, error.detail, error.headers)


async def _http(request: Request, error: HTTPException) -> Response:
    """What Starlette and FastAPI raise themselves: no such address, no such method, an unreadable body."""
    reason = _OF_STATUS.get(error.status_code, Reason.BAD_REQUEST)
    return problem(reason, _DETAILS.get(reason, "{method} {path}").format_map(_place(request)), error.headers)


_DETAILS: Final = {
    Reason.NOT_FOUND: "Nothing is at {path}.",
    Reason.METHOD_NOT_ALLOWED: "{method} cannot be done at {path}.",
    Reason.BAD_REQUEST: "The body of {method} {path} cannot be read.",
}


def _place(request: Request) -> dict[str, str]:
    return {"method": request.method, "path": request.url.path[:200]}


async def _not_understood(_request: Request, error: RequestValidationError) -> Response:
    """Which field breaks which rule; never the value sent, which may be a secret."""
    broken = [_field(detail) for detail in error.errors()[:_FIELDS_SHOWN_MAX]]
    said = "; ".join(f"{field['field']}: {field['rule']}" for field in broken)
    return problem(Reason.NOT_UNDERSTOOD, f"{said}.", fields=broken)


def _field(detail: Any) -> dict[str, str]:
    """A field by its place in the body, and the rule in plain words where we have them, else the library's."""
    place = [str(part) for part in detail["loc"] if part not in {"body", "query"}]
    name = "The body" if detail["type"] == "json_invalid" or not place else ".".join(place)
    plain = _RULES.get(detail["type"])
    rule = str(detail["msg"]) if plain is None else plain.format_map(detail.get("ctx", {}))
    return {"field": name[:200], "rule": rule[:_RULE_CHARS_MAX]}


_RULES: Final = {
    "enum": "must be {expected}",
    "extra_forbidden": "is not known here",
    "greater_than_equal": "must be at least {ge}",
    "int_parsing": "is no whole number",
    "less_than_equal": "must be at most {le}",
    "value_error": "{error}",
    "dataclass_type": "is no JSON object",
    "json_invalid": "is no JSON",
    "missing": "is missing",
    "string_too_long": "may have at most {max_length} characters",
    "string_too_short": "is empty",
    "string_type": "is no text",
    "string_pattern_mismatch": "holds a character that may not stand there",
    "unexpected_keyword_argument": "is not known here",
    "timezone_aware": "needs its offset from UTC, as in 2026-05-16T23:10:00+01:00",
}


async def _not_stored(_request: Request, error: RecordError) -> Response:
    _log.error("a request could not be stored: %s", error)
    return problem(
        Reason.NOT_STORED, "Nothing was saved. Try again in a minute. In danger now: call 999.", {"Retry-After": "60"}
    )
