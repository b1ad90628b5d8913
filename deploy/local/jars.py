"""The broker's jars, fetched once by Maven into a folder that stays: `python -m deploy.local.jars FOLDER`."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deploy.local.service import CannotServe

KAFKA: Final = "4.1.0"
FETCH_SECONDS: Final = 900
_COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_POM: Final = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>nightdesk</groupId>
  <artifactId>broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{KAFKA}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
"""
_WHY_CHARS_MAX: Final = 600


def jars_in(folder: Path) -> list[Path]:
    """The jars of this version that are there, sorted as the class path wants them; none when they were not fetched."""
    return sorted((folder / f"kafka-{KAFKA}").glob("*.jar"))


def fetch_jars(folder: Path) -> list[Path]:
    """The jars, by Maven where they are not there yet; they appear whole or not at all. Raises CannotServe.

    Where Maven looks (a mirror, a proxy) is this machine's own setting. Their checksums are checked by Maven.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "fetching.lock"):
        if not jars_in(folder):
            _fetch(folder)
    return jars_in(folder)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Only one process at a time; the lock goes with its process, however that ends."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotServe(
            f"Kafka {KAFKA} is not in {folder}, and Maven (mvn), which fetches it, is not installed. Install Maven (on"
            " Debian: apt-get install maven), or copy that folder from a machine that has it."
        )
    with tempfile.TemporaryDirectory(dir=folder, prefix="fetching-") as name:
        work = Path(name)
        (work / "pom.xml").write_text(_POM, encoding="utf-8")
        jars = work / "jars"
        _run(
            [
                maven,
                "-B",
                "-q",
                "-C",
                "-f",
                f"{work}/pom.xml",
                _COPY,
                "-DincludeScope=runtime",
                f"-DoutputDirectory={jars}",
            ]
        )
        jars.rename(folder / f"kafka-{KAFKA}")


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - Maven, with arguments of our own
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CannotServe(f"Maven did not fetch Kafka {KAFKA} within {FETCH_SECONDS} s. Try again.") from error
    if done.returncode != 0:
        why = " ".join((done.stdout + done.stderr).split())[:_WHY_CHARS_MAX]
        raise CannotServe(
            f"Maven could not fetch Kafka {KAFKA}. Check that this machine reaches a Maven repository"
            f" (its mirror stands in ~/.m2/settings.xml). Maven says: {why}"
        )


def main(arguments: list[str]) -> None:
    """Fetch the jars into the folder that is named and make their class archive for this machine's Java."""
    from deploy.local.class_archive import class_archive  # noqa: PLC0415 - it needs this module
    from deploy.local.java import find_java  # noqa: PLC0415

    if len(arguments) != 1:
        sys.exit("Usage: python -m deploy.local.jars FOLDER")
    try:
        folder = Path(arguments[0]).resolve()
        fetch_jars(folder)
        class_archive(folder, find_java(os.environ))
    except CannotServe as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
