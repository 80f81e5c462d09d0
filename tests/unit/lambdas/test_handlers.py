"""Both handlers whole: environment, gate document, batch, answer."""

import importlib
import json
import sys
from types import ModuleType, SimpleNamespace

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import GATE_KEY

from lambdas.environment import SettingError
from tests.unit.lambdas.test_intake import batch
from tests.unit.lambdas.world import (
    GATE_DOCUMENT,
    LENDING,
    LENDING_BUCKET,
    STORE,
    TABLE,
    World,
    package_arn,
    registered_event,
    uploaded_event,
)

CONTEXT = SimpleNamespace(
    function_name="function", memory_limit_in_mb=128, invoked_function_arn="arn:f", aws_request_id="request"
)
GATE = json.dumps(GATE_DOCUMENT).encode()


@pytest.fixture
def environment(world: World, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What Terraform sets on either function, and the pinned gate document in the store."""
    world.s3.put_object(Bucket=STORE, Key=GATE_KEY, Body=GATE)
    values = {
        "MODELGATE_ARTIFACT_STORE": STORE,
        "MODELGATE_GATE_DIGEST": sha256_of(GATE),
        "MODELGATE_DEAD_LETTER_QUEUE_URL": world.dead_letter_queue_url,
        "MODELGATE_QUEUE_URL": world.queue_url,
        "MODELGATE_CLAIMS_TABLE": TABLE,
        "MODELGATE_PIPELINE_NAME": "gate-approval",
        "MODELGATE_PARTITION": "aws",
        "MODELGATE_REGION": "eu-west-1",
        "MODELGATE_WAIT_SECONDS": "3",
        "MODELGATE_RETRY_SECONDS": "1",
        "MODELGATE_MAX_RUNNING_EXECUTIONS": "4",
        "POWERTOOLS_SERVICE_NAME": "function",
        "POWERTOOLS_METRICS_NAMESPACE": "modelgate",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def cold_start(function: str) -> ModuleType:
    """Import the handler as a new Lambda instance does."""
    name = f"lambdas.{function}.handler"
    sys.modules.pop(name, None)
    return importlib.import_module(name)


@pytest.mark.usefixtures("environment")
def test_the_copier_copies_a_batch_and_refuses_what_is_malformed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One good upload and one key trick: a copy, a dead letter, nothing to deliver again."""
    version_id, _ = world.upload("bias.json", b"{}")
    good = uploaded_event(LENDING_BUCKET, "bias.json", version_id, account=LENDING)
    trick = uploaded_event(LENDING_BUCKET, "../insurance/bias.json", version_id, account=LENDING)

    module = cold_start("copy_artifacts")
    monkeypatch.setattr(module, "s3", world.copying_s3)

    answer = module.handler(batch(good, trick), CONTEXT)

    assert answer == {"batchItemFailures": []}
    assert len(world.copies(f"{LENDING}/{LENDING_BUCKET}/bias.json")) == 1
    ((_, reason),) = world.dead_letters()
    assert "segment '..'" in reason


@pytest.mark.usefixtures("environment")
def test_the_starter_starts_an_execution_from_a_batch(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log line carries package and execution; the metric is written in CloudWatch's embedded format."""
    world.sagemaker.register(package_arn())
    module = cold_start("start_approval")
    monkeypatch.setattr(module, "sagemaker", world.sagemaker)

    answer = module.handler(batch(registered_event(package_arn())), CONTEXT)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answer == {"batchItemFailures": []}
    assert len(world.sagemaker.started) == 1
    assert any(line.get("ApprovalStarted") == [1.0] for line in lines)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("function", ["copy_artifacts", "start_approval"])
def test_a_gate_document_that_does_not_match_its_digest_stops_everything(
    world: World, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    """Nothing is refused and nothing done: the messages come again until the apply is finished."""
    monkeypatch.setenv("MODELGATE_GATE_DIGEST", "sha256:" + "0" * 64)

    answer = cold_start(function).handler(batch(registered_event(package_arn())), CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert world.dead_letters() == []


@pytest.mark.parametrize("function", ["copy_artifacts", "start_approval"])
def test_a_missing_setting_is_named_at_the_cold_start(environment: pytest.MonkeyPatch, function: str) -> None:
    """The sentence names the variable and who sets it."""
    environment.delenv("MODELGATE_GATE_DIGEST")

    with pytest.raises(SettingError, match="MODELGATE_GATE_DIGEST is missing; apply the governance root"):
        cold_start(function)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "٣"])
def test_a_setting_that_is_not_its_number_is_named(environment: pytest.MonkeyPatch, value: str) -> None:
    """A retry delay of nothing would spin."""
    environment.setenv("MODELGATE_RETRY_SECONDS", value)

    with pytest.raises(SettingError, match="MODELGATE_RETRY_SECONDS"):
        cold_start("start_approval")
