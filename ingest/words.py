"""Free text is stored apart before its record goes anywhere; the record carries only where (Law 12)."""

from typing import Protocol


class WordsPort(Protocol):
    """Whoever keeps free text, so that it can be shown by rule and erased."""

    def keep(self, ref: str, owner: str, text: str) -> None:
        """Keep a text under `ref` for its owner; the same again changes nothing."""


class WordsAfterStart:
    """Passes words on once it is open: rows that an earlier run has read must not bring back erased words."""

    def __init__(self, port: WordsPort, *, is_open: bool) -> None:
        self._port = port
        self.is_open = is_open

    def keep(self, ref: str, owner: str, text: str) -> None:
        """Keep a text, unless its row was read before."""
        if self.is_open:
            self._port.keep(ref, owner, text)
