"""What every snapshot store must do: the SQLite one, in a file or in memory, and the Kafka one when it comes.

A test class inherits the contract and gives the fixture `open_store`; called again it opens the same store, for a fold
of the version given.
"""

import random
from collections.abc import Callable

import pytest

from streams.snapshots import CHUNK_BYTES, Snapshot, SnapshotStore, Why

OpenStore = Callable[[int], SnapshotStore]
END = 10**9


def state(seed: int, size: int) -> bytes:
    """Bytes in one line that do not compress, the same for a seed."""
    return random.Random(seed).randbytes(size).replace(b"\n", b"\0")  # noqa: S311 - made-up content


class SnapshotsContract:
    """The newest whole snapshot at or below the journal's end, or none, and what was passed over."""

    @pytest.fixture
    def store(self, open_store: OpenStore) -> SnapshotStore:
        return open_store(1)

    def test_a_new_store_has_none_and_passed_nothing_over(self, store: SnapshotStore) -> None:
        assert store.newest(END) is None
        assert store.passed_over == ()

    @pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES + 17])
    def test_parts_come_back_as_they_were(self, store: SnapshotStore, size: int) -> None:
        parts = {"tonight": state(1, size), "ledgers": bytes(size), "": b"x"}
        store.write(4_711, parts)
        assert store.newest(END) == Snapshot(next_offset=4_711, fold_version=1, parts=parts)

    def test_a_state_without_parts_is_a_state(self, store: SnapshotStore) -> None:
        store.write(0, {})
        assert store.newest(0) == Snapshot(next_offset=0, fold_version=1, parts={})

    def test_the_newest_by_offset_is_restored_and_one_at_the_end_is_not_beyond_it(self, store: SnapshotStore) -> None:
        for offset in (10, 20, 30):
            store.write(offset, {"tonight": b"state at %d" % offset})
        found = store.newest(30)
        assert found is not None
        assert (found.next_offset, found.parts, found.passed_over) == (30, {"tonight": b"state at 30"}, ())

    def test_a_snapshot_at_the_same_offset_replaces(self, store: SnapshotStore) -> None:
        store.write(10, {"tonight": b"old", "gone": b"gone"})
        store.write(10, {"tonight": b"new"})
        assert store.newest(END) == Snapshot(next_offset=10, fold_version=1, parts={"tonight": b"new"})

    def test_one_beyond_the_journals_end_is_reported_and_thrown_away(self, store: SnapshotStore) -> None:
        for offset in (10, 20, 30):
            store.write(offset, {"tonight": b"state at %d" % offset})
        found = store.newest(15)
        assert found is not None
        assert found.next_offset == 10
        assert [(past.next_offset, past.why) for past in found.passed_over] == [
            (30, Why.BEYOND_END),
            (20, Why.BEYOND_END),
        ]
        assert "the journal ends before it, at 15" in found.passed_over[0].text
        again = store.newest(END)  # the journal has grown past it, with other entries
        assert again is not None
        assert (again.next_offset, again.passed_over) == (10, ())

    def test_one_written_below_others_says_that_they_were_beyond_the_journals_end(self, store: SnapshotStore) -> None:
        for offset in (10, 30, 20):
            store.write(offset, {"tonight": b"state at %d" % offset})
        found = store.newest(END)
        assert found is not None
        assert (found.next_offset, found.passed_over) == (20, ())

    def test_what_was_passed_over_is_known_when_nothing_is_left(self, store: SnapshotStore) -> None:
        store.write(20, {"tonight": b"state"})
        assert store.newest(19) is None
        assert [(past.next_offset, past.why) for past in store.passed_over] == [(20, Why.BEYOND_END)]

    def test_only_the_newest_three_are_kept(self, store: SnapshotStore) -> None:
        for offset in range(1, 8):
            store.write(offset, {"tonight": state(offset, 1_000)})
        store.newest(4)
        assert [past.next_offset for past in store.passed_over] == [7, 6, 5]
        assert store.newest(END) is None

    def test_parts_that_share_content_are_restored_each(self, store: SnapshotStore) -> None:
        same = state(3, CHUNK_BYTES)
        for offset in range(1, 6):
            store.write(offset, {"ledgers": same, "copy": same + same, "tonight": state(offset, 99)})
            found = store.newest(END)
            assert found is not None
            assert found.parts == {"ledgers": same, "copy": same + same, "tonight": state(offset, 99)}


class DurableSnapshotsContract(SnapshotsContract):
    """And of a store that outlives its process."""

    def test_a_snapshot_is_there_after_opening_again(self, open_store: OpenStore) -> None:
        first = open_store(1)
        parts = {"tonight": state(1, 3 * CHUNK_BYTES), "ledgers": b"{}"}
        first.write(77, parts)
        first.close()
        assert open_store(1).newest(END) == Snapshot(next_offset=77, fold_version=1, parts=parts)

    def test_one_of_a_newer_fold_is_passed_over_and_left_for_it(self, open_store: OpenStore) -> None:
        newer = open_store(2)
        newer.write(9, {"tonight": b"two"})
        newer.close()
        older = open_store(1)
        assert older.newest(END) is None
        assert [(past.next_offset, past.why) for past in older.passed_over] == [(9, Why.NEWER_FOLD)]
        older.write(10, {"tonight": b"one"})
        found = older.newest(END)
        assert found is not None
        assert found.next_offset == 10
        older.close()
        back = open_store(2).newest(9)
        assert back is not None
        assert (back.next_offset, back.fold_version) == (9, 2)

    def test_one_of_an_older_fold_is_given_with_its_version(self, open_store: OpenStore) -> None:
        old = open_store(1)
        old.write(5, {"tonight": b"one"})
        old.close()
        assert open_store(2).newest(END) == Snapshot(next_offset=5, fold_version=1, parts={"tonight": b"one"})
