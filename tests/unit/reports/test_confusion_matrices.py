"""What follows from a confusion matrix: its cells, and the rows behind the shares reported beside it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.contracts.facts import Value
from modelgate.reports.confusion_matrix import MAX_CELLS

from tests.unit.reports.reading import quality, read

# 100 good and 40 bad payers: of the bad ones 30 were found, and 5 good ones were taken for bad.
MATRIX = {"good": {"good": 95, "bad": 5}, "bad": {"good": 10, "bad": 30}}


def test_every_cell_is_a_fact() -> None:
    """The label is the actual class, the feature the predicted one."""
    facts = quality({"confusion_matrix": MATRIX})

    assert {name: fact.value.number for name, fact in facts.items()} == {
        "good/confusion_matrix/good": 95.0,
        "good/confusion_matrix/bad": 5.0,
        "bad/confusion_matrix/good": 10.0,
        "bad/confusion_matrix/bad": 30.0,
    }
    assert facts["good/confusion_matrix/bad"].pointer == "/metrics/confusion_matrix/good/bad"


@pytest.mark.parametrize(
    ("metric", "value", "rows"),
    [
        ("accuracy", 125 / 140, 140),
        ("recall", 30 / 40, 40),
        ("recall", 95 / 100, 100),
        ("true_positive_rate", 0.75, 40),
        ("false_negative_rate", 0.25, 40),
        ("true_negative_rate", 0.95, 100),
        ("false_positive_rate", 0.05, 100),
        ("false_positive_rate", 0.25, 40),
        ("precision", 30 / 35, 35),
        ("precision", 95 / 105, 105),
        ("precision", 0.85714285714286, 35),
        ("precision", 0.857143, None),
        ("recall", 0.7500001, None),
        ("recall", None, None),
        ("recall_best_constant_classifier", 0.75, None),
        ("f1", 0.8, None),
    ],
)
def test_rows_come_from_the_matrix_where_it_gives_the_reported_value(
    metric: str, value: float | None, rows: int | None
) -> None:
    """No report names its positive label: whichever gives the value is it; no match, no rows."""
    assert quality({"confusion_matrix": MATRIX, metric: {"value": value}})[metric].n == rows


def test_of_two_labels_that_fit_the_smaller_class_counts() -> None:
    """More rows would only be claimed, never shown."""
    even = {"0": {"0": 90, "1": 10}, "1": {"0": 1, "1": 9}}

    assert quality({"confusion_matrix": even, "recall": 0.9})["recall"].n == 10


def test_what_the_report_itself_says_of_its_rows_stays() -> None:
    """The evaluation knows better, and a slice is no share of the whole matrix."""
    recall = {"value": 0.75, "n": 7, "slices": {"region": {"north": {"value": 0.75}}}}

    facts = quality({"confusion_matrix": MATRIX, "recall": recall})

    assert facts["recall"].n == 7
    assert facts["region/north/recall"].n is None


def test_accuracy_follows_from_a_matrix_of_many_classes() -> None:
    """A class that was never predicted may lack its cell; the other metrics are weighted over classes."""
    matrix = {"a": {"a": 5, "b": 1}, "b": {"b": 3}, "c": {"a": 1}}

    facts = quality({"confusion_matrix": matrix, "accuracy": 0.8, "weighted_recall": 0.8, "recall": 5 / 6})

    assert [facts[metric].n for metric in ("accuracy", "weighted_recall", "recall")] == [10, None, None]


@pytest.mark.parametrize("cell", [-5, 0.5, True, "5", None, "NaN"])
def test_a_matrix_of_anything_but_counts_gives_no_rows(cell: Any) -> None:
    """A matrix of shares is read, and proves nothing about rows."""
    facts = quality({"confusion_matrix": {"0": {"0": 5, "1": cell}, "1": {"0": 0, "1": 5}}, "true_negative_rate": 1})

    assert facts["true_negative_rate"].n is None
    assert facts["0/confusion_matrix/1"].value != Value(number=0.0)


def test_a_matrix_belongs_to_the_metrics_of_its_own_section() -> None:
    """Two sections are two evaluations; at the top of a home-made file the matrix stands beside its metrics."""
    other = {"binary": {"confusion_matrix": MATRIX}, "mine": {"accuracy": 125 / 140}}

    assert read("ModelQuality.Statistics", other)["model_quality/accuracy"].n is None
    flat = read("ModelQuality.Statistics", {"confusion_matrix": MATRIX, "accuracy": 125 / 140})
    assert flat["model_quality/accuracy"].n == 140


@pytest.mark.parametrize(
    "matrix", [{}, [[1, 2], [3, 4]], {"0": {"0": [1]}}, {"0": {"0": {"0": 1}}}, {"tp": 1, "fp": 2}]
)
def test_matrices_of_another_form_are_left_alone(matrix: Any) -> None:
    """Nothing says which of their numbers is which."""
    assert list(quality({"confusion_matrix": matrix, "accuracy": 0.5})) == ["accuracy"]


def test_a_class_may_be_called_value() -> None:
    """A matrix is told by its rows, not by the names of its classes."""
    facts = quality({"confusion_matrix": {"value": {"value": 3, "growth": 1}, "growth": {"value": 0, "growth": 4}}})

    assert facts["value/confusion_matrix/growth"].value == Value(number=1.0)


def test_the_cells_of_a_large_matrix_are_left_out() -> None:
    """A classifier of a thousand classes is judged by its metrics; its accuracy still has its rows."""
    classes = [str(number) for number in range(40)]
    matrix = {actual: {predicted: int(actual == predicted) for predicted in classes} for actual in classes}

    facts = quality({"confusion_matrix": matrix, "accuracy": 1})

    assert len(classes) ** 2 > MAX_CELLS
    assert list(facts) == ["accuracy"]
    assert facts["accuracy"].n == 40


COUNTS = st.integers(0, 10**6)


@given(COUNTS, COUNTS, COUNTS, COUNTS, st.booleans())
def test_rows_never_exceed_what_the_matrix_holds(a: int, b: int, c: int, d: int, flipped: bool) -> None:
    """Whatever label is positive, a rate of it gets at most the rows of its own class."""
    order = ("1", "0") if flipped else ("0", "1")
    matrix = {"0": {"0": a, "1": b}, "1": {"0": c, "1": d}}
    hits, rows = matrix[order[0]][order[0]], sum(matrix[order[0]].values())

    found = quality({"confusion_matrix": matrix, "recall": hits / rows if rows else 0})["recall"].n

    assert found is None if not a + b + c + d else (found or 0) <= max(a + b, c + d)
    if rows:
        assert found is not None
        assert found <= rows
