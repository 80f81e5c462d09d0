"""Groups and packages: versions, accounts, updates, tokens, and their events."""

import concurrent.futures
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local_sagemaker.conftest import GOVERNANCE, INSURANCE, LENDING, Client
from tests.unit.local_sagemaker.fake_aws import KEY_OF_ROLE, ROLE, FakeAws, detail

GROUP = f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package-group/loans"
VERSIONS = f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package/loans/*"
CHANGE = "SageMaker Model Package State Change"
METRICS = {"Bias": {"Report": {"ContentType": "application/json", "S3Uri": "s3://lending/bias.json"}}}
REGISTRATION_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{LENDING}:root"},
            "Action": "sagemaker:DescribeModelPackageGroup",
            "Resource": GROUP,
            "Condition": {"ArnEquals": {"aws:PrincipalArn": ROLE}},
        },
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{LENDING}:root"},
            "Action": ["sagemaker:CreateModelPackage", "sagemaker:Describe*", "sagemaker:ListModelPackages"],
            "Resource": VERSIONS,
            "Condition": {
                "ArnEquals": {"aws:PrincipalArn": ROLE},
                "Null": {"sagemaker:CustomerMetadataProperties/modelgate-verdict": "true"},
            },
        },
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sagemaker:CreateModelPackage",
            "Resource": VERSIONS,
            "Condition": {
                "StringNotEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"},
                "Null": {"sagemaker:ModelApprovalStatus": "false"},
            },
        },
    ],
}


@pytest.fixture
def governance(sagemaker: Client) -> Any:
    client = sagemaker(GOVERNANCE)
    client.create_model_package_group(ModelPackageGroupName="loans", Tags=[{"Key": "team", "Value": "lending"}])
    return client


@pytest.fixture
def team(sagemaker: Client, governance: Any) -> Any:
    """The product team, as its registration role."""
    governance.put_model_package_group_policy(
        ModelPackageGroupName="loans", ResourcePolicy=json.dumps(REGISTRATION_POLICY)
    )
    return sagemaker(KEY_OF_ROLE)


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_role_of_another_account_registers_by_arn(team: Any, governance: Any, aws: FakeAws) -> None:
    """The group's policy lets a role register; package and event belong to the group's account."""
    arn = team.create_model_package(ModelPackageGroupName=GROUP, ModelMetrics=METRICS)["ModelPackageArn"]

    assert arn == f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package/loans/1"
    described = team.describe_model_package(ModelPackageName=arn)
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert described["CreatedBy"]["IamIdentity"]["Arn"].startswith("arn:aws:sts::333333333333:assumed-role/")
    assert team.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"][0]["ModelPackageArn"] == arn
    (event,) = aws.await_events(CHANGE, 1)
    assert event["account"] == GOVERNANCE
    told = detail(event)
    assert told["ModelMetrics"] == METRICS
    assert told["CreationTime"].endswith("Z")
    assert {"UpdatedModelPackageFields", "LastModifiedTime"}.isdisjoint(told)


def test_approving_at_birth_is_denied_by_the_policy(team: Any) -> None:
    """An explicit deny beats the allow, as the service words it."""
    with pytest.raises(ClientError, match="with an explicit deny in a resource-based policy") as caught:
        team.create_model_package(ModelPackageGroupName=GROUP, ModelApprovalStatus="Approved")

    assert code(caught) == "AccessDeniedException"


def test_metadata_that_the_policy_keeps_for_others_is_refused(team: Any) -> None:
    """A condition on one metadata key lets other keys pass."""
    with pytest.raises(ClientError, match="no resource-based policy allows"):
        team.create_model_package(
            ModelPackageGroupName=GROUP, CustomerMetadataProperties={"modelgate-verdict": "approved"}
        )

    team.create_model_package(ModelPackageGroupName=GROUP, CustomerMetadataProperties={"build": "7"})


@pytest.mark.parametrize("key", [LENDING, INSURANCE])
def test_others_may_not_register(sagemaker: Client, team: Any, key: str) -> None:
    """Neither another account nor another principal of the same one gets in."""
    with pytest.raises(ClientError, match=f"arn:aws:iam::{key}:root is not authorized to perform") as caught:
        sagemaker(key).create_model_package(ModelPackageGroupName=GROUP)

    assert code(caught) == "AccessDeniedException"


def test_team_may_not_update_what_it_registered(team: Any) -> None:
    """What no statement allows is refused."""
    arn = team.create_model_package(ModelPackageGroupName=GROUP)["ModelPackageArn"]

    with pytest.raises(ClientError, match="no resource-based policy allows the sagemaker:UpdateModelPackage action"):
        team.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")


def test_unknown_key_is_refused(sagemaker: Client) -> None:
    """A key that nobody knows falls into no default account."""
    with pytest.raises(ClientError) as caught:
        sagemaker("ASIANOBODYKNOWS00001").list_model_package_groups()

    assert code(caught) == "UnrecognizedClientException"


def test_groups_of_other_accounts_are_invisible(sagemaker: Client, governance: Any) -> None:
    """Each account lists its own groups, right after they were made."""
    assert sagemaker(INSURANCE).list_model_package_groups()["ModelPackageGroupSummaryList"] == []
    (group,) = governance.list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert group["ModelPackageGroupArn"] == GROUP
    assert governance.list_tags(ResourceArn=GROUP)["Tags"] == [{"Key": "team", "Value": "lending"}]


def test_update_merges_and_tells_what_changed(governance: Any, aws: FakeAws) -> None:
    """Fields that a call omits stay; the event names the fields it gave."""
    arn = governance.create_model_package(
        ModelPackageGroupName="loans", CustomerMetadataProperties={"a": "1", "b": "2"}, SourceUri="s3://x/y"
    )["ModelPackageArn"]
    governance.update_model_package(
        ModelPackageArn=arn,
        ModelApprovalStatus="Rejected",
        CustomerMetadataProperties={"b": "3", "c": "4"},
        CustomerMetadataPropertiesToRemove=["a"],
        ModelLifeCycle={"Stage": "gate", "StageStatus": "done"},
    )
    governance.update_model_package(ModelPackageArn=arn, SourceUri="s3://x/z", ApprovalDescription="two words")

    described = governance.describe_model_package(ModelPackageName=arn)

    assert described["ModelApprovalStatus"] == "Rejected"
    assert described["CustomerMetadataProperties"] == {"b": "3", "c": "4"}
    assert described["ModelLifeCycle"] == {"Stage": "gate", "StageStatus": "done"}
    _, first, second = (detail(e) for e in aws.await_events(CHANGE, 3))
    assert set(first["UpdatedModelPackageFields"]) == {
        "ModelApprovalStatus",
        "CustomerMetadataProperties",
        "ModelLifeCycle",
    }
    assert second["UpdatedModelPackageFields"] == ["ApprovalDescription", "sourceUri"]
    assert first["LastModifiedTime"] < second["LastModifiedTime"]


def test_versions_are_unique_under_concurrency_and_never_reused(governance: Any) -> None:
    """Forty registrations at once get forty numbers; a deleted number does not come back."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: governance.create_model_package(ModelPackageGroupName="loans"), range(40)))
    arns = {m["ModelPackageArn"] for m in made}
    assert len(arns) == 40

    governance.delete_model_package(ModelPackageName=f"{VERSIONS[:-1]}40")

    again = governance.create_model_package(ModelPackageGroupName="loans")["ModelPackageArn"]
    assert again.endswith("/41")


def test_repeated_client_token_registers_once(governance: Any) -> None:
    """The same token gives the same version, and is refused with another request."""
    first = governance.create_model_package(ModelPackageGroupName="loans", ClientToken="a-token")

    assert (
        governance.create_model_package(ModelPackageGroupName="loans", ClientToken="a-token")["ModelPackageArn"]
        == first["ModelPackageArn"]
    )
    with pytest.raises(ClientError, match="different request"):
        governance.create_model_package(
            ModelPackageGroupName="loans", ClientToken="a-token", ModelPackageDescription="other"
        )


def test_group_with_packages_is_not_deleted(governance: Any) -> None:
    """ConflictException until the versions are gone; then the group is unknown, in words that Terraform reads."""
    arn = governance.create_model_package(ModelPackageGroupName="loans")["ModelPackageArn"]
    with pytest.raises(ClientError) as caught:
        governance.delete_model_package_group(ModelPackageGroupName="loans")
    assert code(caught) == "ConflictException"

    governance.delete_model_package(ModelPackageName=arn)
    governance.delete_model_package_group(ModelPackageGroupName="loans")

    with pytest.raises(ClientError, match="does not exist") as gone:
        governance.describe_model_package_group(ModelPackageGroupName="loans")
    assert code(gone) == "ValidationException"


def test_existing_group_is_refused(governance: Any) -> None:
    """A second creation does not replace the group."""
    with pytest.raises(ClientError, match="already exists"):
        governance.create_model_package_group(ModelPackageGroupName="loans")


def test_group_policy_reads_back_byte_for_byte(governance: Any) -> None:
    """Terraform sees the document that it wrote, and its absence in the service's words."""
    with pytest.raises(ClientError, match="Cannot find resource policy"):
        governance.get_model_package_group_policy(ModelPackageGroupName="loans")
    text = json.dumps(REGISTRATION_POLICY, separators=(",  ", ":   "))

    governance.put_model_package_group_policy(ModelPackageGroupName="loans", ResourcePolicy=text)

    assert governance.get_model_package_group_policy(ModelPackageGroupName="loans")["ResourcePolicy"] == text


def test_lists_are_paged_in_order(governance: Any) -> None:
    """ListModelPackages answers page after page, oldest first."""
    for _ in range(5):
        governance.create_model_package(ModelPackageGroupName="loans")
    pages = governance.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName="loans", PaginationConfig={"PageSize": 2}
    )

    versions = [[p["ModelPackageVersion"] for p in page["ModelPackageSummaryList"]] for page in pages]

    assert versions == [[1, 2], [3, 4], [5]]


def test_other_operations_are_moto_s_in_the_right_account(sagemaker: Client) -> None:
    """What the front does not answer itself reaches moto as the caller's account."""
    made = sagemaker(LENDING).create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "i"})

    assert made["ModelArn"] == f"arn:aws:sagemaker:eu-west-1:{LENDING}:model/m"
    assert sagemaker(INSURANCE).list_models()["Models"] == []


def test_unversioned_package_is_not_replaced(governance: Any) -> None:
    """A second package of the same name is refused, whatever its token."""
    governance.create_model_package(ModelPackageName="single", ModelPackageDescription="first", ClientToken="a")

    with pytest.raises(ClientError, match="already exists") as caught:
        governance.create_model_package(ModelPackageName="single", ModelPackageDescription="second", ClientToken="b")

    assert code(caught) == "ConflictException"
    assert governance.describe_model_package(ModelPackageName="single")["ModelPackageDescription"] == "first"


def test_deny_binds_the_own_account_and_spares_the_named_role(sagemaker: Client, governance: Any) -> None:
    """Nobody but one role may update, the account's root included, when the group's policy says so."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sagemaker:UpdateModelPackage",
        "Resource": VERSIONS,
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": ROLE}},
    }
    allow = {**statement, "Effect": "Allow", "Principal": {"AWS": ROLE}, "Condition": {}}
    arn = governance.create_model_package(ModelPackageGroupName="loans")["ModelPackageArn"]
    governance.put_model_package_group_policy(
        ModelPackageGroupName="loans",
        ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [statement, allow]}),
    )

    with pytest.raises(ClientError, match="explicit deny"):
        governance.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    sagemaker(KEY_OF_ROLE).update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")

    assert governance.describe_model_package(ModelPackageName=arn)["ModelApprovalStatus"] == "Approved"
