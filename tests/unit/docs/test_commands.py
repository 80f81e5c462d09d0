"""Commands that pages and workflows name are commands that there are."""

import re

import pytest

from tests.unit.cli.running import run
from tests.unit.docs.policy_pages import ROOT, blocks

PAGES = (ROOT / "policies" / "README.md", ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

_COMMAND = re.compile(r"(?:^|(?<=/))modelgate ((?:(?:policy|generative) )?[a-z-]+)([^\n#|;&>]*)", re.MULTILINE)


def called(text: str) -> set[tuple[str, str]]:
    """Every command of a script with each of its options; an option that is none for a command without."""
    lines = _COMMAND.findall(text.replace("\\\n", " "))
    return {(command, option) for command, rest in lines for option in ["--help", *re.findall(r"--[a-z-]+", rest)]}


CALLED = sorted(
    set().union(
        *(called(block.text) for page in PAGES for block in blocks(page) if block.language == "sh"),
        *(called(path.read_text(encoding="utf-8")) for path in WORKFLOWS),
    )
)


@pytest.mark.parametrize(("command", "option"), CALLED, ids=" ".join)
def test_commands_have_their_options(command: str, option: str) -> None:
    """The help of each command names every option that is given to it."""
    helped = run(*command.split(), "--help", environment={"COLUMNS": "200"})

    assert helped.code == 0, helped.err
    assert re.search(rf"{option}\b", helped.out)


def test_commands_are_found() -> None:
    """Scripts of the workflows are looked through as well as those of pages."""
    assert {
        ("policy test", "--complete"),
        ("policy bundle", "--after"),
        ("replay", "--markdown"),
        ("pack", "--help"),
    } <= set(CALLED)
    assert called("x/modelgate replay --policy a \\\n  --most 3 > out") == {
        ("replay", option) for option in ("--help", "--policy", "--most")
    }
