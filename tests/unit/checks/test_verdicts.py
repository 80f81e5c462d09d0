"""From results to verdicts: nothing approves by default."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from modelgate.contracts.results import Severity, Verdict
from modelgate.contracts.subject import ArtifactState, Subject
from modelgate.decide import judge
from modelgate.policy.bundle import build
from modelgate.policy.model import Bundle, Check, OnInfinite

from tests.unit.checks.subjects import artifact, bundle, check, subject
from tests.unit.steps import reports_made_up as made_up

BUNDLE = Bundle.from_json(build(Path(__file__).parents[3] / "policies"))
CREDIT = next(policy for policy in BUNDLE.policies if policy.name == "credit")


def good(**changes: Any) -> Subject:
    """A subject that the shipped policy approves."""
    reports = {
        "ModelQuality.Statistics": made_up.quality(),
        "Bias.Report": made_up.bias(),
        "Explainability.Report": made_up.explainability(),
    }
    return subject(reports, **changes)


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


def test_a_warning_stays_in_sight() -> None:
    """It stands in nobody's way, and is read first."""
    warns = check("model_quality", id="f1", metric="f1", low=0.9, severity=Severity.WARN)
    passes = check("model_quality", metric="auc", low=0.7)
    package = subject({"ModelQuality.Statistics": made_up.quality(auc=0.8, f1=0.5)})

    judgement = judge(package, bundle(warns, passes))

    assert judgement.verdict is Verdict.APPROVE
    assert judgement.reasons == ("warning: f1: f1 = 0.5, must be at least 0.9", "it: auc = 0.8, at least 0.7")


def test_what_rejects_is_read_before_what_holds() -> None:
    """And warnings come last."""
    severities = {"c": Severity.FAIL, "b": Severity.HOLD, "a": Severity.WARN}
    checks = (check("model_quality", id=name, metric="auc", low=0.9, severity=one) for name, one in severities.items())

    judgement = judge(subject({"ModelQuality.Statistics": made_up.quality(auc=0.8)}), bundle(*checks))

    assert [reason[:9] for reason in judgement.reasons] == ["c: auc = ", "b: auc = ", "warning: "]


@pytest.mark.parametrize(
    ("checks", "reason"),
    [
        ((), "no result for anything, and nothing is approved without one"),
        ((check("model_quality", metric="auc"),), "no result for it, and nothing is approved without one"),
        (
            (check("model_quality", metric="auc", low=0, severity=Severity.HOLD),),
            "no check that could reject has passed on a measured number, and nothing is approved without one",
        ),
    ],
)
def test_nothing_against_a_model_is_nothing_for_it(checks: tuple[Check, ...], reason: str) -> None:
    """A policy without checks, a check without a bound, and only checks that could not reject."""
    judgement = judge(subject({"ModelQuality.Statistics": made_up.quality()}), bundle(*checks))

    assert (judgement.verdict, judgement.reasons) == (Verdict.HOLD, (reason,))


@pytest.mark.parametrize("value", ["Infinity", "-Infinity"])
@pytest.mark.parametrize(
    ("rule", "verdict"),
    [(OnInfinite.FAIL, Verdict.REJECT), (OnInfinite.HOLD, Verdict.HOLD), (OnInfinite.PASS, Verdict.APPROVE)],
)
def test_a_policy_says_what_an_infinite_value_leads_to(value: str, rule: OnInfinite, verdict: Verdict) -> None:
    """Where it passes it proves nothing: another check has to."""
    infinite = check("bias", metric="TE", facets=(), low=-1, high=1, on_infinite=rule)
    floor = check("bias", id="floor", metric="AD", facets=(), low=-1, high=1)
    package = subject({"Bias.Report": made_up.bias({"sex": {"f": {"TE": value, "AD": 0}}})})

    assert judge(package, bundle(infinite, floor)).verdict is verdict
    assert judge(package, bundle(infinite)).verdict is (Verdict.HOLD if rule is OnInfinite.PASS else verdict)
