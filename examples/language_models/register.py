"""Register a language model's package, pending, in the governance account's registry."""

from examples.language_models.package import LanguageModel, registration
from examples.loan_approval.clients import Clients, sentences
from examples.loan_approval.team import Team


def register(clients: Clients, team: Team, *, group: str, model: LanguageModel, attempt: str = "") -> str:
    """Register *model* as a version of *group*; return the package's ARN.

    Raises:
        ExampleError: the registration was refused.
    """
    with sentences(f"registering {model.name} in {team.group_arn(group)}"):
        answer = clients.sagemaker.create_model_package(**registration(team, group=group, model=model, attempt=attempt))
    return str(answer["ModelPackageArn"])
