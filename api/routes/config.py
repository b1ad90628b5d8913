"""What a page needs to start, for whoever asks: `/api/v1/config`."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from api.reads.rows import encoded
from api.routes.basemap import BASEMAP
from api.routes.described import a_config
from api.routes.guards.host import host_of
from api.routes.reader import known_of
from api.routes.services import Services
from api.routes.validators import answered
from schemas.area import Area, Camera, Venue
from schemas.audiences import Audience, Role, may_follow, push_topic
from schemas.categories import Category, CategoryGroup

_LETTERS: Final = {
    CategoryGroup.VIOLENCE: "V",
    CategoryGroup.WOMENS_SAFETY: "W",
    CategoryGroup.PERSON_IN_NEED: "P",
    CategoryGroup.THEFT: "T",
    CategoryGroup.DRUGS: "D",
    CategoryGroup.FIRE: "F",
    CategoryGroup.NOISE: "N",
    CategoryGroup.OTHER: "O",
}
_SPELLED: Final = {
    "womens_safety": "Women's safety",
    "ask_for_angela": "Ask for Angela",
    "asb": "Anti-social behaviour",
}
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEE_NAMES: Final = frozenset({Role.OPERATIONS, Role.LEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaConfig:
    """The area; `borough` is what windows call all of it."""

    id: str
    name: str
    time_zone: str
    borough: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWords:
    """A category group's name and its letter on the map."""

    label: str
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightsConfig:
    """When operating nights are; local times, dates as YYYY-MM-DD."""

    weekdays: list[str]
    opens: str
    closes: str
    extra_dates: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """In degrees, WGS84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Names and positions by id. Venues, teams and cameras are for operations and the lead; others get their own alone.

    `basemap` is where streets, water and the outlines of wards and cells are.
    """

    area: AreaConfig
    realm: str
    version: str
    speed: float | None
    push_url: str
    topics: list[str]
    role: Role
    subject: str | None
    wards: dict[str, str]
    groups: dict[str, GroupWords]
    categories: dict[str, str]
    cameras: dict[str, str]
    venues: dict[str, str]
    teams: dict[str, str]
    nights: NightsConfig
    basemap: str
    cameras_at: dict[str, Position]
    venues_at: dict[str, Position]


def config_routes(services: Services) -> APIRouter:
    """The one call."""
    router = APIRouter(prefix="/api/v1", tags=["config"])
    known = known_of(services)

    @router.get("/config", summary="What a page needs to start", response_model=Config, **a_config())
    async def read_config(request: Request, audience: Annotated[Audience, Depends(known)]) -> Response:
        push_url = services.by_host[host_of(request.headers)].push
        return answered(request, encoded(config_for(services, audience, push_url)))

    return router


def config_for(services: Services, audience: Audience, push_url: str) -> Config:
    """The configuration of one audience, at one address of the server."""
    area = services.area
    return Config(
        area=AreaConfig(id=area.id, name=area.name, time_zone=area.time_zone, borough=area.borough),
        realm=services.realm,
        version=services.version,
        speed=services.speed,
        push_url=push_url,
        topics=_topics(area.id, audience),
        role=audience.role,
        subject=audience.subject,
        wards={ward.code: ward.name for ward in area.wards},
        groups={group.value: GroupWords(label=_words(group), letter=_LETTERS[group]) for group in CategoryGroup},
        categories={category.value: _words(category) for category in Category},
        cameras={id_: camera.name for id_, camera in area.cameras.items() if audience.role in _SEE_NAMES},
        venues={id_: venue.name for id_, venue in area.venues.items() if _knows(audience, Role.BUSINESS, id_)},
        teams={id_: team.name for id_, team in area.teams.items() if _knows(audience, Role.NIGHTSTARS, id_)},
        nights=_nights(area),
        basemap=BASEMAP,
        cameras_at={id_: _at(camera) for id_, camera in area.cameras.items() if audience.role in _SEE_NAMES},
        venues_at={id_: _at(venue) for id_, venue in area.venues.items() if _knows(audience, Role.BUSINESS, id_)},
    )


def _at(place: Camera | Venue) -> Position:
    return Position(lat=place.lat, lon=place.lon)


def _topics(area: str, audience: Audience) -> list[str]:
    """The topic of the audience first, then what else it may follow."""
    own = push_topic(area, audience)
    more = f"{area}/{Role.PROTECT}"
    topics = [] if own is None else [own]
    return [*topics, more] if more not in topics and may_follow(area, more, audience) else topics


def _knows(audience: Audience, whose: Role, subject: str) -> bool:
    return audience.role in _SEE_NAMES or audience == Audience(role=whose, subject=subject)


def _words(name: Category | CategoryGroup) -> str:
    return _SPELLED.get(name.value) or name.value.replace("_", " ").capitalize()


def _nights(area: Area) -> NightsConfig:
    rules = area.nights
    return NightsConfig(
        weekdays=[_WEEKDAYS[day] for day in rules.weekdays],
        opens=rules.opens.isoformat("minutes"),
        closes=rules.closes.isoformat("minutes"),
        extra_dates=[date.isoformat() for date in rules.extra_dates],
    )
