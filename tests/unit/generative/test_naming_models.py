"""Which model an evaluation asks follows from every container of the package."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.package import Container, ModelPackage
from modelgate.errors import ContentError, PinError
from modelgate.generative.evaluation import Machine, TargetKind, TargetPlan
from modelgate.generative.naming import recorded_file, target_id

from tests.unit.generative.asked_models import PACE

DIGEST = "sha256:" + "a" * 64
PLAIN = Container(image="i", image_digest=None, model_data_url="s3://b/m", model_data_etag=None)
PINNED = replace(PLAIN, image=f"repository/serve@{DIGEST}")
BEDROCK = TargetPlan(kind=TargetKind.BEDROCK, models=("smollm2-*", "*.nova-[lm]*"), pace=PACE)
MACHINE = Machine(
    instance_type="ml.g5.xlarge", instance_count=1, maximum_seconds=60, price_per_hour=1.0, maximum_cost=1.0
)


def named(model: str | None) -> Container:
    """A container that names *model* and brings no weights."""
    return replace(PLAIN, model_id=model, model_data_url=None)


def test_each_kind_of_target_has_an_id_of_its_own() -> None:
    """It holds what tells one target from another; what a package is made of is its registration."""
    openai = replace(BEDROCK, kind=TargetKind.OPENAI, base_url="https://models.example/v1")
    made = replace(BEDROCK, kind=TargetKind.ENDPOINT, machine=MACHINE)
    recorded = replace(PLAIN, answers_uri="s3://b/a", answers_digest=DIGEST.upper().replace("SHA", "sha"))

    assert target_id(BEDROCK, [named("smollm2-135m")]) == "bedrock/smollm2-135m"
    assert target_id(openai, [named("smollm2-135m")]) == "openai/https://models.example/v1/smollm2-135m"
    assert target_id(made, [PINNED]) == "endpoint/ml.g5.xlarge"
    assert target_id(replace(made, kind=TargetKind.TRANSFORM), [PINNED]) == "transform/ml.g5.xlarge"
    assert target_id(replace(BEDROCK, kind=TargetKind.RECORDED), [recorded]) == f"recorded/{DIGEST}"
    assert recorded_file([recorded]).uri == "s3://b/a"


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        ([], "names no model"),
        ([None], "names no model"),
        (["smollm2-135m", None], "names no model"),
        (["smollm2-135m", "smollm2-1.7b"], "name 2 models"),
        (["SMOLLM2-135m"], "none of those"),
        (["other"], "none of those"),
        (["us.amazon.nova-pro"], "none of those"),
        (["smollm2-\n"], "no model id"),
        (["smollm2-\u0661"], "no model id"),
        (["-smollm2"], "no model id"),
        ([""], "no model id"),
    ],
)
def test_a_model_that_may_not_be_asked_is_refused(models: list[str | None], sentence: str) -> None:
    """None, several, another one, or what is no id."""
    with pytest.raises(ContentError, match=sentence):
        target_id(BEDROCK, list(map(named, models)))


@pytest.mark.parametrize("weights", [{"model_data_url": "s3://b/m"}, {"unpinned": ("ModelDataSource",)}])
def test_weights_are_not_approved_by_the_answers_of_another_model(weights: dict[str, Any]) -> None:
    """Not even in the last of several containers."""
    with pytest.raises(ContentError, match="brings weights of its own, which nobody would have asked"):
        target_id(BEDROCK, [named("smollm2-135m"), replace(named("smollm2-135m"), **weights)])


def test_one_model_in_every_container_is_one_model() -> None:
    """However many inference specifications there are."""
    assert target_id(BEDROCK, [named("us.amazon.nova-lite-v1:0")] * 3) == "bedrock/us.amazon.nova-lite-v1:0"


def test_a_target_made_from_the_package_is_made_from_one_container() -> None:
    """What a second one would do in production was then not asked."""
    for kind in (TargetKind.ENDPOINT, TargetKind.TRANSFORM, TargetKind.RECORDED):
        with pytest.raises(ContentError, match="has 2 containers in its inference specifications"):
            target_id(replace(BEDROCK, kind=kind, machine=MACHINE), [PLAIN, PLAIN])
    with pytest.raises(PinError, match="names no machine"):
        target_id(replace(BEDROCK, kind=TargetKind.ENDPOINT), [PINNED])
    with pytest.raises(PinError, match="names no base_url"):
        target_id(replace(BEDROCK, kind=TargetKind.OPENAI), [named("smollm2-135m")])


@pytest.mark.parametrize("kind", [TargetKind.ENDPOINT, TargetKind.TRANSFORM])
def test_a_model_that_is_run_has_one_image_that_nobody_can_push_over(kind: TargetKind) -> None:
    """By its digest, in whichever of the two members; and in one of them only, or the same in both."""
    plan, other = replace(BEDROCK, kind=kind, machine=MACHINE), "sha256:" + "b" * 64
    tagged = replace(PLAIN, image="repository/serve:1")

    for container in (PINNED, replace(tagged, image_digest=DIGEST), replace(PINNED, image_digest=DIGEST)):
        assert target_id(plan, [container]) == f"{kind}/ml.g5.xlarge"
    for container in (
        tagged,
        PLAIN,
        replace(tagged, image_digest="latest"),
        replace(PLAIN, image=None, image_digest=DIGEST),
        replace(PLAIN, image=f"@{DIGEST}"),
        replace(PLAIN, image=f"repository/serve@{DIGEST}@{other}"),
    ):
        with pytest.raises(ContentError, match="names no image by its digest, and a tag can be pushed over"):
            target_id(plan, [container])
    with pytest.raises(ContentError, match="name two images"):
        target_id(plan, [replace(PINNED, image_digest=other)])


def test_recorded_answers_need_a_digest() -> None:
    """An address alone can be written again."""
    for digest in (None, "", "sha256:abc", "a" * 64):
        with pytest.raises(ContentError, match="names no recorded answers"):
            recorded_file([replace(PLAIN, answers_uri="s3://b/a", answers_digest=digest)])


def test_an_environment_that_holds_no_text_is_refused() -> None:
    """The registry would never answer so; nothing is guessed from it."""
    container = {"Image": "i", "Environment": {"MODELGATE_MODEL_ID": 7}}
    answer = {
        "ModelPackageArn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1",
        "CreationTime": "2026-01-01T00:00:00+00:00",
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {"Containers": [container]},
    }

    with pytest.raises(ContentError, match="another value than a text"):
        ModelPackage.from_describe(answer)
