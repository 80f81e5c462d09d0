"""A secret is the key of a server, or there is a sentence that does not quote it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from modelgate.aws.clients import secrets_for
from modelgate.aws.secrets import secret_text
from modelgate.errors import InfrastructureError

ARN = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:key-AbCdEf"


class Secrets:
    """Answers what it was made with."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer = answer

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        assert SecretId == ARN
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("stored", ["sk-1", " sk-1\n", "sk-1\r\n"])
def test_the_key_is_the_text_of_the_secret(stored: str) -> None:
    """An editor's line end is no part of it."""
    assert secret_text(Secrets({"SecretString": stored}), ARN) == "sk-1"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"SecretBinary": b"sk-1"}, "holds bytes; store the key alone in it, as plain text"),
        ({"SecretString": '{"api_key": "sk-1"}'}, "holds pairs of names and values; store the key alone"),
        ({"SecretString": " \n"}, "holds 0 characters, a key has 1 to 4096"),
        ({"SecretString": "sk-1" * 1025}, "holds 4100 characters, a key has 1 to 4096"),
    ],
)
def test_a_secret_in_another_form_is_refused_without_telling_it(answer: dict[str, Any], reason: str) -> None:
    """Messages are read by more people than secrets."""
    with pytest.raises(InfrastructureError, match=reason) as caught:
        secret_text(Secrets(answer), ARN)

    assert ARN in str(caught.value)
    assert "sk-1" not in str(caught.value)


def test_a_secret_that_may_not_be_read_is_infrastructure() -> None:
    """The service's own sentence says whose right is missing."""
    refused = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetSecretValue")

    with pytest.raises(InfrastructureError, match=f"reading the secret {ARN} failed: .*AccessDeniedException"):
        secret_text(Secrets(refused), ARN)


def test_the_client_asks_as_the_service_describes_it() -> None:
    """The operation and the members that are sent and read are in botocore's model of the service."""
    operation = secrets_for("eu-west-1").meta.service_model.operation_model("GetSecretValue")

    assert operation.input_shape.members["SecretId"].type_name == "string"
    assert operation.output_shape.members["SecretString"].type_name == "string"
