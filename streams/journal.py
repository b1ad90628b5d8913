"""The journal: one ordered, durable list of entries per area, and every way in which it can say no."""

import hashlib
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from schemas.codec import encode_entry
from schemas.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """An entry that made the fold raise and is left out from now on: its offset, its fingerprint, and the trace."""

    offset: int
    sha256: str
    trace: str


class Journal(Protocol):
    """What the SQLite journal is, and the Kafka journal. One thread appends, any thread reads.

    Offsets rise from 0 or above; some may be left out. Every method may raise a JournalError.
    """

    @property
    def end(self) -> int:
        """The next offset to be written; 0 for a journal that was never written to."""

    def append(self, entries: Sequence[Entry]) -> Sequence[int]:
        """Write them in order, durable on return; returns their offsets.

        What cannot be encoded is refused, and nothing was written. After any other error those before some entry may
        have been written, and never only some of one origin position: all entries of one belong into one call.
        """

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Offsets and entries from `start` to before `stop`, at most to the end as it was at the call, in order."""

    def position(self, stream: str) -> int:
        """The highest origin position appended for a stream, 0 if none."""

    def put_blob(self, blob: bytes) -> str:
        """Keep bytes beside the journal, durable on return, under the SHA-256 returned; a repeat changes nothing."""

    def blob(self, sha256: str) -> bytes:
        """The bytes kept under a SHA-256; BlobUnknown if there are none."""

    def skip(self, offset: int, sha256: str, trace: str) -> None:
        """Put an entry on the skip list, durable on return; the first word on an offset stays."""

    def skips(self) -> dict[int, Skip]:
        """The skip list by offset; input to every refold."""

    def close(self) -> None:
        """Let go of the journal; every later call raises JournalClosed, a second close does nothing."""


def fingerprint(entry: Entry) -> str:
    """The SHA-256 of an entry as it is written: what the skip list compares, so that it never skips another entry."""
    return hashlib.sha256(encode_entry(entry)).hexdigest()


class JournalError(Exception):
    """The journal cannot do what was asked; the text is one paragraph for the person who runs Nightdesk.

    `plain` says it to anybody who looks at the desk, without naming files.
    """

    plain = "The journal cannot be used."

    def __init__(self, path: Path | str, detail: str, text: str) -> None:
        super().__init__(text)
        self.path = path
        self.detail = detail


class JournalDamaged(JournalError):
    """What is on the disk is not what was written."""

    plain = "The desk's journal is damaged and has to be restored."

    def __init__(self, path: Path | str, detail: str) -> None:
        self.how_to_restore = how_to_restore(Path(path).parent)
        super().__init__(
            path,
            detail,
            f"The journal {path} is damaged: {detail}. Nothing was changed in it. {self.how_to_restore}",
        )


class JournalFull(JournalError):
    """There is no room; nothing of the refused call was written."""

    plain = "The desk's disk is full: what comes in waits, and is read when there is room. Nothing is lost."

    def __init__(self, path: Path | str, detail: str) -> None:
        super().__init__(
            path,
            detail,
            f"There is no room left to write the journal {path} ({detail}). Nothing of the last batch was written, and"
            " nothing written before is lost. Free some space on that disk: the next attempt then succeeds.",
        )


class JournalReadOnly(JournalError):
    """This process may not write the file."""

    plain = "The desk may not write its journal: what comes in waits, and is read when it can. Nothing is lost."

    def __init__(self, path: Path | str, detail: str) -> None:
        super().__init__(
            path,
            detail,
            f"The journal {path} cannot be written ({detail}). Check that its folder exists, that it is not mounted"
            " read-only, and that this user may write to it and to the files in it.",
        )


class JournalForeign(JournalError):
    """The file is not this journal: another program's, realm's or area's, or a newer Nightdesk's."""

    def __init__(self, path: Path | str, detail: str) -> None:
        super().__init__(
            path,
            detail,
            f"The journal {path} is not one that this process may use: {detail}. Nothing was changed in it. Give"
            " another data folder with --data, or start the Nightdesk that this one belongs to.",
        )


class JournalBusy(JournalError):
    """Another program kept the file locked for too long."""

    plain = "Another program holds the desk's journal: what comes in waits until it lets go. Nothing is lost."

    def __init__(self, path: Path | str, detail: str) -> None:
        super().__init__(
            path,
            detail,
            f"The journal {path} is locked by another program ({detail}). Nothing of the last batch was written."
            " Close the program that has the file open, for instance a database browser.",
        )


class JournalDiskFault(JournalError):
    """The disk refused to read or write; whether the last batch reached it is only known after opening again."""

    plain = "The disk that holds the desk's journal reported a fault."

    def __init__(self, path: Path | str, detail: str) -> None:
        super().__init__(
            path,
            detail,
            f"The disk that holds the journal {path} reported a fault: {detail}. Check the disk and the system's log"
            " before starting Nightdesk again; what was confirmed before is in the journal.",
        )


class JournalUnreachable(JournalError, ConnectionError):
    """The brokers that keep the journal did not answer; of an append nobody knows whether it was written."""

    plain = "The desk's journal cannot be reached: what comes in waits until it can. Nothing is lost."

    def __init__(self, path: Path | str, detail: str) -> None:
        super().__init__(
            path,
            detail,
            f"The journal {path} cannot be reached: {detail}. Look whether the brokers run and whether this machine"
            " reaches them (NIGHTDESK_KAFKA); Nightdesk goes on by itself when they answer.",
        )


class JournalClosed(JournalError):
    """The journal was closed before this call."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "closed", f"The journal {path} is closed; open it again before using it.")


class BlobUnknown(JournalError):
    """No bytes are kept under this SHA-256."""

    plain = "The desk's journal is without a policy that it names, and has to be restored."

    def __init__(self, path: Path | str, sha256: str) -> None:
        super().__init__(
            path,
            f"nothing is kept under SHA-256 {sha256}",
            f"Beside the journal {path} nothing is kept under SHA-256 {sha256}. An entry that names it was"
            " copied without it: restore the whole data folder from its backup, not single files.",
        )
        self.sha256 = sha256


def how_to_restore(folder: Path) -> str:
    """What to type to put a backup copy of a data folder in the place of a damaged one."""
    here, aside = shlex.quote(str(folder)), shlex.quote(f"{folder}.damaged")
    return (
        "To restore, stop Nightdesk, set the folder aside and put your newest backup copy of the whole folder in its"
        f" place: mv {here} {aside} && cp -a BACKUP {here} (BACKUP is that copy). Keep the folder set aside: what"
        " arrived after the backup is only there."
    )
