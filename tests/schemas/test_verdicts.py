"""Verdicts on their way: lines of the verdicts topic."""

import pytest

from schemas.journal import Origin
from schemas.verdicts import Judged, Judgement, Verdict, decode_judged, encode_judged

JUDGED = Judged(
    origin=Origin(stream="api/3", position=77, index=2),
    verdict=Verdict(judgement=Judgement.ACCEPTED, incident="sbn:r-1:0", seen_at=1_778_968_800_000),
)
LINE = (
    b'{"origin":{"stream":"api/3","position":77,"index":2},'
    b'"verdict":{"judgement":"accepted","incident":"sbn:r-1:0","seen_at":1778968800000}}'
)


def test_a_verdict_is_written_as_the_golden_bytes_and_read_back() -> None:
    assert encode_judged(JUDGED) == LINE
    assert decode_judged(LINE) == JUDGED


@pytest.mark.parametrize("line", [b"", b"{}", b"\xff", LINE.replace(b"accepted", b"liked")])
def test_what_is_no_verdict_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="a line of the verdicts"):
        decode_judged(line)
