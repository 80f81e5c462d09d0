"""What the shipped policy says about the example's packages, judged in memory: no AWS, no steps."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from modelgate.contracts.facts import Fact
from modelgate.contracts.gate import Group
from modelgate.contracts.package import Container
from modelgate.contracts.results import Judgement, Verdict
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.decide import judge
from modelgate.errors import UnreadableReportError
from modelgate.policy.bundle import build as build_bundle
from modelgate.policy.model import Bundle
from modelgate.reports.read import read_report

from examples.loan_approval.files import MODEL, PLACES, PackageFiles
from examples.loan_approval.scenarios import SCENARIOS, Expected, Scenario, build

FIRST = {
    Expected.APPROVED: Verdict.APPROVE,
    Expected.REJECTED: Verdict.REJECT,
    Expected.HELD_THEN_APPROVED: Verdict.HOLD,
}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """The policies that are shipped."""
    return Bundle.from_json(build_bundle(Path(__file__).parents[3] / "policies"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_each_scenario_gets_the_verdict_and_the_reason_it_expects(
    scenario: Scenario, bundle: Bundle, tmp_path: Path
) -> None:
    """The expectations of the demo hold under the shipped policy, for the reason given and not by accident."""
    files = build(scenario, tmp_path, evaluated_at=datetime(2026, 1, 5, 10, 0, tzinfo=UTC))

    judgement = _judged(scenario, files, bundle)

    assert judgement.verdict is FIRST[scenario.expected]
    assert scenario.reason in " | ".join(judgement.reasons)


@pytest.mark.parametrize("name", ["guessing", "twin-guessing", "leans-on-race"])
def test_a_model_with_one_fault_is_rejected_for_that_fault_alone(name: str, bundle: Bundle, tmp_path: Path) -> None:
    """The weak model breaks only the bound on AUC, the leaning one only that on the share of race."""
    (scenario,) = (scenario for scenario in SCENARIOS if scenario.name == name)
    files = build(scenario, tmp_path, evaluated_at=datetime(2026, 1, 5, 10, 0, tzinfo=UTC))

    (reason,) = _judged(scenario, files, bundle).reasons

    assert scenario.reason in reason


def test_a_held_package_is_approved_once_its_report_has_arrived(bundle: Bundle, tmp_path: Path) -> None:
    """The late report is a good one: nothing else stands against the package."""
    (scenario,) = (scenario for scenario in SCENARIOS if scenario.expected is Expected.HELD_THEN_APPROVED)
    files = build(scenario, tmp_path, evaluated_at=datetime(2026, 1, 5, 10, 0, tzinfo=UTC))

    judgement = _judged(scenario, replace(files, late=frozenset()), bundle)

    assert judgement.verdict is Verdict.APPROVE


def _judged(scenario: Scenario, files: PackageFiles, bundle: Bundle) -> Judgement:
    artifacts: list[Artifact] = []
    facts: list[Fact] = []
    for name, (family, member) in PLACES.items():
        if name in files.contents:
            artifact = _artifact(f"{family}.{member}", name, files)
            try:
                facts.extend(_facts(artifact, files.contents[name]))
            except UnreadableReportError as error:
                artifact = replace(artifact, state=ArtifactState.REFUSED, problem=str(error))
            artifacts.append(artifact)
    subject = Subject(
        package_arn=f"arn:aws:sagemaker:eu-west-1:222222222222:model-package/{scenario.group}/1",
        creation_time="2026-01-05T10:00:00Z",
        package_status="Completed",
        group=Group(name=scenario.group, team=scenario.product, account="333333333333", tags={"policy": "credit"}),
        containers=(Container(image="i", image_digest=None, model_data_url=f"s3://b/{MODEL}", model_data_etag=None),),
        artifacts=tuple(artifacts),
        facts=tuple(facts),
    )
    return judge(subject, bundle)


def _artifact(place: str, name: str, files: PackageFiles) -> Artifact:
    return Artifact(
        name=place,
        uri=f"s3://b/{name}",
        content_digest=files.digest(name),
        stored_uri=f"s3://store/{name}",
        version_id="v1",
        digest=files.digest(name),
        size=len(files.contents[name]),
        state=ArtifactState.NOT_ARRIVED if name in files.late else ArtifactState.PINNED,
        problem=None,
    )


def _facts(artifact: Artifact, content: bytes) -> Iterator[Fact]:
    if artifact.state is ArtifactState.PINNED:
        yield from read_report(artifact.name, content)
