"""Refusing what comes too often, with how long to wait; and from where a request comes."""

from ipaddress import IPv6Address, ip_address
from math import ceil

from fastapi import Request

from api.rates import Rate, Rates
from api.routes.problems import Reason, Refused


def limit(rates: Rates, name: str, rate: Rate, cost: int = 1, reason: Reason = Reason.TOO_OFTEN) -> None:
    """Take from a bucket, or refuse with how long to wait."""
    wait_s = rates.wait_s(name, rate, cost)
    if wait_s:
        seconds = max(1, ceil(wait_s))
        raise Refused(reason, f"Try again in {seconds} s.", {"Retry-After": str(seconds)})


def place_of(request: Request) -> str:
    """The address that a request comes from; an IPv6 subscriber has a whole /64, so that is one place."""
    address = request.client.host if request.client else ""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or parsed.exploded[:19])
    return address
