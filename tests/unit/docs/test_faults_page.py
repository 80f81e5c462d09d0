"""The page of faults: forty rows, each with tests that exist, or one of a few reasons why there can be none."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
MOST_REASONS = 6

_ROW = re.compile(
    r"^\| (?P<number>[0-9]+) \| (?P<fault>[^|]+) \| (?P<outcome>[^|]+) \| (?P<tests>[^|]+) \|$", re.MULTILINE
)
_TEST = re.compile(r"`(?P<file>tests/[\w/]+\.py)::(?P<name>test_\w+)`")
ROWS = {int(row["number"]): row for row in _ROW.finditer(PAGE)}
NAMED = sorted({(test["file"], test["name"]) for test in _TEST.finditer(PAGE)})
REASON = "Cannot be tested here: "


@cache
def functions_of(file: str) -> frozenset[str]:
    """The names of the test functions of *file*."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_there_are_forty_rows_in_order() -> None:
    """None is missing, none is told twice."""
    assert list(ROWS) == list(range(1, 41))
    assert len(_ROW.findall(PAGE)) == 40


@pytest.mark.parametrize("number", range(1, 41))
def test_a_row_names_its_tests_or_gives_a_reason(number: int) -> None:
    """An empty cell would be a promise."""
    cell = ROWS[number]["tests"]

    assert cell.startswith(REASON) or _TEST.findall(cell)


def test_there_are_few_reasons() -> None:
    """What cannot be tested stays the exception."""
    assert sum(row["tests"].startswith(REASON) for row in ROWS.values()) <= MOST_REASONS


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_the_page_names_exists(file: str, name: str) -> None:
    """Under that name, in that file."""
    assert name in functions_of(file)


def test_the_page_names_nothing_in_another_form() -> None:
    """Whatever looks like a test is one that these tests look for."""
    assert PAGE.count("::") == len(_TEST.findall(PAGE))
