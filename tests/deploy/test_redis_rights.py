"""Each role does its work on a Redis that asks who one is, with the rights that are printed, and nothing besides."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.redis_view.connection import Server, ViewUnavailable, connect
from deploy.redis_rights import COMMANDS, main, user_line
from schemas.realms import LIVE
from schemas.told import DeskTold, DeskWord
from tests.builders_push import AREA, AT, update
from tests.builders_redis import a_writer, following, until
from tests.builders_running import free_port

pytestmark = pytest.mark.server


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A Redis with the users that are printed, each with its role as its password."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server")
    acl, found = tmp_path / "users.acl", free_port()
    acl.write_text("user default off\n" + "".join(f"{user_line(role, LIVE, f'>{role}')}\n" for role in COMMANDS))
    command = [program, "--port", str(found), "--bind", "127.0.0.1", "--save", "", "--aclfile", str(acl)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path) as process:
        try:
            with closing(as_role("push", found)) as server:
                until(lambda: answers(server), "Redis")
            yield found
        finally:
            process.kill()


def as_role(role: str, port: int) -> Server:
    return connect(f"redis://nightdesk-{role}:{role}@127.0.0.1:{port}/0", role)


def answers(server: Server) -> bool:
    try:
        with server.asked():
            server.client.hgetall(f"nightdesk:{{{LIVE}:{AREA}}}:run")
    except ViewUnavailable:
        return False
    return True


def test_a_projector_puts_and_a_follower_follows_with_no_more_rights_than_that(port: int) -> None:
    with closing(as_role("project", port)) as server:
        view = a_writer(server, LIVE.name)
        for role in ("push", "api"):
            with following(f"redis://nightdesk-{role}:{role}@127.0.0.1:{port}/0", LIVE.name) as follower:
                view.put([update(1, record={"n": 1}), update(2, "b", {"n": 2}), update(3, "b")])
                view.put([update(4, "b", {"n": 4}), update(5, "b")])
                view.say(DeskTold(word=DeskWord.LIVE, at=AT, next_offset=2), AT)
                view.forget((9, 0))
                follower.reaches(view)
                until(lambda: follower.mirror.state().state == "live")
        assert [key for (_, key), _ in view.holding()] == ["a"]


@pytest.mark.parametrize("role", ["push", "api"])
def test_a_follower_can_write_nothing(port: int, role: str) -> None:
    with closing(as_role(role, port)) as server:
        with pytest.raises(ViewUnavailable, match="Redis does not allow it"):
            a_writer(server, LIVE.name)
        for asked in (("HSET", f"nightdesk:{{{LIVE}:{AREA}}}:run", "run", "x"), ("FLUSHALL",), ("CONFIG", "GET", "*")):
            with pytest.raises(ViewUnavailable, match="Redis does not allow it"), server.asked():
                server.client.execute_command(*asked)


@pytest.mark.parametrize("role", COMMANDS)
def test_nobody_reaches_another_realm(port: int, role: str) -> None:
    with closing(as_role(role, port)) as server:
        refused = pytest.raises(ViewUnavailable, match="Redis does not allow it")
        with refused, server.asked():
            server.client.hgetall(f"nightdesk:{{exercise:{AREA}}}:run")


def test_the_users_are_printed_for_a_realm(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercise"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "user default off"
    assert [line.split()[1] for line in lines[1:]] == ["nightdesk-project", "nightdesk-push", "nightdesk-api"]
    assert all("~nightdesk:{exercise:* -@all" in line for line in lines[1:])
    assert main([]) == 2
    assert main(["Live"]) == 2
    assert "usage" in capsys.readouterr().err
