"""The course of the demo: a team registers two language models, one after the other, and watches what the gate does."""

import time
from collections.abc import Sequence

from deploy.progress import Progress
from examples.language_models.models import GROUP, PRODUCT
from examples.language_models.package import LanguageModel
from examples.language_models.register import register
from examples.loan_approval.clients import Clients, connect
from examples.loan_approval.team import Team
from local.demo.generative.passages import answers_of, told
from local.demo.generative.verdicts import Verdict, report_of, sentences, without_verdict
from local.demo.generative.watching import Watching, planned_calls
from local.demo.governance import Governance
from local.demo.watch import Awaited, Outcome, arrivals
from local.platform import Platform
from local.recital import Recital

LOOK_SECONDS = 5.0
VERDICT_SECONDS = 900.0  # of one model, on a machine that does much else


class Course:
    """Takes one model at a time through the gate, so that each is asked at the speed of the machine."""

    def __init__(self, platform: Platform, progress: Progress, recital: Recital | None = None) -> None:
        """Connect as the team that registers; of a *recital* the verdicts tell what became of its book."""
        self._platform, self._progress, self._recital = platform, progress, recital
        self._watching, self._governance = Watching(platform), Governance(platform)
        self._team = Team(
            prefix=platform.prefix,
            product=PRODUCT,
            account=platform.products[PRODUCT],
            governance_account=platform.governance_account,
            region=platform.region,
        )
        self._clients: Clients = connect(self._team, platform.instance.environment(self._team.account))

    def show(self, models: Sequence[tuple[LanguageModel, str | None]]) -> list[Verdict]:
        """Register each model and wait for its verdict; the word beside it names the check that has to fail."""
        return [self._through(model, wanted) for model, wanted in models]

    def _through(self, model: LanguageModel, wanted: str | None) -> Verdict:
        before, began = self._watching.asked(), time.monotonic()
        arn = register(self._clients, self._team, group=GROUP, model=model)
        self._progress.say(f"{model.name}: registered as {arn.split(':', 5)[5]}, {model.story}")
        waiting, said, calls = {arn: Awaited(at=began)}, list[str](), planned_calls()
        while waiting and time.monotonic() < began + VERDICT_SECONDS:
            for _, outcome in arrivals(self._platform.client("sagemaker"), waiting, seconds=LOOK_SECONDS):
                return self._verdict(model, wanted, outcome, self._watching.asked().since(before))
            asked = self._watching.asked()
            self._progress.hint(f"{model.name}: {asked.since(before)}, of {calls} answers")
            for step in [step for step in self._watching.steps(arn) if step not in said]:
                self._progress.say(f"{model.name}: {step}")
                said.append(step)
        return without_verdict(model.name, wanted, self._watching.steps(arn))

    def _verdict(self, model: LanguageModel, wanted: str | None, outcome: Outcome, answers: str) -> Verdict:
        self._progress.say(f"{model.name}: {outcome.verdict} after {outcome.seconds:.1f} s; {answers}")
        record = self._governance.record(outcome.evidence)
        reasons, passed = sentences(record)
        report = report_of(self._platform, record)
        source = self._recital.source if self._recital else None
        recited = told(report, answers_of(self._platform, record), source) if source else ()
        return Verdict(
            model=model.name,
            verdict=outcome.verdict,
            wanted=wanted,
            reasons=reasons,
            passed=passed,
            diagnostics="\n".join([report.diagnostics, *recited]),
            evidence=outcome.evidence,
            report=report.uri if report.metrics else "",
            answers=answers,
            seconds=outcome.seconds,
        )
