"""What a waiver reaches: the slices it names, numbers that failed, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.results import Status, Verdict
from modelgate.decide import judge
from modelgate.policy.model import Judge, OnInfinite

from tests.unit.checks.report_data import bias, limits, quality, sliced
from tests.unit.checks.rules import approved, change, waiver
from tests.unit.checks.subjects import bundle, check, subject
from tests.unit.checks.test_waivers import AUC, OTHER, judged, states, under


@pytest.mark.parametrize(
    ("names", "waived"),
    [
        ({"facet": "race", "facet_value": "a"}, {"a"}),
        ({"facet": "race", "facet_value": "*"}, {"a", "b"}),
        ({"facet": "*", "facet_value": "b*"}, {"b"}),
        ({"facet": "sex", "facet_value": "*"}, set()),
        ({"facet": "race"}, set()),
        ({}, set()),
    ],
)
def test_a_waiver_is_of_the_slices_that_it_names(names: dict[str, str], waived: set[str]) -> None:
    """One without a facet is for checks without slices."""
    asked = check("bias", metric="DI", facets=(), low=0.8, high=1.25)
    package = subject({**bias({"race": {"a": {"DI": 0.79}, "b": {"DI": 0.78}}}), **quality(f1=0.9)})

    found = judge(package, under(asked, waivers=(waiver(**names),))).results

    assert {result.facet_value for result in found if result.status is Status.WAIVED} == waived


def test_a_waiver_of_a_facet_is_of_its_gap() -> None:
    """A gap is between all its values, so it takes a waiver of all."""
    asked = check("gap", metric="auc", measure="difference", facets=(), high=0.05)
    package = subject({**sliced("auc", region={"a": 0.9, "b": 0.8}), "Extra.x": {"f1": 0.9}})
    allowed = waiver(floor=None, ceiling=0.2, facet="region")
    extra = replace(OTHER, kind="metric")

    verdicts = [
        judge(
            package, bundle(asked, extra, waivers=(replace(allowed, facet_value=value),), budgets={"lending": 1})
        ).verdict
        for value in ("*", "a", None)
    ]

    assert verdicts == [Verdict.APPROVE, Verdict.REJECT, Verdict.APPROVE]


def test_a_waived_worst_slice_does_not_hide_the_next() -> None:
    """Only the slice that has a waiver is excused."""
    asked = check("bias", metric="DI", facets=(), low=0.8, high=1.25, judge=Judge.WORST)
    package = subject({**bias({"race": {"a": {"DI": 0.77}, "b": {"DI": 0.79}}}), **quality(f1=0.9)})

    assert judge(package, under(asked, waivers=(waiver(facet="race", facet_value="a"),))).verdict is Verdict.REJECT


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", None, True])
def test_what_is_no_number_is_never_waived(value: Any) -> None:
    """A limit says nothing about it."""
    judgement = judged(
        value, waiver(floor=-1e308, ceiling=1e308), asked=check("model_quality", metric="auc", low=0, high=1)
    )

    assert (judgement.verdict, states(judgement)) == (Verdict.REJECT, ["exceeded"])


def test_what_is_missing_or_undecided_is_never_waived() -> None:
    """A waiver is about a number that failed."""
    missing = judge(subject(quality(f1=0.9)), under(AUC))
    few = judged({"value": 0.79, "n": 2}, waiver(), asked=replace(AUC, minimum_n=10))
    held = judged("Infinity", waiver(), asked=replace(AUC, on_infinite=OnInfinite.HOLD))

    assert (missing.verdict, states(missing)) == (Verdict.REJECT, ["unused"])
    assert [(one.verdict, states(one)) for one in (few, held)] == [(Verdict.HOLD, ["unused"])] * 2


def test_evidence_is_never_waived() -> None:
    """Its results have no bound to miss."""
    old = {"as_of": "2027-11-23T07:00:00+00:00"}
    made = under(AUC, waivers=(waiver(check="evidence-age", expires="2028-01-01"),))
    aged = replace(made.policies[0].evidence, maximum_age_days=30)
    made = replace(made, policies=(replace(made.policies[0], evidence=aged),))

    assert judge(subject(quality(auc=0.9, f1=0.9), **old), made).verdict is Verdict.REJECT


def test_a_waiver_alone_proves_nothing() -> None:
    """Something must have passed on a number."""
    judgement = judge(subject(quality(auc=0.77)), bundle(AUC, waivers=(waiver(),), budgets={"lending": 1}))

    assert judgement.verdict is Verdict.HOLD
    assert judgement.reasons == (
        "no check that could reject has passed on a measured number, and nothing is approved without one",
    )


def test_a_change_can_be_waived_down_to_a_floor() -> None:
    """The floor is a value, whatever it is compared with."""
    asked = check("model_quality", metric="auc", change=change())
    history = approved(quality(auc=0.9))

    assert judged(0.77, waiver(), asked=asked, history=history).verdict is Verdict.APPROVE
    assert judged(0.75, waiver(), asked=asked, history=history).verdict is Verdict.REJECT


def test_the_teams_own_limit_can_be_waived() -> None:
    """It is a check of governance's policy like any other."""
    package = subject({**quality(auc=0.77, f1=0.9), **limits(auc=("LessThanThreshold", 0.8))})

    assert judge(package, under(check("constraints"), waivers=(waiver(),))).verdict is Verdict.APPROVE
