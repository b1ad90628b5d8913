"""Run Alembic from the program: one environment, one folder of revisions a chain."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from api.record.errors import RecordTooNew
from api.record.schema import Chain
from api.record.store import Store

_FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(store: Store, chain: Chain, found: str | None) -> None:
    """Migrate from revision `found` (None: an empty one) to the newest, in one transaction."""
    config = configured(chain)
    if found is not None:
        _refuse_unknown(store, chain, found, config)
    with store.migrating() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def configured(chain: Chain) -> Config:
    """Alembic's configuration for one chain."""
    config = Config()
    config.set_main_option("script_location", _escaped(_FOLDER))
    config.set_main_option("version_locations", _escaped(_FOLDER / chain.folder))
    config.set_main_option("path_separator", "newline")
    config.attributes["metadata"] = chain.metadata
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


def _refuse_unknown(store: Store, chain: Chain, found: str, config: Config) -> None:
    try:
        ScriptDirectory.from_config(config).get_revision(found)
    except CommandError as error:
        raise RecordTooNew(
            store.place,
            f"has schema {found!r}, and this Nightdesk knows up to {chain.head!r}; start the version that wrote it",
        ) from error
