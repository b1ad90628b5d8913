"""Seeing: when somebody first opened the incident that a report was in. It belongs to the report, not to the incident.

So it outlives a correction, a withdrawal and every other fusion, and a report that joins later is still unseen.
"""

from typing import TYPE_CHECKING

from schemas.journal import Seen
from schemas.picture import Kind

if TYPE_CHECKING:
    from streams.core.desk import Desk


def see(desk: "Desk", seen: Seen) -> None:
    """Each of these reports that nobody had seen is seen, for ever; one that is not known is nobody's."""
    changed: dict[str, None] = {}
    for key in seen.reports:
        report = desk.reports.known.get(key)
        if report is None or report.seen_at is not None:
            continue
        report.seen_at = seen.at
        desk.ledger_changes += 1
        if report.sighting is not None:
            changed[report.sighting.incident] = None
    for id_ in changed:
        incident = desk.incidents.known[id_]
        incident.packed = None
        (desk.changes.now if incident.placement.live else desk.changes.gone)(Kind.INCIDENTS, id_)
