"""One line on standard error for everything a step has done: never anything that a prompt or an answer holds."""

import sys


def say(line: str) -> None:
    """Show *line*, printable whatever names are in it."""
    sys.stderr.write("".join(c if c.isprintable() else " " for c in line) + "\n")
    sys.stderr.flush()
