"""Nobody hides something from the audit: not by names that look like ours, nor by giving it too much to look at."""

from typing import Any

import pytest
from modelgate.audit.finding import Kind
from modelgate.audit.remedy import Attempt, Remedy, RemedyKind, change_of

from tests.unit.lambdas.audit_world import AuditWorld
from tests.unit.lambdas.world import World, client_error, package_arn

ARN = package_arn()
APPROVED = "Approved"


@pytest.fixture
def audited(world: World) -> AuditWorld:
    """A gate whose groups have been adopted, while they were empty."""
    made = AuditWorld(world)
    assert made.kinds() == []
    made.later(seconds=2)
    return made


@pytest.mark.parametrize(
    "about", [package_arn(account="999999999999"), package_arn(version=7)], ids=["foreign account", "other region"]
)
def test_an_execution_about_a_namesake_elsewhere_is_told(audited: AuditWorld, about: Any) -> None:
    """A group of the same name in another account or region is not ours, so nobody of ours started that."""
    named = str(about) if about.version == 1 else str(about).replace("eu-west-1", "us-east-1")
    audited.registry.start_pipeline_execution(
        PipelineName="gate-approval",
        ClientRequestToken="t" * 32,
        PipelineParameters=[{"Name": "ModelPackageArn", "Value": named}],
    )
    audited.registry.end_executions("Failed")

    (one,) = audited.audit().told

    assert (one.finding.kind, one.finding.package) == (Kind.EXECUTION_FAILED, None)
    assert "about no package under the gate" in one.finding.sentence


def test_a_group_with_very_many_packages_keeps_no_other_from_being_looked_at(audited: AuditWorld) -> None:
    """The smallest group comes first: whoever floods a registry gets only the own group left out."""
    for version in range(1, 30):
        audited.register(package_arn(version))
    other = package_arn(group="claims-triage")
    audited.register(other, APPROVED)
    reads = iter([False] * 30 + [False] + [True] * 1000)

    report = audited.audit(out_of_time=lambda: next(reads))

    assert [(one.finding.kind, one.finding.package) for one in report.told] == [(Kind.APPROVED_WITHOUT_RECORD, other)]
    assert "29 packages were not looked at" in report.troubles[0]


def test_a_list_without_end_ends_with_the_time(audited: AuditWorld) -> None:
    """The function is killed at its end, and would tell nothing at all."""
    for version in range(1, 30):
        audited.register(package_arn(version))
    audited.registry.calls.clear()

    report = audited.audit(out_of_time=lambda: len(audited.registry.calls) > 5)

    assert audited.registry.calls.count("ListModelPackages") < 10
    assert "the packages of group loan-approval: there was no time left to look" in report.troubles


def test_a_bus_that_refuses_one_request_is_told_the_rest(audited: AuditWorld) -> None:
    """One request that fails as a whole, for what stands in it, hides none of the others."""
    for version in range(1, 24):
        audited.register(package_arn(version), APPROVED)
    put, calls = audited.bus.put_events, []

    def once(**request: Any) -> dict[str, Any]:
        calls.append(len(request["Entries"]))
        if len(calls) == 1:
            raise client_error("ValidationException", "too large")
        return put(**request)

    audited.bus.put_events = once  # type: ignore[method-assign]
    report = audited.audit()

    assert (calls, len(audited.told())) == ([10, 10, 3], 13)
    assert "10 of 23 findings" in report.troubles[0]


def test_to_judge_and_to_set_back_are_two_changes() -> None:
    """Else the claim of the one would answer the other, and nothing would be set back."""
    first = Attempt(number=1, asked_at=0)
    judge, revert = (change_of(Remedy(kind=kind, arn=ARN, since="2026"), first) for kind in RemedyKind)

    assert judge != revert
