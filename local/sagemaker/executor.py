"""Pipeline executions on their way: one thread each, every change recorded and told."""

import logging
import threading
from typing import Any

from local.sagemaker.arns import home_of
from local.sagemaker.clock import iso, now
from local.sagemaker.events import Events
from local.sagemaker.interpreter.definition import Step, parse
from local.sagemaker.interpreter.failures import StopSignal
from local.sagemaker.interpreter.parameters import bind
from local.sagemaker.interpreter.schedule import Execution, Jobs, Outcome, Schedule
from local.sagemaker.store import Document, Store

EXECUTION, STEP, DEFINITION = "execution", "step", "definition"
RUNNING = frozenset({"Executing", "Stopping"})
DEFAULT_PARALLELISM = 50
EXECUTION_EVENT = "SageMaker Model Building Pipeline Execution Status Change"
STEP_EVENT = "SageMaker Model Building Pipeline Execution Step Status Change"
log = logging.getLogger("modelgate.sagemaker.executions")


class Executor:
    """Starts and stops executions, and writes down what becomes of them."""

    def __init__(self, store: Store, events: Events, jobs: Jobs) -> None:
        self._store = store
        self._events = events
        self._jobs = jobs
        self._lock = threading.Lock()
        self._running: dict[str, tuple[threading.Thread, StopSignal]] = {}

    def resume(self) -> None:
        """Go on with what a killed server left running: steps that had ended are not run again, all others are."""
        self._jobs.bury()
        for document in self._store.all(EXECUTION):
            if document["PipelineExecutionStatus"] == "Executing":
                log.info("execution %s goes on after a kill", document["PipelineExecutionArn"])
                self._begin(document)
            elif document["PipelineExecutionStatus"] == "Stopping":
                self._end_stopped(document)

    def start(self, document: Document) -> None:
        """Run an execution that the store holds already."""
        self._tell(document, None)
        self._begin(document)

    def _begin(self, document: Document) -> None:
        arn, stop = document["PipelineExecutionArn"], StopSignal()
        thread = threading.Thread(target=self._run, args=(document, stop), name=arn.rsplit("/", 1)[1], daemon=True)
        with self._lock:
            self._running[arn] = (thread, stop)
        self._store.afterwards(thread.start)

    def _end_stopped(self, document: Document) -> None:
        for step in self._steps(document["PipelineExecutionArn"]):
            if "EndTime" not in step:
                key = f"{document['PipelineExecutionArn']}/{step['StepName']}"
                self._store.change(STEP, key, StepStatus="Stopped", EndTime=now())
        self._change(document, "Stopped")

    def _steps(self, arn: str) -> list[Document]:
        return self._store.all(STEP, f"{arn}/")

    def stop(self, document: Document) -> None:
        """Ask an execution to stop."""
        self._change(document, "Stopping")
        with self._lock:
            found = self._running.get(document["PipelineExecutionArn"])
        if found:
            found[1].set()

    def close(self) -> None:
        """Stop everything and wait for it, so that no step outlives the server."""
        with self._lock:
            running = list(self._running.values())
        for _, stop in running:
            stop.set()
        for thread, _ in running:
            thread.join(10)

    def step_changed(self, execution: Execution, step: Step, status: str, **fields: Any) -> None:
        """Write a step's record and tell of it."""
        key = f"{execution.arn}/{step.name}"
        with self._store.transaction():
            before = self._store.get(STEP, key) or {
                "StepName": step.name,
                "StepType": step.kind,
                **({"StepDescription": step.description} if step.description else {}),
                **({"StepDisplayName": step.display_name} if step.display_name else {}),
            }
            record = {**before, **fields, "StepStatus": status}
            self._store.put(STEP, key, record)
            self._tell_step(execution, record, before.get("StepStatus"))

    def _run(self, document: Document, stop: StopSignal) -> None:
        arn = document["PipelineExecutionArn"]
        definition = parse(self._store.get(DEFINITION, document["definition"])["text"])  # type: ignore[index]
        given = {parameter["Name"]: parameter["Value"] for parameter in document["parameters"]}
        home = home_of(arn)
        execution = Execution(
            arn=arn,
            pipeline_arn=document["PipelineArn"],
            account=home.account,
            region=home.region,
            started=document["CreationTime"],
            parallelism=(document.get("ParallelismConfiguration") or {}).get(
                "MaxParallelExecutionSteps", DEFAULT_PARALLELISM
            ),
        )
        schedule = Schedule(
            definition, bind(definition.parameters, given), execution, jobs=self._jobs, recorder=self, stop=stop
        )
        schedule.remember(self._steps(arn))
        try:
            outcomes = set(schedule.run().values())
        except Exception:  # a fault of ours must end the execution, not leave it running for ever
            log.exception("execution %s", arn)
            outcomes = {Outcome.FAILED}
        if stop.is_set:
            self._change(document, "Stopped")
        elif Outcome.FAILED in outcomes:
            self._change(document, "Failed", FailureReason="Step failure: One or multiple steps failed.")
        else:
            self._change(document, "Succeeded")
        with self._lock:
            del self._running[arn]

    def _change(self, document: Document, status: str, **fields: Any) -> None:
        with self._store.transaction():
            arn = document["PipelineExecutionArn"]
            before = (self._store.get(EXECUTION, arn) or document)["PipelineExecutionStatus"]
            changed = self._store.change(
                EXECUTION, arn, PipelineExecutionStatus=status, LastModifiedTime=now(), **fields
            )
            self._tell(changed, before)

    def _tell(self, document: Document, before: str | None) -> None:
        detail = {
            "pipelineArn": document["PipelineArn"],
            "pipelineExecutionArn": document["PipelineExecutionArn"],
            "pipelineExecutionDisplayName": document["PipelineExecutionDisplayName"],
            "pipelineExecutionDescription": document.get("PipelineExecutionDescription"),
            "currentPipelineExecutionStatus": document["PipelineExecutionStatus"],
            "previousPipelineExecutionStatus": before,
            "executionStartTime": iso(document["CreationTime"]),
        }
        if document["PipelineExecutionStatus"] not in RUNNING:
            detail["executionEndTime"] = iso(document["LastModifiedTime"])
        self._events.emit(EXECUTION_EVENT, document["PipelineExecutionArn"], _given(detail))

    def _tell_step(self, execution: Execution, record: Document, before: str | None) -> None:
        job = record.get("Metadata", {}).get("ProcessingJob")
        detail = {
            "pipelineArn": execution.pipeline_arn,
            "pipelineExecutionArn": execution.arn,
            "stepName": record["StepName"],
            "stepType": record["StepType"],
            "currentStepStatus": record["StepStatus"],
            "previousStepStatus": before,
            "stepStartTime": iso(record["StartTime"]),
            "stepEndTime": iso(record["EndTime"]) if "EndTime" in record else None,
            "failureReason": record.get("FailureReason"),
            "metadata": {"processingJob": {"arn": job["Arn"]}} if job else {},
        }
        self._events.emit(STEP_EVENT, execution.arn, _given(detail))


def _given(detail: Document) -> Document:
    return {name: value for name, value in detail.items() if value is not None}
