"""A burst of registrations while what carries it is killed: all are decided, none is lost, none is doubled."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from modelgate.contracts.package import APPROVED, PENDING, REJECTED

from examples.loan_approval.errors import ExampleError
from examples.loan_approval.register import register
from local.processes import descendants
from local.state import Folder
from tests.embedded.way.gate import Gate, eventually
from tests.embedded.way.member import Member

pytestmark = pytest.mark.embedded

GROUP = "loan-approval"
KINDS = {"sound": APPROVED, "guessing": REJECTED}
STEPS_KILLED = 3
BURST = int(os.environ.get("MODELGATE_BURST", "60"))  # packages; `make soak` takes 200
SECONDS = 900.0


@pytest.mark.parametrize("victim", ["steps", "consumer", "front"])
def test_a_small_burst_outlives_a_kill(victim: str, lender: Member, gate: Gate) -> None:
    """Whatever is killed, every package gets its verdict, once."""
    burst = Burst(lender, gate)
    burst.register(6)
    burst.kill(victim)
    burst.register(2)

    burst.require_each_decided_once()


def test_a_burst_outlives_every_kill(lender: Member, gate: Gate) -> None:
    """Steps, the consumer of the queue and SageMaker itself die in the middle of the same burst."""
    burst = Burst(lender, gate)
    # As many at a time as Processing jobs may run, and fewer looks for a free place than the demo wants.
    limits = {"MODELGATE_MAX_RUNNING_EXECUTIONS": "8", "MODELGATE_RETRY_SECONDS": "2"}
    with _set(gate, "start-approval", **limits):
        for victim in ("steps", "consumer", "front"):
            burst.register(BURST // 4)
            burst.kill(victim)
        burst.register(BURST // 4)

        burst.require_each_decided_once()


class Burst:
    """Registrations one after the other, faster than the gate judges them, and kills between them."""

    def __init__(self, member: Member, gate: Gate) -> None:
        self._member, self._gate = member, gate
        self._files = {kind: member.prepare(kind) for kind in KINDS}
        self._expected: dict[str, str] = {}  # status by ARN
        self._folder = gate.platform.instance.folder

    def register(self, count: int) -> None:
        """Register *count* packages, sound and guessing models in turn."""
        for number in range(count):
            kind = list(KINDS)[number % len(KINDS)]
            arn = self._registered(f"burst-{next(self._member.numbers)}", kind)
            assert arn not in self._expected, f"two packages are {arn}"
            self._expected[arn] = KINDS[kind]

    def kill(self, victim: str) -> None:
        """Kill what *victim* names, as soon as it is there, by its process ids."""
        find = {"steps": self._steps, "consumer": self._consumers, "front": self._front}[victim]
        for pid in eventually(find):
            with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile; others have not
                os.kill(pid, signal.SIGKILL)

    def require_each_decided_once(self) -> None:
        """Wait until nothing moves, let the audit ask again for what is left, and compare everything."""
        eventually(self._quiet, seconds=SECONDS)
        if self._undecided():
            time.sleep(1.1)  # the bound below
            with _set(self._gate, "audit", MODELGATE_UNDECIDED_SECONDS="1"):
                self._audit()
            eventually(lambda: self._quiet() and not self._undecided(), seconds=SECONDS)

        assert self._statuses() == self._expected
        counted = self._executions()
        for arn in self._expected:
            assert len(self._records(arn)) == 1, f"{arn} has not exactly one decision"
            assert counted[arn].count("Succeeded") == 1, f"{arn}: {counted[arn]}"
            assert set(counted[arn]) <= {"Succeeded", "Failed"}

    def _registered(self, name: str, kind: str) -> str:
        """Repeat a registration until it is answered; its token makes it one, however often it is sent."""
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                return register(
                    self._member.clients,
                    self._member.team,
                    group=GROUP,
                    name=name,
                    story="one of a burst",
                    files=self._files[kind],
                )
            except ExampleError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def _audit(self) -> None:
        name = f"{self._gate.platform.prefix}-audit"
        answer = self._gate.platform.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        assert "FunctionError" not in answer, json.loads(answer["Payload"].read())

    def _statuses(self) -> dict[str, str]:
        return {arn: str(self._gate.describe(arn)["ModelApprovalStatus"]) for arn in self._expected}

    def _undecided(self) -> list[str]:
        return [arn for arn, status in self._statuses().items() if status == PENDING]

    def _records(self, arn: str) -> list[str]:
        group, version = arn.split("/")[-2:]
        found = self._gate.s3.list_object_versions(Bucket=self._gate.evidence, Prefix=f"decisions/{group}/{version}/")
        return [version["Key"] for version in found.get("Versions", [])]

    def _executions(self) -> dict[str, list[str]]:
        """Status of every execution, by the package that it was for."""
        found: dict[str, list[str]] = {arn: [] for arn in self._expected}
        for execution in self._listed():
            arn = self._gate.parameters(execution["PipelineExecutionArn"])["ModelPackageArn"]
            if arn in found:
                found[arn].append(execution["PipelineExecutionStatus"])
        return found

    def _listed(self) -> list[dict[str, Any]]:
        pages = self._gate.sagemaker.get_paginator("list_pipeline_executions").paginate(
            PipelineName=self._gate.pipeline, PaginationConfig={"PageSize": 100}
        )
        return [execution for page in pages for execution in page["PipelineExecutionSummaries"]]

    def _quiet(self) -> bool:
        """Whether nothing waits in the queues and no execution runs, twice within a moment."""
        return self._rests() and not time.sleep(1.5) and self._rests()  # type: ignore[func-returns-value]

    def _rests(self) -> bool:
        depths = [f"ApproximateNumberOfMessages{state}" for state in ("", "NotVisible", "Delayed")]
        for queue in ("start-approval", "copy-artifacts"):
            url = self._gate.queue(queue)
            found = self._gate.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=depths)["Attributes"]
            if any(int(found[depth]) for depth in depths):
                return False
        return all(execution["PipelineExecutionStatus"] != "Executing" for execution in self._listed())

    def _front(self) -> list[int]:
        return [self._pids()["sagemaker"]]

    def _steps(self) -> list[int]:
        """Processes that work in the folder of a job."""
        jobs = str(self._folder.data("sagemaker") / "jobs")
        below = descendants(self._pids()["sagemaker"])
        return [pid for pid in below if _link(pid, "cwd").startswith(jobs)][:STEPS_KILLED]

    def _consumers(self) -> list[int]:
        """Workers that run start_approval."""
        name = f"{self._gate.platform.prefix}-start-approval"
        below = descendants(self._pids()["ministack"])
        return [pid for pid in below if name in _command(pid)]

    def _pids(self) -> dict[str, int]:
        record = Folder.of(self._gate.platform.instance.name).read()
        assert record is not None
        return record.pids


@contextlib.contextmanager
def _set(gate: Gate, function: str, **variables: str) -> Iterator[None]:
    """Give a deployed function other settings for a while."""
    functions, name = gate.platform.client("lambda"), f"{gate.platform.prefix}-{function}"
    before = functions.get_function_configuration(FunctionName=name)["Environment"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**before["Variables"], **variables}}
    )
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment=before)


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/{name}")  # noqa: PTH115 - a path that may be gone already
    except OSError:
        return ""


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
