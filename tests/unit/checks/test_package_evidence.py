"""What a policy asks of the package and its files, before any number."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.results import Status, Verdict
from modelgate.contracts.subject import ArtifactState, Subject
from modelgate.decide import judge
from modelgate.evaluate import MAX_WRITTEN, evaluate
from modelgate.policy.model import Evidence

from tests.unit.checks.report_data import QUALITY, bias, quality
from tests.unit.checks.subjects import DIGEST, artifact, bundle, check, policy, subject

AUC = check("model_quality", metric="auc", low=0.7)
BASELINE = f"DriftCheckBaselines.{QUALITY}"


def found(package: Subject, **asked: Any) -> list[tuple[str, Status, str]]:
    """What is wrong with the evidence, if anything."""
    evidence = replace(Evidence(required=(), content_digest_required=False, maximum_age_days=None), **asked)
    results = evaluate(package, policy(AUC, evidence=evidence))
    return [(r.check, r.status, r.sentence) for r in results if r.check != "it"]


GOOD = subject(quality(auc=0.8))


@pytest.mark.parametrize(
    ("arrived", "stale"),
    [
        ("2026-11-13T07:00:00+00:00", False),
        ("2026-11-13T06:59:59+00:00", True),
        (None, True),
        ("2027-01-01T00:00:00+00:00", False),
    ],
)
def test_a_report_ages_from_its_arrival(arrived: str | None, stale: bool) -> None:
    """Ten days to the second; one without a time of arrival is too old."""
    package = replace(GOOD, artifacts=(artifact(QUALITY, arrived_at=arrived),))
    since = f"arrived on {arrived}, more than 10 days before it was judged"

    expected = ("evidence-age", Status.FAIL, f"{QUALITY} {since}; evaluate the model again")
    assert found(package, maximum_age_days=10) == [expected] * stale
    assert found(package) == []


def test_only_evidence_on_this_model_ages() -> None:
    """Reports do, those of extra steps too; the model itself and baselines of earlier models may be older."""
    old = "2020-01-01T00:00:00+00:00"
    names = (QUALITY, "Extra.stress", "Model.0", BASELINE)
    package = replace(GOOD, artifacts=tuple(artifact(name, arrived_at=old) for name in names))

    assert [sentence.split()[0] for _, _, sentence in found(package, maximum_age_days=10)] == ["Extra.stress", QUALITY]


@pytest.mark.parametrize(
    ("required", "missing"),
    [
        ("ModelQuality.Statistics", False),
        ("ModelQuality", False),
        ("ModelQuality.Constraints", True),
        ("ModelQualit", True),
        ("Bias", True),
        ("Statistics", True),
    ],
)
def test_a_required_report_must_be_named(required: str, missing: bool) -> None:
    """By family or by member; a baseline, an extra report or a similar name is not it."""
    others = (artifact("DriftCheckBaselines.Bias.PreTrainingConstraints"), artifact("Extra.Bias"))
    package = replace(GOOD, artifacts=(*GOOD.artifacts, *others))
    says = f"the package names no {required}, which policy made-up requires; register one"

    assert found(package, required=(required,)) == [("evidence-required", Status.MISSING, says)] * missing


def test_a_report_of_the_pipeline_may_be_required() -> None:
    """No package can name it, so the sentence speaks to whoever runs the pipeline."""
    with_it = replace(GOOD, artifacts=(*GOOD.artifacts, artifact("Extra.stress")))
    says = "the pipeline of this group made no Extra.stress, which policy made-up requires"

    assert found(with_it, required=("Extra.stress",)) == []
    assert found(GOOD, required=("Extra.stress",)) == [("evidence-made", Status.MISSING, says)]


def test_a_content_digest_may_be_required_of_every_report() -> None:
    """Of baselines too; extra reports are written by the pipeline, and the registry keeps none for models."""
    names = (QUALITY, "Extra.stress", "Model.0", BASELINE)
    package = replace(GOOD, artifacts=tuple(artifact(name, content_digest=None) for name in names))

    assert [sentence.split()[0] for _, _, sentence in found(package, content_digest_required=True)] == [
        BASELINE,
        QUALITY,
    ]
    assert found(package) == []


def test_numbers_wait_until_everything_has_arrived() -> None:
    """No part of the evidence rejects while another may still arrive; a custom check is not asked either."""
    late = artifact("Bias.Report", state=ArtifactState.NOT_ARRIVED, problem="the newest upload there is another")
    package = replace(subject(quality(auc=0.1)), artifacts=(*GOOD.artifacts, late))
    custom = check("custom", id="custom", function="never-heard-of", low=0)

    judgement = judge(package, bundle(AUC, custom))

    assert judgement.verdict is Verdict.HOLD
    assert [(r.check, r.status) for r in judgement.results] == [("evidence-arrived", Status.INCONCLUSIVE)]
    assert judgement.reasons[0].endswith("; the newest upload there is another")


def test_more_results_than_a_record_holds_reject() -> None:
    """One sentence instead of them, however many reports the team splits its groups over."""
    names = [f"{index}-{'x' * 400}" for index in range(1200)]
    report = bias({"g": {name: {"DI": 0.5} for name in names}})["Bias.Report"]
    package = subject({"Bias.Report": report})
    checks = [check("bias", id=f"c{index}", metric="DI", facets=(), low=0.8, high=1.25) for index in range(12)]

    judgement = judge(package, bundle(*checks, AUC))

    assert judgement.verdict is Verdict.REJECT
    assert judgement.reasons == (
        f"the reports give more results than a record of {MAX_WRITTEN} bytes holds; report fewer groups",
    )


@pytest.mark.parametrize(
    ("report", "evaluation", "expected"),
    [
        (None, None, Verdict.APPROVE),
        (None, "smoke", Verdict.HOLD),
        ("Extra.generative", "smoke", Verdict.APPROVE),
    ],
)
def test_a_policy_that_looks_at_nothing_of_an_evaluation_approves_nothing(
    report: str | None, evaluation: str | None, expected: Verdict
) -> None:
    """Its models were perhaps never asked; governance mends the policy."""
    package = subject({QUALITY: {"m": {"auc": {"value": 0.8}}}, "Extra.generative": {"m": {"f1": {"value": 0.8}}}})
    package = replace(package, group=replace(package.group, evaluation=evaluation))
    checks = [check("metric", metric="f1" if report else "auc", report=report, low=0.7)]

    judgement = judge(package, bundle(*checks))

    assert judgement.verdict is expected
    assert any("looks at nothing of the evaluation" in r for r in judgement.reasons) is (expected is Verdict.HOLD)


@pytest.mark.parametrize(
    ("image", "digest", "pinned"),
    [("serve:1", None, False), ("serve:1", DIGEST, True), (f"serve@{DIGEST}", None, True), (None, DIGEST, True)],
)
def test_without_weights_the_image_goes_by_its_digest(image: str | None, digest: str | None, pinned: bool) -> None:
    """Beside the image, as the registry has a member for it, or in its address."""
    container = replace(GOOD.containers[0], image=image, image_digest=digest, model_data_url=None)

    said = [sentence for _, _, sentence in found(replace(GOOD, containers=(container,)))]

    assert any("names neither model data nor an image by digest" in one for one in said) is not pinned
