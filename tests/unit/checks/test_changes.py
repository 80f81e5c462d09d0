"""Change rules: how far a number may move from the last approved version, the best of several, or the baselines."""

from typing import Any

import pytest
from modelgate.contracts.results import Bound, Result, Status
from modelgate.evaluate import history_wanted
from modelgate.policy.model import Against, Better

from tests.unit.checks.report_data import QUALITY, bias, quality
from tests.unit.checks.rules import approved, change
from tests.unit.checks.subjects import check, policy, results, subject

LAST, BEST, BASELINES = Against.LAST_APPROVED, Against.BEST_APPROVED, Against.BASELINES


def compared(now: Any, *newest_first: Any, **rule: Any) -> Result:
    """The result on auc *now*, after approved versions with these."""
    history = approved(*(quality(auc=before) for before in newest_first))
    (found,) = results(
        check("model_quality", metric="auc", change=change(**rule)), subject(quality(auc=now), history=history)
    )
    return found


def with_baseline(now: Any, baseline: Any, **rule: Any) -> list[tuple[Status, str]]:
    """The results on auc *now*, beside a registered baseline."""
    reports = {**quality(auc=now), f"DriftCheckBaselines.{QUALITY}": quality(auc=baseline)[QUALITY]}
    asked = check("model_quality", metric="auc", change=change(against=BASELINES, **rule))
    return [(r.status, r.sentence) for r in results(asked, subject(reports))]


def test_a_number_may_be_worse_by_so_much() -> None:
    """The result names the version and its number; its bound is what the number must hold."""
    found = compared(0.75, 0.8)

    assert compared(0.7801, 0.8).status is Status.PASS
    assert (found.status, found.against, found.reference) == (Status.FAIL, "approved version 1", 0.8)
    assert found.bound == Bound(min=0.8 - 0.02, max=None)
    assert found.sentence == "it: auc = 0.75, must be at least 0.78 (a change rule: approved version 1 had 0.8)"


@pytest.mark.parametrize(
    ("better", "before", "passes", "fails"),
    [(Better.HIGHER, 0.8, 0.79, 0.77), (Better.LOWER, 0.8, 0.81, 0.83), (Better.HIGHER, -0.8, -0.81, -0.83)],
)
def test_each_direction_has_its_own_worse(better: Better, before: float, passes: float, fails: float) -> None:
    """An improvement always passes."""
    assert compared(passes, before, better=better).status is Status.PASS
    assert compared(fails, before, better=better).status is Status.FAIL
    assert compared(9 if better is Better.HIGHER else -9, before, better=better).status is Status.PASS


@pytest.mark.parametrize(
    ("rule", "least"),
    [
        ({"worse_by": None, "worse_by_percent": 10}, 180.0),
        ({"worse_by": 30, "worse_by_percent": 10}, 180.0),
        ({"worse_by": 10, "worse_by_percent": 10}, 190.0),
    ],
)
def test_the_tighter_of_two_allowances_counts(rule: dict[str, Any], least: float) -> None:
    """In units of the metric, and in percent of the earlier value."""
    assert compared(200, 200, **rule).bound == Bound(min=least, max=None)


def test_percents_are_of_the_magnitude() -> None:
    """Of a negative earlier value too."""
    assert compared(-1, -10, worse_by=None, worse_by_percent=10).bound == Bound(min=-11.0, max=None)


def fair(metric: str, now: float, *before: float, worse_by: float = 0.05) -> Result:
    """The result of a rule on nearness to the fair value."""
    rule = change(better=Better.FAIR, worse_by=worse_by, against=BEST, of=9)
    history = approved(*(bias({"sex": {"f": {metric: one}}}) for one in before))
    (found,) = results(
        check("bias", metric=metric, facets=(), change=rule),
        subject(bias({"sex": {"f": {metric: now}}}), history=history),
    )
    return found


@pytest.mark.parametrize(
    ("now", "status"), [(0.14, "pass"), (-0.14, "pass"), (0.0, "pass"), (0.16, "fail"), (-0.16, "fail")]
)
def test_fair_is_nearness_to_the_fair_value(now: float, status: str) -> None:
    """On either side of it: a bias that turns round is no improvement by its sign."""
    assert fair("AD", now, -0.1).status.value == status


@pytest.mark.parametrize(("now", "status"), [(0.77, "pass"), (1.29, "pass"), (0.75, "fail"), (1.33, "fail")])
def test_a_ratio_is_as_far_from_fair_as_its_inverse(now: float, status: str) -> None:
    """0.8 and 1.25 are equally unfair; 0.05 more of the logarithm is 0.761 or 1.314."""
    assert {fair("DI", now, before).status.value for before in (0.8, 1.25)} == {status}


def test_the_fairest_of_several_is_the_reference() -> None:
    """On whichever side it lies; of equals the newest."""
    assert fair("DI", 1, 0.5, 1.25, 0.75).reference == 1.25
    assert (found := fair("AD", 0, 0.1, -0.1)).reference == 0.1
    assert found.against == "approved version 2"


@pytest.mark.parametrize("before", [0.0, -1.0, 5e-324, 1e-310, 1.7e308])
def test_a_ratio_that_is_none_bounds_nothing(before: float) -> None:
    """Nothing could be worse than what is infinitely unfair, so people look at it."""
    assert fair("DI", 1, before).status is Status.INCONCLUSIVE


def test_the_best_of_the_last_versions_is_the_reference() -> None:
    """Older ones are out of sight, however good."""
    best_of_three = {"against": BEST, "of": 3}

    assert compared(0.8, 0.78, 0.81, 0.79, 0.99, **best_of_three).reference == 0.81
    assert compared(0.8, 0.78, 0.81, 0.79, 0.99, **best_of_three, better=Better.LOWER).reference == 0.78
    assert compared(0.8, 0.78, 0.81, 0.79, 0.99, against=LAST).reference == 0.78


def test_how_far_back_a_policy_looks() -> None:
    """As far as the farthest of its rules, and baselines are not in the past."""
    rules = [change(), change(against=BEST, of=7), change(against=BASELINES)]

    assert history_wanted(policy(*(check("metric", change=rule) for rule in rules))) == 7
    assert history_wanted(policy(check("metric", change=rules[2]), check("metric", low=1))) == 0


def test_baselines_are_what_the_team_registered() -> None:
    """Not what it measures now: without the number now, that of the baselines does not stand in."""
    assert with_baseline(0.79, 0.8) == [
        (Status.PASS, "it: auc = 0.79, at least 0.78 (a change rule: the registered baselines had 0.8)")
    ]
    assert [status for status, _ in with_baseline(0.7, 0.8)] == [Status.FAIL]
    assert [status for status, _ in with_baseline("NaN", 0.8)] == [Status.FAIL]
    only = {f"DriftCheckBaselines.{QUALITY}": quality(auc=0.8)[QUALITY]}
    asked = check("model_quality", metric="auc", low=0.7, change=change(against=BASELINES))
    assert [r.status for r in results(asked, subject(only))] == [Status.MISSING]


@pytest.mark.parametrize("baseline", ["NaN", "Infinity", None])
def test_baselines_without_the_number_are_the_teams_to_complete(baseline: Any) -> None:
    """Missing, where an approved version without it is nobody's fault."""
    assert with_baseline(0.8, baseline) == [
        (Status.MISSING, "it: auc = 0.8; the registered baselines have no such number")
    ]
    assert compared(0.8, baseline).status is Status.INCONCLUSIVE


@pytest.mark.parametrize(("gain", "status"), [(0.849, "pass"), (0.851, "inconclusive")])
def test_a_large_gain_is_suspicious(gain: float, status: str) -> None:
    """In the direction that is better; people look for a leak."""
    rules = ({"suspicious_gain": 0.05}, {"suspicious_gain": 0.05, "worse_by": None})
    found = [compared(gain, 0.8, **rule) for rule in rules]
    found += [compared(-gain, -0.8, **rule, better=Better.LOWER) for rule in rules]

    assert [result.status.value for result in found] == [status] * 4
    assert status == "pass" or all("so large a gain is suspicious" in result.sentence for result in found)


def test_a_guard_against_gains_is_about_gains_only() -> None:
    """Alone it lets a loss pass; beside a floor the floor is what a passing number is shown against."""
    assert compared(0.1, 0.8, suspicious_gain=0.05, worse_by=None).status is Status.PASS
    assert compared(0.8, 0.8, suspicious_gain=0.05).bound == Bound(min=0.78, max=None)
    assert compared("NaN", 0.8, suspicious_gain=0.05, worse_by=None).status is Status.FAIL
