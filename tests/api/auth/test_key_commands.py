"""The keys commands: a key is made in our own folder, and never in somebody else's."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.auth.commands import keys
from api.auth.grants import GrantRefused


def test_a_key_is_shown_once_as_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(keys, ["add", "--role", "operations", "--data", str(tmp_path / "var"), "--json"])
    assert done.exit_code == 0
    assert done.stdout.startswith('{"key":"nd_')


@pytest.mark.parametrize(
    ("environ", "page"),
    [
        ({"NIGHTDESK_HOST": "::"}, "http://[::1]:8000"),
        ({"NIGHTDESK_PORT": "80"}, "http://127.0.0.1"),
        ({"NIGHTDESK_PUBLIC_ORIGIN": "https://desk.example"}, "https://desk.example"),
    ],
)
def test_a_link_is_one_that_a_browser_opens(environ: dict[str, str], page: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(keys, ["link", "--data", str(tmp_path / "var")], env=environ)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{page}/sign-in#token=")


def test_a_strangers_folder_gets_no_keys(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("not ours", encoding="utf-8")
    done = CliRunner().invoke(keys, ["add", "--role", "operations", "--data", str(tmp_path)])
    assert isinstance(done.exception, GrantRefused)
    assert "letters.txt" in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
