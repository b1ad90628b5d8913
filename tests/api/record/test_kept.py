"""kept.db: never replaced by itself, and its refusal says how to restore it."""

import time
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.record.errors import KeptDamaged
from api.record.kept import open_kept
from api.record.kept_tables import audit
from schemas.times import DAY
from tests.builders_postgres import Where


def test_a_damaged_file_is_refused_with_the_way_to_restore_it_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    path.write_bytes(b"rubbish" * 1_000)
    with pytest.raises(KeptDamaged) as refused:
        open_kept(path)
    assert "put a copy of kept.db from your backup in its place" in str(refused.value)
    assert path.read_bytes() == b"rubbish" * 1_000
    assert [file.name for file in tmp_path.iterdir()] == ["kept.db"]


@pytest.mark.parametrize("change", [update(audit).values(action="nothing"), delete(audit)], ids=["update", "delete"])
def test_for_a_year_the_audit_can_only_be_added_to(change: Executable, where: Where) -> None:
    kept = open_kept(where.kept)
    with kept.store.writing() as connection:
        young = time.time_ns() // 1_000_000 - 364 * DAY
        connection.execute(insert(audit).values(at=young, action="signed_in", role="operations"))
    with pytest.raises(IntegrityError, match="append only"), kept.store.writing() as connection:
        connection.execute(change)
    with kept.store.reading() as connection:
        assert connection.execute(select(audit.c.action)).scalars().all() == ["signed_in"]
    kept.close()
