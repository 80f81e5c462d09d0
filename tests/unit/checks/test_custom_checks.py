"""Custom checks: a function of an installed package measures, the policy's bound judges."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from modelgate.checks import custom
from modelgate.contracts.results import Status
from modelgate.decide import judge

from tests.unit.checks.report_data import quality
from tests.unit.checks.subjects import bundle, check, results, statuses, subject

HEAD = """
from modelgate.checks.custom import Measurement
from modelgate.contracts.facts import Interval, Value
"""
Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package that registers the function ``measure`` of a source text."""

    def write(source: str, name: str = "made_up") -> None:
        (tmp_path / f"{name}.py").write_text(HEAD + source, encoding="utf-8")
        info = tmp_path / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", encoding="utf-8")
        points = f"[modelgate.checks]\nmeasure = {name}:measure\n"
        (info / "entry_points.txt").write_text(points, encoding="utf-8")

    monkeypatch.syspath_prepend(str(tmp_path))
    custom._function.cache_clear()
    yield write
    custom._function.cache_clear()
    for name in ("made_up", "another"):
        sys.modules.pop(name, None)


def asked(**changes: Any) -> Any:
    """A check by the installed function, at least 0.7 unless a test says otherwise."""
    return check("custom", **{"function": "measure", "low": 0.7, **changes})


def refusal(**changes: Any) -> str:
    """Why nobody is judged."""
    judgement = judge(subject(quality(auc=0.8)), bundle(asked(**changes)))
    assert (judgement.verdict, judgement.results) == ("hold", ())
    return judgement.reasons[0]


def test_a_function_measures_and_the_policy_judges(install: Install) -> None:
    """With the facts of the package and the parameters of the check; the source leads to the report."""
    install("""
def measure(facts, parameters):
    for fact in facts:
        if fact.metric == parameters["metric"]:
            yield Measurement(what="half", value=Value(number=fact.value.number / 2), source=fact)
""")

    (found,) = results(asked(parameters={"metric": "auc"}), subject(quality(auc=0.9, f1=0)))

    assert (found.status, found.sentence) == (Status.FAIL, "it: half = 0.45, must be at least 0.7")
    assert found.source is not None
    assert found.source.pointer == "/binary_classification_metrics/auc/value"


def test_slices_of_a_measurement_are_judged_each(install: Install) -> None:
    """With facet, value and label, as those of other checks."""
    install("""
def measure(facts, parameters):
    yield Measurement(what="a", value=Value(number=0.9), facet="race", facet_value="a")
    yield Measurement(what="b", value=Value(unknown="nobody knows"), facet="race", facet_value="b")
    yield Measurement(what="l", value=Value(infinite="+"), label="l")
""")

    assert statuses(results(asked(), subject({}))) == {"race=a": "pass", "race=b": "fail", "l": "fail"}


def test_a_function_that_measures_nothing_is_missing(install: Install) -> None:
    """No measurement is no pass."""
    install("def measure(facts, parameters): return []")

    assert [(r.status, r.sentence) for r in results(asked(), subject({}))] == [
        (Status.MISSING, "it: the custom check 'measure' found nothing to measure")
    ]


def test_a_function_sees_no_baselines(install: Install) -> None:
    """Facts of an earlier model would be taken for those of this one."""
    install("""
def measure(facts, parameters):
    yield Measurement(what="facts", value=Value(number=len(facts)))
""")
    reports = {**quality(auc=0.9), "DriftCheckBaselines.ModelQuality.Statistics": {"auc": 0.5}}

    (found,) = results(asked(), subject(reports))

    assert found.observed is not None
    assert found.observed.number == 1.0


@pytest.mark.parametrize(
    ("asks", "status"), [({"minimum_n": 10}, "inconclusive"), ({"confidence": 0.95}, "inconclusive")]
)
def test_a_whole_number_is_as_uncertain_as_any(install: Install, asks: dict[str, Any], status: str) -> None:
    """Python's 1 and 1.0 are judged alike: rows and intervals count for both."""
    install("""
def measure(facts, parameters):
    yield Measurement(what="hits", value=Value(number=1), n=3)
""")

    (found,) = results(asked(**asks), subject({}))

    assert found.status.value == status
    assert found.observed is not None
    assert type(found.observed.number) is float


def test_numbers_of_other_libraries_become_plain_ones(install: Install) -> None:
    """A record holds numbers as JSON has them, and a sentence shows them so."""
    pytest.importorskip("numpy")
    install("""
import numpy as np
def measure(facts, parameters):
    deviation = Value(number=np.float64(0.1))
    yield Measurement(what="it", value=Value(number=np.float32(0.5)), n=np.int64(9), deviation=deviation)
""")

    (found,) = results(asked(confidence=0.95), subject({}))

    assert found.sentence == "it: it = 0.5 (0.95 interval [0.304004, 0.695996]), must be at least 0.7"
    assert type(found.observed and found.observed.number) is float


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("yield 0.9", "it yields float, not Measurement"),
        ("yield Measurement(what=7, value=Value(number=1.0))", "by something that is no text"),
        ("yield Measurement(what='x', value=Value(number=1.0), facet=3)", "by something that is no text"),
        ("yield Measurement(what='x', value=0.9)", "has no attribute"),
        ("yield Measurement(what='x', value=Value(number=float('nan')))", "nan is not a finite number"),
        ("yield Measurement(what='x', value=Value(number=0.9), n=-5)", "x has n -5"),
        ("yield Measurement(what='x', value=Value(number=0.9), n=0.5)", "integer"),
        ("yield Measurement(what='x', value=Value(number=0.9), n=10**400)", "x has n 1000"),
        (
            "yield Measurement(what='x', value=Value(number=9.0), interval=Interval(low=0, high=1, confidence=0.9))",
            "the interval of x does not hold its value",
        ),
        ("raise KeyError('auc')", "KeyError('auc')"),
        ("return None", "'NoneType' object is not iterable"),
        ("import json; yield Measurement(what='x', value=Value(number=1.0), source=json)", "ValueError"),
    ],
)
def test_a_function_that_fails_judges_nobody(install: Install, body: str, reason: str) -> None:
    """Held with the reason, whatever else the policy asks: a part of a policy approves nobody."""
    install(f"def measure(facts, parameters):\n    {body}")

    said = refusal()

    assert said.startswith("the policy cannot be used: the custom check 'measure' of check 'it' failed: ")
    assert reason in said


def test_a_function_that_nobody_registers_judges_nobody() -> None:
    """The image is not the one that the policy was written for."""
    assert "no installed package registers the custom check 'never-heard-of'" in refusal(function="never-heard-of")


def test_a_function_that_two_packages_register_judges_nobody(install: Any) -> None:
    """Which of them is meant nobody can say."""
    source = "def measure(facts, parameters): yield Measurement(what='x', value=Value(number=1.0))"
    install(source)
    install(source, "another")

    assert "several installed packages register the custom check 'measure'" in refusal()


def test_a_function_that_cannot_be_loaded_judges_nobody(install: Install) -> None:
    """An import may fail with anything."""
    install("raise RuntimeError('no licence')")

    assert "the custom check 'measure' cannot be loaded: RuntimeError('no licence')" in refusal()
