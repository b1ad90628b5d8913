"""What the reading routes share: the lists, the shapes, the threads, and the refusals that reading can end in."""

from collections.abc import Callable
from typing import TypeVar

from api.reads.cursors import BadCursor
from api.reads.geojson import Shapes
from api.reads.pages import Lists, NotShown, Question
from api.reads.pool import Pool, TooBusy
from api.reads.rows import Row
from api.reads.sources import Asker
from api.routes.problems import Reason, Refused
from api.routes.queries import ListQuery, night_on, question_of
from api.routes.services import Services
from schemas.night import NightCalendar, OperatingNight
from schemas.picture import Kind

Answer = TypeVar("Answer")


class Reading:
    """One site's reading, in the loop's thread."""

    def __init__(self, services: Services) -> None:
        self.sources = services.sources
        self.lists = Lists(services.sources)
        self.shapes = Shapes(services.area)
        self._pool = Pool()
        self._calendar = NightCalendar(services.area.nights)

    async def away(self, read: Callable[[], Answer]) -> Answer:
        """A read of the record, away from the loop; Refused where too many wait."""
        try:
            return await self._pool.run(read)
        except TooBusy:
            raise Refused(
                Reason.NOT_NOW, "Too many read at once. Try again in a second.", {"Retry-After": "1"}
            ) from None

    def live(self, asker: Asker, kind: Kind) -> tuple[list[Row], str]:
        """What the reader's topic shows now; Refused for who has none, and while the desk restores."""
        if asker.topic is None:
            raise Refused(Reason.NOT_ALLOWED, f"No list is shown to the role {asker.audience.role}.")
        try:
            return self.lists.live(asker, kind)
        except NotShown:
            detail = "The desk is catching up. Try again in a few seconds."
            raise Refused(Reason.NOT_NOW, detail, {"Retry-After": "5"}) from None

    def question(self, kind: Kind, query: ListQuery, asker: Asker) -> Question:
        """What a query asks; Refused for a cursor that is not of it."""
        try:
            return question_of(kind, query, str(asker.topic), self.night)
        except BadCursor as error:
            raise _broken("cursor", str(error)) from None

    def night(self, evening: str) -> OperatingNight:
        """The night of an evening; Refused where none opens."""
        found = night_on(self._calendar, evening)
        if found is None:
            raise _broken("night", f"no night opens on {evening}")
        return found


def _broken(field: str, rule: str) -> Refused:
    return Refused(Reason.NOT_UNDERSTOOD, f"{field}: {rule}.")
