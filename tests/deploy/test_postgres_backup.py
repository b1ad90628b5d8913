"""The commands of docs/postgresql.md and of the runbook: what they dump is restored whole, and goes on to be used."""

import os
import re
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from api.record.kept import open_kept
from api.record.place import Database
from api.record.record import open_record
from api.record.words import Words
from deploy.local.postgres import DATABASE
from schemas.picture import Kind
from tests.builders_postgres import postgres_server
from tests.builders_record import SATURDAY, change, incident

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[2]


def test_a_dump_taken_while_it_runs_is_restored_whole(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "postgresql.md").read_text(encoding="utf-8")
    dump, restore = text.partition("```sh\n")[2].partition("```")[0].splitlines()
    with postgres_server() as server:
        place = Database(url=server.url, realm="live")
        elsewhere = Database(url=server.url.removesuffix(DATABASE) + "restored", realm="live")
        environ = os.environ | {"NIGHTDESK_RECORD": place.url, "NEW_RECORD": elsewhere.url}
        environ["PATH"] = f"{_binaries(server.local.command)}:{environ['PATH']}"
        with closing(open_kept(place)) as kept, closing(open_record(place)) as record:
            Words(kept, lambda: SATURDAY).keep("w", "blue-door", "he ran")
            record.history("soho").write([change(incident())], SATURDAY)
            subprocess.run(["sh", "-c", dump], cwd=tmp_path, env=environ, check=True)
        server.as_superuser("ALTER ROLE nightdesk CREATEDB")
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE restored")
        subprocess.run(["sh", "-c", restore], cwd=tmp_path, env=environ, check=True)
        with closing(open_kept(elsewhere)) as kept, closing(open_record(elsewhere)) as record:
            assert Words(kept, lambda: SATURDAY).text("w") == "he ran"
            Words(kept, lambda: SATURDAY).keep("v", "blue-door", "he came back")
            assert len(record.history("soho").rewind.picture_at(SATURDAY)[Kind.INCIDENTS]) == 1


def test_the_runbook_s_dump_is_restored_whole_over_what_is_there_or_not_at_all(tmp_path: Path) -> None:
    runbook = (ROOT / "deploy" / "RUNBOOK.md").read_text(encoding="utf-8")
    told = re.findall(r"^docker compose exec -T postgres (pg_\w+ .*)$", runbook, flags=re.MULTILINE)
    dump_words, *_ = (line for line in told if line.startswith("pg_dump"))
    restores = [line for line in told if line.startswith("pg_restore")]
    assert len({line.rpartition("<")[0] for line in restores}) == 1, "both restore alike"
    with postgres_server() as server:
        place = Database(url=server.url, realm="live")
        given = urlsplit(server.url)
        environ = os.environ | {"PGHOST": str(given.hostname), "PGPORT": str(given.port), "backup": str(tmp_path)}
        environ |= {
            "PGPASSWORD": str(given.password),
            "PATH": f"{_binaries(server.local.command)}:{os.environ['PATH']}",
        }

        def says(words: str) -> int:
            return subprocess.run(["sh", "-c", words], env=environ, check=False, capture_output=True).returncode

        def texts() -> list[str | None]:
            with closing(open_kept(place)) as kept:
                return [Words(kept, lambda: SATURDAY).text(word) for word in ("before", "after")]

        with closing(open_kept(place)) as kept, closing(open_record(place)):
            Words(kept, lambda: SATURDAY).keep("before", "blue-door", "he ran")
            assert says(dump_words) == 0
            Words(kept, lambda: SATURDAY).keep("after", "blue-door", "he came back")
        dump = tmp_path / "record.dump"
        whole = dump.read_bytes()
        dump.write_bytes(whole[:-100])  # the end of what is in some table
        assert says(restores[0]) != 0
        assert texts() == ["he ran", "he came back"], "half a dump changes nothing"
        dump.write_bytes(whole)
        assert says(restores[0]) == 0
        assert texts() == ["he ran", None]


def _binaries(command: list[str]) -> Path:
    return next(Path(word).parent for word in command if Path(word).name == "postgres" and "/" in word)
