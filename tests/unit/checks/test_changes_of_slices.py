"""Change rules on slices: each is compared with itself, none escapes by a new name, and slow erosion is stopped."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.results import Status, Verdict
from modelgate.decide import judge
from modelgate.evaluate import evaluate, history_facts
from modelgate.policy.model import Against, Better, Check, FacetChoice, FirstVersion, Judge

from tests.unit.checks.report_data import QUALITY, Reports, bias, columns, quality, shap, sliced
from tests.unit.checks.rules import approved, change
from tests.unit.checks.subjects import bundle, check, policy, results, subject


def compared(now: dict[str, Any], before: dict[str, Any], **asked: Any) -> list[tuple[Status, str]]:
    """The results of a rule on every region."""
    made = check("metric", metric="auc", facets=(), change=change(**asked.pop("rule", {})), **asked)
    package = subject(sliced("auc", 0.9, region=now), history=approved(sliced("auc", 0.9, region=before)))
    return [(r.status, r.sentence) for r in results(made, package)]


def test_each_slice_is_compared_with_itself() -> None:
    """A weak region may stay weak, a strong one may not become so."""
    assert compared({"a": 0.6, "b": 0.8}, {"a": 0.6, "b": 0.9}) == [
        (Status.PASS, "it: auc for region=a = 0.6, at least 0.58 (a change rule: approved version 1 had 0.6)"),
        (Status.FAIL, "it: auc for region=b = 0.8, must be at least 0.88 (a change rule: approved version 1 had 0.9)"),
    ]


def test_a_new_slice_is_left_to_people() -> None:
    """Under a new name a group would otherwise begin anew."""
    assert compared({"a": 0.9, "B": 0.5}, {"a": 0.9})[0] == (
        Status.INCONCLUSIVE,
        "it: auc for region=B = 0.5; earlier approved versions have no such number",
    )


def test_a_slice_that_is_gone_is_left_to_people() -> None:
    """A group that got worse must not escape by being left out."""
    gone = (
        Status.INCONCLUSIVE,
        "it: auc for region=b could not be judged, the last approved version has it and this package does not; "
        "report it again, or have a person agree that it goes",
    )

    assert gone in compared({"a": 0.9}, {"a": 0.9, "b": 0.9})
    assert gone in compared({"a": 0.9}, {"a": 0.9, "b": 0.9}, judge=Judge.WORST)
    assert compared({"a": 0.9}, {"a": 0.9, "b": "NaN"})[0][0] is Status.PASS


def test_a_slice_that_people_let_go_is_not_missed_for_ever() -> None:
    """Only the newest approved version is asked, the best of several may be older."""
    rule = change(against=Against.BEST_APPROVED, of=5)
    older, newest = sliced("auc", region={"a": 0.9, "b": 0.9}), sliced("auc", region={"a": 0.9})
    package = subject(newest, history=approved(newest, older))

    assert [r.status for r in results(check("metric", metric="auc", facets=(), change=rule), package)] == [Status.PASS]


def test_a_slice_that_the_baselines_have_is_missed() -> None:
    """They are what the team itself compares with."""
    reports = {
        **sliced("auc", region={"a": 0.9}),
        f"DriftCheckBaselines.{QUALITY}": sliced("auc", region={"a": 0.9, "b": 1})[QUALITY],
    }
    asked = check("metric", metric="auc", facets=(), change=change(against=Against.BASELINES))

    assert [r.status for r in results(asked, subject(reports))] == [Status.INCONCLUSIVE, Status.PASS]


def test_a_column_that_may_be_absent_is_not_missed() -> None:
    """The policy has said so; otherwise it is, also where others still fit the pattern."""
    asked = check("data_quality", metric="completeness", features=("a*", "b"), may_be_absent=True, change=change())
    strict = check("data_quality", metric="completeness", features=("a*",), change=change())
    package = subject(columns(10, a1=0), history=approved(columns(10, a1=0, a2=0, b=0)))

    assert [r.status for r in results(asked, package)] == [Status.PASS, Status.PASS]
    assert [r.status for r in results(strict, package)] == [Status.PASS, Status.INCONCLUSIVE]


def test_slices_that_are_not_asked_for_are_not_missed() -> None:
    """A rule on some of them is about these."""
    asked = (FacetChoice(facet="region", values=("a",)),)
    rule = change()
    package = subject(sliced("auc", region={"a": 0.9}), history=approved(sliced("auc", region={"a": 0.9, "b": 0.9})))

    assert [r.status for r in results(check("metric", metric="auc", facets=asked, change=rule), package)] == [
        Status.PASS
    ]


def test_a_certain_change_needs_the_whole_interval() -> None:
    """The bound follows from the earlier number, the interval from the new one."""
    now = {"a": {"value": 0.9, "n": 100}}
    earlier = {"a": {"value": 0.91, "n": 100}}

    ((status, sentence),) = compared(now, earlier, confidence=0.95)

    assert status is Status.INCONCLUSIVE
    assert "must be at least 0.89; about 3661 more rows would decide it (a change rule: " in sentence


def erosion(rule: Any, floor: float | None, steps: int = 10, step: float = 0.01) -> list[Verdict]:
    """Verdicts on versions that lose a little each; those approved are the history of the next."""
    under = bundle(check("model_quality", metric="auc", low=floor, change=rule))
    history: list[Reports] = [quality(auc=0.9)]
    verdicts = []
    for number in range(1, steps + 1):
        now = quality(auc=0.9 - number * step)
        verdicts.append(judge(subject(now, history=approved(*history)), under).verdict)
        if verdicts[-1] is Verdict.APPROVE:
            history.insert(0, now)
    return verdicts


def test_the_last_version_alone_does_not_see_erosion() -> None:
    """Ten steps, each within what is allowed."""
    assert erosion(change(worse_by=0.0101), floor=None) == [Verdict.APPROVE] * 10


def test_the_best_of_several_stops_erosion() -> None:
    """The second small step is a large one away from the best."""
    assert erosion(change(against=Against.BEST_APPROVED, of=20, worse_by=0.0101), floor=None) == [
        Verdict.APPROVE,
        *[Verdict.REJECT] * 9,
    ]


def test_a_floor_stops_erosion() -> None:
    """Whatever was approved before."""
    assert erosion(change(worse_by=0.0101), floor=0.855) == [*[Verdict.APPROVE] * 4, *[Verdict.REJECT] * 6]


RULE = change(better=Better.LOWER, worse_by=0.5, first_version=FirstVersion.FAIL)
EVERYTHING: Reports = {
    **sliced("auc", 0.8, region={"a": 0.9, "b": 0.7}),
    **bias({"race": {"a": {"DI": 1.0, "AD": 0.0}, "b": {"DI": 0.9, "AD": 0.1}}}),
    **shap(l={"income": 3, "race": 1, "age": 0}, m={"income": 3, "race": 1, "age": 2}),
    **columns(100, age=3, zip=7),
}
EVERYTHING[QUALITY]["binary_classification_metrics"]["auc_best_constant_classifier"] = {"value": 0.5}
CHECKS = (
    check("model_quality", metric="auc", change=RULE),
    check("model_quality", metric="auc", measure="margin", change=RULE),
    check("metric", metric="auc", facets=(), change=RULE),
    check("gap", metric="auc", facets=(), measure="difference", change=RULE),
    check("gap", metric="auc", facets=(), measure="ratio", change=RULE),
    check("bias", metric="DI", facets=(), change=RULE),
    check("explainability", features=("race", "age"), measure="share", change=RULE),
    check("explainability", features=("race",), measure="rank", change=RULE),
    check("explainability", features=("sex",), measure="rank", may_be_absent=True, change=RULE),
    check("explainability", measure="total", change=RULE),
    check("data_quality", metric="completeness", features=("*",), change=RULE),
    check("data_quality", metric="item_count", change=RULE),
)


@pytest.mark.parametrize("asked", CHECKS, ids=lambda one: f"{one.kind}-{one.measure}")
def test_what_is_kept_of_a_version_is_enough_to_compare_with(asked: Check) -> None:
    """The facts that a rule needs give the same results as all facts do."""
    under = policy(asked)
    (prior,) = approved(EVERYTHING)
    kept = history_facts(under, prior.facts)

    with_all = evaluate(subject(EVERYTHING, history=(prior,)), under)
    with_kept = evaluate(subject(EVERYTHING, history=(replace(prior, facts=kept),)), under)

    assert with_kept == with_all
    assert {r.status for r in with_all} == {Status.PASS}
    assert len(kept) < len(prior.facts)


def test_only_rules_on_earlier_versions_keep_facts() -> None:
    """Baselines are registered anew with every version."""
    under = policy(check("model_quality", metric="auc", low=0, change=change(against=Against.BASELINES)))

    assert history_facts(under, subject(EVERYTHING).facts) == ()
