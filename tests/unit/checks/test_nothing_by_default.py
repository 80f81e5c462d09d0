"""Nothing approves by default, and what is judged can be written down and read again without a change."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.results import Judgement, Severity, Status, Verdict
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.subject import Subject
from modelgate.decide import judge
from modelgate.policy.model import Bundle

from tests.unit.checks.packages import CHECKS, WAIVERS, packages
from tests.unit.checks.rules import review
from tests.unit.checks.subjects import bundle

# Wide enough that packages get through.
EASY = tuple(one if one.bound is None else replace(one, bound=replace(one.bound, min=-9.0, max=None)) for one in CHECKS)


@st.composite
def bundles(draw: Any) -> Bundle:
    """Some checks of any severity, with waivers."""
    chosen = draw(st.lists(st.sampled_from((*EASY, *CHECKS)), max_size=4, unique_by=lambda one: one.id))
    checks = [replace(one, severity=draw(st.sampled_from(Severity))) for one in chosen]
    return bundle(*checks, waivers=WAIVERS, budgets={"lending": draw(st.integers(0, 2))})


@settings(max_examples=80, deadline=None)
@given(packages(), bundles())
def test_nothing_is_approved_without_a_required_pass_on_a_number(package: Subject, under: Bundle) -> None:
    """Every check that could reject or hold passes or is waived, in every slice."""
    judgement = judge(package, under)
    required = {one.id: one for one in under.policies[0].checks if one.severity is not Severity.WARN}

    if judgement.verdict is Verdict.APPROVE:
        rejecting = [r for r in judgement.results if r.severity is Severity.FAIL and r.status is Status.PASS]
        assert any(r.bound and r.observed is not None and r.observed.number is not None for r in rejecting)
        assert required.keys() <= {r.check for r in judgement.results}
        decided = [r for r in judgement.results if r.severity is not Severity.WARN]
        assert {r.status for r in decided} <= {Status.PASS, Status.WAIVED}


@settings(max_examples=80, deadline=None)
@given(packages(), bundles())
def test_a_pass_within_a_bound_is_a_number_within_it(package: Subject, under: Bundle) -> None:
    """And a waived one is a number outside it; interval and sentence belong to the same number."""
    for result in judge(package, under).results:
        if result.status is Status.PASS and result.bound is not None:
            assert result.observed is not None
            assert result.observed.number is not None
            assert result.bound.holds(result.observed.number)
        if result.status is Status.WAIVED:
            assert result.bound is not None
            assert result.observed is not None
            assert result.observed.number is not None
            assert result.interval or not result.bound.holds(result.observed.number)


def test_the_easy_checks_let_some_packages_through() -> None:
    """So that the properties above say something."""
    easy = EASY[2]

    @settings(max_examples=50, deadline=None, database=None, derandomize=True)
    @given(packages())
    def count(package: Subject) -> None:
        verdicts.add(judge(package, bundle(replace(easy, confidence=None, minimum_n=None))).verdict)

    verdicts: set[Verdict] = set()
    count()
    assert Verdict.APPROVE in verdicts
    assert Verdict.REJECT in verdicts


@settings(max_examples=60, deadline=None)
@given(packages(), bundles(), st.sampled_from(["approve", "reject"]))
def test_a_judgement_is_read_as_it_was_written(package: Subject, under: Bundle, said: str) -> None:
    """Byte for byte, as are package and bundle; and what was read is judged the same."""
    package = replace(package, reviews=(review(package, under, said),))
    judgement = judge(package, under)
    written = canonical(encode(judgement))
    subject_again = decode(Subject, json.loads(canonical(encode(package))))

    assert decode(Judgement, json.loads(written)) == judgement
    assert canonical(encode(decode(Judgement, json.loads(written)))) == written
    assert subject_again == package
    assert canonical(encode(subject_again)) == canonical(encode(package))
    assert judge(subject_again, Bundle.from_json(under.to_json())) == judgement
