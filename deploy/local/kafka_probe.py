"""Whether a broker serves: a raw ApiVersions request, version 0, which every broker answers before anything else."""

import socket
import struct
from typing import Final

from deploy.local.service import PROBE_SECONDS

_API_VERSIONS: Final = 18
_CORRELATION: Final = 1
_HEADER: Final = struct.pack(">hhih", _API_VERSIONS, 0, _CORRELATION, -1)
_REQUEST: Final = struct.pack(">i", len(_HEADER)) + _HEADER
_ANSWER: Final = struct.Struct(">iih")


def answers(host: str, port: int) -> bool:
    """True when the listener answers without an error. Takes at most a second and never raises."""
    try:
        with socket.create_connection((host, port), timeout=PROBE_SECONDS) as line:
            line.sendall(_REQUEST)
            begun = line.recv(_ANSWER.size, socket.MSG_WAITALL)
    except OSError:
        return False
    if len(begun) < _ANSWER.size:
        return False
    _, correlation, error = _ANSWER.unpack(begun)
    return bool(correlation == _CORRELATION and error == 0)
