"""A SageMaker endpoint made from a package for one evaluation, and never left behind.

Unverified against the service. Source of shapes: botocore's service model of sagemaker 2017-07-24, operations
CreateModel, CreateEndpointConfig, CreateEndpoint, DescribeEndpoint and the deletions, held to it by tests. That
creating may not yet see what was created just before, and is to be repeated: the model's documentation of
CreateEndpoint. How the service words a container that does not start: github.com/aws/sagemaker-python-sdk/issues/1554.

**Whose fault.** A model whose container does not come up is the team's (ContentError): one attempt is made, within
which SageMaker itself repeats its health checks. Only the wordings that say so count. Capacity, limits, rights and
whatever else is worded otherwise is infrastructure: a package is never refused for what the gate could not make.

**What it costs.** `Machine` caps it before anything is made; every endpoint says in a tag until when it may live, its
calls end then, and `endpoint_removal.sweep` removes one whose job was killed. After a kill the same execution finds its
endpoint again and goes on with it, until the same moment.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.endpoint_removal import is_gone, moment, remove, until_of
from modelgate.aws.evaluation_marks import EXECUTION_TAG, UNTIL_TAG
from modelgate.aws.faults import error_code, infrastructure
from modelgate.aws.objects import Bucket
from modelgate.aws.served_model import (
    Serving,
    create_model,
    require_affordable,
    require_current,
)
from modelgate.aws.told_to_stop import sigterm_heard
from modelgate.errors import BudgetSpentError, ContentError, InfrastructureError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

POLL_SECONDS = 15.0
DELETION_SECONDS = 900.0  # how long a former endpoint of the same name may take to be gone

_VARIANT = "evaluated"
_STARTUP_SECONDS = (60, 3600)  # service model, ProductionVariant: the least and the most that may be waited
_UNSEEN_TRIES = 6  # of a creation that does not see yet what was created before
_LIVING = frozenset({"Creating", "InService", "SystemUpdating"})
_ENDED = frozenset({"Failed", "OutOfService", "Deleting"})
_THERE = re.compile(r"already exist", re.I)
_DOES_NOT_START = re.compile(
    r"did not pass the ping health check|CannotStartContainerError|failed to extract model data|"
    r"unable to locate at least 1 model",
    re.I,
)

Sleep = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Life:
    """An endpoint in service, until *until* in seconds since 1970 by *now*."""

    name: str
    until: float
    now: Callable[[], float]

    def require(self) -> None:
        """Refuse a call after the end.

        Raises:
            BudgetSpentError: it is over.
        """
        if self.now() >= self.until:
            raise BudgetSpentError(
                f"the endpoint {self.name} has had its time; what is stored stays, raise the evaluation's machine's "
                "maximum_seconds or ask less, then run the pipeline again"
            )


@contextmanager
def serve(
    sagemaker: "SageMakerClient",
    bucket: Bucket,
    serving: Serving,
    *,
    now: Callable[[], float] = time.time,
    sleep: Sleep = time.sleep,
) -> Iterator[Life]:
    """Make the endpoint of *serving* and wait for it; remove it at the end, however that comes.

    Raises:
        BudgetSpentError: it may cost more than the evaluation allows (nothing was made then), or is not in service
            within its time.
        ContentError: the model's container does not start.
        InfrastructureError: SageMaker did not do its part, the model data changed meanwhile, the job was told to stop,
            or something could not be removed; the message names what is left.
    """
    require_affordable(serving.machine)
    require_current(bucket, serving.containers)
    endpoint = _Endpoint(sagemaker=sagemaker, serving=serving, now=now, sleep=sleep)
    with sigterm_heard() as hearing:
        try:
            life = endpoint.start()
            hearing.at_once = endpoint.removed
            yield life
            require_current(bucket, serving.containers)
        except BaseException as error:
            if left := endpoint.removed():
                raise InfrastructureError(f"{left}; this came before: {error}") from error
            raise
        if left := endpoint.removed():
            raise InfrastructureError(left)


@dataclass(slots=True)
class _Endpoint:
    sagemaker: "SageMakerClient"
    serving: Serving
    now: Callable[[], float]
    sleep: Sleep
    is_removed: bool = False

    def start(self) -> Life:
        """The endpoint that is there from before, or a new one; in service."""
        until = self._adopted() or self._created()
        life = Life(name=self.serving.name, until=until, now=self.now)
        while not self._in_service():
            if self.now() >= until:
                raise BudgetSpentError(
                    f"the endpoint {life.name} is not in service after {self.serving.machine.maximum_seconds} seconds; "
                    "raise the evaluation's machine's maximum_seconds, or look for its instances in SageMaker"
                )
            self.sleep(POLL_SECONDS)
        return life

    def removed(self) -> str | None:
        """Remove everything, once; what is left, if anything is."""
        if self.is_removed:
            return None
        left = remove(self.sagemaker, self.serving.name, sleep=self.sleep)
        self.is_removed = not left
        return f"{'; '.join(left)}; remove it in SageMaker, or let the audit do it" if left else None

    def _adopted(self) -> float | None:
        """Until when an endpoint of this name lives that can be gone on with; any other is removed first."""
        there = self._described()
        if there is None:
            return None
        marked = until_of(self.sagemaker, there["EndpointArn"])
        if there["EndpointStatus"] in _LIVING and marked is not None:
            made: float = there["CreationTime"].timestamp()
            until = min(marked, made + self.serving.machine.maximum_seconds)
            if self.now() < until:
                return until
        if left := remove(self.sagemaker, self.serving.name, sleep=self.sleep):
            raise InfrastructureError(f"a former endpoint is in the way: {'; '.join(left)}")
        patience = self.now() + DELETION_SECONDS
        while self._described() is not None:
            if self.now() >= patience:
                raise InfrastructureError(f"the former endpoint {self.serving.name} is being deleted; run it again")
            self.sleep(POLL_SECONDS)
        return None

    def _created(self) -> float:
        machine, name = self.serving.machine, self.serving.name
        until = self.now() + machine.maximum_seconds
        tags = [{"Key": EXECUTION_TAG, "Value": self.serving.execution_id}, {"Key": UNTIL_TAG, "Value": moment(until)}]
        self._create("model", lambda: create_model(self.sagemaker, self.serving, tags))
        variant: dict[str, Any] = {
            "VariantName": _VARIANT,
            "ModelName": name,
            "InitialInstanceCount": machine.instance_count,
            "InstanceType": machine.instance_type,
            "ContainerStartupHealthCheckTimeoutInSeconds": _within(machine.maximum_seconds, *_STARTUP_SECONDS),
            "ModelDataDownloadTimeoutInSeconds": _within(machine.maximum_seconds, *_STARTUP_SECONDS),
        }
        more: Any = {"Tags": tags, **({"KmsKeyId": self.serving.kms_key} if self.serving.kms_key else {})}
        self._create(
            "endpoint configuration",
            lambda: self.sagemaker.create_endpoint_config(
                EndpointConfigName=name,
                ProductionVariants=[variant],  # type: ignore[list-item]
                **more,
            ),
        )
        self._create(
            "endpoint",
            lambda: self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, Tags=more["Tags"]),
        )
        return until

    def _create(self, kind: str, create: Callable[[], object]) -> None:
        """Create one; what a killed run of the same name made is as good, since the name says all that is in it."""
        with infrastructure(f"creating the {kind} {self.serving.name}"):
            for attempt in range(1, _UNSEEN_TRIES + 1):
                try:
                    create()
                    return
                except ClientError as error:
                    if _exists(error):
                        return
                    if not is_gone(error) or attempt == _UNSEEN_TRIES:
                        raise
                    self.sleep(POLL_SECONDS)

    def _in_service(self) -> bool:
        there = self._described()
        if there is None or there["EndpointStatus"] in _ENDED:
            raise self._fault(there or {"EndpointStatus": "gone"})
        return bool(there["EndpointStatus"] == "InService")

    def _fault(self, there: Any) -> Exception:
        reason = ascii(there.get("FailureReason", "no reason given"))[1:-1][:500]
        said = f"the endpoint {self.serving.name} is {there['EndpointStatus']}: {reason}"
        if _DOES_NOT_START.search(reason):
            return ContentError(f"the package's model does not start: {said}; try its container with its model data")
        return InfrastructureError(f"{said}; see to it in SageMaker and run the pipeline again")

    def _described(self) -> Any:
        with infrastructure(f"looking at the endpoint {self.serving.name}"):
            try:
                return self.sagemaker.describe_endpoint(EndpointName=self.serving.name)
            except ClientError as error:
                if is_gone(error):
                    return None
                raise


def _exists(error: ClientError) -> bool:
    message = str(error.response.get("Error", {}).get("Message", ""))
    return error_code(error) == "ValidationException" and bool(_THERE.search(message))


def _within(number: int, least: int, most: int) -> int:
    return max(least, min(most, number))
