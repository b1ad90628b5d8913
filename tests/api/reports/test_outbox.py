"""The outbox: saved first, handed on until it is judged, and nothing lost or doubled whatever the desk does."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.record.errors import RecordFull
from api.record.kept import Kept, open_kept
from api.record.kept_tables import reports, words
from api.record.reports import Outcome, SaidOtherwise, SavedReports
from api.reports.outbox import Outbox, OutboxFull, Said
from api.reports.statements import NothingToPutRight, Statement
from api.routes.bodies import CorrectionBody, ReportBody, Sender, corrected, reported
from schemas.audiences import Role
from schemas.categories import Category
from schemas.feeds import FeedRecord
from schemas.times import Instant
from schemas.verdicts import Judgement, Standing, Verdict
from streams.owner import DeskBusy
from tests.builders_night import westminster
from tests.builders_postgres import Where
from tests.builders_record import SATURDAY
from tests.builders_running import until

WITHIN_S = 20.0


class Refusing:
    """A desk that refuses as often as it is told, in both ways, and else judges; it keeps what it was given."""

    def __init__(self, *, at_once: int = 0, later: int = 0) -> None:
        self.at_once, self.later = at_once, later
        self.given: list[str] = []
        self.withheld: list[Future[list[Verdict]]] | None = None

    def judge(self, records: Sequence[FeedRecord]) -> "Future[list[Verdict]]":
        if self.at_once:
            self.at_once -= 1
            raise DeskBusy("busy")
        answer: Future[list[Verdict]] = Future()
        if self.withheld is not None:
            self.withheld.append(answer)
        elif self.later:
            self.later -= 1
            answer.set_exception(DeskBusy("full"))
        else:
            names = [f"{getattr(one, 'source_id', '')}:{getattr(one, 'revision', 0)}" for one in records]
            said = [Judgement.REPEATED if name in self.given else Judgement.ACCEPTED for name in names]
            self.given += names
            answer.set_result([Verdict(judgement=judgement) for judgement in said])
        return answer

    def see(self, incident: str, may_see: object, by: Role) -> "Future[Instant | None]":
        raise NotImplementedError

    def standing(self, report: str) -> Standing | None:
        return None

    def time(self) -> Instant:
        return SATURDAY


@pytest.fixture
def kept(where: Where) -> Iterator[Kept]:
    with closing(open_kept(where.kept)) as opened:
        yield opened


def theft(key: str, severity: int = 2, venue: str = "blue-door", words: str | None = None) -> Statement:
    sender = Sender(reporter=f"venue:{venue}", caller=f"business:{venue}", key=key, now=SATURDAY)
    return reported(ReportBody(category=Category.THEFT, severity=severity, words=words), sender, westminster())


class Failing(SavedReports):
    """A table on a disk that is full for as long as it is told."""

    def __init__(self, kept: Kept) -> None:
        super().__init__(kept)
        self.is_full = False
        self.refusals = 0

    def save(
        self, statements: Iterable[Statement], judged: Sequence[tuple[int, Judgement]], now: Instant
    ) -> list[Outcome]:
        if self.is_full:
            self.refusals += 1
            raise RecordFull(Path("kept.db"), "the disk is full")
        return super().save(statements, judged, now)


def said(outbox: Outbox, statement: Statement) -> Said:
    return outbox.say(statement).result(WITHIN_S)


def opened(kept: Kept, desk: Refusing) -> Outbox:
    outbox = Outbox(SavedReports(kept), desk, passes=(DeskBusy,))
    outbox.start()
    return outbox


def judgements(kept: Kept) -> list[str | None]:
    with kept.store.reading() as connection:
        return list(connection.execute(select(reports.c.judgement).order_by(reports.c.seq)).scalars())


@pytest.mark.parametrize("refuses", [{}, {"at_once": 3}, {"later": 3}], ids=["good", "busy", "full"])
def test_what_was_said_is_judged_once_however_often_the_desk_refuses(kept: Kept, refuses: dict[str, int]) -> None:
    desk = Refusing(**refuses)
    outbox = opened(kept, desk)
    answers = [said(outbox, theft(f"k-{number}")) for number in range(5)]
    verdicts = [answer.verdict.result(WITHIN_S) for answer in answers]
    assert {verdict.judgement for verdict in verdicts} == {Judgement.ACCEPTED}
    assert len(desk.given) == len(set(desk.given)) == 5
    assert outbox.stop(WITHIN_S)
    assert judgements(kept) == ["accepted"] * 5


def test_a_statement_is_on_the_disk_before_the_desk_hears_of_it(kept: Kept) -> None:
    desk = Refusing()
    seen: list[list[str | None]] = []
    judge = desk.judge

    def look_and_judge(records: Sequence[FeedRecord]) -> "Future[list[Verdict]]":
        seen.append(judgements(kept))
        return judge(records)

    desk.judge = look_and_judge  # type: ignore[method-assign]
    outbox = opened(kept, desk)
    said(outbox, theft("k-1")).verdict.result(WITHIN_S)
    assert seen == [[None]]
    outbox.stop(WITHIN_S)


def test_what_is_saved_together_is_saved_as_if_one_came_after_the_other(kept: Kept) -> None:
    phone = "00000000-0000-4000-8000-000000000001"
    sender = Sender(reporter="venue:blue-door", caller="business:blue-door", key="c-1", now=SATURDAY)
    first, again, others = (
        theft(phone, words="A bag."),
        theft(phone, words="A bag."),
        theft(phone, venue="lantern-yard"),
    )
    otherwise, elsewhere = theft(phone, severity=4), theft("k-2")
    right, nothing = (
        corrected(phone, CorrectionBody(severity=4), sender),
        corrected("?", CorrectionBody(severity=4), replace(sender, key="c-2")),
    )
    together = [first, elsewhere, again, others, otherwise, right, nothing, theft("k-3", words="A coat.")]
    found = SavedReports(kept).save(together, [], SATURDAY)
    kinds = [type(one) if isinstance(one, Exception) else (one[0].seq, one[0].revision, one[1]) for one in found]
    assert kinds == [
        (1, 0, True), (2, 0, True), (1, 0, False), (3, 0, True), SaidOtherwise, (4, 1, True), NothingToPutRight,
        (5, 0, True),
    ]  # fmt: skip
    ids = [one[0].id for one in found if not isinstance(one, Exception)]
    assert (ids[0], ids[2], ids[4]) == (phone, phone, phone)
    assert len({phone, ids[1], ids[3], ids[5]}) == 4, "another's report of the same key has an id of its own"
    with kept.store.reading() as connection:
        rows = list(connection.execute(select(reports.c.id, reports.c.caller).order_by(reports.c.seq)))
        assert rows == [
            (phone, "business:blue-door"), (ids[1], "business:blue-door"), (ids[3], "business:lantern-yard"),
            (phone, "business:blue-door"), (ids[5], "business:blue-door"),
        ]  # fmt: skip
        assert sorted(connection.execute(select(words.c.text)).scalars()) == ["A bag.", "A coat."]


def test_what_is_said_soon_after_is_gathered_but_by_one_that_stops(kept: Kept) -> None:
    desk, turns = Refusing(), list[int]()
    judge = desk.judge

    def count_and_judge(records: Sequence[FeedRecord]) -> "Future[list[Verdict]]":
        turns.append(len(records))
        return judge(records)

    desk.judge = count_and_judge  # type: ignore[method-assign]
    outbox = Outbox(SavedReports(kept), desk, passes=(DeskBusy,), gather_s=WITHIN_S, clock=lambda: 0.0)
    outbox.start()
    said(outbox, theft("k-1")).verdict.result(WITHIN_S)
    waiting = [outbox.say(theft(f"k-{number}")) for number in (2, 3, 4)]
    assert turns == [1], "the first waits for nobody"
    assert not any(one.done() for one in waiting)
    assert outbox.stop(WITHIN_S / 2), "and stopping waits for none to come"
    assert [one.result(WITHIN_S).is_new for one in waiting] == [True] * 3


def test_what_no_verdict_is_known_of_is_handed_on_by_the_next_process_in_its_order(kept: Kept) -> None:
    dead = Refusing(at_once=1_000_000)
    outbox = opened(kept, dead)
    ids = [said(outbox, theft(f"k-{number}")).report.id for number in range(7)]
    said(outbox, corrected(ids[0], CorrectionBody(severity=4), Sender(
        reporter="venue:blue-door", caller="business:blue-door", key="c-1", now=SATURDAY)))  # fmt: skip
    assert outbox.stop(WITHIN_S)
    assert judgements(kept) == [None] * 8
    desk = Refusing()
    later = opened(kept, desk)
    until(lambda: len(desk.given) == 8, "all handed on")
    assert desk.given == [*(f"{id_}:0" for id_ in ids), f"{ids[0]}:1"]
    assert later.stop(WITHIN_S)
    assert judgements(kept) == ["accepted"] * 8


def test_what_was_judged_and_not_written_down_is_handed_on_again_and_is_a_repeat(kept: Kept) -> None:
    desk = Refusing()
    first = opened(kept, desk)
    said(first, theft("k-1")).verdict.result(WITHIN_S)
    first.stop(WITHIN_S)
    with kept.store.writing() as connection:  # as after a kill before the verdict was on the disk
        connection.execute(update(reports).values(judgement=None))
    later = opened(kept, desk)
    until(lambda: judgements(kept) == ["repeated"], "written down")
    later.stop(WITHIN_S)


def test_a_full_disk_is_said_so_and_no_verdict_is_lost_over_it(kept: Kept) -> None:
    saved, desk = Failing(kept), Refusing()
    desk.withheld = []
    outbox = Outbox(saved, desk, passes=(DeskBusy,))
    outbox.start()
    first = said(outbox, theft("k-1"))
    until(lambda: bool(desk.withheld), "the desk has it")
    saved.is_full = True
    desk.withheld[0].set_result([Verdict(judgement=Judgement.ACCEPTED)])
    assert first.verdict.result(WITHIN_S).judgement is Judgement.ACCEPTED
    with pytest.raises(RecordFull):
        said(outbox, theft("k-2"))
    until(lambda: saved.refusals >= 2 and outbox.trouble.text is not None, "it is said")
    assert "make room" in str(outbox.trouble.text)
    assert judgements(kept) == [None]
    saved.is_full = False
    until(lambda: outbox.trouble.text is None, "it is over")
    assert judgements(kept) == ["accepted"]
    assert outbox.stop(WITHIN_S)


def test_the_same_statement_waits_for_the_same_verdict(kept: Kept) -> None:
    desk = Refusing()
    desk.withheld = []
    outbox = opened(kept, desk)
    one, other = said(outbox, theft("k-1")), said(outbox, theft("k-1"))
    assert (one.is_new, other.is_new, other.report) == (True, False, one.report)
    until(lambda: desk.withheld is not None and len(desk.withheld) == 1, "handed on once")
    assert not one.verdict.done()
    desk.withheld[0].set_result([Verdict(judgement=Judgement.ACCEPTED, incident="i1")])
    assert one.verdict.result(WITHIN_S) == other.verdict.result(WITHIN_S)
    outbox.stop(WITHIN_S)


def test_who_asks_again_after_the_verdict_gets_it(kept: Kept) -> None:
    outbox = opened(kept, Refusing())
    first = said(outbox, theft("k-1"))
    first.verdict.result(WITHIN_S)
    for _ in range(20):
        again = said(outbox, theft("k-1"))
        assert again.verdict.result(WITHIN_S).judgement is Judgement.ACCEPTED
    outbox.stop(WITHIN_S)


def test_more_than_fits_in_memory_is_read_again_from_the_disk(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.reports.line.WAITING_MAX", 3)
    monkeypatch.setattr("api.record.reports.UNJUDGED_MAX", 4)
    desk = Refusing(at_once=4)
    outbox = opened(kept, desk)
    ids = [said(outbox, theft(f"k-{number}")).report.id for number in range(25)]
    until(lambda: len(desk.given) >= 25, "all handed on")
    assert sorted(desk.given) == sorted(f"{id_}:0" for id_ in ids)
    outbox.stop(WITHIN_S)


def test_another_statement_under_a_key_and_a_correction_of_nothing_are_refused_and_harm_nobody(kept: Kept) -> None:
    desk = Refusing()
    outbox = opened(kept, desk)
    sender = Sender(reporter="venue:blue-door", caller="business:blue-door", key="c-1", now=SATURDAY)
    asked = [
        outbox.say(theft("k-1")),
        outbox.say(theft("k-1", severity=4)),
        outbox.say(corrected("r0", CorrectionBody(severity=4), sender)),
        outbox.say(theft("k-2")),
    ]
    wait(asked, WITHIN_S)
    assert isinstance(asked[1].exception(), SaidOtherwise)
    assert isinstance(asked[2].exception(), NothingToPutRight)
    assert [asked[number].result().is_new for number in (0, 3)] == [True, True]
    outbox.stop(WITHIN_S)


def test_one_that_has_stopped_takes_nothing(kept: Kept) -> None:
    outbox = opened(kept, Refusing())
    assert outbox.stop(WITHIN_S)
    with pytest.raises(OutboxFull):
        outbox.say(theft("k-1"))
    assert outbox.ended.result(0) is None


def test_what_nobody_foresaw_ends_it_and_whoever_waits_is_told(kept: Kept) -> None:
    desk = Refusing()
    desk.time = lambda: 1 // 0  # type: ignore[method-assign]
    outbox = opened(kept, desk)
    asked = outbox.say(theft("k-1"))
    assert isinstance(outbox.ended.exception(WITHIN_S), ZeroDivisionError)
    assert isinstance(asked.exception(WITHIN_S), OutboxFull)
