"""May a package be deployed, and from which copy: by the record, and by what still lies in the store."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import boto3
import pytest
from modelgate.aws.deployable import may_deploy
from modelgate.aws.evidence import write_once
from modelgate.aws.objects import Bucket
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import adoption_key, break_glass_key
from modelgate.contracts.package import ModelPackage
from modelgate.evidence.adoption import Adoption, LegacyPackage
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.deployment import Answer
from modelgate.evidence.envelope import Verifier, seal
from modelgate.evidence.proof import ProofKind
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.record import Outcome
from moto import mock_aws

from tests.unit.signing_made_up import TestSigner, signing_keys
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, GOVERNANCE, STORE, World

BAD = {"quality.json": made_up.quality(auc=0.1)}


@pytest.fixture(scope="module")
def mocked_s3() -> Any:
    """A client for the mocked S3."""
    return boto3.client("s3", region_name="us-east-1", aws_access_key_id=GOVERNANCE, aws_secret_access_key="test")


@pytest.fixture
def world(mocked_s3: Any) -> Iterator[World]:
    """A governance account ready to judge."""
    with mock_aws():
        yield World(s3=mocked_s3)


def asked(world: World, arn: str, *accept: ProofKind, verifier: Verifier | None = None) -> Answer:
    """The answer on *arn*."""
    return may_deploy(
        ModelPackageArn.parse(arn),
        sagemaker=cast(Any, world.registry),
        evidence=world.evidence,
        artifacts=Bucket(s3=world.s3, name=STORE, owner=None),
        verifier=verifier or PublicKeys(signing_keys(world.signer)),
        accept=accept,
    )


def approve(world: World, arn: str) -> None:
    """Somebody sets the flag."""
    world.registry.packages[arn]["ModelApprovalStatus"] = "Approved"


def package(world: World, arn: str) -> ModelPackage:
    """As the registry has it."""
    return ModelPackage.from_describe(world.registry.describe_model_package(ModelPackageName=arn))


def refused(answer: Answer) -> str:
    """Why not; and nothing is handed out then."""
    assert (answer.allowed, answer.copies, answer.images) == (False, (), ())
    return "; ".join(answer.reasons)


def test_an_approved_package_is_deployed_from_the_copy_that_was_judged(world: World) -> None:
    """Address, version and digest of the model; the image with its digest."""
    arn = world.register()
    world.run(arn)
    world.upload("model.tar.gz", b"newer weights at the same address")

    answer = asked(world, arn)

    (copy,) = answer.copies
    body = world.s3.get_object(Bucket=STORE, Key=copy.uri.removeprefix(f"s3://{STORE}/"), VersionId=copy.version_id)[
        "Body"
    ].read()
    assert (answer.allowed, answer.proof, answer.decision_id) == (True, ProofKind.DECIDED, "loan-approval/1/run1")
    assert (copy.name, body, copy.digest, copy.size) == ("Model.0", b"weights 1", sha256_of(b"weights 1"), 9)
    assert [(image.image, image.digest) for image in answer.images] == [
        ("222222222222.dkr.ecr.eu-west-1.amazonaws.com/serve:1", "sha256:" + "1" * 64)
    ]


def test_a_flag_without_a_record_is_not_enough(world: World) -> None:
    """Whoever set it."""
    arn = world.register()
    approve(world, arn)

    assert "nothing was ever decided" in refused(asked(world, arn))


def test_a_flag_against_the_record_is_not_enough(world: World) -> None:
    """The last decision rejected it."""
    arn = world.register(reports=dict(BAD))
    world.run(arn)
    approve(world, arn)

    assert "which says rejected" in refused(asked(world, arn))


@pytest.mark.parametrize("status", ["PendingManualApproval", "Rejected"])
def test_a_record_against_the_flag_is_not_enough(world: World, status: str) -> None:
    """Somebody took it back; the proof alone deploys nothing."""
    arn = world.register()
    world.run(arn)
    world.registry.packages[arn]["ModelApprovalStatus"] = status

    answer = asked(world, arn)

    assert f"the registry says {status}" in refused(answer)
    assert answer.proof is ProofKind.DECIDED


def test_a_record_by_a_stranger_is_not_enough(world: World) -> None:
    """Neither signed by one, nor verified with another's keys."""
    arn = world.register()
    world.run(arn)

    other = PublicKeys(signing_keys(TestSigner("other")))
    assert "not signed by a key this gate trusts" in refused(asked(world, arn, verifier=other))
    forged = seal(replace(world.record(arn), outcome=Outcome.APPROVED), TestSigner("stranger"))
    world.s3.put_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.json", Body=forged)
    assert "not signed by a key this gate trusts" in refused(asked(world, arn))


def test_an_edited_package_is_not_deployed(world: World) -> None:
    """It is not the one that was approved."""
    arn = world.register()
    world.run(arn)
    container = world.registry.packages[arn]["InferenceSpecification"]["Containers"][0]
    container["ImageDigest"] = "sha256:" + "9" * 64

    assert "the registration was changed" in refused(asked(world, arn))


@pytest.mark.parametrize("tampering", ["deleted", "another digest"])
def test_a_model_that_is_not_there_any_more_is_not_deployed(world: World, tampering: str) -> None:
    """The version of the record, or nothing."""
    arn = world.register()
    world.run(arn)
    (copy,) = asked(world, arn).copies
    key = copy.uri.removeprefix(f"s3://{STORE}/")
    world.s3.delete_object(Bucket=STORE, Key=key, VersionId=copy.version_id)
    if tampering == "deleted":
        assert "is gone" in refused(asked(world, arn))
        return
    other = world.upload("model.tar.gz", b"others")
    record = world.record(arn)
    artifacts = tuple(replace(a, version_id=other) if a.name == "Model.0" else a for a in record.subject.artifacts)
    subject = replace(record.subject, artifacts=artifacts)
    swapped = seal(replace(record, report=replace(record.report, subject=subject)), world.signer)
    world.s3.put_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.json", Body=swapped)
    assert "approved was sha256:" in refused(asked(world, arn))


def test_a_package_that_does_not_exist_is_not_deployed(world: World) -> None:
    """Plainly."""
    assert "does not exist" in refused(asked(world, f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package/g/1"))


def test_a_legacy_package_is_deployed_only_where_that_is_accepted(world: World) -> None:
    """Nobody has judged it, so no copy is known; the answer says that by naming none."""
    arn = world.register()
    approve(world, arn)
    found = package(world, arn)
    listed = LegacyPackage(registration=found.registration, creation_time=found.creation_time)
    note = Adoption(group="loan-approval", adopted_at="2026-01-01T00:00:00+00:00", packages={"1": listed})
    write_once(world.evidence, adoption_key("loan-approval"), note.to_json())

    assert "legacy, which is not accepted here" in refused(asked(world, arn))
    assert "not accepted" in refused(asked(world, arn, ProofKind.BREAK_GLASS))
    answer = asked(world, arn, ProofKind.LEGACY)
    assert (answer.allowed, answer.copies, answer.decision_id, len(answer.images)) == (True, (), None, 1)


def test_a_break_glass_is_deployed_from_the_copy_that_was_judged_before(world: World) -> None:
    """Rejected, and approved by two people: what they approved is what was looked at."""
    arn = world.register(reports=dict(BAD))
    world.run(arn)
    note = BreakGlass(
        package_arn=arn,
        registration=package(world, arn).registration,
        status="Approved",
        reason="an outage",
        opened_by="arn:aws:sts::222222222222:assumed-role/gate-break-glass/ada",
        second_person="grace",
        at="2099-01-01T00:00:00+00:00",
    )
    write_once(world.evidence, break_glass_key("loan-approval", 1, "x"), note.to_json())
    approve(world, arn)

    assert "break_glass, which is not accepted here" in refused(asked(world, arn))
    answer = asked(world, arn, ProofKind.BREAK_GLASS)
    assert (answer.allowed, answer.decision_id) == (True, "loan-approval/1/run1")
    assert [copy.digest for copy in answer.copies] == [sha256_of(b"weights 1")]


def test_no_proof_is_never_accepted(world: World) -> None:
    """Not even where somebody asks for it."""
    arn = world.register()
    approve(world, arn)

    assert refused(asked(world, arn, ProofKind.NONE))
