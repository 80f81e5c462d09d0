"""One execution for each change, and nothing for anything else."""

import re

import pytest
from modelgate.aws.claims import LEASE_SECONDS
from modelgate.aws.pipeline import display_name, request_token
from modelgate.contracts.messages import ApprovalRequest, parse_message
from modelgate.errors import InfrastructureError, MalformedMessageError

from deploy.lambdas import contents
from lambdas.start_approval.starter import ALREADY_STARTED, DEFERRED, IGNORED, STARTED
from tests.unit.lambdas.world import (
    CHANGE,
    GOVERNANCE,
    LENDING,
    LENDING_BUCKET,
    STORE,
    World,
    client_error,
    package_arn,
    registered_event,
    uploaded_event,
)

ARN = package_arn()
REGISTERED = parse_message(registered_event(ARN))


def test_a_registration_with_all_evidence_starts_one_execution_that_names_it(world: World) -> None:
    """The execution carries the ARN of the event, the group and the store; no other parameter exists."""
    world.sagemaker.register(ARN, model=f"s3://{LENDING_BUCKET}/m.tar.gz")
    world.arrive("m.tar.gz")

    outcome = world.starter().answer(REGISTERED)

    started = world.sagemaker.started[0]
    assert outcome.action == STARTED
    assert {p["Name"]: p["Value"] for p in started["PipelineParameters"]} == {
        "ModelPackageArn": str(ARN),
        "ModelPackageGroupName": "loan-approval",
        "Bucket": STORE,
    }


def test_the_token_is_long_enough_and_the_display_name_is_valid(world: World) -> None:
    """The longest group and version still give a display name that the service takes."""
    arn = package_arn(999_999_999, group="g" * 63)
    token = request_token(arn, CHANGE)

    assert re.fullmatch(r"[0-9a-f]{64}", token)
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}", display_name(arn, token))


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (registered_event(ARN, status="Approved"), "its status is Approved"),
        (registered_event(ARN, UpdatedModelPackageFields=["CustomerMetadataProperties"]), "was not what changed"),
        (registered_event(package_arn(group="somebody-elses")), "not under the gate"),
        (registered_event(package_arn(account=LENDING)), "not under the gate"),
        (registered_event(package_arn(99)), "it is gone"),
    ],
    ids=["decided", "echo-of-our-own-write", "other-group", "same-group-name-in-another-account", "deleted"],
)
def test_what_is_not_for_us_is_ignored_with_a_reason(world: World, message: str, reason: str) -> None:
    """Nothing starts, and the log line says why."""
    world.sagemaker.register(ARN)

    outcome = world.starter().answer(parse_message(message))

    assert outcome.action == IGNORED
    assert reason in str(outcome.details["reason"])
    assert world.sagemaker.started == []


@pytest.mark.parametrize("fields", [[], None, ["ModelApprovalStatus"], ["ApprovalDescription", "ModelApprovalStatus"]])
def test_a_change_of_the_approval_status_starts(world: World, fields: list[str] | None) -> None:
    """Whether a creation event carries the field is not documented: absent, empty and present all start."""
    world.sagemaker.register(ARN)

    outcome = world.starter().answer(parse_message(registered_event(ARN, UpdatedModelPackageFields=fields)))

    assert outcome.action == STARTED


def test_a_stale_event_of_a_decided_package_starts_nothing(world: World) -> None:
    """The registry's present state counts, not the event's."""
    world.sagemaker.register(ARN)
    world.sagemaker.packages[str(ARN)]["ModelApprovalStatus"] = "Rejected"

    assert world.starter().answer(REGISTERED).action == IGNORED


def test_setting_a_package_back_to_pending_is_a_new_change(world: World) -> None:
    """A person may ask for another run: the event's LastModifiedTime differs, so it is not a duplicate."""
    world.sagemaker.register(ARN)
    again = registered_event(ARN, UpdatedModelPackageFields=["ModelApprovalStatus"], LastModifiedTime=1_800_000_000_000)

    outcomes = [world.starter().answer(parse_message(m)).action for m in (registered_event(ARN), again, again)]

    assert outcomes == [STARTED, STARTED, ALREADY_STARTED]
    assert len(world.sagemaker.started) == 2


def test_a_crash_between_claim_and_start_is_taken_over_after_the_lease(world: World) -> None:
    """Until then duplicates come back later; afterwards the same token cannot start twice."""
    world.sagemaker.register(ARN)
    world.sagemaker.fails_next_start = client_error("InternalFailure")
    starter = world.starter()

    with pytest.raises(InfrastructureError):
        starter.answer(REGISTERED)
    within_the_lease = starter.answer(REGISTERED)
    world.now += LEASE_SECONDS + 1
    after_the_lease = starter.answer(REGISTERED)

    assert [within_the_lease.action, after_the_lease.action] == [DEFERRED, STARTED]
    assert len(world.sagemaker.started) == 1


def test_a_crash_between_start_and_its_record_ends_in_the_same_execution(world: World) -> None:
    """The lease runs out, the start is repeated with the same token, and the service answers with the first run."""
    world.sagemaker.register(ARN)
    starter = world.starter()
    first = starter.answer(REGISTERED)
    world.dynamodb.update_item(
        TableName="gate-claims",
        Key={"pk": {"S": f"claim#{ARN}"}, "sk": {"S": CHANGE}},
        UpdateExpression="SET #s = :starting REMOVE execution_arn",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":starting": {"S": "starting"}},
    )
    world.now += LEASE_SECONDS + 1

    second = starter.answer(REGISTERED)

    assert second.action == STARTED
    assert second.details["execution_arn"] == first.details["execution_arn"]


def test_a_late_redrive_does_nothing(world: World) -> None:
    """Two weeks later the claim still stands, though the package is still pending."""
    world.sagemaker.register(ARN)
    starter = world.starter()
    starter.answer(REGISTERED)
    world.now += 14 * 86_400

    assert starter.answer(REGISTERED).action == ALREADY_STARTED


@pytest.mark.parametrize("status", ["Executing", "Stopping"])
def test_a_full_pipeline_defers_without_counting_an_attempt(world: World, status: str) -> None:
    """The request comes back with its evidence attempts untouched, later each time, within a bound."""
    world.sagemaker.register(ARN)
    world.sagemaker.run(2, status)
    world.sagemaker.run(150, "Succeeded")
    starter = world.starter(max_running=2)

    outcome, delays = starter.answer(REGISTERED), []
    for _ in range(5):
        delays.append(outcome.details["delay_seconds"])
        (request,) = world.requests()
        outcome = starter.answer(request)

    assert outcome.action == DEFERRED
    assert delays == [1, 2, 3, 6, 6]
    assert (request.attempt, request.deferred, request.waits) == (1, 5, True)
    assert world.sagemaker.started == []


def test_a_deferred_request_starts_when_there_is_room(world: World) -> None:
    """Nothing is lost by being put off."""
    world.sagemaker.register(ARN)
    starter = world.starter(max_running=1)
    world.sagemaker.run(1)
    starter.answer(REGISTERED)
    for execution in world.sagemaker.executions.values():
        execution["status"] = "Succeeded"

    (request,) = world.requests()

    assert starter.answer(request).action == STARTED


@pytest.mark.parametrize("code", ["ThrottlingException", "ResourceLimitExceeded"])
def test_a_busy_service_defers_and_leaves_no_claim_behind(world: World, code: str) -> None:
    """The next attempt starts at once, without waiting for a lease."""
    world.sagemaker.register(ARN)
    world.sagemaker.fails_next_start = client_error(code)
    starter = world.starter()

    first = starter.answer(REGISTERED)
    (request,) = world.requests()

    assert first.action == DEFERRED
    assert starter.answer(request).action == STARTED


def test_an_upload_outside_the_artifact_store_is_refused(world: World) -> None:
    """Only arrivals in the store, from its own account, wake anything."""
    starter = world.starter()

    for bucket, account in ((LENDING_BUCKET, GOVERNANCE), (STORE, LENDING)):
        with pytest.raises(MalformedMessageError, match="not in the artifact store"):
            starter.answer(parse_message(uploaded_event(bucket, "k", "v", account=account)))


def test_an_operators_request_is_judged_like_a_registration(world: World) -> None:
    """Whoever re-queues a package sends only ARN, change and attempt."""
    world.sagemaker.register(ARN)
    body = ApprovalRequest(arn=ARN, change="review:7").to_json()

    assert world.starter().answer(parse_message(body)).action == STARTED


def test_the_zip_of_the_starter_holds_no_code_that_writes_a_status() -> None:
    """Whoever starts a judgement cannot even try to write its outcome."""
    assert not any("update_model_package" in path.read_text() for path in contents("start_approval").values())
