"""Both steps, from a registered package to its status."""

from typing import Any

import pytest
from modelgate.contracts.results import Verdict
from modelgate.evidence.again import judge_again
from modelgate.evidence.record import Outcome
from modelgate.policy.bundle import build
from modelgate.policy.model import Bundle

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import POLICIES, STORE, World

PENDING = "PendingManualApproval"


def test_a_good_package_is_approved_with_its_evidence(world: World) -> None:
    """Status, description, metadata and record agree, and the record holds every pin."""
    arn = world.register()

    assert world.run(arn) == "Approved"
    record = world.record(arn)
    package = world.registry.packages[arn]
    assert record.outcome is Outcome.APPROVED
    assert package["CustomerMetadataProperties"] == {
        "modelgate-verdict": "approved",
        "modelgate-decision-id": "loan-approval/1/run1",
        "modelgate-policy-digest": world.policy_digest,
        "modelgate-evidence-uri": "s3://gate-evidence/decisions/loan-approval/1/run1.json",
    }
    assert world.told(arn).endswith(" Evidence: s3://gate-evidence/decisions/loan-approval/1/run1.json")
    names = ("Model.0", "ModelQuality.Statistics", "Bias.PostTrainingReport", "Explainability.Report")
    assert tuple(artifact.name for artifact in record.subject.artifacts) == names
    assert all(a.version_id and a.digest and a.size for a in record.subject.artifacts)
    assert len(world.registry.writes) == 1


def test_a_bad_metric_rejects_and_says_which(world: World) -> None:
    """The description names check, value and bound."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.53)})

    assert world.run(arn) == "Rejected"
    assert "auc = 0.53, must be within [0.7, 1]" in world.told(arn)


def test_evidence_that_has_not_arrived_holds_and_is_judged_later(world: World) -> None:
    """The package stays pending, visibly held; the next run, after the upload, approves."""
    arn = world.register(late=("bias.json",))

    assert world.run(arn) == PENDING
    assert "evidence has not arrived: Bias.PostTrainingReport" in world.told(arn)
    assert world.registry.packages[arn]["CustomerMetadataProperties"]["modelgate-verdict"] == "held"
    world.register()
    assert world.run(arn, "run2") == "Approved"


@pytest.mark.parametrize(("tags", "reason"), [({}, "no policy governs"), ({"policy": "other"}, "no policy governs")])
def test_a_group_without_policy_is_held(world: World, tags: dict[str, str], reason: str) -> None:
    """Nothing is approved or rejected by no policy."""
    world.pin_gate(tags)
    arn = world.register()

    assert world.run(arn) == PENDING
    assert reason in world.told(arn)


def test_a_decision_can_be_judged_again_from_its_record(world: World) -> None:
    """The same bundle gives the recorded verdict, from the record alone."""
    bundle = Bundle.from_json(build(POLICIES))
    cases: list[dict[str, Any]] = [{}, {"quality.json": made_up.quality(auc=0.1)}, {"bias.json": b"{"}]
    for version, reports in enumerate(cases, start=1):
        arn = world.register(version=version, reports=reports)
        world.run(arn)

        assert world.record(arn).judgement.verdict is judge_again(world.record(arn), bundle)
    assert judge_again(world.record(arn), bundle) is Verdict.REJECT


def test_the_documents_of_a_decision_are_kept_with_it(world: World) -> None:
    """Gate document, bundle and signing keys lie in the evidence store under their digests, written once."""
    world.run(world.register())
    world.run(world.register(version=2))

    for digest in (world.gate_digest, world.policy_digest, world.signing_keys_digest):
        versions = world.s3.list_object_versions(Bucket="gate-evidence", Prefix=f"pinned/{digest[7:]}.json")["Versions"]
        assert len(versions) == 1


def test_same_package_same_bytes(world: World) -> None:
    """Two checks of one package differ in nothing but their execution."""
    arn = world.register()

    assert world.check(arn).to_json() == world.check(arn).to_json()
    assert world.check(arn, "run2").judgement == world.check(arn).judgement
    assert STORE in world.check(arn).to_json().decode()
