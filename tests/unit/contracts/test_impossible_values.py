"""Documents of ours that hold what cannot be: refused as content, never a crash."""

import pytest
from modelgate.contracts.facts import Interval, Value
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.results import Bound
from modelgate.contracts.strict import decode
from modelgate.errors import ContentError


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Bound, {"min": 2.0, "max": 1.0}),
        (Bound, {}),
        (Value, {"number": 1.0, "unknown": "both"}),
        (Interval, {"low": 0.0, "high": 1.0, "confidence": 7.0}),
    ],
)
def test_impossible_values_are_content_errors(kind: type, data: dict[str, object]) -> None:
    """A forged record must not look like a crash of the gate."""
    with pytest.raises(ContentError, match="is impossible"):
        decode(kind, data)


def test_metadata_that_is_no_mapping_is_a_content_error() -> None:
    """The registry never answers so; a file on a laptop may."""
    answer = {
        "ModelPackageArn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/g/1",
        "CreationTime": "2026-11-23T06:00:00+00:00",
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": "PendingManualApproval",
        "CustomerMetadataProperties": "text",
    }

    with pytest.raises(ContentError, match="lacks a field"):
        ModelPackage.from_describe(answer)
