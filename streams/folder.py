"""The data folder: one realm and area a folder, one process at a time in it, and the names of what lies there."""

import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn, Self

import msgspec
import orjson

from schemas.command_line import SERVICES
from schemas.times import Instant, from_rfc3339, rfc3339
from streams.journal import JournalDamaged
from streams.sqlite_file import Fault, fault_of, sync_folder

MARK_NAME: Final = "realm.json"
_LOCK_NAME: Final = "lock"
_LOCK_BYTES: Final = 64
_NEW_MARK_NAME: Final = f"{MARK_NAME}.new"
_NOT_A_SIGN: Final = frozenset(
    {_LOCK_NAME, _NEW_MARK_NAME, "kept.db", "kept.db-wal", "kept.db-shm", "replay", "lost+found", ".DS_Store"}
)
"""What may lie in a folder that is still empty to us: our own first steps, keys made before the first start, a replay's
folder, and what file systems put into a new one."""
_NAMES_SHOWN_MAX: Final = 3


class FolderError(Exception):
    """The data folder cannot be used; the text is one paragraph for the person who runs Nightdesk."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(text)
        self.path = path


class FolderBusy(FolderError):
    """Another process works in it; `pid` and `since` (RFC 3339) are None when it has not said who it is."""

    def __init__(self, path: Path, pid: int | None, since: str | None) -> None:
        who = "another process" if pid is None else f"process {pid}, since {since}"
        super().__init__(
            path,
            f"The data folder {path} is in use by {who}. Only one Nightdesk may work in a folder: stop that one, or"
            " give another folder with --data.",
        )
        self.pid = pid
        self.since = since


class FolderReadOnly(FolderError):
    """This process may not make it or write in it."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            path,
            f"The data folder {path} cannot be written ({detail}). Check that the disk is not mounted read-only and"
            " that this user may write there, or give another folder with --data.",
        )


class FolderFull(FolderError):
    """There is no room for even the first file."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            path,
            f"There is no room left on the disk of the data folder {path} ({detail}). Free some space there, or give"
            " another folder with --data.",
        )


class FolderForeign(FolderError):
    """It holds something else than this realm and area of Nightdesk."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            path,
            f"The data folder {path} is not one to work in: {detail}. Nothing was changed there. Give an empty or a new"
            " folder with --data.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whose folder it is, as written in its realm.json; `created` is RFC 3339."""

    realm: str
    area: str
    created: str


def read_mark(path: Path) -> Mark | None:
    """Whose data folder this is, without entering it; None for an empty or missing one. FolderForeign, FolderReadOnly.

    For commands that work beside a running Nightdesk or take the realm from the folder.
    """
    try:
        if path.exists() and not path.is_dir():
            raise FolderForeign(path, "it is a file")
        names = sorted(found.name for found in path.iterdir()) if path.exists() else []
        if MARK_NAME in names:
            return _decoded(path, (path / MARK_NAME).read_bytes())
    except OSError as error:
        raise FolderReadOnly(path, str(error)) from error
    strangers = [name for name in names if name not in _NOT_A_SIGN]
    if SERVICES in strangers:
        raise FolderForeign(path, f"a Kafka engine works in it ({SERVICES})")
    if strangers:
        shown = ", ".join(strangers[:_NAMES_SHOWN_MAX]) + (" ..." if len(strangers) > _NAMES_SHOWN_MAX else "")
        raise FolderForeign(path, f"it holds {shown} and no {MARK_NAME}, so it is not a folder of Nightdesk's")
    return None


def holder_of(path: Path) -> int | None:
    """The process that works in a data folder, 0 when it has not said who it is; None: nobody does. For the doctor."""
    try:
        handle = os.open(path / _LOCK_NAME, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _holder(os.pread(handle, _LOCK_BYTES, 0))[0] or 0
    finally:
        os.close(handle)
    return None


class DataFolder:
    """A data folder with its lock held, until closed or until the process ends, however it ends.

    The journal is opened first: its absence beside files that were made from it is taken for its loss.
    """

    def __init__(self, path: Path, *, realm: str, area: str, now: Instant) -> None:
        """Enter the folder, made and marked when there is none; FolderError, or JournalDamaged when it is gone."""
        self.path = path.absolute()
        read_mark(self.path)  # first of all: nothing is put into a stranger's folder, not even a lock
        self._lock = self._locked(now)
        try:
            self.mark = self._marked(realm, area, now)
            self._make_inbox()
            self._check_journal_is_there()
        except BaseException:
            self.close()
            raise

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.path / "journal.db"

    @property
    def snapshots(self) -> Path:
        """The snapshots' file; may be deleted when Nightdesk is stopped."""
        return self.path / "snapshots.db"

    @property
    def record(self) -> Path:
        """The record's file."""
        return self.path / "record.db"

    @property
    def inbox(self) -> Path:
        """The watched folder: files put there are read in."""
        return self.path / "inbox"

    @property
    def log(self) -> Path:
        """The log file."""
        return self.path / "log"

    def close(self) -> None:
        """Leave the folder to others; a second close does nothing."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _locked(self, now: Instant) -> int | None:
        """The lock is flock's: the kernel lets it go with the process, so none is ever stale."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            self._refuse(error)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # always as long, so that writing it again needs no room on a full disk
            os.pwrite(handle, f"{os.getpid()} {rfc3339(now)}".ljust(_LOCK_BYTES).encode(), 0)
        except OSError as error:
            holder = os.pread(handle, _LOCK_BYTES, 0)
            os.close(handle)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise FolderBusy(self.path, *_holder(holder)) from error
            self._refuse(error)
        return handle

    def _marked(self, realm: str, area: str, now: Instant) -> Mark:
        mark = read_mark(self.path)
        if mark is None:
            mark = Mark(realm=realm, area=area, created=rfc3339(now))
            self._write_mark(mark)
        if (mark.realm, mark.area) != (realm, area):
            theirs, ours = f"realm {mark.realm}, area {mark.area}", f"realm {realm}, area {area}"
            raise FolderForeign(self.path, f"it belongs to {theirs}, and this is {ours}")
        return mark

    def _write_mark(self, mark: Mark) -> None:
        fresh = self.path / _NEW_MARK_NAME
        try:
            with fresh.open("wb") as file:
                file.write(orjson.dumps(mark, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path / MARK_NAME)
            sync_folder(self.path)
        except OSError as error:
            self._refuse(error)

    def _make_inbox(self) -> None:
        try:
            self.inbox.mkdir(exist_ok=True)
        except OSError as error:
            self._refuse(error)

    def _check_journal_is_there(self) -> None:
        """A new journal in the place of a lost one would number its entries as the record already knows them."""
        made_from_it = [path.name for path in (self.snapshots, self.record) if path.exists()]
        if made_from_it and not self.journal.exists():
            raise JournalDamaged(self.journal, f"it is missing, though {made_from_it[0]} was made from it")

    def _refuse(self, error: OSError) -> NoReturn:
        if isinstance(error, NotADirectoryError | FileExistsError):
            raise FolderForeign(self.path, "it, or a folder on the way to it, is a file") from error
        if fault_of(error) is Fault.FULL:
            raise FolderFull(self.path, str(error)) from error
        raise FolderReadOnly(self.path, str(error)) from error


def _decoded(path: Path, body: bytes) -> Mark:
    try:
        mark = msgspec.json.decode(body, type=Mark)
        from_rfc3339(mark.created)
    except (msgspec.DecodeError, ValueError) as error:
        raise FolderForeign(path, f"its {MARK_NAME} cannot be read ({error})") from error
    return mark


def _holder(text: bytes) -> tuple[int | None, str | None]:
    """Who holds the lock; nobody known in the moment between its taking and its writing."""
    pid, _, since = text.decode("ascii", "replace").strip().partition(" ")
    return (int(pid), since) if pid.isdigit() and since else (None, None)
