"""Rubbish: payloads of every source spoilt in every way that a test can think of, and frames of meaning lost."""

import gzip
import json
import random
from collections.abc import Callable, Iterator

from ingest.simulate.draws import seeded
from schemas.feeds import Source
from tests.builders_ingest import (
    LEVELS,
    LFB_2017,
    NIGHTSTARS,
    POINTS,
    RAW_EXPORT,
    SBN,
    TRIGGERS,
    csv_of,
    lfb_row,
    nightstars_row,
    sbn_object,
    sbn_row,
)


class Nowhere:
    """Words are thrown away: rubbish says two things under one name."""

    def keep(self, ref: str, owner: str, text: str) -> None:
        assert text.encode()


SEEDS: dict[Source, list[bytes]] = {
    Source.LFB: [csv_of(LFB_2017, lfb_row(), lfb_row(borough_code="E09000001"), lfb_row(easting_m=""))],
    Source.SBN: [
        csv_of(SBN, sbn_row(words='a "b",\nc'), sbn_row(revision="1", status="corrected")),
        sbn_object(words="x") + sbn_object(revision=2, status="withdrawn"),
        b"[" + sbn_object() + b"," + sbn_object() + b"]",
    ],
    Source.NIGHTSTARS: [csv_of(NIGHTSTARS, nightstars_row(), nightstars_row(notes="café"))],
    Source.NOISE: [
        csv_of(TRIGGERS, "Pall Mall 01,2026-05-16 23:10:07.418,84.0,x,86.4,79.9"),
        csv_of(LEVELS, "Pall Mall 01,2026-05-16 23:10:00,67.2,63.2,66.8,82.5"),
        csv_of(RAW_EXPORT, "255440;Pall Mall 01;16/05/2026 23:10:07.418;16;;0;%;Unsupported;"),
    ],
    Source.POINTS: [csv_of(POINTS, "p1,2026-05-16 23:10,51.51,-0.13,theft,team-3", ",2026-05-16 23:10,51.51,-0.13,,")],
}
PIECES = [
    *(b"", b"\0", b'"', b'""', b",", b";", b"\n", b"\r", b"\r\n", b"\xff", b"\xef\xbb\xbf", b"\xc3", b"\\", b"\\u0000"),
    *(
        b"nan",
        b"inf",
        b"-0",
        b"1e999",
        b"1.0",
        b"9" * 400,
        b"2026-03-29 01:30",
        b"2026-10-25 01:30",
        b"0001-01-01 00:00",
    ),
    *(b"{", b"}", b"[", b"]", b":", b"null", b"true", b"NaN", b"{}" * 50, b"[" * 200, b'{"a":' * 20, b"\\ud800"),
    *("٣".encode(), b"2026-05-16T23:10:00+24:00", b"withdrawn", b"9999-12-31 23:59", b"x" * 3_000, b" ", b"_", b"-"),
]


def mutated(rng: random.Random, body: bytes) -> bytes:
    """A payload with a few pieces put in, taken out or put in place of others."""
    for _ in range(rng.randrange(1, 6)):
        at, length = rng.randrange(len(body) + 1), rng.choice([0, 0, 1, 3, 20])
        body = body[:at] + rng.choice(PIECES) + body[at + length :]
    return body


def noise_of(rng: random.Random, body: bytes) -> bytes:
    """Bytes of no meaning at all, after a header or not."""
    header = body.split(b"\n", 1)[0] + b"\n" if rng.random() < 0.7 else b""
    return header + rng.randbytes(rng.randrange(400))


def cut(rng: random.Random, body: bytes) -> bytes:
    """A payload that ends early, plain or as damaged gzip."""
    if rng.random() < 0.5:
        return body[: rng.randrange(len(body) + 1)]
    packed = bytearray(gzip.compress(body))
    packed[rng.randrange(len(packed))] ^= 1 << rng.randrange(8)
    return bytes(packed[: rng.randrange(len(packed) + 1)])


def values_swapped(rng: random.Random, body: bytes) -> bytes:
    """A payload in which one JSON value, or one CSV field, is another type of thing."""
    odd: list[object] = [None, True, [], {}, [[]], -1, 1e308, 10**30, "", "\ud800", "\0", "nan", {"a": 1}]
    try:
        found = json.loads(body.split(b"\n", 1)[0])
    except ValueError:
        lines = body.split(b"\n")
        at = rng.randrange(1, len(lines))
        fields = lines[at].split(b",")
        fields[rng.randrange(len(fields))] = rng.choice(PIECES)
        return b"\n".join([*lines[:at], b",".join(fields), *lines[at + 1 :]])
    if isinstance(found, dict):
        found[rng.choice(list(found))] = rng.choice(odd)
    return json.dumps(found).encode()


MUTATORS: list[Callable[[random.Random, bytes], bytes]] = [mutated, mutated, noise_of, cut, values_swapped]


def payloads(source: Source, count: int) -> Iterator[tuple[str, bytes]]:
    """So many payloads of a source, each with the seed that makes it again."""
    for number in range(count):
        seed = f"{source}-{number}"
        rng = seeded(seed)
        yield seed, rng.choice(MUTATORS)(rng, rng.choice(SEEDS[source]))
