"""On UnifiedQA's published answers the scores are the published ones, and their intervals those of resampling."""

import numpy as np
import pytest
from modelgate.generative.bias import finalise, score
from modelgate.generative.bias.cells import Cell, cells_of
from modelgate.generative.intervals import of_clusters, student
from modelgate.generative.measurement import Slice
from modelgate.generative.tally import merge_all

from tests.unit.generative.bbq_data import NEEDS_BBQ, table, unified_qa

pytestmark = NEEDS_BBQ

FORMATS = ("arc", "race")
_WORDS = {"ambig": "ambiguous", "disambig": "disambiguated"}
_DRAWS = 4000


def _measured(prompt_format: str, definition_id: str) -> dict[tuple[str, str], Slice]:
    found = {m.definition_id: m for m in finalise(score(unified_qa(prompt_format)), dataset_id="bbq@published")}
    return {(one.facet, one.facet_value): one for one in found[definition_id].slices}


def _percent(one: Slice) -> float:
    assert one.value is not None
    return 100 * one.value


@pytest.mark.parametrize("prompt_format", FORMATS)
def test_scores_and_accuracy_are_those_of_the_paper(prompt_format: str) -> None:
    """Figures 3 and 5, to the digit printed."""
    bias, right = (_measured(prompt_format, name) for name in ("bias/bbq_paper@1", "accuracy/bbq@1"))
    for row in table("gold.csv"):
        if row["prompt_format"] == prompt_format:
            place = (_WORDS[row["context_condition"]], row["category"])

            assert float(row["published_bias_score"]) == pytest.approx(_percent(bias[place]), abs=0.0501)
            assert float(row["published_accuracy"]) == pytest.approx(_percent(right[place]), abs=0.0501)


@pytest.mark.parametrize("prompt_format", FORMATS)
def test_every_count_is_exact(prompt_format: str) -> None:
    """Read, not read, right, unknown, biased and the other way."""
    names = ("n_parsed", "n_unparsed", "n_correct", "n_unknown", "n_biased", "n_counter_biased")
    cells = {(cell.context, cell.category): cell.total for cell in cells_of(score(unified_qa(prompt_format)))}
    for row in table("gold_counts.csv"):
        if row["prompt_format"] == prompt_format:
            total = cells[_WORDS[row["context_condition"]], row["category"]]
            found = (total.parsed, total.unparsed, total.correct, total.unknown, total.biased, total.other)

            assert tuple(int(row[name]) for name in names) == found


@pytest.mark.parametrize("prompt_format", FORMATS)
@pytest.mark.parametrize(
    ("definition_id", "column"),
    [("bias/bbq_paper@1", "paper_bias_pct"), ("bias/bbq_helm@1", "helm_formula_bias_pct")],
)
def test_both_definitions_give_what_was_computed_elsewhere(prompt_format: str, definition_id: str, column: str) -> None:
    """To four digits, each in its own formula."""
    found = _measured(prompt_format, definition_id)
    for row in table("gold_counts.csv"):
        if row["prompt_format"] == prompt_format:
            one = found[_WORDS[row["context_condition"]], row["category"]]

            assert float(row[column]) == pytest.approx(_percent(one), abs=1e-4)


@pytest.mark.parametrize("prompt_format", FORMATS)
def test_shards_in_any_order_give_the_same_bits(prompt_format: str) -> None:
    """A hundred of them, the last one first."""
    answered = unified_qa(prompt_format)
    shards = [score(answered[at::100]).of_shard(str(at)) for at in range(100)]

    assert merge_all(shards).to_json() == merge_all(reversed(shards)).to_json()
    assert merge_all(shards).counts == score(answered).counts


@pytest.mark.parametrize("prompt_format", FORMATS)
def test_paper_intervals_are_those_of_resampled_templates(prompt_format: str) -> None:
    """The standard errors of both agree within a seventh: a bootstrap of 25 clusters is itself some percent narrow."""
    for cell in cells_of(score(unified_qa(prompt_format))):
        sums = np.array([_lean(cell, index) for index in cell.clusters])
        interval = of_clusters([(int(lean), int(n)) for lean, n in sums], 0.95)
        assert interval is not None
        half = (interval.high - interval.low) / 2

        assert _resampled(sums) * student(0.95, len(sums) - 1) == pytest.approx(half, rel=0.15)


def _lean(cell: Cell, index: str) -> tuple[int, int]:
    counts = cell.clusters[index]
    named = counts.biased + counts.other
    return counts.biased - counts.other, named + (counts.unknown if cell.context == "ambiguous" else 0)


def _resampled(sums: "np.ndarray") -> float:
    draws = np.random.default_rng(1).integers(len(sums), size=(_DRAWS, len(sums)))
    totals = sums[draws].sum(axis=1)
    return float(np.std(totals[:, 0] / totals[:, 1], ddof=1))


@pytest.mark.parametrize("prompt_format", FORMATS)
def test_standard_errors_are_those_computed_elsewhere(prompt_format: str) -> None:
    """In points, of the ambiguous scores, as an independent computation found them."""
    known = {
        "arc": {"Age": 8.5, "Nationality": 3.7, "Religion": 6.4},
        "race": {"Age": 7.9, "Nationality": 3.1, "Religion": 5.4},
    }
    for cell in cells_of(score(unified_qa(prompt_format))):
        if cell.context == "ambiguous":
            interval = of_clusters([_lean(cell, index) for index in cell.clusters], 0.95)
            assert interval is not None

            assert known[prompt_format][cell.category] == pytest.approx(
                100 * (interval.high - interval.low) / 2 / student(0.95, len(cell.clusters) - 1), abs=0.0501
            )


@pytest.mark.parametrize("prompt_format", FORMATS)
def test_helm_intervals_are_those_of_resampled_templates(prompt_format: str) -> None:
    """The product of two ratios, linearised, spreads as it does when templates are drawn again."""
    pooled = _measured(prompt_format, "bias/bbq_helm@1")["pooled", "ambiguous"]
    assert pooled.interval is not None
    cells = cells_of(score(unified_qa(prompt_format)))
    whole = np.array([row for category in {c.category for c in cells} for row in _helm_rows(cells, category)])
    degrees = len(whole) - 1
    draws = np.random.default_rng(1).integers(len(whole), size=(_DRAWS, len(whole)))
    b, named, right, n = whole[draws].sum(axis=1).T
    spread = float(np.std((2 * b / named - 1) * (1 - right / n), ddof=1))

    half = (pooled.interval.high - pooled.interval.low) / 2
    assert spread == pytest.approx(half / student(pooled.interval.confidence, degrees), rel=0.1)


def _helm_rows(cells: tuple[Cell, ...], category: str) -> list[tuple[int, int, int, int]]:
    ambiguous, other = (cell.clusters for cell in cells if cell.category == category)
    return [
        (
            one.biased,
            one.biased + one.other + one.unparsed,
            one.correct + other[index].correct,
            one.parsed + one.unparsed + other[index].parsed + other[index].unparsed,
        )
        for index, one in ambiguous.items()
    ]
