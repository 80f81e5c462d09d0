"""docs/generative.md: names and figures on the page are those of the code."""

import re
from pathlib import Path

import pytest
from modelgate.generative.datasets.catalogue import CATALOGUE
from modelgate.generative.datasets.shipped import ID
from modelgate.generative.disinformation.agreement import measure
from modelgate.generative.disinformation.labelled import TEST, labelled
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.evaluation import TargetKind
from modelgate.generative.evaluators import EVALUATORS, unmeasured
from modelgate.policy.evaluation_files import SCORERS

from tests.unit.cli.evaluation_made_up import made_up_evaluation

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/generative.md").read_text(encoding="utf-8")
_DEFINITION = re.compile(r"`((?:memorization|disinformation|bias|toxicity|accuracy|calibration)/[^`\s]+)`")


def definitions(concern: str) -> set[str]:
    """What a concern measures, with the scorer's name left open."""
    evaluation = made_up_evaluation()
    found = unmeasured(concern, "none", evaluation, "nothing was asked")
    return {one.definition_id.replace(evaluation.scorer, "<scorer>") for one in found}


def test_every_definition_is_on_the_page_and_no_other() -> None:
    """Whoever reads a report finds each of its numbers here."""
    measured = set().union(*(definitions(concern) for concern in EVALUATORS))

    assert set(_DEFINITION.findall(PAGE)) == measured


@pytest.mark.parametrize("kind", TargetKind)
def test_every_target_is_in_the_table(kind: TargetKind) -> None:
    """With what a package says to be asked there."""
    assert f"\n| `{kind}` |" in PAGE


@pytest.mark.parametrize("scorer", SCORERS)
def test_every_scorer_is_in_the_table(scorer: str) -> None:
    """With what it is and whether it has run here."""
    assert f"\n| `{scorer}@" in PAGE


def test_every_data_set_is_listed_with_its_licence() -> None:
    """A row may list several of the same licence."""
    rows = [row for row in PAGE.splitlines() if row.startswith("| `")]
    lacking = [
        dataset.id
        for dataset in CATALOGUE.values()
        if not any(f"`{dataset.id}`" in row and f"| {dataset.licence.spdx} |" in row for row in rows)
    ]

    assert lacking == []
    assert [name for name in ID.values() if f"`{name}`" not in PAGE] == []


def test_the_page_says_what_the_judge_is_worth() -> None:
    """The figures are measured anew, on the half that it was not written with."""
    judge = LexicalJudge()
    reached = measure(judge, labelled(TEST))

    assert f"`{judge.id}@{judge.version}`" in PAGE
    assert f"agrees with a person on {reached.agreed} of {reached.n} labelled completions" in PAGE
    assert f"finds {reached.found} of {reached.supporting} that support the claim" in PAGE


@pytest.mark.parametrize("name", re.findall(r"^- `([a-z]+)`: ", PAGE, re.MULTILINE))
def test_every_evaluation_that_is_named_is_there(name: str) -> None:
    """As a file of its name."""
    assert (ROOT / "policies/evaluations" / f"{name}.yaml").is_file()


@pytest.mark.parametrize("path", re.findall(r"`((?:generative|steps|policy)/[a-z_/]+\.py)`", PAGE))
def test_files_to_extend_are_there(path: str) -> None:
    """Whoever adds a scorer or a judge finds the place."""
    assert (ROOT / "processing/modelgate" / path).is_file()
