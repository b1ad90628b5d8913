"""Metering: every row is counted once, by what came of it, and passes by unchanged."""

from collections import Counter
from collections.abc import Generator, Iterator
from itertools import islice

import pytest

from ingest.metering import ROWS_BETWEEN, counted
from ingest.outcomes import Outcome
from schemas.feeds import Source
from schemas.telemetry import Metric
from tests.builders_ingest import LFB_2017, SBN, csv_of, lfb_row, outcomes, sbn_row


class Counts(Counter[tuple[str, ...]]):
    """Counters by name and labels; `calls` is how often one was added to."""

    calls = 0

    def count(self, metric: Metric, by: float = 1, *labels: str) -> None:
        self.calls += 1
        self[(metric.name, *labels)] += int(by)


def test_rows_are_counted_by_what_came_of_them() -> None:
    counts = Counts()
    calls = outcomes(Source.LFB, csv_of(LFB_2017, lfb_row(), lfb_row(borough_code="E09000001")))
    reports = outcomes(Source.SBN, csv_of(SBN, sbn_row(venue_id="nobody"), sbn_row()))
    assert list(counted(calls, Source.LFB, counts.count)) == calls
    assert list(counted(reports, Source.SBN, counts.count)) == reports
    assert counts == {
        ("READ", "lfb"): 2,
        ("OUTSIDE", "lfb"): 1,
        ("READ", "sbn"): 2,
        ("REJECTED", "sbn", "unknown_venue"): 1,
    }


def test_what_was_taken_is_counted_also_when_the_taking_ends_early() -> None:
    counts = Counts()
    rows: list[Outcome] = outcomes(Source.SBN, csv_of(SBN, sbn_row())) * 10
    taking = counted(rows, Source.SBN, counts.count)
    assert len(list(islice(taking, 3))) == 3
    assert isinstance(taking, Generator)
    taking.close()
    assert counts == {("READ", "sbn"): 3}


def test_a_reader_that_breaks_is_counted_up_to_there() -> None:
    counts = Counts()

    def breaking() -> Iterator[Outcome]:
        yield from outcomes(Source.SBN, csv_of(SBN, sbn_row()))
        raise OSError("the disk")

    with pytest.raises(OSError, match="the disk"):
        list(counted(breaking(), Source.SBN, counts.count))
    assert counts == {("READ", "sbn"): 1}


def test_counting_is_done_in_slabs() -> None:
    counts = Counts()
    rows: list[Outcome] = outcomes(Source.SBN, csv_of(SBN, sbn_row())) * (3 * ROWS_BETWEEN)
    list(counted(rows, Source.SBN, counts.count))
    assert counts == {("READ", "sbn"): 3 * ROWS_BETWEEN}
    assert counts.calls <= 4
