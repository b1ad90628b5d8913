"""The picture of a moment, one incident and its history, as a reader sees or saw them."""

from collections.abc import Mapping

from api.reads.rows import encoded
from api.reads.sources import Asker, Sources
from schemas.audiences import Audience, may_see, redact
from schemas.picture import Kind, PictureRecord
from schemas.redacted import Redacted
from schemas.times import Instant, rfc3339


def picture_at(sources: Sources, asker: Asker, at: Instant) -> bytes:
    """`{"at", "state": {kind: {key: record}}}`, every kind there, as JSON."""
    kinds = [kind for kind in Kind if may_see(kind, asker.audience.role)]
    records = sources.rewind().picture_at(at, kinds, asker.mentioned)
    state = {kind.value: _shown(kind, records.get(kind, {}), asker.audience) for kind in Kind}
    return encoded({"at": rfc3339(at), "state": state})


def _shown(kind: Kind, records: Mapping[str, PictureRecord], audience: Audience) -> dict[str, Redacted]:
    found = ((key, redact(kind, record, audience)) for key, record in records.items())
    return {key: fields for key, fields in found if fields is not None}


def incident_of(sources: Sources, asker: Asker, id_: str) -> bytes | None:
    """An incident as it is now or was when it left, as JSON; None: there is none, or not for them."""
    held = sources.view.held(asker.topic, Kind.INCIDENTS) if asker.topic and sources.is_shown() else None
    if held is not None and id_ in held.records:
        return held.records[id_]
    record = sources.rewind().newest(Kind.INCIDENTS, id_)
    fields = None if record is None else redact(Kind.INCIDENTS, record, asker.audience)
    return None if fields is None else encoded(fields)


def history_of(sources: Sources, asker: Asker, id_: str) -> bytes | None:
    """`[{"at", "record"}]`, oldest first, one for each change of what they see; None: never anything for them."""
    shown: list[dict[str, object]] = []
    last: Redacted | None = None
    for version in sources.rewind().versions(Kind.INCIDENTS, id_):
        fields = None if version.record is None else redact(Kind.INCIDENTS, version.record, asker.audience)
        if fields != last:
            shown.append({"at": rfc3339(version.at), "record": fields})
        last = fields
    return encoded(shown) if shown else None
