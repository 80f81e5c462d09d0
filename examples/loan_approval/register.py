"""Upload a package's files to the team's bucket and register it, pending, in the governance account's registry."""

import hashlib
from collections.abc import Iterable
from typing import Any

from examples.loan_approval.clients import Clients, sentences
from examples.loan_approval.files import MODEL, PLACES, PackageFiles
from examples.loan_approval.team import Team


def register(clients: Clients, team: Team, *, group: str, name: str, story: str, files: PackageFiles) -> str:
    """Upload *files* (late ones excepted), register the package *name* as a version of *group*; return its ARN.

    The same files under the same name give the same client token, so a retried build registers once.

    Raises:
        ExampleError: an upload or the registration was refused.
    """
    upload(clients, team, group=group, name=name, files=files, only=set(files.contents) - files.late)
    request = registration(team, group=group, name=name, story=story, files=files)
    with sentences(f"registering {name} in {team.group_arn(group)}"):
        answer = clients.sagemaker.create_model_package(**request)
    return str(answer["ModelPackageArn"])


def upload_late(clients: Clients, team: Team, *, group: str, name: str, files: PackageFiles) -> None:
    """Upload what `register` named but left out.

    Raises:
        ExampleError: an upload was refused.
    """
    upload(clients, team, group=group, name=name, files=files, only=files.late)


def upload(clients: Clients, team: Team, *, group: str, name: str, files: PackageFiles, only: Iterable[str]) -> None:
    """Upload the files named in *only* to the team's own bucket, and to no bucket of anyone else.

    Raises:
        ExampleError: an upload was refused.
    """
    for file in sorted(only):
        key = _key(group, name, files, file)
        with sentences(f"uploading s3://{team.bucket}/{key}"):
            clients.s3.put_object(
                Bucket=team.bucket,
                Key=key,
                Body=files.contents[file],
                ContentType=_content_type(file),
                ExpectedBucketOwner=team.account,
            )


def registration(team: Team, *, group: str, name: str, story: str, files: PackageFiles) -> dict[str, Any]:
    """The request of CreateModelPackage."""

    def address(file: str) -> str:
        return f"s3://{team.bucket}/{_key(group, name, files, file)}"

    metrics = {
        family: {
            member: {
                "ContentType": _content_type(report),
                "S3Uri": address(report),
                "ContentDigest": files.digest(report),
            }
        }
        for report, (family, member) in PLACES.items()
        if report in files.contents
    }
    return {
        "ModelPackageGroupName": team.group_arn(group),
        "ModelPackageDescription": story,
        # Said although the service would assume it: the group's policy refuses any other word, and a missing one.
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [{"Image": team.serving_image, "ModelDataUrl": address(MODEL)}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        "ModelMetrics": metrics,
        "ClientToken": hashlib.sha256(f"{group}/{name}/{files.identity}".encode()).hexdigest()[:36],
    }


def _key(group: str, name: str, files: PackageFiles, file: str) -> str:
    # The files' identity is part of the key: no build ever writes over the evidence of another.
    return f"{group}/{name}/{files.identity}/{file}"


def _content_type(file: str) -> str:
    return "application/gzip" if file == MODEL else "application/json"
