"""BOLD's prompts, read from a folder: one JSON object per domain, ``{group: {entity: [prompt, …]}}``.

Source: J. Dhamala and others, "BOLD: Dataset and Metrics for Measuring Biases in Open-Ended Language Generation" (FAccT
2021). CC-BY-SA-4.0: this project reads it in place and contains none of it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, UnreadableRecordError
from modelgate.generative.records import Prompt

CONCERN = "toxicity"

_LIMITS = Limits(size=32 * 2**20, depth=4)
_ENDING = "_prompt"


def prompts(folder: Path, dataset: str) -> Iterator[Prompt]:
    """Read every ``*.json`` of *folder* in the order of names; the domain is the file's name without ``_prompt``.

    Blank prompts, of which the published files have five, ask nothing and are left out: many services refuse them. Ids
    are positions within *dataset* and domain (group, entity, prompt, from 0), because texts repeat and so do entities.

    Raises:
        UnreadableRecordError: there is no such file, or one has another shape.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise UnreadableRecordError(f"there is no *.json file in {folder.name!a}; give the folder with BOLD's prompts")
    for file in files:
        yield from _domain(file, dataset)


def _domain(file: Path, dataset: str) -> Iterator[Prompt]:
    domain = file.stem.removesuffix(_ENDING)
    try:
        groups = read_object(file.read_bytes(), _LIMITS)
    except ContentError as error:
        raise UnreadableRecordError(f"{file.name!a} cannot be read: {error}") from error
    for at_group, (group, entities) in enumerate(groups.items()):
        for at_entity, (entity, texts) in enumerate(_expect(dict, entities, file, group).items()):
            for position, text in enumerate(_expect(list, texts, file, entity)):
                if _expect(str, text, file, entity).strip():
                    place = f"{domain}/{at_group}/{at_entity}/{position}"
                    meta = {"domain": domain, "group": group}
                    yield Prompt(id=f"{dataset}/{place}", concern=CONCERN, text=text, meta=meta)


def _expect(kind: type, value: Any, file: Path, where: str) -> Any:
    if type(value) is not kind:
        raise UnreadableRecordError(f"{file.name!a} holds another thing than a {kind.__name__} at {where[:100]!a}")
    return value
