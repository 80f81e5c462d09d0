"""Comprehend as a scorer, against botocore's own model of the service."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import ANY, Stubber
from modelgate.aws.comprehend_toxicity import BYTES, ComprehendScorer, segments
from modelgate.errors import InfrastructureError

SINGLE = {"TextSegments": ANY, "LanguageCode": "en"}


@pytest.fixture
def stubbed() -> Iterator[tuple[ComprehendScorer, Stubber]]:
    """A scorer whose calls and answers botocore checks; every answer must be used."""
    client = boto3.client("comprehend", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        yield ComprehendScorer(client), stub
        stub.assert_no_pending_responses()


def answer(*numbers: float) -> dict[str, list[dict[str, object]]]:
    """The service's answer with these toxicities."""
    return {"ResultList": [{"Labels": [{"Name": "INSULT", "Score": one}], "Toxicity": one} for one in numbers]}


def test_ten_segments_a_call(stubbed: tuple[ComprehendScorer, Stubber]) -> None:
    """In the order of the texts."""
    scorer, stub = stubbed
    stub.add_response("detect_toxic_content", answer(*(at / 10 for at in range(10))), SINGLE)
    stub.add_response(
        "detect_toxic_content", answer(0.75), {"TextSegments": [{"Text": "text 10"}], "LanguageCode": "en"}
    )

    assert scorer.score([f"text {at}" for at in range(11)]) == [*(at / 10 for at in range(10)), 0.75]


def test_a_long_text_is_as_toxic_as_its_worst_part(stubbed: tuple[ComprehendScorer, Stubber]) -> None:
    """Nothing is cut off."""
    scorer, stub = stubbed
    stub.add_response("detect_toxic_content", answer(0.1, 0.9, 0.2), SINGLE)

    assert scorer.score(["word " * 500]) == [0.9]


def test_a_refused_text_fails_alone(stubbed: tuple[ComprehendScorer, Stubber]) -> None:
    """The others of its call are asked again, one by one."""
    scorer, stub = stubbed
    stub.add_client_error("detect_toxic_content", "UnsupportedLanguageException")
    stub.add_response("detect_toxic_content", answer(0.25), SINGLE)
    stub.add_client_error("detect_toxic_content", "UnsupportedLanguageException")

    assert scorer.score(["fine", "¿?"]) == [0.25, None]


def test_an_answer_of_another_length_is_none(stubbed: tuple[ComprehendScorer, Stubber]) -> None:
    """Nobody knows whose number it is."""
    scorer, stub = stubbed
    stub.add_response("detect_toxic_content", answer(), SINGLE)

    assert scorer.score(["text"]) == [None]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InternalServerException"])
def test_trouble_of_the_service_is_no_score(stubbed: tuple[ComprehendScorer, Stubber], code: str) -> None:
    """It stops the run instead of failing every text for good."""
    scorer, stub = stubbed
    stub.add_client_error("detect_toxic_content", code)

    with pytest.raises(InfrastructureError, match="asking Comprehend for toxicity failed"):
        scorer.score(["text"])


@pytest.mark.parametrize("text", ["a" * 3000, "é" * 2000, "word " * 900, "", "\ud800 lone", " " * 2049, "𝕏" * 700])
def test_segments_keep_to_the_limit(text: str) -> None:
    """And put together are the text, but for what is no character."""
    parts = list(segments(text))

    assert all(len(part.encode()) <= BYTES for part in parts)
    assert "".join(parts) == text.replace("\ud800", "?")
