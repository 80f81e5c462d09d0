"""Real files of the loan example, a registration for them, and a governance account with decisions."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import boto3
import pytest
from modelgate.aws.session import Session
from modelgate.policy.bundle import build
from moto import mock_aws

import examples.loan_approval
from examples.loan_approval.files import PackageFiles
from examples.loan_approval.register import registration
from examples.loan_approval.team import Team
from tests.unit.cli.running import POLICIES
from tests.unit.steps.world import EVIDENCE, GOVERNANCE, STORE, World

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

TEAM = Team(
    prefix="modelgate-local",
    product="lending",
    account="333333333333",
    governance_account="222222222222",
    region="eu-west-1",
)


@pytest.fixture(autouse=True)
def _no_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test inherits a platform, credentials or a terminal."""
    names = ("PREFIX", "EVIDENCE_STORE", "ARTIFACT_STORE", "START_QUEUE_URL", "GOVERNANCE_ACCOUNT", "TRACEBACK")
    for name in (*(f"MODELGATE_{name}" for name in names), "AWS_PROFILE", "AWS_ENDPOINT_URL", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", GOVERNANCE)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture(scope="session")
def trained(pytestconfig: pytest.Config) -> Path:
    """A folder with the files of two variants of the loan example; trained once for each state of the example."""
    sources = sorted(Path(examples.loan_approval.__path__[0]).glob("*.py"))
    state = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = pytestconfig.cache.mkdir("loans") / state
    if not folder.exists():
        _train(folder)
    return folder


def _train(folder: Path) -> None:
    from examples.loan_approval.evidence import package_files  # takes seconds, and few tests need it

    with TemporaryDirectory(dir=folder.parent) as made:
        for variant in ("good", "biased"):
            files = package_files(variant, evaluated_at=datetime(2026, 1, 5, 10, 0, tzinfo=UTC))
            files.write(Path(made, "new", variant))
        try:
            Path(made, "new").rename(folder)
        except OSError:  # another worker was faster
            assert folder.is_dir()


@pytest.fixture
def loans(trained: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change, with a registration in each folder."""
    folder = tmp_path / "loans"
    shutil.copytree(trained, folder)
    for variant in ("good", "biased"):
        files = PackageFiles.read(folder / variant)
        request = registration(TEAM, group="loan-approval", name=variant, story="a story", files=files)
        (folder / variant / "package.json").write_text(json.dumps(request))
    return folder


@pytest.fixture(scope="session")
def mocked_s3() -> "S3Client":
    """A client for the mocked S3; made once, because making it takes longer than most tests."""
    return boto3.client("s3", region_name="us-east-1", aws_access_key_id=GOVERNANCE, aws_secret_access_key="test")


@pytest.fixture
def world(mocked_s3: "S3Client", monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A governance account ready to judge, which the command line finds by its environment."""
    monkeypatch.setenv("MODELGATE_EVIDENCE_STORE", EVIDENCE)
    monkeypatch.setenv("MODELGATE_ARTIFACT_STORE", STORE)
    with mock_aws():
        made = World(s3=mocked_s3)
        made.pin_policies(build(POLICIES))
        monkeypatch.setattr(Session, "sagemaker", lambda _: made.registry)
        yield made
