"""What feeds a running desk: the watched folder, or the demo's nights; both patient, and neither ends the desk."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

from ingest.desk_feed import Again, DeskFeed, Letters
from ingest.desk_port import DeskPort
from ingest.patience import Patience, PatientKeeper, PatientSubmit, PatientWords, ToldToStop
from ingest.simulate.stage import Stage
from ingest.watch import Inbox, refuse_foreign
from schemas.log import trace_of
from schemas.times import Instant
from schemas.trouble import Trouble


class Feeds:
    """The feeds of one area, until `stop` is set.

    What is one of `passes` is waited out; one of `over` is the desk's end, and theirs. `trouble` is what is wrong.
    """

    def __init__(
        self,
        desk: DeskPort,
        *,
        letters: Letters,
        now: Callable[[], Instant],
        clock: Callable[[], float],
        stop: Event,
        passes: tuple[type[Exception], ...],
        over: tuple[type[Exception], ...],
    ) -> None:
        self.trouble = Trouble("feeds")
        patience = self.patience = Patience(stop.wait, passes, self.trouble)
        self._desk = replace(
            desk,
            submit=PatientSubmit(desk.submit, patience),
            keeper=PatientKeeper(desk.keeper, patience),
            words=PatientWords(desk.words, patience),
            known=lambda stream: patience(lambda: desk.known(stream)),
            clock=lambda: patience(desk.clock),
        )
        self._letters, self._now, self._clock, self._stop = letters, now, clock, stop
        self._over: tuple[type[Exception], ...] = (*over, ToldToStop)

    def follow(self, inbox: Path) -> None:
        """Read what comes into the watched folder. ValueError, at once: it is somebody's folder of other things."""
        refuse_foreign(inbox)
        open_inbox = partial(Inbox, inbox, self._desk.area, self._desk.words)
        self._until_over(lambda: self._desk_feed().run(open_inbox, self._stop.wait))

    def play(self, seed: int, speed: float) -> None:
        """Play the demo. ValueError, at once: the area cannot play it."""
        stage = Stage(self._desk, seed=seed, speed=speed, clock=self._clock, wait=self._stop.wait)
        self._until_over(stage.run)

    def read_again(self, changes: Mapping[str, str]) -> Again:
        """Read the refused rows that were asked for, with some fields put right."""
        return self._desk_feed().read_again(changes)

    def _desk_feed(self) -> DeskFeed:
        return DeskFeed(self._desk, letters=self._letters, now=self._now, patience=self.patience)

    def _until_over(self, work: Callable[[], None]) -> None:
        """Do it, and wait for the end; what nobody foresaw is said, and the desk goes on with what it has."""
        try:
            work()
        except self._over:
            pass
        except Exception as error:  # noqa: BLE001 - the boundary of the feeds' thread
            self.trouble.set("The feeds are no longer read: Nightdesk has to be restarted.", trace_of(error))
        self._stop.wait()
