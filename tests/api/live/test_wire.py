"""Our framing is what a WebSocket client reads: the library's own client side is asked."""

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from api.live.wire import FRAGMENT_BYTES, fragments, text_frame

SIZES = [0, 1, 125, 126, FRAGMENT_BYTES, FRAGMENT_BYTES + 1, 65_535, 65_536, 200_000]


def received(data: bytes) -> list[Frame]:
    client = ClientProtocol(parse_uri("ws://127.0.0.1/live"), state=OPEN)
    client.receive_data(data)
    assert client.parser_exc is None
    return [event for event in client.events_received() if isinstance(event, Frame)]


@pytest.mark.parametrize("size", SIZES)
def test_a_message_in_one_frame(size: int) -> None:
    payload = b"x" * size
    (frame,) = received(text_frame(payload))
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Opcode.TEXT, True, payload)


@pytest.mark.parametrize("size", SIZES)
def test_a_message_in_fragments(size: int) -> None:
    payload = bytes(range(256)) * (size // 256) + b"y" * (size % 256)
    parts = list(fragments(payload))
    frames = [frame for part in parts for frame in received_alone(part)]
    assert b"".join(bytes(frame.data) for frame in frames) == payload
    assert [frame.opcode for frame in frames] == [Opcode.TEXT, *[Opcode.CONT] * (len(frames) - 1)]
    assert [frame.fin for frame in frames] == [*[False] * (len(frames) - 1), True]
    assert max(len(part) for part in parts) <= FRAGMENT_BYTES + 10


def received_alone(part: bytes) -> list[Frame]:
    """A continuation alone is out of place, so a beginning is put before it."""
    if part[0] & 0x0F == Opcode.CONT:
        return received(b"\x01\x00" + part)[1:]
    return received(part)
