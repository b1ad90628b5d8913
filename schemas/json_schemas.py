"""JSON Schemas of the contracts, made from the dataclasses that the code itself reads and writes."""

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from inspect import cleandoc
from types import UnionType
from typing import Final, Union, get_args, get_origin, get_type_hints

import msgspec

from schemas import codec, frames
from schemas.picture import RECORD_OF
from schemas.policy import Policy
from schemas.told import WORDS
from schemas.verdicts import Judged

Json = dict[str, object]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REF: Final = "#/$defs/{name}"
_WIRE_NAMES: Final = {"del_": "del"}
"""Fields whose name on the wire is a word that Python keeps for itself."""
_TAGS: Final = frozenset({"t", "op"})
"""Fields that tell a frame's type: always sent, although the code need not fill them in."""

SERVER_FRAMES: Final[tuple[type, ...]] = get_args(frames.ServerFrame)
CLIENT_FRAMES: Final[tuple[type, ...]] = get_args(frames.ClientFrame)


def schema_files() -> dict[str, Json]:
    """Every schema document by its file name."""
    return {
        "sent.json": _document("What feeds and people send", codec.SENT_TYPES.values(), _envelopes(codec.SENT_TYPES)),
        "journal.json": _document("Entries of the journal", codec.FACT_TYPES.values(), _envelopes(codec.FACT_TYPES)),
        "picture.json": _document(
            "What the desk tells", (*RECORD_OF.values(), *WORDS.values()), [*_change_lines(), *_word_lines()]
        ),
        "verdicts.json": _document("Verdicts of the fold", (Judged,), [_ref(Judged)]),
        "frames.json": _document("Frames of the live socket", (*SERVER_FRAMES, *CLIENT_FRAMES), _frame_refs()),
        "policy.json": _document("The dated policy", (Policy,), [_ref(Policy)]),
    }


def _document(title: str, types: Iterable[type], choices: list[Json]) -> Json:
    kinds = tuple(types)
    _, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    dated = _moments(kinds)
    definitions = {name: _tidy(components[name], dated.get(name, frozenset())) for name in sorted(components)}
    body: Json = {"oneOf": choices} if len(choices) > 1 else choices[0]
    return {"$schema": DIALECT, "title": title, **body, "$defs": definitions}


def _envelopes(types: Mapping[str, type]) -> list[Json]:
    origin = {
        "description": "stream, position, index",
        "type": ["array", "null"],
        **_row("string", "integer", "integer"),
    }
    return [
        _object({"v": _const(codec.VERSION), "t": _const(name), "o": origin, "d": _ref(kind)})
        for name, kind in types.items()
    ]


def _change_lines() -> list[Json]:
    """One shape for each kind: msgspec cannot describe a field that holds one of several dataclasses."""
    return [
        _object(
            {
                "v": _const(codec.VERSION),
                "t": _const(kind.value),
                "k": {"type": "string", "description": "key"},
                "o": {"description": "offset, index", "type": "array", **_row("integer", "integer")},
                "a": {"type": "integer", "description": "the fold's clock"},
                "l": {"type": "boolean", "description": "whether it stands in the live picture"},
                "d": {"anyOf": [_ref(record), {"type": "null"}]},
            }
        )
        for kind, record in RECORD_OF.items()
    ]


def _word_lines() -> list[Json]:
    return [_object({"v": _const(codec.VERSION), "t": _const(name), "d": _ref(kind)}) for name, kind in WORDS.items()]


def _row(*types: str) -> Json:
    return {"prefixItems": [{"type": kind} for kind in types], "minItems": len(types), "maxItems": len(types)}


def _frame_refs() -> list[Json]:
    return [_ref(frame) for frame in (*SERVER_FRAMES, *CLIENT_FRAMES)]


def _object(properties: Mapping[str, Json]) -> Json:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _const(value: str | int) -> Json:
    return {"const": value}


def _ref(kind: type) -> Json:
    return {"$ref": _REF.format(name=kind.__name__)}


def _tidy(schema: Mapping[str, object], moments: frozenset[str]) -> Json:
    """msgspec's schema with our wire names, date-time formats, the tags required and the docstring in one paragraph."""
    tidy = dict(schema)
    if isinstance(text := tidy.get("description"), str):
        tidy["description"] = " ".join(cleandoc(text).split())
    properties = tidy.get("properties")
    if isinstance(properties, dict):
        tidy["properties"] = {
            _WIRE_NAMES.get(name, name): _dated(shape) if name in moments else shape
            for name, shape in properties.items()
        }
        required = tidy.get("required")
        listed = required if isinstance(required, list) else []
        tidy["required"] = [name for name in properties if name in listed or name in _TAGS]
    return tidy


def _dated(shape: Json) -> Json:
    choices = shape.get("anyOf")
    if isinstance(choices, list):
        return {**shape, "anyOf": [_dated(choice) for choice in choices]}
    return {**shape, "format": "date-time"} if shape.get("type") == "string" else shape


def _moments(kinds: Iterable[type]) -> dict[str, frozenset[str]]:
    """The fields that hold datetimes, by the name of their dataclass, for these and all they hold."""
    found: dict[str, frozenset[str]] = {}
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if kind.__name__ in found or not (is_dataclass(kind) or issubclass(kind, msgspec.Struct)):
            continue
        parts = {name: _parts(hint) for name, hint in get_type_hints(kind).items()}
        found[kind.__name__] = frozenset(name for name, inner in parts.items() if datetime in inner)
        waiting.extend(part for inner in parts.values() for part in inner if isinstance(part, type))
    return found


def _parts(hint: object) -> tuple[object, ...]:
    """The types inside a union or a tuple, or the hint itself."""
    if get_origin(hint) in (Union, UnionType, tuple):
        return get_args(hint)
    return (hint,)
