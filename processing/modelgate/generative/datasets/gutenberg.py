"""What Project Gutenberg puts around a text, cut off: its licence speaks of files that keep its name."""

import re
from pathlib import Path

from modelgate.errors import ContentError

# Written so since 1993 or so: "*** START OF THE PROJECT GUTENBERG EBOOK …", once with THIS instead of THE.
_START = re.compile(r"^\*\*\* ?START OF TH(?:E|IS) PROJECT GUTENBERG.*$", re.MULTILINE)
_END = re.compile(r"^\*\*\* ?END OF TH(?:E|IS) PROJECT GUTENBERG.*$", re.MULTILINE)


def trim(folder: Path) -> None:
    """Replace every file of *folder* by the text between its two marks, with plain line ends.

    Raises:
        ContentError: a file is not UTF-8, or does not have the marks.
    """
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            text = path.read_text(encoding="utf-8-sig")  # line ends become \n
        except UnicodeDecodeError as error:
            raise ContentError(f"{path.name} is not UTF-8 at byte {error.start}") from error
        start, end = _START.search(text), _END.search(text)
        if start is None or end is None or end.start() < start.end():
            raise ContentError(f"{path.name} lacks the marks of Project Gutenberg around its text; it is another file")
        path.write_text(text[start.end() : end.start()].strip("\n") + "\n", encoding="utf-8", newline="\n")
