"""The nights that benchmarks replay: five files as the vendors would have written them, read to the last row."""

import time
from pathlib import Path

from ingest.replaying import Nobody
from ingest.simulate.many import nights
from ingest.simulate.night import SOURCES
from schemas.reference import load_area
from streams.folder_run import engine_in_memory
from tests.benchmarks.figure import Clock
from tests.benchmarks.night_replay import memory_figure, replay, speed_figures
from tests.benchmarks.nights import FIRST, FOLDER, SEED, write_nights, written_nights


def test_each_feed_has_one_file_with_all_rows_of_all_nights(tmp_path: Path) -> None:
    write_nights(tmp_path, count=2, early=1)
    two = list(nights(load_area(), FIRST, 2, SEED))
    for name in SOURCES:
        rows = sum(night.files[name].count(b"\n") for night in two)
        headers_again = 0 if name.endswith(".ndjson") else 1
        assert (tmp_path / FOLDER / name).read_bytes().count(b"\n") == rows - headers_again


def test_files_that_are_there_are_not_written_again(tmp_path: Path) -> None:
    write_nights(tmp_path, count=1, early=1)
    before = (tmp_path / FOLDER / "sbn.ndjson").read_bytes()
    write_nights(tmp_path, count=1, early=1)
    assert (tmp_path / FOLDER / "sbn.ndjson").read_bytes() == before


def test_a_replay_counts_entries_without_ticks_and_reports_without_signs_of_life(tmp_path: Path) -> None:
    write_nights(tmp_path, count=2, early=1)
    area, about = load_area(), written_nights(tmp_path)
    engine = engine_in_memory(area, "replay-test", time.monotonic)
    played = replay(area, engine, about, Nobody(), Nobody())
    assert about.heartbeats > 0
    assert played.entries == played.reports + about.heartbeats
    assert played.entries < engine.journal.end
    assert engine.desk.nights.touched == 2
    assert played.early_mb > 0, "the first night was over before the second had begun"
    entries, reports = speed_figures(played, 1.0, Clock.WALL)
    assert 0 < reports.value < entries.value
    assert memory_figure(played, about).unit == "MB"
