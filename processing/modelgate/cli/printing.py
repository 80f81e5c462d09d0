"""What a command prints: a JSON document, sentences, tables. Names from reports never reach a terminal unfiltered."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

PIPED_WIDTH = 120  # columns of a table that is written to a file


def emit(document: Any) -> None:
    """Print *document* as the one JSON document of a command."""
    _write(sys.stdout, json.dumps(document, indent=2, allow_nan=False))


def say(sentence: str) -> None:
    """Print one line on stdout."""
    _write(sys.stdout, plain(sentence))


def complain(text: str) -> None:
    """Print on stderr, a fault a line."""
    for line in text.splitlines():
        _write(sys.stderr, plain(line))


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


def _write(stream: TextIO, line: str) -> None:
    # A stream that cannot hold a character shows another instead of failing half-way.
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
