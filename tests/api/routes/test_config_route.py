"""What a page is told to start, audience by audience."""

import pytest

from api.routes.config import config_for
from schemas.audiences import Audience, Role
from schemas.categories import Category, CategoryGroup
from tests.builders_http import Site

CONFIG = "/api/v1/config"


def test_nobody_gets_none(desk: Site) -> None:
    assert desk.ask("GET", CONFIG).status_code == 401


@pytest.mark.parametrize("role", Role)
def test_every_role_is_told_where_and_what_it_may_follow(role: Role, desk: Site) -> None:
    config = desk.ask("GET", CONFIG, headers=desk.as_role(role)).json()
    assert config["area"] == {
        "id": "westminster",
        "name": desk.services.area.name,
        "time_zone": "Europe/London",
        "borough": desk.services.area.borough,
    }
    assert config["topics"] == {
        Role.OPERATIONS: ["westminster/operations"],
        Role.LEAD: ["westminster/operations", "westminster/protect"],
        Role.BUSINESS: ["westminster/business/blue-door"],
        Role.HAVEN: ["westminster/haven/lamp-room"],
        Role.NIGHTSTARS: ["westminster/nightstars"],
        Role.GROUP: ["westminster/group"],
        Role.PROTECT: ["westminster/protect"],
        Role.SAFEGUARD: ["westminster/safeguard"],
    }.get(role, [])
    assert config["role"] == role.value
    assert (config["realm"], config["version"], config["speed"]) == ("replay-demo", "0.1.0", 60.0)


@pytest.mark.parametrize("role", Role)
def test_names_of_venues_teams_and_cameras_are_for_operations_and_the_lead(role: Role, desk: Site) -> None:
    config = config_for(
        desk.services,
        Audience(role=role, subject="no such subject"),
        "ws://localhost:8001/live",
    )
    sees = role in {Role.OPERATIONS, Role.LEAD}
    area = desk.services.area
    assert len(config.venues) == (len(area.venues) if sees else 0)
    assert len(config.cameras) == (len(area.cameras) if sees else 0)
    assert len(config.teams) == (len(area.teams) if sees else 0)
    assert set(config.venues_at) == set(config.venues)
    assert set(config.cameras_at) == set(config.cameras)
    assert len(config.wards) == 18


def test_a_business_and_a_team_get_their_own_name(desk: Site) -> None:
    area = desk.services.area
    venue, team = next(iter(area.venues)), next(iter(area.teams))
    business = config_for(desk.services, Audience(role=Role.BUSINESS, subject=venue), "")
    stars = config_for(desk.services, Audience(role=Role.NIGHTSTARS, subject=team), "")
    assert business.venues == {venue: area.venues[venue].name}
    assert stars.teams == {team: area.teams[team].name}
    assert not business.teams
    assert not stars.venues


def test_the_socket_has_the_name_that_the_page_was_opened_by(desk: Site) -> None:
    headers = desk.as_role(Role.OPERATIONS)
    by_name = desk.ask("GET", CONFIG, headers=headers).json()["push_url"]
    desk.origin = "http://127.0.0.1:8000"
    by_number = desk.ask("GET", CONFIG, headers=headers).json()["push_url"]
    assert (by_name, by_number) == ("ws://localhost:8001/live", "ws://127.0.0.1:8001/live")


def test_everything_has_a_name_and_every_group_its_own_letter(desk: Site) -> None:
    config = config_for(desk.services, Audience(role=Role.OPERATIONS), "")
    assert set(config.groups) == {group.value for group in CategoryGroup}
    assert set(config.categories) == {category.value for category in Category}
    assert len({words.letter for words in config.groups.values()}) == len(CategoryGroup)
    assert config.categories["asb"] == "Anti-social behaviour"
    assert config.categories["theft_from_person"] == "Theft from person"
    assert config.groups["womens_safety"].label == "Women's safety"
    assert (config.nights.weekdays, config.nights.opens, config.nights.closes) == (["fri", "sat"], "18:00", "06:00")


def test_positions_are_those_of_the_reference_files(desk: Site) -> None:
    config = desk.ask("GET", CONFIG, headers=desk.as_role(Role.OPERATIONS)).json()
    venue = desk.services.area.venues["blue-door"]
    assert config["venues_at"]["blue-door"] == {"lat": venue.lat, "lon": venue.lon}


def test_a_config_that_has_not_changed_is_not_sent_again(desk: Site) -> None:
    headers = desk.as_role(Role.OPERATIONS)
    etag = desk.ask("GET", CONFIG, headers=headers).headers["etag"]
    again = desk.ask("GET", CONFIG, headers={**headers, "If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
