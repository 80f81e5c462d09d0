"""AWS's own errors, told apart: what is simply not there, and what is infrastructure."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from modelgate.errors import InfrastructureError

_ABSENT = frozenset({"NoSuchKey", "NoSuchVersion", "NotFound", "404"})


@contextmanager
def infrastructure(doing: str) -> Iterator[None]:
    """Turn an error of the service into an InfrastructureError that says what was being done."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise InfrastructureError(f"{doing} failed: {error}") from error


def error_code(error: ClientError) -> str:
    """The service's code of *error*, such as ``NoSuchKey``."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_absent(error: ClientError) -> bool:
    """Whether *error* says that the S3 object or version does not exist."""
    return error_code(error) in _ABSENT
