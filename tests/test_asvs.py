"""The checklist of docs/asvs.md names tests that are there, and claims nothing of the pages that their code denies."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CHECKLIST = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
SHOWN, NOT_SHOWN = CHECKLIST.split("## Not met, or not shown")
LINE = re.compile(r"^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \| (.+) \| (.+) \|$", re.MULTILINE)
PYTHON_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PAGE_TEST = re.compile(r"`(tests/[\w/.]+\.ts): ([^`]+)`")
HTML = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\{@html")


@pytest.mark.parametrize(("file", "name"), sorted(set(PYTHON_TEST.findall(SHOWN))))
def test_a_test_that_the_checklist_names_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "title"), sorted(set(PAGE_TEST.findall(SHOWN))))
def test_a_page_test_that_the_checklist_names_is_there(file: str, title: str) -> None:
    assert f"it('{title}'" in (ROOT / file).read_text(encoding="utf-8")


def test_every_line_says_what_shows_it_and_is_claimed_once() -> None:
    rows = LINE.findall(SHOWN)
    assert len(rows) == len([line for line in SHOWN.splitlines() if re.match(r"\| \d", line)])
    assert [how for _, how, shown in rows if not ("`tests/" in shown or shown.startswith("design"))] == []
    claimed = [line for lines, _, _ in rows for line in lines.split(", ")]
    assert len(claimed) == len(set(claimed))
    denied = set(re.findall(r"\d+\.\d+\.\d+", NOT_SHOWN))
    assert not denied & set(claimed), "a line is met or it is not"


def test_no_page_writes_html_from_data() -> None:
    sources = [path for kind in ("*.ts", "*.svelte") for path in (ROOT / "dashboards").rglob(kind)]
    assert len(sources) > 50
    found = [path.name for path in sources if HTML.search(path.read_text(encoding="utf-8"))]
    assert found == []
