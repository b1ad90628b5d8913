"""A real broker and a real Redis for tests: `broker` and `redis` are started once a session, for every test that asks.

A test that kills, pauses or fills one starts its own: `with started_broker(tmp_path) as own: ...`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import pytest

from deploy.local.broker import FAST_TO_START, Jvm, LocalBroker
from deploy.local.jars import jars_in
from deploy.local.java import Java, find_java
from deploy.local.ports import ports_of
from deploy.local.redis import LocalRedis
from deploy.local.service import CannotServe, Service, until_ready

ROOT: Final = Path(__file__).resolve().parents[1]
JARS: Final = ROOT / ".make" / "kafka"
"""Stays between runs, so that the jars are fetched once."""
WITHIN_S: Final = 60.0
S = TypeVar("S", bound="Started")


class Started:
    """A service's process, which a test may pause, kill and start again on the same folder and port."""

    def __init__(self, service: Service, log: Path) -> None:
        self.service = service
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self.process is not None, f"{self.service.name} is not running"
        return self.process.pid

    def start(self) -> None:
        """Start it and wait until it serves."""
        with self.log.open("ab") as log:
            process = self.process = subprocess.Popen(
                self.service.command, env=os.environ | self.service.env, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            until_ready(self.service, WITHIN_S, lambda: process.poll() is not None)
        except CannotServe as error:
            self.kill()
            raise AssertionError(f"{error}\n{self.log.read_text(errors='replace')[-4000:]}") from error

    def stop(self) -> int:
        """End it as the supervisor would, then by force; returns its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(self.service.stop_signal)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            return self.kill()
        finally:
            self.process = None

    def kill(self) -> int:
        """SIGKILL."""
        if self.process is None:
            return 0
        self.process.kill()
        code, self.process = self.process.wait(), None
        return code

    @contextmanager
    def paused(self) -> Iterator[None]:
        """SIGSTOP, and SIGCONT at the end: a service that answers nobody for a while."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


class StartedBroker(Started):
    """A broker that serves."""

    service: LocalBroker

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return self.service.bootstrap


class StartedRedis(Started):
    """A Redis that serves; killed and started again it has lost everything."""

    service: LocalRedis

    @property
    def url(self) -> str:
        """Where clients connect, with the password."""
        return self.service.url


def java_for_a_broker() -> Java:
    """The Java of a broker; skips where there can be none, for want of Java or of its jars."""
    if not jars_in(JARS) and shutil.which("mvn") is None:
        pytest.skip("neither Maven nor jars that it fetched before")
    try:
        return find_java(os.environ)
    except CannotServe as error:
        pytest.skip(str(error))


@contextmanager
def started_broker(folder: Path, java: Java | None = None, jvm: Jvm = FAST_TO_START) -> Iterator[StartedBroker]:
    """A broker of one's own, for tests that kill it."""
    java = java or java_for_a_broker()
    ports = ports_of(folder / "ports.json", ["kafka", "controller"])
    service = LocalBroker(folder / "kafka", JARS, ports["kafka"], ports["controller"], java=java, jvm=jvm)
    service.prepare()
    yield from _serving(StartedBroker(service, folder / "kafka.log"))


@contextmanager
def started_redis(folder: Path, memory_mb: int = 64) -> Iterator[StartedRedis]:
    """A Redis of one's own, for tests that kill or fill it."""
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server")
    service = LocalRedis(folder / "redis", ports_of(folder / "ports.json", ["redis"])["redis"], memory_mb=memory_mb)
    service.prepare()
    yield from _serving(StartedRedis(service, folder / "redis.log"))


@pytest.fixture(scope="session")
def broker() -> Iterator[StartedBroker]:
    """The session's broker: topics are a test's own, so name them after it."""
    with tempfile.TemporaryDirectory(prefix="nightdesk-kafka-") as name, started_broker(Path(name)) as started:
        yield started


@pytest.fixture(scope="session")
def redis() -> Iterator[StartedRedis]:
    """The session's Redis: keys are a test's own, so prefix them."""
    with tempfile.TemporaryDirectory(prefix="nightdesk-redis-") as name, started_redis(Path(name)) as started:
        yield started


def _serving(started: S) -> Iterator[S]:
    started.start()
    try:
        yield started
    finally:
        started.stop()
