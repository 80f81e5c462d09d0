"""Jobs of several hosts, manifests, and how objects are divided."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.sagemaker.interpreter.failures import StepFailedError
from local.sagemaker.interpreter.manifests import read_manifest
from tests.unit.local_sagemaker import definitions as d
from tests.unit.local_sagemaker.conftest import Client
from tests.unit.local_sagemaker.fake_aws import FakeAws
from tests.unit.local_sagemaker.test_sagemaker_steps import SAY, message, run

MANIFEST = b'[{"prefix": "s3://b/in/"}, "c", "a", "deep/b"]'
PROGRAM = """
import json, os, pathlib, sys, time
root = pathlib.Path(os.environ["MODELGATE_ML_ROOT"])
host = json.loads((root / "config/resourceconfig.json").read_text())
name = host["current_host"]
out = root / "processing/output/out"
if sys.argv[1] == "tell":
    folder = root / "processing/input/i"
    seen = sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file())
    (out / f"{name}.json").write_text(json.dumps({"hosts": host["hosts"], "seen": seen}))
if sys.argv[1] == "one-fails":
    if name == "algo-1":
        time.sleep(60)
    (root / "output/message").write_text("this one cannot")
    sys.exit(3)
if sys.argv[1] == "one-writes" and name == "algo-2":
    (out / "r.json").write_text('{"a": 7}')
"""


def on_hosts(count: int, folder: Path, act: str, **members: Any) -> dict[str, Any]:
    """A step whose job runs PROGRAM, from *folder*, on *count* hosts."""
    (folder / "a_host.py").write_text(PROGRAM)
    members |= {"ProcessingOutputConfig": d.output("out", "s3://b/out"), "Environment": {"PYTHONPATH": str(folder)}}
    step = d.processing("A", "", act, **members)
    step["Arguments"]["AppSpecification"]["ContainerEntrypoint"] = ["python3", "-m", "a_host"]
    step["Arguments"]["ProcessingResources"]["ClusterConfig"]["InstanceCount"] = count
    return step


def manifest_input(**features: str) -> list[dict[str, Any]]:
    """An input that a manifest lists."""
    (entry,) = d.s3_input("i", "s3://b/manifest.json")
    entry["S3Input"] |= {"S3DataType": "ManifestFile", **features}
    return [entry]


def stored(aws: FakeAws) -> dict[str, Any]:
    """What each host wrote, by its name."""
    return {
        key.removeprefix("b/out/").removesuffix(".json"): json.loads(content)
        for key, content in aws.objects.items()
        if key.startswith("b/out/")
    }


@pytest.fixture
def three_objects(aws: FakeAws) -> FakeAws:
    aws.objects |= {
        "b/in/a": b"1",
        "b/in/c": b"2",
        "b/in/deep/b": b"3",
        "b/in/other": b"4",
        "b/manifest.json": MANIFEST,
    }
    return aws


def test_every_host_runs_and_knows_the_others(sagemaker: Client, three_objects: FakeAws, tmp_path: Path) -> None:
    """Each host has its name and all names in resourceconfig.json, gets every object, and its output is stored."""
    run(sagemaker(), on_hosts(3, tmp_path, "tell", ProcessingInputs=d.s3_input("i", "s3://b/in/")))

    told = {"hosts": ["algo-1", "algo-2", "algo-3"], "seen": ["a", "c", "deep/b", "other"]}
    assert stored(three_objects) == {"algo-1": told, "algo-2": told, "algo-3": told}


@pytest.mark.parametrize(
    ("hosts", "seen"),
    [
        (1, {"algo-1": ["a", "c", "deep/b"]}),
        (2, {"algo-1": ["a", "deep/b"], "algo-2": ["c"]}),
        (4, {"algo-1": ["a"], "algo-2": ["c"], "algo-3": ["deep/b"], "algo-4": []}),
    ],
)
def test_sharded_objects_are_divided_by_their_keys(
    sagemaker: Client, three_objects: FakeAws, tmp_path: Path, hosts: int, seen: dict[str, list[str]]
) -> None:
    """What a manifest lists goes to one host each; a host beyond the last object gets an empty folder."""
    inputs = manifest_input(S3DataDistributionType="ShardedByS3Key")

    run(sagemaker(), on_hosts(hosts, tmp_path, "tell", ProcessingInputs=inputs))

    assert {host: told["seen"] for host, told in stored(three_objects).items()} == seen


def test_a_manifest_replicated_gives_every_host_what_it_lists(
    sagemaker: Client, three_objects: FakeAws, tmp_path: Path
) -> None:
    """Objects beside those that the manifest names are not fetched."""
    run(sagemaker(), on_hosts(2, tmp_path, "tell", ProcessingInputs=manifest_input()))

    assert {tuple(told["seen"]) for told in stored(three_objects).values()} == {("a", "c", "deep/b")}


def test_one_failing_host_fails_the_job_and_ends_the_others(sagemaker: Client, aws: FakeAws, tmp_path: Path) -> None:
    """The reason is that host's, nothing is stored, and a host that would run on is killed."""
    governance = sagemaker()

    _, steps = run(governance, on_hosts(2, tmp_path, "one-fails"))

    assert steps["A"]["FailureReason"] == "AlgorithmError: this one cannot, exit code: 3"
    assert message(governance, steps["A"]) == "this one cannot"
    assert stored(aws) == {}


def test_instances_count_against_the_quota(sagemaker: Client, tmp_path: Path) -> None:
    """A job of more hosts than the account may use is refused as the service would."""
    _, steps = run(sagemaker(), on_hosts(9, tmp_path, ""))

    assert (
        "is 8 Instances, with current utilization of 0 Instances and a request delta of 9"
        in (steps["A"]["FailureReason"])
    )


def test_property_file_of_several_hosts_is_that_of_the_host_that_wrote_it(sagemaker: Client, tmp_path: Path) -> None:
    """Only one of them has to write it."""
    value = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.A.PropertyFiles.Result"}, "Path": "a"}}
    files = [{"PropertyFileName": "Result", "OutputName": "out", "FilePath": "r.json"}]
    governance = sagemaker()

    _, steps = run(
        governance,
        on_hosts(2, tmp_path, "one-writes", PropertyFiles=files),
        d.processing("B", SAY, {"Std:Join": {"On": "", "Values": ["v=", value]}}),
    )

    assert message(governance, steps["B"]) == "v=7"


def test_a_manifest_that_is_unusable_fails_the_job(sagemaker: Client, aws: FakeAws, tmp_path: Path) -> None:
    """The step's reason says what is wrong with it."""
    aws.objects["b/manifest.json"] = b'[{"prefix": "s3://b/in/"}]'

    _, steps = run(sagemaker(), on_hosts(1, tmp_path, "", ProcessingInputs=manifest_input()))

    assert steps["A"]["FailureReason"] == (
        "ClientError: Data download failed: the manifest 's3://b/manifest.json' cannot be used: it names no object"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"nonsense", "it is no JSON"),
        (b'{"prefix": "s3://b/"}', "no array"),
        (b"[]", "no array"),
        (b'["a"]', "its first element"),
        (b'[{"prefix": "b/in/"}, "a"]', "its first element"),
        (b'[{"prefix": "s3://b/", "more": 1}, "a"]', "its first element"),
        (b'[{"prefix": "s3://b/"}, 1]', "not all texts"),
        (b'[{"prefix": "s3://b/"}, ""]', "not all texts"),
        (b'[{"prefix": "s3://b/"}]', "it names no object"),
    ],
)
def test_manifests_that_are_refused(content: bytes, said: str) -> None:
    """Each as a fault of the client, with the reason."""
    with pytest.raises(StepFailedError, match=said) as caught:
        read_manifest("s3://b/m", content)

    assert caught.value.kind is None


def test_an_object_listed_twice_is_one() -> None:
    """So that no two hosts get it."""
    assert read_manifest("s3://b/m", b'[{"prefix": "s3://b/"}, "a", "b", "a"]') == ("s3://b/", ["a", "b"])
