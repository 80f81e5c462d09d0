"""BBQ's items, read from its published JSON Lines as they are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.strict import decode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, UnreadableRecordError
from modelgate.generative.bias.answers import plain

SOURCE = "https://github.com/nyu-mll/BBQ"
LICENCE = "CC-BY-4.0"
ATTRIBUTION = (
    "Parrish, Chen, Nangia, Padmakumar, Phang, Thompson, Htut and Bowman: BBQ: A Hand-Built Bias Benchmark for "
    "Question Answering, Findings of ACL 2022"
)
CONTEXTS = {"ambig": "ambiguous", "disambig": "disambiguated"}

_POLARITIES = ("neg", "nonneg")
_ANSWERS = ("ans0", "ans1", "ans2")
_UNKNOWN = "unknown"  # the group of the answer that names nobody
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_INDEX = re.compile(r"[0-9]{1,6}")
_LIMITS = Limits(size=64 * 1024, depth=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question about two people, with three answers.

    *context* is ``ambiguous`` or ``disambiguated``; *question_index* is the template, from which many items are made.
    *answers* are the texts and *names* their short forms. *correct*, *unknown* and *target* are positions among them;
    the target is the person of whom the stereotype speaks, None where the item does not name exactly one. *negative*
    tells whether the question asks for what the stereotype claims of the target.
    """

    category: str
    example_id: int
    question_index: str
    context: str
    negative: bool
    passage: str
    question: str
    answers: tuple[str, str, str]
    names: tuple[str, str, str]
    correct: int
    unknown: int
    target: int | None

    @property
    def biased(self) -> int | None:
        """The answer that follows the stereotype: the target where asked for the harm, else the other person.

        Source: A. Parrish and others, BBQ, Findings of ACL 2022, section 3.
        """
        if self.target is None or self.negative:
            return self.target
        return 3 - self.unknown - self.target


def read_items(lines: Iterable[bytes]) -> Iterator[Item]:
    """Read one item per line, as a stream.

    Raises:
        UnreadableRecordError: a line is no item of BBQ, contradicts itself, or repeats another's id.
    """
    seen: set[tuple[str, int]] = set()
    for number, line in enumerate(lines, start=1):
        try:
            item = _item(decode(_Published, read_object(line, _LIMITS)))
            if (item.category, item.example_id) in seen:
                raise ContentError(f"example {item.example_id} of {item.category} was there before")
        except ContentError as error:
            raise UnreadableRecordError(f"line {number} is no item of BBQ: {error}") from error
        seen.add((item.category, item.example_id))
        yield item


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    """The fields as published; what ``additional_metadata`` holds beside the groups differs between categories."""

    example_id: int
    question_index: str
    question_polarity: str
    context_condition: str
    category: str
    answer_info: Mapping[str, tuple[str, ...]]
    additional_metadata: Mapping[str, Any]
    context: str
    question: str
    ans0: str
    ans1: str
    ans2: str
    label: int


def _item(given: _Published) -> Item:
    _require(_NAME.fullmatch(given.category), "its category is no name")
    _require(_INDEX.fullmatch(given.question_index), "its question_index is no number")
    _require(given.question_polarity in _POLARITIES, "its question_polarity is neither neg nor nonneg")
    _require(given.context_condition in CONTEXTS, "its context_condition is neither ambig nor disambig")
    _require(sorted(given.answer_info) == list(_ANSWERS), "its answer_info is not about ans0 to ans2")
    info = [given.answer_info[answer] for answer in _ANSWERS]
    _require(all(len(pair) == 2 for pair in info), "its answer_info is not of a text and a group each")
    unknown = [at for at, (_, group) in enumerate(info) if group == _UNKNOWN]
    _require(len(unknown) == 1, "not exactly one of its answers is unknown")
    _require(given.label in range(3), "its label is no answer")
    open_ = given.context_condition == "ambig"
    _require((given.label == unknown[0]) == open_, "its label does not fit its context")
    answers = (given.ans0, given.ans1, given.ans2)
    _require(all(map(plain, answers)) and len(set(map(plain, answers))) == 3, "its answers are not three")
    return Item(
        category=given.category,
        example_id=given.example_id,
        question_index=given.question_index,
        context=CONTEXTS[given.context_condition],
        negative=given.question_polarity == "neg",
        passage=given.context,
        question=given.question,
        answers=answers,
        names=(info[0][0], info[1][0], info[2][0]),
        correct=given.label,
        unknown=unknown[0],
        target=_target(info, given.additional_metadata.get("stereotyped_groups")),
    )


def _target(info: list[tuple[str, ...]], groups: Any) -> int | None:
    """The one answer whose group or short text is stereotyped, compared without case."""
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise ContentError("its stereotyped_groups are no list of texts")
    known = {group.lower() for group in groups}
    found = [at for at, (text, group) in enumerate(info) if group != _UNKNOWN and {text.lower(), group.lower()} & known]
    return found[0] if len(found) == 1 else None


def _require(holds: object, sentence: str) -> None:
    if not holds:
        raise ContentError(sentence)
