"""The image: what it copies exists and is not left out, it runs as nobody in particular, and nothing is unpinned."""

import re
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCKERFILE: Final = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
IGNORED: Final = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
STAGES: Final = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)[1:]


def _copied() -> set[str]:
    """What it takes from the project."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)
    return {name for line in lines for name in line.split()}


def test_all_that_it_copies_exists_and_is_let_through_and_the_other_way_round() -> None:
    let_through = {line.removeprefix("!") for line in IGNORED if line.startswith("!")}
    assert _copied() == let_through
    assert all((ROOT / name).exists() for name in _copied())


def test_every_package_of_the_distribution_is_in_it() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    packages = {name.removesuffix("*") for name in declared["packages"]["find"]["include"]}
    assert packages | {f"{module}.py" for module in declared["py-modules"]} <= _copied()


def test_the_pages_are_built_in_it_and_come_in_before_the_package_is() -> None:
    assert "npm ci" in STAGES[0]
    assert "npm run build" in STAGES[0]
    assert STAGES[1].index("COPY --from=pages /build/api/pages ./api/pages") < STAGES[1].index(
        "pip install --no-deps ."
    )
    assert "api/pages" in IGNORED, "pages built outside it stay outside"


def test_packages_are_installed_by_their_hashes() -> None:
    assert "--require-hashes -r requirements-kafka.lock" in STAGES[1]


def test_the_last_stage_is_slim_and_runs_as_nobody_in_particular() -> None:
    last = STAGES[-1]
    assert re.search(r"^USER 10001:10001$", last, flags=re.MULTILINE)
    assert not re.search(r"\b(npm|pip|apt-get|gcc)\b", last)
    assert re.findall(r"^COPY .*$", last, flags=re.MULTILINE) == ["COPY --from=packages /opt/nightdesk /opt/nightdesk"]
    assert "HEALTHCHECK" in last


def test_every_base_has_a_version() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    assert all(re.search(r":[0-9.]+-\S*slim", base) for base in bases), bases
