"""TOML with lines: where a key stands, however the file is written."""

from pathlib import Path

import pytest

from schemas.toml_reader import ReferenceFileError, TomlTable, read_toml

ODD = '''\ufeff# a comment with key = 1
title = "x" # [not.a.table]
text = """
[[fake]]
key = 5
"""
dotted.inner = 3
"quoted" = 4
rows = [
  { a = 1 },
  { a = 2 },
]

[one.two]
deep = 1
  [[one.items]]
  n = 1
  [[one.items]]
  n = 2
  [one.items.sub]
  m = 3
'''


@pytest.fixture
def table(tmp_path: Path) -> TomlTable:
    file = tmp_path / "odd.toml"
    file.write_text(ODD, encoding="utf-8")
    return read_toml(file)


def line_of(table: TomlTable, key: str) -> int | None:
    return table.refusal(key, "x").line


def test_a_key_is_found_where_it_stands(table: TomlTable) -> None:
    assert line_of(table, "title") == 2
    assert line_of(table, "text") == 3
    assert line_of(table, "quoted") == 8
    assert line_of(table, "rows") == 9
    one = table.table("one")
    assert line_of(one.table("two"), "deep") == 15
    first, second = one.tables("items")
    assert (line_of(first, "n"), line_of(second, "n")) == (17, 19)
    assert line_of(second.table("sub"), "m") == 21


def test_a_key_that_is_missing_has_the_line_of_its_table(table: TomlTable) -> None:
    _, second = table.table("one").tables("items")
    assert line_of(second, "absent") == 18
    assert line_of(table, "absent") == 1


def test_a_key_within_an_inline_table_has_the_line_of_the_list(table: TomlTable) -> None:
    assert [line_of(row, "a") for row in table.tables("rows")] == [9, 9]


def test_an_error_names_the_whole_path(table: TomlTable) -> None:
    _, second = table.table("one").tables("items")
    assert str(second.refusal("n", "must be odd")).endswith("odd.toml:19: one.items.1.n = 2: must be odd")


@pytest.mark.parametrize(("key", "said"), [("title", "must be a table"), ("rows", "must be a table")])
def test_what_is_no_table_is_refused(table: TomlTable, key: str, said: str) -> None:
    with pytest.raises(ReferenceFileError, match=said):
        table.table(key)


@pytest.mark.parametrize("body", ['items = "x"', "items = [1]"])
def test_what_is_no_array_of_tables_is_refused(tmp_path: Path, body: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(body)
    with pytest.raises(ReferenceFileError, match=r"x\.toml:1: items = .* must be an array of tables"):
        list(read_toml(file).tables("items"))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(b'name = "caf\xe9"')
    with pytest.raises(ReferenceFileError, match="cannot be read"):
        read_toml(file)


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("a = 1\nb = \n")
    with pytest.raises(ReferenceFileError, match=r"x\.toml:2: is not TOML"):
        read_toml(file)
