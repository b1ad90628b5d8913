"""Ten thousand payloads of rubbish through the whole path: every entry can be folded, and folded again the same."""

import io
from collections.abc import Iterator

from ingest.outcomes import Read, SourceUnreadable
from ingest.reading import read
from schemas.feeds import FeedRecord, Source
from schemas.journal import Origin
from schemas.reference import load_area
from schemas.times import MINUTE, Instant
from streams.core.digest import digest
from streams.folder_run import engine_in_memory
from streams.restore import refold
from tests.builders_rubbish import Nowhere, payloads

PAYLOADS_A_SOURCE = 2_000
AREA = load_area()
SATURDAY: Instant = 1_778_972_400_000
"""2026-05-16T23:00:00Z, the hour that the payloads tell of."""


def records(source: Source, body: bytes, stream: str) -> Iterator[tuple[FeedRecord, Origin]]:
    """What can be read of a payload."""
    try:
        for outcome in read(source, io.BytesIO(body), AREA, words=Nowhere()):
            if isinstance(outcome, Read):
                yield outcome.record, Origin(stream=stream, position=outcome.position)
    except SourceUnreadable:
        return


def test_ten_thousand_payloads_of_rubbish_fold_into_a_picture() -> None:
    engine = engine_in_memory(AREA, "replay-test", lambda: 0.0)
    engine.open(AREA.policy)
    engine.tick(SATURDAY, live=True)
    streams = zip(*(payloads(source, PAYLOADS_A_SOURCE) for source in Source), strict=True)
    for turn, together in enumerate(streams):
        for source, (seed, body) in zip(Source, together, strict=True):
            engine.live([list(records(source, body, seed))])
        if turn % 20 == 0:
            engine.tick(engine.desk.clock + MINUTE, live=True)
    assert engine.journal.skips() == {}, "an entry that the fold cannot apply"
    assert sum(engine.desk.counts.incidents.values()) > 50, "the rubbish must reach the picture"
    assert digest(refold(engine.journal, AREA.borough)) == digest(engine.desk)
