"""SageMaker Batch Transform as the source of answers: one job for each part, in OpenAI's chat format.

Unverified against the service. Source of shapes: see `transform_job`. That answers come in the order of the requests,
in a file ``<name>.out`` for each input file, that a bad request leaves its whole file without one while other files get
theirs, and that one instance works on a file: SageMaker developer guide, "Use Batch Transform"
(https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html).

**A job for each part** is the simplest that can be resumed: a part that is stored is not asked again. A job takes
minutes to start, so an evaluation that asks this way has parts of thousands of prompts (`Asked.part_size`).

A part's requests lie in files of `FILE_LINES`, spread over the instances; a request that the container refuses takes
the answers of its file with it, each counted as a failed call. A file whose answers are not one line for each request
counts as failed as a whole: nobody knows which answer is whose.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from modelgate.aws.endpoint_removal import moment, remove_model
from modelgate.aws.evaluation_marks import EXECUTION_TAG, UNTIL_TAG
from modelgate.aws.faults import infrastructure
from modelgate.aws.objects import Bucket
from modelgate.aws.owner import owned_by
from modelgate.aws.served_model import (
    Serving,
    create_model,
    named,
    require_affordable,
    require_current,
)
from modelgate.aws.told_to_stop import sigterm_heard
from modelgate.aws.transform_job import Ended, Jobs
from modelgate.contracts.digests import sha256_of
from modelgate.errors import ContentError, InfrastructureError
from modelgate.generative import chat_schema
from modelgate.generative.budget import Spending
from modelgate.generative.evaluation import Pace, Settings
from modelgate.generative.records import Answered, Prompt
from modelgate.generative.target import NoAnswerError, Reply, UnavailableError
from modelgate.generative.usage import tokens_written

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

FILE_LINES = 50

_OF_THE_MODEL = re.compile(r"AlgorithmError|ping health check|CannotStartContainerError", re.I)

Outcome = Reply | NoAnswerError


@contextmanager
def transform(
    sagemaker: "SageMakerClient",
    bucket: Bucket,
    serving: Serving,
    pace: Pace,
    spending: Spending,
    *,
    prefix: str,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator["TransformSource"]:
    """Make the model of *serving* and ask it by jobs, below *prefix* of *bucket*; stop and remove them at the end.

    Raises:
        BudgetSpentError: it may cost more than the evaluation allows; nothing was made.
        InfrastructureError: SageMaker did not do its part, the model data changed meanwhile, the job was told to stop,
            or something could not be removed; the message names what is left.
    """
    require_affordable(serving.machine)
    require_current(bucket, serving.containers)
    until = now() + serving.machine.maximum_seconds
    jobs = Jobs(
        sagemaker=sagemaker,
        bucket=bucket,
        serving=serving,
        pace=pace,
        prefix=prefix,
        until=until,
        now=now,
        sleep=sleep,
    )
    with sigterm_heard():
        try:
            _model(sagemaker, serving, until)
            yield TransformSource(jobs, spending)
            require_current(bucket, serving.containers)
        except BaseException as error:
            if left := _removed(jobs):
                raise InfrastructureError(f"{left}; this came before: {error}") from error
            raise
        if left := _removed(jobs):
            raise InfrastructureError(left)


class TransformSource:
    """A `generative.target.Source`; made by `transform`."""

    def __init__(self, jobs: Jobs, spending: Spending) -> None:
        self._jobs = jobs
        self._spending = spending
        self.id = f"transform/{jobs.serving.machine.instance_type}"

    def answers(self, prompts: Sequence[Prompt], settings: Settings) -> list[Answered]:
        """One `Answered` per prompt, in order; errors as of `Source.answers`.

        Raises:
            ContentError: the job failed on everything, and says that it was the model's container.
        """
        if not prompts:
            return []
        requests = [_request(prompt, settings, at) for prompt in prompts for at in range(settings.completions)]
        self._spending.before_calls(len(requests))
        files = [requests[at : at + FILE_LINES] for at in range(0, len(requests), FILE_LINES)]
        base = named(self._jobs.serving.name, sha256_of(b"".join(requests)))
        self._write(self._jobs.inputs(base), files)
        lines = self._read(self._jobs.run(base), files)
        texts = [prompt.text for prompt in prompts for _ in range(settings.completions)]
        outcomes = [self._outcome(line, text) for line, text in zip(lines, texts, strict=True)]
        each = settings.completions
        return [_answered(prompt, outcomes[at * each : (at + 1) * each]) for at, prompt in enumerate(prompts)]

    def _write(self, folder: str, files: Sequence[Sequence[bytes]]) -> None:
        bucket = self._jobs.bucket
        for number, lines in enumerate(files):
            key = folder + _file(number)
            with infrastructure(f"writing {bucket.uri(key)}"):
                bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"".join(lines), **owned_by(bucket.owner))

    def _read(self, ended: Ended, files: Sequence[Sequence[bytes]]) -> list[bytes | NoAnswerError]:
        """A line for each request, or why it has none."""
        folder = self._jobs.outputs(ended.name)
        there = {one.key.rpartition("/")[2]: one.key for one in self._jobs.bucket.list(folder)}
        missing = [name for name in map(_file, range(len(files))) if name + ".out" not in there]
        if missing and ended.status == "Completed":
            raise InfrastructureError(
                f"the job {ended.name} completed without {missing[0]}.out; run the pipeline again"
            )
        if len(missing) == len(files):
            raise _fault(ended)
        found: list[bytes | NoAnswerError] = []
        for number, lines in enumerate(files):
            found += self._lines(there.get(_file(number) + ".out"), len(lines))
        return found

    def _lines(self, key: str | None, expected: int) -> Sequence[bytes | NoAnswerError]:
        if key is None:
            return [NoAnswerError("the container refused one of the requests in this one's file")] * expected
        try:
            stored = self._jobs.bucket.read(key, max_bytes=expected * (self._jobs.pace.answer_bytes + 1))
        except ContentError:
            return [NoAnswerError("the answers of this one's file have more bytes than are read")] * expected
        lines = [line for line in (stored.data if stored else b"").split(b"\n") if line.strip()]
        if len(lines) != expected:
            return [NoAnswerError(f"the container gave {len(lines)} lines for {expected} requests")] * expected
        return lines

    def _outcome(self, line: bytes | NoAnswerError, text: str) -> Outcome:
        if isinstance(line, NoAnswerError):
            return line
        if len(line) > (most := self._jobs.pace.answer_bytes):
            return NoAnswerError(f"the answer has more than {most} bytes")
        try:
            reply = chat_schema.reply(line, text)
        except NoAnswerError as error:
            return error
        except UnavailableError as error:  # a job asks no second time
            return NoAnswerError(str(error))
        self._spending.after_reply(reply.input_tokens + tokens_written(reply.completion))
        return reply


def _request(prompt: Prompt, settings: Settings, completion: int) -> bytes:
    seed = None if settings.seed is None else settings.seed + completion
    return chat_schema.request(prompt.text, settings, seed, None).strip() + b"\n"


def _file(number: int) -> str:
    return f"{number:06d}.jsonl"


def _fault(ended: Ended) -> Exception:
    said = f"the transform job {ended.name} failed: {ended.reason or 'no reason given'}"
    if _OF_THE_MODEL.search(ended.reason):
        return ContentError(f"the package's model does not answer: {said}; try its container with its model data")
    return InfrastructureError(f"{said}; see to it in SageMaker and run the pipeline again")


def _answered(prompt: Prompt, outcomes: Sequence[Outcome]) -> Answered:
    replies = [outcome for outcome in outcomes if isinstance(outcome, Reply)]
    failures = tuple(str(outcome) for outcome in outcomes if isinstance(outcome, NoAnswerError))
    return Answered(
        prompt=prompt,
        completions=tuple(reply.completion for reply in replies),
        failed=len(failures),
        failures=failures or None,
        input_tokens=sum(reply.input_tokens for reply in replies),
    )


def _model(sagemaker: "SageMakerClient", serving: Serving, until: float) -> None:
    tags = [{"Key": EXECUTION_TAG, "Value": serving.execution_id}, {"Key": UNTIL_TAG, "Value": moment(until)}]
    with infrastructure(f"creating the model {serving.name}"):
        try:
            create_model(sagemaker, serving, tags)
        except ClientError as error:
            if "already exist" not in str(error):  # a killed run made it; the name says all that is in it
                raise


def _removed(jobs: Jobs) -> str | None:
    """Stop what runs and remove the model; what is left, if anything is."""
    left = []
    try:
        jobs.stop()
    except InfrastructureError as error:
        left.append(f"a transform job is left, which costs money ({error})")
    left += remove_model(jobs.sagemaker, jobs.serving.name, sleep=jobs.sleep)
    return "; ".join(left) or None
