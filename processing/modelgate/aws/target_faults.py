"""Errors of a call to a model, told apart: this prompt has no answer, not this time, or nobody is answered.

Source of the HTTP codes: botocore's service models of bedrock-runtime and sagemaker-runtime. That Bedrock answers 429,
500 and 503 for what passes: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError, IncompleteReadError
from botocore.parsers import ResponseParserError

from modelgate.aws.faults import error_code
from modelgate.errors import InfrastructureError
from modelgate.generative.target import NoAnswerError, ThrottledError, UnavailableError

_TIMEOUT, _TOO_MANY, _BROKEN = 408, 429, 500
_SLOW_DOWN = frozenset(
    {"ThrottlingException", "Throttling", "TooManyRequestsException", "ServiceQuotaExceededException"}
)
_NOT_READY = "ModelNotReadyException"  # answered with the status of throttling; a model is being loaded
_MODEL_ERRORS = frozenset({"ModelErrorException", "ModelError"})


@contextmanager
def told_apart(asked: str) -> Iterator[None]:
    """Turn botocore's errors of one call into those of `generative.target`; *asked* names who was asked.

    A model's own error (HTTP 424) passes where its own status says so; else the prompt has no answer.

    Raises:
        NoAnswerError, ThrottledError, UnavailableError, InfrastructureError: as of `Target.ask`.
    """
    try:
        yield
    except ClientError as error:
        raise _of_service(asked, error) from error
    except (ConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise UnavailableError(f"{asked} did not answer: {type(error).__name__}") from error
    except UnicodeDecodeError as error:
        raise NoAnswerError(f"{asked} gave an answer that is not UTF-8") from error
    except (ResponseParserError, AttributeError, TypeError, ValueError) as error:
        # The last three are how botocore's parser meets JSON of another form, such as a list where an object belongs.
        raise NoAnswerError(f"{asked} gave an answer that cannot be read") from error
    except BotoCoreError as error:
        raise InfrastructureError(f"asking {asked} failed: {error}") from error


def _of_service(asked: str, error: ClientError) -> Exception:
    code, status = error_code(error), _status(error)
    if code in _MODEL_ERRORS:
        return _of_model(asked, error)
    if code in _SLOW_DOWN or (status == _TOO_MANY and code != _NOT_READY):
        return ThrottledError(f"{asked} asks us to slow down", after=_after(error))
    if status in (_TIMEOUT, _TOO_MANY) or status >= _BROKEN:
        return UnavailableError(f"{asked} did not answer: {code[:64]}", after=_after(error))
    return InfrastructureError(f"asking {asked} failed: {error}")


def _of_model(asked: str, error: ClientError) -> Exception:
    """The message of the model itself is left out: it may repeat the prompt."""
    status = error.response.get("originalStatusCode") or error.response.get("OriginalStatusCode")
    if status == _TOO_MANY:
        return ThrottledError(f"the model behind {asked} asks us to slow down")
    if isinstance(status, int) and 400 <= status < _BROKEN and status != _TIMEOUT:
        return NoAnswerError(f"the model behind {asked} refused the prompt with status {status}")
    return UnavailableError(f"the model behind {asked} failed" + (f" with status {status}" if status else ""))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _after(error: ClientError) -> float | None:
    """Seconds of a Retry-After header; its other form, a date, counts as none."""
    said = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", "")
    return float(said) if said.isascii() and said.isdigit() else None
