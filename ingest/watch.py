"""A watched folder: `inbox/<source>/` takes that source's files, each read once it has stopped growing.

A file that was read goes to `inbox/done/`; one that could not be, to `inbox/refused/`, with a `.why.txt` beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.outcomes import Outcome
from ingest.reading import read, stream_name
from ingest.words import WordsPort
from schemas.area import Area
from schemas.feeds import Source

DONE: Final = "done"
REFUSED: Final = "refused"
FILES_A_POLL_MAX: Final = 1_000
"""Taken in one look; the rest waits for the next."""
_ENDINGS: Final = (".csv", ".json", ".ndjson", ".jsonl", ".gz")
"""In any case, as that of what is unfinished."""
_UNFINISHED: Final = (".part", ".tmp", ".crdownload", ".filepart")

_NAMES_SHOWN_MAX: Final = 3

Stood = tuple[int, int]
"""Size in bytes and time of last change in ns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that has arrived whole. The caller settles it once its rows are safe: `done`, else `refuse`."""

    stream: str
    source: Source
    path: Path
    inbox: "Inbox"

    def rows(self, start: int) -> Iterator[Outcome]:
        """Its rows after `start`, the highest position that the journal has of its stream."""
        return self.inbox.rows(self, start)

    def done(self) -> None:
        """All its rows are safe in the journal. One that grew meanwhile stays, and comes again as another stream."""
        self.inbox.settle(self.path, DONE)

    def refuse(self, why: str) -> None:
        """It could not be read to its end."""
        self.inbox.settle(self.path, REFUSED, why)


def refuse_foreign(folder: Path) -> None:
    """ValueError: a folder with other things in it, which would be moved away as strays. One not there yet is ours."""
    try:
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return  # whoever opens it says what is wrong with it
    if names and not {*Source, DONE, REFUSED} & set(names):
        shown = ", ".join(names[:_NAMES_SHOWN_MAX])
        raise ValueError(
            f"{folder} holds {shown} and none of the folders that a watched one has ({', '.join(Source)}): what lies in"
            " it would be moved. Give an empty or a new folder with NIGHTDESK_INBOX"
        )


class Inbox:
    """The watched folder of one area. Makes its sub-folders; OSError where it cannot."""

    def __init__(self, folder: Path, area: Area, words: WordsPort) -> None:
        self.folder = folder
        self._area = area
        self._words = words
        self._seen: dict[Path, Stood] = {}
        self._taken: dict[Path, Stood] = {}
        for name in (*Source, DONE, REFUSED):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def poll(self) -> list[Arrival]:
        """One look at the folder: the files that stood still since the last look and are not taken yet."""
        self._refuse_strays()
        standing = {path: stood for path in self._files() if (stood := _stood(path)) is not None}
        ready = [path for path, stood in standing.items() if self._seen.get(path) == stood and path not in self._taken]
        self._seen = standing
        self._taken = {path: stood for path, stood in self._taken.items() if path in standing}
        arrivals: list[Arrival] = []
        try:
            for path in ready[:FILES_A_POLL_MAX]:
                if (arrival := self._take(path)) is not None:
                    arrivals.append(arrival)
        except OSError:
            for arrival in arrivals:  # nobody gets them this time, so they have to come again
                del self._taken[arrival.path]
            raise
        return arrivals

    def rows(self, arrival: Arrival, start: int) -> Iterator[Outcome]:
        """An arrival's rows after `start`."""
        return read(arrival.source, arrival.path, self._area, words=self._words, name=arrival.path.name, start=start)

    def settle(self, path: Path, folder: str, why: str | None = None) -> None:
        """Move a file to where it belongs, under a name that is free there; `why` goes beside it. OSError: it stays."""
        taken, stands = self._taken.get(path), _stood(path)
        if stands is not None and (folder != DONE or taken == stands):
            target = _free(self.folder / folder / path.name)
            if why is not None:  # first, so that what lies there always has its reason
                target.with_name(f"{target.name}.why.txt").write_text(why + "\n", encoding="utf-8")
            path.rename(target)
        self._taken.pop(path, None)

    def _take(self, path: Path) -> Arrival | None:
        why = _why_not(path)
        if why is not None:
            self.settle(path, REFUSED, why)
            return None
        try:
            stream = stream_name(path)
        except FileNotFoundError:  # taken away since it was seen
            return None
        except OSError as error:
            self.settle(path, REFUSED, f"{path.name}: cannot be read: {error.strerror}")
            return None
        self._taken[path] = self._seen[path]
        return Arrival(stream=stream, source=Source(path.parent.name), path=path, inbox=self)

    def _files(self) -> Iterator[Path]:
        """What lies in the sources' folders, in order of source and name."""
        for source in Source:
            yield from sorted(path for path in (self.folder / source).iterdir() if not _is_unfinished(path))

    def _refuse_strays(self) -> None:
        """What lies beside the sources' folders has no source."""
        known = {*Source, DONE, REFUSED}
        for path in sorted(self.folder.iterdir()):
            if path.name not in known and not _is_unfinished(path):
                why = f"{path.name}: lies in no source's folder; put files in one of {', '.join(Source)}"
                self.settle(path, REFUSED, why)


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith(".") or path.name.lower().endswith(("~", *_UNFINISHED))


def _why_not(path: Path) -> str | None:
    if path.is_symlink():
        return f"{path.name}: is a link; put the file itself here"
    if path.is_dir():
        return f"{path.name}: is a folder; a file was expected"
    if not path.is_file():
        return f"{path.name}: is no regular file"
    if not path.name.lower().endswith(_ENDINGS):
        return f"{path.name}: its name must end in {', '.join(_ENDINGS)}"
    return None


def _stood(path: Path) -> Stood | None:
    try:
        status = path.lstat()
    except FileNotFoundError:  # taken away between two looks
        return None
    return status.st_size, status.st_mtime_ns


def _free(path: Path) -> Path:
    for number in range(1, 10_000):
        target = path if number == 1 else path.with_name(f"{number}-{path.name}")
        if not target.exists():
            return target
    raise FileExistsError(f"{path} and 9,999 others of that name exist")
