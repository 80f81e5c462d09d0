"""The definition that Terraform writes, held against what the SageMaker SDK renders for the same pipeline."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.offline import pipeline_definition

pytestmark = [pytest.mark.oracle, pytest.mark.terraform]

ROOT = Path(__file__).resolve().parents[2]
ORACLE = ROOT / ".venv-oracle/bin/python"
# What the SDK adds by itself (reference: both major versions write it, the service does not ask for it).
SDK_ONLY = {"PipelineExperimentConfig", "MlflowConfig", "Metadata"}


def test_the_sdk_renders_the_same_pipeline() -> None:
    """Parameters, steps, arguments, inputs, outputs, encryption and retries are equal, key by key."""
    ours = pipeline_definition("plain")

    theirs = _rendered(ours)

    assert _comparable(theirs) == _comparable(ours)


def test_the_sdk_renders_the_same_pipeline_of_models_that_write_text() -> None:
    """Its steps wait for each other by name, and score gets its share of the files that a manifest lists."""
    ours = pipeline_definition("evaluated", 'generative["generative"]')

    theirs = _rendered(ours)

    assert _comparable(theirs) == _comparable(ours)


def _rendered(definition: dict[str, Any]) -> dict[str, Any]:
    if not ORACLE.exists():
        pytest.fail("the SageMaker SDK's environment is missing; `make test` installs it")
    steps = {step["Name"]: step["Arguments"] for step in definition["Steps"]}
    check, update = steps["RegisteredModelValidationStep"], steps["UpdateModelStatusStep"]
    words = check["AppSpecification"]["ContainerArguments"]
    last_pinned = words.index("--signing-keys-digest") + 2
    values = {
        "region": "eu-west-1",
        "pipeline_name": "modelgate-local-approval",
        "artifact_store": words[words.index("--artifact-store") + 1],
        "gate_digest": words[words.index("--gate-digest") + 1],
        "policy_digest": words[words.index("--policy-digest") + 1],
        "image_digest": words[words.index("--image-digest") + 1],
        "signing_keys_digest": words[words.index("--signing-keys-digest") + 1],
        "more_arguments": words[last_pinned:],
        "check_role": check["RoleArn"],
        "update_role": update["RoleArn"],
        "machine": _machine(check),
        "kms_key": check["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"],
        "retry_policies": definition["Steps"][0]["RetryPolicies"],
    }
    for name, step in (("collect", "CollectAnswersStep"), ("score", "ScoreAnswersStep")):
        if step in steps:
            values |= {name: _machine(steps[step]), f"{name}_role": steps[step]["RoleArn"]}
    answer = subprocess.run(
        [ORACLE, Path(__file__).with_name("sdk_oracle.py")],
        input=json.dumps(values),
        text=True,
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": os.devnull},
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    rendered: dict[str, Any] = json.loads(answer.stdout)
    return rendered


def _machine(step: dict[str, Any]) -> dict[str, Any]:
    """What a step runs on, and for how long at most, in the SDK's words."""
    cluster = step["ProcessingResources"]["ClusterConfig"]
    return {
        "image_uri": step["AppSpecification"]["ImageUri"],
        "instance_count": cluster["InstanceCount"],
        "instance_type": cluster["InstanceType"],
        "volume_size_in_gb": cluster["VolumeSizeInGB"],
        "max_runtime_in_seconds": step["StoppingCondition"]["MaxRuntimeInSeconds"],
    }


def _comparable(definition: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in definition.items() if key not in SDK_ONLY}
