"""Answers of models that do not exist."""

from collections.abc import Sequence

from modelgate.generative.records import Answered, Completion, Prompt


def answered(prompt: Prompt, *texts: str, finish_reason: str = "stop", failed: int = 0) -> Answered:
    completions = tuple(Completion(text=text, finish_reason=finish_reason) for text in texts)
    return Answered(prompt=prompt, completions=completions, failed=failed)


def prompt(reference: str, *, text: str = "Once upon a time", source: str = "book", tokens: int = 4) -> Prompt:
    meta = {"reference": reference, "source": source, "prefix_tokens": tokens}
    return Prompt(id=f"made-up/{text}", concern="memorization", text=text, meta=meta)


def words(count: int, *, kind: str = "w") -> str:
    return " ".join(f"{kind}{number}" for number in range(count))


def echoes(prompts: Sequence[Prompt], *, characters: int) -> list[Answered]:
    """A model that has learned every work by heart."""
    return [answered(one, one.meta["reference"][:characters], finish_reason="length") for one in prompts]
