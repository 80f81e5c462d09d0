"""The order of anything changes nothing: not a verdict, not a result, not a byte of either."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.results import Verdict
from modelgate.contracts.subject import Subject
from modelgate.decide import judge
from modelgate.policy.bundle import build
from modelgate.policy.model import Bundle

from tests.unit.checks.packages import CHECKS, WAIVERS, packages
from tests.unit.checks.report_data import QUALITY
from tests.unit.checks.subjects import bundle, subject
from tests.unit.steps import reports_made_up as made_up

BUNDLE = Bundle.from_json(build(Path(__file__).parents[3] / "policies"))


def mixed(data: Any, shuffle: random.Random) -> Any:
    """The same JSON in another order; lists of a report are lists of entries with names."""
    if isinstance(data, dict):
        return {key: mixed(data[key], shuffle) for key in shuffle.sample(sorted(data), len(data))}
    if isinstance(data, list):
        return [mixed(entry, shuffle) for entry in shuffle.sample(data, len(data))]
    return data


@settings(max_examples=60, deadline=None)
@given(st.randoms(), st.sampled_from([0.95, 0.5, "Infinity", None, "0.95"]))
def test_the_order_in_files_changes_no_verdict(shuffle: random.Random, ratio: Any) -> None:
    """Metrics, facet values, facets and reports may come in any order."""
    metrics = {**made_up.GOOD_BIAS, "DI": ratio}
    facets = {"race": {"white": made_up.GOOD_BIAS, "nonwhite": metrics}, "sex": {"f": made_up.GOOD_BIAS}}
    straight = {"Bias.Report": made_up.bias(facets), QUALITY: made_up.quality()}
    straight["Explainability.Report"] = made_up.explainability()

    one, other = judge(subject(straight), BUNDLE), judge(subject(mixed(straight, shuffle)), BUNDLE)

    assert one.verdict is other.verdict is (Verdict.APPROVE if ratio == 0.95 else Verdict.REJECT)
    assert one.reasons == other.reasons


@settings(max_examples=60, deadline=None)
@given(packages(), st.randoms())
def test_the_order_of_facts_files_and_checks_changes_nothing(package: Subject, shuffle: random.Random) -> None:
    """Verdict, results, reasons and basis are the very same."""

    def any_order(things: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(shuffle.sample(things, len(things)))

    other = replace(
        package,
        facts=any_order(package.facts),
        artifacts=any_order(package.artifacts),
        history=tuple(replace(prior, facts=any_order(prior.facts)) for prior in package.history),
    )
    excused = {"waivers": WAIVERS, "budgets": {"lending": 2}}

    straight = judge(package, bundle(*CHECKS, **excused))

    assert judge(other, bundle(*any_order(CHECKS), **excused)) == straight


@settings(max_examples=40, deadline=None)
@given(packages(), st.randoms())
def test_each_check_stands_alone(package: Subject, shuffle: random.Random) -> None:
    """The results of some checks are those that they have among all."""
    some = shuffle.sample(CHECKS, 3)
    names = {one.id for one in some}

    alone, among = (judge(package, bundle(*checks)).results for checks in (some, CHECKS))

    assert alone == tuple(result for result in among if result.check in names)
