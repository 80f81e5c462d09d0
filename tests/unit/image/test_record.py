"""The record of an environment's image."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.image import promote
from deploy.image_record import ImageRecord, Kind, RecordError, find_record
from deploy.image_target import Target
from deploy.progress import Progress

RECORD = ImageRecord(
    repository_url="222222222222.dkr.ecr.eu-west-1.amazonaws.com/gate-approval",
    digest="sha256:" + "a" * 64,
    kind=Kind.CONTAINER,
)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The workspace and the tracked values of environment dev."""
    built, tracked = tmp_path / "build/dev", tmp_path / "environments/dev"
    monkeypatch.setattr("deploy.image_record.ROOT", tmp_path)
    monkeypatch.setattr("deploy.image_record.workspace", lambda _: built)
    monkeypatch.setattr("deploy.image_record.values_folder", lambda _: tracked)
    return built, tracked


def test_a_record_is_read_as_it_was_written(folders: tuple[Path, Path]) -> None:
    """Writing and finding a record gives the same record, with the address that Terraform pins."""
    RECORD.write(folders[0])

    assert find_record("dev") == RECORD
    assert find_record("dev").image_uri == f"{RECORD.repository_url}@{RECORD.digest}"
    assert find_record("dev").scoring_image_uri is None


def test_a_record_can_name_a_second_image(folders: tuple[Path, Path]) -> None:
    """The image that scores is in the same repository, under a digest of its own."""
    record = replace(RECORD, scoring_digest="sha256:" + "b" * 64)
    record.write(folders[0])

    assert find_record("dev") == record
    assert find_record("dev").scoring_image_uri == f"{RECORD.repository_url}@sha256:{'b' * 64}"


def test_a_build_here_comes_before_the_tracked_record(folders: tuple[Path, Path]) -> None:
    """The tracked record counts only where nothing was built or promoted."""
    built, tracked = folders
    other = ImageRecord(repository_url=RECORD.repository_url, digest="sha256:" + "b" * 64, kind=Kind.CONTAINER)
    RECORD.write(tracked)

    assert find_record("dev") == RECORD

    other.write(built)

    assert find_record("dev") == other


@pytest.mark.usefixtures("folders")
def test_a_missing_record_says_what_to_run() -> None:
    """Without a record both places and both commands are named."""
    expected = r"build/dev/image\.json or environments/dev/image\.json.*`make image ENV=dev` or `make promote"
    with pytest.raises(RecordError, match=expected):
        find_record("dev")


@pytest.mark.parametrize(
    "text",
    [
        "not JSON",
        "[]",
        '{"digest": "sha256:1", "kind": "container"}',
        '{"repository_url": "r", "digest": "latest", "kind": "container"}',
        '{"repository_url": "r", "digest": "sha256:' + "a" * 64 + '", "kind": "other"}',
        '{"repository_url": "r", "kind": "container", "scoring_digest": "latest", "digest": "sha256:' + "a" * 64 + '"}',
    ],
)
def test_a_broken_record_is_refused(folders: tuple[Path, Path], text: str) -> None:
    """A record that names no digest is never used."""
    folders[0].mkdir(parents=True)
    (folders[0] / "image.json").write_text(text)

    with pytest.raises(RecordError, match=r"image\.json .*run `make image` again"):
        find_record("dev")


def test_a_record_without_the_image_that_scores_is_not_promoted_to_who_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terraform would have nothing to pin for the scoring step, so it is said before anything is copied."""
    monkeypatch.setattr("deploy.image._evaluates", lambda _target: True)
    target = Target(
        environment="staging", account="1" * 12, folder=tmp_path, credentials={}, endpoint=None, repository_name="x"
    )

    with pytest.raises(RecordError, match=r"staging evaluates models, and the record .* no image that scores"):
        promote(RECORD, target, Progress())
