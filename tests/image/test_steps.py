"""Both steps in containers, under SageMaker's Processing contract."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docker
import pytest
from docker.models.images import Image
from moto.server import ThreadedMotoServer

from tests.image.judged import EXECUTION, IMAGE_DIGEST, Governance, register, set_up
from tests.image.processing import OWN_USER, Job
from tests.unit.moto_kms import take_digests

OTHER_USER = "10001:10001"


@pytest.fixture(scope="module")
def governance() -> Iterator[Governance]:
    """A governance account behind an HTTP endpoint on the loopback address."""
    mending = pytest.MonkeyPatch()
    take_digests(mending)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield set_up(f"http://{host}:{port}")
    finally:
        server.stop()
        mending.undo()


@pytest.fixture
def job(client: docker.DockerClient, approval: Image, tmp_path: Path) -> Job:
    """A job without a network."""
    # The engine's mounts start at the machine's root: every folder above must let another user through.
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    return Job(client=client, image=approval, root=tmp_path)


def as_user(job: Job, user: str) -> Job:
    """The same job as another user, which only root may arrange."""
    if user != OWN_USER and os.geteuid() != 0:
        pytest.skip("only root can hand folders to another user")
    return replace(job, user=user)


@pytest.mark.parametrize("user", [OWN_USER, OTHER_USER], ids=["own-user", "other-user"])
def test_both_steps_decide_in_containers(job: Job, governance: Governance, user: str) -> None:
    """A good package is approved by two containers that may write nothing but their ML folders, root or not."""
    package = register(governance, name=f"good-{user.partition(':')[0]}", auc=0.81)
    job = replace(as_user(job, user), network="host")

    checked = job.run("check", governance.arguments(package), governance.environment)

    assert (checked.code, checked.log.count("Traceback")) == (0, 0), checked.log
    assert checked.message is not None
    assert checked.message.startswith("approve")
    report = job.file("processing/output/checks/checks.json").read_bytes()
    binding = json.loads(report)["binding"]
    assert binding["runtime"] == "container"
    assert binding["image_digest"] == IMAGE_DIGEST
    assert binding["execution_arn"] == EXECUTION

    job.file("processing/input/checks/checks.json").write_bytes(report)
    updated = job.run("update", governance.arguments(package), governance.environment)

    assert updated.code == 0, updated.log
    described = governance.sagemaker.describe_model_package(ModelPackageName=package)
    assert described["ModelApprovalStatus"] == "Approved"
    assert described["CustomerMetadataProperties"]["modelgate-verdict"] == "approved"


def test_a_rejection_is_a_success(job: Job, governance: Governance) -> None:
    """A container that rejects a model ends with code 0 and says why in its exit message."""
    package = register(governance, name="weak", auc=0.53)

    checked = replace(job, network="host").run("check", governance.arguments(package), governance.environment)

    assert checked.code == 0, checked.log
    assert checked.message is not None
    assert checked.message.startswith("reject")
    assert "0.53" in checked.message


@pytest.mark.parametrize("user", [OWN_USER, OTHER_USER], ids=["own-user", "other-user"])
def test_a_refused_run_says_why_in_the_exit_message(job: Job, governance: Governance, user: str) -> None:
    """A contradiction in the arguments ends a step with a sentence in output/message, and nothing is written."""
    package = register(governance, name=f"refused-{user.partition(':')[0]}", auc=0.81)
    arguments = governance.arguments(package)
    arguments[arguments.index("--bucket") + 1] = "another-bucket"

    refused = as_user(job, user).run("check", arguments)

    assert refused.code != 0
    assert refused.message is not None
    assert "--bucket is 'another-bucket'" in refused.message
    assert not job.file("processing/output/checks/checks.json").exists()


def test_an_update_without_a_check_report_writes_nothing(job: Job, governance: Governance) -> None:
    """The update container ends with a sentence when its input folder is empty."""
    package = register(governance, name="unchecked", auc=0.81)

    failed = replace(job, network="host").run("update", governance.arguments(package), governance.environment)

    assert failed.code != 0
    assert failed.message is not None
    assert "check report" in failed.message
    described = governance.sagemaker.describe_model_package(ModelPackageName=package)
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
