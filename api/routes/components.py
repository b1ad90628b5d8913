"""The named schemas of the API's description: the picture's records as they are let out, and what holds them."""

from typing import Any, Final

import msgspec

from schemas.picture import RECORD_OF

Json = dict[str, Any]

_REF: Final = "#/components/schemas/{name}"
_KEPT_BACK: Final = {"Member": ("words_ref",)}
"""The redactor opens these to nobody."""
_TEXT: Final[Json] = {"type": "string"}
_TIME: Final[Json] = {"type": "string", "format": "date-time"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_NEXT: Final[Json] = {"type": ["string", "null"], "description": "The cursor of the next page; null: this is the last."}


def components() -> dict[str, Json]:
    """Every schema by its name."""
    return {**_records(), **_pages(), **_HOLDERS, "Problem": _PROBLEM}


def _records() -> dict[str, Json]:
    """Nothing is required but by whoever sees all of it: other roles are shown fewer fields."""
    _, found = msgspec.json.schema_components(tuple(RECORD_OF.values()), ref_template=_REF)
    return {name: _as_shown(name, schema) for name, schema in found.items()}


def _as_shown(name: str, schema: Json) -> Json:
    if "properties" not in schema:
        return schema
    kept_back = _KEPT_BACK.get(name, ())
    properties = {field: _without_default(how) for field, how in schema["properties"].items() if field not in kept_back}
    about = schema.get("description", "")
    return {"type": "object", "title": name, "description": about, "properties": properties}


def _without_default(schema: Json) -> Json:
    return {key: value for key, value in schema.items() if key != "default"}


def _pages() -> dict[str, Json]:
    return {
        f"{record.__name__}Page": _object({"items": _listed(record.__name__), "next": _NEXT})
        for record in RECORD_OF.values()
    }


def _object(properties: dict[str, Json], **more: object) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), **more}


def _named(name: str) -> Json:
    return {"$ref": _REF.format(name=name)}


def _listed(name: str) -> Json:
    return {"type": "array", "items": _named(name)}


def _maybe(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


_SLOT: Final = _object({"from": _TIME, "incidents": _COUNT, "usual": {"type": ["number", "null"]}})
_STATE: Final = _object(
    {
        kind.value: {"type": "object", "additionalProperties": _named(record.__name__)}
        for kind, record in RECORD_OF.items()
    }
)
_FEATURE: Final = _object(
    {
        "type": {"const": "Feature"},
        "geometry": _maybe({"type": "object"}),
        "properties": {"type": "object"},
    }
)
_HOLDERS: Final[dict[str, Json]] = {
    "IncidentVersion": _object({"at": _TIME, "record": _maybe(_named("Incident"))}),
    "Picture": _object({"at": _TIME, "state": _STATE}),
    "Marks": _object(
        {"night": _TEXT, "opens_at": _TIME, "closes_at": _TIME, "slots": {"type": "array", "items": _SLOT}}
    ),
    "FeatureCollection": _object(
        {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": _FEATURE}}
    ),
}
_PROBLEM: Final = _object(
    {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
    description="Why a request was refused (RFC 9457). `type` is one of a fixed list; `detail` is for people.",
)
