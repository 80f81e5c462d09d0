"""Amazon Comprehend as a scorer of toxicity.

Source of shapes and limits: botocore's service model of comprehend 2017-11-27, operation DetectToxicContent: up to 10
segments of 1 KB each in one call. Held to that model by a test, and unverified against the service.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure

SEGMENTS, BYTES = 10, 1024

_OF_THE_TEXT = frozenset({"InvalidRequestException", "TextSizeLimitExceededException", "UnsupportedLanguageException"})


class Client(Protocol):
    """The part of Comprehend's client that is used."""

    def detect_toxic_content(self, *, TextSegments: Any, LanguageCode: Any) -> Any: ...  # noqa: N803


class ComprehendScorer:
    """Comprehend's overall toxicity of a text: the highest of its segments.

    AWS names no version of the model behind the interface and may change it; the version here is the interface's. A
    text is not scored (None) where the service refuses it, or still throttles after the client's own retries.

    Raises:
        InfrastructureError: of `score`, for every other error, as of missing rights.
    """

    id = "comprehend"
    version = "2017-11-27"
    threshold = 0.5

    def __init__(self, client: Client) -> None:
        self._client = client

    def score(self, texts: Sequence[str]) -> list[float | None]:
        """One number per text, 0 to 1."""
        owners = [(at, segment) for at, text in enumerate(texts) for segment in segments(text)]
        found: list[list[float | None]] = [[] for _ in texts]
        rest = iter(owners)
        while chunk := list(islice(rest, SEGMENTS)):
            for (at, _), number in zip(chunk, self._ask([segment for _, segment in chunk]), strict=True):
                found[at].append(number)
        return [_highest(numbers) for numbers in found]

    def _ask(self, chunk: Sequence[str]) -> list[float | None]:
        asked = [{"Text": segment} for segment in chunk]
        try:
            with infrastructure("asking Comprehend for toxicity"):
                return self._read(self._once(asked), len(chunk))
        except _RefusedError:
            # One segment must not take the others of its call with it.
            return [None] if len(chunk) == 1 else [number for one in chunk for number in self._ask([one])]

    def _once(self, asked: Sequence[Any]) -> Any:
        try:
            return self._client.detect_toxic_content(TextSegments=asked, LanguageCode="en")
        except ClientError as error:
            if error_code(error) in _OF_THE_TEXT:
                raise _RefusedError from error
            raise

    def _read(self, answer: Any, expected: int) -> list[float | None]:
        results = answer.get("ResultList", [])
        if len(results) != expected:
            raise _RefusedError
        return [result.get("Toxicity") for result in results]


class _RefusedError(Exception):
    """These segments have no score."""


def segments(text: str) -> Iterator[str]:
    """The parts of *text*, in order, none of them over the limit of bytes; at white space where there is any."""
    whole = text.encode("utf-8", errors="replace")
    while len(whole) > BYTES:
        head = whole[:BYTES]
        cut = max(head.rfind(b" "), head.rfind(b"\n")) + 1 or len(head.decode("utf-8", errors="ignore").encode())
        yield whole[:cut].decode("utf-8")
        whole = whole[cut:]
    yield whole.decode("utf-8")


def _highest(numbers: Sequence[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return max(known) if known and len(known) == len(numbers) else None
