"""The golden frames are current, keep the schema, and fold to a fresh snapshot; the page folds the same files."""

from functools import reduce
from pathlib import Path

import jsonschema
import orjson
import pytest

from tests.builders_client import Picture, apply_frame
from tests.contracts.golden_writer import FOLDER, Golden, golden_of, goldens

SCHEMA = orjson.loads((Path(__file__).parents[2] / "schemas" / "json" / "frames.json").read_bytes())
GOLDENS = list(goldens())
NAMES = [path.stem for path, _ in GOLDENS]


@pytest.mark.parametrize(("path", "golden"), GOLDENS, ids=NAMES)
def test_a_file_is_what_would_be_written_now(path: Path, golden: Golden) -> None:
    assert path.read_bytes() == golden.as_json(), "if that is meant: python -m tests.contracts.golden_writer"


@pytest.mark.parametrize("path", [path for path, _ in GOLDENS], ids=NAMES)
def test_its_frames_fold_to_the_fresh_snapshot(path: Path) -> None:
    frames, want = golden_of(path.read_bytes())
    picture = reduce(apply_frame, frames, Picture())
    assert {"state": picture.state, "e": picture.e, "s": picture.s} == want
    assert picture.standing == "following"


@pytest.mark.parametrize("path", [path for path, _ in GOLDENS], ids=NAMES)
def test_its_frames_keep_the_schema(path: Path) -> None:
    for frame in golden_of(path.read_bytes())[0]:
        jsonschema.validate(frame, SCHEMA)


def test_there_is_no_file_that_nothing_writes() -> None:
    assert sorted(file.stem for file in FOLDER.iterdir()) == sorted(NAMES)
