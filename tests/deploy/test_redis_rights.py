"""Each role does its work on a Redis that asks who one is, with the rights that are printed, and nothing besides."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.redis_view.connection import Server, ViewUnavailable, connect
from api.service_checks import service_checks
from deploy.redis_rights import COMMANDS, main, user_line
from schemas.realms import LIVE
from schemas.settings import Settings
from schemas.told import DeskTold, DeskWord
from tests.builders_certificates import certificate_in
from tests.builders_push import AREA, AT, update
from tests.builders_redis import a_writer, following, until
from tests.builders_running import free_port

pytestmark = pytest.mark.server


@pytest.fixture
def where(tmp_path: Path) -> Iterator[str]:
    """A Redis behind TLS with the users that are printed, each with its role as its password."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server")
    acl, found = tmp_path / "users.acl", free_port()
    acl.write_text("user default off\n" + "".join(f"{user_line(role, LIVE, f'>{role}')}\n" for role in COMMANDS))
    shown = certificate_in(tmp_path)
    tls = ["--tls-port", str(found), "--tls-cert-file", str(shown.certificate), "--tls-key-file", str(shown.key)]
    command = [program, "--port", "0", *tls, "--tls-auth-clients", "no", "--bind", "127.0.0.1", "--save", ""]
    address = f"127.0.0.1:{found}/0?ssl_ca_certs={shown.certificate}"
    with subprocess.Popen([*command, "--aclfile", str(acl)], stdout=subprocess.DEVNULL, cwd=tmp_path) as process:
        try:
            with closing(as_role("push", address)) as server:
                until(lambda: answers(server), "Redis")
            yield address
        finally:
            process.kill()


def url_of(role: str, where: str) -> str:
    return f"rediss://nightdesk-{role}:{role}@{where}"


def as_role(role: str, where: str) -> Server:
    return connect(url_of(role, where), role)


def answers(server: Server) -> bool:
    try:
        with server.asked():
            server.client.hgetall(f"nightdesk:{{{LIVE}:{AREA}}}:run")
    except ViewUnavailable:
        return False
    return True


def test_a_projector_puts_and_a_follower_follows_with_no_more_rights_than_that(where: str) -> None:
    with closing(as_role("project", where)) as server:
        view = a_writer(server, LIVE.name)
        for role in ("push", "api"):
            with following(url_of(role, where), LIVE.name) as follower:
                view.put([update(1, record={"n": 1}), update(2, "b", {"n": 2}), update(3, "b")])
                view.put([update(4, "b", {"n": 4}), update(5, "b")])
                view.say(DeskTold(word=DeskWord.LIVE, at=AT, next_offset=2), AT)
                view.forget((9, 0))
                follower.reaches(view)
                until(lambda: follower.mirror.state().state == "live")
        assert [key for (_, key), _ in view.holding()] == ["a"]


@pytest.mark.parametrize("role", ["push", "api"])
def test_a_follower_can_write_nothing(where: str, role: str) -> None:
    with closing(as_role(role, where)) as server:
        with pytest.raises(ViewUnavailable, match="Redis does not allow it"):
            a_writer(server, LIVE.name)
        for asked in (("HSET", f"nightdesk:{{{LIVE}:{AREA}}}:run", "run", "x"), ("FLUSHALL",), ("CONFIG", "GET", "*")):
            with pytest.raises(ViewUnavailable, match="Redis does not allow it"), server.asked():
                server.client.execute_command(*asked)


@pytest.mark.parametrize("role", COMMANDS)
def test_nobody_reaches_another_realm(where: str, role: str) -> None:
    with closing(as_role(role, where)) as server:
        refused = pytest.raises(ViewUnavailable, match="Redis does not allow it")
        with refused, server.asked():
            server.client.hgetall(f"nightdesk:{{exercise:{AREA}}}:run")


@pytest.mark.parametrize("role", COMMANDS)
def test_each_role_s_user_is_enough_for_the_doctor(where: str, role: str) -> None:
    settings = Settings.from_environ({"NIGHTDESK_REDIS": url_of(role, where)})
    (redis,) = (check for check in service_checks(settings) if check.what == "Redis")
    assert redis.ok, redis.found


def test_the_users_are_printed_for_a_realm(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercise"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "user default off"
    assert [line.split()[1] for line in lines[1:]] == ["nightdesk-project", "nightdesk-push", "nightdesk-api"]
    assert all("~nightdesk:{exercise:* -@all" in line for line in lines[1:])
    assert main([]) == 2
    assert main(["Live"]) == 2
    assert "usage" in capsys.readouterr().err
