"""Sign-in links: good once, for a quarter of an hour, and only until an operator came."""

from threading import Barrier, Thread

from api.auth.links import VALID_FOR
from schemas.audiences import Role
from tests.builders_auth import Accounts


def test_a_link_is_good_once(house: Accounts) -> None:
    token = house.token()
    assert house.links.use(token, house.clock()) is Role.OPERATIONS
    assert house.links.use(token, house.clock()) is None


def test_of_many_at_once_one_wins(house: Accounts) -> None:
    token, links, start = house.token(), house.links, Barrier(6)
    roles: list[Role | None] = []

    def use() -> None:
        start.wait()
        roles.append(links.use(token, house.clock()))

    threads = [Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(roles, key=str) == [None] * 5 + [Role.OPERATIONS]


def test_a_link_is_good_for_a_quarter_of_an_hour(house: Accounts) -> None:
    early, late = house.token(), house.token()
    house.clock.now += VALID_FOR - 1
    assert house.links.use(early, house.clock()) is not None
    house.clock.now += 1
    assert house.links.use(late, house.clock()) is None


def test_each_start_gives_a_link_until_an_operator_has_signed_in(house: Accounts) -> None:
    business = house.authenticator.sign_in({}, key=house.key(Role.BUSINESS), link=None)
    assert business is not None
    first, second = house.links.first_run(house.clock()), house.links.first_run(house.clock())
    assert first is not None
    assert second is not None
    assert first != second
    assert house.authenticator.sign_in({}, key=None, link=first.partition("=")[2]) is not None
    assert house.links.first_run(house.clock()) is None


def test_the_secret_stands_in_the_fragment(house: Accounts) -> None:
    path = house.links.make(house.clock())
    assert path.startswith("/sign-in#token=")
    assert "?" not in path
