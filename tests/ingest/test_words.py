"""Free text is kept apart, once, under a name that its row always has."""

from ingest.words import WordsAfterStart
from schemas.feeds import Source
from schemas.words import words_ref
from tests.builders_ingest import Kept


def test_a_revision_of_a_report_always_has_the_same_place_for_its_words() -> None:
    ref = words_ref(Source.SBN, "r1", 0)
    assert ref == words_ref(Source.SBN, "r1", 0)
    assert ref.startswith("w-")
    assert len(ref) == 18
    others = {words_ref(Source.SBN, "r1", 1), words_ref(Source.SBN, "r2", 0), words_ref(Source.NIGHTSTARS, "r1", 0)}
    assert len(others | {ref}) == 4


def test_words_of_rows_that_were_read_before_are_not_kept_again() -> None:
    kept = Kept()
    gate = WordsAfterStart(kept, is_open=False)
    gate.keep("w-1", "blue-door", "read before, perhaps erased since")
    gate.is_open = True
    gate.keep("w-2", "blue-door", "new")
    assert kept.texts == {"w-2": ("blue-door", "new")}
