"""Endpoints that an evaluation left running: the audit ends them, and says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from modelgate.audit.finding import Kind
from modelgate.aws import endpoint_removal
from modelgate.aws.endpoint_removal import moment

from tests.unit.lambdas.audit_world import AuditWorld
from tests.unit.lambdas.world import World, client_error

LATE, ON_TIME, SOMEBODYS = "modelgate-evaluation-late", "modelgate-evaluation-new", "a-modelgate-evaluation-not"


@pytest.fixture
def audited(world: World, monkeypatch: pytest.MonkeyPatch) -> AuditWorld:
    """An endpoint past its time, one before it, and one of somebody else; nobody waits between two tries."""
    monkeypatch.setattr(endpoint_removal.sweep, "__kwdefaults__", {"sleep": lambda _: None})
    made = AuditWorld(world)
    past, later = (moment((made.now() + timedelta(hours=hours)).timestamp()) for hours in (-1, 1))
    made.registry.endpoints = {LATE: past, ON_TIME: later, SOMEBODYS: past}
    return made


def test_an_endpoint_past_its_time_is_ended_and_told(audited: AuditWorld) -> None:
    """Once: the next run finds nothing. What is still in use, or somebody else's, stays."""
    (told,) = audited.audit().told

    assert told.finding.kind is Kind.EVALUATION_ENDPOINT_LEFT
    assert told.finding.sentence.startswith(f"{LATE} was past the time that its evaluation may take, and was ended now")
    assert audited.registry.endpoints.keys() == {ON_TIME, SOMEBODYS}
    assert audited.bus.numbers[-1]["EvaluationEndpointLeft"] == 1
    assert audited.kinds() == []


def test_one_that_cannot_be_ended_is_told_at_every_run(audited: AuditWorld) -> None:
    """It costs money until somebody looks."""
    audited.registry.stuck = {LATE}

    for _ in range(2):
        (told,) = audited.audit().told

        assert f"the endpoint {LATE} is left, which costs money" in told.finding.sentence


def test_a_service_that_lists_no_endpoints_hides_nothing_else(
    audited: AuditWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run looks at everything, tells it, and then fails."""

    def refuse(**_: object) -> None:
        raise client_error("AccessDeniedException")

    monkeypatch.setattr(audited.registry, "list_endpoints", refuse)
    audited.world.sqs.send_message(QueueUrl=audited.world.dead_letter_queue_url, MessageBody="b")

    report = audited.audit()

    assert [one.finding.kind for one in report.told] == [Kind.DEAD_LETTERS]
    assert len(report.troubles) == 1
    assert "listing endpoints" in report.troubles[0]


def test_what_was_left_is_ended_where_no_model_is_evaluated_any_more(audited: AuditWorld) -> None:
    """Evaluations that were taken out of the values leave nothing that costs money for ever."""
    auditor = audited.auditor()

    report = replace(auditor, settings=replace(auditor.settings, generative_pipeline=None)).run(
        out_of_time=lambda: False
    )

    assert [one.finding.kind for one in report.told] == [Kind.EVALUATION_ENDPOINT_LEFT]
    assert LATE not in audited.registry.endpoints
