"""What a fault looks like from outside, and what must be so again afterwards without anybody's help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from tests.builders_consoles import Console, until_equal_to_a_fresh_one
from tests.builders_engine import Answer, Engine
from tests.builders_running import sbn_file, sbn_report

SAVED: Final = "Saved. Not yet seen by anyone. In danger now: call 999."
NOT_SAVED: Final = "Nothing was saved. Try again in a minute. In danger now: call 999."


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What operators' pages say (`desk`, and `why` holds these words), what a reporter is answered, and by role what
    /readyz says. `is_taken`: whether a report that is made meanwhile is kept."""

    desk: str
    why: str | None
    answers: Sequence[int]
    says: str
    roles: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def is_the_answer(self, answer: Answer) -> bool:
        """Whether a reporter was told what they must be told, within what a phone waits."""
        told = answer.body.get("advice") or [answer.body.get("detail")]
        return answer.status in self.answers and self.says in told and answer.seconds < 15

    def is_seen(self, engine: Engine, page: Console) -> None:
        """Wait until pages and every role say so."""
        page.until_told(self.desk, self.why)
        for role, (status, words) in self.roles.items():
            engine.until(
                lambda role=role, status=status, words=words: _says(engine.readyz(role), status, words),  # type: ignore[misc]
                f"{role} says {words!r}",
            )


def file_dropped(engine: Engine, name: str) -> str:
    """One report of a vendor's, put into the watched folder; its number."""
    sbn_file(engine.inbox, name, sbn_report(0, datetime.now(UTC).isoformat(), report_id=name))
    return name


def recovers(engine: Engine, page: Console, names: Sequence[str], files: Sequence[str] = ()) -> None:
    """All is as if nothing had been: every report, said again as a phone does, is judged and stands once, the page
    is live by itself and shows what a new one does."""
    page.until_told("live")
    judged = dict[str, str]()

    def is_judged(name: str) -> bool:
        answer = engine.report(name)
        if answer.status in {200, 201}:
            judged[name] = answer.id
        return name in judged

    for name in names:
        engine.until(lambda name=name: is_judged(name), f"{name} is judged")  # type: ignore[misc]
    reports = list(judged.values())
    for report in (*reports, *files):
        engine.until(lambda report=report: page.incidents_of(report) != [], f"{report} is shown")  # type: ignore[misc]
    engine.until_ready()
    until_equal_to_a_fresh_one(page, engine.ports["push"], engine.key("operations"))
    assert [len(page.incidents_of(report)) for report in (*reports, *files)] == [1] * (len(reports) + len(files))
    assert {engine.receipt(report)["status"] for report in reports} <= {"received"}


def _says(found: tuple[int, str], status: int, words: str) -> bool:
    return found[0] == status and words in found[1]
