"""What is served of a package: its own containers, on governance's copies, for no more than it may cost."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from modelgate.aws.objects import Bucket
from modelgate.aws.served_model import (
    Network,
    Serving,
    copy_in,
    create_model,
    require_affordable,
    require_current,
    served_containers,
)
from modelgate.aws.store import StoredCopy
from modelgate.contracts.gate import Gate, Product
from modelgate.contracts.layout import META_SHA256, META_SOURCE_SEQUENCER
from modelgate.contracts.uris import S3Uri
from modelgate.errors import BudgetSpentError, ContentError, InfrastructureError, UnmappedUriError

from tests.unit.aws.conftest import STORE
from tests.unit.aws.generative_made_up import MACHINE
from tests.unit.aws.sagemaker_double import Double, Time

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

ARN = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/assistant/7"
ROLE = "arn:aws:iam::222222222222:role/modelgate-evaluated-model"
DIGEST = "sha256:" + "ab" * 32
GATE = Gate(
    governance_account="222222222222",
    artifact_store=STORE,
    evidence_store="evidence",
    products={"333333333333": Product(account="333333333333", name="lending", bucket="lending-models")},
    groups={},
)


def described(*containers: dict[str, Any], more: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """DescribeModelPackage's answer with these containers."""
    return {
        "ModelPackageArn": ARN,
        "CreationTime": "2026-11-28T10:00:00+00:00",
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {"Containers": list(containers)},
        "AdditionalInferenceSpecifications": more or [],
    }


def stored(source: S3Uri) -> StoredCopy:
    """A copy of any location."""
    uri = S3Uri.of(STORE, f"333333333333/{source.bucket}/{source.key}")
    return StoredCopy(uri=uri, version_id="v1", digest=DIGEST, size=1, sequencer="", arrived_at="")


CONTAINER = {
    "Image": "222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/llm:latest",
    "ImageDigest": "sha256:" + "cd" * 32,
    "ModelDataUrl": "s3://lending-models/llm/model.tar.gz",
    "Environment": {"OPTION_ROLLING_BATCH": "vllm"},
    "ContainerHostname": "llm",
}


def serving(*containers: dict[str, Any]) -> Serving:
    """What is served of a package with these containers."""
    return Serving(
        execution_id="abc123",
        package_arn=ARN,
        containers=served_containers(described(*(containers or (CONTAINER,))), stored),
        role_arn=ROLE,
        machine=MACHINE,
    )


def created(of: Serving) -> dict[str, Any]:
    """What CreateModel is asked, which botocore's model of the service accepts."""
    double = Double(time=Time())
    create_model(double, of, [])  # type: ignore[arg-type]
    return dict(double.models[of.name])


def test_the_packages_own_containers_are_served() -> None:
    """Environment and host as registered, the image by its digest, model data from governance's copy, no network."""
    of = serving()

    assert created(of) == {
        "ModelName": of.name,
        "ExecutionRoleArn": ROLE,
        "EnableNetworkIsolation": True,
        "Tags": [],
        "PrimaryContainer": {
            "Image": f"222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/llm@sha256:{'cd' * 32}",
            "ContainerHostname": "llm",
            "Environment": {"OPTION_ROLLING_BATCH": "vllm"},
            "ModelDataUrl": f"s3://{STORE}/333333333333/lending-models/llm/model.tar.gz",
        },
    }


def test_several_containers_are_a_line() -> None:
    """In their order."""
    made = created(serving({"Image": "one:1"}, {"Image": "two:1"}))

    assert [one["Image"] for one in made["Containers"]] == ["one:1", "two:1"]
    assert "PrimaryContainer" not in made


def test_a_file_that_is_not_packed_stays_so() -> None:
    """It is said of the data source, which then names governance's copy."""
    source = {"S3Uri": "s3://lending-models/llm/weights", "S3DataType": "S3Object", "CompressionType": "None"}

    made = created(serving({"Image": "llm:1", "ModelDataSource": {"S3DataSource": source}}))

    copy = f"s3://{STORE}/333333333333/lending-models/llm/weights"
    assert made["PrimaryContainer"]["ModelDataSource"]["S3DataSource"] == {**source, "S3Uri": copy}


def test_a_network_is_used_where_there_is_one() -> None:
    """The operator's subnets and groups."""
    made = created(replace(serving(), network=Network(subnets=("subnet-1",), security_groups=("sg-1",))))

    assert made["VpcConfig"] == {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}


@pytest.mark.parametrize(
    ("image", "digest", "served"),
    [
        ("llm", None, "llm"),
        ("llm:1", DIGEST, f"llm@{DIGEST}"),
        ("host:5000/llm", DIGEST, f"host:5000/llm@{DIGEST}"),
        (f"host/llm@{DIGEST}", DIGEST, f"host/llm@{DIGEST}"),
    ],
)
def test_an_image_goes_by_its_digest(image: str, digest: str | None, served: str) -> None:
    """Where one was registered; a tag can be moved."""
    container = {"Image": image, **({"ImageDigest": digest} if digest else {})}

    assert served_containers(described(container), stored)[0].image == served


def test_only_the_first_specification_is_served() -> None:
    """The others are for other machines."""
    more = [{"Name": "neuron", "Containers": [{"Image": "other:1"}]}]

    assert [one.image for one in served_containers(described({"Image": "llm:1"}, more=more), stored)] == ["llm:1"]


@pytest.mark.parametrize(
    ("containers", "sentence"),
    [
        ([], "no inference specification"),
        ([{"NearestModelName": "x"}], "container 0 has no image"),
        (
            [
                {
                    "Image": "llm:1",
                    "ModelDataSource": {"S3DataSource": {"S3Uri": "s3://b-b/x/", "S3DataType": "S3Prefix"}},
                }
            ],
            "by ModelDataSource, which the gate cannot pin",
        ),
        ([{"Image": "llm:1", "AdditionalS3DataSource": {"S3Uri": "s3://b-b/x"}}], "by AdditionalS3DataSource"),
    ],
)
def test_what_cannot_be_served_is_the_teams_fault(containers: list[dict[str, Any]], sentence: str) -> None:
    """It says which container, and why."""
    with pytest.raises(ContentError, match=sentence):
        served_containers(described(*containers), stored)


@pytest.mark.parametrize(
    "change",
    [
        {"execution_id": "other"},
        {"package_arn": ARN[:-1] + "8"},
        {"machine": replace(MACHINE, instance_type="ml.g5.2xlarge")},
        {"containers": ()},
        {"role_arn": ROLE + "-2"},
    ],
)
def test_the_name_says_all_that_is_served(change: dict[str, Any]) -> None:
    """The same again after a kill, and another one for anything else; within SageMaker's 63 characters."""
    of = serving()

    assert of.name == serving().name
    assert of.name != replace(of, **change).name
    assert of.name.startswith("modelgate-evaluation-")
    assert len(of.name) == 53


def test_the_order_of_an_environment_changes_no_name() -> None:
    """The registry promises none, and the same model has to be found again."""
    one, other = (
        {"Image": "llm:1", "Environment": dict(order)} for order in ([("A", "1"), ("B", "2")], [("B", "2"), ("A", "1")])
    )

    assert serving(one).name == serving(other).name


def test_the_copy_that_counts_is_found(s3: "S3Client") -> None:
    """Mapped to the store, with the version and digest that it has there."""
    copy_key = "333333333333/lending-models/llm/model.tar.gz"
    metadata = {META_SHA256: "ab" * 32, META_SOURCE_SEQUENCER: "01"}
    version = s3.put_object(Bucket=STORE, Key=copy_key, Body=b"w", Metadata=metadata)["VersionId"]
    find = copy_in(Bucket(s3=s3, name=STORE, owner=None), GATE, "333333333333")

    copy = find(S3Uri.parse("s3://lending-models/llm/model.tar.gz"))

    assert (copy.uri.key, copy.version_id, copy.digest) == (copy_key, version, DIGEST)


def test_a_location_elsewhere_is_never_followed(s3: "S3Client") -> None:
    """And one whose copy has not arrived is waited for."""
    find = copy_in(Bucket(s3=s3, name=STORE, owner=None), GATE, "333333333333")

    with pytest.raises(UnmappedUriError, match="lies outside lending's bucket"):
        find(S3Uri.parse("s3://elsewhere/model.tar.gz"))
    with pytest.raises(InfrastructureError, match="has not arrived"):
        find(S3Uri.parse("s3://lending-models/llm/model.tar.gz"))


def test_a_newer_upload_is_not_served_under_the_old_ones_name(s3: "S3Client") -> None:
    """SageMaker downloads whatever is newest, so a copy that came meanwhile ends the evaluation."""
    bucket = Bucket(s3=s3, name=STORE, owner=None)
    key = "333333333333/lending-models/llm/model.tar.gz"
    version = s3.put_object(Bucket=STORE, Key=key, Body=b"one")["VersionId"]
    copy = replace(stored(S3Uri.parse("s3://lending-models/llm/model.tar.gz")), version_id=version)
    containers = tuple(replace(one, model_data=copy) for one in serving().containers)
    require_current(bucket, containers)

    s3.put_object(Bucket=STORE, Key=key, Body=b"two")

    with pytest.raises(InfrastructureError, match="another model would be asked than is judged"):
        require_current(bucket, containers)


@pytest.mark.parametrize(
    "machine",
    [
        replace(MACHINE, instance_count=2),
        replace(MACHINE, maximum_seconds=3601),
        replace(MACHINE, price_per_hour=float("nan")),
        replace(MACHINE, price_per_hour=-1.0),
        replace(MACHINE, maximum_cost=float("nan")),
    ],
)
def test_what_may_cost_too_much_is_not_begun(machine: Any) -> None:
    """Instances, price and time together; a number that is none is no price."""
    require_affordable(MACHINE)

    with pytest.raises(BudgetSpentError, match="change the evaluation's machine"):
        require_affordable(machine)
