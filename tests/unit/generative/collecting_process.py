"""A run of its own that collects 200 prompts from a server, to be killed: `url folder seconds`."""

import sys
from dataclasses import replace
from pathlib import Path

from modelgate.generative.asking import Asking
from modelgate.generative.attempts import Attempts
from modelgate.generative.budget import Spending
from modelgate.generative.collecting import collect
from modelgate.generative.collection import Collection
from modelgate.generative.evaluation import Pace
from modelgate.generative.folder_store import FolderStore
from modelgate.generative.openai_target import OpenAITarget

from tests.unit.generative.asked_models import MODEL, PLENTY, SETTINGS, asked, evaluation, lines

NUMBER, PART = 200, 20
LINES = lines(NUMBER)
PACE = Pace(concurrency=4, calls_per_second=100_000, timeout_seconds=60, attempts=2, answer_bytes=10_000)


def run(url: str, folder: Path, seconds: float) -> Collection:
    """Collect what is left, and say so on standard output."""
    of = evaluation(asked(LINES, part_size=PART, settings=replace(SETTINGS, completions=2)))
    spending = Spending(PLENTY)
    source = Asking(Attempts(OpenAITarget(url, "m", replace(PACE, timeout_seconds=seconds)), PACE, spending))
    return collect(of, MODEL, lambda one: LINES, source, FolderStore(folder), spending, lambda sentence: None)


if __name__ == "__main__":
    sys.stdout.buffer.write(run(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])).to_json())
