"""Moves a realm's schema out of the way under a name that says so, for whoever wants to look into it."""

from typing import Final

from psycopg.sql import SQL, Identifier

from api.record.place import Database
from api.record.postgres_errors import translated
from api.record.postgres_session import opened, parameters_of
from schemas.set_aside import KEPT_MAX

_ASIDE: Final = "SELECT nspname FROM pg_namespace WHERE nspname ~ ('^' || %(schema)s || '_damaged_[0-9]+$')"


def set_schema_aside(place: Database, chain: str) -> str:
    """Rename the schema to NAME_damaged_N; the oldest of those makes room for a fourth. Its new name; RecordError."""
    schema = place.schema(chain)
    with translated(place), opened(parameters_of(place), schema, None) as session:
        found = session.execute(_ASIDE, {"schema": schema}).fetchall()
        numbers = sorted(int(name.rpartition("_")[2]) for (name,) in found)
        for number in numbers[: max(0, len(numbers) + 1 - KEPT_MAX)]:
            session.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(f"{schema}_damaged_{number}")))
        aside = f"{schema}_damaged_{numbers[-1] + 1 if numbers else 1}"
        session.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(schema), Identifier(aside)))
    return aside
