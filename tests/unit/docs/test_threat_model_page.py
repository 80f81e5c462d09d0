"""The threat model claims nothing without a module or a test that is there, and no alarm that nobody rings."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:processing|lambdas|terraform|tests|deploy|local|policies)/[^`\s]+)`", PAGE)))
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
RESIDUAL = PAGE.split("## What remains", 1)[1]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_the_page_names_exists(path: str) -> None:
    """Module, test or folder: what enforces or shows a claim is in the repository."""
    assert (ROOT / path).exists()


def test_every_layer_says_what_makes_and_what_shows_it() -> None:
    """A layer without either would be a wish."""
    table = PAGE.split("## What each layer enforces", 1)[1].split("##", 1)[0]
    rows = [
        line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ") and not line.startswith("| layer")
    ]

    assert len(rows) >= 12
    assert [row[0] for row in rows if len(row) != 4 or "`" not in row[2] or "`" not in row[3]] == []


def test_what_the_page_says_rings_has_a_page_in_the_runbook() -> None:
    """Each finding or alarm that a remaining risk leans on is told what to do about."""
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", RESIDUAL))

    assert {"approved-without-record", "audit-missing", "reports-refused"} <= named
    assert {name for name in named if f"## {name}\n" not in RUNBOOK} == set()
