"""Where a site listens, and as what it is known."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from api.addresses import Address, addresses_of
from schemas.settings import Settings

PAGES: Final = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The same for every role that people talk to."""

    realm: str
    host: str
    port: int
    push_port: int
    public_origin: str | None
    pages: Path
    basemap: Path | None
    version: str
    speed: float | None

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where its pages are, the best first."""
        return addresses_of(host=self.host, port=self.port, push_port=self.push_port, public_origin=self.public_origin)

    @property
    def is_secure(self) -> bool:
        """Whether its pages are reached by TLS, so that cookies may be sent by nothing else."""
        return any(address.page.startswith("https:") for address in self.addresses)

    @classmethod
    def of(cls, settings: Settings, *, realm: str, version: str, speed: float | None) -> Self:
        """A site's settings from the process's own."""
        return cls(
            realm=realm,
            host=settings.host,
            port=settings.port,
            push_port=settings.push_port,
            public_origin=settings.public_origin,
            pages=PAGES,
            basemap=settings.basemap,
            version=version,
            speed=speed,
        )
