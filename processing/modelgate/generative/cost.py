"""What an evaluation asks for, known before it is asked, and what that costs.

Prices are the operator's word, in one currency; nothing here knows any.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from modelgate.generative.evaluation import Asked, Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """*prompts*, the *calls* they take if none is repeated, and the most tokens that these can write.

    The tokens that are read depend on the target's tokeniser, so nobody knows them before.
    """

    prompts: int
    calls: int
    most_output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPrices:
    """The price of a million tokens that are read (*input_per_million*) and written (*output_per_million*)."""

    input_per_million: float
    output_per_million: float


def planned(asked: Iterable[Asked]) -> Planned:
    """What all of *asked* take together."""
    each = [(one.prompts, one.prompts * one.settings.completions, one.settings.max_tokens) for one in asked]
    return Planned(
        prompts=sum(prompts for prompts, _, _ in each),
        calls=sum(calls for _, calls, _ in each),
        most_output_tokens=sum(calls * most for _, calls, most in each),
    )


def tokens_per_thousand_prompts(
    prices: TokenPrices, *, completions: int, input_tokens: float, output_tokens: float
) -> float:
    """Give the cost of 1,000 prompts with *completions* calls each; *input_tokens*, *output_tokens* are a call's means.

    1000 × completions × (input_tokens × input price + output_tokens × output price) / 1,000,000
    """
    each = input_tokens * prices.input_per_million + output_tokens * prices.output_per_million
    return 1000 * completions * each / 1_000_000


def tokens_of(prices: TokenPrices, *, input_tokens: int, output_tokens: int) -> float:
    """Give the cost of so many tokens in all."""
    return (input_tokens * prices.input_per_million + output_tokens * prices.output_per_million) / 1_000_000


def machines(machine: Machine, *, hours: float) -> float:
    """Give the cost of *machine* for *hours*: instances × price of an hour × hours."""
    return machine.instance_count * machine.price_per_hour * hours


def machines_per_thousand_prompts(machine: Machine, *, completions: int, calls_per_hour: float) -> float:
    """Give the cost of 1,000 prompts where all instances together answer *calls_per_hour*; starting up is not in it."""
    return machines(machine, hours=1000 * completions / calls_per_hour)
