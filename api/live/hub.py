"""The hub: every session, who follows what, and one encoded frame for all who follow a topic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from api.live.counters import Counters
from api.live.frames import plain_frame
from api.live.outlet import Outlet
from api.live.session import Desk, Followers, Session
from api.live.wire import text_frame
from api.view import Published, Shown
from schemas.audiences import Audience, audience_of
from schemas.frames import Heartbeat
from schemas.times import Instant, rfc3339

HEARTBEAT_EVERY_S: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """The desk's clock, whether the desk is itself up to date, and what is wrong, in plain words."""

    at: Instant
    state: Literal["live", "catching_up", "stopped"]
    why: str | None = None

    def beside(self, trouble: str | None) -> "DeskState":
        """The same, and what is wrong with what people do here: first while the picture itself is live."""
        both = (trouble, self.why) if self.state == "live" else (self.why, trouble)
        return replace(self, why=" ".join(filter(None, both)) or None)


class Hub:
    """One area of one realm. All methods run in the push server's loop.

    Another thread hands deltas over with `loop.call_soon_threadsafe(hub.publish, deltas)`: what waits there is bounded
    by the announcer's rests between two deltas, each of which the view's ring holds too.

    Until `show` the desk restores, and the view is not the picture yet: whoever subscribes keeps what it holds, hears
    that the desk catches up, and gets the picture once there is one.
    """

    def __init__(self, area_id: str, *, view: Shown, desk: Callable[[], DeskState], clock: Callable[[], float]) -> None:
        self.counters = Counters()
        self.sessions: dict[Session, None] = {}
        self.is_shown = False
        self._area_id, self._desk_state = area_id, desk
        self._followers: Followers = {}
        self._desk = Desk(
            area_id=area_id,
            view=view,
            followers=self._followers,
            counters=self.counters,
            clock=clock,
            heartbeat=self._heartbeat,
            is_shown=lambda: self.is_shown,
        )

    def join(self, outlet: Outlet, audience: Audience) -> Session:
        """A client that is known."""
        session = Session(outlet, audience, self._desk)
        self.sessions[session] = None
        return session

    def leave(self, session: Session) -> None:
        """A client that is gone."""
        session.leave()
        self.sessions.pop(session, None)

    def show(self) -> None:
        """The view is the picture from now on: whoever waits for it gets it at once."""
        self.is_shown = True
        for session in self.sessions:
            session.feed()

    def begin_anew(self) -> None:
        """The view was read anew: everyone gets what they miss of it, or the whole."""
        self.is_shown = True
        for session in self.sessions:
            session.look_again()

    def publish(self, deltas: Sequence[Published]) -> None:
        """Send deltas to everyone who follows their topics; those who are slow are skipped."""
        for delta in deltas:
            self.counters.deltas[self._role(delta.topic)] += 1
            frame = text_frame(delta.frame)
            for session in self._followers.get(delta.topic, ()):
                session.offer(delta, frame)

    def beat(self) -> None:
        """Every HEARTBEAT_EVERY_S: heartbeats to those who have all there is, and an end to those who are stuck."""
        for session in list(self.sessions):
            if session.is_stuck():
                self.counters.ended["stuck"] += 1
                session.abort()
            else:
                session.beat()

    def following(self) -> dict[str, int]:
        """How many sessions there are of each role."""
        counts: dict[str, int] = {}
        for session in list(self.sessions):  # the metrics ask in another thread
            role = session.audience.role.value
            counts[role] = counts.get(role, 0) + 1
        return counts

    def _heartbeat(self, topic: str, epoch: str, seq: int) -> bytes:
        now = self._desk_state()
        desk = "catching_up" if now.state == "live" and not self.is_shown else now.state
        return plain_frame(Heartbeat(topic=topic, e=epoch, s=seq, at=rfc3339(now.at), desk=desk, why=now.why))

    def _role(self, topic: str) -> str:
        audience = audience_of(self._area_id, topic)
        return "unknown" if audience is None else audience.role.value
