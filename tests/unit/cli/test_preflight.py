"""``preflight``: what would go wrong with a registration, before it is made."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from modelgate.aws import session
from moto import mock_aws

from tests.unit.cli.conftest import TEAM
from tests.unit.cli.running import POLICIES, Ran, run

BUCKET = TEAM.bucket
Request = dict[str, Any]


def preflight(path: Path, *words: object) -> Ran:
    """Look at *path* with everything that is known beside AWS."""
    return run("preflight", path, "--policies", POLICIES, "--tag", "policy=credit", "--bucket", BUCKET, *words)


def test_a_good_registration_has_no_fault(loans: Path) -> None:
    """What was not looked at is said."""
    ran = preflight(loans / "good")

    assert (ran.code, ran.err) == (0, "")
    assert "no fault found" in ran.out
    assert "not looked at: uploads" in ran.out


def test_a_report_that_the_pipeline_makes_is_not_asked_of_the_team(loans: Path, tmp_path: Path) -> None:
    """It could not name it."""
    policies = tmp_path / "policies"
    policies.mkdir()
    for path in POLICIES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        (policies / path.name).write_text(text.replace("  required:\n", "  required:\n    - Extra.stress\n"))

    ran = run("preflight", loans / "good", "--policies", policies, "--tag", "policy=credit", "--bucket", BUCKET)
    assert "Extra.stress" in (policies / "credit.yaml").read_text(encoding="utf-8")
    assert (ran.code, ran.err) == (0, "")


def changed(change: Callable[[Request], object]) -> Callable[[Request], Request]:
    """Apply *change* to a request."""

    def apply(request: Request) -> Request:
        change(request)
        return request

    return apply


def container(request: Request) -> Request:
    """The one container of a request."""
    found: Request = request["InferenceSpecification"]["Containers"][0]
    return found


def source(request: Request) -> Request:
    """The bias report's source."""
    found: Request = request["ModelMetrics"]["Bias"]["Report"]
    return found


@pytest.mark.parametrize(
    ("change", "where", "says"),
    [
        (lambda r: r.pop("ModelApprovalStatus"), "ModelApprovalStatus", 'say "PendingManualApproval"'),
        (lambda r: r.update(ModelApprovalStatus="Approved"), "ModelApprovalStatus", "it is 'Approved'"),
        (lambda r: r.update(ModelPackageGroupName="loan-approval"), "ModelPackageGroupName", "by ARN only"),
        (lambda r: r.pop("ModelPackageGroupName"), "ModelPackageGroupName", "it is missing"),
        (lambda r: r.pop("InferenceSpecification"), "InferenceSpecification.Containers", "names no container"),
        (lambda r: container(r).pop("Image"), "InferenceSpecification.Containers[0].Image", "it is missing"),
        (
            lambda r: container(r).pop("ModelDataUrl"),
            "InferenceSpecification.Containers[0].Image",
            "name it by digest",
        ),
        (
            lambda r: container(r).update(AdditionalS3DataSource={"S3Uri": "s3://x/y"}),
            "InferenceSpecification.Containers[0].AdditionalS3DataSource",
            "the gate cannot pin",
        ),
        (
            lambda r: container(r).update(
                ModelDataSource={"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/x/"}}
            ),
            "InferenceSpecification.Containers[0].ModelDataSource",
            "only one whole object",
        ),
        (lambda r: source(r).pop("S3Uri"), "ModelMetrics.Bias.Report.S3Uri", "it is missing"),
        (lambda r: source(r).update(S3Uri="bias.json"), "ModelMetrics.Bias.Report.S3Uri", "is not an S3 object"),
        (
            lambda r: source(r).update(S3Uri=f"https://{BUCKET}.s3.amazonaws.com/a/bias.json?x=1"),
            "ModelMetrics.Bias.Report.S3Uri",
            "has a query",
        ),
        (
            lambda r: source(r).update(S3Uri="s3://another-bucket/bias.json"),
            "ModelMetrics.Bias.Report.S3Uri",
            "lies outside the team's bucket",
        ),
        (
            lambda r: source(r).update(S3Uri=f"s3://{BUCKET}/a/../bias.json"),
            "ModelMetrics.Bias.Report.S3Uri",
            "holds the segment '..'",
        ),
        (lambda r: source(r).pop("ContentDigest"), "ModelMetrics.Bias.Report.ContentDigest", "it is missing"),
        (lambda r: source(r).update(ContentDigest="md5:1"), "ModelMetrics.Bias.Report.ContentDigest", "it is 'md5:1'"),
        (
            lambda r: source(r).update(ContentDigest="sha256:" + "0" * 64),
            "ModelMetrics.Bias.Report.ContentDigest",
            "register the digest of the file that you upload",
        ),
        (lambda r: source(r).pop("ContentType"), "ModelMetrics.Bias.Report.ContentType", "it is missing"),
        (
            lambda r: source(r).update(S3Uri=f"s3://{BUCKET}/other.json"),
            "ModelMetrics.Bias.Report",
            "there is no other.json",
        ),
        (
            lambda r: source(r).update(S3Uri=f"s3://{BUCKET}/model.tar.gz"),
            "ModelMetrics.Bias.Report",
            "is no report that the gate reads as Bias.Report",
        ),
        (
            lambda r: r["ModelMetrics"].pop("Explainability"),
            "ModelMetrics.Explainability.Report",
            "which policy credit requires",
        ),
        (
            lambda r: r["ModelMetrics"].update(Bais={"Report": {}}),
            "ModelMetrics.Bais.Report",
            "did you mean 'Bias.Report'?",
        ),
        (lambda r: r.update(ModelMetrics=7), "ModelMetrics", "it must be an object"),
        (lambda r: r["ModelMetrics"].update(Bias=[]), "ModelMetrics.Bias", "it must be an object"),
        (lambda r: r["ModelMetrics"]["Bias"].update(Report="x"), "ModelMetrics.Bias.Report", "it must be an object"),
        (
            lambda r: r.update(CustomerMetadataProperties={"modelgate-verdict": "approved"}),
            "CustomerMetadataProperties.modelgate-verdict",
            "are the gate's",
        ),
        (
            lambda r: r.update(CustomerMetadataProperties={str(n): "x" for n in range(47)}),
            "CustomerMetadataProperties",
            "keep at most 46",
        ),
    ],
)
def test_each_fault_is_found_where_it_is(
    loans: Path, change: Callable[[Request], object], where: str, says: str
) -> None:
    """A sentence with the place in the request and the fix; exit 1."""
    path = loans / "good" / "package.json"
    path.write_text(json.dumps(changed(change)(json.loads(path.read_text()))))

    ran = preflight(path, "--json")
    told = preflight(path)

    assert (ran.code, told.code) == (1, 1)
    assert any(fault["where"] == where and says in fault["sentence"] for fault in ran.document["faults"])
    assert f"{where}: " in told.err


def test_the_digest_that_is_missing_is_given(loans: Path) -> None:
    """The fix holds what has to be written."""
    path = loans / "good" / "package.json"
    request = json.loads(path.read_text())
    digest = source(request).pop("ContentDigest")
    path.write_text(json.dumps(request))

    (fault,) = preflight(path, "--json").document["faults"]

    assert digest in fault["sentence"]


def test_a_folder_without_a_request_is_wrong_usage(loans: Path) -> None:
    """There is nothing to look at."""
    (loans / "good" / "package.json").unlink()

    assert preflight(loans / "good").code == 2


def test_without_policies_what_they_require_is_not_looked_at(loans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken for good that was not looked at."""
    monkeypatch.chdir(loans)

    document = run("preflight", "good", "--json").document

    assert document == {
        "path": "good/package.json",
        "policy": None,
        "faults": [],
        "not_checked": [
            "what the policy requires, because --policies is not given",
            "addresses, because --bucket is not given",
            "uploads, because --uploads is not given",
        ],
    }


def test_uploads_are_looked_for_in_the_teams_bucket(loans: Path) -> None:
    """What is not there, and what has another size, is a fault; what is there is none."""
    request = json.loads((loans / "good" / "package.json").read_text())
    metrics = request["ModelMetrics"]
    addresses = [container(request)["ModelDataUrl"]]
    addresses += [member["S3Uri"] for family in metrics.values() for member in family.values()]
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-west-1")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        for address in addresses[:-1]:
            key = address.removeprefix(f"s3://{BUCKET}/")
            s3.put_object(Bucket=BUCKET, Key=key, Body=(loans / "good" / Path(key).name).read_bytes())
        missing = preflight(loans / "good", "--uploads")
        s3.put_object(Bucket=BUCKET, Key=addresses[-1].removeprefix(f"s3://{BUCKET}/"), Body=b"x")
        other = preflight(loans / "good", "--uploads")

    assert missing.code == 1
    assert f"nothing is uploaded to {addresses[-1]}" in missing.err
    assert missing.err.count("\n") == 1
    assert other.code == 1
    assert f"{addresses[-1]} has 1 bytes" in other.err


def test_missing_credentials_are_trouble_with_aws(loans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a fault of the registration: the exit code tells them apart."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "nowhere")
    session._configured.cache_clear()  # it remembers the credentials that it found

    ran = preflight(loans / "good", "--uploads")

    assert (ran.code, ran.out) == (4, "")
    assert "Unable to locate credentials; log in, or set AWS_PROFILE" in ran.err
