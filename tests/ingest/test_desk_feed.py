"""The live feed: files go in once and leave the folder, refused rows come back once, a desk is asked until it can."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.desk_feed import Again, DeskFeed, corrections_of
from ingest.desk_port import DeskPort
from ingest.feeding import Records
from ingest.patience import Patience, PatientKeeper, PatientSubmit, PatientWords
from ingest.watch import Inbox
from schemas.area import Area
from schemas.dead_letters import Asked, DeadLetter
from schemas.feeds import SbnReport, Source
from schemas.telemetry import Metric
from schemas.times import Instant
from schemas.trouble import Trouble
from tests.builders_area import DOOR, an_area
from tests.builders_ingest import SBN, Kept, csv_of, sbn_row

NOW: Instant = 1_778_990_000_000


class Full(Exception):
    """The desk's disk, or ours."""


class Letters:
    """Refused rows: kept once by where they stand, asked for all at once."""

    def __init__(self) -> None:
        self.waiting: dict[str, DeadLetter] = {}
        self.asked: dict[str, DeadLetter] = {}
        self.settled: list[str] = []
        self.limit = 500

    def keep(self, letters: list[DeadLetter]) -> None:
        for letter in letters:
            name = f"{letter.file}:{letter.line}:{letter.raw!r}"
            if name not in self.settled:
                self.asked.pop(name, None)
                self.waiting[name] = letter

    def ask(self) -> None:
        self.asked, self.waiting = self.asked | self.waiting, {}

    def retries(self, limit: int = 500) -> Sequence[Asked]:
        return [Asked(id=name, letter=letter) for name, letter in list(self.asked.items())[: self.limit]]

    def back_in(self, ids: list[str]) -> None:
        for name in ids:
            del self.asked[name]
            self.settled.append(name)


class Room:
    """A feed with everything around it. `desk` is what the desk has taken, in its order, each position once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "inbox"
        self.area = an_area()
        self.letters = Letters()
        self.desk: list[tuple[str, int, SbnReport]] = []
        self.fails = 0
        self.turns = 0
        self.counts = Counter[tuple[str, ...]]()
        self.trouble = Trouble("feeds")

    def file(self, name: str, body: bytes) -> Path:
        path = self.folder / "sbn" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return path

    def run(self, turns: int = 3) -> None:
        """So many looks at the folder; the first only sees what lies there."""
        self.turns = turns
        self.feed().run(lambda: Inbox(self.folder, self.area, self.words), self.wait)

    def feed(self, area: Area | None = None) -> DeskFeed:
        patience = Patience(lambda _seconds: False, (Full,), self.trouble)
        self.words = PatientWords(Kept(), patience)
        desk = DeskPort(
            area=area or self.area, submit=PatientSubmit(self.submit, patience), known=self.known, clock=lambda: 0,
            keeper=PatientKeeper(self.letters, patience), words=self.words, count=self.count,
        )  # fmt: skip
        return DeskFeed(desk, letters=self.letters, now=lambda: NOW, patience=patience)

    def submit(self, records: Records, tick_to: Instant | None = None) -> int:
        assert tick_to is None, "the live clock is the desk's own"
        if self.fails:
            self.fails -= 1
            raise Full
        for record, origin in records:
            assert isinstance(record, SbnReport)
            if origin.position > self.known(origin.stream):
                self.desk.append((origin.stream, origin.position, record))
        return 0

    def known(self, stream: str) -> int:
        return max((position for name, position, _ in self.desk if name == stream), default=0)

    def wait(self, _seconds: float) -> bool:
        self.turns -= 1
        return self.turns == 0

    def count(self, metric: Metric, by: float = 1, *labels: str) -> None:
        self.counts[(metric.name, *labels)] += int(by)

    def taken(self) -> list[str]:
        return [record.source_id for _, _, record in self.desk]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def rows(*ids: str, **changes: str) -> Iterable[str]:
    return [sbn_row(report_id=id_, **changes) for id_ in ids]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_goes_in_once_is_received_now_and_leaves_the_folder(room: Room) -> None:
    room.file("a.csv", csv_of(SBN, *rows("r1", "r2")))
    room.run()
    assert room.taken() == ["r1", "r2"]
    assert {record.received_at for _, _, record in room.desk} == {NOW}, "whatever its file says"
    assert (names(room.folder / "sbn"), names(room.folder / "done")) == ([], ["a.csv"])
    room.file("again.csv", csv_of(SBN, *rows("r1", "r2")))
    room.run()
    assert room.taken() == ["r1", "r2"], "the same bytes are the same stream"
    assert room.counts[("READ", "sbn")] == 2


def test_a_file_that_was_read_in_part_goes_on_where_it_was(room: Room) -> None:
    room.file("a.csv", csv_of(SBN, *rows("r1", "r2", "r3")))
    room.run()
    room.desk = room.desk[:1]
    room.file("a.csv", csv_of(SBN, *rows("r1", "r2", "r3")))
    room.run()
    assert room.taken() == ["r1", "r2", "r3"]


def test_a_desk_that_cannot_take_it_is_asked_until_it_can(room: Room) -> None:
    room.file("a.csv", csv_of(SBN, *rows("r1")))
    room.fails = 3
    room.run()
    assert (room.taken(), room.fails, room.trouble.text) == (["r1"], 0, None)


def test_a_file_without_an_end_gives_what_it_has_and_is_refused(room: Room) -> None:
    room.file("a.csv.gz", b"\x1f\x8b rubbish")
    room.file("b.csv", b"1,2,3\n")
    room.run()
    assert names(room.folder / "refused") == ["a.csv.gz", "a.csv.gz.why.txt", "b.csv", "b.csv.why.txt"]
    assert "header" in (room.folder / "refused" / "b.csv.why.txt").read_text(encoding="utf-8")


def test_a_refused_row_waits_with_its_place_and_comes_back_once(room: Room) -> None:
    room.file("a.csv", csv_of(SBN, *rows("r1"), *rows("r2", "r3", venue_id="new-door")))
    room.run()
    (first, _) = room.letters.waiting.values()
    assert (first.file, first.line, first.field, first.value) == ("a.csv", 3, "venue_id", "new-door")
    assert room.counts[("REJECTED", "sbn", "unknown_venue")] == 2
    room.letters.ask()
    assert room.feed().read_again({}) == Again(waiting=2), "the reason is not gone"
    room.letters.ask()
    wiser = replace(room.area, venues=room.area.venues | {"new-door": replace(DOOR, id="new-door")})
    room.letters.limit = 1
    assert room.feed(wiser).read_again({}) == Again(back_in=2), "however few are given at a time"
    room.letters.ask()
    assert room.feed(wiser).read_again({}) == Again()
    assert sorted(room.taken()) == ["r1", "r2", "r3"]


def test_a_row_that_came_back_before_a_kill_does_not_come_twice(room: Room) -> None:
    room.file("a.csv", csv_of(SBN, *rows("r2", venue_id="new-door")))
    room.run()
    room.letters.ask()
    before = dict(room.letters.asked)
    room.feed().read_again({"venue_id": "blue-door"})
    room.letters.asked, room.letters.settled = before, []  # as a kill leaves it: in the journal, and not settled
    room.feed().read_again({"venue_id": "blue-door"})
    assert room.taken() == ["r2"]


def test_a_field_that_is_put_right_wrongly_leaves_the_row_as_it_first_came(room: Room) -> None:
    room.file("a.csv", csv_of(SBN, *rows("r2", venue_id="new-door")))
    room.run()
    before = [(letter.raw, letter.line) for letter in room.letters.waiting.values()]
    room.letters.ask()
    assert room.feed().read_again({"venue_id": "nobody"}) == Again(waiting=1)
    assert [(letter.raw, letter.line) for letter in room.letters.waiting.values()] == before
    assert room.letters.asked == {}


def test_a_field_is_put_right_only_in_rows_that_were_refused_for_it(room: Room) -> None:
    body = csv_of(SBN, *rows("r1", venue_id="new-door"), *rows("r2", severity="9"), "r3,0")
    room.file("a.csv", body)
    room.file("b.ndjson", b'{"report_id": "r4"}\n{junk}\n')
    room.run()
    room.letters.ask()
    assert room.feed().read_again({"venue_id": "lantern-yard"}) == Again(back_in=1, waiting=4)
    assert [(record.source_id, record.venue) for _, _, record in room.desk] == [("r1", "lantern-yard")]
    room.letters.ask()
    assert room.feed().read_again({"severity": "3"}) == Again(back_in=1, waiting=3)
    assert [(record.source_id, record.venue) for _, _, record in room.desk][1:] == [("r2", "blue-door")]


def test_a_field_for_which_no_row_was_refused_is_named_and_nothing_is_put_right(room: Room) -> None:
    room.file("a.csv", csv_of(SBN, *rows("r2", venue_id="new-door")))
    room.run()
    room.letters.ask()
    with pytest.raises(ValueError, match="no row was refused for venue; rows were refused for venue_id"):
        room.feed().read_again({"venue": "blue-door"})
    assert room.taken() == []
    assert len(room.letters.waiting) == 1, "it waits as it did"


def test_what_running_desks_are_asked_for_is_read_between_two_looks(room: Room) -> None:
    room.file("a.csv", csv_of(SBN, *rows("r2", venue_id="new-door")))
    room.run()
    room.area = replace(room.area, venues=room.area.venues | {"new-door": replace(DOOR, id="new-door")})
    room.letters.ask()
    room.run(turns=1)
    assert room.taken() == ["r2"]


def test_corrections_are_fields_and_values() -> None:
    assert corrections_of(["venue_id=blue-door", "words=a=b, c"]) == {"venue_id": "blue-door", "words": "a=b, c"}
    for wrong in ("venue_id", "=x", ""):
        with pytest.raises(ValueError, match="is not FIELD=VALUE"):
            corrections_of([wrong])


def test_sources_have_their_own_folders(room: Room) -> None:
    room.run(turns=1)
    assert set(Source) <= set(names(room.folder))
