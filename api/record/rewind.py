"""What was seen, read: the picture of a moment, the history of one incident, and what is over. Records as they were."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import msgspec
import orjson
from sqlalchemy import Connection, text

from api.record.dialects import said_to, written_for_each
from api.record.errors import RecordUnavailable
from api.record.live_versions import LiveVersions, live_at, of_wanted
from api.record.store import Store
from schemas.picture import RECORD_OF, Kind, PictureRecord
from schemas.times import NEVER, Instant

PastPicture = dict[Kind, dict[str, PictureRecord]]
"""kind -> key -> the record as the desk knew it: redact it before it leaves for an audience."""
VERSIONS_MAX: Final = 2_000
"""Versions of one key that a history shows: the newest."""
_PAST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """What a key became at a time; `record` None: it was no more."""

    at: Instant
    record: PictureRecord | None


class Rewind:
    """Reads one area's history; safe from any thread. All of it raises RecordError when the file cannot be read."""

    def __init__(self, store: Store, area: str) -> None:
        self._store = store
        self._area = area

    def picture_at(self, at: Instant, kinds: Collection[Kind] = tuple(Kind), mentioned: str = "") -> PastPicture:
        """Per key of these kinds the newest version with a time up to `at`, where it was live.

        Only records whose JSON holds the text `mentioned` are read.
        """
        picture: PastPicture = {kind: {} for kind in kinds}
        by_name = {kind.value: (_DECODERS[kind].decode, records) for kind, records in picture.items()}
        with self._store.reading() as connection, self._readable():
            wanted = _listed(live_at(connection, self._area, at), kinds)
            asked = {"wanted": wanted, "area": self._area, "mentioned": mentioned}
            for name, key, body in connection.execute(said_to(connection, _BODIES), asked):
                decode, records = by_name[name]
                records[key] = decode(body)
        return picture

    def versions(self, kind: Kind, key: str) -> list[PastVersion]:
        """What an incident or a night was, oldest first: the newest VERSIONS_MAX of it."""
        with self._store.reading() as connection:
            rows = self._newest(connection, kind, key, VERSIONS_MAX)
        return [PastVersion(at=at, record=self._decoded_if(kind, body)) for at, body in reversed(rows)]

    def newest(self, kind: Kind, key: str) -> PictureRecord | None:
        """What an incident or a night is now, or was when it left; None: there is none, or it is no more."""
        with self._store.reading() as connection:
            rows = self._newest(connection, kind, key, 1)
        return self._decoded_if(kind, rows[0][1]) if rows else None

    def over(
        self, kind: Kind, since: Instant = 0, until: Instant = NEVER, mentioned: str = ""
    ) -> Iterator[tuple[str, PictureRecord]]:
        """What has left the live picture, incidents or nights: key and last word, newest first; read as it is taken."""
        before, key = until, ""
        while True:
            asked = {"area": self._area, "kind": kind.value, "since": since, "before": before, "key": key}
            with self._store.reading() as connection:
                rows = connection.execute(
                    said_to(connection, _OVER), asked | {"mentioned": mentioned, "limit": _PAST_AT_ONCE}
                ).all()
            for _, key_, body in rows:
                yield key_, self._decoded(kind, body)
            if len(rows) < _PAST_AT_ONCE:
                return
            before, key = rows[-1][0], rows[-1][1]

    def usual_so_far(self, night: str) -> list[tuple[Instant, float | None]]:
        """What was usual by each moment of a night, as its summaries said then."""
        with self._store.reading() as connection:
            rows = connection.execute(_NIGHTS, {"area": self._area, "key": night}).all()
        with self._readable():
            return [(at, _EXPECTED.decode(body).expected) for at, body in rows]

    def _newest(self, connection: Connection, kind: Kind, key: str, limit: int) -> list[tuple[Instant, str | None]]:
        asked = {"area": self._area, "kind": kind.value, "key": key, "limit": limit}
        rows = connection.execute(_VERSIONS, asked).all()
        return [(at, body) for at, body in rows]

    def _decoded(self, kind: Kind, body: str) -> PictureRecord:
        with self._readable():
            return _DECODERS[kind].decode(body)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except msgspec.DecodeError as error:
            raise RecordUnavailable(self._store.place, f"holds a record that cannot be read: {error}") from error

    def _decoded_if(self, kind: Kind, body: str | None) -> PictureRecord | None:
        return None if body is None else self._decoded(kind, body)


class _Expected(msgspec.Struct):
    """Of a night's summary only what was usual so far."""

    expected: float | None


def _listed(live: LiveVersions, kinds: Collection[Kind]) -> str:
    """As JSON, in the order in which they lie in the file."""
    names = {kind.value for kind in kinds}
    wanted = sorted((*version, *place) for place, version in live.versions.items() if place[0] in names)
    return orjson.dumps(wanted).decode()


_DECODERS: Final = {kind: msgspec.json.Decoder(record) for kind, record in RECORD_OF.items()}
_EXPECTED: Final = msgspec.json.Decoder(_Expected)
_BODIES: Final = written_for_each(
    lambda words: f"SELECT h.kind, h.key, h.body {of_wanted(words)} AND {words.position}(h.body, :mentioned) > 0"
)
# SQLite takes an index of some rows only for a condition that repeats the index's own.
_BY_KEY: Final = "area = :area AND kind IN ('incidents', 'night')"
_VERSIONS: Final = text(
    f"SELECT valid_from, body FROM history WHERE {_BY_KEY} AND kind = :kind AND key = :key "  # noqa: S608
    'ORDER BY "offset" DESC, idx DESC LIMIT :limit'
)
_NIGHTS: Final = text(
    f"SELECT valid_from, body FROM history WHERE {_BY_KEY} AND kind = 'night' AND key = :key "  # noqa: S608
    'AND body IS NOT NULL ORDER BY "offset", idx'
)
_OVER: Final = written_for_each(
    lambda words: (
        "SELECT at, key, body FROM past WHERE area = :area AND kind = :kind AND at >= :since "  # noqa: S608
        "AND (at < :before OR (at = :before AND key < :key)) "
        f"AND {words.position}(body, :mentioned) > 0 ORDER BY at DESC, key DESC LIMIT :limit"
    )
)
