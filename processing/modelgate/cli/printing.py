"""What a command prints: a JSON document, sentences, tables. Names from reports never reach a terminal unfiltered."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

PIPED_WIDTH = 120  # columns of a table that is written to a file


def emit(document: Any) -> None:
    """Print *document* as the one JSON document of a command."""
    sys.stdout.write(json.dumps(document, indent=2, allow_nan=False) + "\n")


def say(sentence: str) -> None:
    """Print one line on stdout."""
    sys.stdout.write(plain(sentence) + "\n")


def complain(text: str) -> None:
    """Print on stderr, a fault a line."""
    for line in text.splitlines():
        sys.stderr.write(plain(line) + "\n")


def plain(text: str) -> str:
    """*text* on one line, without what a terminal would obey: a facet's name may hold an escape sequence."""
    return "".join(c if c.isprintable() else " " for c in text)


def cell(text: object, style: str = "") -> "Text":
    """*text* for a table."""
    from rich.text import Text

    return Text(plain(str(text)), style=style)


def console() -> "Console":
    """Where tables go: colours and width of the terminal, or a fixed width where there is none."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPED_WIDTH
    return Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)
