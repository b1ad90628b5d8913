"""How routes describe their answers: schema and example of each, and the problems that they can end in."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Response

from api.routes import examples
from api.routes.problems import Reason, problem_body, status_of
from api.routes.validators import GEO_JSON, JSON
from schemas.picture import RECORD_OF, Kind

Json = dict[str, Any]

PROBLEM: Final = "application/problem+json"
TEXT: Final = "text/plain"
_READING: Final = (Reason.NOT_SIGNED_IN, Reason.NOT_ALLOWED, Reason.NOT_UNDERSTOOD, Reason.TOO_OFTEN)
_UNCHANGED: Final[Json] = {"description": "The caller has it already: its If-None-Match says so."}
_ETAG: Final[Json] = {"ETag": {"description": "Changes with the answer.", "schema": {"type": "string"}}}


def answers(content: Mapping[str, Json], *reasons: Reason, about: str = "Done", status: int = 200) -> Json:
    """For a route's decorator: what it answers, by media type, and why it may not."""
    done: Json = {"description": about, "content": dict(content)}
    return {"responses": {status: done, **problems(*reasons)}}


def problems(*reasons: Reason) -> dict[int | str, Json]:
    """The problems of these reasons, by status, each with its example."""
    found: dict[int | str, Json] = {}
    for reason in reasons:
        body = problem_body(reason, "What went wrong here, in a sentence.")
        at = found.setdefault(status_of(reason), {"description": body["title"], "content": {PROBLEM: {"examples": {}}}})
        at["content"][PROBLEM]["schema"] = ref("Problem")
        at["content"][PROBLEM]["examples"][reason.value] = {"summary": body["title"], "value": body}
    return found


def shown_as(example: object, *reasons: Reason, status: int = 200) -> dict[int | str, Json]:
    """The `responses` of a route that answers with its own model: what that looks like, and why it may not."""
    return {status: {"content": {JSON: {"example": example}}}, **problems(*reasons)}


def said(new: Json, *reasons: Reason) -> dict[int | str, Json]:
    """The `responses` of a route that somebody reports by: new, said before, or saved and not judged yet."""
    abouts = {201: "Taken", 200: "Said before", 202: "Saved; not all is judged yet"}
    done: dict[int | str, Json] = {status: {"description": about, **new} for status, about in abouts.items()}
    return {**done, **problems(*reasons)}


def ref(name: str) -> Json:
    """A named schema of the description."""
    return {"$ref": f"#/components/schemas/{name}"}


def shown(schema: Json, example: object) -> Json:
    """A schema and what it looks like."""
    return {"schema": schema, "example": example}


def a_list(kind: Kind) -> Json:
    """A page of a list, for a map too where it has places."""
    name = RECORD_OF[kind].__name__
    content = {JSON: shown(ref(f"{name}Page"), examples.page_example(kind))}
    if kind in (Kind.INCIDENTS, Kind.WINDOWS):
        content[GEO_JSON] = shown(ref("FeatureCollection"), examples.map_example(kind))
        return _read(content)
    return _read(content, Reason.NOT_ACCEPTABLE)


def an_incident() -> Json:
    """One incident."""
    return _read({JSON: shown(ref("Incident"), examples.example(Kind.INCIDENTS))}, Reason.NOT_FOUND)


def its_history() -> Json:
    """What an incident was."""
    versions = {"type": "array", "items": ref("IncidentVersion")}
    return _read({JSON: shown(versions, examples.history_example())}, Reason.NOT_FOUND)


def a_picture() -> Json:
    """The picture of a moment."""
    return _read({JSON: shown(ref("Picture"), examples.picture_example())})


def its_marks() -> Json:
    """A night in quarter hours."""
    return _read({JSON: shown(ref("Marks"), examples.marks_example())})


def a_basemap() -> Json:
    """What lies under the picture."""
    content = {JSON: {"schema": {"type": "object"}, "example": examples.BASEMAP_EXAMPLE}}
    described = answers(content, Reason.NOT_SIGNED_IN, Reason.TOO_OFTEN)
    described["responses"][200]["headers"] = _ETAG
    described["responses"][304] = _UNCHANGED
    return {**described, "response_class": Response}


def a_config() -> Json:
    """What a page needs to start."""
    described = answers({JSON: {"example": examples.CONFIG_EXAMPLE}}, Reason.NOT_SIGNED_IN, Reason.TOO_OFTEN)
    described["responses"][200]["headers"] = _ETAG
    described["responses"][304] = _UNCHANGED
    return described


def signing_in(example: object) -> Json:
    """Signing in."""
    reasons = (Reason.SIGN_IN_REFUSED, Reason.TOO_MANY_ATTEMPTS, Reason.NOT_UNDERSTOOD, Reason.NOT_STORED)
    return answers({JSON: {"example": example}}, *reasons, about="Signed in: a cookie is set")


def who_it_is(example: object) -> Json:
    """Who is signed in."""
    return answers({JSON: {"example": example}}, Reason.NOT_SIGNED_IN, Reason.NOT_STORED)


def signing_out() -> Json:
    """Signing out."""
    return {"responses": {204: {"description": "Nobody is signed in now"}, **problems(Reason.NOT_STORED)}}


def in_words(example: str, not_now: str = "") -> Json:
    """A line of text, and the other one that says why not."""
    described = answers({TEXT: shown({"type": "string"}, example)})
    if not_now:
        refused = {"description": "Not now", "content": {TEXT: shown({"type": "string"}, not_now)}}
        described["responses"][503] = refused
    return described


def some_metrics() -> Json:
    """What a scraper reads."""
    example = 'nightdesk_read_total{source="sbn"} 7.0\n'
    return answers({TEXT: shown({"type": "string"}, example)}, Reason.NOT_SIGNED_IN, Reason.NOT_ALLOWED)


def _read(content: Mapping[str, Json], *reasons: Reason) -> Json:
    """What every read has: a validator, 304, and the ways in which reading ends."""
    described = answers(content, *_READING, *reasons, Reason.NOT_NOW, Reason.NOT_STORED, about="What was asked for")
    described["responses"][200]["headers"] = _ETAG
    described["responses"][304] = _UNCHANGED
    return {**described, "response_class": Response}
