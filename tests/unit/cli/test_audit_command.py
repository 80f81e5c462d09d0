"""``audit``: the same look at everything from a terminal, which leaves nothing behind."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from modelgate.aws.session import Session
from modelgate.contracts.layout import GATE_KEY
from modelgate.evidence.adoption import Adoption

from tests.unit.cli.listing_registry import ListingRegistry
from tests.unit.cli.running import run
from tests.unit.steps.world import EVIDENCE, GOVERNANCE, STORE, World

BY_HAND = f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package/loan-approval/9"


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A platform named acme with one approved package, whose group was adopted when it was empty."""
    monkeypatch.setenv("MODELGATE_PREFIX", "acme")
    registry = ListingRegistry(world.registry)
    monkeypatch.setattr(Session, "sagemaker", lambda _: registry)
    sqs = boto3.client("sqs", region_name="eu-west-1")
    for name in ("audit", "copy-artifacts", "start-approval"):
        sqs.create_queue(QueueName=f"acme-{name}-dlq")
    adoption = Adoption(group="loan-approval", adopted_at="2026-01-01T00:00:00+00:00", packages={})
    world.s3.put_object(Bucket=EVIDENCE, Key="adopted/loan-approval.json", Body=adoption.to_json())
    world.run(world.register())
    return world


def objects(world: World) -> list[str]:
    """Everything in the evidence store."""
    return [found["Key"] for found in world.s3.list_objects_v2(Bucket=EVIDENCE)["Contents"]]


def test_nothing_found_is_fine(desk: World) -> None:
    """Records are verified with the public keys of the store, without KMS."""
    ran = run("audit")

    assert (ran.code, ran.out, ran.err) == (0, "nothing found; 1 packages looked at\n", "")


def test_a_finding_is_a_sentence_and_a_code(desk: World) -> None:
    """One line each, on stderr like every fault."""
    desk.registry.add(BY_HAND, metrics={}, model_data="s3://b/m", status="Approved")
    before = objects(desk)

    ran = run("audit")

    assert ran.code == 1
    assert ran.err.startswith(f"approved-without-record: {BY_HAND} is Approved and nothing proves it")
    assert objects(desk) == before


def test_json_says_the_same(desk: World) -> None:
    """Every key is there, null where nothing is."""
    sqs = boto3.client("sqs", region_name="eu-west-1")
    queue = sqs.get_queue_url(QueueName="acme-copy-artifacts-dlq")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="b")

    ran = run("audit", "--json")

    assert ran.code == 1
    (finding,) = ran.document["findings"]
    assert (finding["kind"], finding["model_package_arn"], finding["group"]) == ("dead-letters", None, None)
    assert (ran.document["packages"], ran.document["troubles"]) == (1, [])


def test_before_the_first_audit_it_tells_what_that_would_list_and_notes_nothing(desk: World) -> None:
    """Only the audit's own role may note an adoption."""
    desk.s3.delete_object(Bucket=EVIDENCE, Key="adopted/loan-approval.json")
    desk.registry.add(BY_HAND, metrics={}, model_data="s3://b/m", status="Approved")

    ran = run("audit")

    assert (ran.code, ran.err.split(":")[0]) == (1, "legacy")
    assert not [key for key in objects(desk) if key.startswith("adopted/")]


def test_a_failed_execution_is_found_by_the_package_that_its_parameters_name(
    desk: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that names none was started by somebody else than the trigger."""
    arn = desk.register(version=2)
    desk.registry.packages[arn]["CreationTime"] = datetime.now(UTC)
    registry = ListingRegistry(desk.registry)
    pipeline = f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:pipeline/acme-approval"
    for number, given in enumerate([{"ModelPackageArn": arn}, {"ModelPackageArn": "none"}, {}]):
        summary = {
            "PipelineExecutionArn": f"{pipeline}/execution/e{number}",
            "PipelineExecutionStatus": "Stopped",
            "StartTime": datetime.now(UTC),
        }
        registry.executions.append((summary, given))
    monkeypatch.setattr(Session, "sagemaker", lambda _: registry)

    ran = run("audit")

    assert ran.code == 1
    assert [("about no package" in line, arn in line) for line in ran.err.splitlines()] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_what_could_not_be_looked_at_is_trouble_after_all_findings(desk: World) -> None:
    """A registry that does not answer is no clean bill."""
    desk.registry.packages[BY_HAND] = {"ModelPackageArn": BY_HAND}

    ran = run("audit")

    assert ran.code == 4
    assert BY_HAND in ran.err
    assert "could not look at everything" in ran.err


def test_it_says_what_it_needs_to_know(world: World) -> None:
    """Queues and pipeline have their names from the prefix."""
    ran = run("audit")

    assert ran.code == 2
    assert "--prefix" in ran.err


def test_it_asks_for_the_account_where_only_the_prefix_is_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores are named after both."""
    for name in ("MODELGATE_EVIDENCE_STORE", "MODELGATE_ARTIFACT_STORE", "MODELGATE_GOVERNANCE_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)

    ran = run("audit", "--prefix", "acme")

    assert ran.code == 2
    assert "--governance-account" in ran.err


def test_where_a_group_has_an_evaluation_both_pipelines_are_looked_at(
    desk: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none has, there is no second one to ask for."""
    asked: list[str] = []

    class Asked(ListingRegistry):
        def list_pipeline_executions(self, **request: Any) -> dict[str, Any]:
            asked.append(request["PipelineName"])
            return super().list_pipeline_executions(**request)

    monkeypatch.setattr(Session, "sagemaker", lambda _: Asked(desk.registry))
    run("audit")
    document = json.loads(desk.s3.get_object(Bucket=STORE, Key=GATE_KEY)["Body"].read())
    document["groups"]["loan-approval"] |= {"problem_type": "generative", "evaluation": "smoke"}
    desk.s3.put_object(Bucket=STORE, Key=GATE_KEY, Body=json.dumps(document))
    run("audit")

    assert asked == ["acme-approval", "acme-approval", "acme-generative-approval"]
