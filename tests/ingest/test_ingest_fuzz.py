"""Rubbish: whatever bytes come in, only outcomes and SourceUnreadable come out."""

import io
from collections.abc import Callable

import pytest

from ingest.dead_letters import reread
from ingest.outcomes import Outcome, Read, SourceUnreadable
from ingest.reading import read
from schemas.codec import decode_record, encode_record
from schemas.dead_letters import DeadLetter
from schemas.feeds import Source
from tests.builders_area import an_area
from tests.builders_rubbish import Nowhere, payloads

PAYLOADS = 2_000
AREA = an_area()


@pytest.mark.parametrize("source", Source)
def test_two_thousand_payloads_of_rubbish_crash_nothing(source: Source) -> None:
    kinds: set[type] = set()
    for seed, body in payloads(source, PAYLOADS):
        kinds |= survived(source, body, seed)
    assert {Read, DeadLetter, SourceUnreadable} <= kinds, "the rubbish must reach every way out"


def survived(source: Source, body: bytes, seed: str) -> set[type]:
    """The kinds of what comes of a payload; each record passes the codec and each dead letter can be read again."""
    found: list[Outcome] = []
    error = _error_of(lambda: found.extend(read(source, io.BytesIO(body), AREA, words=Nowhere())))
    for outcome in found:
        if isinstance(outcome, Read):
            assert decode_record(encode_record(outcome.record)) == outcome.record, seed
        elif isinstance(outcome, DeadLetter):
            assert isinstance(reread(outcome, AREA, words=Nowhere(), changes={}), Read | DeadLetter), seed
            assert len(outcome.value or "") <= 80, seed
    assert [outcome.position for outcome in found] == list(range(1, len(found) + 1)), seed
    assert error is None or error.rows_read == len(found), seed
    return {type(outcome) for outcome in found} | ({SourceUnreadable} if error else set())


def _error_of(act: Callable[[], None]) -> SourceUnreadable | None:
    try:
        act()
    except SourceUnreadable as error:
        return error
    return None
