"""A clock that was set back an hour: the desk says so, takes what comes in, and nothing is lost."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.reference import load_area
from schemas.times import HOUR
from streams.folder import DataFolder
from streams.folder_run import FolderRun
from streams.restore import Told
from tests.builders_running import key_of, running, sbn_file, sbn_report, until

pytestmark = pytest.mark.server


def written_an_hour_ahead(data: Path) -> None:
    """A folder whose journal was at an hour from now, as when the machine's clock was right then and is not now."""
    ahead = time.time_ns() // 1_000_000 + HOUR
    area = load_area()
    with DataFolder(data, realm="live", area=area.id, now=ahead) as folder, FolderRun(folder) as run:
        engine = run.engine(area, lambda _changes: Told.SAFE, time.monotonic)
        engine.open(area.policy)
        engine.tick(ahead, live=True)


def test_the_desk_says_that_the_clock_was_set_back_and_goes_on_taking_reports(tmp_path: Path) -> None:
    written_an_hour_ahead(tmp_path)
    key = key_of(tmp_path)
    with running(tmp_path) as desk:
        until(lambda: "not ready: This machine's clock says 20" in desk.readyz()[1], "the clock is said")
        status, said = desk.readyz()
        assert status == 503
        assert "Set the clock." in said
        assert "nothing is lost" in said
        beat = desk.heartbeat(key)
        assert beat["desk"] == "catching_up"
        assert beat["why"].startswith("This machine's clock says 20")
        sbn_file(tmp_path / "inbox", "reports", sbn_report(1, datetime.now(UTC).isoformat()))
        until(lambda: len(desk.picture(key)["incidents"]) == 1, "the report is taken")
        assert desk.readyz()[0] == 503, "a batch that was taken does not hide the clock"
        code, _, err = desk.stop()
    assert code == 0
    assert err.count("error clock: This machine's clock says") == 1
