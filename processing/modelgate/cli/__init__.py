"""The command line, ``modelgate``: policies, packages and decisions on a laptop or in CI; docs/cli.md shows it."""

import io
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from modelgate.cli.root import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character shows another, instead of failing half-way.
            stream.reconfigure(errors="replace")
    app()
