"""Whatever a registration file holds, each command ends in a verdict, in faults, or in a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.cli.running import POLICIES, run

KEYS = st.sampled_from(
    [
        "ModelPackageArn",
        "ModelPackageGroupName",
        "ModelApprovalStatus",
        "ModelPackageStatus",
        "CreationTime",
        "LastModifiedTime",
        "InferenceSpecification",
        "AdditionalInferenceSpecifications",
        "Containers",
        "Image",
        "ImageDigest",
        "ModelDataUrl",
        "ModelDataSource",
        "S3DataSource",
        "S3DataType",
        "ModelMetrics",
        "DriftCheckBaselines",
        "Bias",
        "ModelQuality",
        "Report",
        "Statistics",
        "ConfigFile",
        "S3Uri",
        "ContentType",
        "ContentDigest",
        "CustomerMetadataProperties",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "s3://bucket/a/quality.json",
            "https://bucket.s3.amazonaws.com/quality.json",
            "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1",
            "PendingManualApproval",
            "S3Object",
            "sha256:" + "0" * 64,
        ]
    )
)
JUNK = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3))


def shaped(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with some of *members*, each of them sometimes junk; or junk altogether."""
    optional = {name: strategy | JUNK for name, strategy in members.items()}
    return st.fixed_dictionaries({}, optional=optional) | JUNK


SOURCE = shaped(S3Uri=LEAVES, ContentType=LEAVES, ContentDigest=LEAVES)
CONTAINER = shaped(
    Image=LEAVES,
    ModelDataUrl=LEAVES,
    ModelDataSource=shaped(S3DataSource=shaped(S3DataType=LEAVES, S3Uri=LEAVES, ManifestS3Uri=LEAVES)),
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "ModelPackageGroupName": LEAVES,
        "ModelApprovalStatus": LEAVES,
        "CustomerMetadataProperties": st.dictionaries(KEYS, LEAVES, max_size=3) | JUNK,
        "InferenceSpecification": shaped(Containers=st.lists(CONTAINER, max_size=2)),
        "ModelMetrics": shaped(Bias=shaped(Report=SOURCE), ModelQuality=shaped(Statistics=SOURCE)),
        "DriftCheckBaselines": shaped(Bias=shaped(ConfigFile=SOURCE), ModelQuality=shaped(Statistics=SOURCE)),
    },
) | st.dictionaries(KEYS, JUNK, max_size=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one report."""
    made = tmp_path_factory.mktemp("fuzzed")
    (made / "quality.json").write_text('{"binary_classification_metrics": {"auc": {"value": 0.8}}}')
    return made


@given(document=DOCUMENTS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_registration_is_a_fault_of_modelgate(folder: Path, document: dict[str, Any]) -> None:
    """Exit code 70 would be one; nothing that cannot be read is ever approved."""
    (folder / "package.json").write_text(json.dumps(document))
    words = (folder, "--policies", POLICIES, "--group", "g", "--tag", "policy=credit", "--json")

    checked, looked_at = run("check", *words), run("preflight", *words, "--bucket", "bucket")

    assert checked.code in (1, 2, 3), checked.err
    assert looked_at.code == 1, looked_at.err
    assert "Traceback" not in checked.err + looked_at.err
