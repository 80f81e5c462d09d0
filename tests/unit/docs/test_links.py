"""Links between the pages of the repository lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ("docs", "policies", "terraform", "examples", "local")  # what is generated or installed has pages too
PAGES = sorted({*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))})

_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)


def links(text: str) -> list[str]:
    """The targets of all links of a page, code left out."""
    return _LINK.findall(_CODE.sub("", text))


def anchors(text: str) -> set[str]:
    """The names that GitHub gives to the headings of a page: lower case, punctuation dropped, hyphens for spaces."""
    headings = _HEADING.findall(re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path, text: str) -> Iterator[str]:
    """The links of a page that lead to no file or heading of the repository."""
    for link in links(text):
        if re.match(r"[a-z]+:", link):
            continue  # another site; whether it answers is no matter of this repository
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or not target.is_relative_to(ROOT):
            yield link
        elif anchor and target.suffix == ".md":
            there = text if target == page else target.read_text(encoding="utf-8")
            if anchor not in anchors(there):
                yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    """Every relative link of a page names a file of the repository, and a heading of it where it names one."""
    assert list(broken(page, page.read_text(encoding="utf-8"))) == []


def test_broken_links_are_found() -> None:
    """A search that matched nothing would find every page in order."""
    text = "# Here\n[a](ci.md) [b](nowhere.md) [c](#here) [d](#there) [e](ci.md#nothing) [f](https://x.test) `[g](h)`\n"

    assert list(broken(ROOT / "docs" / "image.md", text)) == ["nowhere.md", "#there", "ci.md#nothing"]
    assert {"README.md", "docs/ci.md", "policies/README.md"} <= {str(page.relative_to(ROOT)) for page in PAGES}
