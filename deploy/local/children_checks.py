"""What `nightdesk doctor` looks at in the processes of a Kafka engine on this machine."""

from collections.abc import Iterator
from typing import Final

from deploy.local.status import ChildState, ChildStatus, read_status
from schemas.checks import Check
from schemas.command_line import SERVICES, VARIABLES_FILE
from schemas.settings import Settings
from schemas.times import rfc3339

_COMING: Final = (ChildState.WAITING, ChildState.STARTING)
_LOOK: Final = "Look at what it said last in the log of nightdesk up"


def children_checks(settings: Settings) -> Iterator[Check]:
    """Each child; where none is supervised, how to start the engine; nothing where the folder has no services."""
    folder = settings.data / SERVICES
    if not (folder / VARIABLES_FILE).exists():
        return
    status = read_status(folder)
    if status is None:
        do = f"Start it: nightdesk up --engine kafka --data {settings.data}"
        yield Check(what="Engine", ok=False, found=f"nothing runs in {settings.data}", do=do)
        return
    yield from map(_child, status)


def _child(child: ChildStatus) -> Check:
    found = f"{child.state.replace('_', ' ')} since {rfc3339(child.since)}"
    if child.restarts:
        times = "once" if child.restarts == 1 else f"{child.restarts} times"
        found += f", started again {times}, last time it {child.last_exit}"
    is_ready = child.state is ChildState.READY
    return Check(
        what=f"Process {child.name}", ok=is_ready, found=found, do="" if is_ready else _LOOK,
        is_grave=child.state not in _COMING,
    )  # fmt: skip
