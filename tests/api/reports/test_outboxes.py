"""Several processes with one table of reports: what one saved and cannot hand on any more, another does."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest

from api.record.kept import Kept, open_kept
from api.record.reports import SavedReports
from api.reports.line import ANOTHERS_AFTER
from api.reports.outbox import Outbox
from schemas.verdicts import Judgement
from streams.owner import DeskBusy
from tests.api.reports.test_outbox import WITHIN_S, Refusing, judgements, said, theft
from tests.builders_postgres import Where
from tests.builders_record import SATURDAY
from tests.builders_running import until


class Desk(Refusing):
    """With a clock that tests set."""

    now = SATURDAY

    def time(self) -> int:
        return self.now


@dataclass(slots=True)
class Process:
    """One of them: its desk's side, and its outbox, which looks for what others left whenever it is awake."""

    kept: Kept
    desk: Desk
    outbox: Outbox


@pytest.fixture
def processes(where: Where, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Process, Process]]:
    monkeypatch.setattr("api.reports.line.LOOKED_EVERY_S", 0.0)
    monkeypatch.setattr("api.reports.outbox.RETRY_SECONDS", 0.02)
    with ExitStack() as opened:
        found = []
        for _ in range(2):
            kept, desk = opened.enter_context(closing(open_kept(where.kept))), Desk()
            outbox = Outbox(SavedReports(kept), desk, passes=(DeskBusy,))
            outbox.start()
            opened.callback(outbox.stop, WITHIN_S)
            until(lambda line=outbox._line: not line.has_work, "it has read what it found")  # type: ignore[misc]
            found.append(Process(kept, desk, outbox))
        yield found[0], found[1]


def test_what_one_saved_is_its_own_to_hand_on_for_a_while(processes: tuple[Process, Process]) -> None:
    one, other = processes
    one.desk.at_once = 1_000_000
    for number in range(3):
        said(one.outbox, theft(f"k-{number}"))
    said(other.outbox, theft("k-9")).verdict.result(WITHIN_S)
    assert len(other.desk.given) == 1
    one.desk.at_once = 0
    until(lambda: judgements(one.kept) == ["accepted"] * 4, "each by its own")
    assert (len(one.desk.given), len(other.desk.given)) == (3, 1)


def test_what_a_dead_process_saved_is_handed_on_by_another(processes: tuple[Process, Process]) -> None:
    dead, other = processes
    said(other.outbox, theft("k-0")).verdict.result(WITHIN_S)
    dead.desk.at_once = 1_000_000
    ids = [said(dead.outbox, theft(f"k-{number}")).report.id for number in range(1, 8)]
    assert dead.outbox.stop(WITHIN_S)
    other.desk.now += ANOTHERS_AFTER
    until(lambda: len(other.desk.given) == 8, "all handed on")
    assert other.desk.given[1:] == [f"{id_}:0" for id_ in ids], "in their order, each once"
    until(lambda: judgements(other.kept) == ["accepted"] * 8, "written down")


def test_who_asks_another_process_again_gets_a_verdict_there(processes: tuple[Process, Process]) -> None:
    stuck, other = processes
    stuck.desk.withheld = []
    first = said(stuck.outbox, theft("k-1"))
    again = said(other.outbox, theft("k-1"))
    assert (again.is_new, again.report.seq) == (False, first.report.seq)
    assert again.verdict.result(WITHIN_S).judgement is Judgement.ACCEPTED


def test_a_repeat_is_not_written_over_what_was_said_first(processes: tuple[Process, Process]) -> None:
    one, other = processes
    first = said(one.outbox, theft("k-1"))
    first.verdict.result(WITHIN_S)
    until(lambda: judgements(one.kept) == ["accepted"], "written down")
    SavedReports(other.kept).save([], [(first.report.seq, Judgement.REPEATED)], SATURDAY)
    assert judgements(one.kept) == ["accepted"]
