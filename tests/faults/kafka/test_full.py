"""Kafka's disk, Redis or PostgreSQL's disk full: nothing that was answered as saved is lost, and room mends it all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
import redis

from tests.builders_consoles import console
from tests.builders_engine import Engine, Service, engine_in
from tests.builders_faces import NOT_SAVED, SAVED, Face, recovers
from tests.builders_running import fill

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]
DISK_MB: Final = 400
REPORTS_MAX: Final = 100


@pytest.fixture(scope="module")
def cramped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine whose broker and database have a small disk each."""
    with engine_in(Path(tmp_path_factory.mktemp("cramped")), disk_mb=DISK_MB) as found:
        found.start_roles()
        found.until_ready()
        yield found


def test_a_full_redis_takes_no_picture_and_says_so_and_reports_are_judged(cramped: Engine) -> None:
    face = Face(
        desk="catching_up",
        why="What you see may be old.",
        answers=[201],
        says=SAVED,
        roles={
            "project": (503, "The live picture cannot be passed on just now (Redis is full)."),
            "push": (200, "may be old"),
        },
    )
    with console(cramped.ports["push"], cramped.key("operations")) as page:
        page.until_told("live")
        assert cramped.report("redis-before").status == 201
        with _filled(cramped.redis.url):
            answer = cramped.report("redis-during")
            assert face.is_the_answer(answer), answer
            face.is_seen(cramped, page)
        recovers(cramped, page, ["redis-before", "redis-during"])


def test_a_full_database_takes_no_report_and_says_so_and_the_picture_goes_on(cramped: Engine) -> None:
    with console(cramped.ports["push"], cramped.key("operations")) as page:
        page.until_told("live")
        with _full(cramped.postgres.local.folder):
            names = _reported(cramped, "postgres", until=503)
            assert cramped.report("postgres-again").body.get("detail", NOT_SAVED) == NOT_SAVED
            page.until_told("live", "The history cannot be written now. The picture goes on, and it follows.")
        recovers(cramped, page, [*names, "postgres-again"])


def test_a_full_kafka_keeps_reports_waiting_and_says_so(cramped: Engine) -> None:
    kafka = Service(cramped, "kafka")
    with console(cramped.ports["push"], cramped.key("operations")) as page:
        page.until_told("live")
        assert cramped.report("kafka-before").status == 201
        with _full(cramped.folder / "services" / "kafka"):
            names = _reported(cramped, "kafka", until=202)
            page.until_told("catching_up", "may be old")
        kafka.kill()  # a broker whose disk failed it takes no more; whoever supervises it starts it again
        kafka.start()
        recovers(cramped, page, ["kafka-before", *names])


def _reported(engine: Engine, name: str, *, until: int) -> list[str]:
    """Report until the answer is this one; the names of all, each answered as it must be."""
    names = []
    for number in range(REPORTS_MAX):
        names.append(f"{name}-{number}")
        answer = engine.report(names[-1])
        told = answer.body.get("advice") or [answer.body.get("detail")]
        assert told == ([SAVED] if answer.status in {201, 202} else [NOT_SAVED]), answer
        if answer.status == until:
            return names
    raise AssertionError(f"{REPORTS_MAX} reports, and none was answered {until}")


@contextmanager
def _full(folder: Path) -> Iterator[None]:
    """A disk without room until the block ends."""
    ballast = fill(folder)
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def _filled(url: str) -> Iterator[None]:
    """A Redis that somebody else fills, and fills again whenever it has room, until the block ends."""
    server, names, over = redis.Redis.from_url(url), list[str](), threading.Event()

    def fill_it() -> None:
        while not over.is_set():
            for size in (1_000_000, 10_000, 100, 1):
                with suppress(redis.exceptions.OutOfMemoryError):
                    while not over.is_set():
                        server.set(f"ballast-{len(names)}", b"x" * size)
                        names.append(f"ballast-{len(names)}")
            is_full.set()

    is_full, thread = threading.Event(), threading.Thread(target=fill_it)
    thread.start()
    assert is_full.wait(60)
    try:
        yield
    finally:
        over.set()
        thread.join()
        server.delete(*names)
        server.close()
