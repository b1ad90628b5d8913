"""What the desk tells, as lines; the golden bytes of each version are read for ever."""

from pathlib import Path

import pytest

from schemas.codec import CodecError
from schemas.picture import Change, Kind, PictureRecord
from schemas.told import Census, DeskTold, DeskWord, Told, decode_told, encode_told
from tests.builders_contracts import feed_health, incident, night_summary, window

GOLDEN = Path(__file__).parent / "golden" / "told_v1.ndjson"


def told() -> list[Told]:
    """One of each kind, one that is over, one that is no more, and both words; a census as it was first written too."""

    def change(kind: Kind, record: PictureRecord | None, *, live: bool = True) -> Change:
        return Change(kind=kind, key=f"{kind}-1", offset=2**52, index=3, at=1_778_968_800_000, record=record, live=live)

    return [
        change(Kind.INCIDENTS, incident()),
        change(Kind.WINDOWS, window()),
        change(Kind.FEEDS, feed_health()),
        change(Kind.NIGHT, night_summary(), live=False),
        change(Kind.INCIDENTS, None),
        DeskTold(word=DeskWord.CATCHING_UP, at=1_778_968_800_000, next_offset=512, trouble="The disk is full."),
        Census(offset=512, ended=False),
        Census(offset=512, ended=True, by="0f1e", waiting=((Kind.WINDOWS, "windows-1"), (Kind.FEEDS, "feeds-1"))),
    ]


def test_lines_are_written_as_the_golden_bytes_and_read_back() -> None:
    lines = GOLDEN.read_bytes().splitlines()
    assert [encode_told(one) for one in told()] == lines
    assert [decode_told(line) for line in lines] == told()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "a line of the picture"),
        (b'{"v":2,"t":"desk","d":{}}', "version 2 is not known"),
        (b'{"v":1,"t":"weather","d":{}}', "'weather' is not one of incidents"),
        (b'{"v":1,"t":"incidents","k":"i","o":[1,2],"a":5,"d":{"id":5}}', "Expected `str`, got `int` - at `$.id`"),
        (b'{"v":1,"t":"desk","d":{"word":"asleep"}}', "asleep"),
        (b"[" * 100_000, "a line of the picture"),
    ],
)
def test_what_is_no_line_is_refused_with_its_reason(line: bytes, why: str) -> None:
    with pytest.raises(CodecError) as refused:
        decode_told(line)
    assert why in str(refused.value)
