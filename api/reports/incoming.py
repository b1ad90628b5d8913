"""What comes in by HTTP and all it needs: the outbox, what it saved, the desk, and whoever reads files."""

from dataclasses import dataclass
from typing import Final

from api.record.kept import Kept
from api.record.reports import SavedReport, SavedReports
from api.reports.outbox import Outbox
from api.reports.ports import DeskPort, Upload
from api.reports.receipts import Receipt, receipt_of, report_key

JUDGED_WITHIN_S: Final = 2.0
"""What the desk has not judged by then is answered as saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One running Nightdesk's. `passes` is what the desk refuses with and may take later."""

    outbox: Outbox
    saved: SavedReports
    desk: DeskPort
    upload: Upload
    passes: tuple[type[Exception], ...]

    def receipt(self, revisions: list[SavedReport]) -> Receipt:
        """The receipt of a report with all its revisions."""
        return receipt_of(revisions, self.desk.standing(report_key(revisions[-1].record)))


def incoming_of(
    kept: Kept, desk: DeskPort, upload: Upload, *, passes: tuple[type[Exception], ...], gather_s: float = 0.0
) -> Incoming:
    """All of it over one kept.db; its outbox is not started, and gathers what is said for so long."""
    saved = SavedReports(kept)
    return Incoming(
        outbox=Outbox(saved, desk, passes=passes, gather_s=gather_s),
        saved=saved,
        desk=desk,
        upload=upload,
        passes=passes,
    )
