"""Registration: the right files in the team's own bucket, and a request that the service accepts."""

import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import joblib  # type: ignore[import-untyped]
import pytest
from botocore.model import ListShape, Shape, StructureShape
from botocore.stub import Stubber
from botocore.validate import ParamValidator
from moto import mock_aws

from examples.loan_approval import inference
from examples.loan_approval.__main__ import main
from examples.loan_approval.clients import Clients, connect
from examples.loan_approval.data import load_split
from examples.loan_approval.errors import ExampleError
from examples.loan_approval.evidence import package_files, trained
from examples.loan_approval.files import BIAS, EXPLAINABILITY, MODEL, QUALITY, PackageFiles
from examples.loan_approval.register import register, registration, upload_late
from examples.loan_approval.scenario import Evidence, Expected, Scenario, Then, build
from examples.loan_approval.scenarios import SCENARIOS
from examples.loan_approval.team import Team

MOMENT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
TEAM = Team(
    prefix="modelgate-local",
    product="lending",
    account="333333333333",
    governance_account="222222222222",
    region="eu-west-1",
)
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": TEAM.account, "AWS_SECRET_ACCESS_KEY": "test"}
PACKAGE_ARN = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1"
FILES = PackageFiles(contents={MODEL: b"model", QUALITY: b"{}", BIAS: b"[]", EXPLAINABILITY: b"1"})


class Registry:
    """A stand-in for the governance account's registry that keeps the requests."""

    def __init__(self) -> None:
        """Start with none."""
        self.requests: list[dict[str, Any]] = []

    def create_model_package(self, **request: Any) -> dict[str, str]:
        """Keep the request; answer as the service does."""
        self.requests.append(request)
        return {"ModelPackageArn": PACKAGE_ARN}


@pytest.fixture
def clients() -> Iterator[Clients]:
    """The team's role, assumed for real in moto, with the team's bucket; the registry keeps its requests."""
    with mock_aws():
        connected = connect(TEAM, ENVIRONMENT)
        connected.s3.create_bucket(Bucket=TEAM.bucket, CreateBucketConfiguration={"LocationConstraint": TEAM.region})
        yield replace(connected, sagemaker=Registry())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_service_accepts_the_request_of_every_scenario(scenario: Scenario, tmp_path: Path) -> None:
    """Required members, types, lengths, patterns and enumerations of the API model all hold."""
    files = build(scenario, tmp_path, evaluated_at=MOMENT)
    request = registration(TEAM, group=scenario.group, name=scenario.name, story="a story", files=files)
    client = boto3.client("sagemaker", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    shape = client.meta.service_model.operation_model("CreateModelPackage").input_shape
    assert shape is not None

    assert ParamValidator().validate(request, shape).generate_report() == ""
    assert list(_faults(request, shape)) == []


def test_a_package_is_registered_pending_by_group_arn_with_digests(clients: Clients) -> None:
    """The request names the group by ARN, says Pending, and carries the digest of each uploaded report."""
    arn = register(clients, TEAM, group="loan-approval", name="sound", story="a story", files=FILES)
    (request,) = clients.sagemaker.requests

    assert arn == PACKAGE_ARN
    assert request["ModelPackageGroupName"] == (
        "arn:aws:sagemaker:eu-west-1:222222222222:model-package-group/loan-approval"
    )
    assert request["ModelApprovalStatus"] == "PendingManualApproval"
    named = {
        f"{family}.{member}": (_uploaded(clients, source["S3Uri"]), source["ContentDigest"])
        for family, members in request["ModelMetrics"].items()
        for member, source in members.items()
    }
    assert named == {
        "ModelQuality.Statistics": (b"{}", FILES.digest(QUALITY)),
        "Bias.Report": (b"[]", FILES.digest(BIAS)),
        "Explainability.Report": (b"1", FILES.digest(EXPLAINABILITY)),
    }
    (container,) = request["InferenceSpecification"]["Containers"]
    assert _uploaded(clients, container["ModelDataUrl"]) == b"model"


def test_a_late_report_is_named_but_uploaded_only_later(clients: Clients) -> None:
    """The registration names the late report's address and digest; the object appears with the late upload."""
    late = replace(FILES, late=frozenset({EXPLAINABILITY}))
    register(clients, TEAM, group="loan-pricing", name="late", story="a story", files=late)
    (request,) = clients.sagemaker.requests
    address = request["ModelMetrics"]["Explainability"]["Report"]["S3Uri"]

    with pytest.raises(clients.s3.exceptions.NoSuchKey):
        _uploaded(clients, address)
    upload_late(clients, TEAM, group="loan-pricing", name="late", files=late)
    assert _uploaded(clients, address) == b"1"


def test_a_report_that_is_missing_is_not_named() -> None:
    """A package without explainability says nothing about explainability."""
    files = replace(FILES, contents={name: FILES.contents[name] for name in (MODEL, QUALITY, BIAS)})

    request = registration(TEAM, group="loan-approval", name="unexplained", story="a story", files=files)

    assert set(request["ModelMetrics"]) == {"ModelQuality", "Bias"}


def test_a_retried_build_registers_once_and_another_build_again() -> None:
    """The client token follows group, name and every byte of the files."""

    def token(**changes: Any) -> str:
        arguments: dict[str, Any] = {"group": "loan-approval", "name": "sound", "story": "a story", "files": FILES}
        return str(registration(TEAM, **(arguments | changes))["ClientToken"])

    other = replace(FILES, contents={**FILES.contents, QUALITY: b"{ }"})

    assert token() == token()
    assert len({token(), token(name="twin"), token(group="loan-pricing"), token(files=other)}) == 4


def test_a_refusal_of_the_registry_is_one_sentence(clients: Clients) -> None:
    """An access denied names what was being done, and what the service said."""
    client = boto3.client("sagemaker", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as refusing:
        refusing.add_client_error("create_model_package", "AccessDeniedException", "not your group")

        with pytest.raises(
            ExampleError, match=r"^registering sound in arn:.* was refused: AccessDenied.*not your group$"
        ):
            register(
                replace(clients, sagemaker=client), TEAM, group="loan-approval", name="sound", story="s", files=FILES
            )


def test_an_unknown_profile_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the caller's configuration says which account was meant and what is wrong."""
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")

    with pytest.raises(ExampleError, match=r"^connecting to AWS for account 333333333333 failed: .*no-such-profile"):
        connect(TEAM, {})


def test_every_upload_asserts_who_owns_the_bucket(clients: Clients) -> None:
    """A bucket of that name that someone else owns gets nothing; S3 itself refuses (moto does not, so we look)."""
    owners = []
    clients.s3.meta.events.register(
        "provide-client-params.s3.PutObject", lambda params, **_: owners.append(params["ExpectedBucketOwner"])
    )

    register(clients, TEAM, group="loan-approval", name="sound", story="s", files=FILES)

    assert owners == [TEAM.account] * 4


def test_an_account_that_is_none_is_refused_before_anything_is_sent() -> None:
    """Eleven digits are no account."""
    with pytest.raises(ExampleError, match="'33333333333' is not an AWS account"):
        replace(TEAM, account="33333333333")


def test_the_archive_holds_a_model_that_gives_the_same_answers(tmp_path: Path) -> None:
    """Unpacked as SageMaker does, the model loads through its own inference code and decides as it was measured."""
    archive = package_files("good", evaluated_at=MOMENT).contents[MODEL]
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(tmp_path, filter="data")
    record = load_split().test.record

    served = inference.predict_fn(record, inference.model_fn(str(tmp_path)))

    assert (served == trained("good").probability(record)).all()
    assert (tmp_path / "code" / "inference.py").is_file()
    assert "examples" not in joblib.load(tmp_path / "model.joblib").__module__


def test_files_written_are_the_files_read(tmp_path: Path) -> None:
    """A folder gives back what was written, and forgets a report of an earlier write."""
    FILES.write(tmp_path)
    fewer = replace(FILES, contents={name: FILES.contents[name] for name in (MODEL, QUALITY, BIAS)})
    fewer.write(tmp_path)

    assert fewer.contents == PackageFiles.read(tmp_path).contents


def test_commands_end_in_a_sentence_when_they_cannot_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown variant and an empty folder are explained on standard error, with exit code 1."""
    place = ["--prefix", "p", "--product", "lending", "--account", "3" * 12, "--governance-account", "2" * 12]

    assert main(["train", "--out", str(tmp_path), "--variant", "nope"]) == 1
    assert "there is no variant 'nope'; choose one of good, weak, biased, leaning" in capsys.readouterr().err
    assert main(["register", "--files", str(tmp_path), "--group", "loan-approval", *place]) == 1
    command = f"python -m examples.loan_approval train --out {tmp_path.parent}"
    assert f"holds no model.tar.gz; write one with: {command}" in capsys.readouterr().err


def test_the_scenarios_cover_every_way_of_the_gate() -> None:
    """Names are unique; both accounts take part; the twins share a group and differ in verdict."""
    names = [scenario.name for scenario in SCENARIOS]
    twins = [scenario for scenario in SCENARIOS if scenario.together == "twins"]

    assert len(names) == len(set(names))
    assert {scenario.product for scenario in SCENARIOS} == {"lending", "insurance"}
    assert {scenario.expected for scenario in SCENARIOS} == set(Expected)
    assert {scenario.evidence for scenario in SCENARIOS} == set(Evidence)
    assert {scenario.then for scenario in SCENARIOS} == {None, *Then}
    assert len({twin.group for twin in twins}) == 1
    assert len({twin.expected for twin in twins}) == 2
    assert all(scenario.reason for scenario in SCENARIOS if scenario.expected is not Expected.APPROVED)


def test_a_scenario_comes_after_one_that_comes_before_it() -> None:
    """In the list and in its group, so that registering one after the other ends."""
    names = [scenario.name for scenario in SCENARIOS]

    for at, scenario in enumerate(SCENARIOS):
        if scenario.after is not None:
            before = SCENARIOS[names.index(scenario.after)]
            assert names.index(scenario.after) < at
            assert before.group == scenario.group
        assert (scenario.then is None) or scenario.expected is Expected.HELD


def _uploaded(clients: Clients, address: str) -> bytes:
    key = address.removeprefix(f"s3://{TEAM.bucket}/")
    return bytes(clients.s3.get_object(Bucket=TEAM.bucket, Key=key)["Body"].read())


def _faults(value: Any, shape: Shape) -> Iterator[str]:
    """What botocore leaves to the service: lengths, patterns and enumerations."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        for name, member in value.items():
            yield from _faults(member, shape.members[name])
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for member in value:
            yield from _faults(member, shape.member)
    elif isinstance(value, str):
        if len(value) > shape.metadata.get("max", len(value)):
            yield f"{shape.name}: {value!r} is too long"
        # The one class of Java's that occurs here, letters to punctuation: everything but control characters.
        pattern = shape.metadata.get("pattern", "(?s).*").replace(r"[\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]", r"[^\x00-\x1f]")
        if not re.fullmatch(pattern, value):
            yield f"{shape.name}: {value!r} does not match {pattern}"
        if value not in (getattr(shape, "enum", None) or [value]):
            yield f"{shape.name}: {value!r} is not one of its values"
