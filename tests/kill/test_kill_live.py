"""A live desk that is killed: files dropped meanwhile, or half read, are read once it is back, each row once."""

import asyncio
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Final

import orjson
import pytest

from schemas.journal import Reported
from schemas.realms import LIVE
from schemas.reference import load_area
from streams.core.desk import FOLD_VERSION
from streams.core.digest import digest
from streams.restore import refold, restore
from streams.sqlite_journal import SqliteJournal
from streams.sqlite_snapshots import SqliteSnapshots
from tests.builders_running import run, sbn_file, sbn_report
from tests.kill.harness import Desk, drawn

FILES: Final = 6
ROWS: Final = 300
VENUES: Final = sorted(load_area().venues)


@pytest.mark.server
@pytest.mark.timeout(200)
def test_files_dropped_while_it_is_dead_are_read_once(tmp_path: Path) -> None:
    rng = drawn()
    desk = Desk(tmp_path)

    async def live() -> int:
        desk.start()
        await desk.until(lambda: desk.starts() > 0, "start")
        for number in range(FILES):
            _drop(desk, number)
            if number % 2:
                half = desk.written("journal.db")[0] + ROWS * 100
                await desk.until(lambda half=half: desk.written("journal.db")[0] > half, "a growing journal")  # type: ignore[misc]
                await asyncio.sleep(rng.uniform(0.0, 0.3))
                await desk.kill()
                _drop(desk, FILES + number)
                desk.start()
        await desk.until(lambda: len(list((desk.data / "inbox" / "done").iterdir())) == FILES + FILES // 2, "all done")
        return await desk.stop()

    try:
        assert asyncio.run(live()) == 0
    finally:
        if desk.process is not None:
            asyncio.run(desk.kill())
    _every_row_stands_once(desk.data, FILES + FILES // 2)


def _drop(desk: Desk, number: int) -> None:
    """A file of reports from many doors."""
    numbers = range(number * ROWS, (number + 1) * ROWS)
    now = round(time.time())
    rows = (
        sbn_report(
            row,
            time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 30 * row)),
            venue_id=VENUES[row % len(VENUES)],
        )
        for row in numbers
    )
    sbn_file(desk.data / "inbox", f"f{number}", *rows)


def _every_row_stands_once(data: Path, files: int) -> None:
    area = load_area()
    with closing(SqliteJournal(data / "journal.db", realm=LIVE.name, area=area.id)) as journal:
        facts = [entry.fact for _, entry in journal.read() if isinstance(entry.fact, Reported)]
        times = Counter(fact.source_id for fact in facts)
        assert times == {f"r{row}": 1 for row in _rows(files)}
        whole = refold(journal, area.borough)
        found = SqliteSnapshots(data / "snapshots.db", realm=LIVE.name, area=area.id, fold_version=FOLD_VERSION)
        with closing(found) as snapshots:
            restored = restore(journal, snapshots, area.borough, lambda _: None)
    assert digest(restored.desk) == digest(whole)
    code, out, _ = run("digest", "--data", str(data), "--json")
    assert (code, orjson.loads(out)["digest"]) == (0, digest(whole))


def _rows(files: int) -> list[int]:
    dropped = [*range(FILES), *(FILES + number for number in range(FILES) if number % 2)]
    assert len(dropped) == files
    return [number * ROWS + row for number in dropped for row in range(ROWS)]
