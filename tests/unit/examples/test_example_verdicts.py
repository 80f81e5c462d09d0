"""What the demo's policies say about the example's packages, judged in memory: no AWS, no steps."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import hcl2
import pytest
from modelgate.contracts.facts import Fact
from modelgate.contracts.gate import Group, Mode, ProblemType, RiskTier
from modelgate.contracts.package import Container
from modelgate.contracts.results import Judgement, Status, Verdict, WaiverState
from modelgate.contracts.review import Review, ReviewRecord, ReviewVerdict
from modelgate.contracts.subject import Artifact, ArtifactState, Prior, Subject
from modelgate.decide import judge
from modelgate.errors import UnreadableReportError
from modelgate.evidence.registry_text import describe
from modelgate.policy.model import Bundle
from modelgate.reports.read import read_report

from deploy.paths import ROOT
from examples.loan_approval.files import MODEL, PLACES, PackageFiles
from examples.loan_approval.scenario import Expected, Scenario, Then, build
from examples.loan_approval.scenarios import SCENARIOS
from local import policy_bundle

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
FIRST = {
    Expected.APPROVED: Verdict.APPROVE,
    Expected.REJECTED: Verdict.REJECT,
    Expected.HELD: Verdict.HOLD,
    Expected.SHADOW_REJECTED: Verdict.REJECT,
}
EVERY_SCENARIO = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """The policies of the local environment."""
    return Bundle.from_json(policy_bundle.build(NOW.date()))


@EVERY_SCENARIO
def test_each_scenario_gets_the_verdict_and_the_reason_it_expects(
    scenario: Scenario, bundle: Bundle, tmp_path: Path
) -> None:
    """The expectations of the demo hold, for the reason given and not by accident."""
    subject = subject_of(scenario, tmp_path)

    judgement = judge(subject, bundle)

    assert judgement.verdict is FIRST[scenario.expected]
    assert scenario.reason in describe(judgement, subject, "s3://evidence/record.json")
    assert scenario.proof in " | ".join(result.sentence for result in judgement.results)


@pytest.mark.parametrize("name", ["guessing", "twin-guessing", "leans-on-race", "rubber-stamp", "thin-file-priced"])
def test_a_model_with_one_fault_is_rejected_for_that_fault_alone(name: str, bundle: Bundle, tmp_path: Path) -> None:
    """Whatever else the policy asks, each of these models has."""
    (reason,) = judge(subject_of(BY_NAME[name], tmp_path), bundle).reasons

    assert BY_NAME[name].reason in reason


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.then], ids=lambda scenario: scenario.name)
def test_a_held_package_is_approved_by_what_happens_then(scenario: Scenario, bundle: Bundle, tmp_path: Path) -> None:
    """Nothing else stands against it: the late report is a good one, and the reviewer may decide."""
    subject = subject_of(scenario, tmp_path)
    if scenario.then is Then.LATE_REPORT:
        subject = subject_of(scenario, tmp_path, late=False)
    else:
        subject = replace(subject, reviews=(review_of(judge(subject, bundle), subject),))

    judgement = judge(subject, bundle)

    assert judgement.verdict is Verdict.APPROVE
    assert scenario.then_reason in describe(judgement, subject, "s3://evidence/record.json")


def test_too_few_rows_are_counted(bundle: Bundle, tmp_path: Path) -> None:
    """The hold says about how many applications more would decide it, and only certainty is wanting."""
    (reason,) = judge(subject_of(BY_NAME["few-rows"], tmp_path), bundle).reasons

    found = re.search(r"recall = 0\.97\d+ .* must be at least 0\.96; about (\d+) more rows would decide it", reason)

    assert found is not None
    assert 50 < int(found[1]) < 500


def test_each_edition_is_near_the_one_before_and_the_last_is_far_from_the_best(bundle: Bundle, tmp_path: Path) -> None:
    """No step is larger than the rule allows, so that only a comparison with the best can see the erosion."""
    editions = [s for s in SCENARIOS if s.name.endswith("-edition")]
    (rule,) = (c.change for p in bundle.policies if p.name == "credit-watched" for c in p.checks if c.change)
    values = [_auc(subject_of(scenario, tmp_path)) for scenario in editions]

    steps = [before - after for before, after in pairwise(values)]

    assert rule.worse_by is not None
    assert all(0 < step < rule.worse_by for step in steps)
    assert max(values[:-1]) - values[-1] > rule.worse_by


def test_a_waiver_in_force_is_used_by_one_package_and_an_expired_one_by_none(bundle: Bundle, tmp_path: Path) -> None:
    """The same model, in two groups; what became of each waiver is recorded with the verdict."""
    used = judge(subject_of(BY_NAME["thin-file"], tmp_path), bundle)
    expired = judge(subject_of(BY_NAME["thin-file-priced"], tmp_path), bundle)

    assert [(use.waiver, use.state) for use in used.waivers] == [("thin-files-pilot", WaiverState.USED)]
    assert [result.check for result in used.results if result.status is Status.WAIVED] == ["auc"]
    assert [(use.waiver, use.state) for use in expired.waivers] == [("thin-files-first-pilot", WaiverState.EXPIRED)]


def subject_of(scenario: Scenario, folder: Path, *, late: bool = True) -> Subject:
    """The scenario's package as the check step would see it, after all that comes before it."""
    files = build(scenario, folder, evaluated_at=NOW)
    files = files if late else replace(files, late=frozenset())
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
    history = tuple(_history(scenario, folder))
    return Subject(
        package_arn=f"arn:aws:sagemaker:eu-west-1:222222222222:model-package/{scenario.group}/{len(history) + 1}",
        creation_time=NOW.isoformat(),
        registration="sha256:" + "0" * 64,
        package_status="Completed",
        group=_group(scenario.group),
        containers=(Container(image="i", image_digest=None, model_data_url=f"s3://b/{MODEL}", model_data_etag=None),),
        artifacts=tuple(artifacts),
        facts=tuple(facts),
        as_of=NOW.isoformat(),
        metadata={},
        history=history,
    )


def review_of(judgement: Judgement, subject: Subject) -> Review:
    """The review that approves what was held."""
    record = ReviewRecord(
        package_arn=subject.package_arn,
        decision_id="loan-high/1/run1",
        basis=judgement.basis,
        verdict=ReviewVerdict.APPROVE,
        reason="looked at",
        reviewed_at=NOW.isoformat(),
    )
    return Review(reviewer="AROA:ada", uri="s3://e/r", version_id="v1", digest=f"sha256:{'a' * 64}", record=record)


def _history(scenario: Scenario, folder: Path) -> Iterator[Prior]:
    """Approved versions of the group, newest first."""
    earlier = BY_NAME.get(scenario.after or "")
    if earlier is not None:
        before = subject_of(earlier, folder)
        yield Prior(
            version=len(before.history) + 1,
            decision_id=f"{earlier.name}/run1",
            record_digest=f"sha256:{'a' * 64}",
            facts=before.facts,
        )
        yield from before.history


def _group(name: str) -> Group:
    """The group as the local environment's values have it."""
    text = (ROOT / "terraform/environments/local/groups.tfvars").read_text()
    (found,) = (
        {key.strip('"'): value for key, value in group.items()}
        for key, group in hcl2.loads(text)["groups"].items()
        if key.strip('"') == name
    )

    def said(key: str, default: str = "") -> str:
        return str(found.get(key, default)).strip('"')

    return Group(
        name=name,
        team=said("team"),
        account=said("account"),
        tags={key.strip('"'): value.strip('"') for key, value in found["tags"].items()},
        mode=Mode(said("mode", "enforce")),
        risk_tier=RiskTier(said("risk_tier")) if "risk_tier" in found else None,
        problem_type=ProblemType(said("problem_type")),
    )


def _artifact(place: str, name: str, files: PackageFiles) -> Artifact:
    return Artifact(
        name=place,
        uri=f"s3://b/{name}",
        content_digest=files.digest(name),
        stored_uri=f"s3://store/{name}",
        version_id="v1",
        digest=files.digest(name),
        size=len(files.contents[name]),
        arrived_at=NOW.isoformat(),
        state=ArtifactState.NOT_ARRIVED if name in files.late else ArtifactState.PINNED,
        problem=None,
    )


def _facts(artifact: Artifact, content: bytes) -> Iterator[Fact]:
    if artifact.state is ArtifactState.PINNED:
        yield from read_report(artifact.name, content)


def _auc(subject: Subject) -> float:
    (value,) = (fact.value.number for fact in subject.facts if fact.metric == "auc")
    assert value is not None
    return value
