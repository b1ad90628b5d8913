"""Each socket is an open file, and the system lets a process have only so many: 1,024 unless it asks for more."""

import resource
from dataclasses import replace
from typing import Final

from api.live.door import Limits
from schemas.log import log_of

FOR_ALL_ELSE: Final = 512
"""Files that must always be left: databases, HTTP, the log. Without them a crowd at the door would stop the desk."""

_log: Final = log_of("push")


def fitting(limits: Limits) -> Limits:
    """Ask for as many files as the limits need; the limits, lowered to what the system gives."""
    needed = limits.sockets + FOR_ALL_ELSE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        needed = min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    sockets = max(1, needed - FOR_ALL_ELSE)
    if sockets < limits.sockets:
        _log.warning(
            "Only %d sockets may be open at once: the system lets us have %d files (ulimit -Hn)", sockets, hard
        )
    return replace(limits, sockets=sockets)
