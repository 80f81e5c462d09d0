"""The embedded SageMaker runs steps in their image: found in the engine, or pulled by digest from the embedded ECR."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import docker
import pytest
from docker.models.images import Image

from local.instance import REGION, Instance
from local.sagemaker.interpreter.runtimes import Mode
from local.sagemaker.server import Settings, serving
from tests.unit.local_sagemaker import definitions as d
from tests.unit.local_sagemaker.conftest import GOVERNANCE, client, finished
from tests.unit.local_sagemaker.test_sagemaker_executions import CHECK, CHECKS_OUTPUT, CHECKS_URI, UPDATE, steps_of

IN_CONTAINER = {"MODELGATE_ML_ROOT": "/opt/ml"}


@pytest.fixture
def sagemaker(aws: Instance, engine_host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The governance account's client of an embedded SageMaker that runs containers only."""
    monkeypatch.setenv("DOCKER_HOST", engine_host)
    settings = Settings(port=0, aws_url=aws.aws_url, state_dir=tmp_path / "state", runtime=Mode.CONTAINER)
    with serving(settings) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield client(server.port, GOVERNANCE)
        server.shutdown()


@pytest.fixture
def image_uri(aws: Instance, client: docker.DockerClient, approval: Image) -> str:
    """The ImageUri of the approval image in the embedded ECR, which the engine does not know by its digest."""
    name = f"steps-{uuid.uuid4().hex[:8]}"
    ecr = boto3.client("ecr", **connection(aws))
    url = ecr.create_repository(repositoryName=name)["repository"]["repositoryUri"]
    reference = f"localhost:{aws.aws_url.rsplit(':', 1)[1]}/{name}"
    # A container of its own makes an image that only this repository has.
    container = client.containers.create(approval, name=name)
    try:
        container.commit(reference, tag="1", changes=f"LABEL test={name}")
    finally:
        container.remove()
    client.images.push(reference, tag="1")
    client.images.remove(f"{reference}:1")
    digest = ecr.describe_images(repositoryName=name)["imageDetails"][0]["imageDigest"]
    return f"{url}@{digest}"


def connection(aws: Instance) -> dict[str, Any]:
    return {
        "endpoint_url": aws.aws_url,
        "region_name": REGION,
        "aws_access_key_id": GOVERNANCE,
        "aws_secret_access_key": "test",
    }


def test_steps_run_in_their_image_pulled_by_digest(sagemaker: Any, aws: Instance, image_uri: str) -> None:
    """Two steps run as containers, hand files over through S3, and their exit messages arrive."""
    bucket = f"store-{uuid.uuid4().hex[:8]}"
    boto3.client("s3", **connection(aws)).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    uri = {"Std:Join": {"On": "/", "Values": [f"s3://{bucket}", *CHECKS_URI["Std:Join"]["Values"][1:]]}}
    check = d.processing("Check", CHECK, "é", ProcessingOutputConfig=d.output("checks", uri), Environment=IN_CONTAINER)
    update = d.processing(
        "Update", UPDATE, ProcessingInputs=d.s3_input("checks", {"Get": CHECKS_OUTPUT}), Environment=IN_CONTAINER
    )
    d.create(sagemaker, d.definition(*(with_image(step, image_uri) for step in (check, update))))

    execution = d.started(sagemaker)

    ended = finished(sagemaker, execution)
    steps = steps_of(sagemaker, execution)
    assert ended["PipelineExecutionStatus"] == "Succeeded", [s.get("FailureReason") for s in steps.values()]
    name = steps["Update"]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[1]
    job = sagemaker.describe_processing_job(ProcessingJobName=name)
    assert job["ExitMessage"] == '["\\u00e9"]'


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import time; time.sleep(60)", "time limit of 1 s"),
        ("import sys; sys.exit(3)", "exit code: 3"),
        ("open('/app/x', 'w')", "exit code: 1"),
    ],
)
def test_containers_that_fail(
    sagemaker: Any, client: docker.DockerClient, image_uri: str, program: str, said: str
) -> None:
    """A time limit, an exit code, a write outside SageMaker's folders: failed with a reason, and no container left."""
    step = with_image(d.processing("A", program, StoppingCondition={"MaxRuntimeInSeconds": 1}), image_uri)
    if "sleep" not in program:
        del step["Arguments"]["StoppingCondition"]
    d.create(sagemaker, d.definition(step))

    execution = d.started(sagemaker)

    finished(sagemaker, execution)
    assert said in steps_of(sagemaker, execution)["A"]["FailureReason"]
    assert client.containers.list(all=True, filters={"name": f"pipelines-{execution.rsplit('/', 1)[1]}"}) == []


def test_image_that_nobody_has_fails_the_step(sagemaker: Any, image_uri: str) -> None:
    """Asked for containers only, the embedded SageMaker never falls back to a process."""
    absent = image_uri.rpartition(":")[0] + ":" + "0" * 64
    d.create(sagemaker, d.definition(with_image(d.processing("A", ""), absent)))

    execution = d.started(sagemaker)

    finished(sagemaker, execution)
    assert "cannot be run: not in the engine, nor in ECR" in steps_of(sagemaker, execution)["A"]["FailureReason"]


def with_image(step: dict[str, Any], image_uri: str) -> dict[str, Any]:
    """The step with another image."""
    step["Arguments"]["AppSpecification"]["ImageUri"] = image_uri
    return step
