"""What survives a kill: everything that was answered."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from local.ports import free_port
from local.sagemaker.clock import iso, now
from local.sagemaker.events import OUTBOX, Events
from local.sagemaker.store import JOURNAL, Store
from tests.unit.local_sagemaker import definitions as d
from tests.unit.local_sagemaker.conftest import GOVERNANCE, client, finished
from tests.unit.local_sagemaker.fake_aws import FakeAws
from tests.unit.local_sagemaker.test_sagemaker_executions import steps_of
from tests.unit.local_sagemaker.test_sagemaker_registry import GROUP, REGISTRATION_POLICY

# Hangs at its first run, until its parent is gone; then says what it was given.
HANG_ONCE = (
    "import os, sys, time, pathlib as p; _, m, f, w = sys.argv; n = p.Path(m).exists(); p.Path(m).touch(); "
    "q = os.getppid(); [time.sleep(.05) for _ in iter(lambda: n or os.getppid() != q, True)]; "
    "n and open(f, 'a').write(w)"
)
ROOT = Path(__file__).parents[3]


@contextmanager
def server(aws: FakeAws, state: Path) -> Iterator[tuple[Any, "subprocess.Popen[bytes]"]]:
    """`python -m local.sagemaker` as a process, with a client once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "local.sagemaker", "--port", str(port), "--aws-url", aws.url]
    process = subprocess.Popen([*command, "--state-dir", str(state), "--runtime", "process"], cwd=ROOT)
    try:
        governance = client(port, GOVERNANCE)
        for _ in range(400):
            try:
                governance.list_model_package_groups()
                break
            except BotoCoreError:
                assert process.poll() is None
                time.sleep(0.05)
        yield governance, process
    finally:
        process.terminate()
        process.wait(15)


def test_killed_server_loses_nothing_it_answered(aws: FakeAws, tmp_path: Path) -> None:
    """After SIGKILL and a start on the same state: groups, policies, tags, packages, pipelines and executions."""
    with server(aws, tmp_path) as (governance, process):
        governance.create_model_package_group(ModelPackageGroupName="loans", Tags=[{"Key": "a", "Value": "b"}])
        policy = json.dumps(REGISTRATION_POLICY)
        governance.put_model_package_group_policy(ModelPackageGroupName="loans", ResourcePolicy=policy)
        arn = governance.create_model_package(ModelPackageGroupName="loans")["ModelPackageArn"]
        governance.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Rejected")
        d.create(governance, d.definition(d.processing("A", "")))
        execution = d.started(governance)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    with server(aws, tmp_path) as (governance, _):
        assert governance.describe_model_package_group(ModelPackageGroupName="loans")["ModelPackageGroupArn"] == GROUP
        assert governance.get_model_package_group_policy(ModelPackageGroupName="loans")["ResourcePolicy"] == policy
        assert governance.list_tags(ResourceArn=GROUP)["Tags"] == [{"Key": "a", "Value": "b"}]
        assert governance.describe_model_package(ModelPackageName=arn)["ModelApprovalStatus"] == "Rejected"
        assert governance.create_model_package(ModelPackageGroupName="loans")["ModelPackageArn"].endswith("/2")
        assert governance.describe_pipeline(PipelineName="approval")["PipelineStatus"] == "Active"
        assert d.started(governance) == execution  # the token is remembered too
        assert finished(governance, execution)["PipelineExecutionStatus"] == "Succeeded"


def test_execution_goes_on_after_a_kill_where_its_records_end(aws: FakeAws, tmp_path: Path) -> None:
    """A step that had ended is not run again, the one that ran is, and it reads what the first one gave."""
    runs, began = tmp_path / "runs", tmp_path / "began"
    count = f"open({str(runs)!r}, 'a').write('A')"
    first = d.processing("A", count, ProcessingOutputConfig=d.output("checks", "s3://store/checks"))
    given = {"Get": "Steps.A.ProcessingOutputConfig.Outputs['checks'].S3Output.S3Uri"}
    second = d.processing("B", HANG_ONCE, str(began), str(runs), given)
    with server(aws, tmp_path / "state") as (governance, process):
        d.create(governance, d.definition(first, second))
        execution = d.started(governance)
        while not began.exists():
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    with server(aws, tmp_path / "state") as (governance, _):
        assert finished(governance, execution)["PipelineExecutionStatus"] == "Succeeded"
        steps = steps_of(governance, execution)
    assert runs.read_text() == "As3://store/checks"
    assert {name: step["AttemptCount"] for name, step in steps.items()} == {"A": 1, "B": 2}


def test_writes_of_one_call_are_there_together_or_not_at_all(tmp_path: Path) -> None:
    """A kill between them leaves none: an execution is never there without the token it was started with."""
    store = Store(tmp_path)
    before = (tmp_path / JOURNAL).read_bytes()
    with store.transaction():
        store.put("execution", "a", {"n": 1})
        during = (tmp_path / JOURNAL).read_bytes()
        store.put("token", "t", {"n": 1})
    whole = (tmp_path / JOURNAL).read_bytes()
    store.close()
    assert during == before
    (tmp_path / JOURNAL).write_bytes(whole[:-20])

    reopened = Store(tmp_path)

    assert (reopened.all("execution"), reopened.all("token")) == ([], [])
    reopened.close()


def test_forked_step_ends_with_the_server_that_ordered_it(tmp_path: Path) -> None:
    """No step of a killed server goes on beside the one that runs in its stead."""
    (tmp_path / "hang.py").write_text("import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)")
    order = (
        "import pathlib, time; from local.sagemaker.interpreter.nursery import Nursery; nursery = Nursery(); "
        f"folder = pathlib.Path({str(tmp_path)!r}); log = (folder / 'log').open('wb'); "
        "step = nursery.start('hang', [], {'PYTHONPATH': str(folder)}, folder, log.fileno()); time.sleep(60)"
    )
    orderer = subprocess.Popen([sys.executable, "-c", order], cwd=ROOT)
    said = tmp_path / "pid"
    while not (said.exists() and said.read_text()):
        assert orderer.poll() is None
        time.sleep(0.02)

    orderer.kill()
    orderer.wait()

    for _ in range(400):
        if not _runs(int(said.read_text())):
            return
        time.sleep(0.05)
    raise AssertionError("the step still runs")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_terminated_server_ends_its_steps(aws: FakeAws, tmp_path: Path) -> None:
    """SIGTERM stops what runs before the server ends: no step outlives it."""
    with server(aws, tmp_path) as (governance, process):
        d.create(governance, d.definition(d.processing("A", "import time; time.sleep(60)")))
        execution = d.started(governance)
        while "Metadata" not in steps_of(governance, execution).get("A", {}):
            time.sleep(0.02)
        process.terminate()
        assert process.wait(15) == 0

    with server(aws, tmp_path) as (governance, _):
        described = governance.describe_pipeline_execution(PipelineExecutionArn=execution)
        assert described["PipelineExecutionStatus"] == "Stopped"


def test_event_that_was_not_delivered_is_sent_after_a_restart(aws: FakeAws, tmp_path: Path) -> None:
    """An event is forgotten only when EventBridge has taken it."""
    store = Store(tmp_path)
    waiting = {"id": "1", "account": GOVERNANCE, "region": "eu-west-1", "entry": {"DetailType": "x", "Detail": "{}"}}
    store.put(OUTBOX, "1", waiting)
    store.close()

    reopened = Store(tmp_path)
    Events(reopened, aws.url).close()

    assert [e["account"] for e in aws.events_of("x")] == [GOVERNANCE]
    assert reopened.all(OUTBOX) == []
    reopened.close()


def test_line_cut_short_by_a_kill_is_dropped(tmp_path: Path) -> None:
    """The last line may be half: its call was never answered."""
    store = Store(tmp_path)
    store.put("group", "a", {"n": 1})
    store.put("group", "b", {"n": 2})
    store.delete("group", "b")
    store.close()
    with (tmp_path / JOURNAL).open("a") as journal:
        journal.write('["group","c",{"n"')

    reopened = Store(tmp_path)

    assert reopened.all("group") == [{"n": 1}]
    reopened.close()


def test_broken_journal_is_not_guessed_at(tmp_path: Path) -> None:
    """A line that is not JSON in the middle stops the start with a sentence."""
    (tmp_path / JOURNAL).write_text('nonsense\n["group","a",{}]\n')

    with pytest.raises(SystemExit, match="line 1 is not JSON"):
        Store(tmp_path)


def test_state_directory_serves_one_server(tmp_path: Path) -> None:
    """A second server on the same directory does not start."""
    store = Store(tmp_path)

    with pytest.raises(SystemExit, match="in use by another embedded SageMaker"):
        Store(tmp_path)

    store.close()


def test_taken_port_is_said_in_one_sentence(aws: FakeAws, tmp_path: Path) -> None:
    """The exit code is not zero, and the sentence names the port and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "local.sagemaker", "--port", port, "--aws-url", aws.url]
        ended = subprocess.run(
            [*command, "--state-dir", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert ended.returncode == 1
    assert f"cannot listen on port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_no_two_times_are_equal() -> None:
    """Changes that follow each other within a millisecond can be told apart."""
    times = [now() for _ in range(50)]

    assert times == sorted(set(times))
    assert len({iso(t) for t in times}) == 50
