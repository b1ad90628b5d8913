"""Settings: read once from the environment into one frozen value, each variable checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from schemas.kafka_login import KafkaLogin, KafkaMechanism, KafkaSecurity
from schemas.realms import Realm

Choice = TypeVar("Choice", bound=StrEnum)


class LogLevel(StrEnum):
    """How much is written to the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of the environment; an empty default stands for what `about` says."""

    name: str
    default: str
    about: str


VARIABLES: Final = (
    Variable(name="NIGHTDESK_DATA", default="./var", about="folder for the journal, snapshots, record and keys"),
    Variable(name="NIGHTDESK_HOST", default="127.0.0.1", about="address to listen on"),
    Variable(name="NIGHTDESK_PORT", default="8000", about="port of the page and HTTP"),
    Variable(name="NIGHTDESK_PUSH_PORT", default="", about="port of the live socket; empty: the port above plus one"),
    Variable(name="NIGHTDESK_AREA", default="westminster", about="name of the area to run"),
    Variable(name="NIGHTDESK_REFERENCE", default="", about="folder of reference files; empty: the built-in ones"),
    Variable(
        name="NIGHTDESK_INBOX", default="", about="folder watched for feed files; empty: inbox in the data folder"
    ),
    Variable(name="NIGHTDESK_BASEMAP", default="", about="map pack to draw; empty: the built-in schematic"),
    Variable(name="NIGHTDESK_PUBLIC_ORIGIN", default="", about="the page's origin behind a proxy, https://host[:port]"),
    Variable(name="NIGHTDESK_LOG_LEVEL", default="info", about="debug, info, warning or error"),
    Variable(
        name="NIGHTDESK_KAFKA", default="127.0.0.1:9092", about="brokers of the Kafka engine, host:port[,host:port]"
    ),
    Variable(name="NIGHTDESK_KAFKA_SECURITY", default="plaintext", about="plaintext, ssl, sasl_ssl or sasl_plaintext"),
    Variable(name="NIGHTDESK_KAFKA_MECHANISM", default="SCRAM-SHA-512", about="SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN"),
    Variable(name="NIGHTDESK_KAFKA_USER", default="", about="who a process is to the brokers, with sasl_"),
    Variable(name="NIGHTDESK_KAFKA_PASSWORD_FILE", default="", about="file that holds that user's password"),
    Variable(
        name="NIGHTDESK_KAFKA_CA",
        default="",
        about="authorities that vouch for the brokers, PEM; empty: those of the machine",
    ),
    Variable(name="NIGHTDESK_REDIS", default="redis://127.0.0.1:6379/0", about="Redis of the Kafka engine"),
    Variable(
        name="NIGHTDESK_RECORD",
        default="",
        about="PostgreSQL, postgresql://...; empty: SQLite files in the data folder",
    ),
    Variable(name="NIGHTDESK_REPLICATION", default="1", about="copies of each topic: 3 where lives hang on it"),
    Variable(name="NIGHTDESK_REALM", default="live", about="live, exercise or replay-<id>: the Kafka engine's topics"),
    Variable(
        name="NIGHTDESK_HEALTH_PORT", default="8002", about="port where a role of the Kafka engine says how it is"
    ),
    Variable(
        name="NIGHTDESK_AREAS", default="", about="areas that a worker folds, with commas; empty: the area above alone"
    ),
)

_DEFAULTS: Final = {variable.name: variable.default for variable in VARIABLES}
_PORT_MAX: Final = 65_535
_AREA: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HOST: Final = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
_BROKERS: Final = re.compile(r"[A-Za-z0-9._-]+:[0-9]{1,5}(,[A-Za-z0-9._-]+:[0-9]{1,5})*")
_REDIS: Final = re.compile(r"(rediss?|unix)://\S+")
_RECORD: Final = re.compile(r"postgresql://\S+")
_ORIGIN: Final = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[1-9][0-9]{0,4})?")


class SettingError(ValueError):
    """A variable with a value that cannot be followed; the text gives name, value and rule."""

    def __init__(self, name: str, value: str, rule: str) -> None:
        super().__init__(f"{name} = {value!r}: {rule}")
        self.name, self.value, self.rule = name, value, rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be set from outside. None for `reference` and `basemap`: the built-in ones; for `record`: files.

    The addresses of Redis and PostgreSQL may hold a password, so nothing prints them.
    """

    data: Path
    host: str
    port: int
    push_port: int
    area: str
    reference: Path | None
    inbox: Path
    basemap: Path | None
    public_origin: str | None
    log_level: LogLevel
    kafka: str
    kafka_login: KafkaLogin
    redis: str = field(repr=False)
    record: str | None = field(repr=False)
    replication: int
    realm: Realm
    health_port: int
    areas: tuple[str, ...]

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings of an environment; an empty variable counts as left out. SettingError says what is wrong.

        Options of the command line come in the same way: laid over the environment under the variable's name.
        """
        values = {name: environ.get(name, "").strip() or default for name, default in _DEFAULTS.items()}
        data = _path(values, "NIGHTDESK_DATA")
        port = _port(values, "NIGHTDESK_PORT")
        return cls(
            data=data,
            host=_matching(values, "NIGHTDESK_HOST", _HOST, "must be a host name or an IP address"),
            port=port,
            push_port=_push_port(values, port),
            area=_matching(values, "NIGHTDESK_AREA", _AREA, "must be letters, digits, hyphen or underscore"),
            reference=_reference(values),
            inbox=_path(values, "NIGHTDESK_INBOX") if values["NIGHTDESK_INBOX"] else data / "inbox",
            basemap=_file(values, "NIGHTDESK_BASEMAP", "; nightdesk basemap build makes one"),
            public_origin=_origin(values),
            log_level=_one_of(values, "NIGHTDESK_LOG_LEVEL", LogLevel),
            kafka=_matching(values, "NIGHTDESK_KAFKA", _BROKERS, "must be host:port, or several with commas between"),
            kafka_login=_kafka_login(values),
            redis=_secret(values, "NIGHTDESK_REDIS", _REDIS, "must begin with redis://, rediss:// or unix://"),
            record=_record(values),
            replication=_replication(values),
            realm=_realm(values),
            health_port=0 if values["NIGHTDESK_HEALTH_PORT"] == "0" else _port(values, "NIGHTDESK_HEALTH_PORT"),
            areas=_areas(values),
        )


def _path(values: Mapping[str, str], name: str) -> Path:
    if "\0" in values[name]:
        raise SettingError(name, values[name], "must be a path")
    return Path(values[name]).expanduser()


def _port(values: Mapping[str, str], name: str) -> int:
    text = values[name]
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= _PORT_MAX):
        raise SettingError(name, text, f"must be a port from 1 to {_PORT_MAX}")
    return int(text)


def _push_port(values: Mapping[str, str], port: int) -> int:
    name = "NIGHTDESK_PUSH_PORT"
    if not values[name]:
        return _port({name: str(port + 1)}, name)
    push_port = _port(values, name)
    if push_port == port:
        raise SettingError(name, values[name], "must differ from NIGHTDESK_PORT")
    return push_port


def _reference(values: Mapping[str, str]) -> Path | None:
    name = "NIGHTDESK_REFERENCE"
    if not values[name]:
        return None
    folder = _path(values, name)
    if not folder.is_dir():
        raise SettingError(name, values[name], "must be a folder that exists")
    return folder


def _file(values: Mapping[str, str], name: str, more: str = "") -> Path | None:
    if not values[name]:
        return None
    file = _path(values, name)
    if not file.is_file():
        raise SettingError(name, values[name], f"must be a file that exists{more}")
    return file


def _origin(values: Mapping[str, str]) -> str | None:
    name = "NIGHTDESK_PUBLIC_ORIGIN"
    if not values[name]:
        return None
    return _matching(values, name, _ORIGIN, "must be https://host or https://host:port, small letters, no path")


def _one_of(values: Mapping[str, str], name: str, kind: type[Choice]) -> Choice:
    if values[name] not in set(kind):
        raise SettingError(name, values[name], f"must be one of {', '.join(kind)}")
    return kind(values[name])


def _record(values: Mapping[str, str]) -> str | None:
    name = "NIGHTDESK_RECORD"
    return _secret(values, name, _RECORD, "must begin with postgresql://") if values[name] else None


def _kafka_login(values: Mapping[str, str]) -> KafkaLogin:
    security = _one_of(values, "NIGHTDESK_KAFKA_SECURITY", KafkaSecurity)
    user, password = "NIGHTDESK_KAFKA_USER", "NIGHTDESK_KAFKA_PASSWORD_FILE"
    for name in (user, password):
        if security.has_user != bool(values[name]):
            raise SettingError(name, values[name], "must be there with sasl_ssl and sasl_plaintext, and only with them")
    return KafkaLogin(
        security=security,
        mechanism=_one_of(values, "NIGHTDESK_KAFKA_MECHANISM", KafkaMechanism),
        user=values[user] or None,
        password_file=_file(values, password),
        ca=_file(values, "NIGHTDESK_KAFKA_CA"),
    )


def _replication(values: Mapping[str, str]) -> int:
    name = "NIGHTDESK_REPLICATION"
    if values[name] not in {"1", "2", "3", "4", "5"}:
        raise SettingError(name, values[name], "must be a number from 1 to 5, not above the number of brokers")
    return int(values[name])


def _realm(values: Mapping[str, str]) -> Realm:
    name = "NIGHTDESK_REALM"
    try:
        return Realm(values[name])
    except ValueError as error:
        raise SettingError(name, values[name], "must be live, exercise or replay-<id>") from error


def _areas(values: Mapping[str, str]) -> tuple[str, ...]:
    name = "NIGHTDESK_AREAS"
    named = values[name] or values["NIGHTDESK_AREA"]
    areas = tuple(area.strip() for area in named.split(","))
    if len(set(areas)) != len(areas) or not all(_AREA.fullmatch(area) for area in areas):
        raise SettingError(name, named, "must be names of letters, digits, hyphen or underscore, each once")
    return areas


def _secret(values: Mapping[str, str], name: str, pattern: re.Pattern[str], rule: str) -> str:
    """The same, for what may hold a password: the error does not repeat it."""
    if not pattern.fullmatch(values[name]):
        raise SettingError(name, "...", rule)
    return values[name]


def _matching(values: Mapping[str, str], name: str, pattern: re.Pattern[str], rule: str) -> str:
    if not pattern.fullmatch(values[name]):
        raise SettingError(name, values[name], rule)
    return values[name]
