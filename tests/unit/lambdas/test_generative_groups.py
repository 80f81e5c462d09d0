"""Groups with an evaluation: their packages go through the pipeline that asks models before it judges them."""

from dataclasses import replace

import pytest
from modelgate.contracts.messages import RevertRequest, parse_message
from modelgate.errors import InfrastructureError

from lambdas.start_approval.starter import DEFERRED, STARTED
from tests.unit.lambdas.audit_world import BOUND, AuditWorld
from tests.unit.lambdas.world import CHANGE, World, package_arn, registered_event

ASSISTANT = package_arn(group="assistant")
REGISTERED = parse_message(registered_event(ASSISTANT))
GENERATIVE = "gate-generative-approval"


def test_a_package_of_a_group_with_an_evaluation_goes_through_its_own_pipeline(world: World) -> None:
    """Every other group's packages go through the other, as ever."""
    other = package_arn()
    world.sagemaker.register(ASSISTANT)
    world.sagemaker.register(other)
    starter = world.starter()

    starter.answer(REGISTERED)
    starter.answer(parse_message(registered_event(other)))

    assert [started["PipelineName"] for started in world.sagemaker.started] == [GENERATIVE, "gate-approval"]


def test_an_approval_without_proof_is_set_back_by_the_pipeline_of_its_group(world: World) -> None:
    """The run that sets it back judges nothing that the group's policy could not read."""
    world.sagemaker.register(ASSISTANT)
    world.sagemaker.packages[str(ASSISTANT)]["ModelApprovalStatus"] = "Approved"
    starter = replace(world.starter(), gate=replace(world.gate, revert_unproved=True))

    assert starter.answer(RevertRequest(arn=ASSISTANT, change=CHANGE)).action == STARTED
    assert [started["PipelineName"] for started in world.sagemaker.started] == [GENERATIVE]


@pytest.mark.parametrize(("of_one", "of_other"), [(2, 0), (1, 1), (0, 2)])
def test_executions_of_both_pipelines_count_towards_the_limit(world: World, of_one: int, of_other: int) -> None:
    """Their jobs meet the same limits of the account."""
    world.sagemaker.register(ASSISTANT)
    world.sagemaker.run(of_one)
    world.sagemaker.run(of_other, pipeline=GENERATIVE)

    assert world.starter(max_running=2).answer(REGISTERED).action == DEFERRED
    assert world.sagemaker.started == []


def test_without_that_pipeline_such_a_package_is_judged_by_no_other(world: World) -> None:
    """The gate document and the function's settings disagree: the message comes again until they do not."""
    world.generative_pipeline = None
    world.sagemaker.register(ASSISTANT)

    with pytest.raises(
        InfrastructureError, match="has the evaluation 'smoke', and there is no pipeline that evaluates"
    ):
        world.starter().answer(REGISTERED)

    assert world.sagemaker.executions == {}


def test_the_audit_finds_failed_executions_of_both_pipelines(world: World) -> None:
    """Each is asked for again, about its own package."""
    audited = AuditWorld(world)
    audited.audit()
    arns = [audited.register(arn).arn for arn in (ASSISTANT, package_arn())]
    for arn in arns:
        world.starter().answer(parse_message(registered_event(arn)))
    audited.registry.end_executions("Failed")

    told = audited.audit().told

    assert {(one.finding.kind, one.finding.package) for one in told} == {("execution-failed", arn) for arn in arns}
    assert all(one.action is not None for one in told)


def test_of_two_pipelines_the_execution_that_started_last_is_told(world: World) -> None:
    """A group got its evaluation after an earlier run had failed."""
    audited = AuditWorld(world)
    audited.audit()
    audited.register(ASSISTANT)
    without = replace(world.gate.groups["assistant"], evaluation=None)
    before = replace(world.starter(), gate=replace(world.gate, groups={**world.gate.groups, "assistant": without}))
    before.answer(REGISTERED)
    world.starter().answer(parse_message(registered_event(ASSISTANT, CreationTime="2026-05-04T13:00:00Z")))
    audited.registry.end_executions("Failed")

    (told,) = audited.audit().told

    assert "/execution/e2" in told.finding.sentence


def test_a_package_whose_model_is_still_asked_is_not_taken_for_lost(world: World) -> None:
    """An evaluation takes hours: another run beside it would ask the model twice."""
    audited = AuditWorld(world)
    audited.audit()
    audited.register(ASSISTANT)

    audited.later(seconds=4 * BOUND - 60)
    assert audited.kinds() == []
    audited.later(seconds=120)
    (told,) = audited.audit().told
    audited.later(seconds=3 * BOUND)
    (again,) = audited.audit().told

    assert (told.finding.kind, told.action) == ("undecided", "asked to have it judged again, attempt 1 of 3")
    assert (again.finding.kind, again.action) == ("undecided", None)  # the first may still succeed
