"""One desk on a journal in a list: what the tests of the fold drive, look at, crash and resume."""

from collections.abc import Iterable
from typing import Any

import orjson

from schemas.journal import Entry, Fact, FoldVersion, Origin, ReferenceAdopted, Tick
from schemas.picture import Change, Kind, PictureRecord
from schemas.policy import Policy, encode_policy, sha256_of
from schemas.times import Instant
from streams.core.desk import FOLD_VERSION, Desk, fold
from streams.core.records import drain, picture
from streams.core.state import decode, encode_ledgers, encode_tonight

Shown = dict[Kind, dict[str, PictureRecord]]


class Run:
    """A desk, the journal it has folded, and what it said. `take` is the only way in."""

    def __init__(
        self, policy: Policy | None = None, borough: str = "E09000033", blobs: dict[str, bytes] | None = None
    ) -> None:
        self.borough = borough
        self.blobs = dict(blobs or {})
        self.journal: list[Entry] = []
        self.told: list[Change] = []
        self.desk = Desk(borough, self.blobs.__getitem__)
        if policy is not None:
            self.take(Entry(fact=FoldVersion(version=FOLD_VERSION)))
            self.adopt(policy)

    def adopt(self, policy: Policy) -> None:
        """Follow a policy from here on."""
        self.take(self.adoption(policy))

    def adoption(self, policy: Policy) -> Entry:
        """The entry that adopts a policy, its blob put beside the journal."""
        blob = encode_policy(policy)
        self.blobs[sha256_of(blob)] = blob
        return Entry(fact=ReferenceAdopted(sha256=sha256_of(blob)))

    def take(self, entry: Entry) -> None:
        """Append an entry and fold it."""
        self.journal.append(entry)
        fold(self.desk, len(self.journal) - 1, entry)

    def take_all(self, entries: Iterable[Entry]) -> "Run":
        """Append entries and fold them, one by one."""
        for entry in entries:
            self.take(entry)
        return self

    def hear(self, fact: Fact, stream: str, position: int) -> None:
        """Take a fact from outside."""
        self.take(Entry(fact=fact, origin=Origin(stream=stream, position=position)))

    def tick(self, at: Instant, *, live: bool = False) -> None:
        """Move the clock in one step."""
        self.take(Entry(fact=Tick(at=at, live=live)))

    def tick_by(self, step: Instant, to: Instant, *, live: bool = False) -> None:
        """Move the clock in steps, the last of them to `to`."""
        for at in range(self.desk.clock + step, to, step):
            self.tick(at, live=live)
        self.tick(to, live=live)

    def drain(self) -> list[Change]:
        """What is ready to go out now; kept in `told`."""
        changes = drain(self.desk)
        self.told.extend(changes)
        return changes

    def crash(self) -> None:
        """Lose the desk; put it back from its own bytes, as a snapshot of this moment would."""
        tonight, ledgers = encode_tonight(self.desk), encode_ledgers(self.desk)
        self.desk = decode(tonight, ledgers, self.borough, self.blobs.__getitem__)

    def shown(self) -> Shown:
        """The live picture."""
        return picture(self.desk)

    def members(self) -> set[frozenset[str]]:
        """Which reports are one incident: member sets of every incident remembered."""
        return {frozenset(m.id for m in i.cluster.members) for i in self.desk.incidents.known.values()}

    def windows(self) -> dict[str, int]:
        """The count of every window above zero, by its key."""
        return {key: cell.count for key, cell in self.desk.windows.cells.items()}


def state(desk: Desk) -> tuple[bytes, bytes]:
    """The whole state as bytes."""
    return encode_tonight(desk), encode_ledgers(desk)


def without_offsets(desk: Desk) -> tuple[dict[str, Any], bytes]:
    """The state but for the journal offsets in its versions; the times in them stay, but of keys that wait for a new
    one: that they changed twice is known to those alone who ticked in between.
    """
    tonight: dict[str, Any] = orjson.loads(encode_tonight(desk))
    waiting = {(kind, key) for kind, keys in tonight["waiting"].items() for key in keys}
    tonight["versions"] = {
        kind: {key: None if (kind, key) in waiting else at for key, (_offset, _index, at) in of_kind.items()}
        for kind, of_kind in tonight["versions"].items()
    }
    tonight["repeated"] = tonight["repeated"][2]
    return tonight, encode_ledgers(desk)


def first_difference(one: bytes, other: bytes) -> str:
    """Where two JSON states first differ, for the text of a failed assertion."""
    return _difference(orjson.loads(one), orjson.loads(other), "") or "only in the order of keys"


def _difference(one: object, other: object, where: str) -> str | None:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        parts = [_difference(one[key], other[key], f"{where}/{key}") for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        parts = [_difference(a, b, f"{where}/{at}") for at, (a, b) in enumerate(zip(one, other, strict=True))]
    else:
        return None if one == other else f"{where}: {one!r:.300} is not {other!r:.300}"
    return next((part for part in parts if part is not None), None)
