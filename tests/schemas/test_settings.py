"""Settings from the environment, and the example file that lists them."""

from itertools import pairwise
from pathlib import Path

import pytest

from schemas.kafka_login import KafkaLogin, KafkaMechanism, KafkaSecurity
from schemas.realms import EXERCISE, LIVE
from schemas.settings import VARIABLES, LogLevel, SettingError, Settings

ROOT = Path(__file__).resolve().parents[2]


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environ({}) == Settings(
        data=Path("var"),
        host="127.0.0.1",
        port=8000,
        push_port=8001,
        area="westminster",
        reference=None,
        inbox=Path("var/inbox"),
        basemap=None,
        public_origin=None,
        log_level=LogLevel.INFO,
        kafka="127.0.0.1:9092",
        kafka_login=KafkaLogin(),
        redis="redis://127.0.0.1:6379/0",
        record=None,
        replication=1,
        realm=LIVE,
        health_port=8002,
        areas=("westminster",),
    )


def test_every_variable_is_followed(tmp_path: Path) -> None:
    pack = tmp_path / "westminster.basemap"
    pack.touch()
    settings = Settings.from_environ(
        {
            "NIGHTDESK_DATA": str(tmp_path / "data"),
            "NIGHTDESK_HOST": "::1",
            "NIGHTDESK_PORT": "9000",
            "NIGHTDESK_PUSH_PORT": "9500",
            "NIGHTDESK_AREA": "chicago",
            "NIGHTDESK_REFERENCE": str(tmp_path),
            "NIGHTDESK_INBOX": str(tmp_path / "in"),
            "NIGHTDESK_BASEMAP": str(pack),
            "NIGHTDESK_PUBLIC_ORIGIN": "https://desk.example:8443",
            "NIGHTDESK_LOG_LEVEL": "debug",
            "NIGHTDESK_KAFKA": "kafka-1:9092,kafka-2:9092",
            "NIGHTDESK_KAFKA_SECURITY": "sasl_ssl",
            "NIGHTDESK_KAFKA_MECHANISM": "PLAIN",
            "NIGHTDESK_KAFKA_USER": "nightdesk-worker",
            "NIGHTDESK_KAFKA_PASSWORD_FILE": str(pack),
            "NIGHTDESK_KAFKA_CA": str(pack),
            "NIGHTDESK_REDIS": "rediss://push:secret@redis:6380/1",
            "NIGHTDESK_RECORD": "postgresql://record@db/nightdesk",
            "NIGHTDESK_REPLICATION": "3",
            "NIGHTDESK_REALM": "exercise",
            "NIGHTDESK_HEALTH_PORT": "9100",
            "NIGHTDESK_AREAS": "chicago, gary",
            "PATH": "/bin",
        }
    )
    assert settings == Settings(
        data=tmp_path / "data",
        host="::1",
        port=9000,
        push_port=9500,
        area="chicago",
        reference=tmp_path,
        inbox=tmp_path / "in",
        basemap=pack,
        public_origin="https://desk.example:8443",
        log_level=LogLevel.DEBUG,
        kafka="kafka-1:9092,kafka-2:9092",
        kafka_login=KafkaLogin(
            security=KafkaSecurity.SASL_SSL,
            mechanism=KafkaMechanism.PLAIN,
            user="nightdesk-worker",
            password_file=pack,
            ca=pack,
        ),
        redis="rediss://push:secret@redis:6380/1",
        record="postgresql://record@db/nightdesk",
        replication=3,
        realm=EXERCISE,
        health_port=9100,
        areas=("chicago", "gary"),
    )
    assert "secret" not in repr(settings)


def test_an_empty_variable_counts_as_left_out() -> None:
    assert Settings.from_environ({variable.name: " " for variable in VARIABLES}) == Settings.from_environ({})


@pytest.mark.parametrize("name", ["NIGHTDESK_REDIS", "NIGHTDESK_RECORD"])
def test_a_wrong_address_is_refused_without_repeating_its_password(name: str) -> None:
    with pytest.raises(SettingError, match="must begin with") as refused:
        Settings.from_environ({name: "mysql://record:secret@db"})
    assert "secret" not in str(refused.value)


def test_the_push_port_follows_the_port() -> None:
    assert Settings.from_environ({"NIGHTDESK_PORT": "9000"}).push_port == 9001


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("NIGHTDESK_DATA", "a\0b", "must be a path"),
        ("NIGHTDESK_HOST", "no host", "host name or an IP address"),
        ("NIGHTDESK_PORT", "0", "from 1 to 65535"),
        ("NIGHTDESK_PORT", "65536", "from 1 to 65535"),
        ("NIGHTDESK_PORT", "80O0", "from 1 to 65535"),
        ("NIGHTDESK_PORT", "-1", "from 1 to 65535"),
        ("NIGHTDESK_PORT", "²", "from 1 to 65535"),
        ("NIGHTDESK_PORT", "9" * 5_000, "from 1 to 65535"),
        ("NIGHTDESK_PUSH_PORT", "8000", "must differ from NIGHTDESK_PORT"),
        ("NIGHTDESK_KAFKA", "kafka", "host:port"),
        ("NIGHTDESK_KAFKA_SECURITY", "tls", "must be one of plaintext, ssl, sasl_ssl, sasl_plaintext"),
        ("NIGHTDESK_KAFKA_MECHANISM", "MD5", "must be one of SCRAM-SHA-512"),
        ("NIGHTDESK_KAFKA_USER", "ann", "and only with them"),
        ("NIGHTDESK_KAFKA_PASSWORD_FILE", "/no/such", "and only with them"),
        ("NIGHTDESK_KAFKA_CA", "/no/such", "a file that exists"),
        ("NIGHTDESK_REPLICATION", "0", "from 1 to 5"),
        ("NIGHTDESK_REALM", "Live", "live, exercise or replay-<id>"),
        ("NIGHTDESK_HEALTH_PORT", "x", "from 1 to 65535"),
        ("NIGHTDESK_AREAS", "gary,gary", "each once"),
        ("NIGHTDESK_AREAS", "gary,a b", "letters, digits"),
        ("NIGHTDESK_AREA", "../etc/passwd", "letters, digits"),
        ("NIGHTDESK_REFERENCE", "/no/such/folder", "a folder that exists"),
        ("NIGHTDESK_INBOX", "a\0b", "must be a path"),
        ("NIGHTDESK_BASEMAP", "/no/such/pack", "a file that exists"),
        ("NIGHTDESK_PUBLIC_ORIGIN", "desk.example", "must be https://host"),
        ("NIGHTDESK_PUBLIC_ORIGIN", "https://desk.example/", "no path"),
        ("NIGHTDESK_PUBLIC_ORIGIN", "*", "must be https://host"),
        ("NIGHTDESK_LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
    ],
)
def test_a_wrong_value_is_refused_by_variable_value_and_rule(name: str, value: str, rule: str) -> None:
    with pytest.raises(SettingError, match=rule) as refused:
        Settings.from_environ({name: value})
    assert (refused.value.name, refused.value.value) == (name, value)
    assert str(refused.value).startswith(f"{name} = ")


def test_the_last_port_leaves_no_room_for_the_push_port() -> None:
    with pytest.raises(SettingError, match="NIGHTDESK_PUSH_PORT = '65536'"):
        Settings.from_environ({"NIGHTDESK_PORT": "65535"})


def test_the_example_file_lists_every_variable_with_its_default_and_its_meaning() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = {
        line.partition("=")[0]: (line.partition("=")[2], above)
        for above, line in pairwise(lines)
        if line.startswith("NIGHTDESK_")
    }
    assert shown == {variable.name: (variable.default, f"# {variable.about}") for variable in VARIABLES}


def test_the_readme_names_every_variable() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("README.md is not there")
    text = readme.read_text()
    assert [variable.name for variable in VARIABLES if variable.name not in text] == []
