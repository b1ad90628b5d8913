"""Who asks: a key in `Authorization: Bearer`, else the session cookie. One answer for HTTP and for the socket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from api.auth.audit import Doer, endings_since
from api.auth.enrolments import Enrolments
from api.auth.grants import Grant
from api.auth.keys import Keys
from api.auth.links import SignInLinks
from api.auth.passwords import Passwords
from api.auth.people import People, Person
from api.auth.sessions import Opening, Session, Sessions
from api.auth.tokens import SECRET_CHARS_MAX, RandomBytes, hashed
from api.record.kept import Kept
from schemas.audiences import Audience
from schemas.times import Instant

_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that was opened, and the secret that its cookie carries."""

    secret: str
    session: Session


class Authenticator:
    """Safe from any thread. `secure`: the public origin is https, so the cookie may never travel in the clear."""

    def __init__(
        self,
        kept: Kept,
        clock: Callable[[], Instant],
        random_bytes: RandomBytes,
        *,
        secure: bool,
        passwords: Passwords | None = None,
    ) -> None:
        self._kept = kept
        self._clock = clock
        self._keys = Keys(kept, random_bytes)
        self._links = SignInLinks(kept, random_bytes)
        self._passwords = passwords or Passwords()
        self.people = People(kept)
        self.enrolments = Enrolments(kept, random_bytes)
        self.sessions = Sessions(kept, random_bytes)
        self.secure = secure
        self.cookie = "__Host-nightdesk" if secure else "nightdesk"

    def identify(self, headers: Mapping[str, str]) -> Audience | None:
        """The audience of a request's headers (looked up in lower case), or None: nobody we know."""
        doer = self.doer(headers)
        return None if doer is None else doer.audience

    def doer(self, headers: Mapping[str, str]) -> Doer | None:
        """Who asks, for the audit: audience, key, name; None: nobody we know."""
        key = bearer(headers)
        if key is not None:
            found = self._keys.find(key)
            return None if found is None else Doer(audience=found.grant.audience, key_id=found.id)
        session = self.session(headers)
        return None if session is None else doer_of(session)

    def session(self, headers: Mapping[str, str]) -> Session | None:
        """The session of the cookie."""
        secret = self.cookie_secret(headers)
        return None if secret is None else self.sessions.find(secret, self._clock())

    def sign_in(
        self,
        headers: Mapping[str, str],
        *,
        key: str | None = None,
        link: str | None = None,
        name: str | None = None,
        password: str | None = None,
        device: str | None = None,
    ) -> SignedIn | None:
        """Open a session for a good key, a good link, which is then used up, or a name and its password.

        None when it is not good; PasswordsBusy.
        """
        if link is not None:
            opening = self._of_link(link, device)
        elif name is not None and password is not None:
            opening = self._of_password(name, password, device)
        else:
            opening = self._of_key(key, device)
        return None if opening is None else self._open(opening, headers)

    def change_password(self, headers: Mapping[str, str], session: Session, password: str) -> SignedIn | None:
        """Give the session's person a new password: every session of theirs ends, and this browser gets a new one.

        None: somebody was quicker. ValueError: the session is no person's.
        """
        person = self.person(session)
        if person is None:
            raise ValueError("the session is no person's, and has no password")
        if not self.people.set_password(person, self._passwords.hashed(password), self._clock()):
            return None
        return self._open(Opening(grant=person.grant, person_id=person.id, device=session.device), headers)

    def is_password_of(self, session: Session, password: str | None) -> bool:
        """Whether it is the session's person's password; a person who has none yet needs none."""
        person = self.person(session)
        if person is None:
            return False
        return person.password is None or (password is not None and self._passwords.is_right(password, person.password))

    def person(self, session: Session) -> Person | None:
        """Whose session it is, where it is a person's."""
        return None if session.name is None else self.people.find(session.name)

    def sign_out(self, headers: Mapping[str, str], *, everywhere: bool = False) -> int:
        """End the cookie's session, or all that are beside it; returns how many ended."""
        session = self.session(headers)
        if session is None:
            return 0
        now = self._clock()
        ids = [one.id for one in self.sessions.beside(session, now)] if everywhere else None
        return self.sessions.end(session, now, ids)

    def endings_since(self, last: int | None) -> tuple[int, frozenset[Audience]]:
        """Whose keys or sessions ended since, in whatever process: see audit.endings_since."""
        return endings_since(self._kept, last)

    def cookie_secret(self, headers: Mapping[str, str]) -> str | None:
        """What our cookie carries, good or not."""
        for pair in (_header(headers, "cookie") or "").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self.cookie and 0 < len(value) <= SECRET_CHARS_MAX:
                return value
        return None

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """The hash of the key or session that a request shows, good or not; None: it shows none."""
        secret = bearer(headers)
        secret = self.cookie_secret(headers) if secret is None else secret
        return None if secret is None else hashed(secret)

    def _open(self, opening: Opening, headers: Mapping[str, str]) -> SignedIn | None:
        opened = self.sessions.open(opening, self._clock(), self.cookie_secret(headers))
        return None if opened is None else SignedIn(secret=opened[0], session=opened[1])

    def _of_link(self, link: str, device: str | None) -> Opening | None:
        now = self._clock()
        role = self._links.use(link, now)
        if role is not None:
            return Opening(grant=Grant(role=role), device=device)
        enrolled = self.enrolments.use(link, now)
        if enrolled is None:
            return None
        person_id = None if enrolled.person is None else enrolled.person.id
        return Opening(grant=enrolled.grant, person_id=person_id, enrolment_id=enrolled.id, device=device)

    def _of_password(self, name: str, password: str, device: str | None) -> Opening | None:
        person = self.people.find(name)
        if not self._passwords.is_right(password, None if person is None else person.password) or person is None:
            return None
        return Opening(grant=person.grant, person_id=person.id, device=device)

    def _of_key(self, key: str | None, device: str | None) -> Opening | None:
        found = None if key is None else self._keys.find(key)
        return None if found is None else Opening(grant=found.grant, key_id=found.id, device=device)


def doer_of(session: Session) -> Doer:
    """Who a session's deeds are written to."""
    return Doer(audience=session.grant.audience, key_id=session.key_id, name=session.name)


def bearer(headers: Mapping[str, str]) -> str | None:
    """The key of an Authorization header; one of another scheme counts as a wrong key, not as none."""
    sent = _header(headers, "authorization")
    if sent is None:
        return None
    return sent[len(_BEARER) :].strip() if sent.lower().startswith(_BEARER) else ""


def _header(headers: Mapping[str, str], name: str) -> str | None:
    """One header; a request that sends it twice is taken to send none (`websockets` raises LookupError then)."""
    try:
        return headers.get(name)
    except LookupError:
        return None
