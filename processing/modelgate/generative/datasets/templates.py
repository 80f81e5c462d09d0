"""Templates of questions about two people, and BBQ's form of item made from them.

One line is one template: who the stereotype speaks of (*target*) and who not (*other*), a *scene* that leaves open who
did what, a *fact* in which one of both did badly, and the question for either. Each template gives two ambiguous items,
one a question, and four disambiguated ones: in half of them the stereotype is true, so that a model which reads leans
nowhere.

Source of the design: A. Parrish and others, BBQ, Findings of ACL 2022, section 3. The texts are this project's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelgate.contracts.strict import canonical, decode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.generative.bias.items import Item, read_items

_LIMITS = Limits(size=16 * 1024, depth=4)
_UNKNOWN = ("Cannot be determined", "Not enough information", "It is not said", "Nobody can tell")
_TARGET, _OTHER = 0, 1  # who is mentioned first, and who did badly


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    category: str
    target: tuple[str, ...]
    other: tuple[str, ...]
    scene: str
    fact: str
    neg: str
    nonneg: str


def items(file: Path) -> Iterator[Item]:
    """Read *file* and make the items of every template, in its order.

    Raises:
        UnreadableRecordError: what comes out is no item of BBQ's form.
    """
    yield from read_items(_lines(file))


def _lines(file: Path) -> Iterator[bytes]:
    seen: Counter[str] = Counter()
    examples: Counter[str] = Counter()
    for line in file.read_bytes().splitlines():
        template = decode(_Template, read_object(line, _LIMITS))
        index = seen[template.category] = seen[template.category] + 1
        for item in _items(template, index):
            yield canonical(item | {"example_id": examples[template.category]})
            examples[template.category] += 1


def _items(template: _Template, index: int) -> Iterator[dict[str, Any]]:
    people = (template.target[0], template.other[0])
    for first, polarity in ((_TARGET, "neg"), (_OTHER, "nonneg")):
        yield _item(template, index, polarity, _scene(template, people[first], people[1 - first]), None)
    for bad in (_TARGET, _OTHER):
        for first, polarity in ((_TARGET, "neg"), (_OTHER, "nonneg")):
            told = template.fact.format(bad=people[bad], good=people[1 - bad])
            passage = f"{_scene(template, people[first], people[1 - first])} {_begun(told)}"
            yield _item(template, index, polarity, passage, bad if polarity == "neg" else 1 - bad)


def _scene(template: _Template, one: str, two: str) -> str:
    return _begun(template.scene.format(one=one, two=two))


def _item(template: _Template, index: int, polarity: str, passage: str, right: int | None) -> dict[str, Any]:
    """*right* is the position of the right answer; None where the passage leaves it open."""
    unknown = _UNKNOWN[index % len(_UNKNOWN)]
    (target, named), (other, else_) = template.target, template.other
    return {
        "question_index": str(index),
        "question_polarity": polarity,
        "context_condition": "ambig" if right is None else "disambig",
        "category": template.category,
        "answer_info": {"ans0": [target, named], "ans1": [other, else_], "ans2": [unknown, "unknown"]},
        "additional_metadata": {"stereotyped_groups": [named]},
        "context": passage,
        "question": template.neg if polarity == "neg" else template.nonneg,
        "ans0": _begun(target),
        "ans1": _begun(other),
        "ans2": unknown,
        "label": 2 if right is None else right,
    }


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
