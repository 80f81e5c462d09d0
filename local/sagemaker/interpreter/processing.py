"""Processing jobs of pipeline steps: SageMaker's Processing contract around the runs of a runtime."""

import functools
import logging
import secrets
import shutil
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.sagemaker.arns import Home
from local.sagemaker.callers import Caller, Callers
from local.sagemaker.clock import now
from local.sagemaker.errors import ServiceError
from local.sagemaker.faults import Faults
from local.sagemaker.interpreter import folders, inputs
from local.sagemaker.interpreter.definition import Step
from local.sagemaker.interpreter.failures import INTERNAL_ERROR, StepFailedError, StopSignal
from local.sagemaker.interpreter.hosts import Host, first_of, hosts_of, instances, on_every
from local.sagemaker.interpreter.jobs import Job, Mount, TimeLimitError
from local.sagemaker.interpreter.property_files import property_file
from local.sagemaker.interpreter.quota import Quota
from local.sagemaker.interpreter.runtimes import Runtimes
from local.sagemaker.interpreter.schedule import Execution
from local.sagemaker.shapes import Shapes
from local.sagemaker.storage import Storage
from local.sagemaker.store import Document, Store

JOB = "processing-job"
DEFAULT_LIMIT_SECONDS = 86_400
SUFFIX = string.ascii_letters + string.digits
# S3 and STS answers that trying again does not change
CLIENT_FAULTS = frozenset(
    {"AccessDenied", "NoSuchBucket", "NoSuchKey", "403", "404", "ValidationError", "InvalidRequest"}
)
log = logging.getLogger("modelgate.sagemaker.jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingJobs:
    """Runs one job at a time for whoever calls, from any thread; *environment* names the embedded AWS's endpoints."""

    store: Store
    shapes: Shapes
    storage: Storage
    callers: Callers
    runtimes: Runtimes
    quota: Quota
    faults: Faults
    directory: Path
    environment: dict[str, str]

    def run(
        self,
        step: Step,
        arguments: dict[str, Any],
        execution: Execution,
        stop: StopSignal,
        started: Callable[[str], None],
    ) -> dict[str, Any]:
        """Run the job of a step; returns its description and its property files."""
        name = f"pipelines-{execution.id}-{step.name[:22]}-{''.join(secrets.choice(SUFFIX) for _ in range(10))}"
        request = {**arguments, "ProcessingJobName": name}
        try:
            self.shapes.check("CreateProcessingJob", request)
        except ServiceError as error:
            raise StepFailedError(
                f"ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: {error}"
            ) from error
        arn = Home(account=execution.account, region=execution.region).processing_job(name)
        with self.quota.slots(instances(request)):
            at = now()
            job = {
                **{k: v for k, v in request.items() if v is not None},
                "ProcessingJobArn": arn,
                "ProcessingJobStatus": "InProgress",
                "CreationTime": at,
                "ProcessingStartTime": at,
            }
            self.store.put(JOB, arn, job)
            started(arn)
            return self._finished(step, job, execution, stop)

    def bury(self) -> None:
        """Write down that what a killed server ran has ended with it; processes do so by themselves."""
        for job in self.store.all(JOB):
            if job["ProcessingJobStatus"] == "InProgress":
                for host in hosts_of(job, self.directory):
                    self.runtimes.end(host.label(job["ProcessingJobName"]))
                self.store.change(JOB, job["ProcessingJobArn"], ProcessingJobStatus="Stopped", ProcessingEndTime=now())
        shutil.rmtree(self.directory / "jobs", ignore_errors=True)

    def _finished(self, step: Step, job: Document, execution: Execution, stop: StopSignal) -> dict[str, Any]:
        arn, root = job["ProcessingJobArn"], self.directory / "jobs" / job["ProcessingJobName"]
        try:
            with _infrastructure():
                files = self._worked(step, job, execution, stop, root)
        except StepFailedError as failure:
            self.store.change(
                JOB, arn, ProcessingJobStatus="Failed", FailureReason=str(failure)[:1024], **_end(hosts_of(job, root))
            )
            raise
        except BaseException:  # stopped from outside: the job must not look as if it ran on; raised again
            self.store.change(JOB, arn, ProcessingJobStatus="Stopped", ProcessingEndTime=now())
            raise
        else:
            done = self.store.change(JOB, arn, ProcessingJobStatus="Completed", **_end(hosts_of(job, root)))
            return {**done, "PropertyFiles": files}
        finally:
            shutil.rmtree(root, ignore_errors=True)

    def _worked(self, step: Step, job: Document, execution: Execution, stop: StopSignal, root: Path) -> dict[str, Any]:
        self.faults.strike_before(step.name)
        objects = self.storage.objects(execution.account, execution.region)
        outputs = (job.get("ProcessingOutputConfig") or {}).get("Outputs") or []
        listed = inputs.listed(job.get("ProcessingInputs") or [], objects)
        hosts, credentials = hosts_of(job, root), self._credentials(job, execution)

        def run(host: Host, together: StopSignal) -> None:
            mounts = folders.prepare(host, job)
            mounts += inputs.fetched(host, listed, objects)
            mounts += folders.output_mounts(host.root, outputs)
            self._ran(self._job(job, execution, together, host, mounts, credentials))

        on_every(hosts, run, stop)
        self.faults.strike_after(step.name)
        key = (job.get("ProcessingOutputConfig") or {}).get("KmsKeyId")
        for host in hosts:
            folders.upload_outputs(host.root, outputs, objects, key)
        return {
            f["PropertyFileName"]: first_of(hosts, functools.partial(property_file, f, outputs))
            for f in step.property_files
        }

    def _job(
        self,
        job: Document,
        execution: Execution,
        stop: StopSignal,
        host: Host,
        mounts: list[Mount],
        credentials: dict[str, str],
    ) -> Job:
        app = job["AppSpecification"]
        logs = self.directory / "logs"
        logs.mkdir(exist_ok=True)
        name = host.label(job["ProcessingJobName"])
        return Job(
            name=name,
            image=app["ImageUri"],
            entrypoint=app.get("ContainerEntrypoint") or [],
            arguments=app.get("ContainerArguments") or [],
            environment={
                **(job.get("Environment") or {}),
                **self.environment,
                "AWS_DEFAULT_REGION": execution.region,
                "AWS_REGION": execution.region,
                **credentials,
            },
            root=host.root,
            mounts=mounts,
            limit_seconds=(job.get("StoppingCondition") or {}).get("MaxRuntimeInSeconds", DEFAULT_LIMIT_SECONDS),
            log=logs / f"{name}.log",
            stop=stop,
        )

    def _ran(self, run: Job) -> None:
        try:
            code = self.runtimes.choose(run.image).run(run)
        except TimeLimitError as error:
            raise StepFailedError(
                f"ClientError: the job ran into its time limit of {run.limit_seconds} s and was stopped"
            ) from error
        message = folders.exit_message(run.root)
        if code:
            log.warning("job %s: exit code %s, output in %s", run.name, code, run.log)
            raise StepFailedError(
                f"AlgorithmError: {message or 'See job logs for more information'}, exit code: {code}"
            )

    def _credentials(self, job: Document, execution: Execution) -> dict[str, str]:
        """The step acts as its own role; the front knows the key without asking who it is."""
        role: str = job["RoleArn"]
        given = self.storage.step_credentials(role, job["ProcessingJobName"], execution.account, execution.region)
        session = (
            f"arn:aws:sts::{execution.account}:assumed-role/{role.rsplit('/', 1)[1]}/{job['ProcessingJobName'][:64]}"
        )
        caller = Caller(
            account=execution.account, principal_arn=role, session_arn=session, principal_id=job["ProcessingJobName"]
        )
        self.callers.learn(given["AWS_ACCESS_KEY_ID"], caller)
        return given


@contextmanager
def _infrastructure() -> Iterator[None]:
    """What S3, STS or the local disk fail at, as the service would name it."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        kind = None if code in CLIENT_FAULTS else INTERNAL_ERROR
        raise StepFailedError(f"{'ClientError' if kind is None else 'InternalServerError'}: {error}", kind) from error
    except (BotoCoreError, OSError) as error:
        raise StepFailedError(f"InternalServerError: {error}", INTERNAL_ERROR) from error


def _end(hosts: list[Host]) -> Document:
    ended = now()
    message = next(filter(None, map(_said, hosts)), None)
    return {"ProcessingEndTime": ended, "LastModifiedTime": ended, **({"ExitMessage": message} if message else {})}


def _said(host: Host) -> str | None:
    try:
        return folders.exit_message(host.root)
    except StepFailedError:  # said already, in the failure reason
        return None
