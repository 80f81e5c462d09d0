"""From results to verdicts: nothing approves by default."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.results import Result, Status, Verdict
from modelgate.contracts.subject import ArtifactState, Subject
from modelgate.decide import decide, judge
from modelgate.policy.bundle import build
from modelgate.policy.model import Bundle

from tests.unit.checks.subjects import artifact, subject
from tests.unit.steps import reports_made_up as made_up

BUNDLE = Bundle.from_json(build(Path(__file__).parents[3] / "policies"))
CREDIT = BUNDLE.policies[0]


def good(**changes: Any) -> Subject:
    """A subject that the shipped policy approves."""
    reports = {
        "ModelQuality.Statistics": made_up.quality(),
        "Bias.Report": made_up.bias(),
        "Explainability.Report": made_up.explainability(),
    }
    return subject(reports, **changes)


def result(status: Status, check: str = "a") -> Result:
    """A bare result."""
    return Result(check=check, status=status, sentence="s")


@given(st.lists(st.sampled_from(Status), max_size=6))
def test_only_passes_approve_and_at_least_one(statuses: list[Status]) -> None:
    """Any other status takes the approval away; without results nothing is approved."""
    verdict = decide([result(status) for status in statuses], ["a"])

    assert (verdict is Verdict.APPROVE) is (set(statuses) == {Status.PASS})
    assert (verdict is Verdict.REJECT) is bool({Status.FAIL, Status.MISSING} & set(statuses))


@pytest.mark.parametrize(
    ("results", "asked"), [([], []), ([result(Status.PASS)], []), ([result(Status.PASS)], ["a", "b"])]
)
def test_a_check_without_result_is_no_pass(results: list[Result], asked: list[str]) -> None:
    """``all([])`` is true; the gate does not fall for it."""
    assert decide(results, asked) is Verdict.HOLD


def test_the_shipped_policy_approves_a_good_model() -> None:
    """Every check has a result, and each says what was found."""
    judgement = judge(good(), BUNDLE)

    assert judgement.verdict is Verdict.APPROVE
    assert {result.check for result in judgement.results} == {check.id for check in CREDIT.checks}


@pytest.mark.parametrize("member", ["ModelQuality.Statistics", "Bias.Report", "Explainability.Report"])
def test_a_required_report_that_is_not_named_rejects(member: str) -> None:
    """Absence that will not end is a fault of the content."""
    whole = good()
    parts = tuple(a for a in whole.artifacts if a.name != member)

    judgement = judge(
        replace(whole, artifacts=parts, facts=tuple(f for f in whole.facts if f.artifact != member)), BUNDLE
    )

    assert judgement.verdict is Verdict.REJECT
    assert f"the package names no {member if member != 'Bias.Report' else 'Bias'}" in judgement.reasons[0]


def test_evidence_under_way_holds_without_partial_judgement() -> None:
    """Bad numbers elsewhere do not reject while a named artifact may still arrive."""
    reports = {"ModelQuality.Statistics": made_up.quality(auc=0.1), "Explainability.Report": made_up.explainability()}
    waiting = subject(reports)
    late = artifact("Bias.Report", state=ArtifactState.NOT_ARRIVED, version_id=None, digest=None, size=None)

    judgement = judge(replace(waiting, artifacts=(*waiting.artifacts, late)), BUNDLE)

    assert judgement.verdict is Verdict.HOLD
    assert [r[:46] for r in judgement.reasons] == ["evidence has not arrived: Bias.Report at s3://"]


def test_a_refused_artifact_rejects_even_when_no_check_reads_it() -> None:
    """An address outside the team's bucket is a fault of the package."""
    stranger = artifact("ModelDataQuality.Statistics", state=ArtifactState.REFUSED, problem="it lies elsewhere")
    whole = good()

    judgement = judge(replace(whole, artifacts=(*whole.artifacts, stranger)), BUNDLE)

    assert (judgement.verdict, judgement.reasons) == (
        Verdict.REJECT,
        ("ModelDataQuality.Statistics is refused: it lies elsewhere",),
    )


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"package_status": "InProgress"}, Verdict.HOLD),
        ({"package_status": "Failed"}, Verdict.REJECT),
        ({"containers": ()}, Verdict.REJECT),
        ({"artifacts": tuple(artifact(n, content_digest=None) for n in ("Bias.Report",))}, Verdict.REJECT),
    ],
)
def test_a_package_that_is_not_whole_is_never_approved(changes: dict[str, Any], verdict: Verdict) -> None:
    """Status, model and digests of the package count like its numbers."""
    whole = good()
    if "artifacts" in changes:
        changes = {"artifacts": changes["artifacts"] + tuple(a for a in whole.artifacts if a.name != "Bias.Report")}

    assert judge(replace(whole, **changes), BUNDLE).verdict is verdict


@pytest.mark.parametrize("member", [{"unpinned": ("ModelDataSource",)}, {"model_data_url": None}])
def test_a_model_that_cannot_be_pinned_is_rejected(member: dict[str, Any]) -> None:
    """What was judged must be what is deployed."""
    whole = good()
    containers = tuple(replace(container, **member) for container in whole.containers)

    assert judge(replace(whole, containers=containers), BUNDLE).verdict is Verdict.REJECT


def test_two_policies_hold_with_both_names() -> None:
    """Nobody is judged by the more convenient one."""
    both = replace(BUNDLE, policies=(CREDIT, replace(CREDIT, name="other")))

    judgement = judge(good(), both)

    assert (judgement.policy, judgement.results, judgement.verdict) == (None, (), Verdict.HOLD)
    assert "more than one policy governs group loan-approval (credit, other)" in judgement.reasons[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"kind": "horoscope"}, "kind 'horoscope'"), ({"kind": "bias", "metric": "XY"}, "bias metric 'XY'")],
)
def test_a_check_that_this_code_does_not_know_holds_with_the_reason(changes: dict[str, str], reason: str) -> None:
    """A bundle for newer code judges nobody, not even by the checks that are known; and nobody is left without word."""
    policy = replace(CREDIT, checks=(*CREDIT.checks[1:], replace(CREDIT.checks[0], **changes)))  # type: ignore[arg-type]

    judgement = judge(good(), replace(BUNDLE, policies=(policy,)))

    assert (judgement.policy, judgement.results, judgement.verdict) == ("credit", (), Verdict.HOLD)
    assert reason in judgement.reasons[0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.95, 0.5, "Infinity", None, "0.95"]))
def test_the_order_of_anything_changes_no_verdict(seed: int, ratio: Any) -> None:
    """Metrics, facet values, facets and reports may come in any order."""
    shuffle = random.Random(seed)  # noqa: S311 - the order of a test
    metrics = {**made_up.GOOD_BIAS, "DI": ratio}
    facets = {"race": {"white": made_up.GOOD_BIAS, "nonwhite": metrics}, "sex": {"f": made_up.GOOD_BIAS}}
    straight = {"Bias.Report": made_up.bias(facets), "ModelQuality.Statistics": made_up.quality()}
    straight["Explainability.Report"] = made_up.explainability()

    def mixed(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: mixed(data[key]) for key in shuffle.sample(sorted(data), len(data))}
        return [mixed(entry) for entry in shuffle.sample(data, len(data))] if isinstance(data, list) else data

    one, other = judge(subject(straight), BUNDLE), judge(subject(mixed(straight)), BUNDLE)

    assert one.verdict is other.verdict is (Verdict.APPROVE if ratio == 0.95 else Verdict.REJECT)
    assert one.reasons == other.reasons
