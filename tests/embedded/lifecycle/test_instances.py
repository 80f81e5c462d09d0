"""Instances of the embedded AWS: side by side, in the way of nobody, and gone with whoever started them."""

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from local.instance import Instance, find, start
from local.state import ROOT, Folder, InstanceError

pytestmark = pytest.mark.embedded

STARTER = """
import time
from local.instance import start
instance = start({name!r}, sagemaker=False)
print("up", flush=True)
time.sleep(120)
"""


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """Name an instance of this test alone, and end it whatever happens."""
    name = f"t-{abs(hash(request.node.name)) % 10**8}-{os.getpid()}"
    yield name
    for each in (name, f"{name}-b"):
        if (instance := find(each)) is not None:
            instance.stop()
        shutil.rmtree(Folder.of(each).path, ignore_errors=True)


def started_by_another_process(name: str) -> "tuple[subprocess.Popen[str], dict[str, int]]":
    """Start the instance from a process of its own; return it and the processes of the instance."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(name=name)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == "up\n"
    record = Folder.of(name).read()
    assert record is not None
    return starter, record.pids


def command_lines(part: str) -> list[str]:
    """Return the command lines of all processes that contain *part*."""
    listing = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if part in line]


def left_over(name: str, seconds: float = 15.0) -> list[str]:
    """Return what still runs of the instance, or holds its lock, once nothing does or the time is up."""
    folder = Folder.of(name)
    deadline = time.monotonic() + seconds
    while True:
        lines = command_lines(str(folder.path)) + ["a holder of the lock"] * folder.is_running()
        if not lines or time.monotonic() > deadline:
            return lines
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_survives_the_starter(name: str, number: signal.Signals) -> None:
    """However the process that started an instance dies, every process of the instance ends."""
    starter, _ = started_by_another_process(name)

    starter.send_signal(number)
    starter.communicate()

    assert left_over(name) == []


@pytest.mark.parametrize("process", ["supervisor", "ministack"])
def test_nothing_survives_a_killed_part(name: str, process: str) -> None:
    """When the supervisor or a server is killed, the rest ends too."""
    starter, pids = started_by_another_process(name)

    os.kill(pids[process], signal.SIGKILL)

    assert left_over(name) == [], process
    starter.kill()
    starter.communicate()


def test_functions_end_with_the_instance(name: str) -> None:
    """The processes of warm functions are gone after stop."""
    with start(name, sagemaker=False) as instance:
        archive = _zip("import time\ndef handler(event, context):\n    return 'warm'\n")
        functions = _client("lambda", instance)
        role = "arn:aws:iam::222222222222:role/warm"
        functions.create_function(
            FunctionName="warm", Runtime="python3.13", Handler="handler.handler", Role=role, Code={"ZipFile": archive}
        )
        assert json.load(functions.invoke(FunctionName="warm")["Payload"]) == "warm"
        assert command_lines(f"{name}/ministack/tmp/ministack-lambda-warm")

    assert left_over(name) == []
    assert not (instance.folder.path / "ministack").exists()


def test_two_instances_see_nothing_of_each_other(name: str) -> None:
    """Instances of two names run side by side; a bucket of one is unknown to the other, and one outlives the other."""
    with start(name, sagemaker=False) as first:
        with start(f"{name}-b", sagemaker=False) as second:
            _client("s3", first).create_bucket(
                Bucket="mine", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
            assert _client("s3", second).list_buckets()["Buckets"] == []

        assert [bucket["Name"] for bucket in _client("s3", first).list_buckets()["Buckets"]] == ["mine"]


def test_second_start_of_a_name_is_refused(name: str) -> None:
    """A running instance is not disturbed by another start; the refusal says how to end it."""
    with start(name, sagemaker=False) as running:
        with pytest.raises(InstanceError, match=f"already running.*down --name {name}"):
            start(name, sagemaker=False)

        assert _answers(running)


def test_taken_port_is_a_sentence_and_leaves_nothing(name: str) -> None:
    """Asked for a port somebody listens on, the start fails with the port in its message."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(InstanceError, match=f"cannot listen on 127.0.0.1:{port}"):
            start(name, sagemaker=False, port=port)

    assert left_over(name) == []


def test_stale_state_is_replaced(name: str) -> None:
    """A record left by a killed instance is not taken for a running one, and the next start begins afresh."""
    starter, pids = started_by_another_process(name)
    os.kill(pids["supervisor"], signal.SIGKILL)
    starter.kill()
    starter.communicate()
    assert left_over(name) == []
    assert Folder.of(name).record.exists()

    assert find(name) is None
    with start(name, sagemaker=False) as instance:
        assert _answers(instance)


def test_up_status_down(name: str) -> None:
    """`up` leaves a running instance behind, `status` finds it, `down` ends it, and a second `down` is no error."""
    up = _cli("up", "--without-sagemaker", "--json", "--name", name)
    status = _cli("status", "--json", "--name", name)
    again = _cli("up", "--without-sagemaker", "--name", name)
    down = _cli("down", "--name", name)
    gone = _cli("status", "--name", name)

    assert (up.returncode, status.returncode, again.returncode, down.returncode, gone.returncode) == (0, 0, 1, 0, 3)
    assert json.loads(up.stdout)["aws_url"] == json.loads(status.stdout)["aws_url"]
    assert again.stderr.startswith("error: ")
    assert left_over(name) == []
    assert _cli("down", "--name", name).returncode == 0


def _cli(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "local", *arguments], cwd=ROOT, capture_output=True, text=True)


def _client(service: str, instance: Instance) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=instance.aws_url,
        region_name="eu-west-1",
        aws_access_key_id="222222222222",
        aws_secret_access_key="test",
    )


def _answers(instance: Instance) -> bool:
    with urllib.request.urlopen(f"{instance.aws_url}/_ministack/health") as response:  # noqa: S310 - our own loopback
        return bool(response.status == 200)


def _zip(handler: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("handler.py", handler)
    return archive.getvalue()
