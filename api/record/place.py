"""Where a record lies: in an SQLite file of the data folder, or in a PostgreSQL database, a realm beside another."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """One realm in a PostgreSQL database; `url` is as libpq reads it, and may hold a password, so nothing shows it."""

    url: str = field(repr=False)
    realm: str

    def __str__(self) -> str:
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return f"PostgreSQL, realm {self.realm}"
        return f"PostgreSQL at {parts.netloc.rpartition('@')[2]}{parts.path}, realm {self.realm}"

    def schema(self, chain: str) -> str:
        """The schema of a chain's tables: `live_kept`. No realm holds an underscore, so none meets another."""
        return f"{self.realm.replace('-', '_')}_{chain}"


Place = Path | Database


def place_of(url: str | None, realm: str, file: Path) -> Place:
    """The database of a setting, or the file where none is set."""
    return file if url is None else Database(url=url, realm=realm)
