"""Which device a session is on, in words that its owner knows: only the kind, never the whole User-Agent."""

from typing import Final

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("OPR", "Opera"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android")),
    *(("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")),
)


def device_of(user_agent: str) -> str:
    """`Firefox on Android`, or what of it can be told."""
    browser = _first(_BROWSERS, user_agent) or "A program"
    system = _first(_SYSTEMS, user_agent)
    return browser if system is None else f"{browser} on {system}"


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((word for mark, word in known if mark in user_agent), None)
