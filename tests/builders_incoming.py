"""What comes in by HTTP, over a desk of a test's own or one that is never started."""

from functools import cache

from api.record.kept import Kept
from api.record.safekeeping import Safekeeping
from api.reports.incoming import Incoming, incoming_of
from ingest.desk_port import DeskPort
from ingest.uploading import Uploads
from streams.kept_desk import AreaStopped
from streams.owner import PATIENT_WITH, DeskBusy, Owner
from tests.simulation.engines import House

PASSES = (*PATIENT_WITH, DeskBusy, AreaStopped)


def uploads_of(kept: Kept, owner: Owner) -> Uploads:
    """A reader of posted files over a desk."""
    keeper = Safekeeping(kept, owner.time)
    port = DeskPort(
        area=owner.engine.area, submit=owner.submit, known=owner.engine.journal.position, clock=owner.desk_clock,
        keeper=keeper, words=keeper.words, count=lambda *_: None,
    )  # fmt: skip
    return Uploads(port, judge=owner.submit_and_judge, now=owner.time)


@cache
def idle_owner() -> Owner:
    """A desk that is never started, for tests to whom it is nothing."""
    desk = House()
    return Owner(desk.engine, desk.policy, now=lambda: 0, clock=lambda: 0.0, virtual=False)


def nobody_comes(kept: Kept) -> Incoming:
    """For a site that nobody reports to."""
    owner = idle_owner()
    return incoming_of(kept, owner, uploads_of(kept, owner), passes=PASSES)
