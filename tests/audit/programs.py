"""The programs that the audit runs: those of its own environment, and those of the development environment."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.audit.findings import ROOT, AuditError

_OWN = ROOT / ".venv-audit" / "bin"
_DEVELOPMENT = Path(sys.executable).parent
_QUIET = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0", "NO_COLOR": "1", "LOG_LEVEL": "ERROR"}
_TIMEOUT = 600  # seconds; a tool that hangs must not hang the audit


def program(name: str) -> str:
    """The path of *name*.

    Raises:
        AuditError: neither environment has it.
    """
    found = shutil.which(name, path=f"{_OWN}{os.pathsep}{_DEVELOPMENT}")
    if found is None:
        raise AuditError(f"{name} is not installed; make audit installs it")
    return found


def said(command: Sequence[str], *, fine: Sequence[int] = (0,), given: str | None = None) -> str:
    """What *command* prints.

    Raises:
        AuditError: it ended with another code than those in *fine*.
    """
    environment = os.environ | _QUIET
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, timeout=_TIMEOUT, check=False
    )
    if done.returncode not in fine:
        last = " / ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise AuditError(f"{Path(command[0]).name} ended with code {done.returncode}: {last}")
    return done.stdout


def said_in_json(command: Sequence[str], *, fine: Sequence[int] = (0,), given: str | None = None) -> Any:
    """The JSON that *command* prints.

    Raises:
        AuditError: it failed, or printed something else.
    """
    text = said(command, fine=fine, given=given)
    try:
        return json.loads(text)
    except ValueError as error:
        raise AuditError(f"{Path(command[0]).name} printed no JSON: {text.strip()[:200]!r}") from error


def inside(script: str, given: object) -> Any:
    """What a script of `inside/` answers, run by the audit's own Python; both sides speak JSON."""
    python = _OWN / "python"
    if not python.exists():
        raise AuditError("the audit's own environment is missing; make audit installs it")
    path = Path(__file__).parent / "inside" / f"{script}.py"
    return said_in_json([str(python), str(path)], given=json.dumps(given))


def tracked(*patterns: str) -> list[str]:
    """Files that git tracks, or would, which match one of *patterns* (git's pathspecs), and still exist."""
    listed = said(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns])
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())
