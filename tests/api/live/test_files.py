"""Sockets and the files that the system lets a process have."""

import subprocess
import sys

import pytest

FIT = """
import resource
from api.live.door import Limits
from api.live.files import fitting
print(fitting(Limits(sockets=600)).sockets, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("ulimit", "sockets", "files"),
    [("-Sn 256", 600, 1_112), ("-n 812", 300, 812), ("-n 256", 1, 256), ("-n 1500", 600, 1_500)],
)
def test_as_many_sockets_are_let_in_as_there_are_files_for(ulimit: str, sockets: int, files: int) -> None:
    command = ["sh", "-c", f'ulimit {ulimit} && exec "$@"', "sh", sys.executable, "-c", FIT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(sockets), str(files)]
    assert ("Only" in done.stderr) is (sockets < 600)
