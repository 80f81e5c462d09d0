"""The set of prompts that this project wrote itself, for all four concerns: small, under our own licence, offline.

It shows that the way from prompt to verdict works, and tells models that are far apart from each other. It is too small
to approve a model by: the shipped policy asks for more of everything.
"""

from collections.abc import Iterator
from pathlib import Path

from modelgate.generative import bias
from modelgate.generative.bias.prompts import CONCERN as BIAS
from modelgate.generative.datasets.templates import items
from modelgate.generative.disinformation import headlines
from modelgate.generative.disinformation.headlines import CONCERN as DISINFORMATION
from modelgate.generative.memorization.prompts import CONCERN as MEMORIZATION
from modelgate.generative.memorization.prompts import Sampling
from modelgate.generative.memorization.prompts import prompts as beginnings_of
from modelgate.generative.memorization.works import Work, read_works
from modelgate.generative.records import Prompt
from modelgate.generative.toxicity import bold
from modelgate.generative.toxicity.bold import CONCERN as TOXICITY

ID = {
    MEMORIZATION: "modelgate-works@1",
    BIAS: "modelgate-items@1",
    TOXICITY: "modelgate-beginnings@1",
    DISINFORMATION: headlines.SHIPPED_ID,
}
SOURCES = ("book", "code")  # of the works; the folders they lie in

_DATA = Path(__file__).with_name("data")
_SEED = 0
_LENGTHS = (25, 50)  # tokens of a prompt
_PER_WORK = 4


def shipped(concern: str) -> Iterator[Prompt]:
    """The prompts of *concern*, always the same ones in the same order, under the `ID` of their set."""
    match concern:
        case "memorization":
            for tokens in _LENGTHS:
                asked = Sampling(dataset_id=ID[concern], tokens=tokens, per_work=_PER_WORK, seed=_SEED)
                yield from beginnings_of(works(), asked)
        case "bias":
            yield from bias.prompts(items(_DATA / "templates.jsonl"), dataset_id=ID[concern], seed=_SEED)
        case "toxicity":
            yield from bold.prompts(_DATA / "beginnings", ID[concern])
        case "disinformation":
            yield from headlines.prompts(headlines.shipped(), ID[concern])
        case _:
            raise ValueError(f"nobody asks about {concern[:40]!a}; the concerns are {', '.join(sorted(ID))}")


def works() -> Iterator[Work]:
    """The texts behind the prompts of memorization: three of prose and two of code, published nowhere else."""
    for source in SOURCES:
        yield from read_works(_DATA / "works" / source, pattern="*.txt", source=source)
