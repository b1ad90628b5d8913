"""Reads a TOML file so that every refusal names file, line, key, value and the rule broken."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Final, TypeVar

KeyPath = tuple[str | int, ...]
Choice = TypeVar("Choice", bound=StrEnum)

_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?")
_KEY: Final = re.compile(r"^\s*([A-Za-z0-9_\-\"'.]+)\s*=")
_LONG_QUOTE: Final = re.compile(r"\"\"\"|'''")
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NAME_LENGTH_MAX: Final = 120


class ReferenceFileError(ValueError):
    """A reference file that cannot be followed; the text gives file, line, key, value and the rule broken."""

    def __init__(self, file: Path, line: int | None, key: str, value: object, rule: str) -> None:
        place = str(file) if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {key} = {value!r}: {rule}" if key else f"{place}: {rule}")
        self.file, self.line, self.key, self.value, self.rule = file, line, key, value, rule


class TomlTable:
    """One table of a TOML file: typed getters that refuse what is missing or of the wrong kind."""

    def __init__(self, file: Path, path: KeyPath, values: dict[str, object], lines: dict[KeyPath, int]) -> None:
        self.file = file
        self._path, self._values, self._lines = path, values, lines

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def refusal(self, key: str, rule: str) -> ReferenceFileError:
        """The error to raise about a key of this table."""
        name = ".".join(str(part) for part in (*self._path, key))
        return ReferenceFileError(self.file, self._line(key), name, self._values.get(key), rule)

    def allow_only(self, *keys: str) -> None:
        """Refuse a key that nothing reads: a misspelt one would else be ignored in silence."""
        for key in self._values:
            if key not in keys:
                raise self.refusal(key, f"is not known here; known are {', '.join(keys)}")

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._value(key)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= _NAME_LENGTH_MAX:
            raise self.refusal(key, f"must be a text of 1 to {_NAME_LENGTH_MAX} characters")
        return value

    def identifier(self, key: str) -> str:
        """A text that can stand in a topic and an address."""
        value = self.text(key)
        if not _ID.fullmatch(value):
            raise self.refusal(key, "must be letters, digits, dot, hyphen or underscore, at most 64")
        return value

    def number(self, key: str, least: float, most: float) -> float:
        """A finite number between two bounds, both included."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise self.refusal(key, "must be a number")
        if not least <= value <= most:
            raise self.refusal(key, f"must lie between {least:g} and {most:g}")
        return float(value)

    def integer(self, key: str, least: int, most: int) -> int:
        """A whole number between two bounds, both included."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refusal(key, "must be a whole number")
        if not least <= value <= most:
            raise self.refusal(key, f"must lie between {least} and {most}")
        return value

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.refusal(key, "must be true or false")
        return value

    def day(self, key: str) -> date:
        """A date without a time."""
        value = self._value(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refusal(key, "must be a date, such as 2024-10-29")
        return value

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """One word of a vocabulary."""
        value = self._value(key)
        if not isinstance(value, str) or value not in set(kind):
            raise self.refusal(key, f"must be one of {', '.join(kind)}")
        return kind(value)

    def sequence(self, key: str) -> list[object]:
        """A list of anything; the caller says what its items must be."""
        value = self._value(key)
        if not isinstance(value, list):
            raise self.refusal(key, "must be a list")
        return value

    def table(self, key: str) -> "TomlTable":
        """A table inside this one; an empty one where it is left out."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            raise self.refusal(key, "must be a table")
        return TomlTable(self.file, (*self._path, key), value, self._lines)

    def tables(self, key: str) -> Iterator["TomlTable"]:
        """The tables of an array of tables; none where it is left out."""
        values = self._values.get(key, [])
        if not isinstance(values, list):
            raise self.refusal(key, "must be an array of tables")
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                raise self.refusal(key, "must be an array of tables")
            yield TomlTable(self.file, (*self._path, key, index), value, self._lines)

    def _value(self, key: str) -> object:
        if key not in self._values:
            raise self.refusal(key, "is missing")
        return self._values[key]

    def _line(self, key: str) -> int:
        path: KeyPath = (*self._path, key)
        while path not in self._lines and path:
            path = path[:-1]
        return self._lines.get(path, 1)


def read_toml(file: Path) -> TomlTable:
    """The whole file as a table. ReferenceFileError: absent, not UTF-8, or not TOML."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReferenceFileError(file, None, "", None, f"cannot be read: {error}") from error
    try:
        values: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line.group(1)) if line else None
        raise ReferenceFileError(file, number, "", None, f"is not TOML: {error}") from error
    return TomlTable(file, (), values, _line_index(text))


def _line_index(text: str) -> dict[KeyPath, int]:
    """The line of every table and of every key that stands at the start of a line (tomllib tells none)."""
    lines: dict[KeyPath, int] = {(): 1}
    counts: dict[KeyPath, int] = {}
    here: KeyPath = ()
    quoted = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not quoted and (header := _HEADER.match(line)) and not _KEY.match(line):
            here = _table_path(_parts(header.group(2)), counts, is_array=header.group(1) == "[[")
            lines[here] = number
            if header.group(1) == "[[":
                lines.setdefault(here[:-1], number)
        elif not quoted and (key := _KEY.match(line)):
            lines[(*here, *_parts(key.group(1)))] = number
        quoted ^= len(_LONG_QUOTE.findall(line)) % 2 == 1
    return lines


def _table_path(names: tuple[str, ...], counts: dict[KeyPath, int], *, is_array: bool) -> KeyPath:
    """The path of a header with the index of each array of tables on the way; `counts` holds items seen so far."""
    path: KeyPath = ()
    for depth, name in enumerate(names, start=1):
        path = (*path, name)
        if depth == len(names) and is_array:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = (*path, counts[path] - 1)
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
