"""Workers' names: one a process, the same when it comes back, and never two's at once."""

from pathlib import Path

import pytest

from streams.instance import INSTANCES_MAX, Instance, NoInstance


def test_a_name_comes_back_with_its_folder_and_no_two_have_one(tmp_path: Path) -> None:
    one, two, elsewhere = Instance(tmp_path), Instance(tmp_path), Instance(tmp_path / "other")
    assert len({one.name, two.name, elsewhere.name}) == 3
    name = one.name
    one.release()
    assert Instance(tmp_path).name == name


def test_a_folder_has_a_bound_of_names(tmp_path: Path) -> None:
    held = [Instance(tmp_path) for _ in range(INSTANCES_MAX)]
    with pytest.raises(NoInstance, match=f"{INSTANCES_MAX} workers already hold a lock"):
        Instance(tmp_path)
    held[0].release()
    assert Instance(tmp_path).name
