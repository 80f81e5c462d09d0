"""Endpoints and jobs of evaluations, ended: what one evaluation made, and what any of them left behind.

Unverified against the service. That an endpoint's configuration may not be deleted before the endpoint, and that
deleting answers before the endpoint is gone: botocore's service model of sagemaker 2017-07-24, DeleteEndpointConfig and
DeleteEndpoint. That DeleteEndpoint is refused while an endpoint is being made, that one whose configuration is gone
then hangs for an hour, and that an absent one is a ValidationException "Could not find …":
github.com/aws/amazon-sagemaker-examples/issues/3432 and /2402.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from modelgate.aws.evaluation_marks import PREFIX, UNTIL_TAG
from modelgate.aws.faults import error_code, infrastructure
from modelgate.contracts.longest_job import LONGEST_JOB_SECONDS

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

UNMARKED_SECONDS = 86_400.0  # how long an endpoint of ours may live that does not say until when

_TRIES, _BETWEEN = 4, 2.0  # the job that is told to stop has few seconds
_GONE = re.compile(r"could not find|does not exist|not found", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """The names of the endpoints and transform jobs that were ended, and a sentence for each that could not be."""

    removed: tuple[str, ...]
    left: tuple[str, ...]


def sweep(sagemaker: "SageMakerClient", now: float, *, sleep: Callable[[float], object] = time.sleep) -> Swept:
    """End every endpoint and transform job of an evaluation that is past its time, at *now* in seconds since 1970.

    Its tag says that time, but never more than the longest evaluation after it was made: whoever may make one may
    write its tag.

    Raises:
        InfrastructureError: SageMaker did not answer.
    """
    ways = ((_endpoints, remove), (_jobs, end_job))
    found = [(one, end) for find, end in ways for one in find(sagemaker)]
    late = [(one.name, end) for one, end in found if now >= _until(sagemaker, one)]
    problems = {name: end(sagemaker, name, sleep=sleep) for name, end in late}
    return Swept(
        removed=tuple(name for name, left in problems.items() if not left),
        left=tuple(problem for left in problems.values() for problem in left),
    )


def remove(
    sagemaker: "SageMakerClient", name: str, *, sleep: Callable[[float], object] = time.sleep
) -> tuple[str, ...]:
    """Remove the endpoint *name*, its configuration and its model; a sentence for each that is left.

    What is not there is removed. Where the endpoint stays, so do the other two: without them nobody could end it.
    """

    def endpoint() -> None:
        if status() == "Deleting":  # a second deletion may be refused
            return
        sagemaker.delete_endpoint(EndpointName=name)
        if (now := status()) != "Deleting":
            raise _StaysError(f"it is {now}")

    def status() -> str:
        return sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]

    if problem := _tried(endpoint, sleep):
        return (f"the endpoint {name} is left, which costs money, and its configuration and model: {problem}",)
    others = (
        ("endpoint configuration", lambda: sagemaker.delete_endpoint_config(EndpointConfigName=name)),
        ("model", lambda: sagemaker.delete_model(ModelName=name)),
    )
    found = [(kind, _tried(delete, sleep)) for kind, delete in others]
    return tuple(f"the {kind} {name} is left: {problem}" for kind, problem in found if problem)


def end_job(
    sagemaker: "SageMakerClient", name: str, *, sleep: Callable[[float], object] = time.sleep
) -> tuple[str, ...]:
    """Stop the transform job *name* and remove its model; a sentence for each that is left."""

    def job() -> None:
        model.append(sagemaker.describe_transform_job(TransformJobName=name)["ModelName"])
        sagemaker.stop_transform_job(TransformJobName=name)

    model: list[str] = []
    if problem := _tried(job, sleep):
        return (f"the transform job {name} runs on, which costs money: {problem}",)
    return remove_model(sagemaker, model[0], sleep=sleep) if model else ()


def remove_model(sagemaker: "SageMakerClient", name: str, *, sleep: Callable[[float], object]) -> tuple[str, ...]:
    """Remove a model that has no endpoint; a sentence if it is left."""
    problem = _tried(lambda: sagemaker.delete_model(ModelName=name), sleep)
    return (f"the model {name} is left: {problem}",) if problem else ()


def is_gone(error: ClientError) -> bool:
    """Whether *error* says that there is no such thing."""
    message = str(error.response.get("Error", {}).get("Message", ""))
    return error_code(error) in ("ValidationException", "ResourceNotFound") and bool(_GONE.search(message))


def until_of(sagemaker: "SageMakerClient", arn: str) -> float | None:
    """Until when the endpoint *arn* may live, in seconds since 1970; None where no tag says so.

    Raises:
        InfrastructureError: SageMaker did not answer.
    """
    with infrastructure(f"reading the tags of {arn}"):
        pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
        found = [tag["Value"] for page in pages for tag in page.get("Tags", []) if tag["Key"] == UNTIL_TAG]
    return read_moment(found[0]) if found else None


def moment(seconds: float) -> str:
    """A time as the tag says it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def read_moment(text: str) -> float | None:
    """What `moment` wrote; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.timestamp() if found.tzinfo else None


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    arn: str
    created: float


def _until(sagemaker: "SageMakerClient", found: _Found) -> float:
    marked = until_of(sagemaker, found.arn)
    return found.created + UNMARKED_SECONDS if marked is None else min(marked, found.created + LONGEST_JOB_SECONDS)


class _StaysError(Exception):
    """The endpoint was to be deleted and is not."""


def _tried(delete: Callable[[], object], sleep: Callable[[float], object]) -> str | None:
    """Why *delete* did not succeed, however often it was tried; None if it did, or if there was nothing to delete."""
    for attempt in count(1):
        problem: Exception | None = None
        try:
            delete()
        except ClientError as error:
            problem = None if is_gone(error) else error
        except (BotoCoreError, _StaysError) as error:
            problem = error
        if problem is None or attempt == _TRIES:
            return str(problem) if problem else None
        sleep(_BETWEEN)
    raise AssertionError("tries end by returning")


def _endpoints(sagemaker: "SageMakerClient") -> Iterator[_Found]:
    with infrastructure("listing endpoints"):
        for page in sagemaker.get_paginator("list_endpoints").paginate(NameContains=PREFIX):
            for one in page["Endpoints"]:
                if one["EndpointName"].startswith(PREFIX):
                    yield _Found(one["EndpointName"], one["EndpointArn"], one["CreationTime"].timestamp())


def _jobs(sagemaker: "SageMakerClient") -> Iterator[_Found]:
    with infrastructure("listing transform jobs"):
        pages = sagemaker.get_paginator("list_transform_jobs").paginate(NameContains=PREFIX, StatusEquals="InProgress")
        for page in pages:
            for one in page["TransformJobSummaries"]:
                if one["TransformJobName"].startswith(PREFIX):
                    yield _Found(one["TransformJobName"], one["TransformJobArn"], one["CreationTime"].timestamp())
