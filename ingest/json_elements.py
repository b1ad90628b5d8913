"""The elements of a JSON array, one at a time as its bytes come in, so that its size costs no memory."""

import re
from collections.abc import Iterator
from typing import Final

from ingest.outcomes import Broken

ELEMENT_BYTES_MAX: Final = 64 * 1024
"""A longer element is handed on cut to a little over this, so that its reader sees that it is too long."""

_STRING_BODY: Final = rb'[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN: Final = re.compile(rb'"' + _STRING_BODY + rb'|["{}\[\]]', re.DOTALL)
_STRING_END: Final = re.compile(_STRING_BODY, re.DOTALL)
_BETWEEN: Final = b" \t\r\n,"

Element = tuple[int, bytes]
"""The line on which an element begins, and its bytes."""


class ArrayElements:
    """Batches of the elements of one array, in order; scalars and junk between them come as elements too.

    `line` is where the array begins. Raises Broken where the array does not end, or something follows it.
    """

    def __init__(self, chunks: Iterator[bytes], line: int = 1) -> None:
        self._chunks = chunks
        self._line = line
        self._text = b""  # from the present element or gap on
        self._begin = 0  # of the present element or gap
        self._scan = 0  # all before it is looked at
        self._depth = 0
        self._in_string = False
        self._cut = b""  # the beginning of an element that is too long
        self._found: list[Element] = []

    def __iter__(self) -> Iterator[list[Element]]:
        for chunk in self._chunks:
            self._text += chunk
            self._look()
            self._forget()
            found, self._found = self._found, []
            if found:
                yield found
            if self._is_over():
                self._refuse_more()
        if not self._is_over():
            raise Broken("is cut off: its JSON array does not end")

    def _is_over(self) -> bool:
        return self._depth < 0

    def _refuse_more(self) -> None:
        if self._text.strip():
            raise Broken("goes on after the end of its JSON array")

    def _look(self) -> None:
        while not self._is_over():
            if self._in_string:
                end = _STRING_END.match(self._text, self._scan)
                if end is None:
                    return
                self._scan, self._in_string = end.end(), False
            token = _TOKEN.search(self._text, self._scan)
            if token is None:
                self._scan = len(self._text)
                return
            self._scan = token.end()
            self._take(self._text[token.start()], token.start(), token.end())

    def _take(self, first: int, start: int, end: int) -> None:
        if first == ord('"'):
            self._in_string = end - start == 1
        elif first in b"{[":
            self._depth += 1
            if self._depth == 1:
                self._move(end)
            elif self._depth == 2:
                self._emit_gap(start)
        else:
            self._depth -= 1
            if self._depth == 1:
                self._emit(self._text[self._begin : end], end)
            elif self._depth == 0:
                self._emit_gap(start)
                self._move(end)
                self._depth = -1

    def _emit(self, raw: bytes, end: int) -> None:
        self._found.append((self._line, (self._cut + raw)[: ELEMENT_BYTES_MAX + 1]))
        self._cut = b""
        self._move(end)

    def _emit_gap(self, end: int) -> None:
        """What stands between two elements: a comma, or something that is no object."""
        gap = (self._cut + self._text[self._begin : end]).strip(_BETWEEN)
        if gap:
            self._emit(gap, end)
        self._cut = b""
        self._move(end)

    def _move(self, begin: int) -> None:
        self._line += self._text.count(b"\n", self._begin, begin)
        self._begin = begin

    def _forget(self) -> None:
        """Let go of what is done with, and of an element that grows too long."""
        self._text = self._text[self._begin :]
        self._scan -= self._begin
        self._begin = 0
        if len(self._text) <= ELEMENT_BYTES_MAX or self._is_over():
            return
        self._cut = self._cut or self._text[: ELEMENT_BYTES_MAX + 1]
        rest = self._text[self._scan :]
        half_escape = (len(rest) - len(rest.rstrip(b"\\"))) % 2
        kept = len(self._text) - half_escape if self._in_string else self._scan
        self._line += self._text.count(b"\n", 0, kept)
        self._text, self._scan = self._text[kept:], 0
