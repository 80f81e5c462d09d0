"""Packages that the registry takes and nobody expected: each gets a verdict with a reason, none is lost."""

from typing import Any

import pytest
from modelgate import evaluate

from tests.unit.steps.world import TEAM_BUCKET, World


def container(world: World, arn: str) -> dict[str, Any]:
    """The container of a registered package, to be changed."""
    found: dict[str, Any] = world.registry.packages[arn]["InferenceSpecification"]["Containers"][0]
    return found


def test_a_content_digest_in_upper_case_is_the_same_digest(world: World) -> None:
    """The service takes SHA256: and hexadecimal digits in either case, so the gate does too."""
    arn = world.register()
    source = world.registry.packages[arn]["ModelMetrics"]["Bias"]["PostTrainingReport"]
    source["ContentDigest"] = source["ContentDigest"].upper()

    assert world.run(arn) == "Approved"


def test_a_content_digest_that_is_none_rejects_with_the_reason(world: World) -> None:
    """A team's slip is content: it ends in a verdict, not in a failed run and a package that nobody looks at."""
    arn = world.register()
    world.registry.packages[arn]["ModelMetrics"]["Bias"]["PostTrainingReport"]["ContentDigest"] = "md5:0"

    assert world.run(arn) == "Rejected"
    assert "Bias.PostTrainingReport is refused: its ContentDigest is 'md5:0'; register it with" in world.told(arn)


def test_a_container_without_image_rejects_with_the_reason(world: World) -> None:
    """The service does not require an image; without one there is nothing to approve."""
    arn = world.register()
    del container(world, arn)["Image"]

    assert world.run(arn) == "Rejected"
    assert "container 0 names no image" in world.told(arn)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("AdditionalModelDataSources", [{"ChannelName": "draft", "S3DataSource": {"S3Uri": "s3://b/p/"}}]),
        ("AdditionalS3DataSource", {"S3DataType": "S3Prefix", "S3Uri": "s3://b/p/"}),
        ("BaseModel", {"HubContentName": "large", "HubContentVersion": "1.0.0"}),
        ("ModelDataSource", {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/p/"}}),
        (
            "ModelDataSource",
            {
                "S3DataSource": {
                    "S3DataType": "S3Object",
                    "S3Uri": f"s3://{TEAM_BUCKET}/v1/model.tar.gz",
                    "ManifestS3Uri": "s3://b/manifest",
                }
            },
        ),
    ],
)
def test_weights_that_cannot_be_pinned_reject(world: World, member: str, value: object) -> None:
    """Whatever else brings weights into a container could change after the approval."""
    arn = world.register()
    container(world, arn)[member] = value

    assert world.run(arn) == "Rejected"
    assert f"brings model data by {member}, which the gate cannot pin" in world.told(arn)


def test_weights_below_a_prefix_reject_where_no_file_is_named_beside_it(world: World) -> None:
    """As large models are registered: nothing of them would be pinned."""
    arn = world.register()
    del container(world, arn)["ModelDataUrl"]
    container(world, arn)["ModelDataSource"] = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/p/"}}

    assert world.run(arn) == "Rejected"
    assert "brings model data by ModelDataSource, which the gate cannot pin" in world.told(arn)


def test_more_results_than_a_record_holds_reject_instead_of_stopping_the_next_step(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check report that the update step could not read would leave the package pending for ever."""
    monkeypatch.setattr(evaluate, "MAX_WRITTEN", 2_000)
    arn = world.register()

    assert world.run(arn) == "Rejected"
    assert "the reports give more results than a record of 2000 bytes holds; report fewer groups" in world.told(arn)
