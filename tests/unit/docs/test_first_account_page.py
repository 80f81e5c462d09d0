"""What is not confirmed is a list in order, each point with the way to settle it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in (ROOT / "docs" / "first-account.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [0-9]+ \|", line)
]


def test_points_are_numbered_in_order() -> None:
    """None is told twice, none is left out: notes beside the values refer to these numbers."""
    assert [int(row[0]) for row in ROWS] == list(range(1, len(ROWS) + 1))


def test_each_point_says_how_to_settle_it_and_what_to_do_then() -> None:
    """Question, command, what is expected, and what to change if it is otherwise."""
    assert [
        row[0] for row in ROWS if len(row) != 5 or not all(row) or not row[1].endswith(("?", ".", "documented."))
    ] == []


def test_modules_that_a_point_would_change_exist() -> None:
    """Whoever meets another answer finds the place."""
    paths = {path for row in ROWS for path in re.findall(r"`((?:terraform|processing|images|tests)/[\w/.-]+)`", row[4])}

    assert len(paths) > 5
    assert {path for path in paths if not (ROOT / path).exists()} == set()
