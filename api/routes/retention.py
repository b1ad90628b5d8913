"""What is kept for how long and when what of it goes: `/api/v1/retention`."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends

from api.holdings import KeptFor
from api.routes.caller import caller_of
from api.routes.described_accounts import what_is_kept
from api.routes.services import Services
from schemas.audiences import Audience, Role
from schemas.retention import Held
from schemas.times import rfc3339

_SEE_COUNTS: Final = frozenset({Role.ADMIN, Role.DATAPROTECTION})
_ABOUT: Final = {
    Held.WORDS: "What somebody wrote in a report.",
    Held.DEAD_LETTERS: "Rows of a feed that were refused.",
    Held.REPORTS: "What was reported here, for its receipts; the words go sooner.",
    Held.HISTORY: "How the picture looked, to rewind a night.",
    Held.SESSIONS: "Sign-ins that are over, used links, and people who were removed.",
    Held.AUDIT: "Who did and read what, and what for.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptShown:
    """One kind of thing. `days` null: nothing goes yet. Counts are for the admin and data protection, else null.

    `goes_within_7_days` counts what goes then, `goes_next` is when the oldest goes that is not due yet.
    """

    what: Held
    about: str
    days: int | None
    since: str | None
    held: int | None
    goes_within_7_days: int | None
    goes_next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionShown:
    """Every kind of thing that goes by itself."""

    items: list[KeptShown]


def retention_routes(services: Services) -> APIRouter:
    """The one call, for whoever is signed in."""
    router = APIRouter(prefix="/api/v1", tags=["retention"])
    caller = caller_of(services.authenticator)

    @router.get("/retention", summary="What is kept for how long, and what goes when", **what_is_kept())
    def read_retention(audience: Annotated[Audience, Depends(caller)]) -> RetentionShown:
        shown = services.holdings.shown(counted=audience.role in _SEE_COUNTS)
        return RetentionShown(items=[_shown(one) for one in shown])

    return router


def _shown(one: KeptFor) -> KeptShown:
    count = one.count
    goes_next = None if count is None else count.goes_next
    return KeptShown(
        what=one.what,
        about=_ABOUT[one.what],
        days=one.days,
        since=None if one.since is None else one.since.isoformat(),
        held=None if count is None else count.held,
        goes_within_7_days=None if count is None else count.goes_soon,
        goes_next=None if goes_next is None else rfc3339(goes_next),
    )
