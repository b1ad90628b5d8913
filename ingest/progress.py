"""How far a reader has come, shown on a terminal while it reads; nothing where nobody looks."""

import sys
from collections.abc import Iterator

from ingest.feeding import Records, Tally


def shown(batches: Iterator[Records], tally: Tally) -> Iterator[Records]:
    """The same batches, and on standard error, where that is a terminal, how many rows were read and how fast."""
    if not sys.stderr.isatty():
        yield from batches
        return
    from rich.console import Console  # noqa: PLC0415 - a tenth of a second that only a terminal has to pay
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = SpinnerColumn(), TextColumn("{task.completed:,.0f} rows read"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("read", total=None)
        for records in batches:
            yield records
            progress.update(task, completed=tally.read)
