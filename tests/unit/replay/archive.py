"""Made-up archives: records of packages whose reports vary, as the steps would have written them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from modelgate.contracts.check_report import Binding, CheckReport, Runtime
from modelgate.contracts.gate import Group, RiskTier
from modelgate.contracts.results import Judgement
from modelgate.contracts.subject import ArtifactState, Prior, Subject
from modelgate.decide import judge
from modelgate.evaluate import history_facts, history_wanted
from modelgate.evidence.record import OUTCOMES, EvidenceRecord, Outcome
from modelgate.policy.model import Bundle

from tests.unit.checks.subjects import artifact, subject
from tests.unit.steps import reports_made_up as made_up

GROUPS = ("loan-approval", "loan-pricing", "loan-high")
_START = datetime(2026, 1, 1, tzinfo=UTC)


def record_of(judged: Subject, judgement: Judgement, number: int) -> EvidenceRecord:
    """The record of one decision."""
    arn = judged.package_arn
    binding = Binding(
        package_arn=arn,
        execution_arn=f"arn:aws:sagemaker:eu-west-1:222222222222:pipeline/gate-approval/execution/run{number}",
        gate_digest="sha256:" + "1" * 64,
        policy_digest="sha256:" + "2" * 64,
        policy_bundle_version=1,
        signing_keys_digest="sha256:" + "4" * 64,
        image_digest="sha256:" + "3" * 64,
        runtime=Runtime.CONTAINER,
    )
    report = CheckReport(binding=binding, subject=judged, judgement=judgement, note=None, checked_at=judged.as_of)
    return EvidenceRecord(
        decision_id=f"{judged.group.name}/{arn.rpartition('/')[2]}/run{number}",
        outcome=OUTCOMES[judgement.verdict],
        registry_status="PendingManualApproval",
        description="made up",
        report=report,
        decided_at=judged.as_of,
    )


def archive(count: int, bundle: Bundle, *, seed: int = 0, troubled: float = 1.0) -> Iterator[EvidenceRecord]:
    """*count* decisions under *bundle*, in the order in which they were made, each compared with those before it.

    *troubled* is the share of packages about which anything may be wrong; the others are good.
    """
    draw = random.Random(seed)  # noqa: S311 - made-up numbers
    approved: dict[str, list[Prior]] = {group: [] for group in GROUPS}
    for number in range(count):
        group = draw.choice(GROUPS)
        wild = draw.random() < troubled
        judged = _subject(draw if wild else _Calm(number), group, number)
        wanted = max((history_wanted(policy) for policy in bundle.policies), default=0)
        judged = replace(judged, history=tuple(reversed(approved[group][-wanted:])) if wanted else ())
        record = record_of(judged, judge(judged, bundle), number)
        if record.outcome is Outcome.APPROVED:
            facts = tuple(f for policy in bundle.policies for f in history_facts(policy, judged.facts))
            prior = Prior(version=number + 1, decision_id=record.decision_id, record_digest="sha256:0", facts=facts)
            approved[group].append(prior)
        yield record


def _subject(draw: random.Random, group: str, number: int) -> Subject:
    reports: dict[str, dict[str, Any]] = {
        "ModelQuality.Statistics": _quality(draw),
        "Bias.Report": made_up.bias({"race": {"a": _bias(draw), "b": _bias(draw)}}),
        "Explainability.Report": made_up.explainability(income=0.5, tenure=draw.random(), race=draw.random() / 20),
    }
    if draw.random() < 0.1:
        reports.pop(draw.choice(sorted(reports)))
    made = subject(reports)
    if draw.random() < 0.1:
        late = artifact("Bias.PreTrainingReport", state=ArtifactState.NOT_ARRIVED, digest=None, version_id=None)
        made = replace(made, artifacts=(*made.artifacts, late))
    elif draw.random() < 0.1:
        made = replace(made, artifacts=tuple(replace(a, content_digest=None) for a in made.artifacts))
    moment = _START + timedelta(hours=number)
    arrived = (moment - timedelta(days=draw.choice((40, 1)))).isoformat()
    return replace(
        made,
        package_arn=f"arn:aws:sagemaker:eu-west-1:222222222222:model-package/{group}/{number + 1}",
        package_status=draw.choice(("InProgress",) + ("Completed",) * 9),
        group=Group(
            name=group,
            team="lending",
            account="333333333333",
            tags={"policy": "credit"},
            risk_tier=RiskTier.HIGH if group == "loan-high" else RiskTier.LOW,
        ),
        artifacts=tuple(replace(a, arrived_at=arrived) for a in made.artifacts),
        as_of=moment.isoformat(),
    )


def _quality(draw: random.Random) -> dict[str, Any]:
    value, constant = round(0.6 + 0.3 * draw.random(), 3), 0.55
    deviation: float | str = draw.choice([0.01, 0.05, "NaN"])
    metric = {"value": value, "standard_deviation": deviation, "n": draw.choice([50, 900])}
    if draw.random() < 0.3:
        metric["interval"] = {"low": value - 0.02, "high": value + 0.02, "confidence": 0.95}
    return {
        "dataset": {"item_count": draw.choice([400, 900])},
        "binary_classification_metrics": {
            "auc": metric,
            "auc_best_constant_classifier": {"value": constant, "standard_deviation": 0.0},
            "recall": {"value": round(draw.random(), 2), "slices": {"region": {"n": draw.random(), "s": 0.8}}},
        },
    }


def _bias(draw: random.Random) -> dict[str, Any]:
    odd: list[Any] = ["Infinity", None, "NaN"]
    return {
        "AD": round(draw.uniform(-0.2, 0.2), 3),
        "DI": round(draw.uniform(0.7, 1.3), 3),
        "DPPL": round(draw.uniform(-0.1, 0.1), 3),
        "RD": round(draw.uniform(-0.08, 0.08), 3),
        "TE": draw.choice(odd) if draw.random() < 0.1 else round(draw.uniform(-0.5, 0.5), 3),
    }


class _Calm(random.Random):
    """Draws of a package with which nothing is wrong: the middle of every range, and a little beside it."""

    def random(self) -> float:
        return 0.6 + 0.1 * super().random()

    def choice(self, options: Sequence[Any]) -> Any:
        return options[-1] if "NaN" not in options else options[0]
