"""The audit on a schedule: what it finds in a registry, an evidence store and queues, and what it asks for."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from modelgate.audit.finding import Kind
from modelgate.contracts.layout import adoption_key
from modelgate.errors import InfrastructureError
from modelgate.evidence.adoption import Adoption
from modelgate.evidence.record import Outcome

from lambdas.audit.asking import MOST_REVERTS
from lambdas.start_approval.starter import ALREADY_STARTED, STARTED
from tests.unit.lambdas.audit_world import BOUND, STRANGER, AuditWorld
from tests.unit.lambdas.world import EVIDENCE, World, client_error, package_arn

if TYPE_CHECKING:
    from modelgate.aws.attempts import Attempts

ARN = package_arn()
SHADOW = package_arn(group="loan-shadow")
APPROVED, REJECTED = "Approved", "Rejected"


@pytest.fixture
def audited(world: World) -> AuditWorld:
    """A gate whose groups have been adopted, while they were empty."""
    made = AuditWorld(world)
    assert made.kinds() == []
    made.later(seconds=2)  # S3 tells whole seconds
    return made


def adoption(audited: AuditWorld, group: str = "loan-approval") -> Adoption:
    """The note in the evidence store."""
    stored = audited.world.s3.get_object(Bucket=EVIDENCE, Key=adoption_key(group))
    return Adoption.from_json(stored["Body"].read())


def test_a_lost_event_is_asked_for_again_until_nobody_believes_in_it(audited: AuditWorld) -> None:
    """Each attempt is a claim and an execution of its own; after the last one the finding stays, for a person."""
    audited.register(ARN)
    assert audited.kinds() == []

    seen = []
    for _ in range(5):
        audited.later(seconds=BOUND + 1)
        (one,) = [told for told in audited.audit().told if told.finding.kind is Kind.UNDECIDED]
        seen.append((one.action, audited.start()))
        audited.registry.end_executions("Failed")

    last = "none any more: 3 attempts have changed nothing, a person has to look"
    assert seen == [
        *((f"asked to have it judged again, attempt {n} of 3", [STARTED]) for n in (1, 2, 3)),
        *((last, []) for _ in range(2)),
    ]
    assert len(audited.registry.started) == 3


def test_between_two_attempts_the_audit_waits(audited: AuditWorld) -> None:
    """The execution may be running; the finding is told all the same."""
    audited.register(ARN)
    audited.later(seconds=BOUND + 1)
    audited.audit()
    audited.later(seconds=900)

    (one,) = audited.audit().told
    assert (one.finding.kind, one.action) == (Kind.UNDECIDED, None)
    assert audited.start() == [STARTED]


def test_after_a_later_change_of_the_package_attempts_are_counted_anew(audited: AuditWorld) -> None:
    """It was set back to pending, for instance: what was tried before says nothing of that."""
    audited.max_attempts = 1
    audited.register(ARN)
    actions = []
    for changes in (False, False, True):
        if changes:
            audited.registry.packages[str(ARN)]["LastModifiedTime"] = audited.now()
        audited.later(seconds=BOUND + 1)
        actions.append(audited.audit().told[0].action)

    first = "asked to have it judged again, attempt 1 of 1"
    assert actions == [first, "none any more: 1 attempts have changed nothing, a person has to look", first]
    assert audited.start() == [STARTED, STARTED]


def test_copies_of_one_attempt_start_one_execution(audited: AuditWorld) -> None:
    """Two audits at once see the same, and ask for the same attempt."""
    audited.register(ARN)
    audited.later(seconds=BOUND + 1)
    first, second = audited.auditor(), audited.auditor()
    forgotten = replace(second, attempts=cast("Attempts", _Forgetful(second.attempts)))

    first.run(out_of_time=lambda: False)
    forgotten.run(out_of_time=lambda: False)

    assert sorted(audited.start()) == [ALREADY_STARTED, STARTED]
    assert len(audited.registry.started) == 1


def test_a_failed_execution_is_asked_for_again_at_the_next_run(audited: AuditWorld) -> None:
    """Not only when the package has waited for hours; and no longer once it has been decided."""
    package = audited.register(ARN)
    audited.world.sqs.send_message(QueueUrl=audited.world.queue_url, MessageBody=_registered(ARN))
    audited.start()
    audited.registry.end_executions("Failed")
    audited.later(seconds=60)

    (one,) = audited.audit().told
    assert (one.finding.kind, one.action) == (
        Kind.EXECUTION_FAILED,
        "asked to have it judged again, attempt 1 of 3",
    )
    assert audited.start() == [STARTED]
    audited.passed -= audited.passed  # S3's clock cannot be moved: the decision comes after the execution
    for execution in audited.registry.started:
        execution["started"] = audited.now() - timedelta(seconds=10)
    audited.decide(package, Outcome.HELD)
    assert audited.kinds() == []


@pytest.mark.parametrize("reverts", [False, True])
def test_approved_by_hand_is_told_and_set_back_only_where_the_gate_asks_for_it(
    audited: AuditWorld, reverts: bool
) -> None:
    """An event, a number, and a run of the pipeline, whose update step is the one writer."""
    audited.reverts = reverts
    audited.register(ARN, APPROVED)

    report = audited.audit()

    (detail,) = audited.told()
    assert report.troubles == ()
    assert detail["kind"] == "approved-without-record"
    assert (detail["model_package_arn"], detail["group"]) == (str(ARN), "loan-approval")
    assert str(ARN) in detail["sentence"]
    assert detail["action"] == ("asked to have it set back to pending, attempt 1 of 3" if reverts else None)
    assert audited.bus.numbers[-1]["ApprovedWithoutRecord"] == 1
    assert audited.start() == ([STARTED] if reverts else [])


def test_many_unproved_approvals_at_once_are_told_and_not_set_back(audited: AuditWorld) -> None:
    """A pinned document without an old key would make every approval of that key one: production must outlive that."""
    audited.reverts = True
    for version in range(1, MOST_REVERTS + 1):
        audited.register(package_arn(version), APPROVED)
    assert {one.action for one in audited.audit().told} == {"asked to have it set back to pending, attempt 1 of 3"}
    audited.start()
    audited.later(seconds=BOUND + 1)
    audited.register(package_arn(MOST_REVERTS + 1), APPROVED)

    (action,) = {one.action for one in audited.audit().told}
    assert action is not None
    assert action.startswith(f"none: {MOST_REVERTS + 1} approvals without proof at once")
    assert audited.start() == []


def test_an_event_has_the_source_and_type_that_rules_wait_for(audited: AuditWorld) -> None:
    """Alarms and tools match these words."""
    audited.register(ARN, APPROVED)
    audited.audit()

    (event,) = audited.bus.events
    assert (event["Source"], event["DetailType"], event["EventBusName"]) == (
        "modelgate.audit",
        "modelgate Finding",
        "default",
    )
    assert json.loads(event["Detail"]).keys() == {"kind", "model_package_arn", "group", "sentence", "action"}


def test_decided_packages_are_no_findings(audited: AuditWorld) -> None:
    """Approved, rejected and held, by records that KMS says were signed by the gate; and a deleted one."""
    for version, (status, outcome) in enumerate(
        [(APPROVED, Outcome.APPROVED), (REJECTED, Outcome.REJECTED), ("PendingManualApproval", Outcome.HELD)], start=1
    ):
        audited.decide(audited.register(package_arn(version), status), outcome)
    audited.later(days=3)

    assert audited.kinds() == []
    assert audited.audit().packages == 3


def test_a_forged_record_proves_nothing(audited: AuditWorld) -> None:
    """It is in the right place and says the right things; the key is a stranger's."""
    audited.decide(audited.register(ARN, APPROVED), Outcome.APPROVED, signer=STRANGER)
    audited.passed -= audited.passed
    note = adoption(audited)
    audited.world.s3.put_object(
        Bucket=EVIDENCE,
        Key=adoption_key("loan-approval"),
        Body=replace(note, adopted_at="2025-01-01T00:00:00+00:00").to_json(),
    )

    assert sorted(audited.kinds()) == ["approved-without-record", "record-not-valid"]


def test_an_edited_package_is_found(audited: AuditWorld) -> None:
    """Its record is genuine, and about something else."""
    audited.decide(audited.register(ARN, APPROVED), Outcome.APPROVED)
    audited.registry.packages[str(ARN)]["SourceUri"] = "s3://elsewhere/model"

    assert audited.kinds() == ["changed-since-decision"]


def test_an_approved_canary_is_found(audited: AuditWorld) -> None:
    """However well its record is signed."""
    audited.canaries = (ARN,)
    package = audited.register(ARN, REJECTED)
    audited.decide(package, Outcome.REJECTED)
    assert audited.kinds() == []

    audited.registry.packages[str(ARN)]["ModelApprovalStatus"] = APPROVED
    assert sorted(audited.kinds()) == ["canary-approved", "status-not-decided"]


def test_a_canary_that_is_gone_is_trouble(audited: AuditWorld) -> None:
    """A test that no longer runs must not look like one that passes."""
    audited.canaries = (ARN,)

    (trouble,) = audited.audit().troubles
    assert str(ARN) in trouble


def test_dead_letters_are_counted(audited: AuditWorld) -> None:
    """Each queue is a finding, however many messages it holds."""
    for _ in range(3):
        audited.world.sqs.send_message(QueueUrl=audited.world.dead_letter_queue_url, MessageBody="b")

    (one,) = audited.audit().told
    assert one.finding.kind is Kind.DEAD_LETTERS
    assert "start-approval-dlq holds 3 messages" in one.finding.sentence
    assert audited.bus.numbers[-1]["DeadLetters"] == 1


def test_every_run_puts_every_number_once(audited: AuditWorld) -> None:
    """Zeros end an alarm, and their absence starts one."""
    assert audited.bus.numbers == [
        {
            "AuditRuns": 1,
            **dict.fromkeys(
                (
                    *("ApprovedWithoutRecord", "RecordNotValid", "ChangedSinceDecision", "StatusNotDecided"),
                    *("Undecided", "ExecutionFailed", "DeadLetters", "CanaryApproved", "BreakGlassUsed"),
                    *("EvaluationEndpointLeft", "LegacyListed"),
                ),
                0,
            ),
        }
    ]


def test_the_first_audit_lists_what_was_approved_before_and_no_later_one_does(world: World) -> None:
    """Once told, it is proved by the note; a group without any has an empty note; a shadow group has none."""
    audited = AuditWorld(world)
    legacy = audited.register(ARN, APPROVED)
    audited.decide(audited.register(package_arn(2), APPROVED), Outcome.APPROVED)
    audited.register(package_arn(3), REJECTED)
    audited.register(SHADOW, APPROVED)

    assert audited.kinds() == ["legacy"]
    assert audited.kinds() == []
    assert list(adoption(audited).packages) == ["1"]
    assert adoption(audited).covers(legacy)
    assert adoption(audited, "claims-triage").packages == {}
    with pytest.raises(world.s3.exceptions.NoSuchKey):
        adoption(audited, "loan-shadow")


def test_of_two_first_audits_one_lists(world: World) -> None:
    """Whoever comes second finds the note of the first, and says nothing of what it lists."""
    audited = AuditWorld(world)
    audited.register(ARN, APPROVED)
    late = audited.auditor(s3=_BlindToAdoptions(world.s3))
    first = audited.audit()
    audited.later(seconds=1)

    assert [one.finding.kind for one in first.told] == [Kind.LEGACY]
    assert [one.finding.kind for one in late.run(out_of_time=lambda: False).told] == []


def test_a_package_that_cannot_be_read_hides_no_other(audited: AuditWorld) -> None:
    """Every other is looked at and told; the run then fails, so that somebody hears of it."""
    for version in range(1, 6):
        audited.register(package_arn(version), APPROVED)
    audited.registry.unreadable = {str(package_arn(3)), "claims-triage"}

    report = audited.audit()

    assert [one.finding.package for one in report.told] == [package_arn(v) for v in (1, 2, 4, 5)]
    assert audited.bus.numbers[-1]["ApprovedWithoutRecord"] == 4
    assert ["claims-triage" in report.troubles[0], str(package_arn(3)) in report.troubles[1]] == [True, True]
    with pytest.raises(InfrastructureError, match="Rate exceeded"):
        report.raise_troubles()


def test_a_package_deleted_since_it_was_listed_is_no_finding_and_no_trouble(
    audited: AuditWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run takes minutes; teams go on working."""
    audited.register(ARN, APPROVED)
    listed = audited.registry.list_model_packages(ModelPackageGroupName="loan-approval")
    audited.registry.packages.clear()
    empty: dict[str, Any] = {"ModelPackageSummaryList": []}
    monkeypatch.setattr(
        audited.registry,
        "list_model_packages",
        lambda **request: listed if request["ModelPackageGroupName"] == "loan-approval" else empty,
    )

    assert audited.kinds() == []


def test_a_group_is_adopted_only_when_all_of_it_could_be_read(world: World) -> None:
    """Else what was approved before, and could not be read, would be flagged for ever."""
    audited = AuditWorld(world)
    for version in (1, 2):
        audited.register(package_arn(version), APPROVED)
    audited.registry.unreadable = {str(package_arn(2))}

    report = audited.audit()
    assert report.told == ()
    assert "is adopted when all of its packages can be looked at" in " ".join(report.troubles)
    audited.registry.unreadable = set()
    assert audited.kinds() == ["legacy", "legacy"]


def test_a_run_that_is_out_of_time_says_what_it_left_out(audited: AuditWorld) -> None:
    """It tells what it has found by then, and fails."""
    for version in range(1, 5):
        audited.register(package_arn(version), APPROVED)
    looks = iter([*[False] * 4, False, False, True, True])  # four times at the list

    report = audited.audit(out_of_time=lambda: next(looks))

    assert len(report.told) == 2
    assert report.troubles == ("2 packages were not looked at, the run was out of time",)


def test_a_run_that_has_no_time_to_ask_tells_all_the_same(audited: AuditWorld) -> None:
    """The next run asks; no attempt is lost."""
    audited.register(ARN)
    audited.later(seconds=BOUND + 1)

    report = audited.auditor().run(out_of_time=lambda: False, must_tell=lambda: True)

    assert [(one.finding.kind, one.action) for one in report.told] == [(Kind.UNDECIDED, None)]
    assert str(ARN) in report.troubles[0]
    assert [detail["kind"] for detail in audited.told()] == ["undecided"]
    assert audited.audit().told[0].action == "asked to have it judged again, attempt 1 of 3"


def test_a_queue_that_does_not_answer_is_trouble_and_no_attempt(audited: AuditWorld) -> None:
    """An attempt that was never sent is not counted."""
    audited.register(ARN)
    audited.later(seconds=BOUND + 1)

    class Silent:
        def send_message(self, **_: Any) -> None:
            raise client_error("ServiceUnavailable")

        def get_queue_attributes(self, **request: Any) -> Any:
            return audited.world.sqs.get_queue_attributes(**request)

    report = audited.audit(sqs=Silent())

    assert "re-queueing" in report.troubles[0]
    assert audited.audit().told[0].action == "asked to have it judged again, attempt 1 of 3"


def test_a_decided_package_takes_five_requests(audited: AuditWorld) -> None:
    """One to the registry, three to S3, one to KMS: what bounds how many packages a run can look at."""
    made: list[str] = []
    count = lambda **about: made.append(about["model"].name)  # noqa: E731 - botocore keeps a reference to it
    events = audited.world.s3.meta.events
    events.register("before-call.s3", count, unique_id="counted")
    numbers = []
    for versions in (range(1, 3), range(3, 5)):
        for version in versions:
            audited.decide(audited.register(package_arn(version), APPROVED), Outcome.APPROVED)
        made.clear()
        audited.registry.calls.clear()
        assert audited.kinds() == []
        numbers.append(len(made) + audited.registry.calls.count("DescribeModelPackage"))
    events.unregister("before-call.s3", unique_id="counted")

    assert numbers[1] - numbers[0] == 2 * 4  # and a question to KMS for each record


def test_a_key_that_kms_does_not_answer_for_is_trouble_and_no_finding(audited: AuditWorld) -> None:
    """Whether the record is genuine is not known, so it is neither proof nor forgery."""
    audited.decide(audited.register(ARN, APPROVED), Outcome.APPROVED)
    audited.kms.disabled = set(audited.kms.keys)

    report = audited.audit()

    assert report.told == ()
    assert len(report.troubles) == 1


def test_a_bus_that_refuses_keeps_the_numbers_from_nobody(audited: AuditWorld) -> None:
    """The alarms hang on the numbers; the run fails, and the next one tells the events."""
    audited.register(ARN, APPROVED)
    audited.bus.refuses = True

    report = audited.audit()

    assert audited.bus.numbers[-1]["ApprovedWithoutRecord"] == 1
    assert "refused 1 of 1 findings" in report.troubles[0]


def test_more_findings_than_one_request_takes_are_all_told(audited: AuditWorld) -> None:
    """EventBridge takes ten at a time."""
    for version in range(1, 24):
        audited.register(package_arn(version), APPROVED)
    audited.audit()

    assert len(audited.told()) == 23


@pytest.mark.parametrize("call", range(1, 15))
def test_a_crash_at_any_call_loses_no_attempt_and_doubles_no_execution(audited: AuditWorld, call: int) -> None:
    """The next run carries on: one request at least, one execution at most, and the package is judged."""
    audited.register(ARN)
    audited.later(seconds=BOUND + 1)
    clients = ("sagemaker", "s3", "sqs", "dynamodb", "events", "cloudwatch")
    crash = _CrashAt(call)
    whole = audited.auditor()
    given = {name: crash.over(getattr(whole, name)) for name in clients if name != "dynamodb"}
    given["dynamodb"] = crash.over(audited.world.dynamodb)
    with pytest.raises(_Killed):
        audited.audit(**given)
    audited.later(seconds=900)
    audited.audit().raise_troubles()

    assert audited.start().count(STARTED) == 1
    assert len(audited.registry.started) == 1


class _Killed(BaseException):
    """The process is gone: nothing catches it."""


class _CrashAt:
    """Counts the calls of several clients, and dies at one of them."""

    def __init__(self, call: int) -> None:
        self.left = call

    def over(self, client: Any) -> Any:
        """The client with a count."""
        crash = self

        class Counted:
            def __getattr__(self, name: str) -> Any:
                real = getattr(client, name)
                if not callable(real) or name == "get_paginator":
                    return real

                def call(*args: Any, **request: Any) -> Any:
                    crash.left -= 1
                    if crash.left == 0:
                        raise _Killed
                    return real(*args, **request)

                return call

        return Counted()


class _Forgetful:
    """Attempts as another audit saw them a moment ago: none yet."""

    def __init__(self, attempts: Any) -> None:
        self.attempts = attempts

    def last(self, remedy: Any) -> None:
        """Nothing so far."""

    def note(self, remedy: Any, attempt: Any) -> None:
        """Note it for real."""
        self.attempts.note(remedy, attempt)


class _BlindToAdoptions:
    """S3 as another audit saw it a moment ago: without the notes of adoptions."""

    def __init__(self, s3: Any) -> None:
        self.s3, self.blind = s3, {"adopted/loan-approval.json", "adopted/claims-triage.json"}

    def get_object(self, **request: Any) -> Any:
        """Answer as before the note was written, once a key."""
        if request["Key"] in self.blind:
            self.blind.remove(request["Key"])
            raise client_error("NoSuchKey")
        return self.s3.get_object(**request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.s3, name)


def _registered(arn: Any) -> str:
    return json.dumps(
        {"schema": "modelgate/approval-request/v1", "model_package_arn": str(arn), "change": "c", "attempt": 1}
    )
