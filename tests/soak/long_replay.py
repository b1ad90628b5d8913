"""One replay of many nights in a process of its own: `python -m tests.soak.long_replay ENGINE WORK`, JSON on stdout."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from tests.benchmarks.embedded_engine import Stopwatch, replay_in_folder
from tests.benchmarks.memory_engine import replay_in_memory
from tests.benchmarks.nights import written_nights


def main(engine: str, work: Path) -> None:
    """Replay what `write_nights` wrote into the folder, and print what it took."""
    nights = written_nights(work)
    if engine == "memory":
        played = replay_in_memory(nights)
    else:
        with TemporaryDirectory(dir=work) as folder:
            played = replay_in_folder(nights, Path(folder), Stopwatch())
    print(orjson.dumps(played).decode())  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
