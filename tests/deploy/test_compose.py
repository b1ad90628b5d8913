"""The compose file is held against the settings, the roles, the ports, the image, and what compose itself takes."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
import yaml
from redis import Redis
from redis.exceptions import AuthenticationError

from deploy.container import SECRETS
from deploy.local.broker_storage import properties
from deploy.local.jars import KAFKA
from deploy.local.ports import is_free, ports_of
from deploy.make_secrets import make_secrets
from schemas.settings import VARIABLES, Settings
from tests.builders_running import until

ROOT: Final = Path(__file__).resolve().parents[2]
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: Final[dict[str, dict[str, Any]]] = COMPOSE["services"]
ROLES: Final = ("worker", "project", "api", "push", "ingest")
NEEDED: Final[dict[str, set[str]]] = {
    "worker": set(),
    "ingest": {"NIGHTDESK_RECORD"},
    **{role: {"NIGHTDESK_RECORD", "NIGHTDESK_REDIS"} for role in ("project", "api", "push")},
}
"""The secrets of each role: who folds needs neither of what people are shown, nor what is kept of them."""
SETTINGS: Final = {variable.name for variable in VARIABLES}
_ENGINES: Final = (["docker", "compose"], ["docker-compose"])
_TEXTS: Final = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
_PAIRS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_TIME: Final = {"type": "string", "pattern": "^[0-9]+s$"}
_BYTES: Final = {"type": "string", "pattern": "^[0-9]+[mg]$"}


def _whole(required: tuple[str, ...] = (), **properties: object) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required)}


_LIMITS: Final = _whole(
    ("cpus", "memory", "pids"), cpus={"type": "string"}, memory=_BYTES, pids={"type": "integer"}
)  # fmt: skip
_SERVICE: Final = _whole(
    (*("image", "healthcheck", "deploy"), *("read_only", "cap_drop", "security_opt", "restart", "networks")),
    image={"type": "string", "pattern": "^[a-z/]+:[a-z0-9.-]+$"},
    build=_whole(("context", "dockerfile"), context={"const": "."}, dockerfile={"type": "string"}),
    command=_TEXTS | {"uniqueItems": False},
    user={"type": "string"},
    environment=_PAIRS,
    ports=_TEXTS,
    volumes=_TEXTS,
    tmpfs=_TEXTS,
    networks=_TEXTS,
    secrets=_TEXTS,
    depends_on={"type": "object", "additionalProperties": _whole(condition={"const": "service_healthy"})},
    healthcheck=_whole(
        ("test",),
        test=_TEXTS, interval=_TIME, timeout=_TIME, start_period=_TIME, retries={"type": "integer"},
    ),
    deploy=_whole(resources=_whole(limits=_LIMITS)),
    read_only={"const": True},
    cap_drop={"const": ["ALL"]},
    security_opt={"const": ["no-new-privileges:true"]},
    restart={"const": "unless-stopped"},
    init={"type": "boolean"},
    logging=_whole(("driver", "options"), driver={"type": "string"}, options=_PAIRS),
    stop_grace_period=_TIME,
    stop_signal={"type": "string"},
    shm_size=_BYTES,
    ulimits={"type": "object"},
)  # fmt: skip
_FILE: Final = {
    **_whole(
        ("name", "services", "networks", "volumes", "secrets"),
        name={"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        services={"type": "object", "additionalProperties": _SERVICE},
        networks={"type": "object", "additionalProperties": _whole(internal={"type": "boolean"})},
        volumes={"type": "object", "additionalProperties": _whole()},
        secrets={"type": "object", "additionalProperties": _whole(("file",), file={"type": "string"})},
    ),
    "patternProperties": {"^x-": {}},
}
"""The part of the compose specification that we use; a key outside it is a slip, or is added here on purpose.

Required of every service: health, limits, and no more rights than it needs.
"""


def test_it_uses_what_the_compose_specification_has_and_nothing_by_mistake() -> None:
    jsonschema.validate(COMPOSE, _FILE)


def test_compose_itself_takes_it() -> None:
    """Where compose is on this machine; no engine is needed to read a file."""
    for engine in _ENGINES:
        if (
            shutil.which(engine[0])
            and subprocess.run([*engine, "version"], capture_output=True, check=False).returncode == 0
        ):
            done = subprocess.run([*engine, "config", "--quiet"], cwd=ROOT, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            return
    pytest.skip("neither docker compose nor docker-compose")


def test_there_is_one_service_for_each_role_and_each_thing_they_stand_on() -> None:
    assert SERVICES.keys() == {*ROLES, "kafka", "redis", "postgres"}
    for role in ROLES:
        assert SERVICES[role]["command"][0] == role
        assert SERVICES[role]["healthcheck"]["test"] == ["CMD", "python", "-m", "deploy.health", role]
        assert SERVICES[role]["build"]["dockerfile"] == "deploy/Dockerfile"


def test_the_worker_makes_the_topics_since_these_brokers_make_none() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    given = {name: SERVICES[name]["command"][1:] for name in ROLES}
    assert given == {"worker": ["--create-topics"], "project": [], "api": [], "push": [], "ingest": []}


@pytest.mark.parametrize("role", ROLES)
def test_every_setting_of_a_role_exists_and_can_be_followed(role: str, tmp_path: Path) -> None:
    make_secrets(tmp_path)
    given = {name: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value) for name, value in SERVICES[role]["environment"].items()}
    assert given.keys() <= SETTINGS
    secret = {name: (tmp_path / name).read_text().strip() for name in SERVICES[role].get("secrets", [])}
    assert secret.keys() == NEEDED[role] <= SETTINGS
    settings = Settings.from_environ(given | secret)
    assert settings.kafka.split(":")[0] in SERVICES
    assert "NIGHTDESK_REDIS" not in secret or re.search(r"@redis:6379/", settings.redis)
    assert "NIGHTDESK_RECORD" not in secret or re.search(r"@postgres:5432/", settings.record or "")


def test_every_variable_that_compose_asks_the_outside_for_has_a_default_and_a_place() -> None:
    asked = re.findall(r"\$\{(\w+)([^}]*)\}", (ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert all(rest.startswith(":-") for _, rest in asked)
    assert {name for name, _ in asked} <= SETTINGS | {"INBOX_FOLDER"}


def test_any_role_can_be_scaled() -> None:
    for name in ("worker", "project", "ingest"):
        assert "container_name" not in SERVICES[name]
        assert "ports" not in SERVICES[name], "two cannot have one port of the machine"


def test_only_pages_and_live_socket_are_reached_from_this_machine_alone_and_on_their_ports() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    environment = SERVICES["api"]["environment"]
    port, push = environment["NIGHTDESK_PORT"], environment["NIGHTDESK_PUSH_PORT"]
    assert published == {"api": [f"127.0.0.1:{port}:{port}"], "push": [f"127.0.0.1:{push}:{push}"]}
    assert {name for name, service in SERVICES.items() if service["networks"] != ["inside"]} == published.keys()
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_no_secret_stands_in_it_and_each_that_is_used_is_a_file_outside_the_repository(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    named = {name: Path(secret["file"]) for name, secret in COMPOSE["secrets"].items()}
    assert {path.name for path in named.values()} == {file.name for file in tmp_path.iterdir()}
    assert {path.parent for path in named.values()} == {Path("deploy/secrets")}
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "deploy/secrets" in (ROOT / ".dockerignore").read_text().splitlines()
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == named.keys()
    said = [
        value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if "PASSWORD" in name
    ]
    assert said == [f"{SECRETS}/postgres_password"]


def test_every_volume_and_network_that_is_used_is_declared_and_the_other_way_round() -> None:
    volumes = {
        re.sub(r"\$\{\w+:-(.*?)\}", r"\1", one).split(":")[0]
        for service in SERVICES.values()
        for one in service.get("volumes", [])
    }
    ours = {one for one in volumes if one.startswith("./")}
    assert all((ROOT / one).is_file() for one in ours)
    assert volumes - ours == COMPOSE["volumes"].keys()
    assert {one for service in SERVICES.values() for one in service["networks"]} == COMPOSE["networks"].keys()


def test_its_kafka_is_the_version_and_the_settings_of_the_local_one() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA}"
    local = dict(line.split("=", 1) for line in properties(Path("/data"), 1, 2).splitlines())
    differs = {
        "KAFKA_LISTENERS",
        "KAFKA_ADVERTISED_LISTENERS",
        "KAFKA_CONTROLLER_QUORUM_VOTERS",
        "KAFKA_LOG_DIRS",
        "KAFKA_HEAP_OPTS",
    }
    for name, value in SERVICES["kafka"]["environment"].items():
        if name not in differs:
            assert local[name.removeprefix("KAFKA_").lower().replace("_", ".")] == value


def test_redis_keeps_nothing_and_refuses_when_it_is_full() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    assert "--save  --maxmemory" in command
    assert "--maxmemory-policy noeviction" in command
    limit = SERVICES["redis"]["deploy"]["resources"]["limits"]["memory"]
    assert int(re.findall(r"--maxmemory (\d+)mb", command)[0]) < int(limit.removesuffix("m"))


@pytest.mark.server
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server")
def test_redis_started_so_lets_in_who_has_the_url_and_nobody_else(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    port = ports_of(tmp_path / "ports.json", ["redis"])["redis"]
    given = [
        str(tmp_path / "redis.acl") if one == f"{SECRETS}/redis_acl" else one for one in SERVICES["redis"]["command"]
    ]
    url = (tmp_path / "NIGHTDESK_REDIS").read_text().strip().replace("@redis:6379", f"@127.0.0.1:{port}")
    with subprocess.Popen([*given, "--port", str(port)], cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: not is_free(port), "it listens")
            with Redis.from_url(url) as client, Redis.from_url(f"redis://127.0.0.1:{port}/0") as stranger:
                assert client.set("k", "v")
                with pytest.raises(AuthenticationError):
                    stranger.ping()
        finally:
            process.terminate()
