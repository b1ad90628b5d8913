"""Words and refused rows of a folder: on the disk before what is built on them goes on."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from api.record.dead_letters import DeadLetters, State
from api.record.kept import Kept, open_kept
from api.record.safekeeping import Safekeeping
from api.record.words import Words
from schemas.times import Instant
from tests.builders_contracts import a_letter
from tests.builders_postgres import Where

AT: Instant = 1_778_972_400_000


@pytest.fixture
def kept(where: Where) -> Iterator[Kept]:
    with closing(open_kept(where.kept)) as found:
        yield found


def test_words_given_before_are_on_the_disk_when_keep_returns(kept: Kept) -> None:
    keeper = Safekeeping(kept, lambda: AT)
    keeper.words.keep("w-1", "blue-door", "he had a bottle")
    keeper.keep([])
    assert Words(kept, lambda: AT).text("w-1") == "he had a bottle"


def test_refused_rows_are_kept_with_the_time_and_a_repeat_changes_nothing(kept: Kept) -> None:
    keeper = Safekeeping(kept, lambda: AT)
    keeper.keep([a_letter(), a_letter(line=3, position=2)])
    keeper.keep([a_letter()])
    assert DeadLetters(kept).counts()[State.WAITING] == 2
    assert keeper.trouble is None


def test_rows_for_which_there_is_no_room_are_counted_and_said(kept: Kept) -> None:
    keeper = Safekeeping(kept, lambda: AT)
    keeper.letters = DeadLetters(kept, letters_max=1)
    keeper.keep([a_letter(), a_letter(line=3, position=2), a_letter(line=4, position=3)])
    assert keeper.trouble == ("2 refused rows were counted and not kept: too many wait. Run nightdesk ingest retry.")
