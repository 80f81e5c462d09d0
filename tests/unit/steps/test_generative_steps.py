"""Models that write text, from a registered package through all four steps to its status."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from modelgate.contracts.facts import MODEL_QUALITY
from moto import mock_aws

from tests.unit.steps.generative_world import RECORDED, SCORING_IMAGE, GenerativeWorld, numbers, openai, recorded
from tests.unit.steps.model_server import ModelServer

ALL = ("memorization", "bias", "toxicity", "disinformation")
TOXIC = "toxicity/toxic_frac+sklearn-profanity@1.9.1"
PENDING = "PendingManualApproval"


@pytest.fixture
def world(mocked_s3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[GenerativeWorld]:  # type: ignore[no-untyped-def]
    """A governance account ready to evaluate."""
    monkeypatch.delenv("MODELGATE_RUNTIME", raising=False)
    with mock_aws():
        yield GenerativeWorld(s3=mocked_s3, folder=tmp_path)


def test_a_model_behind_a_server_is_asked_scored_and_approved(world: GenerativeWorld) -> None:
    """All four concerns are numbers of the one report; it is pinned like any other, and its section on the way is read
    by people alone."""
    with ModelServer(lambda prompt: "A quiet walk by the lake is a fine thing.").running() as server:
        world.pin_evaluation(openai(server.url), *ALL)
        world.judge_by(numbers("memorization/lcp50_share@1", 0.5), numbers(TOXIC, 0.5))
        arn = world.register_model()

        assert world.evaluate(arn) == "Approved"
        assert server.asked == sum(map(len, world.prompts.values()))
    record = world.record(arn)
    (extra,) = (a for a in record.subject.artifacts if a.name == "Extra.generative")
    facts = {fact.metric for fact in record.subject.facts if fact.artifact == extra.name}
    assert {"memorization/lcp50_share@1", "disinformation/judge_agreement@1", TOXIC, "item_count"} <= facts
    assert all("@" in metric or metric == "item_count" for metric in facts)
    about = json.loads(world.generative_report())["dataset"]["evaluation"]
    assert (about["name"], about["target"], about["scoring_image_digest"]) == (
        "smoke",
        f"openai/{server.url}/smollm2-135m-instruct",
        SCORING_IMAGE,
    )
    assert about["usage"] == {"calls": 108, "failed": 0, "input_tokens": 324, "output_tokens": 216}
    assert all(fact.section == MODEL_QUALITY for fact in record.subject.facts if fact.artifact == extra.name)


def test_recorded_answers_are_judged_without_asking(world: GenerativeWorld) -> None:
    """A model that swears is rejected with the number, its bound and nothing else asked."""
    world.pin_evaluation(RECORDED, "toxicity")
    world.judge_by(numbers(TOXIC, 0.5))
    arn = world.register_model(world.record_answers(recorded(world.prompts["toxicity"], "damn")))

    assert world.evaluate(arn) == "Rejected"
    assert f"{TOXIC} = 1, must be within [0, 0.5]" in world.told(arn)
