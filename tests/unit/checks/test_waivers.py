"""Waivers: exceptions with a limit and an end, counted and never hidden."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.results import Judgement, Severity, Status, Verdict, WaiverState
from modelgate.decide import judge
from modelgate.policy.model import Bundle, Check, Waiver

from tests.unit.checks.report_data import bias, quality
from tests.unit.checks.rules import waiver
from tests.unit.checks.subjects import bundle, check, subject

AUC = check("model_quality", metric="auc", low=0.8)
ROWS = check("data_quality", id="rows", metric="item_count", low=1)
OTHER = check("model_quality", id="other", metric="f1", low=0.5)


def under(*checks: Check, waivers: tuple[Waiver, ...] = (waiver(),), budget: int = 5) -> Bundle:
    """A bundle with waivers, and a second check that passes."""
    return bundle(*checks, OTHER, waivers=waivers, budgets={"lending": budget})


def judged(auc: Any, *waivers: Waiver, asked: Check = AUC, budget: int = 5, **changes: Any) -> Judgement:
    """The judgement on a model with this metric."""
    return judge(subject(quality(auc=auc, f1=0.9), **changes), under(asked, waivers=waivers, budget=budget))


def states(judgement: Judgement) -> list[str]:
    """What became of each waiver."""
    return [use.state.value for use in judgement.waivers]


def test_a_waived_failure_is_approved_and_says_so() -> None:
    """Check, value, bound, end, approver and ticket are in the sentence; it comes before what passed."""
    judgement = judged(0.77, waiver())
    (waived,) = (result for result in judgement.results if result.check == "it")

    assert (judgement.verdict, waived.status, waived.waiver) == (Verdict.APPROVE, Status.WAIVED, "w")
    assert judgement.reasons == (
        "it: auc = 0.77, must be at least 0.8; waived until 2026-11-30 by grace (RISK-7)",
        "other: f1 = 0.9, at least 0.5",
    )
    assert [use.sentence for use in judgement.waivers] == ["waiver w (RISK-7): used until 2026-11-30"]


@pytest.mark.parametrize(
    ("auc", "verdict", "state"),
    [
        (0.8, Verdict.APPROVE, "unused"),
        (0.7999, Verdict.APPROVE, "used"),
        (0.76, Verdict.APPROVE, "used"),
        (0.7599, Verdict.REJECT, "exceeded"),
        (-9, Verdict.REJECT, "exceeded"),
    ],
)
def test_a_waiver_has_a_floor(auc: float, verdict: Verdict, state: str) -> None:
    """May miss 0.80, not 0.76; one that is not needed is reported."""
    judgement = judged(auc, waiver())

    assert (judgement.verdict, states(judgement)) == (verdict, [state])


@pytest.mark.parametrize(
    ("value", "verdict"), [(0.1, Verdict.APPROVE), (0.15, Verdict.APPROVE), (0.16, Verdict.REJECT)]
)
def test_a_waiver_has_a_ceiling(value: float, verdict: Verdict) -> None:
    """For a bound from above."""
    asked = check("model_quality", metric="auc", high=0.05)

    assert judged(value, waiver(floor=None, ceiling=0.15), asked=asked).verdict is verdict


@pytest.mark.parametrize("value", [0.5, 1.4])
def test_a_limit_on_one_side_waives_nothing_on_the_other(value: float) -> None:
    """A ratio band may be missed downwards, to 0.76."""
    asked = check("bias", metric="DI", facets=(), low=0.8, high=1.25)
    package = subject({**bias({"sex": {"f": {"DI": value}}}), **quality(f1=0.9)})

    assert judge(package, under(asked, waivers=(waiver(facet="sex", facet_value="*"),))).verdict is Verdict.REJECT


def test_a_limit_never_makes_a_bound_tighter_or_opens_it() -> None:
    """A floor above the bound asks no more; where a bound has no upper end, a ceiling adds none."""
    assert judged(0.8, waiver(floor=0.9)).verdict is Verdict.APPROVE
    assert judged(0.79, waiver(floor=None, ceiling=2)).verdict is Verdict.REJECT
    assert judged(0.79, waiver(floor=None)).verdict is Verdict.REJECT
    band = check("model_quality", metric="auc", low=0.8, high=1.25)
    assert judged(0.79, waiver(floor=1.3), asked=band).verdict is Verdict.REJECT


@pytest.mark.parametrize(
    ("day", "verdict", "state"),
    [
        ("2026-10-31T23:59:59", Verdict.REJECT, "not_yet"),
        ("2026-11-01T00:00:00", Verdict.APPROVE, "used"),
        ("2026-11-30T23:59:59", Verdict.APPROVE, "used"),
        ("2026-12-01T00:00:00", Verdict.REJECT, "expired"),
    ],
)
def test_a_waiver_works_from_its_first_day_to_its_last(day: str, verdict: Verdict, state: str) -> None:
    """Both included; an expired one stays visible and no longer works."""
    judgement = judged(0.77, waiver(), as_of=f"{day}+00:00")

    assert (judgement.verdict, states(judgement)) == (verdict, [state])
    assert {
        "not_yet": "waiver w (RISK-7): not in force before 2026-11-01",
        "used": "waiver w (RISK-7): used until 2026-11-30",
        "expired": "waiver w (RISK-7): expired on 2026-11-30 and no longer works",
    }[state] == judgement.waivers[0].sentence


def test_a_failure_says_which_waiver_would_have_excused_it() -> None:
    """A team reads why yesterday's exception no longer helps; one that would not have helped is not mentioned."""
    waivers = (waiver(expires="2026-11-02"), waiver(id="lower", floor=0.78, expires="2026-11-02"))
    said = "waiver w (RISK-7): expired on 2026-11-02 and no longer works"

    assert judged(0.77, *waivers).reasons == (f"it: auc = 0.77, must be at least 0.8; {said}",)
    assert judged(0.7, *waivers).reasons == ("it: auc = 0.7, must be at least 0.8",)
    assert not any("waiver" in reason for reason in judged(0.81, *waivers).reasons)
    assert judged(0.77, *waivers, waiver(id="new")).verdict is Verdict.APPROVE


def test_over_budget_no_waiver_of_the_team_works() -> None:
    """Those in force count, of every policy and group; expired ones and those of other teams do not."""
    others = (waiver(id="x", group="other", policy="another"), waiver(id="y", expires="2026-11-02"))
    stranger = waiver(id="z", team="fraud")

    assert judged(0.77, waiver(), *others, stranger, budget=2).verdict is Verdict.APPROVE
    over = judged(0.77, waiver(), *others, budget=1)
    assert (over.verdict, states(over)) == (Verdict.REJECT, ["over_budget", "expired"])
    assert over.waivers[0].sentence == (
        "waiver w (RISK-7): without effect: team lending has more in force than its budget of 1"
    )


def test_a_team_without_a_budget_has_none() -> None:
    """Whatever its waivers say."""
    without = replace(under(AUC), budgets={})

    assert judge(subject(quality(auc=0.77, f1=0.9)), without).verdict is Verdict.REJECT


@pytest.mark.parametrize(
    "other", [{"group": "loan-approval-2"}, {"team": "fraud"}, {"policy": "another"}, {"check": "other"}]
)
def test_a_waiver_of_another_group_team_policy_or_check_waives_nothing(other: dict[str, str]) -> None:
    """Names must be the very same; no pattern chooses groups."""
    assert judged(0.77, waiver(**other)).verdict is Verdict.REJECT
    assert judged(0.77, waiver(group="*")).verdict is Verdict.REJECT


def test_of_two_waivers_the_one_that_reaches_works() -> None:
    """Whichever comes first."""
    waivers = (waiver(id="deep", floor=0.7), waiver(id="shallow", floor=0.79))
    for order in (waivers, waivers[::-1]):
        judgement = judged(0.75, *order)
        assert judgement.verdict is Verdict.APPROVE
        assert [use.waiver for use in judgement.waivers if use.state is WaiverState.USED] == ["deep"]


def test_a_waiver_of_a_check_that_only_holds_lets_it_through() -> None:
    """Nobody has to be asked again."""
    assert judged(0.77, waiver(), asked=replace(AUC, severity=Severity.HOLD)).verdict is Verdict.APPROVE
