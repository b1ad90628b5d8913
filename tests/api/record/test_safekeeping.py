"""Words and refused rows of a folder: on the disk before what is built on them goes on."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.record.dead_letters import DeadLetters, State
from api.record.kept import Kept, open_kept
from api.record.safekeeping import Safekeeping
from api.record.words import Words
from schemas.feeds import Source
from schemas.times import DAY, Instant

AT: Instant = 1_778_972_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that a reader refused."""

    file: str = "night.csv"
    line: int = 2
    position: int = 1
    source: Source = Source.SBN
    reason: str = "bad_value"
    field: str | None = "severity"
    value: str | None = "9"
    rule: str = "1 to 4"
    raw: bytes = b"r1,9"
    header: bytes | None = b"report_id,severity"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(open_kept(tmp_path / "kept.db")) as found:
        yield found


def test_words_given_before_are_on_the_disk_when_keep_returns(kept: Kept) -> None:
    keeper = Safekeeping(kept, lambda: AT)
    keeper.words.keep("w-1", "blue-door", "he had a bottle")
    keeper.keep([])
    assert Words(kept, lambda: AT).text("w-1") == "he had a bottle"


def test_refused_rows_are_kept_with_the_time_and_a_repeat_changes_nothing(kept: Kept) -> None:
    keeper = Safekeeping(kept, lambda: AT)
    keeper.keep([Row(), Row(line=3, position=2)])
    keeper.keep([Row()])
    assert DeadLetters(kept).counts()[State.WAITING] == 2
    assert keeper.trouble is None


def test_rows_for_which_there_is_no_room_are_counted_and_said(kept: Kept) -> None:
    keeper = Safekeeping(kept, lambda: AT)
    keeper.letters = DeadLetters(kept, letters_max=1)
    keeper.keep([Row(), Row(line=3, position=2), Row(line=4, position=3)])
    assert keeper.trouble == ("2 refused rows were counted and not kept: too many wait. Run nightdesk ingest retry.")


def test_tidying_erases_what_is_too_old(kept: Kept) -> None:
    now = [AT]
    keeper = Safekeeping(kept, lambda: now[0])
    keeper.keep([Row()])
    keeper.tidy()
    assert keeper.letters.counts()[State.GONE] == 0
    now[0] = AT + 15 * DAY
    keeper.tidy()
    assert keeper.letters.counts()[State.GONE] == 1
