"""Both steps as cold processes, and the judgement alone, on packages that the pipeline left pending."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.layout import CHECKS_FILE
from modelgate.decide import judge
from modelgate.policy.model import Bundle

from deploy.paths import LOCAL
from deploy.progress import Progress
from deploy.terraform.inputs import policy_bundle
from local.platform import Platform
from tests.benchmarks import ledger
from tests.benchmarks.figures import Figure, Findings
from tests.benchmarks.producers import Package, producers, turns
from tests.benchmarks.spread import Spread
from tests.embedded.way.gate import Gate, eventually

TOPIC = "steps, cold"
CHECK = "RegisteredModelValidationStep"
BARE = [sys.executable, "-c", "import boto3"]
RUNS = 8
_JUDGEMENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Seconds of one turn; *report* is what the check wrote."""

    bare: float
    check: float
    update: float
    report: bytes


def measure(platform: Platform, *, progress: Progress) -> Findings:
    """Let the pipeline's own check step crash, then run both steps by hand, with the arguments it had."""
    gate = Gate(platform)
    gate.fail(CHECK, kind="crash", times=RUNS)
    runs, troubles = [], []
    for team, scenario in turns(producers(platform), RUNS):
        package = team.register(scenario)
        runs.append(_turn(platform, gate, package))
        status = gate.describe(package.arn)["ModelApprovalStatus"]
        if status != package.expected:
            troubles.append(f"{package.arn} is {status} after both steps, expected {package.expected}")
        progress.hint(f"cold steps: {len(runs)} of {RUNS}")
    bundle = Bundle.from_json(policy_bundle(LOCAL).read_bytes())
    judged = [seconds for run in runs for seconds in _judgements(CheckReport.from_json(run.report), bundle)]
    return Findings(figures=tuple(_figures(runs, judged)), faults=tuple(troubles))


def _turn(platform: Platform, gate: Gate, package: Package) -> Run:
    execution = eventually(lambda: gate.executions(package.arn))[0]
    eventually(lambda: gate.status(execution) == "Failed")
    ledger.wait_until_quiet(gate, seconds=30)
    steps = gate.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution)["PipelineExecutionSteps"]
    name = next(step for step in steps if step["StepName"] == CHECK)["Metadata"]["ProcessingJob"]["Arn"].split("/")[-1]
    job = gate.sagemaker.describe_processing_job(ProcessingJobName=name)
    arguments = job["AppSpecification"]["ContainerArguments"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        check = _seconds(
            [sys.executable, "-m", "modelgate.steps.check", *arguments], _environment(platform, "check", root)
        )
        report = root / "processing/output/checks" / CHECKS_FILE
        arrived = root / "processing/input/checks" / CHECKS_FILE
        arrived.parent.mkdir(parents=True)
        shutil.copyfile(report, arrived)
        update = _seconds(
            [sys.executable, "-m", "modelgate.steps.update", *arguments], _environment(platform, "update", root)
        )
        return Run(bare=_seconds(BARE, dict(os.environ)), check=check, update=update, report=report.read_bytes())


def _environment(platform: Platform, step: str, root: Path) -> dict[str, str]:
    """What the step is given by the service: its role's keys, its folder, and where AWS is."""
    role = f"arn:aws:iam::{platform.governance_account}:role/{platform.prefix}-{step}"
    keys = platform.client("sts").assume_role(RoleArn=role, RoleSessionName="bench")["Credentials"]
    return {
        **platform.instance.environment(platform.governance_account),
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
        "MODELGATE_ML_ROOT": str(root),
        "MODELGATE_RUNTIME": "process",
    }


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def _judgements(report: CheckReport, bundle: Bundle) -> list[float]:
    subject = report.subject
    if subject is None:
        raise ValueError(f"the check judged nothing: {report.note}")
    return [_timed(lambda: judge(subject, bundle)) for _ in range(_JUDGEMENTS)]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _figures(runs: list[Run], judged: list[float]) -> list[Figure]:
    seconds = {
        "a bare import of boto3": [run.bare for run in runs],
        "check": [run.check for run in runs],
        "update": [run.update for run in runs],
        "check and update": [run.check + run.update for run in runs],
    }
    figures = [
        Figure(topic=TOPIC, name=name, value=Spread.of(samples).range("s"), numbers=Spread.of(samples).numbers())
        for name, samples in seconds.items()
    ]
    ratio = Spread.of([(run.check + run.update) / run.bare for run in runs])
    alone = Spread.of([1000 * sample for sample in judged])
    return [
        *figures,
        Figure(topic=TOPIC, name="both, to a bare import", value=ratio.range("times"), numbers=ratio.numbers()),
        Figure(topic=TOPIC, name="the judgement alone", value=alone.percentiles("ms"), numbers=alone.numbers()),
    ]
