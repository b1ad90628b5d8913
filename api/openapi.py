"""Writes api/openapi.json, of which the pages' client is made; with --check only says whether it is stale.

Run `python -m api.openapi` after a route changed.
"""

import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import Final, NoReturn

import orjson

from api.app import create_app
from api.desk_side import DeskSide
from api.holdings import Holdings
from api.live.hub import DeskState
from api.record.dead_letters import DeadLetters
from api.record.kept import open_kept
from api.reports.incoming import incoming_of
from api.site import Site
from api.site_settings import SiteSettings
from schemas.meters import Meters
from schemas.reference import load_area

FILE: Final = Path(__file__).parent / "openapi.json"
_SETTINGS: Final = SiteSettings(
    host="127.0.0.1",
    port=8000,
    push_port=8001,
    public_origin=None,
    basemap=None,
    realm="live",
    pages=Path("none"),
    version="1",
    speed=None,
)


def document() -> bytes:
    """What the file must hold: the description of a site that never opens."""
    with tempfile.TemporaryDirectory() as folder, closing(open_kept(Path(folder) / "kept.db")) as kept:
        area = load_area()
        holdings = Holdings(
            kept, area.retention, letters=DeadLetters(kept), history=_unread, now=lambda: 0, desk_clock=lambda: 0,
            stop=threading.Event(),
        )  # fmt: skip
        desk = DeskSide(state=lambda: DeskState(at=0, state="stopped"), ready=lambda: (False, ""), rewind=_unread)
        incoming = incoming_of(kept, _NoDesk(), _unread, passes=())
        site = Site(
            area, _SETTINGS, holdings=holdings, meters=Meters(), incoming=incoming, desk=desk, now=lambda: 0,
            clock=lambda: 0.0, random_bytes=bytes,
        )  # fmt: skip
        described = create_app(site.services).openapi()
    option = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(described, option=option)


def _unread(*_: object) -> NoReturn:
    raise RuntimeError("a description reads no record")


class _NoDesk:
    """Judges nothing: nobody reports to a description."""

    judge = see = standing = time = staticmethod(_unread)


def main(arguments: list[str]) -> int:
    """0: up to date or written; 1: stale; 2: an argument that is not known."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m api.openapi [--check]\n")
        return 2
    wanted = document()
    if FILE.is_file() and FILE.read_bytes() == wanted:
        return 0
    sys.stdout.write(f"{'stale' if arguments else 'written'}: api/{FILE.name}\n")
    if arguments:
        return 1
    FILE.write_bytes(wanted)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
