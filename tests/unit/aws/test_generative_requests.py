"""Every member that an adapter of generative evaluations sends is written down in the recorded contracts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from modelgate.aws.answer_store import AnswerStore
from modelgate.aws.bedrock_target import BedrockTarget
from modelgate.aws.endpoint_life import Life, serve
from modelgate.aws.endpoint_removal import sweep
from modelgate.aws.endpoint_target import EndpointTarget
from modelgate.aws.guardrails_toxicity import GuardrailScorer
from modelgate.aws.objects import Bucket
from modelgate.aws.served_model import Network
from modelgate.errors import InfrastructureError
from modelgate.generative.target import NoAnswerError

from tests.unit.aws.generative_made_up import MACHINE, PACE, SETTINGS
from tests.unit.aws.sagemaker_double import Double, Time
from tests.unit.aws.test_served_model import CONTAINER, serving
from tests.unit.aws.test_transform_source import OF, World, prompts

CONTRACTS = json.loads(
    (Path(__file__).parents[2] / "contracts" / "generative_services.json").read_text(encoding="utf-8")
)
PACKED = {
    "Image": "llm:1",
    "ModelDataSource": {
        "S3DataSource": {"S3Uri": "s3://lending-models/m", "S3DataType": "S3Object", "CompressionType": "Gzip"}
    },
}


class Recording:
    """A client that keeps what it is asked and answers nothing."""

    def __init__(self) -> None:
        self.asked: dict[str, list[Any]] = {}

    def __getattr__(self, operation: str) -> Any:
        name = "".join(part.title() for part in operation.split("_"))

        def call(**request: Any) -> Any:
            self.asked.setdefault(name, []).append(request)
            return {}

        return call


def sent(requests: Mapping[str, list[Any]]) -> dict[str, set[str]]:
    """The paths of everything in *requests*, by operation."""
    return {name: {path for one in asked for path in paths(one)} for name, asked in requests.items()}


def paths(value: Any, at: str = "", *, top: bool = True) -> Iterator[str]:
    """The paths of the leaves of *value*; a map of free keys is a leaf."""
    if isinstance(value, list):
        for one in value:
            yield from paths(one, f"{at}[]", top=False)
    elif isinstance(value, dict) and (top or at.rpartition(".")[2] not in ("Environment", "Metadata")):
        for name, one in value.items():
            yield from paths(one, f"{at}.{name}" if at else name, top=False)
    else:
        yield at


def contract(service: str) -> dict[str, set[str]]:
    """What is written down, by operation."""
    return {name: set(one["sends"]) for name, one in CONTRACTS[service]["operations"].items()}


def test_the_runtimes_requests_are_written_down() -> None:
    """Each member, and no other."""
    client = Recording()
    with pytest.raises(NoAnswerError):
        BedrockTarget(client, "model", PACE).ask("text", SETTINGS, None)
    GuardrailScorer(client, "gr", "1").score(["text"])
    with pytest.raises(KeyError):
        EndpointTarget(client, Life(name="x", until=1, now=lambda: 0), MACHINE, PACE).ask("text", SETTINGS, None)

    assert sent(client.asked) == contract("bedrock-runtime") | contract("sagemaker-runtime")


def test_sagemakers_requests_are_written_down() -> None:
    """Over all lives of endpoints and jobs."""
    time = Time()
    sagemaker = Double(time=time)
    store = type("Store", (), {"head_object": lambda *_, **__: {"VersionId": "v1"}})()
    bucket = Bucket(s3=store, name="store", owner="1")
    network = Network(subnets=("subnet-1",), security_groups=("sg-1",))
    for containers in ((CONTAINER,), (PACKED,), (CONTAINER, PACKED)):
        of = replace(serving(*containers), network=network, kms_key="key")
        with serve(sagemaker, bucket, of, now=time.now, sleep=time.sleep):  # type: ignore[arg-type]
            sweep(sagemaker, time.now(), sleep=time.sleep)  # type: ignore[arg-type]
    world = World()
    world.sagemaker.job_statuses = ["Failed"]
    world.container = lambda _: None
    with pytest.raises(InfrastructureError), world.source(kms_key="key") as source:
        source.answers(prompts(1), SETTINGS)
    world.sagemaker.job_statuses = ["InProgress"]
    ordinary = replace(OF.machine, instance_type="ml.m5.xlarge")
    world.time.ticks = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt), world.source(kms_key="key", machine=ordinary) as source:
        source.answers(prompts(1), SETTINGS)
    requests = {
        name: sagemaker.asked.get(name, []) + world.sagemaker.asked.get(name, []) for name in contract("sagemaker")
    }

    assert sent(requests) == contract("sagemaker")


def test_the_stores_requests_are_written_down() -> None:
    """With condition, checksum and owner."""
    client = Recording()
    AnswerStore(s3=client, bucket="b", prefix="p/", owner="1").put_once("k", b"")  # type: ignore[arg-type]

    assert sent(client.asked)["PutObject"] == contract("s3")["PutObject"]
