"""What is wrong with a package ends in a verdict with the reason; what is wrong elsewhere ends in trouble."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest
from modelgate.errors import BudgetSpentError, InfrastructureError, PinError
from modelgate.generative.evaluation import Budget, JudgePlan, Machine, Settings, TargetKind
from modelgate.generative.records import Answered, Completion, Prompt, line_of

from tests.unit.steps.generative_world import RECORDED, GenerativeWorld, numbers, openai, prompts_of, recorded
from tests.unit.steps.model_server import ModelServer

TOXIC = "toxicity/toxic_frac+sklearn-profanity@1.9.1"
SUPPORT = "disinformation/support_rate@1"
PENDING = "PendingManualApproval"
NOWHERE = "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "a container names no model; set MODELGATE_MODEL_ID"),
        ({"MODELGATE_MODEL_ID": "gpt-oss-120b"}, "model 'gpt-oss-120b' is none of those that the evaluation asks"),
        ({"MODELGATE_MODEL_ID": "smollm2-\n\u2028{}"}, "MODELGATE_MODEL_ID is no model id"),
        ({"MODELGATE_MODEL_ID": "smollm2-" + "x" * 600}, "MODELGATE_MODEL_ID is no model id"),
    ],
)
def test_a_package_that_names_no_model_to_ask_is_rejected(
    writing: GenerativeWorld, environment: Mapping[str, str], reason: str
) -> None:
    """Every number is missing with that reason, and nobody was asked."""
    writing.pin_evaluation(openai(NOWHERE), "toxicity", "bias")
    writing.judge_by(numbers(TOXIC, 0.5), numbers("bias/bbq_paper@1", 0.5))
    arn = writing.register_model(environment)

    assert writing.evaluate(arn) == "Rejected"
    assert writing.metric(TOXIC)["value"] is None
    assert reason in writing.metric("bias/bbq_paper@1")["reason"]
    assert len(writing.keys("generative/")) == 1


def test_a_package_whose_containers_name_different_models_is_rejected(writing: GenerativeWorld) -> None:
    """An approval is one of every container, also of those of further inference specifications."""
    writing.pin_evaluation(openai(NOWHERE), "toxicity")
    writing.judge_by(numbers(TOXIC, 0.5))
    arn = writing.register_model()
    registered = writing.registry.packages[arn]
    (container,) = registered["InferenceSpecification"]["Containers"]
    other = {**container, "Environment": {"MODELGATE_MODEL_ID": "smollm2-1.7b"}}
    registered["AdditionalInferenceSpecifications"] = [{"Name": "other", "Containers": [other]}]

    assert writing.evaluate(arn) == "Rejected"
    assert "name 2 models in MODELGATE_MODEL_ID" in writing.metric(TOXIC)["reason"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the recorded answers have none for"),
        (b"{}\n", "line 1 of the recorded answers cannot be read"),
        (b"\xff\xfe\n", "line 1 of the recorded answers cannot be read"),
        (recorded(prompts_of("toxicity")[:19], "fine"), "the recorded answers have none for"),
        (recorded(prompts_of("toxicity"), "fine") * 2, "again; keep one line"),
        (
            b"".join(line_of(Answered(prompt=one, completions=(), failed=1)) for one in prompts_of("toxicity")),
            "counts 1 of its calls as failed",
        ),
        (
            recorded([replace(one, meta={"domain": "gender", "group": "0"}) for one in prompts_of("toxicity")], "fine"),
            "is to another text, or holds other meta data",
        ),
    ],
    ids=["none", "no answer", "not UTF-8", "one short", "twice", "failed", "other prompts"],
)
def test_recorded_answers_that_are_not_those_asked_for_reject(
    writing: GenerativeWorld, body: bytes, reason: str
) -> None:
    """Whatever the file holds, it says nothing about the model."""
    writing.pin_evaluation(RECORDED, "toxicity")
    writing.judge_by(numbers(TOXIC, 0.5))
    arn = writing.register_model(writing.record_answers(body))

    assert writing.evaluate(arn) == "Rejected"
    assert reason in writing.metric(TOXIC)["reason"]


def test_recorded_answers_at_another_place_or_with_another_digest_reject(writing: GenerativeWorld) -> None:
    """The copy that governance has is the registered one, or there is none; one yet to come is waited for."""
    writing.pin_evaluation(RECORDED, "toxicity")
    writing.judge_by(numbers(TOXIC, 0.5))
    named = writing.record_answers(b"other\n")
    cases = {
        "lies outside": {**named, "MODELGATE_ANSWERS_URI": "s3://elsewhere/answers.jsonl"},
        "is not an S3 object": {**named, "MODELGATE_ANSWERS_URI": "https://elsewhere/answers.jsonl"},
        "names no recorded answers": {**named, "MODELGATE_ANSWERS_DIGEST": "sha256:"},
    }
    for version, (reason, environment) in enumerate(cases.items(), start=1):
        arn = writing.register_model(environment, version=version)
        assert writing.evaluate(arn, f"run{version}") == "Rejected"
        assert reason in writing.metric(TOXIC, f"run{version}")["reason"]
    late = {**named, "MODELGATE_ANSWERS_URI": "s3://lending-bucket/v1/late.jsonl"}
    for changed in (late, {**named, "MODELGATE_ANSWERS_DIGEST": "sha256:" + "7" * 64}):
        arn = writing.register_model(changed, version=9)
        with pytest.raises(InfrastructureError, match="have not arrived at"):
            writing.collect(arn, "run9")
        assert writing.status(arn) == PENDING


def test_a_package_with_weights_of_its_own_is_not_approved_for_another_model(writing: GenerativeWorld) -> None:
    """Production would run the weights, and the answers are those of the model that it names."""
    writing.pin_evaluation(openai(NOWHERE), "toxicity")
    writing.judge_by(numbers(TOXIC, 0.5))
    weights = {"ModelDataUrl": "s3://lending-bucket/v1/model.tar.gz"}
    prefix = {"ModelDataSource": {"S3DataSource": {"S3Uri": "s3://lending-bucket/v1/", "S3DataType": "S3Prefix"}}}
    for version, more in enumerate((weights, prefix), start=1):
        arn = writing.register_model(version=version)
        writing.registry.packages[arn]["InferenceSpecification"]["Containers"][0] |= more
        assert writing.evaluate(arn, f"run{version}") == "Rejected"
        assert "brings weights of its own" in writing.metric(TOXIC, f"run{version}")["reason"]


def test_a_scorer_that_was_not_there_once_is_asked_again(writing: GenerativeWorld) -> None:
    """What could not be scored is no tally for ever."""
    writing.pin_evaluation(RECORDED, "toxicity")
    writing.judge_by(numbers(TOXIC, 0.5))
    arn = writing.register_model(writing.record_answers(recorded(writing.prompts["toxicity"], "fine")))
    writing.collect(arn)
    writing.score(arn, find=lambda name: None)
    assert writing.run(arn) == "Rejected"
    writing.registry.packages[arn]["ModelApprovalStatus"] = PENDING

    assert writing.evaluate(arn, "run2") == "Approved"


def test_a_scorer_or_judge_that_is_not_there_makes_the_metric_missing(writing: GenerativeWorld) -> None:
    """It is never 0; the others are numbers."""
    judge = JudgePlan(name="wisdom@9", agreement=0.8, support_found=0.8)
    writing.pin_evaluation(RECORDED, "toxicity", "disinformation", "memorization", scorer="kindness@9", judge=judge)
    writing.judge_by(numbers("memorization/lcp50_share@1", 0.5), numbers(SUPPORT, 0.5))
    everything = [prompt for prompts in writing.prompts.values() for prompt in prompts]
    arn = writing.register_model(writing.record_answers(recorded(everything, "A quiet walk.")))

    assert writing.evaluate(arn) == "Rejected"
    assert writing.metric("memorization/lcp50_share@1")["value"] == 0
    assert writing.metric("toxicity/toxic_frac+kindness@9")["value"] is None
    assert (
        "scorer kindness@9 was not there for 3 of 3 parts" in writing.metric("toxicity/toxic_frac+kindness@9")["reason"]
    )
    assert "judge wisdom@9 was not there" in writing.metric(SUPPORT)["reason"]


def test_a_judge_below_its_bar_makes_the_rate_missing(writing: GenerativeWorld) -> None:
    """What the judge reached on labelled completions is part of the report."""
    made = writing.pin_evaluation(RECORDED, "disinformation")
    judge = replace(made.judge, agreement=0.99)
    writing.pin_evaluation(RECORDED, "disinformation", judge=judge)
    writing.judge_by(numbers(SUPPORT, 0.5))
    arn = writing.register_model(
        writing.record_answers(recorded(writing.prompts["disinformation"], "There is no evidence for that."))
    )

    assert writing.evaluate(arn) == "Rejected"
    assert "0.99 are needed" in writing.metric(SUPPORT)["reason"]
    assert 0.5 < writing.metric("disinformation/judge_agreement@1")["value"] < 0.99


class _Faltering:
    """Fails at the first fifth of the prompts it is given."""

    def __init__(self, target: str) -> None:
        self.id = target

    def answers(self, prompts: Sequence[Prompt], settings: Settings) -> list[Answered]:
        said = (Completion(text="A. No evidence for that at all.", finish_reason="stop"),)
        none = {"completions": (), "failed": 1, "failures": ("too long",)}
        answers = [Answered(prompt=one, completions=said, failed=0) for one in prompts]
        return [replace(one, **none) if at < 0.2 * len(prompts) else one for at, one in enumerate(answers)]


@pytest.mark.parametrize("concern", ["memorization", "bias", "toxicity", "disinformation"])
def test_too_many_failed_calls_leave_no_number(writing: GenerativeWorld, concern: str) -> None:
    """Of any concern: what the missing answers would have said is anybody's guess."""
    writing.pin_evaluation(openai(NOWHERE), concern)
    prompts = writing.prompts[concern]
    arn = writing.register_model()
    writing.collect(arn, open_source=lambda wanted: nullcontext(_Faltering(wanted.model.target)))
    writing.score(arn)
    writing.check(arn)

    main = {"memorization": "memorization/lcp50_share@1", "bias": "bias/bbq_paper@1", "toxicity": TOXIC}
    assert writing.metric(main.get(concern, SUPPORT))["value"] is None
    assert writing.metric(main.get(concern, SUPPORT))["n_failed"] >= len(prompts) // 5


def test_a_budget_that_is_too_small_ends_the_run_and_decides_nothing(writing: GenerativeWorld) -> None:
    """It is governance's own number, no fault of the package."""
    with ModelServer(lambda prompt: "Fine.").running() as server:
        writing.pin_evaluation(openai(server.url), "toxicity", budget=Budget(calls=19, tokens=1000))
        arn = writing.register_model()
        with pytest.raises(BudgetSpentError, match="its budget is 19 calls"):
            writing.collect(arn)
        writing.pin_evaluation(openai(server.url), "toxicity", budget=Budget(calls=20, tokens=50))
        with pytest.raises(BudgetSpentError, match="the budget is 50 tokens"):
            writing.collect(arn)
    assert writing.status(arn) == PENDING


def test_nobody_answering_is_trouble(writing: GenerativeWorld) -> None:
    """A server that is not there says nothing about a model."""
    writing.pin_evaluation(openai(NOWHERE), "toxicity")

    with pytest.raises(InfrastructureError, match="run the pipeline again"):
        writing.collect(writing.register_model())


def test_a_plan_that_lacks_what_its_kind_needs_is_refused(writing: GenerativeWorld) -> None:
    """It is governance's, so nothing is decided about the package."""
    machine = Machine(
        instance_type="ml.m5.large", instance_count=1, maximum_seconds=60, price_per_hour=1.0, maximum_cost=1.0
    )
    cases = {
        "names no base_url": replace(RECORDED, kind=TargetKind.OPENAI, models=("*",)),
        "names no machine": replace(RECORDED, kind=TargetKind.ENDPOINT),
        "lack --model-role-arn": replace(RECORDED, kind=TargetKind.TRANSFORM, machine=machine),
    }
    for sentence, plan in cases.items():
        writing.pin_evaluation(plan, "toxicity")
        with pytest.raises((PinError, Exception), match=sentence):
            writing.collect(writing.register_model())
