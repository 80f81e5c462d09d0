"""Upload a language model's archive to the team's bucket and register its package, pending, with governance."""

from examples.language_models.package import LanguageModel, key, registration
from examples.loan_approval.clients import Clients, sentences
from examples.loan_approval.team import Team


def register(clients: Clients, team: Team, *, group: str, model: LanguageModel, attempt: str = "") -> str:
    """Upload and register *model* as a version of *group*; return the package's ARN.

    Raises:
        ExampleError: the upload or the registration was refused.
    """
    with sentences(f"uploading s3://{team.bucket}/{key(group, model)}"):
        clients.s3.put_object(
            Bucket=team.bucket,
            Key=key(group, model),
            Body=model.archive(),
            ContentType="application/gzip",
            ExpectedBucketOwner=team.account,
        )
    with sentences(f"registering {model.name} in {team.group_arn(group)}"):
        answer = clients.sagemaker.create_model_package(**registration(team, group=group, model=model, attempt=attempt))
    return str(answer["ModelPackageArn"])
