"""The whole Kafka engine as real processes: services that a test breaks, roles that the supervisor starts again."""

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from deploy.local.claim import claimed
from deploy.local.role import Role, http_ready
from deploy.local.supervisor import Supervisor
from schemas.realms import EXERCISE
from tests.builders_children import Log, is_alive
from tests.builders_disks import small_disk
from tests.builders_postgres import Server, postgres_server
from tests.builders_running import free_port, run, until
from tests.builders_services import StartedBroker, StartedRedis, started_broker, started_redis

ROLES: Final = ("worker", "project", "push", "api", "ingest")
SERVICES: Final = ("kafka", "redis", "postgres")
_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a POST got: its status, its JSON, and how long it took."""

    status: int
    body: dict[str, Any]
    seconds: float

    @property
    def id(self) -> str:
        """The id of a report that was taken."""
        return str(self.body["id"])


class Engine:
    """Broker, Redis, PostgreSQL, and one of each role in realm `exercise`. `services` is by name."""

    def __init__(self, folder: Path, broker: StartedBroker, redis: StartedRedis, postgres: Server) -> None:
        self.folder, self.inbox = folder, folder / "data" / "inbox"
        self.broker, self.redis, self.postgres = broker, redis, postgres
        self.ports = {name: free_port() for name in ROLES}
        self.log = Log()
        self.environ = {
            "NIGHTDESK_DATA": str(folder / "data"),
            "NIGHTDESK_KAFKA": broker.bootstrap,
            "NIGHTDESK_REDIS": redis.url,
            "NIGHTDESK_RECORD": postgres.url,
            "NIGHTDESK_REALM": EXERCISE.name,
            "NIGHTDESK_PORT": str(self.ports["api"]),
            "NIGHTDESK_PUSH_PORT": str(self.ports["push"]),
        }
        self.supervisor: Supervisor | None = None
        self._claim = ExitStack()
        self._keys: dict[str, str] = {}

    def start_roles(self) -> None:
        """Start every role and keep it started; returns at once."""
        claim = self._claim.enter_context(claimed(self.folder / "roles"))
        roles = [self._role(name, *(["--create-topics"] if name == "worker" else [])) for name in ROLES]
        self.supervisor = Supervisor(claim, [roles], out=self.log, patience_s=0.0)
        self.supervisor.start()

    def stop_roles(self) -> None:
        """End every role."""
        if self.supervisor is not None:
            self.supervisor.stop()
            self.supervisor = None
        self._claim.close()

    def kill(self, role: str) -> None:
        """SIGKILL to the process that a role is now, if it is one."""
        self._signal(role, signal.SIGKILL)

    def stop(self, role: str) -> None:
        """SIGTERM, and wait for its end; the supervisor starts it again."""
        before = self._signal(role, signal.SIGTERM)
        self.until(lambda: before is None or not is_alive(before), f"{role} has ended")

    def _signal(self, role: str, number: int) -> int | None:
        assert self.supervisor is not None
        (found,) = (one.pid for one in self.supervisor.status if one.name == role)
        if found is not None:
            with suppress(ProcessLookupError):
                os.kill(found, number)
        return found

    def readyz(self, role: str) -> tuple[int, str]:
        """What a role says of itself; 0 while it says nothing."""
        return _got(f"http://127.0.0.1:{self.ports[role]}/readyz")

    def health_port(self, role: str) -> int:
        """Where a role shows its metrics; pages and sockets have another port beside theirs for that."""
        return self.ports[role] + (role in {"api", "push"})

    def metrics(self, role: str) -> dict[str, float]:
        """Every sample that a role shows, by name and labels."""
        _, text = _got(f"http://127.0.0.1:{self.health_port(role)}/metrics")
        lines = [line.rpartition(" ") for line in text.splitlines() if line and line[0] != "#"]
        return {name: float(value) for name, _, value in lines}

    def until_ready(self, *roles: str) -> None:
        """Wait until these, or all, say that nothing is wrong."""
        for role in roles or ROLES:
            self.until(lambda role=role: self.readyz(role) == (200, "ready\n"), f"{role} is ready")  # type: ignore[misc]

    def until(self, is_true: Callable[[], bool], what: str) -> None:
        """Wait for a condition; what the roles said stands in the error."""
        try:
            until(is_true, what)
        except AssertionError as error:
            said = {role: self.readyz(role) for role in ROLES}
            raise AssertionError(f"{error}\n{said}\n" + "\n".join(self.log.lines[-60:])) from error

    def key(self, role: str, *more: str) -> str:
        """A key of a role, the same each time; a business's is the blue door's."""
        if role not in self._keys:
            code, out, err = run("keys", "add", "--role", role, *more, "--json", environ=self.environ)
            assert code == 0, err
            self._keys[role] = str(orjson.loads(out)["key"])
        return self._keys[role]

    def report(self, name: str, category: str = "theft") -> Answer:
        """Report something for the blue door, under a key of its own: said again, it is the same."""
        headers = {"Idempotency-Key": name, "Content-Type": "application/json"}
        body = orjson.dumps({"category": category, "severity": 2})
        began = time.monotonic()
        status, text = self._asked("reports", headers, body)
        return Answer(status=status, body=orjson.loads(text or "{}"), seconds=time.monotonic() - began)

    def receipt(self, report: str) -> dict[str, Any]:
        """How a report stands, for whoever made it; empty while nobody says."""
        status, text = self._asked(f"reports/{report}", {}, None)
        found: dict[str, Any] = orjson.loads(text) if status == 200 else {}
        return found

    def _asked(self, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, str]:
        bearer = {"Authorization": f"Bearer {self.key('business', '--venue', 'blue-door')}"}
        return _got(f"http://127.0.0.1:{self.ports['api']}/api/v1/{path}", bearer | dict(headers), body)

    def _role(self, name: str, *words: str) -> Role:
        port, health = self.ports[name], self.health_port(name)
        return Role(
            name=name,
            command=[sys.executable, "-m", "nightdesk", name, *words],
            env=self.environ | {"NIGHTDESK_HEALTH_PORT": str(health)},
            ready=http_ready(port),
        )


class Service:
    """One of the three, as a test breaks it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name, self._engine = name, engine

    def kill(self) -> None:
        """SIGKILL."""
        match self.name:
            case "kafka":
                self._engine.broker.kill()
            case "redis":
                self._engine.redis.kill()
            case _:
                self._engine.postgres.end(signal.SIGQUIT)

    def start(self) -> None:
        """Start it on what it left."""
        match self.name:
            case "kafka":
                self._engine.broker.start()
            case "redis":
                self._engine.redis.start()
            case _:
                self._engine.postgres.start()

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Killed, and started again at the end."""
        self.kill()
        try:
            yield
        finally:
            self.start()

    def paused(self) -> AbstractContextManager[None]:
        """It answers nobody for a while."""
        match self.name:
            case "kafka":
                return self._engine.broker.paused()
            case "redis":
                return self._engine.redis.paused()
        return _paused(self._engine.postgres)

    @contextmanager
    def slow(self, seconds: float = 5.0, awake_s: float = 0.3) -> Iterator[None]:
        """Whatever it is asked, it answers after up to `seconds`: it sleeps for so long between two short wakes."""
        over = threading.Event()

        def turn() -> None:
            while not over.is_set():
                with self.paused():
                    over.wait(seconds)
                over.wait(awake_s)

        thread = threading.Thread(target=turn)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@contextmanager
def engine_in(folder: Path, *, disk_mb: int | None = None) -> Iterator[Engine]:
    """The services started and the roles not yet; all ended at the end. With `disk_mb` Kafka and PostgreSQL have a
    disk of that size each."""
    kafka = folder / "services" / "kafka"
    kafka.mkdir(parents=True)
    with (
        nullcontext() if disk_mb is None else small_disk(kafka, disk_mb),
        started_broker(folder / "services") as broker,
        started_redis(folder / "services") as redis,
        postgres_server(disk_mb=disk_mb) as server,
    ):
        engine = Engine(folder, broker, redis, server)
        try:
            yield engine
        finally:
            engine.stop_roles()


@contextmanager
def _paused(server: Server) -> Iterator[None]:
    server.pause()
    try:
        yield
    finally:
        server.go_on()


def _got(url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}))  # noqa: S310 - a port of ours
    try:
        with _DIRECT.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError as error:
        return 0, orjson.dumps({"error": str(error)}).decode()
