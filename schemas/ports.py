"""Ports: taken for a server, or said in words to be another program's."""

import os
import socket


class PortTaken(Exception):
    """Another program listens there; the text says on which port and what to do."""

    def __init__(self, host: str, port: int, option: str, error: OSError) -> None:
        super().__init__(
            f"Nightdesk cannot listen on {host}:{port}: {_reason(error)}. Another program may have that port:"
            f" stop it, or choose another with {option}."
        )


def listen(host: str, port: int, option: str) -> socket.socket:
    """A socket that listens; `option` is how another port is chosen. PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise PortTaken(host, port, option, error) from error
    return listening


def _reason(error: OSError) -> str:
    """asyncio puts its own sentence around the system's; an address that cannot be resolved has none."""
    return str(error) if error.errno is None or error.errno < 0 else os.strerror(error.errno)
