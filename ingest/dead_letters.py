"""Dead letters: refused rows, kept with the reason, and read again once the reason is gone."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import orjson

from ingest.columns import read_header, write_row
from ingest.context import context_for
from ingest.layouts import LAYOUTS
from ingest.lines import decoded
from ingest.outcomes import Outcome
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
    if changes:
        raw = _changed_object(letter, changes) if letter.is_json else _changed_row(letter, area, words, changes)
        letter = replace(letter, raw=raw)
    return read_again(letter, area, words=words)


def _changed_object(letter: DeadLetter, changes: Mapping[str, str]) -> bytes:
    try:
        found = orjson.loads(letter.raw)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise ValueError(f"line {letter.line} of {letter.file} is no JSON object, so no field of it can be set")
    names = orjson.loads(letter.header) if letter.header else {}
    return orjson.dumps(found | {names.get(field, field): value for field, value in changes.items()})


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
    text = decoded(raw).replace("\0", "")
    return next(csv.reader((line + "\n" for line in text.split("\n")), delimiter=delimiter), [])
