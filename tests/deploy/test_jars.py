"""The jars: fetched once, whole or not at all, with a plain word where that is not possible."""

import threading
from pathlib import Path

import pytest

from deploy.local.jars import KAFKA, fetch_jars, jars_in, main
from deploy.local.service import CannotServe

_MAVEN = """#!/bin/sh
echo fetched >> {count}
for argument; do case $argument in -DoutputDirectory=*) folder=${{argument#*=}};; esac; done
mkdir -p $folder && touch $folder/b.jar && {then}
touch $folder/a.jar
"""


def _maven(monkeypatch: pytest.MonkeyPatch, folder: Path, then: str = "true") -> Path:
    """A stand-in for Maven, which is not ours; returns the file that counts its calls."""
    program, count = folder / "mvn", folder / "count"
    program.write_text(_MAVEN.format(count=count, then=then))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return count


def test_they_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count, folder = _maven(monkeypatch, tmp_path), tmp_path / "jars"
    first = fetch_jars(folder)
    assert [jar.name for jar in first] == ["a.jar", "b.jar"]
    assert fetch_jars(folder) == first
    assert count.read_text() == "fetched\n"


def test_two_at_once_fetch_them_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count, folder = _maven(monkeypatch, tmp_path, then="sleep 0.2"), tmp_path / "jars"
    threads = [threading.Thread(target=fetch_jars, args=[folder]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count.read_text() == "fetched\n"


def test_broken_off_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _maven(monkeypatch, tmp_path, then="echo no route to repository && exit 1")
    with pytest.raises(CannotServe, match=r"could not fetch Kafka .* Maven says: no route to repository"):
        fetch_jars(tmp_path / "jars")
    assert jars_in(tmp_path / "jars") == []
    assert [file.name for file in (tmp_path / "jars").iterdir()] == ["fetching.lock"]


def test_without_maven_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CannotServe, match=rf"Kafka {KAFKA} is not in .*apt-get install maven"):
        fetch_jars(tmp_path / "jars")


def test_by_hand_it_says_the_same_and_ends_with_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SystemExit, match="apt-get install maven"):
        main([str(tmp_path)])
    with pytest.raises(SystemExit, match="Usage"):
        main([])
