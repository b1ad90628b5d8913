"""The projector: the desk's changes, redacted for each push topic, at most 50 times a second.

It drops what is not newer, and lets the newest of a key stand for those before it; the view takes a record away again
from a topic that may not see it any more. It has no clock: the caller says what time it is, on one monotonic clock.
"""

from collections.abc import Callable, Sequence
from typing import Final

import orjson

from api.versions import Key, Version, Versions
from api.view import Published, Update, Written
from schemas import audiences
from schemas.audiences import Audience
from schemas.picture import Change, Kind, NightStatus, NightSummary, PictureRecord
from schemas.redacted import Redacted

REST_LEAST_S: Final = 0.02
"""Between two deltas: what changes meanwhile goes out together."""

Redact = Callable[[Kind, PictureRecord, Audience], Redacted | None]
TopicsConcerned = Callable[[str, Kind, PictureRecord], Sequence[str]]
AudienceOf = Callable[[str, str], Audience | None]


class Projector:
    """One area of one realm. What waits for the next flush is bounded by the keys of the live picture."""

    def __init__(
        self,
        area_id: str,
        *,
        view: Written,
        redact: Redact = audiences.redact,
        topics_concerned: TopicsConcerned = audiences.topics_concerned,
        audience_of: AudienceOf = audiences.audience_of,
    ) -> None:
        self._area_id = area_id
        self._view = view
        self._redact, self._topics_concerned, self._audience_of = redact, topics_concerned, audience_of
        self._versions = Versions()
        self._waiting: dict[Key, tuple[Version, PictureRecord | None]] = {}
        self._audiences: dict[str, Audience | None] = {}
        self._closed: tuple[str, Version] | None = None
        self._forgotten: Version | None = None
        self._next_flush = float("-inf")
        self.dropped = 0
        """Changes that were not newer than what stood."""

    @property
    def due_at(self) -> float | None:
        """When `flush` has something to send, on the caller's clock; None while nothing waits."""
        return self._next_flush if self._waiting else None

    def apply(self, changes: Sequence[Change]) -> None:
        """Take changes in; nothing goes out before the next flush."""
        for change in changes:
            key, version = (change.kind, change.key), (change.offset, change.index)
            if not self._versions.is_newer(key, version):
                self.dropped += 1
                continue
            record = change.record if change.live else None
            self._waiting[key] = (version, record)
            remember = self._versions.bury if record is None else self._versions.keep
            remember(key, version)
            if isinstance(change.record, NightSummary):
                self._watch_the_close(change.record, version)

    def flush(self, at: float, rest_s: float = REST_LEAST_S) -> Sequence[Published]:
        """Put all that changed since the last flush, and then a rest; none while it rests. Gives what is to be sent.

        Raises what the view raises; what waited waits on then.
        """
        if not self._waiting or at < self._next_flush:
            return []
        self._next_flush = at + max(REST_LEAST_S, rest_s)
        if self._forgotten is not None:
            self._view.forget(self._forgotten)
            self._forgotten = None
        sent = self._view.put([self._update(key, *became) for key, became in self._waiting.items()])
        self._waiting.clear()
        return sent

    def _update(self, key: Key, version: Version, record: PictureRecord | None) -> Update:
        shown = {} if record is None else self._shown(key[0], record)
        return Update(kind=key[0], key=key[1], version=version, shown=shown)

    def _shown(self, kind: Kind, record: PictureRecord) -> dict[str, bytes]:
        bodies = {}
        for topic in self._topics_concerned(self._area_id, kind, record):
            audience = self._audience(topic)
            redacted = None if audience is None else self._redact(kind, record, audience)
            if redacted is not None:
                bodies[topic] = orjson.dumps(redacted, option=orjson.OPT_UTC_Z)
        return bodies

    def _audience(self, topic: str) -> Audience | None:
        """For whom a topic is redacted, remembered: a topic's audience never changes."""
        if topic not in self._audiences:
            self._audiences[topic] = self._audience_of(self._area_id, topic)
        return self._audiences[topic]

    def _watch_the_close(self, summary: NightSummary, version: Version) -> None:
        """When a night closes, what was deleted before the close of the night before it is forgotten."""
        if summary.status is not NightStatus.CLOSED:
            return
        if self._closed is not None:
            night, closed = self._closed
            if summary.night <= night:
                return
            self._versions.forget(closed)
            self._forgotten = closed
        self._closed = (summary.night, version)
