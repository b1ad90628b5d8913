"""Dead letters: refused rows, kept with the reason, and read again once the reason is gone."""

import json
from collections.abc import Mapping
from typing import Final

import orjson
from msgspec.structs import replace

from ingest.columns import fields_of, read_header, write_row
from ingest.context import context_for
from ingest.json_rows import refuse_depth
from ingest.layouts import LAYOUTS
from ingest.lines import decoded
from ingest.outcomes import Broken, Outcome, Refusal
from ingest.reading import read_again
from ingest.words import WordsPort
from schemas.area import Area
from schemas.dead_letters import DeadLetter, Reason

_KEPT_IN_PART: Final = (Reason.TOO_LARGE,)


def reread(letter: DeadLetter, area: Area, *, words: WordsPort, changes: Mapping[str, str]) -> Outcome:
    """What today's code and reference make of a refused row, with some fields put right: a record, or its dead letter.

    `changes` maps fields to values. ValueError: the row has no such field.
    """
    if letter.reason in _KEPT_IN_PART and letter.field is None:
        return letter
    try:
        return read_again(replace(letter, raw=_put_right(letter, area, words, changes)), area, words=words)
    except Broken as broken:  # its header was one of ours when it came
        return replace(letter, reason=Reason.MISSING_COLUMN, field=None, value=None, rule=str(broken))


def _put_right(letter: DeadLetter, area: Area, words: WordsPort, changes: Mapping[str, str]) -> bytes:
    if not changes:
        return letter.raw
    return _changed_object(letter, changes) if letter.is_json else _changed_row(letter, area, words, changes)


def _changed_object(letter: DeadLetter, changes: Mapping[str, str]) -> bytes:
    found = _object(letter.raw)
    if found is None:
        raise ValueError(f"line {letter.line} of {letter.file} is no JSON object, so no field of it can be set")
    names = orjson.loads(letter.header) if letter.header else {}
    return json.dumps(found | {names.get(field, field): value for field, value in changes.items()}).encode()


def _object(raw: bytes) -> dict[str, object] | None:
    """The object that a row is to a forgiving reader: what a strict one refuses may be just what is put right."""
    try:
        refuse_depth(raw)
        found = json.loads(decoded(raw))
    except (Refusal, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _changed_row(letter: DeadLetter, area: Area, words: WordsPort, changes: Mapping[str, str]) -> bytes:
    raw_header = letter.header or b""
    header = read_header(raw_header, LAYOUTS[letter.source](context_for(area, words)), {})
    names = [name.strip().casefold() for name in _fields(raw_header, header.delimiter)]
    fields = _fields(letter.raw, header.delimiter)
    if len(fields) != len(names):
        raise ValueError(
            f"line {letter.line} of {letter.file} has {len(fields)} fields and its header {len(names)}, "
            "so no field of it can be set"
        )
    for field, value in changes.items():
        if field.casefold() not in names:
            raise ValueError(f"{field!r} is no column of {letter.file}; it has {', '.join(names)}")
        fields[names.index(field.casefold())] = value
    return write_row(fields, header.delimiter)


def _fields(raw: bytes, delimiter: str) -> list[str]:
    return fields_of(decoded(raw).replace("\0", ""), delimiter)
