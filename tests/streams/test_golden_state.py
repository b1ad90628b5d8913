"""A state that an earlier Nightdesk wrote is read for ever, and the fold goes on from it as if it had been its own.

The files were written by `python -m tests.streams.test_golden_state` at state version 1; they are never written again.
A new version adds files of its own beside them.
"""

import zlib
from pathlib import Path

import pytest

from schemas.journal import Entry
from schemas.kafka_log import Message
from schemas.policy import encode_policy, sha256_of
from streams.core.desk import Desk, fold
from streams.core.digest import digest
from streams.core.state import LEDGERS, TONIGHT, decode, encode_ledgers, encode_tonight
from streams.kafka_journal import entries_of
from streams.slabs import slab_of
from tests.builders_night import westminster
from tests.simulation import seeded
from tests.simulation.engines import House

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = sorted(folder.name for folder in GOLDEN.iterdir()) if GOLDEN.exists() else []


def night() -> tuple[list[Entry], bytes]:
    """A night's entries, and the policy that they adopt."""
    house = House()
    house.replay(seeded.records(2, nights=1, reports=16))
    return house.entries(), encode_policy(house.policy)


def read(version: str, name: str) -> bytes:
    """A golden file."""
    return zlib.decompress((GOLDEN / version / f"{name}.z").read_bytes())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_state_of_each_version_is_read_and_folded_on(version: str) -> None:
    policy = read(version, "policy")
    message = Message(0, b"westminster", read(version, "journal"))
    entries = [entry for _, entry in entries_of(message, version)]
    half = int((GOLDEN / version / "half").read_text())

    def blob(sha256: str) -> bytes:
        assert sha256 == sha256_of(policy)
        return policy

    whole = Desk(westminster().borough, blob, is_heard=False)
    for offset, entry in enumerate(entries):
        assert isinstance(entry, Entry)
        fold(whole, offset, entry)
    restored = decode(read(version, TONIGHT), read(version, LEDGERS), westminster().borough, blob)
    for offset, entry in enumerate(entries[half:], start=half):
        assert isinstance(entry, Entry)
        fold(restored, offset, entry)
    wanted = (GOLDEN / version / "digest").read_text()
    assert digest(whole) == digest(restored) == wanted


def test_there_is_a_state_of_the_first_version() -> None:
    assert VERSIONS[:1] == ["1"]


def _write() -> None:
    entries, policy = night()
    half = len(entries) // 2
    desk = Desk(westminster().borough, lambda _: policy)
    for offset, entry in enumerate(entries[:half]):
        fold(desk, offset, entry)
    parts = {TONIGHT: encode_tonight(desk), LEDGERS: encode_ledgers(desk)}
    for offset, entry in enumerate(entries[half:], start=half):
        fold(desk, offset, entry)
    folder = GOLDEN / "1"
    folder.mkdir(parents=True)
    for name, part in {**parts, "policy": policy, "journal": slab_of(entries, 0)[3]}.items():
        (folder / f"{name}.z").write_bytes(zlib.compress(part, 9))
    (folder / "half").write_text(str(half))
    (folder / "digest").write_text(digest(desk))


if __name__ == "__main__":
    _write()
