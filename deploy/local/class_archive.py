"""The broker's classes as Java wants them in memory (class data sharing): made once, they halve the broker's start."""

import hashlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from deploy.local.broker_storage import prepare_storage
from deploy.local.jars import KAFKA, jars_in, locked
from deploy.local.java import Java
from deploy.local.kafka_probe import answers
from deploy.local.ports import free_port
from deploy.local.service import CannotServe
from schemas.log import log_of

WITHIN_SECONDS: Final = 60.0
SMALL: Final = ("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_QUIET: Final = ("-Xlog:disable", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-Djava.net.preferIPv4Stack=true")
_TURN_SECONDS: Final = 0.05


def class_path(jars: Path) -> str:
    """The jars in the order in which the archive was made; another order would void it."""
    return os.pathsep.join(str(jar) for jar in jars_in(jars))


def class_archive(jars: Path, java: Java) -> Path | None:
    """The archive of these jars for this Java, made where there is none yet, which takes some 15 s.

    None when it cannot be made, which only makes the start slower; where Java itself refuses, it is not tried again
    while `<name>.none` stands.
    """
    content = "\n".join((java.said, KAFKA, class_path(jars)))
    archive = jars / f"classes-{hashlib.sha256(content.encode()).hexdigest()[:16]}.jsa"
    failed = archive.with_suffix(".none")
    with locked(jars / "archive.lock"):
        if not archive.exists() and not failed.exists():
            try:
                _make(jars, java, archive)
            except (CannotServe, OSError, subprocess.SubprocessError) as error:
                log_of("broker").warning("It will start slower, because its classes cannot be archived: %s", error)
                if isinstance(error, subprocess.CalledProcessError):  # a busy machine may have time another day
                    failed.write_text(f"{error}\n", encoding="utf-8")
    return archive if archive.exists() else None


def _make(jars: Path, java: Java, archive: Path) -> None:
    """Have a broker of its own note the classes that it loads, then have Java lay these out in a file."""
    with tempfile.TemporaryDirectory(dir=jars, prefix="recording-") as name:
        noted, made = Path(name) / "classes", Path(name) / "made.jsa"
        start, path = [str(java.program), *SMALL, *java.flags, *_QUIET], ["-cp", class_path(jars)]
        _note_classes(Path(name), start, [f"-XX:DumpLoadedClassList={noted}", *path])
        lay_out = ["-Xshare:dump", f"-XX:SharedClassListFile={noted}", f"-XX:SharedArchiveFile={made}"]
        subprocess.run(  # noqa: S603 - the Java that was found
            [*start, *lay_out, *path], stdin=subprocess.DEVNULL, capture_output=True, timeout=WITHIN_SECONDS, check=True
        )
        made.rename(archive)


def _note_classes(folder: Path, start: Sequence[str], rest: Sequence[str]) -> None:
    port = free_port()
    file = prepare_storage(folder, [*start, *rest[-2:]], port, free_port(taken=[port]))
    with subprocess.Popen(  # noqa: S603 - the Java that was found
        [*start, "-Xshare:off", *rest, "kafka.Kafka", str(file)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            _until_it_answers(process, port)
            process.send_signal(signal.SIGTERM)
            process.wait(WITHIN_SECONDS)
        finally:
            process.kill()


def _until_it_answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(round(WITHIN_SECONDS / _TURN_SECONDS)):
        if answers("127.0.0.1", port):
            return
        try:
            process.wait(_TURN_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        break
    raise CannotServe("the broker that was to show its classes did not start.")
