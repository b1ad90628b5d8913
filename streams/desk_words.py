"""What the desk says of itself: that the clock was set back, and how it was restored."""

from typing import Final

from schemas.log import log_of
from schemas.times import Instant, rfc3339
from streams.alarm import LOST
from streams.restore import Restored

TAIL_LOST: Final = f"{LOST} Whoever runs the desk finds what to do in the worker's log."
_log: Final = log_of("desk")


def set_back(now: Instant, clock: Instant) -> str:
    """In plain words: the wall clock is behind the journal."""
    return (
        f"This machine's clock says {rfc3339(now)}, but the journal was already at {rfc3339(clock)}. Set the clock."
        " The desk's time stands still until then; what comes in is taken, and nothing is lost."
    )


def what_to_do(name: str, end: int) -> str:
    """For the worker's log: what to do about a journal on Kafka that lost its end."""
    return (
        f"The journal {name} ends at entry {end}, and more had been written. To get back what is missing, put the files"
        " of inbox/done that arrived shortly before into the inbox again: rows that the journal holds are not counted"
        " twice. Then restart this worker: the desk says it until somebody has."
    )


def say_restored(restored: Restored) -> None:
    """Into the log: how the desk came to where it is."""
    for passed in restored.passed_over:
        _log.warning("%s", passed.text)
    start = f"the snapshot at entry {restored.from_snapshot}" if restored.from_snapshot else "the first entry"
    _log.info(
        "Restored: %d entries folded from %s on, to entry %d; %d left out",
        restored.folded, start, restored.next_offset, len(restored.skipped),
    )  # fmt: skip
