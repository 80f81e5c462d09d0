"""Runs the steps of one execution in their order: in parallel where nothing forbids it."""

import enum
import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Protocol

from local.sagemaker.clock import iso, now
from local.sagemaker.interpreter.conditions import holds
from local.sagemaker.interpreter.definition import Definition, Step
from local.sagemaker.interpreter.expressions import Context, evaluate, text
from local.sagemaker.interpreter.failures import StepFailedError, StoppedError, StopSignal
from local.sagemaker.interpreter.retries import Retries

PROPERTIES = "properties"  # of a step's record: what later steps read of it, also after a kill
log = logging.getLogger("modelgate.sagemaker.steps")


class Outcome(enum.Enum):
    """How a step ended; the values are the service's step statuses, but for steps that never began."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"
    SKIPPED = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The run that steps belong to."""

    arn: str
    pipeline_arn: str
    account: str
    region: str
    started: float
    parallelism: int

    @property
    def id(self) -> str:
        """What Execution.PipelineExecutionId stands for."""
        return self.arn.rsplit("/", 1)[1]

    def variables(self) -> dict[str, Any]:
        """The execution variables of a definition, as of now."""
        return {
            "PipelineExecutionArn": self.arn,
            "PipelineExecutionId": self.id,
            "PipelineArn": self.pipeline_arn,
            "PipelineName": self.pipeline_arn.rsplit("/", 1)[1],
            "StartDateTime": iso(self.started),
            "CurrentDateTime": iso(now()),
        }


class Recorder(Protocol):
    """Takes down what happens to the steps."""

    def step_changed(self, execution: Execution, step: Step, status: str, **fields: Any) -> None:
        """A step has a new status; *fields* are further members of its record."""


class Jobs(Protocol):
    """Runs Processing jobs."""

    def run(
        self, step: Step, arguments: dict[str, Any], execution: Execution, stop: StopSignal, started: Any
    ) -> dict[str, Any]:
        """The properties that later steps may read; *started* is called with the job's ARN."""

    def bury(self) -> None:
        """End what a killed server left of its jobs."""


class Schedule:
    """One execution on its way."""

    def __init__(
        self,
        definition: Definition,
        parameters: Mapping[str, Any],
        execution: Execution,
        *,
        jobs: Jobs,
        recorder: Recorder,
        stop: StopSignal,
    ) -> None:
        self._definition = definition
        self._parameters = parameters
        self._execution = execution
        self._jobs = jobs
        self._recorder = recorder
        self._stop = stop
        self._properties: dict[str, Any] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._attempts_before: dict[str, int] = {}

    def remember(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Take over from a server that was killed: what its records say has ended is not run again."""
        for record in records:
            name = record["StepName"]
            self._attempts_before[name] = record.get("AttemptCount", 0)
            if "EndTime" in record:
                self._outcomes[name] = Outcome(record["StepStatus"])
                self._properties[name] = record.get(PROPERTIES)

    def run(self) -> dict[str, Outcome]:
        """Run every step that may run; what depends on a failed step never begins."""
        running: dict[Future[Outcome], Step] = {}
        workers = min(self._execution.parallelism, len(self._definition.steps))
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix=self._execution.id) as pool:
            while True:
                begun = {step.name for step in running.values()} | set(self._outcomes)
                for step in self._ready(begun):
                    running[pool.submit(self._run, step)] = step
                if not running:
                    return self._outcomes
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    self._outcomes[running.pop(future).name] = future.result()

    def _ready(self, begun: set[str]) -> list[Step]:
        """The steps that may begin now; those that never can are marked on the way."""
        ready: list[Step] = []
        changed = True
        while changed:  # a skipped step may let others be skipped
            changed = False
            for step in self._definition.steps.values():
                if step.name in begun or not step.waits_for <= set(self._outcomes):
                    continue
                begun.add(step.name)
                if self._may_run(step):
                    ready.append(step)
                else:
                    self._outcomes[step.name] = Outcome.SKIPPED
                    changed = True
        return ready

    def _may_run(self, step: Step) -> bool:
        if self._stop.is_set or any(self._outcomes[name] is not Outcome.SUCCEEDED for name in step.waits_for):
            return False
        return step.branch is None or self._properties[step.branch[0]]["Outcome"] == step.branch[1]

    def _run(self, step: Step) -> Outcome:
        begun = now()
        attempt = self._attempts_before.get(step.name, 0) + 1
        self._record(step, "Starting", StartTime=begun, AttemptCount=attempt)
        try:
            properties = self._attempts(step, attempt)
        except StepFailedError as failure:
            self._record(step, Outcome.FAILED.value, EndTime=now(), FailureReason=str(failure)[:3072])
            return Outcome.FAILED
        except StoppedError:
            self._record(step, Outcome.STOPPED.value, EndTime=now())
            return Outcome.STOPPED
        except Exception:  # a fault of ours must end the step, not hang the execution
            log.exception("step %s of %s", step.name, self._execution.arn)
            self._record(step, Outcome.FAILED.value, EndTime=now(), FailureReason="InternalServerError: see the log")
            return Outcome.FAILED
        self._properties[step.name] = properties
        self._record(step, Outcome.SUCCEEDED.value, EndTime=now(), **{PROPERTIES: properties})
        return Outcome.SUCCEEDED

    def _attempts(self, step: Step, attempt: int) -> dict[str, Any]:
        retries = Retries(step.retry_policies)
        while True:
            try:
                return self._attempt(step)
            except StepFailedError as failure:
                pause = retries.pause_after(failure.kind)
                if pause is None:
                    raise
                log.warning("step %s is tried again in %.1f s: %s", step.name, pause, failure)
                self._stop.pause(pause)
                attempt += 1
                self._record(step, "Starting", AttemptCount=attempt)

    def _attempt(self, step: Step) -> dict[str, Any]:
        context: Context = {
            "Parameters": self._parameters,
            "Execution": self._execution.variables(),
            "Steps": self._properties,
        }
        if step.kind == "Condition":
            outcome = all(holds(c, context) for c in step.arguments["Conditions"])
            self._record(step, "Executing", Metadata={"Condition": {"Outcome": str(outcome)}})
            return {"Outcome": outcome}
        arguments = evaluate(step.arguments, context)
        if step.kind == "Fail":
            message = text(arguments["ErrorMessage"])
            self._record(step, "Executing", Metadata={"Fail": {"ErrorMessage": message}})
            raise StepFailedError(message)

        def started(arn: str) -> None:
            self._record(step, "Executing", Metadata={"ProcessingJob": {"Arn": arn}})

        return self._jobs.run(step, arguments, self._execution, self._stop, started)

    def _record(self, step: Step, status: str, **fields: Any) -> None:
        self._recorder.step_changed(self._execution, step, status, **fields)
