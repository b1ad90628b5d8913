"""Bytes and records; the golden bytes of each version are read for ever."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from schemas.audiences import Role
from schemas.codec import (
    FACT_TYPES,
    FEED_TYPES,
    CodecError,
    Sent,
    decode_entry,
    decode_record,
    decode_sent,
    encode_entry,
    encode_record,
    encode_sent,
)
from schemas.feeds import FeedRecord, NightStarsEncounter, SbnReport
from schemas.journal import Fact, Origin, Reported, Seen, Tick
from tests.builders_contracts import entries, feed_records

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> list[bytes]:
    return (GOLDEN / name).read_bytes().splitlines()


def test_the_examples_hold_each_type_once() -> None:
    assert {type(record) for record in feed_records()} == set(FEED_TYPES.values()) == set(get_args(FeedRecord))
    assert {type(entry.fact) for entry in entries()} == set(FACT_TYPES.values()) == set(get_args(Fact))


def test_entries_are_written_as_the_golden_bytes() -> None:
    assert [encode_entry(entry) for entry in entries()] == golden("entries_v1_bodies.ndjson")


def test_golden_entries_are_read() -> None:
    assert [decode_entry(line) for line in golden("entries_v1_bodies.ndjson")] == list(entries())


def test_golden_entries_from_before_bodies_are_read() -> None:
    known = [entry for entry in entries() if not isinstance(entry.fact, Seen)]
    assert [decode_entry(line) for line in golden("entries_v1.ndjson")] == [
        replace(entry, fact=replace(entry.fact, body="")) if isinstance(entry.fact, Reported) else entry
        for entry in known
    ]


def test_records_are_written_as_the_golden_bytes() -> None:
    assert [encode_record(record) for record in feed_records()] == golden("records_v1_bodies.ndjson")


def test_golden_records_are_read() -> None:
    assert [decode_record(line) for line in golden("records_v1_bodies.ndjson")] == list(feed_records())


def test_golden_records_from_before_bodies_are_read() -> None:
    assert [decode_record(line) for line in golden("records_v1.ndjson")] == [
        replace(record, body="") if isinstance(record, SbnReport | NightStarsEncounter) else record
        for record in feed_records()
    ]


def test_a_field_with_a_default_may_be_left_out() -> None:
    body = b'{"v":1,"t":"tick","o":null,"d":{"at":5}}'
    assert encode_entry(decode_entry(body)) == b'{"v":1,"t":"tick","o":null,"d":{"at":5,"live":true}}'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not an envelope"),
        (b"{", "not an envelope"),
        (b"[]", "not an envelope"),
        (b'{"v":1,"t":"tick"}', "missing required field `d`"),
        (b'{"v":2,"t":"tick","d":{"at":1}}', "version 2 is not known"),
        (b'{"v":1,"t":"tock","d":{}}', "'tock' is not one of"),
        (b'{"v":1,"t":"tick","d":{"at":"now"}}', "tick: Expected `int`"),
        (b'{"v":1,"t":"tick","o":["s",1],"d":{"at":1}}', "not an envelope"),
    ],
)
def test_bytes_that_are_wrong_are_refused_by_what_is_wrong(body: bytes, said: str) -> None:
    with pytest.raises(CodecError, match=said):
        decode_entry(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"v":1,"t":"tick","d":{}}', "'tick' is not one of"),
        (b'{"v":1,"t":"noise_trigger","d":{}}', "noise_trigger: Object missing required field"),
    ],
)
def test_a_feed_record_that_is_wrong_is_refused_by_what_is_wrong(body: bytes, said: str) -> None:
    with pytest.raises(CodecError, match=said):
        decode_record(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 100_000, id="nested without end"),
        pytest.param(b'{"v":1,"t":"tick","d":' + b"[" * 100_000, id="a fact nested without end"),
        pytest.param(b'{"v":1,"t":"\xff","d":{}}', id="a type that is no UTF-8"),
        pytest.param(b'{"v":1,"t":"reference_adopted","d":{"sha256":"\xff"}}', id="a fact that is no UTF-8"),
    ],
)
def test_what_is_too_deep_or_no_utf_8_is_refused_like_all_rubbish(body: bytes) -> None:
    with pytest.raises(CodecError):
        decode_entry(body)
    with pytest.raises(CodecError):
        decode_record(body)


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_nothing_else_happens(body: bytes) -> None:
    with pytest.raises(CodecError):
        decode_entry(body)
    with pytest.raises(CodecError):
        decode_record(body)


def test_no_contract_has_a_field_for_words_or_a_person() -> None:
    forbidden = {"words", "text", "notes", "description", "name", "person", "phone"}
    for kind in (*FEED_TYPES.values(), *FACT_TYPES.values()):
        assert not forbidden & {field.name for field in fields(kind)}, kind.__name__


def test_what_was_sent_comes_back_with_where_it_is_from() -> None:
    origin = Origin(stream="file:1", position=7, index=1)
    said = [*feed_records(), Seen(reports=("sbn:r-1",), by=Role.LEAD, at=5), Tick(at=9, live=False)]
    for one in said:
        for sent in (Sent(said=one), Sent(said=one, origin=origin)):
            assert decode_sent(encode_sent(sent)) == sent


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"rubbish", "not an envelope"),
        (b'{"v":1,"t":"reported","d":{}}', "what was sent is of type 'reported'"),
        (b'{"v":1,"t":"tick","d":{"at":"noon"}}', "what was sent, tick: Expected `int`, got `str` - at `$.at`"),
        (b'{"v":1,"t":"tick","o":["api"],"d":{"at":5}}', "not an envelope"),
    ],
)
def test_what_was_sent_and_cannot_be_read_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(CodecError) as refused:
        decode_sent(body)
    assert why in str(refused.value)
