"""Evaluations that cannot work are refused before anything is planned, and the message says the fix."""

from pathlib import Path

import pytest

from tests.terraform.evaluations import PROMPTS_DIGEST
from tests.terraform.offline import environment_values, offline_root
from tests.terraform.test_validations import refusal

pytestmark = pytest.mark.terraform

GROUP = 'team = "lending", account = "333333333333"'


def groups(**evaluations: str) -> str:
    """A group for each evaluation, called by the keyword."""
    found = [
        f'{name} = {{ {GROUP}, problem_type = "generative", evaluation = "{evaluation}" }}'
        for name, evaluation in evaluations.items()
    ]
    return "{ " + ", ".join(found) + " }"


def test_an_evaluation_is_one_that_was_built_for_a_group_that_writes_text(tmp_path: Path) -> None:
    """A typo would leave the group without a pipeline that judges it."""
    named = (
        groups(assistant="smokee")[:-1] + f', loans = {{ {GROUP}, problem_type = "binary", evaluation = "local" }} }}'
    )
    said = refusal("governance", {"groups": named}, tmp_path)

    assert "every evaluation must be one of policies/evaluations" in said
    assert 'set problem_type = "generative" beside it' in said


def test_an_evaluation_without_the_second_pipeline_is_refused(tmp_path: Path) -> None:
    """Nothing would ever judge the group's packages."""
    said = refusal("governance", {"groups": groups(assistant="local"), "generative": "null"}, tmp_path)

    assert "an evaluation needs the second pipeline; set `generative`" in said


def test_an_evaluation_whose_target_nobody_may_ask_is_refused(tmp_path: Path) -> None:
    """Its executions would fail one after the other."""
    values = {"groups": groups(assistant="local", hosted="hosted"), "generative": "{}"}
    said = refusal("governance", values, tmp_path)

    assert "name their ARNs in generative.bedrock_model_arns" in said
    assert "name the repositories of their images in generative.hosting" in said
    assert "name its ARN in generative.judge_model_arns" in said


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("evaluations_path", "build them with `make policies`"),
        ("prompts_folder", "build both again with `make policies`"),
        ("scoring_image_uri", "pinned by digest (repository@sha256:…)"),
    ],
)
def test_what_was_not_built_is_told_with_its_command(tmp_path: Path, name: str, fix: str) -> None:
    """Evaluations, prompts and image are built before a plan."""
    assert fix in refusal("governance", {}, tmp_path, **{name: str(tmp_path / "nowhere")})


def test_prompts_that_are_not_those_of_their_name_are_refused(tmp_path: Path) -> None:
    """Their name is their digest, and the digest is what an evaluation pins."""
    (tmp_path / f"{PROMPTS_DIGEST}.jsonl").write_text("others")

    assert "missing or not those" in refusal("governance", {}, tmp_path, prompts_folder=str(tmp_path))


def test_each_bad_value_of_the_second_pipeline_is_told_with_its_fix(tmp_path: Path) -> None:
    """Patterns would open more than is meant, and limits that SageMaker has not fail in the middle of an apply."""
    generative = """{
      bedrock_model_arns = ["arn:aws:bedrock:eu-west-1::foundation-model/*"]
      guardrail_arns     = ["toxicity"]
      judge_model_arns   = ["arn:aws:bedrock:eu-west-1::foundation-model/*"]
      hosting            = { image_repository_arns = [] }
      openai_secret_arn  = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:*"
      openai_secret_key_arn = "alias/aws/secretsmanager"
      collect            = { instance_type = "m5.large", maximum_seconds = 30 }
      score              = { instance_count = 0 }
    }"""
    said = refusal("governance", {"generative": generative}, tmp_path)

    fixes = (
        "a pattern would let a package have any model asked",
        "each must be the whole ARN of a guardrail",
        "judge_model_arns: each must be the whole ARN of a model",
        "must name at least one repository",
        "must be the whole ARN of a secret",
        "must be the ARN of the KMS key (no alias)",
        'such as "ml.m5.large"',
        "between 60 and 432000",
        "a whole number from 1 to 100",
    )
    assert [fix for fix in fixes if fix not in said] == []


def test_an_extra_step_never_writes_the_report_of_an_evaluation(tmp_path: Path) -> None:
    """Its name is the gate's own; whoever wrote it would say what a model answered."""
    step = f'{{ image_uri = "x@sha256:{"a" * 64}", role_arn = "arn:aws:iam::222222222222:role/own" }}'

    assert "the name of the report that the gate's own evaluation" in refusal(
        "pipeline", {"extra_steps": f"{{ generative = {step} }}"}, tmp_path
    )


def test_without_the_second_pipeline_nothing_of_it_need_be_built(tmp_path: Path) -> None:
    """An environment that evaluates no model is planned without a scoring image."""
    values = tmp_path / "values.tfvars"
    values.write_text(f"generative = null\ngroups = {{ loans = {{ {GROUP} }} }}\n")
    root = offline_root("governance")

    assert root.save_plan(
        [*environment_values("governance", "local"), values],
        scoring_image_uri="",
        evaluations_path="",
        prompts_folder="",
    ).exists()
