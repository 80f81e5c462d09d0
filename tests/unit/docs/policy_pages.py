"""The examples of a page on policies: parts of a policy, then cases as a policy test has them, or its faults."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from modelgate.policy.load import BUNDLE_FILE, WAIVERS_FILE, load_folder
from modelgate.policy.model import Bundle
from modelgate.policy.yaml_file import parse_yaml

ROOT = Path(__file__).parents[3]

# What a policy needs beside the keys that an example shows.
REST = {
    "policy": "policy: example",
    "version": "version: 1",
    "owner": "owner: model-risk",
    "description": "description: An example.",
    "match": "match: {groups: [a-group]}",
    "evidence": "evidence: {required: [%s], content_digest: optional}",
}
# The report that the first check of an example is about, so that no case needs another one.
FAMILIES = {
    "bias": "Bias",
    "explainability": "Explainability",
    "data_quality": "ModelDataQuality",
    "violations": "ModelDataQuality",
}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a page, by language and place."""

    language: str
    text: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Keys of a policy, the waivers that apply to it, and either files of cases or the faults it is refused for."""

    policy: Block
    waivers: Block | None = None
    cases: list[Block] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        """Where the page has it."""
        return (self.waivers or self.policy).where

    def bundle(self, folder: Path) -> Bundle:
        """The bundle of the example, loaded from files as any other."""
        given = parse_yaml(self.policy.where, self.policy.text).data
        family = FAMILIES.get(given["checks"][0]["kind"], "ModelQuality")
        rest = [text.replace("%s", family) for key, text in REST.items() if key not in given]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / BUNDLE_FILE).write_text("version: 1\n", encoding="utf-8")
        (folder / "example.yaml").write_text("\n".join([*rest, self.policy.text]), encoding="utf-8")
        if self.waivers is not None:
            (folder / WAIVERS_FILE).write_text(self.waivers.text, encoding="utf-8")
        return load_folder(folder)


def blocks(page: Path) -> Iterator[Block]:
    """Every fenced block of *page*."""
    whole = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(whole):
        line = whole.count("\n", 0, match.start()) + 1
        yield Block(language=match[1], text=match[2], where=f"{page.name}:{line}")


def examples(page: Path) -> list[Example]:
    """The examples of *page*: every block of YAML belongs to one, or it is an error."""
    found: list[Example] = []
    for block in blocks(page):
        if block.language != "yaml":
            continue
        keys = set(parse_yaml(block.where, block.text).data)
        if "ask" in keys:
            continue  # an evaluation, which no policy is part of
        if keys <= {*REST, "approval", "checks"}:
            found.append(Example(policy=block))
        elif keys == {"budgets", "waivers"}:
            last = found[-1]
            if last.waivers is None and not last.cases:
                found.remove(last)  # it was only the policy that these waivers are of
            found.append(Example(policy=last.policy, waivers=block))
        elif keys == {"refused"}:
            found[-1].refused.extend(parse_yaml(block.where, block.text).data["refused"])
        elif "cases" in keys:
            found[-1].cases.append(block)
        else:
            raise ValueError(f"{block.where} is neither a part of a policy, nor waivers, cases or refused")
    return found


def rows(page: Path, *headings: str) -> list[list[str]]:
    """The cells of the one table of *page* whose first headings are these, code marks taken off."""
    lines = page.read_text(encoding="utf-8").splitlines()
    [start] = [at for at, line in enumerate(lines) if _cells(line)[: len(headings)] == list(headings)]
    found: list[list[str]] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append(_cells(line))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
