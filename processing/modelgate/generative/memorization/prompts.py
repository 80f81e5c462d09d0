"""Prompts that give the beginning of a passage, and where the rest of it is found."""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from modelgate.errors import UnreadableRecordError
from modelgate.generative.memorization.token_text import TokenTexts
from modelgate.generative.memorization.works import Work, WorksByDigest
from modelgate.generative.records import Prompt

CONCERN = "memorization"
MAX_CHARACTERS = 32_768  # of a reference or a completion that are compared: some 8,000 tokens of a model

_WORD = re.compile(r"\S+")
_SHORTEST_REFERENCE = 2_000  # characters that have to follow, so that 50 tokens can be brought back
_EDGE = re.compile(r"\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """*per_work* prompts of *tokens* tokens each from every work, at places that *seed* chooses.

    Without *store_references* the records hold no text of a work but the prompts: scoring then needs the works.
    """

    dataset_id: str
    tokens: int
    per_work: int
    seed: int = 0
    store_references: bool = True


def prompts(works: Iterable[Work], sampling: Sampling) -> Iterator[Prompt]:
    """Give the prompts of *works*: as many whole words as hold the tokens asked for, at distinct places.

    The place depends on seed and bytes of the work alone. A work too short for all of them gives fewer.
    """
    texts = TokenTexts()
    for work in works:
        texts.forget()
        for start in _places(work, sampling):
            end = _end_of(work.text, start, sampling.tokens, texts)
            if end is not None and len(work.text) - end >= _SHORTEST_REFERENCE:
                yield _prompt(work, start, end, sampling)


def reference_of(prompt: Prompt, works: WorksByDigest | None) -> str:
    """What follows *prompt* in its work, at most `MAX_CHARACTERS` of it, blanks at its beginning included.

    Raises:
        UnreadableRecordError: the prompt holds neither its reference nor where to find it, or *works* is None.
        ContentError: *works* does not hold the work.
    """
    meta = prompt.meta
    if isinstance(reference := meta.get("reference"), str):
        return reference[:MAX_CHARACTERS]
    digest, end = meta.get("digest"), meta.get("end")
    if not isinstance(digest, str) or type(end) is not int or end < 0:
        raise UnreadableRecordError(f"prompt {prompt.id[:100]!a} names no reference; it is not of memorization")
    if works is None:
        raise UnreadableRecordError(f"prompt {prompt.id[:90]!a} names its work by digest only; score it with the works")
    return works.text(digest)[end : end + MAX_CHARACTERS]


def _prompt(work: Work, start: int, end: int, sampling: Sampling) -> Prompt:
    meta: dict[str, Any] = {"work": work.name, "source": work.source, "digest": work.digest, "end": end}
    meta["prefix_tokens"] = sampling.tokens
    if sampling.store_references:
        meta["reference"] = work.text[end : end + MAX_CHARACTERS]
    name = f"{sampling.dataset_id}/{work.name}/{start}/{sampling.tokens}"
    return Prompt(id=name, concern=CONCERN, text=work.text[start:end], meta=meta)


def _places(work: Work, sampling: Sampling) -> list[int]:
    last = len(work.text) - _SHORTEST_REFERENCE
    if last <= 0:
        return []
    chance = random.Random(f"{sampling.seed}/{sampling.tokens}/{work.digest}")  # noqa: S311 - chooses places
    return sorted({_next_word(work.text, chance.randrange(last)) for _ in range(sampling.per_work)})


def _next_word(text: str, place: int) -> int:
    """Where the first word begins that lies wholly after *place*."""
    edge = _EDGE.search(text, place)
    word = _WORD.search(text, edge.end()) if edge else None
    return word.start() if word else len(text)


def _end_of(text: str, start: int, tokens: int, texts: TokenTexts) -> int | None:
    """Where the fewest whole words end that hold *tokens* tokens; None where the text ends before."""
    end = start
    for word in _WORD.finditer(text, start):
        end = word.end()
        if end - start >= tokens and len(texts.encode(text[start:end])) >= tokens:
            return end
    return None
