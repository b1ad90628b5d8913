"""What runs in a container before and beside the role: its secrets from files, and its health."""

import os
import re
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import typer

from deploy.container import environment_of
from deploy.health import readiness
from deploy.make_secrets import make_secrets
from nightdesk import app

ROOT = Path(__file__).resolve().parents[2]


def test_a_file_with_the_name_of_a_setting_is_its_value(tmp_path: Path) -> None:
    (tmp_path / "NIGHTDESK_REDIS").write_text("redis://u:p@redis/0\n")
    (tmp_path / "PATH").write_text("not a setting")
    given = environment_of({"PATH": "/bin", "NIGHTDESK_REDIS": "redis://other/0"}, tmp_path)
    assert given == {"PATH": "/bin", "NIGHTDESK_REDIS": "redis://u:p@redis/0"}


def test_without_files_the_environment_is_as_it_was(tmp_path: Path) -> None:
    assert environment_of({"NIGHTDESK_PORT": "8000"}, tmp_path / "none") == {"NIGHTDESK_PORT": "8000"}


@pytest.mark.server
def test_the_role_takes_the_place_of_the_entry_point(tmp_path: Path) -> None:
    program = tmp_path / "nightdesk"
    program.write_text('#!/bin/sh\necho "$$ $@"\n')
    program.chmod(0o755)
    environ = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen(
        [sys.executable, "-m", "deploy.container", "worker"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as one:
        out, _ = one.communicate(timeout=30)
    assert out == f"{one.pid} worker\n", "signals reach the role itself"


_WRITTEN = ("README.md", "deploy/RUNBOOK.md", "deploy/prometheus/prometheus.yml", "docker-compose.yml")
_EXEC = re.compile(r"docker compose exec (?:-T )?(\w+) ([^`\n]+)")


def test_what_people_are_told_to_run_in_a_role_s_container_reads_its_secrets_and_is_a_command_there() -> None:
    found = [match for name in _WRITTEN for match in _EXEC.findall((ROOT / name).read_text(encoding="utf-8"))]
    told = [words.split() for service, words in found if service not in {"kafka", "redis", "postgres"}]
    assert len(told) > 3
    commands = set(typer.main.get_group(app).commands) | {"COMMAND"}
    for words in told:
        assert words[:3] in (["python", "-m", "deploy.container"], ["python", "-m", "deploy.health"]), words
        assert words[2] == "deploy.health" or words[3] in commands, words


class Answers(BaseHTTPRequestHandler):
    """A role that is not ready at first."""

    is_ready = False

    def do_GET(self) -> None:
        assert self.path == "/readyz"
        self.send_response(200 if self.is_ready else 503)
        self.end_headers()
        self.wfile.write(b"ready\n" if self.is_ready else b"not ready: Kafka does not answer\n")

    def log_message(self, *_: object) -> None:
        return


@pytest.mark.server
def test_health_is_what_the_role_says_of_itself() -> None:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        environ = {"NIGHTDESK_HEALTH_PORT": str(server.server_port)}
        try:
            assert readiness("worker", environ) == (False, "not ready: Kafka does not answer")
            Answers.is_ready = True
            assert readiness("worker", environ) == (True, "ready")
            assert readiness("push", {"NIGHTDESK_PUSH_PORT": environ["NIGHTDESK_HEALTH_PORT"]}) == (True, "ready")
            assert readiness("api", {"NIGHTDESK_PORT": environ["NIGHTDESK_HEALTH_PORT"]}) == (True, "ready")
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.server
def test_where_nobody_answers_it_says_so_and_ends_with_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        environ = os.environ | {"NIGHTDESK_PORT": str(taken.getsockname()[1])}
        done = subprocess.run(
            [sys.executable, "-m", "deploy.health", "api"],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout.startswith("nobody answers: ")


def test_secrets_are_drawn_once_and_only_their_owner_enters_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    written = make_secrets(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {(folder / name).stat().st_mode & 0o777 for name in written} == {0o644}
    before = {name: (folder / name).read_text() for name in written}
    assert make_secrets(folder) == []
    assert {name: (folder / name).read_text() for name in written} == before


def test_files_that_share_a_password_are_drawn_again_together(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    (tmp_path / "postgres_password").unlink()
    assert make_secrets(tmp_path) == ["NIGHTDESK_RECORD", "postgres_password"]
    assert (tmp_path / "postgres_password").read_text().strip() in (tmp_path / "NIGHTDESK_RECORD").read_text()


def test_redis_is_told_only_the_hash_of_its_password(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    password = (tmp_path / "NIGHTDESK_REDIS").read_text().split(":")[2].partition("@")[0]
    assert len(password) > 40
    assert password not in (tmp_path / "redis.acl").read_text()
