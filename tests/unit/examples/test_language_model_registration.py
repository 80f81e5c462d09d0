"""What a team registers for a language model: the name of the model, where no later hand can change it."""

from dataclasses import replace
from typing import Any

from modelgate.contracts.package import ModelPackage
from modelgate.evaluate.package import package_results

from examples.language_models.models import GROUP, SMOL, reciter
from examples.language_models.package import registration
from examples.language_models.register import register
from examples.loan_approval.clients import Clients
from examples.loan_approval.team import Team
from tests.unit.checks.subjects import subject

TEAM = Team(
    prefix="modelgate-local",
    product="lending",
    account="333333333333",
    governance_account="222222222222",
    region="eu-west-1",
)


class Said:
    """Takes the requests of a client."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def create_model_package(self, **request: Any) -> dict[str, str]:
        self.requests.append(request)
        return {"ModelPackageArn": "arn"}


def test_the_first_container_names_the_model() -> None:
    """The gate asks whom the registration names, and a pending status is said."""
    request = registration(TEAM, group=GROUP, model=SMOL)

    (container,) = request["InferenceSpecification"]["Containers"]
    assert container["Environment"] == {"MODELGATE_MODEL_ID": "smollm2-135m-instruct"}
    assert request["ModelApprovalStatus"] == "PendingManualApproval"
    assert request["ModelPackageGroupName"] == (
        "arn:aws:sagemaker:eu-west-1:222222222222:model-package-group/language-assistant"
    )


def test_no_weights_come_with_the_name() -> None:
    """What runs in production is what was asked, not a file beside it."""
    (container,) = registration(TEAM, group=GROUP, model=reciter("a-book"))["InferenceSpecification"]["Containers"]

    assert set(container) == {"Image", "ImageDigest", "Environment"}


def test_nothing_is_wrong_with_the_package_itself() -> None:
    """No weights that nobody asked, and an image that nobody can push over: numbers alone decide."""
    arn = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/language-assistant/1"
    package = ModelPackage.from_describe(
        {
            **registration(TEAM, group=GROUP, model=SMOL),
            "ModelPackageArn": arn,
            "CreationTime": "2026-11-28T00:00:00+00:00",
            "ModelPackageStatus": "Completed",
        }
    )

    assert list(package_results(replace(subject({}), containers=package.containers))) == []


def test_the_package_is_registered_once_and_its_arn_told() -> None:
    """Nothing is uploaded: there is nothing to upload."""
    said = Said()

    assert register(Clients(s3=None, sagemaker=said), TEAM, group=GROUP, model=SMOL) == "arn"
    assert said.requests == [registration(TEAM, group=GROUP, model=SMOL)]


def test_a_repeated_registration_has_the_same_token() -> None:
    """Another attempt, or another model, has another."""
    tokens = {
        registration(TEAM, group=GROUP, model=model, attempt=attempt)["ClientToken"]
        for model, attempt in ((SMOL, ""), (SMOL, ""), (SMOL, "2"), (reciter(), ""))
    }

    assert len(tokens) == 3
