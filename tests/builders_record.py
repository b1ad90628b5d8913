"""Changes with defaults, for tests of the record."""

from schemas.categories import Category, CategoryGroup
from schemas.feeds import Source
from schemas.picture import Change, Incident, IncidentStatus, Kind, Member, Window
from schemas.times import Instant, moment

SATURDAY = 1_778_972_400_000
"""2026-05-16T23:00:00Z."""


def incident(name: str = "sbn:1:0", *, at: Instant = SATURDAY, reports: int = 1) -> Incident:
    """An open theft with one member."""
    member = Member(
        id=name,
        source=Source.SBN,
        reporter="venue:blue-door",
        category=Category.THEFT,
        severity=2,
        at=moment(at),
        received_at=moment(at + 1_500),
        lat=51.5117,
        lon=-0.1325,
    )
    return Incident(
        id=name,
        category=Category.THEFT,
        category_group=CategoryGroup.THEFT,
        severity=2,
        at=moment(at),
        last_at=moment(at),
        lat=51.5117,
        lon=-0.1325,
        ward="E05013808",
        cell="89195da49c3ffff",
        night="2026-05-16",
        sources=(Source.SBN,),
        reporters=("venue:blue-door",),
        reports=reports,
        status=IncidentStatus.OPEN,
        late=False,
        outside_wards=False,
        limit_m=30,
        limit_s=600,
        members=(member,),
    )


def window(count: int = 1, *, place: str = "E05013808", at: Instant = SATURDAY) -> Window:
    """Thefts of the last hour in a ward."""
    return Window(
        place=place,
        category_group=CategoryGroup.THEFT,
        span_minutes=60,
        count=count,
        expected=None,
        night="2026-05-16",
        ends_at=moment(at),
    )


def change(
    record: Incident | Window | None,
    *,
    key: str = "a",
    kind: Kind = Kind.INCIDENTS,
    offset: int = 0,
    index: int = 0,
    at: Instant = SATURDAY,
    live: bool = True,
) -> Change:
    """One output of the desk."""
    return Change(kind=kind, key=key, offset=offset, index=index, at=at, record=record, live=live)
