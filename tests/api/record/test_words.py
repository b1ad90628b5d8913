"""Words: kept once, erased for good."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.record.errors import RecordUnavailable
from api.record.kept import Kept, open_kept
from api.record.schema import KEPT, open_store
from api.record.words import PENDING_MAX, Words, are_other_words
from tests.builders_postgres import Where, stored
from tests.builders_record import SATURDAY


@pytest.fixture
def kept(where: Where) -> Iterator[Kept]:
    opened = open_kept(where.kept)
    yield opened
    opened.close()


def _words(kept: Kept, *, grouped: bool = False) -> Words:
    return Words(kept, lambda: SATURDAY, grouped=grouped)


def test_words_are_kept_under_their_reference(kept: Kept) -> None:
    _words(kept).keep("sbn:1:0", "venue:blue-door", "Two men at the door")
    assert _words(kept).text("sbn:1:0") == "Two men at the door"
    assert _words(kept).text("sbn:2:0") is None


def test_a_second_keep_changes_nothing(kept: Kept) -> None:
    words = _words(kept)
    words.keep("sbn:1:0", "venue:blue-door", "first")
    words.keep("sbn:1:0", "venue:blue-door", "second")
    assert words.text("sbn:1:0") == "first"


def test_erased_words_do_not_come_back_when_their_feed_is_read_again(kept: Kept) -> None:
    words = _words(kept)
    words.keep("sbn:1:0", "venue:blue-door", "private")
    assert words.erase("sbn:1:0")
    assert not words.erase("sbn:1:0")
    words.keep("sbn:1:0", "venue:blue-door", "private")
    assert words.text("sbn:1:0") is None


def test_erased_words_are_not_on_the_disk_any_more(kept: Kept) -> None:
    words = _words(kept)
    words.keep("sbn:1:0", "venue:blue-door", "a very private sentence")
    before = stored(kept.store.place)
    words.erase("sbn:1:0")
    assert b"a very private sentence" in before
    assert b"a very private sentence" not in stored(kept.store.place)


def test_what_a_reader_keeps_in_the_log_is_said_and_goes_with_the_next_erasing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "kept.db", KEPT, busy_ms=20)
    words = Words(Kept(store), lambda: SATURDAY)
    words.keep("sbn:1:0", "venue:blue-door", "a very private sentence")
    with store.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM words").all()
        with pytest.raises(RecordUnavailable, match="what was erased is still in its log"):
            words.erase("sbn:1:0")
    assert not words.erase("sbn:1:0"), "it is erased already"
    assert b"a very private sentence" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    store.close()


def test_a_nul_is_kept_as_a_sign_and_the_same_words_are_still_the_same(kept: Kept) -> None:
    words = _words(kept)
    words.keep("sbn:1:0", "venue:blue-door", "he\0ran")
    assert words.text("sbn:1:0") == "he\ufffdran"
    with kept.store.reading() as connection:
        assert not are_other_words(connection, "sbn:1:0", "he\0ran")
        assert are_other_words(connection, "sbn:1:0", "he ran")


def test_grouped_words_wait_for_commit(kept: Kept) -> None:
    words = _words(kept, grouped=True)
    words.keep("sbn:1:0", "venue:blue-door", "waits")
    assert _words(kept).text("sbn:1:0") is None
    words.commit()
    assert _words(kept).text("sbn:1:0") == "waits"


def test_grouped_words_are_found_before_commit_by_the_one_who_keeps_them(kept: Kept) -> None:
    words = _words(kept, grouped=True)
    words.keep("sbn:1:0", "venue:blue-door", "waits")
    assert words.text("sbn:1:0") == "waits"


def test_the_group_is_bounded(kept: Kept) -> None:
    words = _words(kept, grouped=True)
    for number in range(PENDING_MAX):
        words.keep(f"sbn:{number}:0", "venue:blue-door", "full")
    assert _words(kept).text("sbn:0:0") == "full"
