"""One SageMaker Batch Transform job over a folder of requests: found again after a kill, waited for, stopped in time.

Unverified against the service. Source of shapes and limits: botocore's service model of sagemaker 2017-07-24,
operations CreateTransformJob, DescribeTransformJob and StopTransformJob, held to it by tests. A name is used once for
ever, so each further attempt of the same requests has a number.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.endpoint_removal import is_gone, moment
from modelgate.aws.evaluation_marks import EXECUTION_TAG, UNTIL_TAG
from modelgate.aws.faults import error_code, infrastructure
from modelgate.aws.objects import Bucket
from modelgate.aws.served_model import Serving
from modelgate.errors import BudgetSpentError, InfrastructureError
from modelgate.generative.evaluation import Pace

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

POLL_SECONDS = 30.0
ATTEMPTS = 3

_PAYLOADS_MB = 100  # service model, MaxPayloadInMB: that times the requests at a time
_LARGEST_MB = 6  # its default; a request is a prompt, so far below
_RETRIES, _LONGEST_SECONDS = 3, 3600  # service model, ModelClientConfig
_JSON = "application/json"

# Their disks are encrypted by the instance itself, and no key may be asked for (service model, VolumeKmsKeyId). Which
# types those are: Amazon EC2 user guide, "Instance store volumes".
_OWN_DISKS = re.compile(r"ml\.(?:[a-z]+\d[a-z]*d[a-z]*|dl1|g[5-7]e?|p[56][a-z0-9-]*|trn\d[a-z]*)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a job ended: *status* is ``Completed`` or ``Failed``, *reason* the service's word for the latter."""

    name: str
    status: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Jobs:
    """The jobs of one model, until *until* in seconds since 1970; their files lie below *prefix*, up to its slash."""

    sagemaker: "SageMakerClient"
    bucket: Bucket
    serving: Serving
    pace: Pace
    prefix: str
    until: float
    now: Callable[[], float] = time.time
    sleep: Callable[[float], object] = time.sleep
    running: str | None = None

    def inputs(self, base: str) -> str:
        """The folder of requests that `run` reads."""
        return f"{self.prefix}input/{base}/"

    def outputs(self, name: str) -> str:
        """The folder that the job *name* writes."""
        return f"{self.prefix}output/{name}/"

    def run(self, base: str) -> Ended:
        """Run the requests in the folder of *base*, or wait for the job that does already; the answer when it ended.

        Raises:
            BudgetSpentError: the time is over; the job was stopped.
            InfrastructureError: SageMaker did not answer, or all attempts ended without success earlier.
        """
        name = self._found_or_created(base)
        self.running = name
        while (there := self._described(name))["TransformJobStatus"] in ("InProgress", "Stopping"):
            if self.now() >= self.until:
                self.stop()
                raise BudgetSpentError(
                    f"the transform job {name} was stopped after its time; raise the evaluation's machine's "
                    "maximum_seconds or ask less, then run the pipeline again"
                )
            self.sleep(POLL_SECONDS)
        self.running = None
        if there["TransformJobStatus"] == "Stopped":
            raise InfrastructureError(f"somebody stopped the transform job {name}; run the pipeline again")
        reason = ascii(there.get("FailureReason", ""))[1:-1][:500]
        return Ended(name=name, status=there["TransformJobStatus"], reason=reason)

    def stop(self) -> None:
        """Stop the job that is waited for, if there is one.

        Raises:
            InfrastructureError: SageMaker did not.
        """
        if self.running is None:
            return
        with infrastructure(f"stopping the transform job {self.running}"):
            try:
                self.sagemaker.stop_transform_job(TransformJobName=self.running)
            except ClientError as error:
                if not has_ended(error):
                    raise
        self.running = None

    def _found_or_created(self, base: str) -> str:
        names = [f"{base}-{attempt}" for attempt in range(1, ATTEMPTS + 1)]
        for name in names:
            there = self._described(name)
            if there is None:
                return self._created(name, base)
            if there["TransformJobStatus"] not in ("Failed", "Stopped"):
                return name
        raise InfrastructureError(f"the transform jobs {names[0]} to {names[-1]} all failed; see to them in SageMaker")

    def _created(self, name: str, base: str) -> str:
        machine, key = self.serving.machine, self.serving.kms_key
        own_disks = has_own_disks(machine.instance_type)
        concurrency = max(1, min(self.pace.concurrency, _PAYLOADS_MB))
        output = {"S3OutputPath": self.bucket.uri(self.outputs(name)), "Accept": _JSON, "AssembleWith": "Line"}
        resources = {"InstanceType": machine.instance_type, "InstanceCount": machine.instance_count}
        request: dict[str, Any] = {
            "TransformJobName": name,
            "ModelName": self.serving.name,
            "MaxConcurrentTransforms": concurrency,
            "MaxPayloadInMB": min(_LARGEST_MB, _PAYLOADS_MB // concurrency),
            "ModelClientConfig": {
                "InvocationsTimeoutInSeconds": max(1, min(int(self.pace.timeout_seconds), _LONGEST_SECONDS)),
                "InvocationsMaxRetries": min(self.pace.attempts - 1, _RETRIES),
            },
            "BatchStrategy": "SingleRecord",
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": self.bucket.uri(self.inputs(base))}},
                "ContentType": _JSON,
                "SplitType": "Line",
            },
            "TransformOutput": {**output, **({"KmsKeyId": key} if key else {})},
            "TransformResources": {**resources, **({"VolumeKmsKeyId": key} if key and not own_disks else {})},
            "Tags": [
                {"Key": EXECUTION_TAG, "Value": self.serving.execution_id},
                {"Key": UNTIL_TAG, "Value": moment(self.until)},
            ],
        }
        with infrastructure(f"creating the transform job {name}"):
            try:
                self.sagemaker.create_transform_job(**request)
            except ClientError as error:
                if error_code(error) != "ResourceInUse":  # another try of the same request came through
                    raise
        return name

    def _described(self, name: str) -> Any:
        with infrastructure(f"looking at the transform job {name}"):
            try:
                return self.sagemaker.describe_transform_job(TransformJobName=name)
            except ClientError as error:
                if is_gone(error):
                    return None
                raise


def has_own_disks(instance_type: str) -> bool:
    """Whether instances of that type keep data on disks of their own."""
    return _OWN_DISKS.match(instance_type) is not None


def has_ended(error: ClientError) -> bool:
    """Whether a job was not stopped because there is none, or none that runs any more."""
    return is_gone(error) or error_code(error) == "ValidationException"
