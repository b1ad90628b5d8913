"""Huge files in constant memory: a process of its own reads one and says how much it grew."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders_ingest import LFB_2017, RAW_EXPORT, SBN, lfb_row, sbn_object, sbn_row

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="a process's peak memory is read from Linux's /proc"
)
ROOT = Path(__file__).resolve().parents[2]
MB = 1_000_000
GROWTH_MB_MAX = 20
CHILD = """
import json, re, sys
from collections import Counter
from pathlib import Path
from ingest.merge import merged
from ingest.outcomes import SourceUnreadable
from ingest.reading import read, stream_name
from schemas.feeds import Source
from tests.builders_area import an_area

class Nowhere:
    def keep(self, ref, owner, text):
        pass

def peak_mb():  # of this program alone: getrusage also counts what its parent had
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1000

source, path, is_merged = Source(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "merged"
list(read(source, Path(sys.argv[4]), an_area(), words=Nowhere()))
before, counts, why = peak_mb(), Counter(), None
stream_name(path)
rows = read(source, path, an_area(), words=Nowhere())
try:
    for outcome in merged([rows]) if is_merged else rows:
        counts[type(outcome).__name__] += 1
except SourceUnreadable as error:
    why = error.why
print(json.dumps({"grew_mb": peak_mb() - before, "counts": counts, "why": why}))
"""


def measured(source: str, path: Path, small: Path, how: str = "plain") -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, source, str(path), how, str(small)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=3_000,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def write_many(path: Path, head: bytes, rows: list[bytes], size: int, tail: bytes = b"") -> int:
    """A file of at least `size` bytes; how many rows it has."""
    block = b"".join(rows)
    times = size // len(block) + 1
    with path.open("wb") as file:
        file.write(head)
        for _ in range(times):
            file.write(block)
        file.write(tail)
    return times * len(rows)


def numbered_lfb(count: int) -> list[bytes]:
    return [(lfb_row(incident_number=f"{number:06}") + "\n").encode() for number in range(count)]


def test_a_file_of_64_mb_is_read_in_constant_memory(tmp_path: Path) -> None:
    small, big = tmp_path / "small.csv", tmp_path / "big.csv"
    head = LFB_2017.encode() + b"\n"
    write_many(small, head, numbered_lfb(100), 1)
    rows = write_many(big, head, numbered_lfb(2_000), 64 * MB)
    found = measured("lfb", big, small)
    assert found["counts"] == {"Read": rows}
    assert float(str(found["grew_mb"])) < GROWTH_MB_MAX


def test_64_mb_without_a_line_end_and_without_a_closing_quote(tmp_path: Path) -> None:
    small = tmp_path / "small.csv"
    write_many(small, SBN.encode() + b"\n", [sbn_row().encode() + b"\n"], 1)
    for name, filler in (("line.csv", b"x" * 65_536), ("quote.csv", b'"' + b"y" * 65_000)):
        path = tmp_path / name
        write_many(path, SBN.encode() + b"\n", [filler], 64 * MB, tail=b"\n")
        found = measured("sbn", path, small)
        assert found["counts"] == {"DeadLetter": 1}
        assert float(str(found["grew_mb"])) < GROWTH_MB_MAX


def test_a_json_array_of_64_mb_and_one_element_of_64_mb(tmp_path: Path) -> None:
    small, many, one = tmp_path / "small.json", tmp_path / "many.json", tmp_path / "one.json"
    small.write_bytes(sbn_object())
    rows = write_many(many, b"[" + sbn_object(), [b"," + sbn_object(words="w" * 2_000)], 64 * MB, tail=b"]")
    found = measured("sbn", many, small)
    assert found["counts"] == {"Read": rows + 1}
    assert float(str(found["grew_mb"])) < GROWTH_MB_MAX
    write_many(one, b'[{"report_id": "', [b"z" * 65_536], 64 * MB, tail=b'"}]')
    found = measured("sbn", one, small)
    assert found["counts"] == {"DeadLetter": 1}
    assert float(str(found["grew_mb"])) < GROWTH_MB_MAX


def test_a_file_out_of_order_is_sorted_in_bounded_memory(tmp_path: Path) -> None:
    small, big = tmp_path / "small.csv", tmp_path / "big.csv"
    head = LFB_2017.encode() + b"\n"
    backwards = [
        (lfb_row(date_of_call=f"{2020 - n // 336}-{12 - n // 28 % 12:02}-{28 - n % 28:02}") + "\n").encode()
        for n in range(3_360)
    ]
    write_many(small, head, backwards[:10], 1)
    rows = write_many(big, head, backwards, 30 * MB)
    found = measured("lfb", big, small, "merged")
    assert found["counts"] == {"Read": rows}
    assert float(str(found["grew_mb"])) < 6 * GROWTH_MB_MAX


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_a_file_of_2_gb_is_read_in_constant_memory(tmp_path: Path) -> None:
    small, big = tmp_path / "small.csv", tmp_path / "big.csv"
    head = RAW_EXPORT.encode() + b"\n"
    rows = [
        f"255440;Pall Mall 01;16/05/2026 23:{n // 60 % 60:02}:{n % 60:02}.418;16;;0;%;Unsupported;\n".encode()
        for n in range(3_600)
    ]
    write_many(small, head, rows[:10], 1)
    expected = write_many(big, head, rows, 2_000 * MB)
    found = measured("noise", big, small)
    assert found["counts"] == {"Read": expected}
    assert float(str(found["grew_mb"])) < GROWTH_MB_MAX
