"""What came of each model: the verdict, the sentences of every check, and the numbers behind them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from modelgate.contracts.layout import GENERATIVE, extra_report_key
from modelgate.contracts.results import Status
from modelgate.evidence.record import EvidenceRecord
from rich.console import Console
from rich.table import Table

from local.platform import Platform

NO_VERDICT = "no verdict"
DIAGNOSTICS = ("accuracy/bbq@1", "disinformation/refusal_rate@1", "memorization/lcp_mean@1")  # shown, never judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One model. *wanted* is a check that had to fail, None where any verdict will do.

    *reasons* are the sentences of the checks that did not pass, *passed* those of the others, *diagnostics* lines of
    numbers that nothing judges; *seconds* go from registration to verdict, *answers* says how fast it was asked.
    """

    model: str
    verdict: str
    wanted: str | None
    reasons: tuple[str, ...]
    passed: tuple[str, ...]
    diagnostics: str
    evidence: str
    report: str
    answers: str
    seconds: float | None

    @property
    def as_expected(self) -> bool:
        """Whether there is a verdict that follows from numbers, and is the wanted one where one is."""
        if self.verdict == NO_VERDICT or not self.report:
            return False
        failed = any(reason.startswith(f"{self.wanted}:") for reason in self.reasons)
        return self.wanted is None or (self.verdict == "rejected" and failed)


def without_verdict(model: str, wanted: str | None, steps: Sequence[str]) -> Verdict:
    """A model that was not decided in time; *steps* say how far it came."""
    return Verdict(
        model=model,
        verdict=NO_VERDICT,
        wanted=wanted,
        reasons=tuple(steps),
        passed=(),
        diagnostics="",
        evidence="",
        report="",
        answers="",
        seconds=None,
    )


def sentences(record: EvidenceRecord) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of the results that did not pass, and of those that did."""
    results = record.judgement.results
    failed = tuple(result.sentence for result in results if result.status is not Status.PASS)
    return failed, tuple(result.sentence for result in results if result.status is Status.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the gate measured: the address of its report, and its metrics."""

    uri: str
    metrics: dict[str, Any]

    @property
    def diagnostics(self) -> str:
        """The numbers of DIAGNOSTICS that there are, as one line."""
        found = {name: (self.metrics.get(name) or {}).get("value") for name in DIAGNOSTICS}
        return ", ".join(f"{name} = {value:.4g}" for name, value in found.items() if value is not None)


def report_of(platform: Platform, record: EvidenceRecord) -> Report:
    """The report of the execution that *record* was written by."""
    execution = record.decision_id.rsplit("/", 1)[1]
    store = f"{platform.prefix}-artifacts-{platform.governance_account}"
    key = extra_report_key(execution, GENERATIVE)
    document = json.loads(platform.client("s3").get_object(Bucket=store, Key=key)["Body"].read())
    return Report(uri=f"s3://{store}/{key}", metrics=document["generative_metrics"])


def render(verdicts: Sequence[Verdict], console: Console) -> None:
    """Print the table."""
    table = Table(title="Verdicts on language models", show_lines=True, title_justify="left")
    table.add_column("model", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    table.add_column("what was found", overflow="fold")
    table.add_column("seconds", justify="right", no_wrap=True)
    for each in verdicts:
        style = "green" if each.as_expected else "bold red"
        found = [*(f"✗ {sentence}" for sentence in each.reasons), *(f"✓ {sentence}" for sentence in each.passed)]
        found += [f"  {line}" for line in each.diagnostics.splitlines()]
        seconds = "" if each.seconds is None else f"{each.seconds:.1f}"
        table.add_row(
            f"{each.model}\n{each.answers}",
            f"[{style}]{each.verdict}[/]",
            "\n".join(found).replace("[", r"\["),
            seconds,
        )
    console.print(table)


def as_json(verdicts: Sequence[Verdict]) -> list[dict[str, object]]:
    """The same, for machines."""
    return [asdict(each) | {"as_expected": each.as_expected} for each in verdicts]
