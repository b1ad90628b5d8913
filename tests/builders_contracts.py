"""One of each contract record, with defaults that a test overrides where it matters."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from msgspec.structs import fields, replace

from schemas.audiences import Role
from schemas.categories import GROUP_OF, Category, CategoryGroup, HelpNeeded
from schemas.dead_letters import DeadLetter, Reason
from schemas.feeds import (
    FeedHeartbeat,
    FeedRecord,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    PointEvent,
    SbnReport,
    Source,
    Withdrawal,
)
from schemas.journal import (
    Entry,
    Fact,
    FeedHeard,
    FoldVersion,
    Origin,
    ReferenceAdopted,
    Reported,
    Seen,
    Tick,
    Triggered,
    Withdrawn,
)
from schemas.picture import (
    BlindGap,
    FeedHealth,
    FeedStatus,
    GroupCount,
    Incident,
    IncidentStatus,
    Member,
    NightStatus,
    NightSummary,
    SensorHealth,
    Window,
)

Record = TypeVar("Record", Member, Incident, Window, FeedHealth, NightSummary)

SATURDAY_23H = datetime(2026, 5, 16, 22, 0, tzinfo=UTC)
_AT_MS = 1_778_968_800_000


def member(**changes: Any) -> Member:
    """A venue's report of a theft."""
    return _with(
        Member(
            id="sbn:r-1:0",
            source=Source.SBN,
            reporter="venue:blue-door",
            category=Category.THEFT,
            severity=2,
            at=SATURDAY_23H,
            received_at=SATURDAY_23H + timedelta(minutes=2),
            lat=51.51382,
            lon=-0.13073,
            words_ref="words-1",
        ),
        changes,
    )


def incident(*members: Member, **changes: Any) -> Incident:
    """An incident of these members (one report of a theft), its summary fields as the first member has them."""
    reports = members or (member(),)
    first = reports[0]
    return _with(
        Incident(
            id=first.id,
            category=first.category,
            category_group=GROUP_OF[first.category],
            severity=max(one.severity for one in reports),
            at=first.at,
            last_at=max(one.at for one in reports),
            lat=first.lat,
            lon=first.lon,
            ward="E05013808",
            cell="89195da49a7ffff",
            night="2026-05-16",
            sources=tuple(dict.fromkeys(one.source for one in reports)),
            reporters=tuple(dict.fromkeys(one.reporter for one in reports)),
            reports=len(reports),
            status=IncidentStatus.OPEN,
            late=False,
            outside_wards=False,
            limit_m=30,
            limit_s=600,
            members=reports,
        ),
        changes,
    )


def window(**changes: Any) -> Window:
    """Seven thefts in a ward in an hour, where three are usual."""
    return _with(
        Window(
            place="E05013808",
            category_group=CategoryGroup.THEFT,
            span_minutes=60,
            count=7,
            expected=3.0,
            night="2026-05-16",
            ends_at=SATURDAY_23H,
        ),
        changes,
    )


def feed_health(**changes: Any) -> FeedHealth:
    """The noise feed, live, one camera of it blind."""
    return _with(
        FeedHealth(
            source=Source.NOISE,
            status=FeedStatus.LIVE,
            last_at=SATURDAY_23H,
            since=SATURDAY_23H - timedelta(hours=5),
            usual_per_hour=16.0,
            blind_at=SATURDAY_23H + timedelta(minutes=30),
            heard_tonight=70,
            sensors=(SensorHealth(id="pall-mall", status=FeedStatus.BLIND, last_at=None),),
        ),
        changes,
    )


def night_summary(**changes: Any) -> NightSummary:
    """A Saturday with twenty incidents, all counts of five and over."""
    return _with(
        NightSummary(
            night="2026-05-16",
            status=NightStatus.OPEN,
            opens_at=datetime(2026, 5, 16, 17, 0, tzinfo=UTC),
            closes_at=datetime(2026, 5, 17, 5, 0, tzinfo=UTC),
            incidents=20,
            expected=14.5,
            reports=26,
            late=6,
            corrected=5,
            withdrawn=5,
            triggers_below_threshold=9,
            groups=(
                GroupCount(category_group=CategoryGroup.THEFT, count=12, expected=9.0),
                GroupCount(category_group=CategoryGroup.FIRE, count=8, expected=5.5),
            ),
            blind=(BlindGap(since=SATURDAY_23H, until=SATURDAY_23H + timedelta(minutes=3)),),
            past_nights=8,
            revision=0,
        ),
        changes,
    )


def feed_records() -> tuple[FeedRecord, ...]:
    """One of each type of feed record, its optional fields set."""
    times: dict[str, Any] = {"occurred_at": _AT_MS, "received_at": _AT_MS + 120_000}
    place: dict[str, Any] = {"lat": 51.51382, "lon": -0.13073}
    return (
        LfbCall(source_id="L1", category=Category.FIRE, **times, **place, borough_code="E09000033"),
        SbnReport(
            source_id="r-1",
            revision=1,
            venue="blue-door",
            category=Category.SPIKING,
            severity=3,
            help_needed=HelpNeeded.STAFF_NOW,
            **times,
            **place,
            words_ref="words-1",
            ambiguous_time=True,
            body="b-1",
        ),
        NightStarsEncounter(
            source_id="e-1",
            team="soho",
            category=Category.VULNERABLE_PERSON,
            severity=2,
            helped=3,
            **times,
            **place,
        ),
        NoiseTrigger(source_id="t-1", camera="pall-mall", **times, level_db=91.5),
        PointEvent(source_id="p-1", category=Category.OTHER, reporter="beat-7", **times, **place),
        Withdrawal(source=Source.SBN, source_id="r-1", revision=2, received_at=_AT_MS),
        FeedHeartbeat(source=Source.NOISE, sensor="pall-mall", at=_AT_MS, received_at=_AT_MS),
    )


def facts() -> tuple[Fact, ...]:
    """One of each type of journal fact, its optional fields set."""
    where: dict[str, Any] = {
        "at": _AT_MS,
        "occurred_at": _AT_MS,
        "received_at": _AT_MS + 120_000,
        "lat": 51.51382,
        "lon": -0.13073,
        "ward": "E05013808",
        "cell": "89195da49a7ffff",
        "outside_wards": True,
        "clock_wrong": True,
        "ambiguous_time": True,
    }
    return (
        Reported(
            source=Source.SBN,
            source_id="r-1",
            revision=1,
            reporter="venue:blue-door",
            category=Category.SPIKING,
            severity=3,
            help_needed=HelpNeeded.SAFE_PLACE,
            words_ref="words-1",
            body="b-1",
            **where,
        ),
        Triggered(source=Source.NOISE, source_id="t-1", camera="pall-mall", level_db=None, **where),
        Withdrawn(source=Source.SBN, source_id="r-1", revision=2, received_at=_AT_MS),
        FeedHeard(source=Source.NOISE, sensor="pall-mall", at=_AT_MS),
        Tick(at=_AT_MS, live=False),
        ReferenceAdopted(sha256="ab" * 32),
        FoldVersion(version=1),
        Seen(reports=("sbn:r-1", "nightstars:e-1"), by=Role.OPERATIONS, at=_AT_MS),
    )


def entries() -> tuple[Entry, ...]:
    """One entry of each fact, those from outside with their origin."""
    return tuple(
        Entry(fact=fact, origin=Origin(stream="sbn.ndjson", position=index, index=0) if index <= 4 else None)
        for index, fact in enumerate(facts(), start=1)
    )


def _with(record: Record, changes: dict[str, Any]) -> Record:
    known = {field.name for field in fields(record)}
    assert changes.keys() <= known, f"{sorted(changes.keys() - known)} are no fields of {type(record).__name__}"
    return replace(record, **changes)


def a_letter(**changes: Any) -> DeadLetter:
    """A refused row."""
    letter = DeadLetter(
        file="night.csv",
        line=7,
        position=6,
        source=Source.SBN,
        reason=Reason.BAD_NUMBER,
        field="severity",
        value="9",
        rule="must be a number from 1 to 4",
        raw=b"r1,0,new,9",
        header=b"report_id,revision,status,severity",
    )
    return replace(letter, **changes)
