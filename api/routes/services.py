"""What the HTTP side is given: everything it uses and may not make or find by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from api.auth.attempts import Attempts
from api.auth.authenticator import Authenticator
from api.metrics import Meters
from schemas.area import Area


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


def local_addresses(hosts: tuple[str, ...], port: int, push_port: int) -> tuple[Address, ...]:
    """The addresses of a server without a proxy; a page opened by one name finds its socket by the same name."""
    return tuple(
        Address(page=f"http://{host}" if port == 80 else f"http://{host}:{port}", push=f"ws://{host}:{push_port}/live")
        for host in hosts
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Values and callables of one running Nightdesk; `nightdesk.py` makes it.

    `ready` says whether requests should come here, and the reason when not. `speed` is how many times faster than the
    world a replay's clock runs. `addresses` is never empty; a request for any other host is refused.
    """

    area: Area
    realm: str
    version: str
    speed: float | None = None
    addresses: tuple[Address, ...]
    authenticator: Authenticator
    attempts: Attempts
    ready: Callable[[], tuple[bool, str]]
    meters: Meters
    pages: Path
    by_host: dict[str, Address] = field(init=False)

    def __post_init__(self) -> None:
        """Index the addresses by host."""
        if not self.addresses:
            raise ValueError("addresses is empty: no request could ever be answered")
        object.__setattr__(self, "by_host", {address.host: address for address in self.addresses})
