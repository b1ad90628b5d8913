"""Who asks: a key in `Authorization: Bearer`, else the session cookie. One answer for HTTP and for the socket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from api.auth.grants import Grant
from api.auth.keys import Keys
from api.auth.links import SignInLinks
from api.auth.sessions import Session, Sessions
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

    def __init__(self, kept: Kept, clock: Callable[[], Instant], random_bytes: RandomBytes, *, secure: bool) -> None:
        self._clock = clock
        self._keys = Keys(kept, random_bytes)
        self._links = SignInLinks(kept, random_bytes)
        self._sessions = Sessions(kept, random_bytes)
        self.secure = secure
        self.cookie = "__Host-nightdesk" if secure else "nightdesk"

    def identify(self, headers: Mapping[str, str]) -> Audience | None:
        """The audience of a request's headers (looked up in lower case), or None: nobody we know."""
        key = bearer(headers)
        if key is not None:
            found = self._keys.find(key)
            return None if found is None else found.grant.audience
        session = self.session(headers)
        return None if session is None else session.grant.audience

    def session(self, headers: Mapping[str, str]) -> Session | None:
        """The session of the cookie."""
        secret = self.cookie_secret(headers)
        return None if secret is None else self._sessions.find(secret, self._clock())

    def sign_in(self, headers: Mapping[str, str], *, key: str | None, link: str | None) -> SignedIn | None:
        """Open a session for a good key, or a good link, which is then used up; None when it is not good."""
        granted = self._of_link(link) if link is not None else self._of_key(key)
        if granted is None:
            return None
        grant, key_id = granted
        secret, session = self._sessions.open(grant, key_id, self._clock(), self.cookie_secret(headers))
        return SignedIn(secret=secret, session=session)

    def sign_out(self, headers: Mapping[str, str]) -> bool:
        """End the cookie's session; False when there was none."""
        secret = self.cookie_secret(headers)
        return secret is not None and self._sessions.end(secret, self._clock())

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

    def _of_link(self, link: str) -> tuple[Grant, None] | None:
        role = self._links.use(link, self._clock())
        return None if role is None else (Grant(role=role), None)

    def _of_key(self, key: str | None) -> tuple[Grant, int] | None:
        found = None if key is None else self._keys.find(key)
        return None if found is None else (found.grant, found.id)


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
