"""The commands of accounts: links that a browser opens, lists without secrets, and ends that hold."""

import json
from contextlib import closing
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from api.auth.enrolments import EnrolmentRefused
from api.auth.grants import GrantRefused
from api.auth.people_commands import add_to
from api.auth.sessions import Opening
from schemas.audiences import Role
from tests.builders_auth import GRANTS, Accounts, accounts
from tests.builders_postgres import realm_in

VENUE = ("enrol", "--role", "business", "--venue", "blue-door")


def _run(folder: Path, *words: str) -> Result:
    app = typer.Typer()
    add_to(app)
    return CliRunner().invoke(app, [*words, "--data", str(folder)])


def _house(folder: Path) -> Accounts:
    return accounts(folder)


def test_an_enrolment_is_a_link_that_makes_a_phone_the_venues(tmp_path: Path) -> None:
    done = _run(tmp_path / "var", *VENUE, "--json")
    told = json.loads(done.stdout)
    assert told["link"].startswith("http://127.0.0.1:8000/account#token=")
    house = _house(tmp_path / "var")
    used = house.authenticator.enrolments.use(told["link"].partition("=")[2], house.clock())
    house.close()
    assert used is not None
    assert used.grant == GRANTS[Role.BUSINESS]


@pytest.mark.server
def test_where_the_record_is_a_database_people_are_there(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIGHTDESK_RECORD", postgres_url)
    realm = realm_in(postgres_url)
    (tmp_path / "realm.json").write_text(json.dumps({"realm": realm.realm}), encoding="utf-8")
    token = json.loads(_run(tmp_path, *VENUE, "--json").stdout)["link"].partition("=")[2]
    with closing(accounts(tmp_path, kept=realm)) as house:
        assert house.authenticator.enrolments.use(token, house.clock()) is not None
    assert [file.name for file in tmp_path.iterdir()] == ["realm.json"]


@pytest.mark.server
def test_of_the_kafka_engine_they_are_in_its_realm_whatever_lies_in_the_folder(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    realm = realm_in(postgres_url)
    monkeypatch.setenv("NIGHTDESK_RECORD", postgres_url)
    monkeypatch.setenv("NIGHTDESK_REALM", realm.realm)
    (tmp_path / "inbox").mkdir()
    token = json.loads(_run(tmp_path, *VENUE, "--json").stdout)["link"].partition("=")[2]
    with closing(accounts(tmp_path, kept=realm)) as house:
        assert house.authenticator.enrolments.use(token, house.clock()) is not None


def test_people_are_added_listed_and_removed(tmp_path: Path) -> None:
    assert _run(tmp_path, "people", "add", "Ann", "--role", "operations").stdout.startswith("link: http://")
    listed = _run(tmp_path, "people", "list")
    assert listed.stdout.startswith("ann  operations  -  no password yet  20")
    assert _run(tmp_path, "people", "remove", "ANN").stdout == "ANN is removed\n"
    assert _run(tmp_path, "people", "list").stdout == ""
    again = _run(tmp_path, "people", "remove", "ann")
    assert again.exit_code == 1
    assert again.stderr == "nightdesk: there is nobody with the name 'ann': see nightdesk people list\n"


def test_keys_are_listed_without_their_secret_and_revoked(tmp_path: Path) -> None:
    house = _house(tmp_path)
    secret = house.key(Role.GROUP)
    opened = house.authenticator.sessions.open(Opening(grant=GRANTS[Role.GROUP], key_id=1), house.clock(), None)
    assert opened is not None
    listed = _run(tmp_path, "keys", "list", "--json")
    assert [(key["key"], key["role"], key["revoked"]) for key in map(json.loads, listed.stdout.splitlines())] == [
        (1, "group", None)
    ]
    assert secret not in listed.stdout
    assert _run(tmp_path, "keys", "revoke", "1").stdout == "key 1 is revoked\n"
    assert house.authenticator.identify({"authorization": f"Bearer {secret}"}) is None
    assert house.authenticator.identify({"cookie": f"nightdesk={opened[0]}"}) is None
    house.close()
    assert "see nightdesk keys list" in _run(tmp_path, "keys", "revoke", "1").stderr


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("enrol", "--role", "business"), GrantRefused, "needs a venue"),
        (("enrol", "--role", "business", "--venue", "nowhere"), GrantRefused, "venue 'nowhere' is not one of"),
        (("enrol", "--role", "operations"), EnrolmentRefused, "give the name"),
        (("people", "add", "bot", "--role", "feed"), EnrolmentRefused, "make a key"),
    ],
)
def test_what_cannot_be_is_said(words: tuple[str, ...], error: type[Exception], said: str, tmp_path: Path) -> None:
    done = _run(tmp_path, *words)
    assert isinstance(done.exception, error)
    assert said in str(done.exception)
