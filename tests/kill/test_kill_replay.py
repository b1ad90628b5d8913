"""A replay that is killed and run again with the same folder ends as one that never was."""

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson
import pytest

from streams.folder import read_mark
from streams.sqlite_journal import SqliteJournal
from tests.builders_running import ROOT, environment, nightdesk, run, sbn_report
from tests.kill.harness import drawn

ROWS: Final = 6_000
FIRST_DAY: Final = 1_767_225_600
"""2026-01-01T00:00:00Z."""
KILLS: Final = 3
WITHIN_S: Final = 60.0


@pytest.mark.server
@pytest.mark.timeout(200)
def test_killed_and_run_again_it_counts_every_row_once(tmp_path: Path) -> None:
    rng = drawn()
    file = _reports(tmp_path / "reports.ndjson", rng)
    whole = _replayed(file, tmp_path / "whole")
    data = tmp_path / "killed"
    ends = [_killed(file, data, rng) for _ in range(KILLS)]
    assert any(0 < end < whole["entries"] for end in ends), f"no kill fell into the middle: {ends}"
    again = _replayed(file, data)
    assert _counts(again) == _counts(whole)
    assert _counts(_replayed(file, data)) == _counts(whole), "run once more, nothing is counted twice"
    assert _counts(_replayed(file, None)) == _counts(whole), "in memory it is the same"
    assert max(_times_written(data).values()) == 1
    assert _times_written(data) == _times_written(tmp_path / "whole")
    code, out, _ = run("digest", "--data", str(data), "--json")
    assert (code, orjson.loads(out)["digest"]) == (0, whole["digest"])


def _reports(file: Path, rng: Random) -> Path:
    """Reports of some weeks, with duplicates, corrections, withdrawals, bad rows, and rows of elsewhere."""
    with file.open("wb") as out:
        out.writelines(orjson.dumps(row) + b"\n" for row in _rows(rng))
    return file


def _rows(rng: Random) -> Iterator[dict[str, object]]:
    for number in range(ROWS):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(FIRST_DAY + number * 350 + rng.randrange(300)))
        row = sbn_report(number, at)
        yield row
        match rng.randrange(12):
            case 0:
                yield row
            case 1:
                yield row | {"revision": 1, "status": "corrected", "severity": 3}
            case 2:
                yield {"report_id": f"r{number}", "revision": 1, "status": "withdrawn", "reported_at": at}
            case 3:
                yield row | {"report_id": f"b{number}", "venue_id": "no-such-door"}
            case 4:
                yield row | {"report_id": f"o{number}", "latitude": 48.85, "longitude": 2.35}


def _command(file: Path, data: Path | None) -> list[str]:
    where = [] if data is None else ["--engine", "embedded", "--data", str(data)]
    return ["replay", "sbn", str(file), *where, "--json"]


def _replayed(file: Path, data: Path | None) -> dict[str, Any]:
    code, out, err = run(*_command(file, data))
    assert code == 0, err
    found: dict[str, Any] = orjson.loads(out.splitlines()[-1])
    return found


def _counts(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in ("elapsed_s", "entries_per_s")}


def _killed(file: Path, data: Path, rng: Random) -> int:
    """Start the replay and kill it once its journal has grown by so much; how many entries stand there then."""
    grown = _size(data) + rng.randrange(50_000, 700_000)
    command, turn = nightdesk(*_command(file, data)), threading.Event()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        ends = time.monotonic() + WITHIN_S
        while _size(data) < grown and process.poll() is None:
            assert time.monotonic() < ends
            turn.wait(0.001)
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()
    with closing(_journal(data)) as journal:
        return sum(1 for _, entry in journal.read() if entry.origin is not None)


def _size(data: Path) -> int:
    return sum(path.stat().st_size for path in data.glob("journal.db*") if not path.name.endswith("-shm"))


def _journal(data: Path) -> SqliteJournal:
    mark = read_mark(data)
    assert mark is not None
    return SqliteJournal(data / "journal.db", realm=mark.realm, area=mark.area)


def _times_written(data: Path) -> Counter[tuple[str, int]]:
    with closing(_journal(data)) as journal:
        origins = (entry.origin for _, entry in journal.read())
        return Counter((origin.stream, origin.position) for origin in origins if origin is not None)
