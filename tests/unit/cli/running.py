"""The command line, run in this process: what it printed, and how it left."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelgate.cli.root import app
from typer.testing import CliRunner

POLICIES = Path(__file__).parent / "policies"  # of these tests: what is shipped may change


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def run(*words: object, answer: str | None = None, environment: dict[str, str] | None = None) -> Ran:
    """Run ``modelgate`` with *words*; *answer* is what a person types."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=answer, env=environment)
    return Ran(code=result.exit_code, out=result.stdout, err=result.stderr)
