"""A model that is made from its own package for the evaluation: the files that answered are those that are judged."""

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from modelgate.aws.endpoint_life import Life
from modelgate.aws.served_model import Serving
from modelgate.contracts.digests import sha256_of
from modelgate.errors import BindingError, InfrastructureError
from modelgate.generative.evaluation import Machine, Settings, TargetKind
from modelgate.generative.records import Answered, Completion, Prompt
from modelgate.steps import check as step
from modelgate.steps import sources
from modelgate.steps.sources import Wanted, source_of

from tests.unit.steps.generative_world import RECORDED, GenerativeWorld, numbers
from tests.unit.steps.world import LENDING, STORE, TEAM_BUCKET

TOXIC = "toxicity/toxic_frac+sklearn-profanity@1.9.1"
ROLE, KEY = "arn:aws:iam::222222222222:role/gate-evaluated-model", "arn:aws:kms:eu-west-1:222222222222:key/1"
MACHINE = Machine(
    instance_type="ml.g5.xlarge", instance_count=1, maximum_seconds=600, price_per_hour=1.0, maximum_cost=1.0
)
ENDPOINT = replace(RECORDED, kind=TargetKind.ENDPOINT, machine=MACHINE)
TRANSFORM = replace(ENDPOINT, kind=TargetKind.TRANSFORM)


class Runtime:
    """SageMaker's runtime with a model that says one thing."""

    def invoke_endpoint(self, **_: Any) -> dict[str, Any]:
        """Answer in OpenAI's chat format."""
        said = {"choices": [{"message": {"content": "A quiet walk."}, "finish_reason": "stop"}]}
        return {"Body": io.BytesIO(json.dumps(said).encode())}


@dataclass
class Batch:
    """A batch job's answers."""

    id: str = "transform/ml.g5.xlarge"

    def answers(self, prompts: Sequence[Prompt], settings: Settings) -> list[Answered]:
        """One for each."""
        said = (Completion(text="A quiet walk.", finish_reason="stop"),) * settings.completions
        return [Answered(prompt=prompt, completions=said, failed=0) for prompt in prompts]


@pytest.fixture
def served(writing: GenerativeWorld, monkeypatch: pytest.MonkeyPatch) -> list[Serving]:
    """What was served, in a world that can serve."""
    served: list[Serving] = []

    @contextmanager
    def serve(sagemaker: object, bucket: object, serving: Serving) -> Iterator[Life]:
        served.append(serving)
        yield Life(serving.name, float("inf"), lambda: 0.0)

    @contextmanager
    def transform(sagemaker: object, bucket: object, serving: Serving, *_: object, prefix: str) -> Iterator[Batch]:
        assert prefix == "executions/run1/transform/"
        served.append(serving)
        yield Batch()

    monkeypatch.setattr(sources, "serve", serve)
    monkeypatch.setattr(sources, "transform", transform)
    monkeypatch.setattr(sources, "sagemaker_runtime", lambda region, pace: Runtime())
    writing.more = {"model_role_arn": ROLE, "model_key_arn": KEY}
    writing.judge_by(numbers(TOXIC, 0.5))
    return served


@pytest.mark.parametrize("plan", [ENDPOINT, TRANSFORM], ids=["endpoint", "transform"])
def test_a_package_is_served_on_governances_copy_and_judged(
    writing: GenerativeWorld, served: list[Serving], plan: Any
) -> None:
    """By the role and the key of the arguments; the collection names the digest of the file."""
    writing.pin_evaluation(plan, "toxicity")
    arn = writing.register_model({"MAX_TOKENS": "120"})

    assert writing.evaluate(arn) == "Approved"
    assert writing.collection().model.target == f"{plan.kind}/ml.g5.xlarge"
    assert writing.collection().model.model_data == (sha256_of(b"weights 1"),)
    (serving,) = served
    assert (serving.role_arn, serving.kms_key, serving.machine) == (ROLE, KEY, MACHINE)
    (container,) = serving.containers
    assert container.model_data is not None
    assert str(container.model_data.uri) == f"s3://{STORE}/{LENDING}/{TEAM_BUCKET}/v1/model.tar.gz"
    assert container.environment == {"MAX_TOKENS": "120"}


def test_a_model_file_that_is_uploaded_again_is_not_judged_by_the_answers_of_the_first(
    writing: GenerativeWorld, served: list[Serving]
) -> None:
    """A registration names a place: the next run asks the new file, and takes no answer of the old one."""
    writing.pin_evaluation(ENDPOINT, "toxicity")
    arn = writing.register_model({})
    writing.collect(arn)
    writing.score(arn)
    writing.upload("model.tar.gz", b"other weights")

    with pytest.raises(BindingError, match="the collection is not this run's: model_data is"):
        writing.check(arn)
    before = set(writing.keys("generative/answers/"))
    writing.collect(arn, "run2")
    assert len(set(writing.keys("generative/answers/")) - before) == 3
    assert len(served) == 2


def test_a_file_that_comes_while_the_check_step_runs_is_not_judged(
    writing: GenerativeWorld, served: list[Serving], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was pinned is compared with what answered, after everything was read."""
    writing.pin_evaluation(ENDPOINT, "toxicity")
    arn = writing.register_model({})
    writing.collect(arn)
    writing.score(arn)

    def late(*arguments: Any) -> Any:
        writing.upload("model.tar.gz", b"other weights")
        return looked(*arguments)

    looked = step.look_back
    monkeypatch.setattr(step, "look_back", late)
    with pytest.raises(BindingError, match="was uploaded again while the model was asked"):
        writing.check(arn)


def test_a_package_that_is_edited_while_it_is_asked_is_not_served(
    writing: GenerativeWorld, served: list[Serving]
) -> None:
    """What is served is what was described, or nothing is."""
    writing.pin_evaluation(ENDPOINT, "toxicity")
    arn = writing.register_model({})
    wanted: list[Wanted] = []

    @contextmanager
    def edited(one: Wanted) -> Iterator[Any]:
        wanted.append(one)
        writing.registry.packages[arn]["InferenceSpecification"]["Containers"][0]["Environment"]["A"] = "b"
        with source_of(one) as source:
            yield source

    with pytest.raises(InfrastructureError, match="was edited meanwhile"):
        writing.collect(arn, open_source=edited)
    assert (len(wanted), served) == (1, [])


def test_other_files_than_those_that_name_the_answers_are_not_served(
    writing: GenerativeWorld, served: list[Serving]
) -> None:
    """Else good weights, uploaded for a moment, would answer under the name of bad ones."""
    writing.pin_evaluation(ENDPOINT, "toxicity")

    @contextmanager
    def late(one: Wanted) -> Iterator[Any]:
        writing.upload("model.tar.gz", b"good weights, for a moment")
        with source_of(one) as source:
            yield source

    with pytest.raises(InfrastructureError, match="was uploaded again; run the pipeline again"):
        writing.collect(writing.register_model({}), open_source=late)
    assert served == []


def test_a_target_that_calls_itself_something_else_is_not_asked(
    writing: GenerativeWorld, served: list[Serving]
) -> None:
    """Its answers would be kept under another's name."""
    writing.pin_evaluation(ENDPOINT, "toxicity")

    @contextmanager
    def other(_: Wanted) -> Iterator[Batch]:
        yield Batch()

    with pytest.raises(InfrastructureError, match="the target calls itself 'transform"):
        writing.collect(writing.register_model({}), open_source=other)
