"""What every journal must do: the SQLite one, in a file or in memory, and the Kafka one.

A test class inherits a contract and gives the fixture `open_journal`; called again it opens the same journal.
"""

import hashlib
import threading
from collections.abc import Callable

import pytest

from schemas.journal import Entry, FoldVersion, Origin, ReferenceAdopted, Tick
from streams.journal import BlobUnknown, Journal, JournalClosed, Skip, fingerprint
from tests.builders_journals import reported, reports

OpenJournal = Callable[[], Journal]


class JournalContract:
    """Order, atomicity, positions, ranges, blobs, skips."""

    @pytest.fixture
    def journal(self, open_journal: OpenJournal) -> Journal:
        return open_journal()

    def test_a_new_journal_is_empty(self, journal: Journal) -> None:
        assert journal.end == 0
        assert list(journal.read()) == []
        assert journal.position("file:one") == 0
        assert journal.skips() == {}

    def test_offsets_rise_from_append_to_append_and_are_those_of_reading(self, journal: Journal) -> None:
        given: list[int] = []
        for entries in (reports(3), reports(2, first=4), reports(1)):
            offsets = list(journal.append(entries))
            assert len(offsets) == len(entries)
            given += offsets
        assert given == sorted(set(given)) == [offset for offset, _ in journal.read()]
        assert given[0] >= 0
        assert journal.end > given[-1]

    def test_entries_come_back_equal_and_in_the_order_of_writing(self, journal: Journal) -> None:
        entries: list[Entry] = [
            Entry(fact=FoldVersion(version=1)),
            Entry(fact=ReferenceAdopted(sha256="0" * 64)),
            *reports(4, first=9),
            Entry(fact=Tick(at=-1, live=False), origin=Origin(stream="ticks", position=2**62, index=3)),
            *reports(2),
        ]
        journal.append(entries[:5])
        journal.append(entries[5:])
        assert [entry for _, entry in journal.read()] == entries

    def test_text_of_every_script_and_control_characters_survive(self, journal: Journal) -> None:
        texts = ['Zoë\'s "Bar"', "東京\n夜", "👩🏽‍🚒", "a\x00b\x1f", "\u2028\ufeff", "\u00e9", "e\u0301"]
        journal.append([reported(1 + n, source_id=text, stream=text) for n, text in enumerate(texts)])
        assert [(entry.fact, entry.origin) for _, entry in journal.read()] == [
            (again.fact, again.origin)
            for again in (reported(1 + n, source_id=text, stream=text) for n, text in enumerate(texts))
        ]
        assert [journal.position(text) for text in texts] == list(range(1, len(texts) + 1))

    def test_appending_nothing_writes_nothing(self, journal: Journal) -> None:
        journal.append(reports(2))
        end = journal.end
        assert list(journal.append([])) == []
        assert journal.end == end

    def test_a_batch_with_an_entry_that_cannot_be_written_leaves_nothing(self, journal: Journal) -> None:
        journal.append(reports(2))
        lone_surrogate = reported(700, source_id="\ud800")
        with pytest.raises(UnicodeEncodeError):
            journal.append([*reports(697, first=3), lone_surrogate])
        assert journal.position("file:one") == 2
        journal.append(reports(1, first=3))
        assert [entry for _, entry in journal.read()] == reports(3)

    def test_a_repeat_is_written_again_because_the_fold_judges(self, journal: Journal) -> None:
        journal.append(reports(2))
        journal.append(reports(2))
        assert [entry for _, entry in journal.read()] == [*reports(2), *reports(2)]
        assert journal.position("file:one") == 2

    def test_the_position_of_a_stream_is_its_highest(self, journal: Journal) -> None:
        journal.append([reported(7), reported(7, index=1), reported(3), reported(5, stream="file:two")])
        journal.append([reported(6), reported(1, stream="file:two"), Entry(fact=Tick(at=0))])
        assert [journal.position(stream) for stream in ("file:one", "file:two", "file:three")] == [7, 5, 0]

    def test_ranges(self, journal: Journal) -> None:
        a, b, c, d, e = journal.append(reports(5))
        end = journal.end

        def offsets(start: int, stop: int | None) -> list[int]:
            return [offset for offset, _ in journal.read(start, stop)]

        assert offsets(c, None) == [c, d, e]
        assert offsets(b, d) == [b, c]
        assert offsets(d, end + 99) == [d, e]
        assert offsets(a, a) == offsets(end, None) == offsets(end + 4, end + 7) == offsets(d, b) == []
        with pytest.raises(ValueError, match="start is -1"):
            journal.read(-1)

    def test_a_large_batch_is_one_batch(self, journal: Journal) -> None:
        entries = reports(20_000)
        offsets = journal.append(entries)
        assert [entry for _, entry in journal.read(offsets[19_990])] == entries[19_990:]
        assert sum(1 for _ in journal.read()) == 20_000

    def test_a_read_ends_where_the_journal_ended_when_it_began(self, journal: Journal) -> None:
        offsets = list(journal.append(reports(3)))
        reading = journal.read()
        journal.append(reports(3, first=4))
        assert [offset for offset, _ in reading] == offsets

    def test_readers_in_other_threads_see_whole_prefixes_while_it_grows(self, journal: Journal) -> None:
        appended = threading.Event()
        seen: list[list[Entry]] = []

        def follow() -> None:
            while not appended.is_set():
                seen.append([entry for _, entry in journal.read()])

        readers = [threading.Thread(target=follow) for _ in range(2)]
        for reader in readers:
            reader.start()
        for batch in range(40):
            journal.append(reports(50, first=1 + batch * 50))
        appended.set()
        for reader in readers:
            reader.join()
        assert seen
        whole = reports(2_000)
        assert all(entries == whole[: len(entries)] and len(entries) % 50 == 0 for entries in seen)
        assert sum(1 for _ in journal.read()) == 2_000

    def test_blobs_are_kept_under_their_hash_and_once(self, journal: Journal) -> None:
        blob = bytes(range(256)) * 5_000
        sha256 = journal.put_blob(blob)
        assert sha256 == hashlib.sha256(blob).hexdigest() == journal.put_blob(blob)
        assert journal.blob(sha256) == blob
        assert journal.blob(journal.put_blob(b"")) == b""
        assert list(journal.read()) == []

    def test_an_unknown_blob_is_named(self, journal: Journal) -> None:
        with pytest.raises(BlobUnknown, match="f" * 64):
            journal.blob("f" * 64)

    def test_the_skip_list_keeps_the_first_word_on_an_offset(self, journal: Journal) -> None:
        first, _, third = journal.append(reports(3))
        sha256 = fingerprint(reported(3))
        journal.skip(third, sha256, "ZeroDivisionError: …\n  line 3")
        journal.skip(third, "0" * 64, "later")
        journal.skip(first, fingerprint(reported(1)), "")
        assert journal.skips()[third] == Skip(offset=third, sha256=sha256, trace="ZeroDivisionError: …\n  line 3")
        assert sorted(journal.skips()) == [first, third]

    def test_only_what_is_in_the_journal_can_be_skipped(self, journal: Journal) -> None:
        journal.append(reports(3))
        for offset in (-1, journal.end):
            with pytest.raises(ValueError, match=f"offset {offset} is not in the journal"):
                journal.skip(offset, "0" * 64, "")

    def test_a_fingerprint_tells_entries_apart_and_outlives_the_journal(self, journal: Journal) -> None:
        journal.append(reports(2))
        first, second = (entry for _, entry in journal.read())
        assert fingerprint(first) == fingerprint(reported(1)) != fingerprint(second)

    def test_a_closed_journal_refuses(self, journal: Journal) -> None:
        journal.append(reports(1_500))
        reading = journal.read()
        next(reading)
        journal.close()
        journal.close()
        calls: list[Callable[[], object]] = [
            lambda: journal.append(reports(1)),
            journal.read,
            lambda: list(reading),
            lambda: journal.position("file:one"),
            lambda: journal.put_blob(b""),
            lambda: journal.blob("0" * 64),
            lambda: journal.skip(0, "", ""),
            journal.skips,
        ]
        for call in calls:
            with pytest.raises(JournalClosed, match="is closed"):
                call()


class DurableJournalContract(JournalContract):
    """And of a journal that outlives its process: what was confirmed is there after opening again."""

    def test_everything_is_there_after_opening_again(self, open_journal: OpenJournal) -> None:
        first = open_journal()
        offsets = first.append(reports(5))
        first.append([reported(40, stream="file:two")])
        sha256 = first.put_blob(b"policy")
        first.skip(offsets[3], "a" * 64, "trace")
        end = first.end
        first.close()
        again = open_journal()
        assert again.end == end
        assert [entry for _, entry in again.read()] == [*reports(5), reported(40, stream="file:two")]
        assert [again.position(stream) for stream in ("file:one", "file:two")] == [5, 40]
        assert again.blob(sha256) == b"policy"
        assert again.skips() == {offsets[3]: Skip(offset=offsets[3], sha256="a" * 64, trace="trace")}

    def test_offsets_go_on_after_opening_again(self, open_journal: OpenJournal) -> None:
        given: list[int] = []
        for opened in range(3):
            journal = open_journal()
            given += journal.append(reports(2, first=1 + 2 * opened))
            journal.close()
        assert given == sorted(set(given))
        assert [entry for _, entry in open_journal().read()] == reports(6)
