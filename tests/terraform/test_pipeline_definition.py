"""The pipeline definition as Terraform writes it."""

import json
from typing import Any

import pytest

from local.sagemaker.interpreter.definition import parse
from tests.terraform.offline import pipeline_definition

pytestmark = pytest.mark.terraform

RETRIED = {
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.RESOURCE_LIMIT",
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
}


def steps(case: str = "plain") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pipeline_definition(case)["Steps"]
    return found


def options(step: dict[str, Any]) -> dict[str, Any]:
    """The step's command line as pairs."""
    arguments = step["Arguments"]["AppSpecification"]["ContainerArguments"]
    return dict(zip(arguments[::2], arguments[1::2], strict=True))


def test_no_parameter_has_a_default() -> None:
    """A run that names no package is refused at the start."""
    parameters = pipeline_definition("plain")["Parameters"]

    assert [(p["Name"], p["Type"]) for p in parameters] == [
        ("ModelPackageGroupName", "String"),
        ("Bucket", "String"),
        ("ModelPackageArn", "String"),
    ]
    assert all("DefaultValue" not in parameter for parameter in parameters)


def test_both_steps_get_the_same_arguments_with_what_decides_pinned() -> None:
    """Parameters only name the package; gate document, bundle, image, public keys and store are literals."""
    check, update = (options(step) for step in steps())

    assert check == update
    assert check == {
        "--model-package-arn": {"Get": "Parameters.ModelPackageArn"},
        "--model-package-group-name": {"Get": "Parameters.ModelPackageGroupName"},
        "--bucket": {"Get": "Parameters.Bucket"},
        "--execution-arn": {"Get": "Execution.PipelineExecutionArn"},
        "--artifact-store": "gate-artifacts",
        "--gate-digest": f"sha256:{'b' * 64}",
        "--policy-digest": f"sha256:{'c' * 64}",
        "--image-digest": f"sha256:{'a' * 64}",
        "--signing-keys-digest": f"sha256:{'d' * 64}",
    }


def test_results_lie_below_the_executions_own_prefix() -> None:
    """Two runs never read each other's results."""
    (output,) = steps()[0]["Arguments"]["ProcessingOutputConfig"]["Outputs"]

    assert output["S3Output"]["S3Uri"] == {
        "Std:Join": {
            "On": "/",
            "Values": ["s3://gate-artifacts/executions", {"Get": "Execution.PipelineExecutionId"}, "checks"],
        }
    }


def test_update_reads_what_check_wrote_and_writes_no_output() -> None:
    """The reference makes it wait for check; its own result is the decision record."""
    update = steps()[1]["Arguments"]
    (given,) = update["ProcessingInputs"]

    assert given["S3Input"]["S3Uri"] == {
        "Get": "Steps.RegisteredModelValidationStep.ProcessingOutputConfig.Outputs['checks'].S3Output.S3Uri"
    }
    assert "ProcessingOutputConfig" not in update


def test_extra_steps_run_first_and_both_steps_know_their_reports() -> None:
    """The names are pinned in the definition; update checks against them what check has read."""
    *extra, check, update = steps("extra")
    words = check["Arguments"]["AppSpecification"]["ContainerArguments"]

    assert [step["Name"] for step in extra] == check["DependsOn"] == ["ExtraReport-canary", "ExtraReport-stress-test"]
    assert words[-4:] == ["--extra-report", "canary", "--extra-report", "stress-test"]
    assert update["Arguments"]["AppSpecification"]["ContainerArguments"] == words
    assert "DependsOn" not in update


def test_the_embedded_sagemaker_lets_check_wait_for_the_extra_steps() -> None:
    """It reads the definition with them; what it does not know it would refuse."""
    read = parse(json.dumps(pipeline_definition("extra"))).steps

    assert read["RegisteredModelValidationStep"].waits_for == {"ExtraReport-canary", "ExtraReport-stress-test"}
    assert read["UpdateModelStatusStep"].waits_for == {"RegisteredModelValidationStep"}


def test_extra_steps_are_encrypted_bounded_and_retried_like_the_others() -> None:
    """They run on the same kind of machine, unless their values say otherwise, and never as another step's role."""
    *extra, check, update = steps("extra")

    assert len({step["Arguments"]["RoleArn"] for step in (*extra, check, update)}) == 4
    for step in extra:
        cluster = step["Arguments"]["ProcessingResources"]["ClusterConfig"]
        assert cluster["VolumeKmsKeyId"] == step["Arguments"]["ProcessingOutputConfig"]["KmsKeyId"]
        assert step["Arguments"]["StoppingCondition"] == check["Arguments"]["StoppingCondition"]
        assert step["RetryPolicies"] == check["RetryPolicies"]
    assert extra[0]["Arguments"]["AppSpecification"].keys() == {"ImageUri"}


def test_without_extra_steps_nothing_depends_on_anything() -> None:
    """The definition is that of a platform that never heard of them."""
    assert [step["Name"] for step in steps()] == ["RegisteredModelValidationStep", "UpdateModelStatusStep"]
    assert all("DependsOn" not in step for step in steps())


def test_each_step_has_a_role_of_its_own_and_retries_what_passes_by_itself() -> None:
    """Busy accounts and faults of the service are waited for; nothing is cached."""
    assert len({step["Arguments"]["RoleArn"] for step in steps()}) == 2
    for step in steps():
        assert {kind for policy in step["RetryPolicies"] for kind in policy["ExceptionType"]} == RETRIED
        assert all(("MaxAttempts" in policy) != ("ExpireAfterMin" in policy) for policy in step["RetryPolicies"])
        assert "CacheConfig" not in step


def test_a_step_without_a_network_has_no_network_configuration() -> None:
    """The VPC is an optional object, not an empty one."""
    assert all("NetworkConfig" not in step["Arguments"] for step in steps("plain"))
    assert all("NetworkConfig" in step["Arguments"] for step in steps("vpc"))


def test_the_definition_is_small_enough_for_the_service() -> None:
    """SageMaker takes up to 1,048,576 characters."""
    assert len(json.dumps(pipeline_definition("vpc"))) < 100_000
