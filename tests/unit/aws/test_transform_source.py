"""Answers by batch transform: jobs that are found again, and answers that are never given to another prompt."""

import gzip
import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import moto
import pytest
from modelgate.aws import transform_source
from modelgate.aws.endpoint_removal import sweep
from modelgate.aws.evaluation_marks import UNTIL_TAG
from modelgate.aws.objects import Bucket
from modelgate.aws.transform_job import has_own_disks
from modelgate.aws.transform_source import transform
from modelgate.errors import BudgetSpentError, ContentError, InfrastructureError
from modelgate.generative.budget import Spending
from modelgate.generative.chat_schema import request
from modelgate.generative.evaluation import Budget
from modelgate.generative.records import Prompt

from tests.stateful.clock import Clock
from tests.stateful.s3 import Bucket as FakeBucket
from tests.stateful.s3 import FakeS3
from tests.unit.aws.conftest import STORE
from tests.unit.aws.generative_made_up import PACE, SETTINGS
from tests.unit.aws.sagemaker_double import Double, Pages, Time
from tests.unit.aws.test_served_model import serving

PREFIX = "executions/abc123/answers/transform/"
TWICE = replace(SETTINGS, completions=2, seed=7)
OF = replace(serving({"Image": "llm:1"}))  # no model file, so that nothing has to be in the store


class S3(FakeS3):
    """S3 in memory, listed in pages."""

    def get_paginator(self, operation: str) -> Pages:
        """One page."""
        return Pages(getattr(self, operation))


class World:
    """SageMaker over a store in memory: a new job answers each request with *container*."""

    def __init__(self) -> None:
        self.time = Time()
        self.s3 = S3(clock=Clock(), created=lambda *_: None, buckets={STORE: FakeBucket(owner="222222222222")})
        self.bucket = Bucket(s3=self.s3, name=STORE, owner="222222222222")  # type: ignore[arg-type]
        self.sagemaker = Double(time=self.time, on_job=self.transformed)
        self.container: Callable[[dict[str, Any]], bytes | None] = lambda asked: chat(asked["messages"][0]["content"])
        self.spending = Spending(Budget(calls=1000, tokens=10_000))

    def transformed(self, job: dict[str, Any]) -> None:
        """Do what a job does: a file of answers for each file of requests, none where a request is refused (None)."""
        folder = job["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"].removeprefix(f"s3://{STORE}/")
        output = job["TransformOutput"]["S3OutputPath"].removeprefix(f"s3://{STORE}/")
        for listed in self.bucket.list(folder):
            stored = self.bucket.read(listed.key, max_bytes=10**6)
            assert stored is not None
            answers = [self.container(json.loads(line)) for line in stored.data.splitlines()]
            if None not in answers:
                body = b"".join(answer + b"\n" for answer in answers if answer is not None)
                name = listed.key.rpartition("/")[2]
                self.s3.put_object(Bucket=STORE, Key=f"{output}{name}.out", Body=body)

    def source(self, **change: Any) -> Any:
        """The source, as a context manager."""
        return transform(
            self.sagemaker,  # type: ignore[arg-type]
            self.bucket,
            replace(OF, **change),
            PACE,
            self.spending,
            prefix=PREFIX,
            now=self.time.now,
            sleep=self.time.sleep,
        )


@pytest.fixture
def world() -> Iterator[World]:
    """A world whose jobs take two looks."""
    before = signal.getsignal(signal.SIGTERM)
    yield World()
    assert signal.getsignal(signal.SIGTERM) is before


def chat(text: str) -> bytes:
    """A container's answer in OpenAI's format."""
    choice = {"message": {"role": "assistant", "content": text.upper()}, "finish_reason": "stop"}
    return json.dumps({"choices": [choice], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}).encode()


def prompts(number: int) -> list[Prompt]:
    """So many prompts."""
    return [Prompt(id=f"p{at}", concern="bias", text=f"prompt {at}", meta={}) for at in range(number)]


def test_every_prompt_gets_its_own_answers(world: World) -> None:
    """Several completions each, over several files, counted as calls and tokens; the model is removed."""
    with world.source() as source:
        answered = source.answers(prompts(60), TWICE)
        assert source.id == "transform/ml.g5.xlarge"

    assert [[one.text for one in answer.completions] for answer in answered] == [
        [f"PROMPT {at}"] * 2 for at in range(60)
    ]
    assert (answered[0].input_tokens, answered[0].failed, answered[0].failures) == (10, 0, None)
    assert (world.spending.calls, world.spending.tokens) == (120, 840)
    assert world.sagemaker.models == {}


def test_the_job_is_as_the_evaluation_says(world: World) -> None:
    """One request at a time of each line, on its machine, at its pace, below the execution's folder."""
    with world.source() as source:
        source.answers(prompts(1), SETTINGS)

    ((name, job),) = world.sagemaker.jobs.items()
    base = name.removesuffix("-1")
    assert {key: value for key, value in job.items() if key not in ("looks", "at", "TransformJobName", "Tags")} == {
        "ModelName": OF.name,
        "MaxConcurrentTransforms": 2,
        "MaxPayloadInMB": 6,
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": 30, "InvocationsMaxRetries": 2},
        "BatchStrategy": "SingleRecord",
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{STORE}/{PREFIX}input/{base}/"}},
            "ContentType": "application/json",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": f"s3://{STORE}/{PREFIX}output/{name}/",
            "Accept": "application/json",
            "AssembleWith": "Line",
        },
        "TransformResources": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
    }
    assert {tag["Key"] for tag in job["Tags"]} == {"modelgate:execution", UNTIL_TAG}
    stored = world.bucket.read(f"{PREFIX}input/{base}/000000.jsonl", max_bytes=1000)
    assert stored is not None
    assert stored.data == request("prompt 0", SETTINGS, None, None) + b"\n"


@pytest.mark.parametrize(("instance_type", "disks"), [("ml.m5.xlarge", "key-1"), ("ml.g5.xlarge", None)])
def test_our_key_encrypts_disks_and_answers(world: World, instance_type: str, disks: str | None) -> None:
    """The service would take the account's own otherwise; for disks of the instance's own it takes none."""
    with world.source(kms_key="key-1", machine=replace(OF.machine, instance_type=instance_type)) as source:
        source.answers(prompts(1), SETTINGS)

    (job,) = world.sagemaker.jobs.values()
    assert job["TransformOutput"]["KmsKeyId"] == "key-1"
    assert job["TransformResources"].get("VolumeKmsKeyId") == disks


def test_which_instances_have_disks_of_their_own() -> None:
    """As EC2 tells of every type that a job can have and that is known to moto."""
    known = json.loads(
        gzip.decompress((Path(moto.__file__).parent / "ec2/resources/instance_types.json.gz").read_bytes())
    )
    types = botocore.session.get_session().get_service_model("sagemaker").shape_for("TransformInstanceType").enum
    told = {one: known[one[3:]]["InstanceStorageSupported"] for one in types if one[3:] in known}

    assert {one: has_own_disks(one) for one in told} == told
    assert len(told) > 50


def test_each_completion_has_its_own_seed(world: World) -> None:
    """One higher than the last."""
    seeds: list[int] = []
    world.container = lambda asked: (seeds.append(asked["seed"]), chat("x"))[1]

    with world.source() as source:
        source.answers(prompts(2), TWICE)

    assert seeds == [7, 8, 7, 8]


def test_a_finished_job_is_not_run_again(world: World) -> None:
    """After a kill the same requests have the same job, and the answers are read."""
    killed = world.source()
    first = killed.__enter__().answers(prompts(3), SETTINGS)

    with world.source() as source:
        assert source.answers(prompts(3), SETTINGS) == first

    assert len(world.sagemaker.jobs) == 1
    killed.gen.close()


def test_a_running_job_is_waited_for(world: World) -> None:
    """Nothing is paid for twice."""
    world.sagemaker.job_statuses = ["InProgress"]
    world.time.ticks = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    killed = world.source()
    with pytest.raises(KeyboardInterrupt):
        killed.__enter__().answers(prompts(1), SETTINGS)

    def finish() -> None:
        for job in world.sagemaker.jobs.values():
            job["looks"] = ["Completed"]

    world.time.ticks = finish
    with world.source() as source:
        assert len(source.answers(prompts(1), SETTINGS)) == 1

    assert world.sagemaker.calls.count("CreateTransformJob") == 1
    killed.gen.close()


def test_a_job_that_failed_earlier_has_a_successor(world: World) -> None:
    """Under the next number, for a name is used once; up to three in all."""
    world.sagemaker.job_statuses = ["Failed"]
    world.container = lambda _: None
    for _ in range(3):
        with pytest.raises(InfrastructureError, match="failed: no reason given"), world.source() as source:
            source.answers(prompts(1), SETTINGS)

    with pytest.raises(InfrastructureError, match=r"-1 to .*-3 all failed"), world.source() as source:
        source.answers(prompts(1), SETTINGS)

    assert [name[-2:] for name in world.sagemaker.jobs] == ["-1", "-2", "-3"]


def test_a_refused_request_takes_its_file_along_and_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its calls has failed, and says why."""
    monkeypatch.setattr(transform_source, "FILE_LINES", 2)
    world.sagemaker.job_statuses = ["InProgress", "Failed"]
    world.sagemaker.reason = "ClientError: See job logs for more information"
    world.container = lambda asked: None if "prompt 2" in asked["messages"][0]["content"] else chat("x")

    with world.source() as source:
        answered = source.answers(prompts(5), SETTINGS)

    assert [one.failed for one in answered] == [0, 0, 1, 1, 0]
    assert answered[3].failures == ("the container refused one of the requests in this one's file",)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"", "the container gave 0 lines for 2 requests"),
        (chat("x").replace(b", ", b",\n"), "lines for 2 requests"),
        (b"\xff", "no JSON"),
        (chat("x" * 5000), "more bytes than are read"),
        (b'{"error": {"code": 500}}', "error of its own"),
    ],
)
def test_what_is_no_answer_is_a_failed_call(world: World, line: bytes, sentence: str) -> None:
    """Empty, in several lines, not UTF-8, enormous: nothing is lost, and nothing is given to another prompt."""
    world.container = lambda _: line

    with world.source() as source:
        answered = source.answers(prompts(2), SETTINGS)

    assert [one.failed for one in answered] == [1, 1]
    assert all(sentence in failure for one in answered for failure in one.failures or ())


def test_an_enormous_answer_fails_alone(world: World) -> None:
    """As long as its file can be read."""
    world.container = lambda asked: chat("x" * 900 if "prompt 1" in asked["messages"][0]["content"] else "x")

    with world.source() as source:
        answered = source.answers(prompts(3), SETTINGS)

    assert [one.failures for one in answered] == [None, ("the answer has more than 1000 bytes",), None]


def test_a_silent_gap_is_refused(world: World) -> None:
    """A job that says it completed has to have all files."""
    world.container = lambda _: None

    with pytest.raises(InfrastructureError, match=r"completed without 000000\.jsonl\.out"), world.source() as source:
        source.answers(prompts(1), SETTINGS)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("AlgorithmError: the primary container did not pass the ping health check", ContentError),
        ("InternalServerError: We encountered an internal error. Please try again.", InfrastructureError),
        ("CapacityError: Unable to provision requested ML compute capacity.", InfrastructureError),
        (None, InfrastructureError),
    ],
)
def test_a_job_without_any_answer_goes_by_its_reason(world: World, reason: str | None, kind: type[Exception]) -> None:
    """Only what says that the container failed is the team's fault."""
    world.sagemaker.job_statuses = ["Failed"]
    world.sagemaker.reason = reason
    world.container = lambda _: None

    with pytest.raises(Exception, match="the transform job") as caught, world.source() as source:
        source.answers(prompts(1), SETTINGS)

    assert type(caught.value) is kind


def test_a_job_ends_with_its_time(world: World) -> None:
    """It is stopped, and the run says so; what it may cost bounds all jobs together."""
    world.sagemaker.job_statuses = ["InProgress"]

    with pytest.raises(BudgetSpentError, match="was stopped after its time"), world.source() as source:
        source.answers(prompts(1), SETTINGS)

    assert [job["looks"] for job in world.sagemaker.jobs.values()] == [["Stopped"]]
    assert world.sagemaker.models == {}
    assert world.time.now() - 1_800_000_000 == 3600


def test_told_to_stop_the_job_is_stopped(world: World) -> None:
    """With the model."""
    world.sagemaker.job_statuses = ["InProgress"]
    world.time.ticks = lambda: os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(InfrastructureError, match="told to stop"), world.source() as source:
        source.answers(prompts(1), SETTINGS)

    assert [job["looks"] for job in world.sagemaker.jobs.values()] == [["Stopped"]]
    assert world.sagemaker.models == {}


def test_a_job_that_cannot_be_stopped_is_named(world: World) -> None:
    """And why the run ended before."""
    world.sagemaker.job_statuses = ["InProgress"]
    world.sagemaker.refusals = {"StopTransformJob": ["AccessDenied"] * 2}

    with (
        pytest.raises(InfrastructureError, match=r"a transform job is left, which costs money .*this came before"),
        world.source() as source,
    ):
        source.answers(prompts(1), SETTINGS)


def test_nothing_is_made_that_may_cost_too_much(world: World) -> None:
    """Not even a model."""
    dear = replace(OF.machine, instance_count=2)

    with pytest.raises(BudgetSpentError, match="change the evaluation's machine"), world.source(machine=dear):
        pass

    assert world.sagemaker.calls == []


def test_the_budget_of_calls_comes_before_the_job(world: World) -> None:
    """Nothing is started that the run may not use."""
    world.spending = Spending(Budget(calls=2, tokens=10))

    with pytest.raises(BudgetSpentError), world.source() as source:
        source.answers(prompts(3), SETTINGS)

    assert world.sagemaker.jobs == {}


def test_no_prompts_need_no_job(world: World) -> None:
    """An empty part is answered at once."""
    with world.source() as source:
        assert source.answers([], SETTINGS) == []

    assert world.sagemaker.jobs == {}


def test_the_sweep_stops_a_job_whose_run_was_killed(world: World) -> None:
    """When it is past its time, and takes its model away."""
    world.sagemaker.job_statuses = ["InProgress"]
    killed = world.source()
    source = killed.__enter__()
    world.time.ticks = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        source.answers(prompts(1), SETTINGS)
    (name,) = world.sagemaker.jobs

    assert sweep(world.sagemaker, world.time.now() + 3000).removed == ()  # type: ignore[arg-type]
    assert sweep(world.sagemaker, world.time.now() + 3600).removed == (name,)  # type: ignore[arg-type]

    assert world.sagemaker.jobs[name]["looks"] == ["Stopped"]
    assert world.sagemaker.models == {}
    killed.gen.close()


def test_a_job_ends_with_the_longest_there_can_be_whatever_its_tag_says(world: World) -> None:
    """Who may make a job may write its tag."""
    world.sagemaker.job_statuses = ["InProgress"]
    killed = world.source()
    source = killed.__enter__()
    world.time.ticks = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        source.answers(prompts(1), SETTINGS)
    ((name, job),) = world.sagemaker.jobs.items()
    world.sagemaker.tags = {key: [{"Key": UNTIL_TAG, "Value": "9999-12-31T23:59:59Z"}] for key in world.sagemaker.tags}
    end = job["at"].timestamp() + 432_000

    assert sweep(world.sagemaker, end - 1).removed == ()  # type: ignore[arg-type]
    assert sweep(world.sagemaker, end).removed == (name,)  # type: ignore[arg-type]
    killed.gen.close()
