"""Copies are handed out only where they are all of what was registered."""

import pytest
from modelgate.aws.evidence import write_once
from modelgate.contracts.layout import break_glass_key
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.deployment import Answer
from modelgate.evidence.proof import ProofKind

from tests.unit.aws import test_deployable as deployable
from tests.unit.aws.test_deployable import BAD, approve, asked, package
from tests.unit.steps.world import World

mocked_s3, world = deployable.mocked_s3, deployable.world


def by_break_glass(world: World, arn: str) -> Answer:
    """The answer on *arn*, which two people have approved as it is now."""
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
    return asked(world, arn, ProofKind.BREAK_GLASS)


@pytest.mark.parametrize("prefix", [False, True])
def test_copies_of_a_part_of_the_model_are_no_copies(world: World, prefix: bool) -> None:
    """More weights by a whole prefix: which files were meant, nobody knows."""
    arn = world.register(reports=dict(BAD))
    if prefix:
        source = {"ChannelName": "more", "S3DataSource": {"S3Uri": "s3://elsewhere/x/", "S3DataType": "S3Prefix"}}
        container = world.registry.packages[arn]["InferenceSpecification"]["Containers"][0]
        container["AdditionalModelDataSources"] = [source]
    assert world.run(arn) == "Rejected"

    answer = by_break_glass(world, arn)

    assert (answer.allowed, answer.decision_id is None, answer.copies == ()) == (True, prefix, prefix)
