"""What a team registers for a language model: the name of the model, where no later hand can change it."""

import io
import json
import tarfile
from typing import Any

from examples.language_models.models import GROUP, SMOL, reciter
from examples.language_models.package import registration
from examples.language_models.register import register
from examples.loan_approval.clients import Clients
from examples.loan_approval.team import Team

TEAM = Team(
    prefix="modelgate-local",
    product="lending",
    account="333333333333",
    governance_account="222222222222",
    region="eu-west-1",
)


class Said:
    """Takes requests of either client."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def put_object(self, **request: Any) -> None:
        self.requests.append(request)

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


def test_the_archive_is_uploaded_where_the_registration_says() -> None:
    """Into the team's own bucket, under a key of its digest."""
    said = Said()

    assert register(Clients(s3=said, sagemaker=said), TEAM, group=GROUP, model=SMOL) == "arn"

    stored, registered = said.requests
    (container,) = registered["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == f"s3://{stored['Bucket']}/{stored['Key']}"
    assert stored["ExpectedBucketOwner"] == "333333333333"


def test_the_archive_describes_the_model() -> None:
    """One file, always the same bytes."""
    model = reciter("a-book")

    with tarfile.open(fileobj=io.BytesIO(model.archive())) as archive:
        card = archive.extractfile("card.json")
        assert card is not None
        assert json.loads(card.read())["model_id"] == "ngram-a-book"
    assert model.archive() == reciter("a-book").archive()


def test_a_repeated_registration_has_the_same_token() -> None:
    """Another attempt, or another model, has another."""
    tokens = {
        registration(TEAM, group=GROUP, model=model, attempt=attempt)["ClientToken"]
        for model, attempt in ((SMOL, ""), (SMOL, ""), (SMOL, "2"), (reciter(), ""))
    }

    assert len(tokens) == 3
