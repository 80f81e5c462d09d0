"""A registration that is edited while the update step works is never approved by it, or at least never quietly."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from modelgate.aws.proofs import find_proof
from modelgate.contracts.package import ModelPackage
from modelgate.errors import BindingError
from modelgate.evidence.proof import ProofKind
from modelgate.steps.pinned import load_pinned

from tests.unit.steps.world import EVIDENCE, World

PENDING = "PendingManualApproval"
OTHER_IMAGE = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/serve:backdoor"


def other_image(package: dict[str, Any]) -> None:
    """Edit the specification of *package*."""
    package["InferenceSpecification"] = copy.deepcopy(package["InferenceSpecification"])
    package["InferenceSpecification"]["Containers"][0]["Image"] = OTHER_IMAGE


def edit_at_look(world: World, arn: str, number: int, edit: Callable[[dict[str, Any]], None] = other_image) -> None:
    """From the step's look *number* on (from 1), the registry tells of a package that somebody changed."""
    describe, looks = world.registry.describe_model_package, 0

    def edited(**request: Any) -> dict[str, Any]:
        nonlocal looks
        looks += 1
        if looks == number:
            edit(world.registry.packages[arn])
        return describe(**request)

    world.registry.describe_model_package = edited  # type: ignore[method-assign]


def refusals(world: World) -> int:
    found = world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="refusals/")
    return int(found["KeyCount"])


def test_an_edit_after_the_evidence_was_verified_is_not_approved(world: World) -> None:
    """Verifying takes as long as the evidence is large; the package is compared again right before it is written."""
    arn = world.register()
    report = world.check(arn)
    edit_at_look(world, arn, 2)

    with pytest.raises(BindingError, match="registration"):
        world.update(arn, report)

    assert (world.status(arn), refusals(world)) == (PENDING, 1)


def test_an_edit_in_the_moment_of_the_write_is_heard(world: World) -> None:
    """No service compares and sets: what slips in between look and write fails the step, and is noted and counted."""
    arn = world.register()
    report = world.check(arn)
    edit_at_look(world, arn, 3)

    with pytest.raises(BindingError, match="registration"):
        world.update(arn, report)

    assert refusals(world) == 1
    assert "Contents" not in world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="approved/")


def test_a_repeated_step_does_not_take_an_edited_package_for_its_own(world: World) -> None:
    """The words of this decision prove nothing about a registration that was edited since."""
    arn = world.register()
    report = world.check(arn)
    world.update(arn, report)
    edit_at_look(world, arn, 2)

    with pytest.raises(BindingError, match="registration"):
        world.update(arn, report)


def test_an_approval_that_a_person_forestalled_is_no_proof_later(world: World) -> None:
    """The rejection of the same moment stands, and who writes Approved afterwards cannot lean on the signed record."""
    arn = world.register()
    report = world.check(arn)
    edit_at_look(world, arn, 2, lambda package: package.update(ModelApprovalStatus="Rejected"))
    world.update(arn, report)
    assert world.status(arn) == "Rejected"

    world.registry.packages[arn]["ModelApprovalStatus"] = "Approved"

    package = ModelPackage.from_describe(world.registry.packages[arn])
    verifier = load_pinned(world.s3, world.arguments(arn)).verifier
    assert find_proof(world.evidence, package, verifier).kind is ProofKind.NONE
