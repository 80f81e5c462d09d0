"""The scripts of the workflows, taken from their files and run as a runner runs them."""

import os
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]


def script(workflow: str, job: str, starts_with: str) -> str:
    steps = yaml.safe_load((ROOT / ".github" / "workflows" / f"{workflow}.yml").read_text())["jobs"][job]["steps"]
    [text] = [step["run"] for step in steps if step.get("name", "").startswith(starts_with)]
    return str(text)


def run(text: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run *text* as the runner's `shell: bash` does, with the programs of *folder* first."""
    environment |= {"PATH": f"{folder}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(folder / "summary")}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
