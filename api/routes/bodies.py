"""What people send: reports, corrections and encounters, and the statements that are made of them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

import msgspec
from pydantic import AwareDatetime, ConfigDict, Field

from api.reports.statements import Build, Record, Report, Statement, body_of
from schemas.area import Area
from schemas.categories import Category, HelpNeeded
from schemas.feeds import NightStarsEncounter, SbnReport, Source, Withdrawal
from schemas.times import Instant, instant

WORDS_CHARS_MAX: Final = 1_000
HELPED_MAX: Final = 1_000
KEY_CHARS_MAX: Final = 200

Severity = Annotated[int, Field(ge=1, le=4, strict=True)]
Words = Annotated[str, Field(min_length=1, max_length=WORDS_CHARS_MAX)]
Name = Annotated[str, Field(min_length=1, max_length=KEY_CHARS_MAX)]
_STRICT: Final = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point in WGS84 degrees."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBody:
    """A report. Without `occurred_at` it happened now, without `position` at its venue, which is the caller's own."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    category: Category
    severity: Severity
    occurred_at: AwareDatetime | None = None
    venue: Name | None = None
    position: Point | None = None
    help_needed: HelpNeeded = HelpNeeded.NONE
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionBody:
    """What of a report was wrong: what is left out stays as it was said."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    category: Category | None = None
    severity: Severity | None = None
    occurred_at: AwareDatetime | None = None
    position: Point | None = None
    help_needed: HelpNeeded | None = None
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterBody:
    """An encounter of a street team; `helped` is the number of people. `id` names it within a batch."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    category: Category
    position: Point
    severity: Severity = 1
    helped: Annotated[int, Field(ge=0, le=HELPED_MAX, strict=True)] = 1
    occurred_at: AwareDatetime | None = None
    words: Words | None = None
    team: Name | None = None
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose the report is, who sends it under which key, and when we had it."""

    reporter: str
    caller: str
    key: str
    now: Instant


def reported(body: ReportBody, sender: Sender, area: Area) -> Statement:
    """The statement of a report of a venue that the area has."""
    venue = area.venues[sender.reporter.removeprefix("venue:")]
    at = None if body.occurred_at is None else instant(body.occurred_at)
    place = body.position or Point(lat=venue.lat, lon=venue.lon)
    said = ["sbn", venue.id, body.category, body.severity, body.help_needed, at, place.lat, place.lon]
    hashed = body_of(*said, body.words is not None)

    def build(id_: str, revision: int, _before: Report | None) -> Record:
        return SbnReport(
            source_id=id_,
            revision=revision,
            venue=venue.id,
            category=body.category,
            severity=body.severity,
            help_needed=body.help_needed,
            occurred_at=sender.now if at is None else at,
            received_at=sender.now,
            lat=place.lat,
            lon=place.lon,
            body=hashed,
        )

    return _statement(sender, None, hashed, body.words, build)


def encountered(body: EncounterBody, sender: Sender) -> Statement:
    """The statement of an encounter."""
    team = sender.reporter.removeprefix("team:")
    at = None if body.occurred_at is None else instant(body.occurred_at)
    place = body.position
    said = ["nightstars", team, body.category, body.severity, body.helped, at, place.lat, place.lon]
    hashed = body_of(*said, body.words is not None)

    def build(id_: str, revision: int, _before: Report | None) -> Record:
        return NightStarsEncounter(
            source_id=id_,
            revision=revision,
            team=team,
            category=body.category,
            severity=body.severity,
            helped=body.helped,
            occurred_at=sender.now if at is None else at,
            received_at=sender.now,
            lat=place.lat,
            lon=place.lon,
            body=hashed,
        )

    return _statement(sender, None, hashed, body.words, build)


def corrected(report: str, body: CorrectionBody, sender: Sender) -> Statement:
    """The statement that puts a report right."""
    at = None if body.occurred_at is None else instant(body.occurred_at)
    place = body.position
    where = None if place is None else (place.lat, place.lon)
    hashed = body_of(
        "correction", report, body.category, body.severity, body.help_needed, at, where, body.words is not None
    )
    changes: dict[str, object] = {"category": body.category, "severity": body.severity, "occurred_at": at}
    if place is not None:
        changes |= {"lat": place.lat, "lon": place.lon}

    def build(_id: str, revision: int, before: Report | None) -> Record:
        if before is None:
            raise ValueError(f"the correction of {report} has nothing to put right")
        wanted = {name: value for name, value in changes.items() if value is not None}
        if isinstance(before, SbnReport) and body.help_needed is not None:
            wanted["help_needed"] = body.help_needed
        return msgspec.structs.replace(before, revision=revision, received_at=sender.now, body=hashed, **wanted)

    return _statement(sender, report, hashed, body.words, build)


def taken_back(report: str, source: Source, sender: Sender) -> Statement:
    """The statement that takes a report back."""

    def build(id_: str, revision: int, _before: Report | None) -> Record:
        return Withdrawal(source=source, source_id=id_, revision=revision, received_at=sender.now)

    return _statement(sender, report, body_of("withdrawal", report), None, build)


def _statement(sender: Sender, of: str | None, body: str, words: str | None, build: Build) -> Statement:
    return Statement(
        caller=sender.caller, key=sender.key, reporter=sender.reporter, of=of, body=body, words=words, build=build
    )
