"""Journals drawn by hypothesis: crowded places and minutes, corrections, repeats and late arrivals in any order.

Failing journals print the blob that brings them back. Examples are the same in every run, unless LAW_EXAMPLES asks for
so many others (`LAW_EXAMPLES=20000 pytest tests/simulation`).
"""

import os
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from msgspec import structs

from schemas.audiences import Role
from schemas.categories import Category
from schemas.distance import METRES_PER_DEGREE
from schemas.feeds import Source
from schemas.journal import Entry, FeedHeard, Origin, ReferenceAdopted, Reported, Seen, Tick, Triggered, Withdrawn
from schemas.policy import CameraThreshold, FeedRate, encode_policy, sha256_of
from schemas.times import HOUR, MINUTE, SECOND, Instant, from_rfc3339
from tests.builders_night import westminster

Told = Reported | Triggered | Withdrawn

POLICY: Final = replace(
    westminster().policy,
    cameras=(CameraThreshold(since=date(2022, 1, 1), camera="mall", threshold_db=80.0),),
    feeds=(
        FeedRate(source=Source.SBN, first_rates=(6.0,) * 24),
        FeedRate(source=Source.LFB, first_rates=(0.75,) * 24),
        FeedRate(source=Source.NIGHTSTARS, first_rates=(4.0,) * 24, nights_only=True),
        FeedRate(source=Source.NOISE, first_rates=(16.0,) * 24, heartbeat_s=600, sensors=("mall", "road")),
    ),
)
CLOSER: Final = replace(POLICY, fusion=tuple(replace(rule, metres=25, minutes=5) for rule in POLICY.fusion))
OTHERWISE: Final = replace(
    POLICY,
    harm=tuple(replace(one, weight=1000) if one.category == "drugs" else one for one in POLICY.harm[::-1]),
    nights=replace(POLICY.nights, weekdays=(3, 4, 5, 6)),
    feeds=POLICY.feeds[1:3],
    late_after_minutes=1,
)

BEGINS: Final = tuple(
    from_rfc3339(text)
    for text in (
        "2026-05-16T16:40:00Z",  # twenty minutes before the opening
        "2026-05-16T22:00:03.217Z",
        "2026-05-17T04:40:00Z",  # twenty minutes before the close
        "2026-10-25T00:30:00Z",  # half an hour before the clocks go back
        "2026-05-13T18:00:00Z",  # a Wednesday: no night
    )
)

_FAMILIES: Final = (
    Category.SERIOUS_VIOLENCE,
    Category.PUBLIC_ORDER,
    Category.THEFT,
    Category.FIRE,
    Category.AUTOMATIC_FIRE_ALARM,
    Category.HIDDEN_HARM,
    Category.VULNERABLE_PERSON,
    Category.DRUGS,
)
_WHO: Final = {
    Source.SBN: ("venue:a", "venue:b", "venue:c"),
    Source.NIGHTSTARS: ("team:x", "team:y"),
    Source.LFB: ("lfb",),
}
BLOBS: Final = {sha256_of(encode_policy(policy)): encode_policy(policy) for policy in (POLICY, CLOSER, OTHERWISE)}
"""What lies beside a drawn journal."""
_ADOPTIONS: Final = tuple(Entry(fact=ReferenceAdopted(sha256=sha256)) for sha256 in BLOBS)
_GAPS: Final = (0, 0, 0, 1, 2 * SECOND, 5 * SECOND, 61 * SECOND, 4 * MINUTE, 15 * MINUTE, 50 * MINUTE)


def law(examples: int) -> settings:
    """How a law is tried: the same examples each time, unless others are asked for."""
    asked = os.environ.get("LAW_EXAMPLES")
    return settings(
        max_examples=int(asked) if asked else examples,
        derandomize=asked is None,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@dataclass(frozen=True, slots=True)
class Journal:
    """A drawn journal: the instant of its first tick, and its entries after that."""

    begins: Instant
    entries: tuple[Entry, ...]

    def __repr__(self) -> str:
        lines = "\n  ".join(f"{n}: {_line(entry)}" for n, entry in enumerate(self.entries))
        return f"Journal({self.begins},\n  {lines})"

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        printer.text(repr(self))


@st.composite
def journals(draw: st.DrawFn, *, reports_max: int = 10, policies: bool = False) -> Journal:
    """A journal of up to so many reports, each in up to three revisions, told in any order."""
    begins = draw(st.sampled_from(BEGINS))
    told = draw(_told(begins, reports_max))
    order = draw(st.permutations(range(len(told))))
    entries: list[Entry] = []
    positions: dict[str, int] = {}
    clock = begins
    for number in order:
        one = told[number]
        clock = max(clock + draw(st.sampled_from(_GAPS)), _known_at(one) - 2 * MINUTE)
        entries.append(Entry(fact=Tick(at=clock, live=False)))
        entries.append(_from_outside(one, positions))
        entries.extend(draw(_more(entries, one, positions)))
        if policies and draw(st.integers(0, 9)) == 0:
            entries.append(draw(st.sampled_from(_ADOPTIONS)))
    entries.append(Entry(fact=Tick(at=clock + draw(st.sampled_from((1, 5 * SECOND, HOUR, 14 * HOUR))), live=False)))
    return Journal(begins, tuple(entries))


@st.composite
def _told(draw: st.DrawFn, begins: Instant, reports_max: int) -> list[Told]:
    told: list[Told] = []
    for number in range(draw(st.integers(1, reports_max))):
        source = draw(st.sampled_from((*_WHO, Source.NOISE)))
        if source is Source.NOISE:
            told.append(_trigger(draw, begins, f"n{number}"))
            continue
        reporter = draw(st.sampled_from(_WHO[source]))
        for revision in range(draw(st.sampled_from((1, 1, 1, 2, 3)))):
            if revision and draw(st.integers(0, 3)) == 0:
                told.append(Withdrawn(source=source, source_id=f"r{number}", revision=revision, received_at=begins))
            else:
                told.append(_report(draw, begins, source, f"r{number}", reporter, revision))
    return told


def _report(draw: st.DrawFn, begins: Instant, source: Source, source_id: str, reporter: str, revision: int) -> Reported:
    at = begins + 30 * SECOND * draw(st.integers(-10, 60))
    metres = 12.5 * draw(st.integers(0, 12))
    return Reported(
        source=source,
        source_id=source_id,
        revision=revision,
        reporter=reporter,
        category=draw(st.sampled_from(_FAMILIES)),
        severity=draw(st.integers(1, 4)),
        at=at,
        occurred_at=at,
        received_at=at,
        lat=51.513 + metres / METRES_PER_DEGREE,
        lon=-0.131,
        ward="W1" if metres < 60 else "W2",
        cell=f"c{int(metres // 50)}",
        body=draw(st.sampled_from(("", f"said-{revision}"))),
    )


def _trigger(draw: st.DrawFn, begins: Instant, source_id: str) -> Triggered:
    at = begins + 30 * SECOND * draw(st.integers(-10, 60))
    return Triggered(
        source=Source.NOISE,
        source_id=source_id,
        camera="mall",
        level_db=draw(st.sampled_from((None, 79.0, 80.0, 92.5))),
        at=at,
        occurred_at=at,
        received_at=at,
        lat=51.5067,
        lon=-0.1339,
        ward=None,
        cell="c9",
    )


@st.composite
def _more(draw: st.DrawFn, entries: list[Entry], last: Told, positions: dict[str, int]) -> list[Entry]:
    """What else comes: a retry of the same report, a transport repeat, a sign of life, another report under the same id
    and revision, somebody who looks.
    """
    what = draw(st.integers(0, 9))
    if what == 0:
        return [_from_outside(last, positions)]
    if what == 1:
        return [draw(st.sampled_from([entry for entry in entries if entry.origin is not None]))]
    if what == 2:
        tick = next(entry.fact for entry in reversed(entries) if isinstance(entry.fact, Tick))
        sensor = draw(st.sampled_from(("mall", "road")))
        return [_from_outside(FeedHeard(source=Source.NOISE, sensor=sensor, at=tick.at), positions)]
    if what == 3 and isinstance(last, Reported):
        return [_from_outside(structs.replace(last, body="other", severity=4, at=last.at + MINUTE), positions)]
    if what == 4:
        return [_from_outside(draw(_looked(entries)), positions)]
    return []


@st.composite
def _looked(draw: st.DrawFn, entries: list[Entry]) -> Seen:
    """Somebody opens an incident with some of these reports in it, and one that nobody knows."""
    told = [entry.fact for entry in entries if isinstance(entry.fact, Reported | Triggered | Withdrawn)]
    keys = sorted({f"{one.source.value}:{one.source_id}" for one in told})
    seen = draw(st.lists(st.sampled_from(keys), max_size=3)) if keys else []
    tick = next(entry.fact for entry in reversed(entries) if isinstance(entry.fact, Tick))
    return Seen(reports=(*seen, "sbn:nobody"), by=Role.OPERATIONS, at=tick.at)


def _from_outside(fact: Told | FeedHeard | Seen, positions: dict[str, int]) -> Entry:
    stream = "api" if isinstance(fact, Seen) else fact.source.value
    positions[stream] = positions.get(stream, 0) + 1
    return Entry(fact=fact, origin=Origin(stream=stream, position=positions[stream]))


def _known_at(told: Told) -> Instant:
    return told.received_at if isinstance(told, Withdrawn) else told.at


def _line(entry: Entry) -> str:
    fact = entry.fact
    if isinstance(fact, Reported):
        metres = round((fact.lat - 51.513) * METRES_PER_DEGREE, 1)
        return (
            f"{fact.source.value}:{fact.source_id}:{fact.revision} {fact.category.value} at {fact.at} by"
            f" {fact.reporter}, {metres} m, {entry.origin}"
        )
    return f"{fact} {entry.origin or ''}"
