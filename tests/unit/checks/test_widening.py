"""Asking for less never turns a pass into anything else: the properties that a policy's owner relies on."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.results import Bound, Result, Status, Verdict
from modelgate.contracts.subject import Subject
from modelgate.decide import judge
from modelgate.policy.model import Change, Check, Judge, OnInfinite

from tests.unit.checks.packages import CHECKS, WAIVERS, packages
from tests.unit.checks.subjects import bundle, results

ASKED = st.sampled_from([one for one in CHECKS if one.kind != "constraints"])
MORE = st.floats(0, 0.5)


def good(found: tuple[Result, ...]) -> Counter[tuple[Any, ...]]:
    """What passed or was waived: by slice and by what it was compared with."""
    return Counter(
        (r.check, r.facet, r.facet_value, r.label, r.against, str(r.source))
        for r in found
        if r.status in (Status.PASS, Status.WAIVED)
    )


def wider(bound: Bound | None, low: float, high: float) -> Bound | None:
    """*bound* with both ends moved outwards; from an end that moves far away nothing is left."""
    if bound is None:
        return None
    return Bound(
        min=None if bound.min is None else bound.min - low, max=None if bound.max is None else bound.max + high
    )


@settings(max_examples=60, deadline=None)
@given(packages(), ASKED, MORE, MORE, st.sampled_from(Judge))
def test_a_wider_bound_keeps_every_pass(package: Subject, asked: Check, low: float, high: float, way: Judge) -> None:
    """Whatever else the check asks for, and whatever the numbers are."""
    asked = replace(asked, judge=way)
    looser = replace(asked, bound=wider(asked.bound, low, high))
    before, after = (judge(package, bundle(one)) for one in (asked, looser))

    if way is Judge.EACH:
        assert not good(before.results) - good(after.results)
    assert before.verdict is not Verdict.APPROVE or after.verdict is Verdict.APPROVE
    assert after.verdict is not Verdict.REJECT or before.verdict is Verdict.REJECT


@st.composite
def looser_changes(draw: Any, rule: Change) -> Change:
    """A rule that allows at least as much; percents are added where units were all."""
    gain = rule.suspicious_gain
    return replace(
        rule,
        worse_by=None if rule.worse_by is None else rule.worse_by + draw(MORE),
        suspicious_gain=None if gain is None else draw(st.none() | MORE.map(lambda more: gain + more)),
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), packages(), st.sampled_from([one for one in CHECKS if one.change is not None]))
def test_a_looser_change_rule_keeps_every_pass(data: Any, package: Subject, asked: Check) -> None:
    """In every direction."""
    assert asked.change is not None
    looser = replace(asked, change=data.draw(looser_changes(asked.change)))

    assert not good(results(asked, package)) - good(results(looser, package))


@settings(max_examples=60, deadline=None)
@given(packages(), ASKED, st.floats(0.5, 0.999), st.floats(0.5, 0.999), st.integers(1, 200), st.integers(0, 100))
def test_less_certainty_keeps_every_pass(
    package: Subject, asked: Check, one: float, other: float, rows: int, fewer: int
) -> None:
    """A lower confidence, fewer rows, or neither asked for."""
    strict = replace(asked, confidence=max(one, other), minimum_n=rows)
    passed = good(results(strict, package))

    for looser in (
        replace(strict, confidence=min(one, other)),
        replace(strict, confidence=None),
        replace(strict, minimum_n=max(rows - fewer, 1)),
        replace(strict, minimum_n=None),
    ):
        assert not passed - good(results(looser, package))


@settings(max_examples=60, deadline=None)
@given(packages(), ASKED)
def test_infinity_that_may_pass_keeps_every_pass(package: Subject, asked: Check) -> None:
    """And held is between the two."""
    fails, holds, passes = (judge(package, bundle(replace(asked, on_infinite=rule))) for rule in OnInfinite)

    assert not good(fails.results) - good(passes.results)
    assert good(fails.results) == good(holds.results)


@settings(max_examples=60, deadline=None)
@given(packages(), MORE)
def test_a_deeper_waiver_waives_as_much(package: Subject, deeper: float) -> None:
    """What was waived still is, and nothing that passed is touched."""
    budget = {"lending": 5}
    deep = tuple(replace(one, floor=(one.floor or 0) - deeper) for one in WAIVERS)
    without, before, after = (
        judge(package, bundle(*CHECKS, waivers=waivers, budgets=budget)) for waivers in ((), WAIVERS, deep)
    )

    assert not good(before.results) - good(after.results)
    assert not good(without.results) - good(before.results)
    assert before.verdict is not Verdict.APPROVE or after.verdict is Verdict.APPROVE


@settings(max_examples=60, deadline=None)
@given(packages(), st.lists(ASKED, min_size=1, max_size=3, unique_by=lambda one: one.id), st.booleans())
def test_judging_the_worst_gives_the_same_verdict(package: Subject, asked: list[Check], excused: bool) -> None:
    """It only says less: with waivers too."""
    under = {"waivers": WAIVERS if excused else (), "budgets": {"lending": 5}}
    worst = [replace(one, judge=Judge.WORST) for one in asked]

    assert judge(package, bundle(*asked, **under)).verdict is judge(package, bundle(*worst, **under)).verdict
