"""docs/custom-checks.md shows code that is there, values that are planned, and cases that hold."""

import re
from pathlib import Path

import pytest

from tests.unit.docs.policy_pages import ROOT, Block, Example, examples
from tests.unit.docs.test_policy_examples import name_of, ran

PAGE = ROOT / "docs" / "custom-checks.md"
JUDGED = [(example, cases) for example in examples(PAGE) for cases in example.cases]
# A link on a line of its own, then blocks: all of them are parts of that file.
_SHOWN = re.compile(r"^\[[^]]+\]\(\.\./([^)]+)\)\n((?:```\w+\n(?:.*?)^```\n\n?)+)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = [
    (file, part) for file, parts in _SHOWN.findall(PAGE.read_text(encoding="utf-8")) for part in _BLOCK.findall(parts)
]


@pytest.mark.parametrize(("file", "part"), SHOWN, ids=[file for file, _ in SHOWN])
def test_code_on_the_page_is_the_code_of_the_repository(file: str, part: str) -> None:
    """Line by line, so that whoever copies from the page copies what is tested."""
    assert part in (ROOT / file).read_text(encoding="utf-8")


def test_every_file_of_the_example_is_shown() -> None:
    """Function, entry point, list, step and values: a page with a gap could not be followed."""
    assert [Path(file).name for file, _ in SHOWN] == [
        "saving.py",
        "pyproject.toml",
        "custom_checks.txt",
        "ks_step.py",
        "ks_step.py",
        "ks.tfvars",
    ]


@pytest.mark.parametrize(("example", "cases"), JUDGED, ids=lambda value: value.where)
def test_packages_are_judged_as_the_page_says(tmp_path: Path, example: Example, cases: Block) -> None:
    """By the installed example: every case holds, and each sentence is quoted."""
    for case in ran(example, cases, tmp_path):
        assert case.differences == ()
        assert case.judgement is not None
        assert {name_of(result) for result in case.judgement.results} == set(case.case.case.expect.results)
        assert {result.sentence for result in case.judgement.results} == set(case.case.case.expect.reasons)


def test_both_ways_are_judged() -> None:
    """A search that matched nothing would find the page in order."""
    assert len(JUDGED) == 2
