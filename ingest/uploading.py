"""A vendor's file that was posted: read like one of the watched folder, and answered row by row.

The same bytes are the same stream, so a file that is sent again, or was dropped into the folder too, doubles nothing.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from ingest.desk_port import DeskPort
from ingest.feeding import Keeper, Records, Tally, batches
from ingest.metering import Count, counted
from ingest.outcomes import Outcome, SourceUnreadable
from ingest.reading import read
from ingest.words import WordsPort
from schemas.area import Area
from schemas.dead_letters import DeadLetter
from schemas.feeds import Source
from schemas.telemetry import Metric
from schemas.times import Instant
from schemas.uploads import RefusedLine, Uploaded, UploadUnreadable
from schemas.verdicts import Judgement, Verdict

REFUSED_SHOWN_MAX: Final = 100
"""Refused lines told one by one; all are counted and kept."""


class Uploads:
    """Reads files for one desk. `judge` makes records durable and gives a verdict for each."""

    def __init__(
        self,
        desk: DeskPort,
        *,
        judge: Callable[[Records], list[Verdict]],
        now: Callable[[], Instant],
    ) -> None:
        self._desk, self._judge, self._now = desk, judge, now

    def __call__(self, source: Source, body: bytes) -> Uploaded:
        """What became of a file's rows. UploadUnreadable: it is none of the source's."""
        stream = f"file:{hashlib.sha256(body).hexdigest()[:16]}"
        tally, judged, refused, why = Tally(), Counter[Judgement](), list[RefusedLine](), None
        rows = read(source, io.BytesIO(body), self._desk.area, words=self._desk.words, name=stream)
        noted = _noting(counted(rows, source, self._desk.count), refused)
        try:
            for records in batches(noted, stream, self._desk.keeper, tally, known=self._desk.known(stream)):
                verdicts = self._judge([(msgspec.structs.replace(r, received_at=self._now()), at) for r, at in records])
                judged.update(verdict.judgement for verdict in verdicts)
        except SourceUnreadable as unreadable:
            if not tally.read:
                raise UploadUnreadable(f"What was posted {unreadable.why}.") from unreadable
            why = unreadable.why
        return self._answer(source, tally, judged, refused, why)

    def _answer(
        self, source: Source, tally: Tally, judged: Counter[Judgement], refused: list[RefusedLine], why: str | None
    ) -> Uploaded:
        elsewhere = judged.pop(Judgement.OUTSIDE, 0)
        if elsewhere:
            self._desk.count(Metric.OUTSIDE, elsewhere, source.value)
        readable = tally.read - tally.outside - tally.rejected.total()
        known_before = readable - elsewhere - judged.total()
        not_taken = {word.value: judged.pop(word, 0) for word in (Judgement.TOO_OLD, Judgement.CONFLICT)}
        repeats = judged.pop(Judgement.REPEATED, 0) + known_before
        rejected = tally.rejected + Counter({word: rows for word, rows in not_taken.items() if rows})
        return Uploaded(
            read=tally.read,
            accepted=judged.total(),
            duplicates=repeats,
            outside=tally.outside + elsewhere,
            rejected=dict(sorted(rejected.items())),
            refused=tuple(refused),
            ended_early=why,
        )


def uploads_to(
    area: Area,
    keeper: Keeper,
    words: WordsPort,
    count: Count,
    judge: Callable[[Records], list[Verdict]],
    now: Callable[[], Instant],
) -> Uploads:
    """For a desk that is elsewhere and does not say what it knows of a file: its rows' own ids make them count once."""
    port = DeskPort(area=area, submit=_unasked, known=lambda _: 0, clock=now, keeper=keeper, words=words, count=count)
    return Uploads(port, judge=judge, now=now)


def _unasked(records: Records, tick_to: Instant | None = None) -> int:  # noqa: ARG001
    raise TypeError("what is posted is judged, and not submitted")


def _noting(outcomes: Iterable[Outcome], refused: list[RefusedLine]) -> Iterator[Outcome]:
    """The same outcomes; the first refused lines are noted on the way."""
    for outcome in outcomes:
        if isinstance(outcome, DeadLetter) and len(refused) < REFUSED_SHOWN_MAX:
            refused.append(
                RefusedLine(line=outcome.line, reason=outcome.reason, field=outcome.field, rule=outcome.rule)
            )
        yield outcome
