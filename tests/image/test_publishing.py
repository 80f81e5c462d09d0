"""Building for an environment, and carrying the digest onwards, against the embedded AWS's ECR."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import docker
import pytest
from docker.models.images import Image
from modelgate.steps.package_digest import package_digest

from deploy.image import build_for, promote
from deploy.image_build import ImageBuildError
from deploy.image_inputs import AnyInputs, Inputs
from deploy.image_record import ImageRecord, Kind, RecordError
from deploy.image_registry import RegistryError
from deploy.image_target import Target, TargetError
from deploy.progress import Progress
from local.instance import Instance

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

PINNED = "python:3.13-slim@sha256:" + "a" * 64
GOVERNANCE, NEXT = "222222222222", "555555555555"
MakeTarget = Callable[[str, str], Target]


@pytest.fixture
def make_target(aws: Instance, tmp_path: Path) -> MakeTarget:
    """Make the target of an account and a prefix, with its ECR repository there."""

    def make(account: str, prefix: str) -> Target:
        login = {"aws_access_key_id": account, "aws_secret_access_key": "test", "region_name": "eu-west-1"}
        ecr: ECRClient = boto3.client("ecr", endpoint_url=aws.aws_url, **login)  # type: ignore[call-overload]
        name = f"{prefix}-approval"
        ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
        folder = tmp_path / prefix
        return Target(
            environment="local",
            account=account,
            folder=folder,
            credentials=login,
            endpoint=aws.aws_url,
            repository_name=name,
        )

    return make


@pytest.fixture
def shared_engine(engine_host: str, what: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the code under test use the session's engine and base image."""
    monkeypatch.setenv("DOCKER_HOST", engine_host)
    monkeypatch.setattr("deploy.image.local_inputs", lambda *_args, **_kwargs: what)


@pytest.fixture
def built_both(
    make_target: MakeTarget, shared_engine: None, monkeypatch: pytest.MonkeyPatch
) -> tuple[Target, ImageRecord]:
    """A governance target with an evaluation, and the images that were built for it."""
    monkeypatch.setattr("deploy.image._evaluates", lambda _target: True)
    target = make_target(GOVERNANCE, "scoring")
    return target, build_for(target, base=None, user="0:0", progress=Progress())


@pytest.fixture
def built(make_target: MakeTarget, shared_engine: None, request: pytest.FixtureRequest) -> tuple[Target, ImageRecord]:
    """A governance target and the image that was built for it."""
    name = request.node.name.replace("_", "-")[:40].strip("-")
    target = make_target(GOVERNANCE, name)
    return target, build_for(target, base=None, user="0:0", progress=Progress())


def test_the_recorded_digest_pulls_the_image(
    client: docker.DockerClient, derived: Image, built: tuple[Target, ImageRecord]
) -> None:
    """What `make image` records is the digest by which the repository hands out the image that was built last."""
    target, record = built
    reference = target.push_reference(target.repository(record.repository_url))

    pulled = client.images.pull(f"{reference}@{record.digest}")

    assert pulled.id == derived.id
    assert record.kind is Kind.CONTAINER
    assert record.image_uri == f"{GOVERNANCE}.dkr.ecr.eu-west-1.amazonaws.com/{target.repository_name}@{record.digest}"


def test_the_same_inputs_are_pushed_once(
    built: tuple[Target, ImageRecord], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second build of the same inputs says that the image is already there, and pushes nothing."""
    target, record = built
    monkeypatch.setattr("deploy.image._push", lambda *_args: pytest.fail("pushed again"))

    again = build_for(target, base=None, user="0:0", progress=Progress())

    assert again == record
    assert "already there" in capsys.readouterr().err


def test_a_tag_never_moves(built: tuple[Target, ImageRecord], with_example: AnyInputs) -> None:
    """Another image under the tag of these inputs is refused by the repository."""
    target, record = built
    repository = target.repository(record.repository_url)
    manifest = repository.manifest(record.digest)
    assert manifest is not None
    other = replace(manifest, data=manifest.data + b"\n")

    with pytest.raises(RegistryError, match="immutable"):
        repository.put_manifest(with_example.tag, other)

    assert target.digest_of(with_example.tag) == record.digest


def test_a_promotion_keeps_the_digest(built: tuple[Target, ImageRecord], make_target: MakeTarget) -> None:
    """The next environment's repository, in another account, holds the image under the very same digest."""
    _, record = built
    onwards = make_target(NEXT, "promoted")

    promoted = promote(record, onwards, Progress())

    repository = onwards.repository(promoted.repository_url)
    manifest = repository.manifest(record.digest)
    assert manifest is not None
    assert promoted.digest == record.digest
    assert promoted.repository_url.startswith(NEXT)
    assert all(repository.has_blob(blob) for blob in manifest.blobs)
    assert promote(record, onwards, Progress()) == promoted


def test_both_images_are_recorded_and_promoted(
    client: docker.DockerClient, scoring: Image, built_both: tuple[Target, ImageRecord], make_target: MakeTarget
) -> None:
    """Where models are evaluated the record names the image that scores, and the next environment gets both."""
    target, record = built_both
    reference = target.push_reference(target.repository(record.repository_url))
    onwards = make_target(NEXT, "evaluating")

    promoted = promote(record, onwards, Progress())

    assert client.images.pull(f"{reference}@{record.scoring_digest}").id == scoring.id
    assert promoted.digests == record.digests
    repository = onwards.repository(promoted.repository_url)
    assert [repository.manifest(digest) is not None for digest in promoted.digests] == [True, True]


def test_a_digest_that_is_not_there_is_not_promoted(make_target: MakeTarget) -> None:
    """A promotion of an image that the first repository does not hold names the repository and the digest."""
    source = make_target(GOVERNANCE, "empty")
    onwards = make_target(NEXT, "refusing")
    digest = "sha256:" + "a" * 64
    url = source.repository_url()
    record = ImageRecord(repository_url=url, digest=digest, kind=Kind.CONTAINER, scoring_digest=digest)

    with pytest.raises(RegistryError, match=f"empty-approval does not hold {digest}"):
        promote(record, onwards, Progress())


def test_a_package_is_not_promoted(make_target: MakeTarget) -> None:
    """The digest of an installed package stays where it is: nobody can run it elsewhere."""
    source = make_target(GOVERNANCE, "packaged")
    record = ImageRecord(repository_url=source.repository_url(), digest="sha256:" + "a" * 64, kind=Kind.PACKAGE)

    with pytest.raises(RecordError, match="installed package"):
        promote(record, source, Progress())


def test_without_an_engine_the_local_environment_runs_the_package(
    make_target: MakeTarget, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no engine can be had, local records the digest of the installed package and says so."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.setattr("deploy.engine.why_none_can_start", lambda: "there is no engine on this machine")

    record = build_for(make_target(GOVERNANCE, "engineless"), base=None, user="0:0", progress=Progress())

    assert (record.kind, record.digest) == (Kind.PACKAGE, package_digest())
    assert "there is no engine on this machine. The steps run as processes" in capsys.readouterr().err


def test_a_missing_repository_names_the_root_to_apply(make_target: MakeTarget) -> None:
    """Before bootstrap is applied the refusal says what to run."""
    target = replace(make_target(GOVERNANCE, "present"), environment="dev", repository_name="absent-approval")

    with pytest.raises(TargetError, match=r"absent-approval.*apply its bootstrap root first"):
        build_for(target, base=PINNED, user="0:0", progress=Progress())


def test_credentials_of_another_account_are_refused(make_target: MakeTarget) -> None:
    """Nothing is built or pushed with the credentials of another account than the environment's."""
    target = replace(make_target(NEXT, "mistaken"), account=GOVERNANCE)

    with pytest.raises(TargetError, match=rf"these credentials are of account {NEXT}.* is {GOVERNANCE}"):
        build_for(target, base=PINNED, user="0:0", progress=Progress())


def test_a_base_image_must_be_pinned(make_target: MakeTarget) -> None:
    """A base image named by a tag alone is refused: it could be another one tomorrow."""
    with pytest.raises(ImageBuildError, match="is not pinned; give it as"):
        build_for(make_target(GOVERNANCE, "floating"), base="python:3.13-slim", user="0:0", progress=Progress())
