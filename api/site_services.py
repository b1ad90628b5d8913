"""Everything that the HTTP side uses, put together: the same for the embedded desk and for a process of the API."""

from collections.abc import Callable

from api.auth.authenticator import Authenticator
from api.auth.disclosures import Disclosures
from api.auth.remembered import Remembered
from api.desk_side import DeskSide
from api.holdings import Holdings
from api.rates import Rates
from api.reads.sources import Sources
from api.reports.incoming import Incoming
from api.routes.services import Services
from api.site_settings import SiteSettings
from schemas.area import Area
from schemas.meters import Meters
from schemas.times import Instant


def site_services(
    area: Area,
    settings: SiteSettings,
    *,
    sources: Sources,
    authenticator: Authenticator,
    holdings: Holdings,
    meters: Meters,
    desk: DeskSide,
    incoming: Incoming,
    now: Callable[[], Instant],
    clock: Callable[[], float],
) -> Services:
    """The services of one area and realm."""
    return Services(
        area=area,
        realm=settings.realm,
        version=settings.version,
        speed=settings.speed,
        addresses=settings.addresses,
        authenticator=authenticator,
        now=now,
        holdings=holdings,
        disclosures=Disclosures(holdings.kept, now, holdings.incident, area),
        ready=desk.ready,
        meters=meters,
        pages=settings.pages,
        basemap=settings.basemap,
        sources=sources,
        remembered=Remembered(authenticator, holdings.kept.store.version, clock),
        rates=Rates(clock),
        incoming=incoming,
    )
