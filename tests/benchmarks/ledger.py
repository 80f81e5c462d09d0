"""Whether every package was decided once, and rightly: from the registry, the evidence store and the executions."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.producers import Package
from tests.embedded.way.gate import Gate

QUEUES = ("copy-artifacts", "start-approval")
_WAITING = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_READERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One execution; *began* and *ended* in seconds since 1970."""

    package: str
    status: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the stores say of some packages: status and record outcomes by ARN, and every execution."""

    statuses: Mapping[str, str]
    records: Mapping[str, Sequence[str]]
    executions: Sequence[Execution]
    dead_letters: int = 0


def faults(packages: Iterable[Package], ledger: Ledger) -> Iterator[str]:
    """A sentence for everything that is not one right verdict, one record and one execution."""
    runs = Counter(execution.package for execution in ledger.executions)
    for package in packages:
        status, records = ledger.statuses.get(package.arn), list(ledger.records.get(package.arn, ()))
        if status != package.expected:
            yield f"{package.arn} is {status}, expected {package.expected}"
        if records != [package.expected.lower()]:
            yield f"{package.arn} has the records {records}, expected one that says {package.expected.lower()}"
        if runs[package.arn] != 1:
            yield f"{package.arn} had {runs[package.arn]} executions, expected one"
    for execution in ledger.executions:
        if execution.status != "Succeeded":
            yield f"an execution for {execution.package} ended as {execution.status}"
    if ledger.dead_letters:
        yield f"{ledger.dead_letters} messages lie in dead-letter queues, expected none"


def peak(executions: Iterable[Execution]) -> int:
    """How many ran at one time at most."""
    changes = [(e.began, 1) for e in executions] + [(e.ended, -1) for e in executions]
    running = highest = 0
    for _, change in sorted(changes):  # at the same moment an end counts before a beginning
        running += change
        highest = max(highest, running)
    return highest


def read(gate: Gate, packages: Sequence[Package]) -> Ledger:
    """Look everything up."""
    with ThreadPoolExecutor(max_workers=_READERS) as pool:
        arns = [package.arn for package in packages]
        statuses = pool.map(lambda arn: str(gate.describe(arn)["ModelApprovalStatus"]), arns)
        records = pool.map(lambda arn: [_outcome(record) for record in gate.records(arn)], arns)
        executions = list(pool.map(lambda arn: _execution(gate, arn), _executions(gate)))
        return Ledger(
            statuses=dict(zip(arns, statuses, strict=True)),
            records=dict(zip(arns, records, strict=True)),
            executions=[run for run in executions if run.package in set(arns)],
            dead_letters=sum(waiting(gate, f"{queue}-dlq") for queue in QUEUES),
        )


def wait_until_quiet(gate: Gate, *, seconds: float) -> bool:
    """Whether queues and pipeline came to rest within *seconds*; only then is a double start excluded."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not running(gate) and not any(waiting(gate, queue) for queue in QUEUES):
            return True
        time.sleep(0.25)
    return False


def running(gate: Gate) -> int:
    """How many executions run now; those that run are among the newest."""
    newest = gate.sagemaker.list_pipeline_executions(
        PipelineName=gate.pipeline, SortBy="CreationTime", SortOrder="Descending", MaxResults=100
    )
    states = Counter(found["PipelineExecutionStatus"] for found in newest["PipelineExecutionSummaries"])
    return states["Executing"] + states["Stopping"]


def newest_execution(gate: Gate) -> str:
    """The ARN of the execution that was started last."""
    newest = gate.sagemaker.list_pipeline_executions(
        PipelineName=gate.pipeline, SortBy="CreationTime", SortOrder="Descending", MaxResults=1
    )
    return str(newest["PipelineExecutionSummaries"][0]["PipelineExecutionArn"])


def waiting(gate: Gate, queue: str) -> int:
    """How many messages *queue* holds, those in work and those that sleep included."""
    found: dict[str, Any] = gate.sqs.get_queue_attributes(QueueUrl=gate.queue(queue), AttributeNames=["All"])
    return sum(int(found["Attributes"].get(name, 0)) for name in _WAITING)


def _executions(gate: Gate) -> list[str]:
    pages = gate.sagemaker.get_paginator("list_pipeline_executions").paginate(
        PipelineName=gate.pipeline, PaginationConfig={"PageSize": 100}
    )
    return [found["PipelineExecutionArn"] for page in pages for found in page["PipelineExecutionSummaries"]]


def _execution(gate: Gate, arn: str) -> Execution:
    found = gate.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    return Execution(
        package=gate.parameters(arn)["ModelPackageArn"],
        status=found["PipelineExecutionStatus"],
        began=found["CreationTime"].timestamp(),
        ended=found["LastModifiedTime"].timestamp(),
    )


def _outcome(record: Mapping[str, Any]) -> str:
    return str(record.get("outcome", json.dumps(record)[:80]))
