"""Ports of the services of one folder: chosen once among the free ones and kept, so that a restart finds them again."""

import json
import secrets
import socket
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from deploy.local.service import CannotServe

LOOPBACK: Final = "127.0.0.1"
_FIRST, _LAST = 20_000, 31_999  # below what systems hand out to outgoing connections
_TRIES_MAX: Final = 500


def ports_of(file: Path, names: Sequence[str]) -> dict[str, int]:
    """A port for each name: the one kept in `file` while it is free, else a new one, kept from now on.

    Called when none of the services runs. Raises CannotServe when no port is free.
    """
    kept, chosen = _kept(file), dict[str, int]()
    for name in names:
        port = kept.get(name)
        if port is None or port in chosen.values() or not is_free(port):
            port = free_port(taken={*kept.values(), *chosen.values()})
        chosen[name] = port
    if chosen != {name: kept.get(name) for name in names}:
        _keep(file, kept | chosen)
    return chosen


def is_free(port: int) -> bool:
    """Whether a listener could take it now; one that has just closed does not count."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(taken: Collection[int] = ()) -> int:
    """One that a listener could take now, and that no outgoing connection is given. CannotServe."""
    for _ in range(_TRIES_MAX):
        port = _FIRST + secrets.randbelow(_LAST - _FIRST + 1)
        if port not in taken and is_free(port):
            return port
    raise CannotServe(f"No port between {_FIRST} and {_LAST} is free on {LOOPBACK}.")


def _kept(file: Path) -> dict[str, int]:
    """What the file says; a file that is not there or not whole says nothing."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {name: port for name, port in said.items() if type(port) is int and 1 <= port <= 65_535}


def _keep(file: Path, ports: dict[str, int]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(ports, indent=1) + "\n", encoding="utf-8")
    new.replace(file)
