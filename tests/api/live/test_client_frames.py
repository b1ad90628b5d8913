"""A client's frames: what is understood, and why the rest is refused, by size and depth before it is parsed."""

import pytest

from api.live.frames import CLIENT_FRAME_BYTES, CLIENT_FRAME_DEPTH, read_client_frame
from schemas.frames import Refused, Subscribe, Unsubscribe


@pytest.mark.parametrize(
    ("raw", "asked"),
    [
        (b'{"op":"subscribe","topic":"t"}', Subscribe(topic="t")),
        (b'{"op":"subscribe","topic":"t","epoch":"e","seq":3}', Subscribe(topic="t", epoch="e", seq=3)),
        (b'{"op":"subscribe","topic":"t","epoch":null,"seq":null}', Subscribe(topic="t")),
        (b'{"op":"unsubscribe","topic":"t"}', Unsubscribe(topic="t")),
        (b' {"topic":"t", "op":"subscribe", "later":[{}]} ', Subscribe(topic="t")),
        (b'{"op":"subscribe","topic":"[[[[[[[[\\"{{{{"}', Subscribe(topic='[[[[[[[["{{{{')),
    ],
)
def test_an_op_is_understood(raw: bytes, asked: Subscribe | Unsubscribe) -> None:
    assert read_client_frame(raw) == asked


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not_json"),
        (b"hello", "not_json"),
        (b'{"op":"subscribe","topic":"t"', "not_json"),
        (b'{"op":"subscribe","topic":"\xff"}', "not_json"),
        (b'{"op":"subscribe","topic":"\\ud800"}', "not_json"),
        (b"[]", "unknown_op"),
        (b"7", "unknown_op"),
        (b'{"op":"publish","topic":"t"}', "unknown_op"),
        (b'{"op":"subscribe"}', "unknown_op"),
        (b'{"op":"subscribe","topic":7}', "unknown_op"),
        (b'{"op":"subscribe","topic":"t","seq":true}', "unknown_op"),
        (b'{"op":"subscribe","topic":"t","seq":1.5}', "unknown_op"),
        (
            b'{"op":"subscribe","topic":"t","x":' + b"[" * CLIENT_FRAME_DEPTH + b"]" * CLIENT_FRAME_DEPTH + b"}",
            "too_deep",
        ),
        (b"[" * CLIENT_FRAME_BYTES, "too_deep"),
        (b" " * CLIENT_FRAME_BYTES + b"7", "too_large"),
    ],
)
def test_anything_else_is_refused_with_a_reason(raw: bytes, reason: str) -> None:
    refused = read_client_frame(raw)
    assert isinstance(refused, Refused)
    assert refused.reason == reason
