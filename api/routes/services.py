"""What the HTTP side is given: everything it uses and may not make or find by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from api.addresses import Address
from api.auth.authenticator import Authenticator
from api.auth.disclosures import Disclosures
from api.auth.remembered import Remembered
from api.holdings import Holdings
from api.rates import Rates
from api.reads.sources import Sources
from api.reports.incoming import Incoming
from schemas.area import Area
from schemas.meters import Meters
from schemas.times import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Values and callables of one running Nightdesk; `nightdesk.py` makes it.

    `ready` says whether requests should come here, and the reason when not. `speed` is how many times faster than the
    world a replay's clock runs. `now` is this machine's clock. `addresses` is never empty; a request for any other host
    is refused. `basemap` is the pack to draw; None: the schematic.
    """

    area: Area
    realm: str
    version: str
    speed: float | None = None
    addresses: tuple[Address, ...]
    authenticator: Authenticator
    now: Callable[[], Instant]
    holdings: Holdings
    disclosures: Disclosures
    ready: Callable[[], tuple[bool, str]]
    meters: Meters
    pages: Path
    sources: Sources
    remembered: Remembered
    rates: Rates
    incoming: Incoming
    basemap: Path | None = None
    by_host: dict[str, Address] = field(init=False)

    def __post_init__(self) -> None:
        """Index the addresses by host."""
        if not self.addresses:
            raise ValueError("addresses is empty: no request could ever be answered")
        object.__setattr__(self, "by_host", {address.host: address for address in self.addresses})
