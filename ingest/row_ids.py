"""Ids for rows that have none: the hash of the row, and which of the identical rows of its file it is."""

from hashlib import blake2b
from typing import Final

REMEMBERED_MAX: Final = 100_000
"""Distinct rows; identical ones that lie farther apart than that are taken for a repeat of the first."""


class RowIds:
    """The ids of one file's rows, in its order. `retried_position` marks a single row that is read again."""

    def __init__(self, retried_position: int | None = None) -> None:
        self._retried = retried_position
        self._seen: dict[bytes, int] = {}
        self._before: dict[bytes, int] = {}

    def next_id(self, raw: bytes) -> str:
        """The id of the next row: `<hash>-1`, `<hash>-2` for an identical one."""
        digest = blake2b(raw, digest_size=8)
        if self._retried is not None:
            return f"{digest.hexdigest()}-r{self._retried}"
        key = digest.digest()
        seen = self._seen.get(key)
        if seen is None:
            seen = self._before.get(key, 0)
        self._seen[key] = seen + 1
        if len(self._seen) >= REMEMBERED_MAX // 2:
            self._before, self._seen = self._seen, {}
        return f"{digest.hexdigest()}-{seen + 1}"
