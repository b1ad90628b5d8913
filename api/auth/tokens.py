"""Secrets: made from random bytes, shown once, kept only as their SHA-256.

They are random and long (192 bits), so a plain hash is enough: there is nothing to guess, and looking the hash up
takes the same time whatever was sent.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Final

RandomBytes = Callable[[int], bytes]
"""`secrets.token_bytes` in the product."""

KEY_PREFIX: Final = "nd_"
SECRET_CHARS_MAX: Final = 128
_SECRET_BYTES: Final = 24


def new_secret(random_bytes: RandomBytes) -> str:
    """32 characters safe in a URL, a header and a cookie."""
    return urlsafe_b64encode(random_bytes(_SECRET_BYTES)).decode()


def hashed(secret: str) -> str:
    """What we keep of a secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
