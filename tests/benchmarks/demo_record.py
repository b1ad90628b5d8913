"""A record of 26 simulated nights, written as by a desk that is told of each report by itself: what rewinding reads."""

import time
from contextlib import closing
from pathlib import Path
from typing import Final

from api.record.record import open_record
from schemas.picture import Change
from schemas.realms import DEMO
from schemas.reference import load_area
from streams.embedded import Engine
from streams.restore import Told
from streams.sqlite_journal import SqliteJournal
from tests.kill.oracles import demo_nights

WEEKS_AFTER: Final = 7
"""With the demo's five past weeks and the story's: thirteen weeks of Fridays and Saturdays."""
SEED: Final = 7
FILE: Final = "demo-record.db"
_CHANGES_AT_ONCE: Final = 2_000


def write_record(work: Path) -> None:
    """Write the record; a folder that has it is left as it is."""
    if (work / FILE).exists():
        return
    area, part = load_area(), work / f"{FILE}.part"
    with closing(open_record(part)) as record:
        history, waiting = record.history(area.id), list[Change]()

        def tell(changes: list[Change]) -> Told:
            waiting.extend(changes)
            if len(waiting) >= _CHANGES_AT_ONCE:
                history.write(waiting, waiting[-1].at)
                waiting.clear()
            return Told.SAFE

        journal = SqliteJournal(":memory:", realm=DEMO.name, area=area.id)
        with closing(journal):
            engine = Engine(area, journal, None, tell=tell, clock=time.monotonic)
            engine.open(area.policy)
            for night in demo_nights(area, SEED, WEEKS_AFTER):
                for one in night.records:
                    engine.replay([one])
        history.write(waiting, waiting[-1].at)
    part.rename(work / FILE)
