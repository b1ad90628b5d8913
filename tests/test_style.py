"""How the code should feel, as far as a test can tell: lengths, docstrings, and nothing of one machine in the tree."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINES_MAX, TEST_LINES_MAX, FUNCTION_LINES_MAX = 300, 450, 60
ROOT_LINES_MAX = 400
"""Of nightdesk.py: to put everything together is one idea, however many parts there are."""
_MACHINE = re.compile(r"/(?:wor[k]|roo[t]|hom[e])/|\"resolved\": *\"http|^--(?:extra-)?index-url", re.MULTILINE)


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]


def _ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


PYTHON = _tracked("*.py")
GENERATED = ("types.ts", "api.ts")
PAGES = [
    path
    for path in _tracked("dashboards/*.ts", "dashboards/*.svelte", "dashboards/*.css")
    if path.name not in GENERATED
]


@pytest.mark.parametrize("path", [*PYTHON, *PAGES], ids=_ids)
def test_a_file_is_one_idea_and_not_too_long(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    most = TEST_LINES_MAX if "tests" in path.parts or ".test." in path.name else LINES_MAX
    most = ROOT_LINES_MAX if path == ROOT / "nightdesk.py" else most
    assert lines <= most, f"{lines} lines: split it by idea"


@pytest.mark.parametrize("path", PYTHON, ids=_ids)
def test_a_module_says_in_its_docstring_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "no module docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno < FUNCTION_LINES_MAX, f"{node.name} is too long: split it"


def test_nothing_of_one_machine_or_registry_stands_in_the_tree() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in _tracked()
        if path.suffix not in {".woff2", ".png"}
        for match in [_MACHINE.search(path.read_text(encoding="utf-8", errors="replace"))]
        if match is not None
    ]
    assert found == []
