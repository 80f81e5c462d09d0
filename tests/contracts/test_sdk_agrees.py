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


def _rendered(definition: dict[str, Any]) -> dict[str, Any]:
    if not ORACLE.exists():
        pytest.fail("the SageMaker SDK's environment is missing; `make test` installs it")
    check, update = (step["Arguments"] for step in definition["Steps"])
    words = check["AppSpecification"]["ContainerArguments"]
    cluster = check["ProcessingResources"]["ClusterConfig"]
    values = {
        "region": "eu-west-1",
        "pipeline_name": "modelgate-local-approval",
        "artifact_store": words[words.index("--artifact-store") + 1],
        "gate_digest": words[words.index("--gate-digest") + 1],
        "policy_digest": words[words.index("--policy-digest") + 1],
        "image_digest": words[words.index("--image-digest") + 1],
        "signing_keys_digest": words[words.index("--signing-keys-digest") + 1],
        "image_uri": check["AppSpecification"]["ImageUri"],
        "check_role": check["RoleArn"],
        "update_role": update["RoleArn"],
        "instance_type": cluster["InstanceType"],
        "volume_size_in_gb": cluster["VolumeSizeInGB"],
        "kms_key": cluster["VolumeKmsKeyId"],
        "max_runtime_in_seconds": check["StoppingCondition"]["MaxRuntimeInSeconds"],
        "retry_policies": definition["Steps"][0]["RetryPolicies"],
    }
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


def _comparable(definition: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in definition.items() if key not in SDK_ONLY}
