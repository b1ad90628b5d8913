"""Where a server can be reached: the pages' origins, and for each where its live socket is."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_HERE: Final = {"127.0.0.1": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::1": "[::1]", "::": "[::1]"}  # noqa: S104
"""What listens everywhere is known by this machine's own names; for others there is the public origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One way to reach this server: the page's origin, and where a page opened there finds the live socket.

    `page` is `http(s)://host[:port]`, no port where it is the usual one; `push` is `ws(s)://host[:port]/live`.
    """

    page: str
    push: str

    @property
    def host(self) -> str:
        """What a browser sends as Host."""
        return urlsplit(self.page).netloc.lower()

    @property
    def push_origin(self) -> str:
        """What the page may connect to."""
        return self.push.removesuffix(urlsplit(self.push).path)


def addresses_of(*, host: str, port: int, push_port: int, public_origin: str | None) -> tuple[Address, ...]:
    """The address to tell people first; a request for any that is not here is refused."""
    local = tuple(_local(name, port, push_port) for name in _names(host))
    if public_origin is None:
        return local
    return (Address(page=public_origin, push=public_origin.replace("http", "ws", 1) + "/live"), *local)


def _local(name: str, port: int, push_port: int) -> Address:
    """Without a proxy; a page opened by one name finds its socket by the same name."""
    page = f"http://{name}" if port == 80 else f"http://{name}:{port}"
    return Address(page=page, push=f"ws://{name}:{push_port}/live")


def _names(host: str) -> tuple[str, ...]:
    """As browsers write them."""
    here = _HERE.get(host)
    if here is not None:
        return here, "localhost"
    return (f"[{host}]" if ":" in host else host.lower(),)
