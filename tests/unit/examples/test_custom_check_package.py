"""The example of a custom check, and of an extra step: what they measure, and what the gate makes of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from credit_checks import ks_step
from credit_checks.ks_step import ks_statistic
from credit_checks.saving import decision_saving
from modelgate.checks.custom import Measurement
from modelgate.contracts.facts import Fact
from modelgate.contracts.results import Status
from modelgate.decide import judge
from modelgate.errors import UnreadableReportError
from modelgate.reports.read import read_report
from moto import mock_aws

from examples.loan_approval.data import load_split
from examples.loan_approval.evidence import package_files, trained
from examples.loan_approval.files import QUALITY
from tests.unit.checks.subjects import bundle, check, results, subject
from tests.unit.steps.world import STORE, World

COSTS = {"wrong_grant": 5, "wrong_refusal": 1}
STATISTICS = "ModelQuality.Statistics"


def good() -> dict[str, Any]:
    """The quality report of the example's good model."""
    files = package_files("good", evaluated_at=datetime(2026, 1, 5, 10, 0, tzinfo=UTC))
    report: dict[str, Any] = json.loads(files.contents[QUALITY])
    return report


def matrix(cells: Any) -> dict[str, Any]:
    """A quality report with that confusion matrix; cells by the actual label, then the predicted one."""
    return {"binary_classification_metrics": {"confusion_matrix": cells}}


def facts(report: dict[str, Any], artifact: str = STATISTICS) -> tuple[Fact, ...]:
    """The facts of *report*."""
    return read_report(artifact, json.dumps(report).encode())


def saving(report: dict[str, Any], **parameters: float) -> Measurement:
    """What the check measures in *report*."""
    (found,) = decision_saving(facts(report), COSTS | parameters)
    return found


def test_the_saving_is_that_of_counting_application_by_application() -> None:
    """Mean and standard error over the test applications, against granting all, which is the cheaper constant."""
    test = load_split().test
    paid, granted = test.approved.to_numpy() == 1, trained("good").decisions(test.record) == 1
    cost = 5.0 * (granted & ~paid) + 1.0 * (~granted & paid)
    saved = 5.0 * ~paid - cost

    found = saving(good())

    assert found.value.number == pytest.approx(saved.mean())
    assert found.deviation is not None
    assert found.deviation.number == pytest.approx(saved.std(ddof=1) / np.sqrt(len(saved)))
    assert (found.n, found.what) == (995, "saving per application")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"1": {"1": 90, "0": 0}, "0": {"1": 10, "0": 0}}, 0.0),  # grants everybody, which is the cheaper constant
        ({"1": {"1": 0, "0": 90}, "0": {"1": 0, "0": 10}}, -0.4),  # refuses everybody: 90 margins lost, 50 saved
        ({"1": {"1": 90, "0": 0}, "0": {"1": 0, "0": 10}}, 0.5),  # perfect
        ({"1": {"1": 50, "0": 0}, "0": {"1": 50, "0": 0}}, -2.0),  # grants everybody where refusing all is cheaper
        ({"1": {"1": 40, "0": 10}, "0": {"1": 0, "0": 50}}, 0.4),  # four in five good loans, against refusing all
    ],
)
def test_a_constant_decision_saves_nothing(cells: dict[str, dict[str, int]], expected: float) -> None:
    """The saving is what the decisions cost less than the cheaper constant, for each application."""
    assert saving(matrix(cells)).value.number == pytest.approx(expected)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"1": {"1": 90}, "0": {"1": 10}}, "not one of the labels 1 and 0"),
        ({"good": {"good": 1, "bad": 2}, "bad": {"good": 3, "bad": 4}}, "not one of the labels 1 and 0"),
        ({"1": {"1": 90, "0": 2.5}, "0": {"1": 10, "0": 4}}, "is 2.5, which is no count"),
        ({"1": {"1": 90, "0": -2}, "0": {"1": 10, "0": 4}}, "is -2, which is no count"),
        ({"1": {"1": "NaN", "0": 2}, "0": {"1": 10, "0": 4}}, "is unknown, which is no count"),
        ({"1": {"1": 1, "0": 0}, "0": {"1": 0, "0": 0}}, "fewer than two rows"),
    ],
)
def test_a_matrix_that_cannot_be_counted_passes_no_bound(cells: dict[str, Any], reason: str) -> None:
    """The result fails with the reason instead of taking something else for a number."""
    asked = check("custom", function="decision-saving", parameters=COSTS, low=-100.0)

    (found,) = results(asked, subject({STATISTICS: matrix(cells)}))

    assert found.status is Status.FAIL
    assert reason in found.sentence


def test_a_report_without_a_matrix_is_missing_one() -> None:
    """And a matrix in another report is not this model's: that of an extra step would be the step's own."""
    asked = check("custom", function="decision-saving", parameters=COSTS, low=0.0)
    extra = {"Extra.other": matrix({"1": {"1": 90, "0": 0}, "0": {"1": 0, "0": 10}})}

    (found,) = results(asked, subject({STATISTICS: {"auc": 0.9}, **extra}))

    assert found.status is Status.MISSING


@pytest.mark.parametrize("parameters", [{"wrong_grant": 5}, {"wrong_grant": "much", "wrong_refusal": 1}])
def test_a_policy_that_does_not_say_what_mistakes_cost_judges_nobody(parameters: dict[str, Any]) -> None:
    """Held, with the reason; no cost is assumed."""
    asked = check("custom", function="decision-saving", parameters=parameters, low=0.0)

    judgement = judge(subject({STATISTICS: good()}), bundle(asked))

    assert (judgement.verdict, judgement.results) == ("hold", ())
    assert "the custom check 'decision-saving' of check 'it' failed" in judgement.reasons[0]


def test_the_interval_decides_and_says_how_many_rows_are_wanting() -> None:
    """The policy's confidence and bound judge a custom check's numbers as they judge any other."""
    asked = check("custom", function="decision-saving", parameters=COSTS, low=0.05, confidence=0.95)
    few = matrix({"1": {"1": 130, "0": 3}, "0": {"1": 13, "0": 4}})

    (clear,) = results(asked, subject({STATISTICS: good()}))
    (open_,) = results(asked, subject({STATISTICS: few}))

    assert clear.status is Status.PASS
    assert clear.source is not None
    assert clear.source.pointer == "/binary_classification_metrics/confusion_matrix/0/0"
    assert open_.status is Status.INCONCLUSIVE
    assert "more rows would decide it" in open_.sentence


def test_the_ks_statistic_is_the_greatest_distance_of_the_two_distributions() -> None:
    """As counted over all scores; the report's curve has 50 points, so that a little of it is lost."""
    test = load_split().test
    score, paid = trained("good").probability(test.record), test.approved.to_numpy() == 1
    cuts = np.unique(score)
    exact = max(abs((score[paid] >= cut).mean() - (score[~paid] >= cut).mean()) for cut in cuts)

    found = ks_statistic(good())

    assert exact - 0.02 < found <= exact


@pytest.mark.parametrize(
    "curve",
    [
        None,
        {},
        {"true_positive_rates": [], "false_positive_rates": []},
        {"true_positive_rates": [0, 1], "false_positive_rates": [0]},
        {"true_positive_rates": [0, 7], "false_positive_rates": [0, 1]},
        {"true_positive_rates": [0, "1"], "false_positive_rates": [0, 1]},
    ],
)
def test_a_report_without_a_curve_has_no_ks_statistic(curve: Any) -> None:
    """Whatever stands in its place."""
    with pytest.raises(UnreadableReportError, match="it holds no ROC curve"):
        ks_statistic({"binary_classification_metrics": {"receiver_operating_characteristic_curve": curve}})


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A governance account in which the extra step runs as a process would."""
    with mock_aws():
        made = World(s3=boto3.client("s3", region_name="us-east-1"))
        made.pin_policies(bundle(KS).to_json())
        monkeypatch.setenv("MODELGATE_ML_ROOT", str(tmp_path))
        monkeypatch.setenv("MODELGATE_ARTIFACT_STORE", STORE)
        monkeypatch.setattr(ks_step, "clients_for", lambda _: made.clients)
        yield made


KS = check("metric", id="ranking", metric="ks_statistic", report="Extra.ks", low=0.3)


def extra_step(world: World, arn: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the extra step on *arn*, store its report as the pipeline does, and return what it said."""
    monkeypatch.setenv("MODELGATE_MODEL_PACKAGE_ARN", arn)
    said = ks_step.step()
    world.report("ks", (folder / "processing/output/report/report.json").read_bytes())
    return said


def test_an_extra_steps_report_decides_like_any_other(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the curve in the team's report to a result of the policy, with the step's report as its source."""
    arn = world.register(reports={"quality.json": good()})

    extra_step(world, arn, tmp_path, monkeypatch)

    assert world.run(arn) == "Approved"
    (found,) = world.record(arn).judgement.results
    assert (found.check, found.status) == ("ranking", Status.PASS)
    assert found.observed is not None
    assert found.observed.number == pytest.approx(ks_statistic(good()))
    assert found.source is not None
    assert (found.source.artifact, found.source.pointer) == ("Extra.ks", "/credit_metrics/ks_statistic/value")


def test_an_extra_step_reads_the_file_that_was_registered(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A better report that was uploaded to the same address later is another file."""
    arn = world.register(reports={"quality.json": good()})
    perfect = good()
    perfect["binary_classification_metrics"]["receiver_operating_characteristic_curve"] = {
        "true_positive_rates": [0, 1, 1],
        "false_positive_rates": [0, 0, 1],
    }
    world.upload("quality.json", json.dumps(perfect).encode())

    assert "is 1.0" not in extra_step(world, arn, tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reports": {"quality.json": {"auc": 0.9}}}, "it holds no ROC curve"),
        ({"reports": {"quality.json": b"{"}}, "it is not JSON"),
        ({"without": ("quality.json",)}, "names no ModelQuality.Statistics"),
        ({"late": ("quality.json",)}, "has not arrived"),
    ],
)
def test_what_an_extra_step_cannot_measure_is_never_approved(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], said: str
) -> None:
    """Content faults are the team's: the step succeeds and reports null, which passes under no bound."""
    arn = world.register(**given)

    assert said in extra_step(world, arn, tmp_path, monkeypatch)
    assert world.run(arn) in ("Rejected", "PendingManualApproval")


def test_an_extra_step_that_meets_no_gate_document_fails(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is no fault of the team: the pipeline ends without a verdict."""
    arn = world.register()
    world.registry.packages.clear()
    monkeypatch.setenv("MODELGATE_MODEL_PACKAGE_ARN", arn)

    assert ks_step.run(ks_step.step) != 0
    assert "may be missing" in (tmp_path / "output/message").read_text()
    assert not (tmp_path / "processing").exists()
