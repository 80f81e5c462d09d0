"""The folder of an instance: who runs is decided by its lock, and a fresh start forgets the past."""

import os
from pathlib import Path

import pytest

from local.instance import Instance
from local.state import Folder, InstanceError, Record

RECORD = Record(name="x", aws_url="http://127.0.0.1:1", sagemaker_url=None, models_url=None, pids={"supervisor": 1})


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "-x", "x" * 33, "ü"])
def test_name_that_is_no_folder_name_is_refused(name: str) -> None:
    """A name becomes a folder, so nothing but letters, digits and hyphens passes; the message says so."""
    with pytest.raises(InstanceError, match="lower-case letters, digits and hyphens"):
        Folder.of(name)


def test_running_means_the_lock_is_held(tmp_path: Path) -> None:
    """A record alone does not make an instance running; the lock does, until it is let go of."""
    folder = Folder(tmp_path)
    folder.write(RECORD)
    assert not folder.is_running()

    lock = folder.take_lock()
    assert lock is not None
    assert folder.is_running()
    assert folder.take_lock() is None

    os.close(lock)
    assert not folder.is_running()


def test_record_reads_back_and_rubbish_is_no_record(tmp_path: Path) -> None:
    """What was written is read; a damaged or foreign file counts as no record."""
    folder = Folder(tmp_path)
    folder.write(RECORD)
    assert folder.read() == RECORD

    for rubbish in ("", "{", '{"other": 1}', "[]"):
        folder.record.write_text(rubbish)
        assert folder.read() is None


def test_clearing_keeps_logs_only_when_told(tmp_path: Path) -> None:
    """The end of an instance keeps its logs to read; the next start removes them too; the lock always stays."""
    folder = Folder(tmp_path)
    lock = folder.take_lock()
    assert lock is not None
    folder.write(RECORD)
    folder.log("ministack").write_text("said")
    (folder.data("ministack") / "tmp").mkdir(parents=True)

    folder.clear(keep_logs=True)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["lock", "ministack.log"]

    folder.clear(keep_logs=False)
    assert [entry.name for entry in tmp_path.iterdir()] == ["lock"]
    os.close(lock)


def test_environment_points_at_the_instance_and_at_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child works as the given account on the instance; the developer's profile and session do not reach it."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "the developer's")
    monkeypatch.setenv("EDITOR", "vi")
    instance = Instance(
        name="x",
        aws_url="http://127.0.0.1:1",
        sagemaker_url="http://127.0.0.1:2",
        models_url=None,
        folder=Folder(tmp_path),
        supervisor=1,
    )

    environment = instance.environment("333333333333")

    assert "the developer's" not in environment.values()
    assert environment["EDITOR"] == "vi"
    assert environment["AWS_ACCESS_KEY_ID"] == "333333333333"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environment["AWS_ENDPOINT_URL_SAGEMAKER"] == "http://127.0.0.1:2"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-west-1"
