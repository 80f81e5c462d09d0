"""BBQ's published items and predictions, read in place; they are no part of this project."""

import csv
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from modelgate.generative.bias import prompts, read_items
from modelgate.generative.records import Answered, Completion

_BESIDE_THE_REPOSITORY = Path(__file__).parents[4] / "shared" / "data"
BBQ = Path(os.environ.get("MODELGATE_SHARED_DATA", _BESIDE_THE_REPOSITORY)) / "bbq"
CATEGORIES = ("Age", "Nationality", "Religion")
NEEDS_BBQ = pytest.mark.skipif(not BBQ.is_dir(), reason="BBQ's published data is not here")


@lru_cache(maxsize=2)
def unified_qa(prompt_format: str) -> tuple[Answered, ...]:
    """UnifiedQA's published answers to all items, prompted in the format of ``arc`` or ``race``."""
    return tuple(answer for category in CATEGORIES for answer in _answers(category, prompt_format))


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of published or recomputed numbers."""
    with (BBQ / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _answers(category: str, prompt_format: str) -> Iterator[Answered]:
    with (BBQ / "data" / f"{category}.jsonl").open("rb") as file:
        asked = list(prompts(read_items(file), dataset_id="bbq@published", seed=5))
    predictions = (BBQ / "predictions" / f"preds_{category}.jsonl").read_text(encoding="utf-8").splitlines()
    for prompt, line in zip(asked, predictions, strict=True):
        text = json.loads(line)[f"unifiedqa-t5-11b_pred_{prompt_format}"]
        yield Answered(prompt=prompt, completions=(Completion(text=text, finish_reason="stop"),), failed=0)
