"""What outlives a destroy: the evidence store, whose objects are locked; and what must go before one."""

from botocore.exceptions import BotoCoreError, ClientError

from deploy.terraform.account import Account
from deploy.terraform.errors import DeployError
from deploy.terraform.run import Run
from deploy.terraform.values import Environment

_MODULE = "module.evidence_store"
_BUCKET = f"{_MODULE}.aws_s3_bucket.evidence"
_KEY = f"{_MODULE}.aws_kms_key.evidence"
_ALIAS = f"{_MODULE}.aws_kms_alias.evidence"


def evidence_store(environment: Environment) -> str:
    """The bucket's name."""
    return f"{environment.prefix}-evidence-{environment.governance_account}"


def forget_evidence_store(run: Run) -> bool:
    """Take the evidence store out of the state, so that a destroy leaves it; False when there is none."""
    found = [address for address in run.addresses() if address.startswith(f"{_MODULE}.") and ".data." not in address]
    if found:
        run.forget(*found)
    return bool(found)


def adopt_evidence_store(environment: Environment, run: Run, account: Account) -> None:
    """Take an evidence store that an earlier destroy has kept back into the state."""
    bucket = evidence_store(environment)
    try:
        account.session.client("s3", endpoint_url=account.endpoint).head_bucket(
            Bucket=bucket, ExpectedBucketOwner=account.id
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
            return
        raise DeployError(f"governance: evidence store {bucket} cannot be looked up: {error}") from error
    if _BUCKET in run.addresses():
        return
    alias = f"alias/{environment.prefix}-evidence"
    try:
        key = account.session.client("kms", endpoint_url=account.endpoint).describe_key(KeyId=alias)["KeyMetadata"]
    except (ClientError, BotoCoreError) as error:
        raise DeployError(
            f"governance: evidence store {bucket} was kept, but its key {alias} cannot be used: {error}"
        ) from error
    run.say(f"governance: takes back the evidence store {bucket}")
    for address, resource in ((_BUCKET, bucket), (_KEY, key["KeyId"]), (_ALIAS, alias)):
        run.adopt(address, resource)


def delete_packages(environment: Environment, account: Account) -> None:
    """Delete the versions in the environment's groups: a group that holds any cannot be destroyed."""
    sagemaker = account.session.client("sagemaker", endpoint_url=account.sagemaker_endpoint)
    for group in environment.groups:
        try:
            pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=group)
            versions = [found["ModelPackageArn"] for page in pages for found in page["ModelPackageSummaryList"]]
            for version in versions:
                sagemaker.delete_model_package(ModelPackageName=version)
        except ClientError as error:
            # A group that was never applied, or is gone already, holds nothing.
            if error.response["Error"]["Code"] not in ("ValidationException", "ResourceNotFound"):
                raise DeployError(f"governance: versions of group {group} cannot be deleted: {error}") from error
