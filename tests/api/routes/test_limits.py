"""From where a request comes, as its limits know it."""

import pytest
from fastapi import Request

from api.routes.limits import place_of


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.3", "192.0.2.3"),
        ("2001:db8:1:2::7", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:ffff::", "2001:0db8:0001:0002"),
        ("2001:db8:1:3::7", "2001:0db8:0001:0003"),
        ("not an address", "not an address"),
    ],
)
def test_one_ipv6_subscriber_is_one_place(address: str, place: str) -> None:
    assert place_of(Request({"type": "http", "client": (address, 1)})) == place


def test_a_request_from_nowhere_has_a_place_too() -> None:
    assert place_of(Request({"type": "http", "client": None})) == ""
