"""The definition of the pipeline for models that write text, as Terraform writes it."""

import json
from typing import Any

import pytest

from local.sagemaker.interpreter.definition import parse
from tests.terraform.offline import pipeline_definition, plan_case, planned

pytestmark = pytest.mark.terraform

GENERATIVE = 'generative["generative"]'
PLAIN = ("RegisteredModelValidationStep", "UpdateModelStatusStep")


def steps(pipeline: str = GENERATIVE) -> dict[str, dict[str, Any]]:
    return {step["Name"]: step for step in pipeline_definition("generative", pipeline)["Steps"]}


def words(step: dict[str, Any]) -> list[Any]:
    found: list[Any] = step["Arguments"]["AppSpecification"]["ContainerArguments"]
    return found


def test_all_four_steps_get_the_same_arguments_with_what_is_asked_pinned() -> None:
    """Beside what the other pipeline's steps are told: the evaluation's report, its document and the scoring image."""
    told = [words(step) for name, step in steps().items() if not name.startswith("ExtraReport-")]

    assert told == [told[0]] * 4
    assert told[0][:-6] == words(steps("approval")["RegisteredModelValidationStep"])
    assert told[0][-6:] == [
        "--extra-report",
        "generative",
        "--evaluations-digest",
        f"sha256:{'e' * 64}",
        "--scoring-image-digest",
        f"sha256:{'f' * 64}",
    ]


def test_only_where_models_are_run_do_the_steps_learn_the_role_that_they_wear() -> None:
    """Without hosting there is no such role, and collect has none to hand on."""
    assert not {"--model-role-arn", "--model-key-arn"} & set(map(str, words(steps()["CollectAnswersStep"])))

    hosted = planned(plan_case("governance", "generative"))[
        'module.approval_pipeline.aws_iam_role.evaluated["hosting"]'
    ]

    assert hosted["name"] == "modelgate-local-evaluated-model"


def test_all_steps_learn_where_the_key_of_a_server_is_and_none_learns_the_key() -> None:
    """Without a secret in the values none is named; collect alone may read it."""
    told = [
        step["Arguments"]["AppSpecification"]["ContainerArguments"]
        for step in pipeline_definition("evaluated", GENERATIVE)["Steps"]
    ]

    secret = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:key-AbCdEf"
    assert {tuple(words[-2:]) for words in told} == {("--target-secret-arn", secret)}
    assert "--target-secret-arn" not in words(steps()["CollectAnswersStep"])


def test_judging_waits_for_the_scores_and_for_the_organisations_own_steps() -> None:
    """The embedded SageMaker reads the order as it is meant."""
    read = parse(json.dumps(pipeline_definition("generative", GENERATIVE))).steps

    assert read["CollectAnswersStep"].waits_for == set()
    assert read["ScoreAnswersStep"].waits_for == {"CollectAnswersStep"}
    assert read["RegisteredModelValidationStep"].waits_for == {"ExtraReport-canary", "ScoreAnswersStep"}
    assert read["UpdateModelStatusStep"].waits_for == {"RegisteredModelValidationStep"}


def test_each_step_has_a_role_of_its_own_and_only_scoring_another_image() -> None:
    """Check and update are the same as in the other pipeline."""
    found, plain = steps(), steps("approval")
    image = plain[PLAIN[0]]["Arguments"]["AppSpecification"]["ImageUri"]

    assert len({step["Arguments"]["RoleArn"] for step in found.values()}) == len(found) == 5
    for name in PLAIN:
        assert found[name]["Arguments"]["RoleArn"] == plain[name]["Arguments"]["RoleArn"]
        assert found[name]["Arguments"]["ProcessingResources"] == plain[name]["Arguments"]["ProcessingResources"]
    assert found["CollectAnswersStep"]["Arguments"]["AppSpecification"]["ImageUri"] == image
    assert found["ScoreAnswersStep"]["Arguments"]["AppSpecification"]["ImageUri"] != image


def test_all_steps_are_encrypted_retried_and_in_the_same_network() -> None:
    """What holds for the two steps of old holds for the new ones."""
    found = steps()
    update = found["UpdateModelStatusStep"]

    for step in found.values():
        cluster = step["Arguments"]["ProcessingResources"]["ClusterConfig"]
        assert cluster["VolumeKmsKeyId"].startswith("arn:aws:kms:")
        assert step["RetryPolicies"] == update["RetryPolicies"]
        assert step["Arguments"]["NetworkConfig"] == update["Arguments"]["NetworkConfig"]


def test_the_other_pipeline_knows_nothing_of_it() -> None:
    """A group without an evaluation is judged as on a platform that never heard of one."""
    text = json.dumps(pipeline_definition("generative", "approval"))

    assert "generative" not in text
    assert "evaluations" not in text
