"""What a request calls this server."""

from collections.abc import Mapping


def host_of(headers: Mapping[str, str]) -> str:
    """The Host header in lower case, empty when there is none."""
    return headers.get("host", "").lower()
