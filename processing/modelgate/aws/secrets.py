"""A key that somebody else's server asks for, as AWS Secrets Manager keeps it."""

from typing import Any, Protocol

from modelgate.aws.faults import infrastructure
from modelgate.errors import InfrastructureError

MOST_CHARACTERS = 4096  # more fits into few servers' headers


class Client(Protocol):
    """The part of Secrets Manager's client that is used."""

    def get_secret_value(self, *, SecretId: str) -> Any: ...  # noqa: N803


def secret_text(client: Client, arn: str) -> str:
    """The text of the secret *arn*, without white space around it; nothing of it is in any message.

    Raises:
        InfrastructureError: the secret cannot be read, or is no text of 1 to 4,096 characters; JSON, as the console
            stores pairs, is none either.
    """
    with infrastructure(f"reading the secret {arn}"):
        answer = client.get_secret_value(SecretId=arn)
    text = answer.get("SecretString")
    if text is None:
        raise InfrastructureError(f"the secret {arn} holds bytes; store the key alone in it, as plain text")
    text = str(text).strip()
    if text.startswith("{"):
        raise InfrastructureError(
            f"the secret {arn} holds pairs of names and values; store the key alone, as plain text"
        )
    if not 1 <= len(text) <= MOST_CHARACTERS:
        raise InfrastructureError(
            f"the secret {arn} holds {len(text)} characters, a key has 1 to {MOST_CHARACTERS}; store the key alone"
        )
    return text
