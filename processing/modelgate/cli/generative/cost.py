"""``modelgate generative cost``."""

from typing import Annotated, Any

import typer

from modelgate.cli.generative.given import EvaluationPath, Given, Name, read_given
from modelgate.cli.options import AsJson
from modelgate.cli.printing import emit, say
from modelgate.generative.cost import TokenPrices, machines, planned, tokens_of, tokens_per_thousand_prompts
from modelgate.generative.evaluation import Asked
from modelgate.generative.records import read_prompts

CHARACTERS_PER_TOKEN = 4  # of English text, in the tokenisers that are in use: an estimate, and said to be
FORMULA = "1000 × completions × (input tokens × input price + output tokens × output price) / 1,000,000"

PriceIn = Annotated[float, typer.Option("--price-in", min=0, help="Price of a million tokens that are read.")]
PriceOut = Annotated[float, typer.Option("--price-out", min=0, help="Price of a million tokens that are written.")]
TokensOut = Annotated[
    float | None,
    typer.Option("--tokens-out", min=0, help="Tokens of an answer on average. Default: the most that is allowed."),
]


def cost(
    evaluation: EvaluationPath,
    price_in: PriceIn,
    price_out: PriceOut,
    *,
    name: Name = None,
    tokens_out: TokensOut = None,
    as_json: AsJson = False,
) -> None:
    """
    Say how many calls an evaluation makes and what they cost, at the prices that you give.

    The tokens that are read are estimated from the prompts' length; those that are written are the most that is
    allowed, unless --tokens-out says how many they are on average. Calls that are repeated come on top.
    """
    given = read_given(evaluation, name)
    prices = TokenPrices(input_per_million=price_in, output_per_million=price_out)
    concerns = [_concern(given, asked, prices, tokens_out) for asked in given.evaluation.asked]
    plan, budget = planned(given.evaluation.asked), given.evaluation.budget
    machine = given.evaluation.target.machine
    told = {
        "evaluation": given.evaluation.name,
        "prompts": plan.prompts,
        "calls": plan.calls,
        "cost": sum(one["cost"] for one in concerns),
        "formula": FORMULA,
        "concerns": concerns,
        "budget": {"calls": budget.calls, "tokens": budget.tokens},
        "machines": None if machine is None else machines(machine, hours=machine.maximum_seconds / 3600),
    }
    if as_json:
        emit(told)
        return
    for one in concerns:
        say(
            f"{one['concern']}: {one['prompts']:,} prompts, {one['calls']:,} calls, about {one['input_tokens']:.0f} "
            f"tokens read and {one['output_tokens']:.0f} written each: {one['cost']:.4g}, "
            f"or {one['per_thousand_prompts']:.4g} per 1,000 prompts"
        )
    say(
        f"together {told['cost']:.4g} for {plan.calls:,} calls; the budget is {budget.calls:,} calls and "
        f"{budget.tokens:,} tokens"
    )
    if told["machines"] is not None:
        say(f"and the machines at most {told['machines']:.4g}: instances × price of an hour × hours")
    say(f"per 1,000 prompts: {FORMULA}")


def _concern(given: Given, asked: Asked, prices: TokenPrices, tokens_out: float | None) -> dict[str, Any]:
    characters = sum(len(prompt.text) for prompt in read_prompts(given.lines_of(asked)))
    completions = asked.settings.completions
    input_tokens = characters / CHARACTERS_PER_TOKEN / asked.prompts
    output_tokens = asked.settings.max_tokens if tokens_out is None else tokens_out
    calls = asked.prompts * completions
    return {
        "concern": asked.concern,
        "prompts": asked.prompts,
        "calls": calls,
        "input_tokens": input_tokens,
        "output_tokens": float(output_tokens),
        "per_thousand_prompts": tokens_per_thousand_prompts(
            prices, completions=completions, input_tokens=input_tokens, output_tokens=output_tokens
        ),
        "cost": tokens_of(prices, input_tokens=round(calls * input_tokens), output_tokens=round(calls * output_tokens)),
    }
