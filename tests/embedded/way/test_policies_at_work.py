"""What policies can say beyond bounds, from registration to verdict: waivers, certainty, erosion, code of one's own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from credit_checks.ks_step import ks_statistic
from modelgate.contracts.layout import extra_report_key

from examples.loan_approval.files import QUALITY
from tests.embedded.way.gate import Gate, eventually
from tests.embedded.way.member import Member
from tests.embedded.way.roles import make_role
from tests.terraform.offline import pipeline_definition

pytestmark = pytest.mark.embedded


def test_a_waiver_in_force_lets_a_model_pass_and_is_named(lender: Member, gate: Gate) -> None:
    """In the description, in the waived result, and among what became of each waiver."""
    arn = lender.register("loan-approval", lender.prepare("thin-file"))

    outcome = gate.verdict(arn)

    assert outcome.verdict == "approved"
    assert outcome.reasons.startswith("Approved with waiver by policy credit v")
    (record,) = gate.records(arn)
    judgement = record["report"]["judgement"]
    assert [(use["waiver"], use["state"]) for use in judgement["waivers"]] == [("thin-files-pilot", "used")]
    assert [r["check"] for r in judgement["results"] if r.get("waiver") == "thin-files-pilot"] == ["auc"]


def test_a_waiver_that_has_expired_lets_nothing_pass_and_is_named(lender: Member, gate: Gate) -> None:
    """The same model in another group: the team reads why last year's exception no longer helps."""
    arn = lender.register("loan-pricing", lender.prepare("thin-file-priced"))

    outcome = gate.verdict(arn)

    assert outcome.verdict == "rejected"
    assert "waiver thin-files-first-pilot (RISK-87): expired on " in outcome.reasons


def test_too_few_rows_hold_and_say_how_many_are_wanting(lender: Member, gate: Gate) -> None:
    """The interval lies across the bound: no fault of the model, and no proof of it."""
    arn = lender.register("loan-watched", lender.prepare("few-rows"))

    outcome = gate.verdict(arn)

    assert outcome.verdict == "held"
    assert "more rows would decide it" in outcome.reasons
    (record,) = gate.records(arn)
    assert {r["check"]: r["status"] for r in record["report"]["judgement"]["results"]}["recall"] == "inconclusive"


def test_slow_erosion_is_stopped_by_the_best_of_earlier_versions(lender: Member, gate: Gate) -> None:
    """Each edition is nearer to the one before than the rule allows; the last is compared with the first."""
    editions = ["first-edition", "second-edition", "third-edition"]
    for edition in editions:
        arn = lender.register("loan-watched", lender.prepare(edition))
        assert gate.verdict(arn).verdict == "approved", edition

    last = lender.register("loan-watched", lender.prepare("fourth-edition"))
    outcome = gate.verdict(last)

    assert outcome.verdict == "rejected"
    assert "must be at least 0.832201 (a change rule: approved version " in outcome.reasons
    (record,) = gate.records(last)
    history = record["report"]["subject"]["history"]
    assert [prior["version"] for prior in history] == sorted((prior["version"] for prior in history), reverse=True)
    assert len(history) >= len(editions)


@pytest.mark.parametrize(
    ("scenario", "verdict", "status"), [("worth-it", "approved", "pass"), ("rubber-stamp", "rejected", "fail")]
)
def test_a_custom_check_decides_and_its_result_is_kept(
    lender: Member, gate: Gate, scenario: str, verdict: str, status: str
) -> None:
    """With number, interval, bound and the place in the report, as that of any other check."""
    arn = lender.register("loan-costs", lender.prepare(scenario))

    assert gate.verdict(arn).verdict == verdict

    (record,) = gate.records(arn)
    (result,) = (r for r in record["report"]["judgement"]["results"] if r["check"] == "decision-saving")
    assert result["status"] == status
    assert result["bound"] == {"min": 0.05}
    assert result["interval"]["low"] < result["observed"]["number"] < result["interval"]["high"]
    assert result["source"]["pointer"] == "/binary_classification_metrics/confusion_matrix/0/0"


@pytest.fixture
def pipeline_with_ks(gate: Gate) -> Iterator[str]:
    """A pipeline that is the applied one, with the extra step that Terraform plans for the example's values."""
    applied = json.loads(gate.sagemaker.describe_pipeline(PipelineName=gate.pipeline)["PipelineDefinition"])
    check, update = applied["Steps"]
    extra = _here(gate, pipeline_definition("ks")["Steps"][0], check)
    check["DependsOn"] = [extra["Name"]]
    for step in (check, update):
        step["Arguments"]["AppSpecification"]["ContainerArguments"] += ["--extra-report", "ks"]
    role = make_role(gate.platform, "gate-ks", account=gate.platform.governance_account)
    name = f"{gate.pipeline}-with-ks"
    definition = json.dumps({**applied, "Steps": [extra, check, update]})
    gate.sagemaker.create_pipeline(PipelineName=name, PipelineDefinition=definition, RoleArn=role)
    yield name
    gate.sagemaker.delete_pipeline(PipelineName=name)


def _here(gate: Gate, step: dict[str, Any], check: dict[str, Any]) -> dict[str, Any]:
    """*step* of the plan's made-up account with this platform's store and key."""
    planned = step["Arguments"]["ProcessingOutputConfig"]["KmsKeyId"]
    text = json.dumps(step).replace("gate-artifacts", gate.store)
    moved: dict[str, Any] = json.loads(text.replace(planned, check["Arguments"]["ProcessingOutputConfig"]["KmsKeyId"]))
    return moved


def test_the_report_of_an_extra_step_joins_the_evidence(lender: Member, gate: Gate, pipeline_with_ks: str) -> None:
    """The step reads governance's copy, writes its report, and the check pins and reads it as `Extra.ks`."""
    files = lender.prepare("in-the-shadow")
    arn = lender.register("loan-shadow", files)
    gate.verdict(arn)  # by the platform's own pipeline, which leaves a shadow group's package as it is
    group, version = arn.split("/")[-2:]
    given = {"ModelPackageArn": arn, "ModelPackageGroupName": group, "Bucket": gate.store}
    execution = gate.sagemaker.start_pipeline_execution(
        PipelineName=pipeline_with_ks,
        PipelineParameters=[{"Name": name, "Value": value} for name, value in given.items()],
    )["PipelineExecutionArn"]

    status = eventually(lambda: found if (found := gate.status(execution)) != "Executing" else None)

    assert status == "Succeeded"
    run = execution.rsplit("/", 1)[1]
    (record,) = (found for found in gate.records(arn) if found["decision_id"] == f"{group}/{version}/{run}")
    subject = record["report"]["subject"]
    (extra,) = (artifact for artifact in subject["artifacts"] if artifact["name"] == "Extra.ks")
    assert (extra["state"], extra["stored_uri"]) == ("pinned", f"s3://{gate.store}/{extra_report_key(run, 'ks')}")
    (fact,) = (fact for fact in subject["facts"] if fact["artifact"] == "Extra.ks")
    assert fact["metric"] == "ks_statistic"
    assert fact["value"]["number"] == ks_statistic(json.loads(files.contents[QUALITY]))
